//! The explanation for a person, from the top: what is wrong, why, what is watched, what happened before, what to do.

use atalaya_cloud::alarms::AlarmChange;
use atalaya_cloudwatch::alarm::{Alarm, CompositeAlarm, MetricAlarm};
use atalaya_cloudwatch::{MetricDataQuery, QuerySource};
use atalaya_contract::{AlarmCondition, AlarmPeriods, AlarmSeverity, AlarmState, Comparison, MissingData, inert};
use comfy_table::{Cell, Color};
use jiff::Timestamp;

use super::super::list::{Listed, listing};
use super::datapoints::{self, Datapoint};
use super::{Explained, Lately, heading};
use crate::reject::sentence;
use atalaya_operations::cloudwatch::watched;
use atalaya_terminal::chart::{self, Course};
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Points that a table shows at most: the newest.
const POINTS: usize = 12;
/// Columns of the course over time, and its rows.
const CHART: (usize, usize) = (60, 4);
/// Letters of a reason in a line of the history.
const REASON: usize = 90;

/// The whole explanation.
pub(super) fn tell(explained: &Explained, now: Timestamp) -> String {
    let mut parts = vec![head(explained, now), why(explained)];
    parts.extend(subject(explained, now));
    parts.push(before(explained, now));
    parts.extend(what_to_do(explained));
    parts.join("\n\n")
}

fn wrapped(text: &str) -> String {
    human::wrap(&sentence(text).to_string(), "  ", table::terminal_width())
}

/// `✗ ALARM  atalaya-FilesFailed  page`, and what it means.
fn head(explained: &Explained, now: Timestamp) -> String {
    let alarm = &explained.alarm;
    let (sign, colour) = match alarm.state {
        AlarmState::Alarm => ('✗', style::BAD),
        AlarmState::Ok => ('✓', style::GOOD),
        AlarmState::InsufficientData => ('?', style::WARN),
    };
    let severity = match explained.description.severity {
        Some(AlarmSeverity::Page) => "  page: somebody acts now",
        Some(AlarmSeverity::Ticket) => "  ticket: it can wait for working hours",
        Some(AlarmSeverity::None) => "  acts on nothing itself; it feeds another alarm",
        None => "",
    };
    let mut lines = vec![format!(
        "{}  {}{}",
        paint(colour, format!("{sign} {}", alarm.state)),
        paint(style::STRONG, inert::text(&alarm.name)),
        paint(style::DIM, severity)
    )];
    if let Some(since) = alarm.since {
        lines.push(format!("  since {} UTC, {}", human::time(since), human::ago(since, now)));
    }
    if !explained.description.summary.is_empty() {
        lines.push(wrapped(&explained.description.summary));
    }
    lines.join("\n")
}

/// The reason, and the points behind it.
fn why(explained: &Explained) -> String {
    let mut lines = vec![heading("Why")];
    lines.push(wrapped(explained.alarm.reason.as_deref().unwrap_or("CloudWatch gives no reason.")));
    if let Some(suppressed) = &explained.alarm.suppressed {
        lines.push(wrapped(&format!("Its actions are kept back: {suppressed}")));
    }
    if !explained.decided_on.is_empty() {
        lines.push(String::new());
        lines.push(points(&explained.decided_on, explained.alarm.metric_alarm()));
    }
    lines.join("\n")
}

/// A line for each of the newest points.
fn points(points: &[Datapoint], alarm: Option<&MetricAlarm>) -> String {
    let limit =
        alarm.and_then(condition).map(|when| format!("{} {}", when.comparison.sign(), human::figure(when.threshold)));
    let mut shown = table::new(["period from (UTC)", "value", limit.as_deref().unwrap_or("beyond")]);
    table::right_align(&mut shown, &[1]);
    let older = points.len().saturating_sub(POINTS);
    for point in &points[older..] {
        let judged = match point.breaching {
            Some(true) => Cell::new("beyond").fg(Color::Red),
            Some(false) => Cell::new("within").fg(Color::Green),
            None => Cell::new("no data"),
        };
        let value = point.value.map_or_else(|| "–".to_owned(), human::figure);
        shown.add_row([Cell::new(human::time(point.at)), Cell::new(value), judged]);
    }
    let older = if older > 0 { format!("\n  … and {older} older") } else { String::new() };
    format!("{}{older}", table::render(&shown))
}

/// What the alarm watches, and what that did lately.
fn subject(explained: &Explained, now: Timestamp) -> Vec<String> {
    let mut lines = vec![heading("What it watches")];
    match &explained.alarm.definition {
        Ok(Alarm::Metric(alarm)) => lines.extend(metric_lines(alarm)),
        Ok(Alarm::Composite(alarm)) => lines.extend(composite_lines(alarm, &explained.children, now)),
        Err(unknown) => lines.push(wrapped(&format!("This alarm has {unknown}, which is not explained here."))),
    }
    let mut parts = vec![lines.join("\n")];
    if let (Some(lately), Some(alarm)) = (&explained.lately, explained.alarm.metric_alarm()) {
        parts.push(course(lately, alarm));
    }
    if !explained.parents.is_empty() {
        parts.push(format!("{}\n{}", heading("Alarms above it"), listing(&explained.parents, now)));
    }
    parts
}

fn metric_lines(alarm: &MetricAlarm) -> Vec<String> {
    let queries = watched(alarm);
    let mut lines: Vec<_> = match &queries[..] {
        [only] => vec![wrapped(&query(only))],
        several => {
            let widest = several.iter().map(|query| query.id.chars().count()).max().unwrap_or_default();
            let line = |query: &MetricDataQuery| {
                let mark = if query.return_data { "→" } else { " " };
                format!("  {mark} {:<widest$}  {}", query.id, self::query(query))
            };
            several.iter().map(line).collect()
        }
    };
    lines.extend(condition(alarm).map(|condition| wrapped(&format!("ALARM when {condition}."))));
    lines
}

/// `Sum of Atalaya FilesFailed {Dataset=orders}, each 1 min`, or an expression.
pub(super) fn query(query: &MetricDataQuery) -> String {
    match &query.source {
        QuerySource::Metric(stat) => {
            format!("{} of {}, each {}", stat.stat, stat.metric, human::period(stat.period))
        }
        QuerySource::Expression { expression, .. } => expression.clone(),
    }
}

/// When it alarms; nothing where its comparison is not known here.
fn condition(alarm: &MetricAlarm) -> Option<AlarmCondition> {
    Some(AlarmCondition {
        what: "the value".to_owned(),
        comparison: Comparison::from_name(alarm.comparison.as_str())?,
        threshold: alarm.threshold,
        periods: AlarmPeriods {
            datapoints: alarm.datapoints(),
            of: alarm.evaluation_periods,
            seconds: Some(datapoints::period(alarm)),
        },
        missing_data: MissingData::from_name(alarm.missing_data().as_str()),
    })
}

fn composite_lines(alarm: &CompositeAlarm, children: &[Listed], now: Timestamp) -> Vec<String> {
    let mut lines = vec![wrapped(&format!("ALARM when {}", alarm.rule))];
    if let Some(suppressor) = &alarm.suppressor {
        let name = suppressor.alarm.rsplit(":alarm:").next().unwrap_or(&suppressor.alarm);
        lines.push(wrapped(&format!("Its actions are kept back while {name} is on.")));
    }
    if !children.is_empty() {
        lines.push(String::new());
        lines.push(listing(children, now));
    }
    lines
}

/// The course of the last hours, with the threshold.
fn course(lately: &Lately, alarm: &MetricAlarm) -> String {
    let title = heading(&format!("The last {}", human::span(lately.length)));
    let points: Vec<_> = lately.points.iter().filter_map(|point| Some((point.at.as_second(), point.value?))).collect();
    let Some((at, newest)) = points.last().copied() else {
        return format!("{title}\n  no data");
    };
    let at = Timestamp::from_second(at).map(human::time).unwrap_or_default();
    let newest = format!("  newest: {} at {at} UTC", human::figure(newest));
    if table::terminal_width().is_none() {
        let beyond = lately.points.iter().filter(|point| point.breaching == Some(true)).count();
        return format!("{title}\n{newest}; {beyond} of {} periods with data beyond the threshold", points.len());
    }
    let course = Course { points: &points, start: lately.start, end: lately.end };
    let (columns, height) = CHART;
    let drawn = chart::framed(course, columns, height, Some(alarm.threshold));
    format!("{title}\n{drawn}\n{newest}")
}

/// The last changes of the state.
fn before(explained: &Explained, now: Timestamp) -> String {
    let mut lines = vec![heading("What happened before")];
    lines.extend(explained.changes.iter().map(|change| self::change(change, now)));
    if explained.changes.is_empty() {
        let configured = explained.alarm.configured.map(|at| format!(", which was {}", human::ago(at, now)));
        lines.push(format!("  no change of its state since it was configured{}", configured.unwrap_or_default()));
    }
    lines.join("\n")
}

fn change(change: &AlarmChange, now: Timestamp) -> String {
    let at = change.at.map(human::time).unwrap_or_default();
    let ago = change.at.map(|at| human::ago(at, now)).unwrap_or_default();
    let (Some(from), Some(to)) = (&change.from, &change.to) else {
        return format!("  {at}  {}", change.summary);
    };
    let reason = change.reason.as_deref().unwrap_or_default();
    let reason = human::shorten(reason.strip_prefix("Threshold Crossed: ").unwrap_or(reason), REASON);
    format!(
        "  {at}  {from} → {to}  {}\n{}",
        paint(style::DIM, ago),
        human::wrap(&reason, "      ", table::terminal_width())
    )
}

/// First step, runbook and dashboard, where the description names them.
fn what_to_do(explained: &Explained) -> Option<String> {
    let description = &explained.description;
    let named = [
        ("first step", description.first_step.as_deref().map(without_braces)),
        ("runbook", description.runbook.clone()),
        ("dashboard", description.dashboard.clone()),
    ];
    let lines: Vec<_> = named
        .into_iter()
        .filter_map(|(name, text)| Some(format!("  {name:<11}{}", paint(style::COMMAND, text?))))
        .collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", heading("What to do"), lines.join("\n")))
}

/// What a page fills in, such as `{file_id}`, is for a person to fill in here: `<file id>`.
pub(crate) fn without_braces(step: &str) -> String {
    let mut text = String::new();
    let mut rest = step;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        text.push_str(&format!("{before}<{}>", name.replace('_', " ")));
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::super::tests::deployed;
    use super::*;
    use atalaya_contract::AlarmDescription;

    fn explained() -> Explained {
        let alarm = deployed("atalaya-FilesFailed");
        let at = |minute: i64| alarm.since.expect("is set") - jiff::SignedDuration::from_mins(minute);
        let rule = alarm.metric_alarm().map(|alarm| (alarm.comparison, alarm.threshold));
        let decided_on = vec![Datapoint::judged(at(2), Some(8.0), rule), Datapoint::judged(at(1), None, rule)];
        let changes = vec![AlarmChange {
            at: Some(at(0)),
            from: Some("OK".to_owned()),
            to: Some("ALARM".to_owned()),
            reason: Some("Threshold Crossed: two".to_owned()),
            summary: String::new(),
        }];
        let lately = Some(Lately {
            start: at(180).as_second(),
            end: at(0).as_second(),
            length: 10_800,
            points: decided_on.clone(),
        });
        Explained {
            description: AlarmDescription::read(alarm.description.as_deref().unwrap_or_default()),
            alarm,
            decided_on,
            lately,
            children: vec![],
            parents: vec![],
            changes,
        }
    }

    #[test]
    fn the_explanation_tells_everything_in_words() {
        let explained = explained();
        let now = explained.alarm.since.expect("is set") + jiff::SignedDuration::from_mins(3);
        let text = anstream::adapter::strip_str(&tell(&explained, now)).to_string();
        for part in [
            "✗ ALARM  atalaya-FilesFailed  page: somebody acts now",
            "since 2026-01-05 08:00:00 UTC, 3 min ago",
            "Files fail.",
            "2 datapoints were greater than the threshold (5.0).",
            "2026-01-05 07:58:00      8  beyond",
            "2026-01-05 07:59:00      –  no data",
            "Sum of Atalaya FilesFailed, each 1 min",
            "ALARM when the value is more than 5 in 2 of 3 periods of 1 min; a period without data counts as within the threshold.",
            "The last 3 h",
            "newest: 8 at 2026-01-05 07:58:00 UTC",
            "2026-01-05 08:00:00  OK → ALARM  3 min ago",
            "first step atalaya files --status failed",
            "runbook    https://example.org/FilesFailed.md",
        ] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
    }

    #[test]
    fn a_person_fills_in_what_a_page_would() {
        assert_eq!(without_braces("atalaya file {file_id}; {dataset}"), "atalaya file <file id>; <dataset>");
        assert_eq!(without_braces("an open { brace"), "an open { brace");
    }

    #[test]
    fn a_composite_tells_its_rule_and_its_children() {
        let mut explained = explained();
        explained.children = vec![Listed::from(&deployed("atalaya-IntakeDlq"))];
        explained.alarm.definition = Ok(Alarm::Composite(CompositeAlarm {
            name: "atalaya-PipelineDegraded".to_owned(),
            description: None,
            actions: atalaya_cloudwatch::alarm::Actions::default(),
            rule: "ALARM(a) AND ALARM(b)".to_owned(),
            suppressor: Some(atalaya_cloudwatch::alarm::Suppressor {
                alarm: "arn:aws:cloudwatch:us-east-1:0:alarm:atalaya-PipelineDown".to_owned(),
                wait: 120,
                extension: 300,
            }),
        }));
        explained.lately = None;
        explained.changes.clear();
        let text = anstream::adapter::strip_str(&tell(&explained, Timestamp::now())).to_string();
        for part in [
            "ALARM when ALARM(a) AND ALARM(b)",
            "kept back while atalaya-PipelineDown is on",
            "atalaya-IntakeDlq",
            "no change of its state since it was configured",
        ] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
    }
}
