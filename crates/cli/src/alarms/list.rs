//! `atalaya alarms list`: the deployed alarms and their states, the worst first.

use atalaya_contract::{AlarmDescription, AlarmSeverity, AlarmState};
use comfy_table::{Cell, Color};
use jiff::Timestamp;
use serde::Serialize;

use crate::args::{AlarmsListArgs, GlobalArgs};
use crate::connect;
use atalaya_operations::cloudwatch::Deployed;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::{human, table};

/// Letters of a reason in the table.
const REASON: usize = 70;
/// Fewer say nothing.
const LEAST_REASON: usize = 16;
/// What most reasons begin with, and nobody needs to read again.
const CROSSED: &str = "Threshold Crossed: ";

/// A deployed alarm in one line.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) state: AlarmState,
    /// Since when it is in this state.
    since: Option<Timestamp>,
    /// `page`, `ticket` or `none`, from its description.
    severity: Option<AlarmSeverity>,
    reason: Option<String>,
}

impl From<&Deployed> for Listed {
    fn from(alarm: &Deployed) -> Self {
        Self {
            name: alarm.name.clone(),
            state: alarm.state,
            since: alarm.since,
            severity: AlarmDescription::read(alarm.description.as_deref().unwrap_or_default()).severity,
            reason: alarm.reason.clone(),
        }
    }
}

/// Asks CloudWatch.
pub(crate) async fn run(args: &AlarmsListArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let cloudwatch = connect::cloudwatch(global, output).await?;
    let prefix = format!("{}-", global.stack);
    let alarms = listed(&cloudwatch.alarms(&prefix, args.state).await.map_err(connect::cloud)?);
    output.answer(&serde_json::json!({ "alarms": alarms }))?;
    if alarms.is_empty() {
        let state = args.state.map(|state| format!(" in {state}")).unwrap_or_default();
        output.line(format!("no alarms{state} whose names begin with {prefix}"))?;
    } else if !output.is_json() {
        output.line(listing(&alarms, cloudwatch.now().await))?;
    }
    Ok(Verdict::Fine)
}

/// A line for each, the worst first.
pub(super) fn listed<'a>(alarms: impl IntoIterator<Item = &'a Deployed>) -> Vec<Listed> {
    let mut alarms: Vec<_> = alarms.into_iter().collect();
    alarms.sort_by_cached_key(|alarm| alarm.rank());
    alarms.into_iter().map(Listed::from).collect()
}

/// A table of alarms.
pub(super) fn listing(alarms: &[Listed], now: Timestamp) -> String {
    listing_within(alarms, now, table::terminal_width())
}

/// A line for each; a name stays whole, since it is what one copies, and a reason gets the room that is left.
fn listing_within(alarms: &[Listed], now: Timestamp, width: Option<usize>) -> String {
    let since = |alarm: &Listed| alarm.since.map_or_else(|| "–".to_owned(), |since| human::ago(since, now));
    let widest = |heading: &str, cell: &dyn Fn(&Listed) -> usize| {
        alarms.iter().map(cell).fold(heading.len(), usize::max) + usize::from(table::GAP)
    };
    let others = widest("alarm", &|alarm| alarm.name.chars().count())
        + widest("state", &|alarm| alarm.state.as_str().len())
        + widest("since", &|alarm| since(alarm).chars().count())
        + widest("severity", &|_| 0);
    let room = width.map_or(REASON, |width| width.saturating_sub(others + usize::from(table::GAP)).min(REASON));
    let headings = ["alarm", "state", "since", "severity", "reason"];
    let columns = if room < LEAST_REASON { headings.len() - 1 } else { headings.len() };
    let mut listing = table::with_headings(headings[..columns].iter().copied());
    for alarm in alarms {
        let colour = match alarm.state {
            AlarmState::Alarm => Some(Color::Red),
            AlarmState::Ok => Some(Color::Green),
            AlarmState::InsufficientData => None,
        };
        let state = Cell::new(alarm.state);
        let row = [
            table::cell(&alarm.name),
            colour.map_or(state.clone(), |colour| state.fg(colour)),
            Cell::new(since(alarm)),
            Cell::new(alarm.severity.map_or("–", AlarmSeverity::as_str)),
            table::cell(&short_reason(alarm, room)),
        ];
        listing.add_row(row.into_iter().take(columns));
    }
    table::render(&listing)
}

/// Why the alarm is not OK, in so many characters; of one that is, the table says nothing.
fn short_reason(alarm: &Listed, room: usize) -> String {
    let reason = alarm.reason.as_deref().filter(|_| alarm.state != AlarmState::Ok).unwrap_or_default();
    let reason = reason.strip_prefix(CROSSED).unwrap_or(reason);
    if reason.chars().count() <= room { reason.to_owned() } else { human::shorten(reason, room.saturating_sub(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_has_a_line_for_each_alarm_the_worst_first() {
        let now: Timestamp = "2026-01-05T08:00:00Z".parse().expect("a time");
        let alarm = |name: &str, state: AlarmState, since, reason: &str| Deployed {
            name: name.to_owned(),
            arn: String::new(),
            description: Some("Files fail.\nSeverity: page".to_owned()),
            state,
            since,
            configured: None,
            reason: Some(reason.to_owned()),
            reason_data: None,
            suppressed: None,
            definition: Err("nothing".to_owned()),
        };
        let fine = alarm("atalaya-A", AlarmState::Ok, None, "evaluates to OK");
        let failed = alarm(
            "atalaya-FilesFailed",
            AlarmState::Alarm,
            Some(now - jiff::SignedDuration::from_secs(180)),
            "Threshold Crossed: 1 datapoint [8.0 (05/01/26 07:56:00)] was greater than the threshold (5.0).",
        );
        let text = listing(&listed([&fine, &failed]), now);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        for word in ["atalaya-FilesFailed", "ALARM", "3 min ago", "page", "  1 datapoint [8.0"] {
            assert!(lines[1].contains(word), "{text}");
        }
        assert_eq!(lines[2].split_whitespace().collect::<Vec<_>>(), ["atalaya-A", "OK", "–", "page"]);
        // However narrow the terminal is, a name is whole and an alarm one line.
        for width in [120, 80, 64, 50] {
            let text = listing_within(&listed([&fine, &failed]), now, Some(width));
            assert_eq!(text.lines().count(), 3, "{text}");
            assert!(
                text.contains("atalaya-FilesFailed") && text.lines().all(|line| line.chars().count() <= width),
                "{text}"
            );
            assert_eq!(text.contains("1 datapoint"), width >= 80, "{text}");
        }
    }
}
