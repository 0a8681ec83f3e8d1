//! Dashboards before they are deployed: bodies out of a template, with the data of a file, as text, JSON or pictures.

mod json;
mod picture;
mod series_file;
mod simulation;
mod templates;
mod text;
mod time;

use std::collections::BTreeMap;

use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_dashboard::{Dashboard, DashboardFaults, Panel};
use atalaya_document::nearest;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::output::Output;
use atalaya_terminal::{human, table};
use jiff::Timestamp;

pub use picture::{PictureArgs, PictureTheme};
pub use simulation::simulate;
pub use templates::{Templates, declared, parse, unusable};
pub use time::TimeArgs;

/// Columns of a text that goes elsewhere than to a terminal.
const PAGE: usize = 100;

/// What a dashboard shows, ready for any way of showing it.
#[derive(Debug)]
pub struct Shown {
    /// The dashboard's whole name.
    pub name: String,
    /// The time that it shows.
    pub range: TimeRange,
    /// The time of looking.
    pub now: i64,
    /// What its variables have.
    pub variables: BTreeMap<String, String>,
    /// Its widgets, in the order of the body.
    pub panels: Vec<Panel>,
}

/// `the last 3 hours · dataset orders · seen 2026-01-05 08:00 UTC`.
fn subtitle(shown: &Shown) -> String {
    let mut parts = vec![shown.range.in_words(shown.now)];
    parts.extend(shown.variables.iter().map(|(id, value)| format!("{id} {value}")));
    let seen = Timestamp::from_second(shown.now).unwrap_or_default();
    parts.push(format!("seen {} UTC", seen.strftime("%Y-%m-%d %H:%M")));
    parts.join(" · ")
}

/// The dashboard as JSON for a script; else drawn, or as text.
///
/// # Errors
/// It cannot be written.
pub fn show(shown: &Shown, args: &PictureArgs, output: &mut Output) -> Result<(), Failure> {
    output.answer(&json::answer(shown))?;
    if let Some(path) = &args.out {
        return args.save(shown, path, output);
    }
    if output.is_json() {
        return Ok(());
    }
    let width = table::terminal_width();
    output.line(text::text(shown, width.unwrap_or(PAGE), width.is_some()))
}

/// `NAME=VALUE` of the command line.
///
/// # Errors
/// What it must look like.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A body that cannot be used, or a variable that there is not, as a failure with every fault.
#[must_use]
pub fn faults(faults: &DashboardFaults) -> Failure {
    let lines: Vec<_> = faults.faults.iter().map(|fault| format!("  {fault}")).collect();
    let count = human::counted(faults.faults.len() as u64, "fault");
    let details: Vec<_> =
        faults.faults.iter().map(|fault| serde_json::json!({ "path": fault.path, "message": fault.message })).collect();
    Failure::template(format!("{count} in the dashboard {}:\n{}", faults.dashboard, lines.join("\n")))
        .details(details.into())
}

/// The dashboard's variables with what is chosen over what they open with.
///
/// # Errors
/// A variable that there is not, or a value that it cannot have.
pub fn choose(
    dashboard: &Dashboard,
    opening: BTreeMap<String, String>,
    chosen: BTreeMap<String, String>,
) -> Result<(Dashboard, BTreeMap<String, String>), Failure> {
    let variables: BTreeMap<_, _> = opening.into_iter().chain(chosen).collect();
    let dashboard = dashboard.choose(&variables).map_err(|error| faults(&error))?;
    Ok((dashboard, variables))
}

/// Why a dashboard is not there, with the names of those that are.
#[must_use]
pub fn no_dashboard<'a>(name: &str, stack: &str, others: impl Iterator<Item = &'a str>) -> Failure {
    let prefix = format!("{stack}-");
    let others: Vec<_> = others.map(|other| other.strip_prefix(&prefix).unwrap_or(other)).collect();
    let failure = Failure::not_found(format!("no dashboard is called `{name}`"));
    failure.hint(match (nearest::word(name, others.iter().copied()), &others[..]) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => format!("none is called {prefix}…; is this the right --stack, account and region?"),
        (None, others) => format!("there are {}", others.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashboard_that_is_not_there_is_told_with_those_that_are() {
        let hint = |name, others: &[&'static str]| {
            let Failure::Told(told) = no_dashboard(name, "atalaya", others.iter().copied()) else { panic!("told") };
            told.advice().expect("a hint").to_owned()
        };
        let all = ["atalaya-overview", "atalaya-cost", "strange"];
        assert_eq!(hint("overvew", &all), "did you mean `overview`?");
        assert_eq!(hint("zebra-stripes", &all), "there are overview, cost, strange");
        assert!(hint("overview", &[]).contains("--stack"));
    }
}
