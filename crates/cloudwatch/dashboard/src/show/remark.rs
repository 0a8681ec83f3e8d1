//! Why something is not shown, in words.

use super::Shown;
use crate::{
    View,
    fields::shortened,
    metric::{MetricWidget, Row, RowSource},
};
use atalaya_cloudwatch::{MetricId, QuerySource};

/// How many things one remark names.
const NAMED: usize = 3;

/// `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [start @ .., last] if names.len() <= NAMED => format!("{} and {last}", start.join(", ")),
        _ => format!("{} and {} more", names[..NAMED].join(", "), names.len() - NAMED),
    }
}

/// The remarks on a metric widget.
pub(super) fn of(widget: &MetricWidget, view: &View, shown: &Shown) -> Vec<String> {
    if let Some(failure) = shown.failure.clone().or_else(|| unasked(widget, view)) {
        return vec![failure];
    }
    let empty: Vec<String> = without_data(widget, view, shown);
    let mut remarks = shown.messages.clone();
    let range = view.range.in_words(view.now);
    let names: Vec<&str> = empty.iter().map(String::as_str).collect();
    match shown.lines.iter().filter(|line| !line.points.is_empty()).count() {
        0 if shown.lines.iter().any(|line| line.awaits) => {
            remarks.push("the newest period is not complete yet; it is shown a minute after its end".to_owned());
        }
        0 => remarks.push(format!("no data in {range}: {}", listed(&names))),
        _ if !names.is_empty() => remarks.push(format!("without data in {range}: {}", listed(&names))),
        _ => {}
    }
    remarks
}

/// Why nothing was asked at all.
fn unasked(widget: &MetricWidget, view: &View) -> Option<String> {
    if let Some(alarm) = &widget.annotations.alarm {
        return match view.alarm(alarm) {
            None => Some(format!("no such alarm: {}", alarm.name)),
            Some(facts) if facts.queries.is_empty() => {
                let state = facts.state.as_str();
                Some(format!("{} is a composite alarm, which has no metric to draw; its state is {state}", facts.name))
            }
            Some(_) => None,
        };
    }
    widget.is_elsewhere(view).or_else(|| {
        if widget.rows.is_empty() {
            return Some("it has no metrics".to_owned());
        }
        widget.rows.iter().all(|row| !row.visible).then(|| "all its metrics are hidden".to_owned())
    })
}

/// What was asked and has no points: rows that found nothing, and series without any point.
fn without_data(widget: &MetricWidget, view: &View, shown: &Shown) -> Vec<String> {
    if shown.lines.iter().all(|line| line.points.is_empty()) {
        return asked(widget, view);
    }
    let found = |row: &&Row| shown.lines.iter().any(|line| line.id == row.id);
    let nothing = widget.rows.iter().filter(|row| row.visible && !found(row)).map(name);
    let lines = shown.lines.iter().filter(|line| line.points.is_empty() && !line.awaits).map(|line| line.label.clone());
    each_once(lines.chain(nothing))
}

/// All that a widget asks for: metrics by their names, those of several with their dimensions left out, and expressions
/// with the metrics that they may be computed from.
fn asked(widget: &MetricWidget, view: &View) -> Vec<String> {
    let alarm = widget.annotations.alarm.as_ref().and_then(|alarm| view.alarm(alarm));
    let of_alarm = alarm.into_iter().flat_map(|facts| &facts.queries).filter_map(|query| match &query.source {
        QuerySource::Metric(stat) => Some(&stat.metric),
        QuerySource::Expression { .. } => None,
    });
    let metric = |row: &'_ Row| match &row.source {
        RowSource::Metric { metric, .. } => Some(metric.clone()),
        RowSource::Expression { .. } => None,
    };
    let (shown, hidden): (Vec<&Row>, Vec<&Row>) = widget.rows.iter().partition(|row| row.visible);
    let metrics: Vec<MetricId> = of_alarm.cloned().chain(shown.iter().filter_map(|row| metric(row))).collect();
    let parts = each_once(hidden.iter().filter_map(|row| Some(metric(row)?.name)));
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let computed = |row: &&&Row| matches!(row.source, RowSource::Expression { .. });
    let expressions = shown.iter().filter(computed).map(|row| match &parts[..] {
        [] => name(row),
        parts => format!("{} (of {})", name(row), listed(parts)),
    });
    let names = each_once(metrics.iter().map(|metric| format!("{} {}", metric.namespace, metric.name)));
    let names = if let [metric] = &metrics[..] { vec![metric.to_string()] } else { names };
    each_once(names.into_iter().chain(expressions))
}

/// What a row is called without its answer: by its label where that needs no answer, else by the metric or the text of
/// the expression.
fn name(row: &Row) -> String {
    let label = row.label.as_deref().filter(|label| !label.is_empty() && !label.contains("${"));
    match (label, &row.source) {
        (Some(label), _) => label.to_owned(),
        (None, RowSource::Metric { metric, .. }) => metric.to_string(),
        (None, RowSource::Expression { text, .. }) => shortened(text),
    }
}

fn each_once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
