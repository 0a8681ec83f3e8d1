//! Why something is not shown, in words.

use super::{Shown, series::Line};
use crate::dashboard::{
    View,
    fields::shortened,
    metric::{MetricWidget, Row, RowSource},
};

/// How many things one remark names.
const NAMED: usize = 3;

/// `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`.
pub(in crate::dashboard) fn listed(names: &[&str]) -> String {
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
    let empty: Vec<String> = without_data(widget, shown);
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
fn without_data(widget: &MetricWidget, shown: &Shown) -> Vec<String> {
    let all = shown.lines.iter().all(|line| line.points.is_empty());
    let found = |row: &&Row| shown.lines.iter().any(|line| line.id == row.id);
    let nothing = widget.rows.iter().filter(|row| row.visible).filter(|row| !found(row)).map(asked);
    let named = |line: &Line| match widget.rows.iter().find(|row| row.id == line.id) {
        Some(row) if all => asked(row),
        _ => line.label.clone(),
    };
    let lines = shown.lines.iter().filter(|line| line.points.is_empty() && !line.awaits).map(named);
    let mut names: Vec<String> = lines.chain(nothing).collect();
    names.dedup();
    names
}

/// What a row asks for: a metric by its names, an expression by its text.
fn asked(row: &Row) -> String {
    match &row.source {
        RowSource::Metric { metric, .. } => metric.to_string(),
        RowSource::Expression { text, .. } => row.label.clone().unwrap_or_else(|| shortened(text)),
    }
}
