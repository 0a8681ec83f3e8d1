//! Running the blocks of a runbook as they are printed.

use std::collections::BTreeMap;

use atalaya_cloudwatch::{dashboard::TimeRange, insights::Query as InsightsQuery};
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
            // What shows nothing finds no cause.
            Ok(ran) => {
                let shows = section != SectionName::Diagnosis || !ran.output.trim().is_empty();
                let passed = ran.code == Some(0) && shows;
                (ran, passed)
            }
            Err(why) => (Ran { code: None, output: why, took: std::time::Duration::ZERO }, false),
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

/// Asks Logs Insights, over the last hours of CloudWatch's clock.
fn search(world: &World, text: &str, query: &Query, values: &BTreeMap<Placeholder, String>) -> Result<Ran, String> {
    let begun = std::time::Instant::now();
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
