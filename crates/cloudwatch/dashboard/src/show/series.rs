//! The series of an answer, each with what its row says of it.

use crate::{
    Answer, Colour, Side, View,
    metric::{MetricWidget, Row},
};
use atalaya_cloudwatch::{MetricDataQuery, QuerySource, query::MetricDataResult};

/// How long after its end a period is taken for complete, in seconds. A graph of 5 minutes shows the point of 12:35 at
/// 12:41 unless it shows live data (CloudWatch user guide, "Use live data").
const SETTLING: i64 = 60;

/// What a metric widget shows.
pub(super) struct Shown {
    pub(super) lines: Vec<Line>,
    /// Why nothing could be asked or answered.
    pub(super) failure: Option<String>,
    /// What the answer says of itself, such as that it is cut short.
    pub(super) messages: Vec<String>,
}

/// One series.
pub(super) struct Line {
    /// The id of the query that it answers.
    pub(super) id: String,
    pub(super) label: String,
    pub(super) colour: Option<Colour>,
    pub(super) side: Side,
    pub(super) period: u32,
    /// Oldest first.
    pub(super) points: Vec<(i64, f64)>,
    /// Whether points were left out because their periods are not complete.
    pub(super) awaits: bool,
}

impl Line {
    /// The newest value.
    pub(super) fn newest(&self) -> Option<f64> {
        self.points.last().map(|(_, value)| *value)
    }
}

impl Shown {
    pub(super) fn of(widget: &MetricWidget, view: &View, answer: Answer) -> Self {
        let nothing = |failure| Self { lines: Vec::new(), failure, messages: Vec::new() };
        let results = match answer {
            Answer::Metrics(results) => results,
            Answer::Failed(why) => return nothing(Some(why)),
            Answer::Nothing | Answer::Logs(_) => return nothing(None),
        };
        let mut messages: Vec<String> =
            results.iter().flat_map(|result| result.messages.iter().map(|message| message.value.clone())).collect();
        messages.sort();
        messages.dedup();
        let first = |index: usize| results[..index].iter().all(|before| before.id != results[index].id);
        let firsts: Vec<bool> = (0..results.len()).map(first).collect();
        let lines = results.into_iter().zip(firsts);
        let lines = lines.map(|(result, is_first)| line(widget, view, result, is_first)).collect();
        Self { lines, failure: None, messages }
    }
}

/// A series as its row says it is drawn. Where a row found several, its colour is that of the first, and the palette
/// gives the others theirs (AWS CDK, `SearchExpressionProps.color`).
fn line(widget: &MetricWidget, view: &View, result: MetricDataResult, is_first: bool) -> Line {
    let row = widget.rows.iter().find(|row| row.id == result.id);
    let period = period(widget, view, row, &result.id);
    let mut points: Vec<(i64, f64)> =
        result.timestamps.into_iter().zip(result.values).filter(|(_, value)| value.is_finite()).collect();
    points.sort_by_key(|(at, _)| *at);
    let before = points.len();
    if !widget.live && widget.whole_period(view).is_none() {
        points.retain(|(at, _)| at + i64::from(period) + SETTLING <= view.now);
    }
    Line {
        id: result.id,
        label: result.label,
        colour: row.and_then(|row| row.colour).filter(|_| is_first),
        side: row.map(|row| row.side).unwrap_or_default(),
        period,
        awaits: points.len() < before,
        points,
    }
}

/// The period that a series was asked in.
fn period(widget: &MetricWidget, view: &View, row: Option<&Row>, id: &str) -> u32 {
    if let Some(row) = row {
        return widget.whole_period(view).unwrap_or_else(|| widget.period_of(row, view.period, view));
    }
    let alarm = widget.annotations.alarm.as_ref().and_then(|alarm| view.alarm(alarm));
    let queries: &[MetricDataQuery] = alarm.map_or(&[], |facts| &facts.queries);
    let of = |query: &MetricDataQuery| match &query.source {
        QuerySource::Metric(stat) => Some(stat.period),
        QuerySource::Expression { period, .. } => *period,
    };
    let own = queries.iter().find(|query| query.id == id).and_then(of);
    own.or_else(|| queries.iter().filter_map(of).max()).unwrap_or(widget.period)
}
