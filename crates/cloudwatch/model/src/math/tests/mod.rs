//! Expressions over series written out.

mod arrays;
mod choices;
mod faults;
mod fills;
mod naive;
mod operators;
mod steps;

use std::collections::BTreeMap;

use super::{Points, Source};
use crate::{Frame, MetricDataQuery, MetricId, MetricStat, Program, QueryError, QuerySource, Statistic};

/// 2026-01-05T08:00:00Z, a Monday.
const START: i64 = 1_767_600_000;
const PERIOD: u32 = 60;

/// Metrics whose points stand in a table, by their names; what is not there has none.
#[derive(Default)]
struct Table {
    points: BTreeMap<MetricId, Points>,
}

impl Source for Table {
    fn points(&self, wanted: &MetricStat, frame: &Frame) -> Points {
        let mut points = self.points.get(&wanted.metric).cloned().unwrap_or_default();
        points.resize(frame.count, None);
        points
    }

    fn recent(&self, _now: i64) -> Vec<&MetricId> {
        self.points.keys().collect()
    }
}

/// `30 - 0.5`: points, and a dash where there is none.
fn points(text: &str) -> Points {
    text.split_whitespace().map(|word| if word == "-" { None } else { Some(word.parse().expect(word)) }).collect()
}

fn metric(id: &str) -> MetricDataQuery {
    let stat = MetricStat { metric: MetricId::total("T", id), period: PERIOD, stat: Statistic::Sum, unit: None };
    MetricDataQuery { id: id.to_owned(), source: QuerySource::Metric(stat), label: None, return_data: false }
}

fn expression(id: &str, text: &str) -> MetricDataQuery {
    let source = QuerySource::Expression { expression: text.to_owned(), period: None };
    MetricDataQuery { id: id.to_owned(), source, label: None, return_data: true }
}

/// The series that an expression over these metrics gives; the first metric's points are as many as the periods.
fn series(metrics: &[(&str, &str)], text: &str) -> Result<Vec<Points>, QueryError> {
    let mut queries: Vec<_> = metrics.iter().map(|(id, _)| metric(id)).collect();
    queries.push(expression("result", text));
    let table = metrics.iter().map(|(id, text)| (MetricId::total("T", *id), points(text))).collect();
    let count = metrics.first().map_or(3, |(_, text)| points(text).len());
    let frame = Frame { start: START, period: PERIOD, count };
    let found = Program::compile(&queries)?.evaluate_on(&Table { points: table }, &frame)?;
    Ok(found.into_iter().map(|series| series.values).collect())
}

/// The one series that it gives.
fn one(metrics: &[(&str, &str)], text: &str) -> Points {
    match series(metrics, text).unwrap_or_else(|error| panic!("{text}: {error}")).as_slice() {
        [only] => only.clone(),
        several => panic!("{text}: {} series", several.len()),
    }
}

/// Checks expressions over the same metrics: what each is written, and its points.
#[track_caller]
fn check(metrics: &[(&str, &str)], cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(one(metrics, text), points(expected), "{text}");
    }
}

/// The fault of an expression over m1 and m2.
fn fault(text: &str) -> QueryError {
    series(&[("m1", "1"), ("m2", "2")], text).expect_err(text)
}
