//! `atalaya contract lint`.

use std::path::Path;

use atalaya_contract::{LintReport, Unenforced, Violation, inert};
use serde::Serialize;

use crate::args::LintArgs;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// What `--json` says about one contract.
#[derive(Serialize)]
struct Entry<'a> {
    file: String,
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    datasets: Vec<&'a str>,
    violations: &'a [Violation],
    unenforced: &'a [Unenforced],
}

/// Lints each file; one wrong contract makes the whole a failure.
pub(crate) fn run(args: &LintArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let mut reports = Vec::with_capacity(args.files.len());
    for path in &args.files {
        reports.push((path, super::report(&super::text(path)?)));
    }
    for (path, report) in &reports {
        print(path, report, args.quiet, output)?;
    }
    let entries: Vec<_> = reports.iter().map(|(path, report)| entry(path, report)).collect();
    let valid = entries.iter().all(|entry| entry.valid);
    output.answer(&serde_json::json!({ "valid": valid, "files": entries }))?;
    Ok(if valid { Verdict::Fine } else { Verdict::BadContract })
}

fn entry<'a>(path: &Path, report: &'a LintReport) -> Entry<'a> {
    let contract = report.contract.as_ref();
    Entry {
        file: path.display().to_string(),
        valid: report.violations.is_empty(),
        id: contract.map(|contract| contract.id.as_str()),
        version: contract.map(|contract| contract.version.as_str()),
        datasets: contract.map(super::datasets).unwrap_or_default(),
        violations: &report.violations,
        unenforced: &report.unenforced,
    }
}

fn print(path: &Path, report: &LintReport, quiet: bool, output: &mut Output) -> Result<(), Failure> {
    if report.violations.is_empty() {
        output.line(format!("{} {}{}", paint(style::GOOD, "✓ valid"), path.display(), summary(report)))?;
    } else {
        let noun = if report.violations.len() == 1 { "violation" } else { "violations" };
        let verdict = paint(style::BAD, format!("✗ {} {noun}", report.violations.len()));
        output.line(format!("{verdict} {}", path.display()))?;
        for violation in &report.violations {
            output.line(super::describe(path, violation))?;
        }
    }
    if quiet || report.unenforced.is_empty() {
        return Ok(());
    }
    output.line(paint(style::DIM, "  valid, but not enforced by Atalaya:"))?;
    for line in unenforced(&report.unenforced) {
        output.line(paint(style::DIM, human::wrap(&line, "    ", table::terminal_width())))?;
    }
    Ok(())
}

/// One line for all that is passed over for the same reason: `reason: path (line 8), path (line 9)`.
fn unenforced(items: &[Unenforced]) -> Vec<String> {
    let mut reasons: Vec<&str> = Vec::new();
    for item in items {
        if !reasons.contains(&item.what.as_str()) {
            reasons.push(&item.what);
        }
    }
    let places = |reason: &str| {
        let items = items.iter().filter(|item| item.what == reason);
        items.map(|item| format!("{} (line {})", inert::text(&item.path), item.line)).collect::<Vec<_>>().join(", ")
    };
    reasons.into_iter().map(|reason| format!("{}: {}", inert::sentence(reason), places(reason))).collect()
}

/// `  id version, dataset a (19 columns) at s3://…`.
fn summary(report: &LintReport) -> String {
    let Some(contract) = &report.contract else { return String::new() };
    let mut lines = vec![format!("  {} {}", inert::text(&contract.id), inert::text(&contract.version))];
    for (index, object) in contract.objects.iter().enumerate() {
        lines.push(format!("\n  dataset {}, {} columns", inert::text(&object.name), object.properties.len()));
        for feed in contract.feeds.iter().filter(|feed| feed.object == index) {
            lines.push(format!("\n    at {}", inert::text(&feed.location.to_string())));
        }
    }
    lines.concat()
}
