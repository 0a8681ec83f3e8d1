//! All pages in a table, those of alarms that are on first.

use atalaya_contract::AlarmState;
use atalaya_runbook::{Runbook, Severity};
use comfy_table::{Cell, Color};
use serde_json::json;

use super::{alarms, instances};
use crate::args::GlobalArgs;
use atalaya_operations::cloudwatch::Deployed;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::table;

/// A page in one line.
struct Entry {
    runbook: Runbook,
    /// The worst state of its alarms; absent when CloudWatch did not answer, or has none.
    state: Option<AlarmState>,
    /// The instances that are on, by what tells them apart.
    on: Vec<String>,
}

pub(super) async fn run(global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let (deployed, unknown) = match alarms(global, output).await {
        Ok(alarms) => (alarms, None),
        Err(failure) => (Vec::new(), Some(failure.to_string())),
    };
    let entries = entries(&deployed, &global.stack)?;
    let listed: Vec<_> = entries
        .iter()
        .map(|Entry { runbook, state, on }| {
            json!({
                "alarm": runbook.alarm, "severity": runbook.severity, "owner": runbook.owner, "title": runbook.title,
                "state": state, "on": on,
            })
        })
        .collect();
    output.answer(&json!({ "runbooks": listed, "unknown": unknown }))?;
    output.line(listing(&entries))?;
    if let Some(unknown) = unknown {
        output.line(paint(style::WARN, format!("\nwhat is on is not known: {unknown}")))?;
    }
    output.line(paint(style::DIM, "\natalaya runbook ALARM shows a page; atalaya status, what is wrong now"))?;
    Ok(Verdict::Fine)
}

fn entries(deployed: &[Deployed], stack: &str) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for (name, text) in atalaya_runbook::all() {
        let runbook = Runbook::parse(name, text).map_err(|faults| Failure::internal(faults.to_string()))?;
        let mut alarms = instances(deployed, stack, name);
        alarms.sort_by_key(|alarm| alarm.rank());
        let on = alarms.iter().filter(|alarm| alarm.state == AlarmState::Alarm);
        let on =
            on.filter_map(|alarm| atalaya_runbook::named(&alarm.name, stack)?.instance.map(str::to_owned)).collect();
        entries.push(Entry { runbook, state: alarms.first().map(|alarm| alarm.state), on });
    }
    entries
        .sort_by_key(|entry| (!entry.is_on(), std::cmp::Reverse(entry.runbook.severity), entry.runbook.alarm.clone()));
    Ok(entries)
}

impl Entry {
    fn is_on(&self) -> bool {
        self.state == Some(AlarmState::Alarm)
    }
}

fn listing(entries: &[Entry]) -> String {
    let mut listing = table::new(["alarm", "severity", "state", "what it says"]);
    for entry in entries {
        let state = match (entry.state, &entry.on[..]) {
            (None, _) => Cell::new("–"),
            (Some(state @ AlarmState::Alarm), []) => Cell::new(state).fg(Color::Red),
            (Some(state @ AlarmState::Alarm), on) => table::cell(&format!("{state}: {}", on.join(", "))).fg(Color::Red),
            (Some(AlarmState::InsufficientData), _) => Cell::new("no data"),
            (Some(state @ AlarmState::Ok), _) => Cell::new(state),
        };
        let severity = Cell::new(entry.runbook.severity);
        let page = entry.runbook.severity == Severity::Page && entry.is_on();
        listing.add_row([
            Cell::new(&entry.runbook.alarm),
            if page { severity.fg(Color::Red) } else { severity },
            state,
            Cell::new(&entry.runbook.title),
        ]);
    }
    table::render(&listing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarms::explain::tests::deployed;

    #[test]
    fn what_is_on_comes_first_and_pages_before_tickets() {
        let mut fine = deployed("s-PipelineDown");
        fine.state = AlarmState::Ok;
        let alarms =
            [fine, deployed("s-RejectRate-orders"), deployed("s-FunctionErrors-notify"), deployed("s-Strange")];
        let entries = entries(&alarms, "s").expect("all pages can be read");
        let first: Vec<_> = entries.iter().take(2).map(|entry| (entry.runbook.alarm.as_str(), &entry.on[..])).collect();
        assert_eq!(first, [("FunctionErrors", &["notify".to_owned()][..]), ("RejectRate", &["orders".to_owned()][..])]);
        assert_eq!(entries.len(), atalaya_runbook::all().len());
        let text = listing(&entries);
        assert!(text.lines().nth(1).is_some_and(|line| line.contains("ALARM: notify")), "{text}");
        let down = text.lines().find(|line| line.contains("PipelineDown")).expect("a line");
        assert!(down.contains(" OK "), "{down}");
    }
}
