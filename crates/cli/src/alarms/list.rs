//! `atalaya alarms list`: the deployed alarms and their states, the worst first.

use aws_sdk_cloudwatch::error::DisplayErrorContext;
use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, MetricAlarm, StateValue};
use comfy_table::{Cell, Color};
use jiff::Timestamp;
use serde::Serialize;

use crate::args::{AlarmState, AlarmsListArgs, GlobalArgs};
use crate::connect;
use crate::exit::{Failure, Verdict};
use crate::output::Output;
use crate::{human, table};

/// What stands before the severity in a description.
const SEVERITY: &str = "Severity:";
/// Letters of a reason in the table.
const REASON: usize = 70;
/// What most reasons begin with, and nobody needs to read again.
const CROSSED: &str = "Threshold Crossed: ";

/// A deployed alarm.
#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    state: String,
    /// Since when it is in this state.
    since: Option<Timestamp>,
    /// `page`, `ticket` or `none`, from its description.
    severity: Option<String>,
    reason: Option<String>,
}

/// Asks CloudWatch.
pub(crate) async fn run(args: &AlarmsListArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let cloudwatch = connect::cloudwatch(global, output).await?;
    let prefix = format!("{}-", global.stack);
    let alarms = listed(&cloudwatch, &prefix, args.state).await?;
    output.answer(&serde_json::json!({ "alarms": alarms }))?;
    if alarms.is_empty() {
        let state = args.state.map(|state| format!(" in {}", value(state).as_str())).unwrap_or_default();
        output.line(format!("no alarms{state} whose names begin with {prefix}"))?;
    } else if !output.is_json() {
        output.line(listing(&alarms, Timestamp::now()))?;
    }
    Ok(Verdict::Fine)
}

async fn listed(
    cloudwatch: &aws_sdk_cloudwatch::Client,
    prefix: &str,
    state: Option<AlarmState>,
) -> Result<Vec<Listed>, Failure> {
    let mut pages = cloudwatch
        .describe_alarms()
        .alarm_name_prefix(prefix)
        .alarm_types(AlarmType::MetricAlarm)
        .alarm_types(AlarmType::CompositeAlarm)
        .set_state_value(state.map(value))
        .into_paginator()
        .send();
    let mut alarms = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            let reason = DisplayErrorContext(&error).to_string();
            let reason = reason.split(" (").next().unwrap_or(&reason).to_owned();
            Failure::unreachable(format!("cannot list the alarms: {reason}"))
                .hint("check credentials and network; `atalaya local status` tells whether the local AWS runs")
        })?;
        alarms.extend(page.metric_alarms().iter().map(Listed::metric));
        alarms.extend(page.composite_alarms().iter().map(Listed::composite));
    }
    alarms.sort_by_cached_key(|alarm| (rank(&alarm.state), alarm.name.clone()));
    Ok(alarms)
}

impl Listed {
    fn metric(alarm: &MetricAlarm) -> Self {
        Self {
            name: alarm.alarm_name().unwrap_or_default().to_owned(),
            state: alarm.state_value().map_or("", StateValue::as_str).to_owned(),
            since: since(alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp())),
            severity: alarm.alarm_description().and_then(severity),
            reason: alarm.state_reason().map(str::to_owned),
        }
    }

    fn composite(alarm: &CompositeAlarm) -> Self {
        Self {
            name: alarm.alarm_name().unwrap_or_default().to_owned(),
            state: alarm.state_value().map_or("", StateValue::as_str).to_owned(),
            since: since(alarm.state_transitioned_timestamp().or(alarm.state_updated_timestamp())),
            severity: alarm.alarm_description().and_then(severity),
            reason: alarm.state_reason().map(str::to_owned),
        }
    }
}

fn since(at: Option<&aws_sdk_cloudwatch::primitives::DateTime>) -> Option<Timestamp> {
    at.and_then(|at| Timestamp::from_nanosecond(at.as_nanos()).ok())
}

/// The word after `Severity:` in a description's line.
fn severity(description: &str) -> Option<String> {
    let line = description.lines().find_map(|line| line.trim().strip_prefix(SEVERITY))?;
    line.split_whitespace().next().map(str::to_owned)
}

/// The worst first.
fn rank(state: &str) -> u8 {
    match state {
        "ALARM" => 0,
        "INSUFFICIENT_DATA" => 1,
        _ => 2,
    }
}

const fn value(state: AlarmState) -> StateValue {
    match state {
        AlarmState::Ok => StateValue::Ok,
        AlarmState::Alarm => StateValue::Alarm,
        AlarmState::InsufficientData => StateValue::InsufficientData,
    }
}

fn listing(alarms: &[Listed], now: Timestamp) -> String {
    let mut listing = table::new(["alarm", "state", "since", "severity", "reason"]);
    for alarm in alarms {
        let colour = match alarm.state.as_str() {
            "ALARM" => Some(Color::Red),
            "OK" => Some(Color::Green),
            _ => None,
        };
        let state = Cell::new(&alarm.state);
        listing.add_row([
            Cell::new(&alarm.name),
            colour.map_or(state.clone(), |colour| state.fg(colour)),
            Cell::new(alarm.since.map_or_else(|| "–".to_owned(), |since| human::ago(since, now))),
            Cell::new(alarm.severity.as_deref().unwrap_or("–")),
            Cell::new(short_reason(alarm)),
        ]);
    }
    table::render(&listing)
}

/// Why the alarm is not OK; of one that is, the table says nothing.
fn short_reason(alarm: &Listed) -> String {
    let reason = alarm.reason.as_deref().filter(|_| alarm.state != StateValue::Ok.as_str()).unwrap_or_default();
    human::shorten(reason.strip_prefix(CROSSED).unwrap_or(reason), REASON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_severity_stands_in_the_description() {
        assert_eq!(severity("Files fail.\nSeverity: page\nFirst step: look").as_deref(), Some("page"));
        assert_eq!(severity("Severity:ticket (daytime)").as_deref(), Some("ticket"));
        assert_eq!(severity("Files fail."), None);
    }

    #[test]
    fn the_listing_has_a_line_for_each_alarm() {
        let now: Timestamp = "2026-01-05T08:00:00Z".parse().expect("a time");
        let alarm = MetricAlarm::builder()
            .alarm_name("atalaya-FilesFailed")
            .alarm_description("Files fail.\nSeverity: page")
            .state_value(StateValue::Alarm)
            .state_transitioned_timestamp(aws_sdk_cloudwatch::primitives::DateTime::from_secs(now.as_second() - 180))
            .state_reason(
                "Threshold Crossed: 1 datapoint [8.0 (05/01/26 07:56:00)] was greater than the threshold (5.0).",
            )
            .build();
        let fine = CompositeAlarm::builder()
            .alarm_name("atalaya-PipelineDown")
            .state_value(StateValue::Ok)
            .state_reason("was created and its alarm rule evaluates to OK")
            .build();
        let text = listing(&[Listed::metric(&alarm), Listed::composite(&fine)], now);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        for word in ["atalaya-FilesFailed", "ALARM", "3 min ago", "page", "  1 datapoint [8.0"] {
            assert!(lines[1].contains(word), "{text}");
        }
        assert_eq!(lines[2].split_whitespace().collect::<Vec<_>>(), ["atalaya-PipelineDown", "OK", "–", "–"]);
    }
}
