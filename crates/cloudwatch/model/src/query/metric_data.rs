//! `GetMetricData`: queries over a range of time, answered with the points that exist (CloudWatch API reference).

use crate::period;
use std::collections::BTreeMap;

use super::{Program, answer::Answer, evaluation::Asker, evaluation::LOCAL};
use crate::{
    Frame, MetricId, MetricStore,
    math::{Points, Source},
    search::MOST_SERIES,
};
use crate::{MetricDataQuery, MetricStat, QueryError, query_error::Fault};

/// The most points of one answer, and how many it has where the request does not say.
const MOST_DATAPOINTS: usize = 100_800;
/// The period in seconds of expressions where nothing in the request has one, as in `TIME_SERIES(1)` alone.
/// Unpublished.
const PERIOD_OF_NOTHING: u32 = 60;

/// The order of an answer's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScanBy {
    /// Newest first.
    #[default]
    TimestampDescending,
    /// Oldest first.
    TimestampAscending,
}

/// How a request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricDataOptions {
    /// The time of asking, in seconds since the Unix epoch. How exactly the start is rounded and how far back a SEARCH
    /// looks depend on it.
    pub now: i64,
    /// The order of points.
    pub scan_by: ScanBy,
    /// The most points of the whole answer, 1 to 100,800. Beyond them the answer ends, and says so.
    pub max_datapoints: usize,
    /// Seconds that the clock of `${…_TIME}` in labels is ahead of UTC; see [`timezone`](Self::timezone).
    pub timezone: i32,
    /// Whose metrics they are.
    pub account_id: String,
    /// Where.
    pub region: String,
}

impl MetricDataOptions {
    /// Those of a request that says nothing, at `now` (seconds since the Unix epoch), to a local AWS.
    #[must_use]
    pub fn at(now: i64) -> Self {
        Self {
            now,
            scan_by: ScanBy::default(),
            max_datapoints: MOST_DATAPOINTS,
            timezone: 0,
            account_id: LOCAL.0.to_owned(),
            region: LOCAL.1.to_owned(),
        }
    }

    /// Reads `LabelOptions.Timezone`, such as `+0130`, as seconds ahead of UTC; nothing where it is none.
    #[must_use]
    pub fn timezone(text: &str) -> Option<i32> {
        let (sign, digits) = match text.split_at_checked(1)? {
            ("+", digits) => (1, digits),
            ("-", digits) => (-1, digits),
            _ => return None,
        };
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }
}

/// Whether a series is told whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCode {
    /// Every point is there.
    Complete,
    /// Some were left out; a message says why.
    PartialData,
}

impl StatusCode {
    /// The status as CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "Complete",
            Self::PartialData => "PartialData",
        }
    }
}

/// What is said of a series besides its points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A word for machines.
    pub code: String,
    /// A sentence for people.
    pub value: String,
}

/// A series of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricDataResult {
    /// The id of the query that it answers; several have the same one where an expression gives an array.
    pub id: String,
    /// What a graph calls it.
    pub label: String,
    /// Starts of the periods that have a value, in seconds since the Unix epoch.
    pub timestamps: Vec<i64>,
    /// Their values.
    pub values: Vec<f64>,
    /// Whether all are there.
    pub status: StatusCode,
    /// What is said besides.
    pub messages: Vec<Message>,
}

/// Answers queries over `start` (inclusive) to `end` (exclusive), in seconds since the Unix epoch.
///
/// The start is rounded down by its age, and periods lie on the grid of the clock. An expression whose metrics have
/// different periods is computed on the longest of them, each metric read at that period (unpublished).
///
/// # Errors
///
/// As [`Program::compile`]; and where the range or the number of points is out of bounds.
pub fn get_metric_data(
    store: &MetricStore,
    queries: &[MetricDataQuery],
    start: i64,
    end: i64,
    options: &MetricDataOptions,
) -> Result<Vec<MetricDataResult>, QueryError> {
    if start >= end {
        return Err(QueryError::list(Fault::Limit, format!("the start ({start}) must be before the end ({end})")));
    }
    if !(1..=MOST_DATAPOINTS).contains(&options.max_datapoints) {
        let message = format!("MaxDatapoints is 1 to {MOST_DATAPOINTS}, and this is {}", options.max_datapoints);
        return Err(QueryError::list(Fault::Limit, message));
    }
    let program = Program::compile(queries)?;
    let asker =
        Asker { now: options.now, account_id: &options.account_id, region: &options.region, offset: options.timezone };
    let source = Kept { store, now: options.now };
    let mut answers = Vec::new();
    for (period, roots) in program.roots_by_period() {
        let frame = period::frame_of_range(start, end, period, options.now)?;
        let computed = program.compute(&source, &frame, &asker, &program.plan(&roots))?;
        let found = roots.iter().flat_map(|&root| program.answers(root, &computed, &frame));
        answers.extend(found.map(|answer| (computed.cut, answer)));
    }
    answers.sort_by_key(|(_, answer)| answer.query);
    let (cut, answers): (Vec<bool>, Vec<Answer>) = answers.into_iter().unzip();
    let labels = program.labels(&answers, &asker);
    let mut left = options.max_datapoints;
    let told = answers.into_iter().zip(labels).zip(cut);
    Ok(told.map(|((answer, label), cut)| program.result(answer, label, cut, &mut left, options.scan_by)).collect())
}

impl Program {
    /// The queries to answer, by the period that they are computed on.
    fn roots_by_period(&self) -> BTreeMap<u32, Vec<usize>> {
        let fallback = self.metrics().map(|(_, stat)| stat.period).max().unwrap_or(PERIOD_OF_NOTHING);
        let mut roots: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, query) in self.queries.iter().enumerate().filter(|(_, query)| query.returned) {
            roots.entry(query.period.unwrap_or(fallback)).or_default().push(index);
        }
        roots
    }

    /// A series as it is told: its existing points in order, and no more than are left to tell.
    fn result(&self, answer: Answer, label: String, cut: bool, left: &mut usize, order: ScanBy) -> MetricDataResult {
        let query = &self.queries[answer.query];
        let existing = answer.points.iter().enumerate();
        let mut points: Vec<(i64, f64)> =
            existing.filter_map(|(index, value)| Some((answer.frame.time(index), (*value)?))).collect();
        if order == ScanBy::TimestampDescending {
            points.reverse();
        }
        let mut messages = Vec::new();
        if points.len() > *left {
            points.truncate(*left);
            let value = "The answer has as many data points as MaxDatapoints allows; ask for less at once.".to_owned();
            messages.push(Message { code: "MaxDatapointsReached".to_owned(), value });
        }
        *left -= points.len();
        if cut && query.math().is_some() {
            let value = format!("A SEARCH found more than {MOST_SERIES} metrics; the first {MOST_SERIES} are told.");
            messages.push(Message { code: "MaxMetricsExceeded".to_owned(), value });
        }
        let status = if messages.is_empty() { StatusCode::Complete } else { StatusCode::PartialData };
        let (timestamps, values) = points.into_iter().unzip();
        MetricDataResult { id: query.id.clone(), label, timestamps, values, status, messages }
    }
}

/// The metrics of a store as far as CloudWatch keeps them at `now`.
struct Kept<'a> {
    store: &'a MetricStore,
    now: i64,
}

impl Source for Kept<'_> {
    fn points(&self, wanted: &MetricStat, frame: &Frame) -> Points {
        let mut points = self.store.points(wanted, frame);
        for (index, point) in points.iter_mut().enumerate() {
            *point = point.filter(|_| period::is_kept(self.now - frame.time(index), frame.period));
        }
        points
    }

    fn recent(&self, now: i64) -> Vec<&MetricId> {
        self.store.recent(now)
    }
}

impl Source for MetricStore {
    fn points(&self, wanted: &MetricStat, frame: &Frame) -> Points {
        match self.find(&wanted.metric) {
            None => vec![None; frame.count],
            Some(series) => {
                let points = self.read(series, &wanted.stat, wanted.unit, frame);
                points.into_iter().map(|point| point.map(|point| point.value)).collect()
            }
        }
    }

    fn recent(&self, now: i64) -> Vec<&MetricId> {
        self.list(&crate::ListFilter::default(), now)
    }
}
