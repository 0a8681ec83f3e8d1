//! What `check` says: one object for a script, a page for a person.

use atalaya_contract::{Counts, Decimal, Reject, RejectSummary, Skipped, Threshold, Unit, inert};
use atalaya_engine::{Outcome, Verdict};
use serde::Serialize;

use crate::args::CheckArgs;
use crate::reject::{KINDS, first_of_each_kind, in_words, summary_table};
use crate::story;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

use super::Finding;

/// How many rejects a person is shown in words.
const IN_WORDS: usize = 5;

/// The object that `--json` prints. The first five fields are the promise; the others are for comfort.
#[derive(Serialize)]
struct Answer<'a> {
    outcome: &'static str,
    rows: Counts,
    skipped: Skipped,
    rejects: &'a [RejectSummary],
    outputs: Paths,
    file: String,
    dataset: &'a str,
    contract: ContractName<'a>,
    first_rejects: &'a [Reject],
    warnings: Vec<String>,
    bytes_read: u64,
    seconds: f64,
    /// Only where the file could not be read to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Unreadable>,
}

#[derive(Serialize)]
struct Paths {
    parquet: Option<String>,
    rejects: Option<String>,
}

#[derive(Serialize)]
struct ContractName<'a> {
    file: String,
    id: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Unreadable {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// Tells the finding to whoever listens.
pub(super) fn tell(args: &CheckArgs, finding: &Finding, output: &mut Output) -> Result<(), Failure> {
    let warnings = warnings(finding);
    output.answer(&answer(args, finding, &warnings))?;
    if output.is_json() {
        return Ok(());
    }
    output.line(headline(args, finding))?;
    output.line(facts(finding))?;
    rejects(finding, output)?;
    for warning in &warnings {
        output.line(story::warning(warning))?;
    }
    endings(args, finding, output)
}

fn answer<'a>(args: &CheckArgs, finding: &'a Finding, warnings: &[String]) -> Answer<'a> {
    let verdict = &finding.verdict;
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    Answer {
        outcome: outcome(verdict.outcome),
        rows: verdict.rows,
        skipped: verdict.skipped,
        rejects: &verdict.rejects,
        outputs: Paths { parquet: path(&finding.written.parquet), rejects: path(&finding.written.rejects) },
        file: super::display_name(&args.file),
        dataset: &finding.feed.dataset,
        contract: ContractName {
            file: args.contract.display().to_string(),
            id: &finding.contract.id,
            version: &finding.contract.version,
        },
        first_rejects: &verdict.first_rejects,
        warnings: warnings.to_vec(),
        bytes_read: verdict.bytes_read,
        seconds: finding.elapsed.as_secs_f64(),
        error: verdict.unreadable.then(|| unreadable(verdict)),
    }
}

fn unreadable(verdict: &Verdict) -> Unreadable {
    // The fault that ended the reading is the last one of the whole file.
    let fault = verdict.first_rejects.iter().rev().find(|reject| reject.row.is_none());
    Unreadable {
        kind: "unreadable",
        message: fault.map_or_else(|| "the file cannot be read to its end".to_owned(), |fault| fault.message.clone()),
        hint: fault.and_then(|fault| fault.hint.clone()),
    }
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Available => "available",
        Outcome::Rejected => "rejected",
    }
}

/// The engine's warnings, and what only the desk knows.
fn warnings(finding: &Finding) -> Vec<String> {
    let mut warnings = finding.verdict.warnings.clone();
    if finding.verdict.outcome == Outcome::Available && finding.verdict.rows.read == 0 {
        warnings.push("the file has no data rows".to_owned());
    }
    for path in &finding.written.outdated {
        warnings.push(format!("{} is from an earlier run and says nothing about this one", path.display()));
    }
    warnings
}

fn headline(args: &CheckArgs, finding: &Finding) -> String {
    let verdict = &finding.verdict;
    // A file that cannot be read to its end is rejected too, as the pipeline does with it; the faults say why.
    let word = match verdict.outcome {
        Outcome::Rejected => paint(style::BAD, "✗ rejected"),
        Outcome::Available => paint(style::GOOD, "✓ available"),
    };
    let name = paint(style::STRONG, inert::name(&super::display_name(&args.file)));
    let size = human::bytes(verdict.bytes_read);
    format!("{word}  {name}  {}", paint(style::DIM, format!("{size}, {}", human::duration(finding.elapsed))))
}

fn facts(finding: &Finding) -> String {
    let Verdict { rows, skipped, .. } = finding.verdict;
    let rejected = human::count(rows.rejected);
    let (rejected, tolerated) = match rows.rejected {
        0 => (rejected, String::new()),
        _ => {
            let tolerated = format!("\n            {}", threshold(finding.feed.reject_threshold));
            (paint(style::WARN, rejected), paint(style::DIM, tolerated))
        }
    };
    let skipped = story::skipped(skipped).map_or_else(String::new, |skipped| format!("\n            {skipped}"));
    format!(
        "  contract  {} {}, dataset {}\n  rows      {} read = {} accepted + {rejected} rejected{tolerated}{skipped}",
        inert::name(&finding.contract.id),
        inert::name(&finding.contract.version),
        inert::name(&finding.feed.dataset),
        human::count(rows.read),
        human::count(rows.accepted),
    )
}

/// What the contract tolerates, in words.
fn threshold(threshold: Threshold) -> String {
    match (threshold.value, threshold.unit) {
        (value, _) if value <= Decimal::from(0) => "the contract tolerates no rejected row".to_owned(),
        (value, Unit::Rows) => format!("the contract tolerates {value} rejected rows"),
        (value, Unit::Percent) => format!("the contract tolerates {value} % rejected rows"),
    }
}

/// The rejects counted, and the first of them in words.
fn rejects(finding: &Finding, output: &mut Output) -> Result<(), Failure> {
    let verdict = &finding.verdict;
    if verdict.rejects.is_empty() {
        return Ok(());
    }
    output.line("")?;
    // A single fault is said in words; a table of it would say it twice.
    if verdict.rejects.len() > 1 || verdict.rejects[0].count > 1 {
        output.line(summary_table(&verdict.rejects))?;
        if verdict.rejects.len() > KINDS {
            output.line(format!("  … and {} more kinds", verdict.rejects.len() - KINDS))?;
        }
        output.line(format!("\n{}", paint(style::STRONG, "  The first of each kind")))?;
    }
    for reject in first_of_each_kind(&verdict.first_rejects).into_iter().take(IN_WORDS) {
        output.line(in_words(reject))?;
    }
    output.line("")
}

/// Where the outputs lie, or how to get them.
fn endings(args: &CheckArgs, finding: &Finding, output: &mut Output) -> Result<(), Failure> {
    let written = &finding.written;
    if let Some(path) = &written.parquet {
        output.line(format!("  parquet   {}", inert::text(&path.display().to_string())))?;
    }
    if let Some(path) = &written.rejects {
        output.line(format!("  rejects   {}", inert::text(&path.display().to_string())))?;
    }
    if args.out.is_none() {
        let what = match (finding.verdict.outcome, finding.verdict.rejects.is_empty()) {
            (Outcome::Available, true) => "the Parquet file",
            (Outcome::Available, false) => "the Parquet file and every reject",
            (Outcome::Rejected, _) => "every reject",
        };
        output.line(paint(style::DIM, format!("  nothing was written; --out DIR writes {what}")))?;
    }
    Ok(())
}
