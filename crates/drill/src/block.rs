//! Running the blocks of a runbook as they are printed.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_insights::Query as InsightsQuery;
use atalaya_runbook::{Command, Part, Placeholder, Query, Runbook, SectionName, fill};
use serde::Serialize;

use crate::{DrillError, World, desk::Ran};

/// How far back a query of the logs looks, in seconds of CloudWatch's clock: as the page's link to them does, about.
const LOOK_BACK: i64 = 3 * 3600;
/// Most rows of a query's answer that are kept.
const KEPT_ROWS: usize = 10;

/// A block of a runbook after it has run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockReport {
    /// The section that it stands in.
    pub section: SectionName,
    /// The line of the page where it begins.
    pub line: usize,
    /// What was run, filled.
    pub text: String,
    /// Whether it did what it has to.
    pub passed: bool,
    /// The exit code, of a command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The end of what it printed.
    pub output: String,
    /// Seconds of the wall's clock.
    pub seconds: f64,
}

/// A block that is to run.
pub(crate) enum Block<'a> {
    Command(&'a Command),
    Query(&'a Query),
}

impl Block<'_> {
    fn line(&self) -> usize {
        match self {
            Self::Command(command) => command.line,
            Self::Query(query) => query.line,
        }
    }
}

/// The blocks of a section that are for this cause or for all, in the order of the page.
pub(crate) fn of<'a>(runbook: &'a Runbook, section: SectionName, cause: &str) -> Vec<Block<'a>> {
    let parts = runbook.section(section).map(|section| section.parts.as_slice()).unwrap_or_default();
    let fits = |when: &Option<String>| when.as_deref().is_none_or(|when| when == cause);
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Command(command) => fits(&command.when).then_some(Block::Command(command)),
            Part::Query(query) => fits(&query.when).then_some(Block::Query(query)),
        })
        .collect()
}

/// Runs a block. That it failed stands in the report.
pub(crate) fn run(
    world: &World,
    section: SectionName,
    block: &Block<'_>,
    values: &BTreeMap<Placeholder, String>,
) -> Result<BlockReport, DrillError> {
    let told = |text: String, ran: Result<Ran, String>| {
        let (ran, passed) = match ran {
            Ok(ran) => {
                let passed = does_its_work(section, &text, &ran);
                (ran, passed)
            }
            Err(why) => (Ran { code: None, output: why, took: Duration::ZERO }, false),
        };
        let Ran { code, output, took } = ran;
        let seconds = took.as_secs_f64();
        BlockReport { section, line: block.line(), text, passed, code, output, seconds }
    };
    Ok(match block {
        Block::Command(command) => match fill(&command.text, values) {
            Ok(text) => {
                let ran = world.shell().run(&text)?;
                told(text, Ok(ran))
            }
            Err(unfilled) => told(command.text.clone(), Err(format!("{unfilled}: the page does not name it"))),
        },
        Block::Query(query) => match fill(&query.text, values) {
            Ok(text) => {
                let ran = search(world, &text, query, values);
                let shown = format!("{}\n{text}", query.groups.join(" "));
                told(shown, ran)
            }
            Err(unfilled) => told(query.text.clone(), Err(format!("{unfilled}: the page does not name it"))),
        },
    })
}

/// Whether a block did what it has to. A diagnosis has to show something, since what shows nothing finds no cause; and
/// it may say no, which `atalaya` tells by the exit code 1 without an error.
fn does_its_work(section: SectionName, text: &str, ran: &Ran) -> bool {
    let says_no = || {
        let asks = text.lines().last().is_some_and(|line| line.starts_with("atalaya "));
        ran.code == Some(1) && asks && !ran.output.lines().any(|line| line.starts_with("error:"))
    };
    match section {
        SectionName::Diagnosis => (ran.code == Some(0) || says_no()) && !ran.output.trim().is_empty(),
        _ => ran.code == Some(0),
    }
}

/// Asks Logs Insights, over the last hours of CloudWatch's clock.
fn search(world: &World, text: &str, query: &Query, values: &BTreeMap<Placeholder, String>) -> Result<Ran, String> {
    let begun = Instant::now();
    let parsed = InsightsQuery::parse(text).map_err(|error| error.to_string())?;
    let groups: Vec<_> = query
        .groups
        .iter()
        .map(|group| fill(group, values).map(group_of))
        .collect::<Result<_, _>>()
        .map_err(|unfilled| unfilled.to_string())?;
    let names: Vec<_> = groups.iter().map(String::as_str).collect();
    let now = world.cloudwatch_now().as_second();
    let range = TimeRange { start: now - LOOK_BACK, end: now + 1 };
    let answer = world.local().read(|_, logs| {
        if let Some(missing) = names.iter().find(|name| !logs.has(name)) {
            return Err(format!("there is no log group {missing}"));
        }
        parsed.run(logs, &names, range, now).map_err(|error| error.to_string())
    })?;
    let row = |row: &Vec<Option<String>>| {
        let cells = answer.columns.iter().zip(row);
        let told = cells.filter_map(|(column, cell)| Some(format!("{column}: {}", cell.as_deref()?)));
        told.collect::<Vec<_>>().join(", ")
    };
    let shown: Vec<_> = answer.rows.iter().take(KEPT_ROWS).map(row).collect();
    Ok(Ran { code: Some(0), output: shown.join("\n"), took: begun.elapsed() })
}

/// The log group that a page means: a function's by the function's name.
fn group_of(named: String) -> String {
    if named.starts_with('/') { named } else { format!("/aws/lambda/{named}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnosis_may_say_no_but_must_show_something() {
        let ran = |code, output: &str| Ran { code: Some(code), output: output.to_owned(), took: Duration::ZERO };
        let works = |section, text, code, output| does_its_work(section, text, &ran(code, output));
        let (diagnosis, verify) = (SectionName::Diagnosis, SectionName::Verify);
        assert!(works(diagnosis, "atalaya files", 0, "a file"));
        assert!(!works(diagnosis, "atalaya files", 0, " \n"), "it shows nothing");
        assert!(works(diagnosis, "atalaya doctor", 1, "1 thing differs"));
        assert!(!works(diagnosis, "atalaya file x", 1, "error: there is no file x"), "it did not find out");
        assert!(!works(diagnosis, "aws sqs list-queues", 1, "refused"), "only atalaya says no by 1");
        assert!(!works(diagnosis, "atalaya filse", 2, "error: unrecognized subcommand"));
        assert!(works(verify, "atalaya files", 0, "") && !works(verify, "atalaya doctor", 1, "1 thing differs"));
    }
}
