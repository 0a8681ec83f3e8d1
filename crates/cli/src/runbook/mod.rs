//! `atalaya runbook`: what to do about an alarm, with the values of now filled into the commands.

mod found;
mod index;
mod markdown;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use atalaya_runbook::{Named, Part, Placeholder, Runbook, Section, fill};
use serde_json::{Value, json};

use crate::args::{GlobalArgs, RunbookArgs};
use crate::connect;
use atalaya_operations::cloudwatch::Deployed;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

/// How long AWS may take; the page is worth more than its values.
const PATIENCE: Duration = Duration::from_secs(15);

/// Shows the page of an alarm, or the index of all.
pub(crate) async fn run(args: &RunbookArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let Some(alarm) = &args.alarm else { return index::run(global, output).await };
    let named = named(alarm, &global.stack)?;
    let runbook = read(&named)?;
    let now = found::look(&named, &runbook, global, output, PATIENCE).await;
    let shown = Shown::fill(&named, &runbook, now);
    output.answer(&shown.json())?;
    if !output.is_json() {
        output.line(page::tell(&shown))?;
    }
    Ok(Verdict::Fine)
}

fn named<'a>(alarm: &'a str, stack: &str) -> Result<Named<'a>, Failure> {
    atalaya_runbook::named(alarm, stack).ok_or_else(|| {
        let names = atalaya_runbook::all().iter().map(|(name, _)| *name);
        let hint = match atalaya_document::nearest::word(alarm, names) {
            Some(near) => format!("did you mean `{near}`? `atalaya runbook` lists all pages"),
            None => "`atalaya runbook` lists all pages; the prefix of another stack needs --stack".to_owned(),
        };
        Failure::not_found(format!("there is no runbook for an alarm called `{alarm}`")).hint(hint)
    })
}

fn read(named: &Named<'_>) -> Result<Runbook, Failure> {
    // A test reads every page that is embedded.
    named.parse().map_err(|faults| Failure::internal(faults.to_string()))
}

/// What AWS says about the alarm now.
#[derive(Debug, Default)]
struct Now {
    /// Its instances, or the one that is meant; empty when CloudWatch did not answer or has none.
    alarms: Vec<Deployed>,
    /// What the placeholders stand for.
    values: BTreeMap<Placeholder, String>,
    /// What there is to know about the values, a sentence each.
    notes: Vec<String>,
}

/// A page with its values.
struct Shown<'a> {
    runbook: &'a Runbook,
    instance: Option<&'a str>,
    now: Now,
    /// The sections with everything filled that has a value.
    sections: Vec<Section>,
    /// What has none.
    open: BTreeSet<Placeholder>,
}

impl<'a> Shown<'a> {
    fn fill(named: &Named<'a>, runbook: &'a Runbook, now: Now) -> Self {
        let mut open = BTreeSet::new();
        let mut filled = |text: &str| match fill(text, &now.values) {
            Ok(text) => text,
            Err(unfilled) => {
                open.extend(unfilled.missing);
                unfilled.text
            }
        };
        let mut sections = runbook.sections.clone();
        for part in sections.iter_mut().flat_map(|section| &mut section.parts) {
            match part {
                Part::Text(text) => *text = filled(text),
                Part::Command(command) => command.text = filled(&command.text),
                Part::Query(query) => {
                    query.text = filled(&query.text);
                    for group in &mut query.groups {
                        *group = filled(group);
                    }
                }
            }
        }
        Self { runbook, instance: named.instance, now, sections, open }
    }

    fn json(&self) -> Value {
        let Runbook { alarm, severity, owner, drill, title, .. } = self.runbook;
        let states: Vec<_> = self
            .now
            .alarms
            .iter()
            .map(|alarm| json!({ "name": alarm.name, "state": alarm.state, "since": alarm.since }))
            .collect();
        json!({
            "alarm": alarm,
            "instance": self.instance,
            "title": title,
            "severity": severity,
            "owner": owner,
            "drill": drill,
            "alarms": states,
            "values": self.now.values.iter().map(|(name, value)| (name.as_str(), value)).collect::<BTreeMap<_, _>>(),
            "open": self.open,
            "notes": self.now.notes,
            "sections": self.sections,
        })
    }
}

/// The alarms of the stack, if CloudWatch answers in time.
async fn alarms(global: &GlobalArgs, output: &Output) -> Result<Vec<Deployed>, Failure> {
    let prefix = format!("{}-", global.stack);
    let asked =
        async { connect::cloudwatch(global, output).await?.alarms_by_our_clock(&prefix).await.map_err(connect::cloud) };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure::unreachable(format!("CloudWatch did not answer within {} s", PATIENCE.as_secs()))),
    }
}

/// The alarms among `all` that a page is about: one, or the instances of a family.
fn instances<'a>(all: &'a [Deployed], stack: &str, page: &str) -> Vec<&'a Deployed> {
    all.iter()
        .filter(|alarm| atalaya_runbook::named(&alarm.name, stack).is_some_and(|found| found.name == page))
        .collect()
}

#[cfg(test)]
mod tests;
