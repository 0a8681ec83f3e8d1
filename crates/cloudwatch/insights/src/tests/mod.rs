mod commands;
mod faults;
mod functions;
mod naive;
mod operations;
mod stats;

use super::{value::Value, *};
use crate::logs::{Limits, LogEvent, Logs};
use atalaya_cloudwatch::TimeRange;

/// 2024-07-05 15:00:00.
const START: i64 = 1_720_191_600;
const NOW: i64 = START + 3600;
const GROUP: &str = "/aws/lambda/atalaya-process";

/// Events of one group, each so many milliseconds after the start.
fn logs<M: Into<String>>(events: impl IntoIterator<Item = (i64, M)>) -> Logs {
    let mut logs = Logs::new(Limits::default());
    for (after, message) in events {
        let at = START * 1000 + after;
        logs.put(GROUP, LogEvent { at, ingested: at + 100, stream: "stream".to_owned(), message: message.into() });
    }
    logs
}

fn answer(logs: &Logs, query: &str) -> Answer {
    let query = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    query.run(logs, &[GROUP], TimeRange { start: START, end: NOW }, NOW).expect("a group is named")
}

/// A row as `column=value …`; missing values are left out, as in the API.
fn rows(answer: &Answer) -> Vec<String> {
    let row = |row: &Vec<Option<String>>| {
        let cells =
            answer.columns.iter().zip(row).filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
        cells.collect::<Vec<_>>().join(" ")
    };
    answer.rows.iter().map(row).collect()
}

#[track_caller]
fn check(logs: &Logs, query: &str, expected: &[&str]) {
    assert_eq!(rows(&answer(logs, query)), expected, "{query}");
}
