//! Contracts: files of authors, read with every violation told at once, and those of a stack.

pub(crate) mod diff;
pub(crate) mod history;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod publish;
mod refusal;
pub(crate) mod show;
#[cfg(test)]
mod tests;
pub(crate) mod withdraw;

use std::io::Read as _;
use std::path::Path;

use atalaya_cloud::{ContractRegistry, MAX_CONTRACT_BYTES, S3Objects};
use atalaya_contract::{Contract, LintReport, Violation, ViolationKind, inert};
use atalaya_engine::{Plan, PlanError};
use serde_json::json;

use crate::connect::Stack;
use atalaya_terminal::exit::Failure;

/// The contracts of a stack.
fn registry(stack: &Stack) -> ContractRegistry<S3Objects> {
    let names = &stack.names;
    ContractRegistry::new(stack.objects.clone(), names.bucket("contracts"), names.bucket("inbox"))
}

/// Names of the contract's tables.
fn datasets(contract: &Contract) -> Vec<&str> {
    contract.objects.iter().map(|object| object.name.as_str()).collect()
}

/// Ids that a hint names; more of them would hide what it says.
const NAMED: usize = 8;

/// The failure that no contract has the id.
fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a String>) -> Failure {
    let failure = Failure::not_found(format!("no contract `{}` is in force", inert::text(id)));
    let known: Vec<_> = known.map(|id| inert::text(id).to_string()).collect();
    match known.len() {
        0 => failure.hint("there is none at all: `atalaya contract publish` adds one"),
        count => {
            let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
            let some = known.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
            failure.hint(format!("there is {some}{more}"))
        }
    }
}

/// Reads and checks the contract at `path`.
///
/// # Errors
/// A file that cannot be read, or every violation with its place; exit code 2.
pub(crate) fn read(path: &Path) -> Result<Contract, Failure> {
    let report = report(&text(path)?);
    report.contract.ok_or_else(|| refused(path, &report.violations))
}

/// Everything that is to be said about a contract: by the standard, by Atalaya, and by the engine that compiles it.
pub(crate) fn report(text: &str) -> LintReport {
    let mut report = atalaya_contract::lint(text);
    let Some(contract) = &report.contract else { return report };
    let feeds = contract.feeds.iter().chain(contract.desk.iter().filter(|_| contract.feeds.is_empty()));
    let faults: Vec<_> = feeds.flat_map(|feed| Plan::faults(contract, feed)).map(violation).collect();
    if !faults.is_empty() {
        report.violations.extend(faults);
        report.violations.dedup();
        report.violations.sort_by_key(|violation| (violation.line, violation.column));
        report.contract = None;
    }
    report
}

fn violation(error: PlanError) -> Violation {
    let PlanError { place, message, line } = error;
    Violation { kind: ViolationKind::Feed, path: place, line: line.unwrap_or(1), column: 1, message, hint: None }
}

/// The text of the contract at `path`.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map(|file| file.take(MAX_CONTRACT_BYTES + 1));
    opened.and_then(|mut file| file.read_to_end(&mut bytes)).map_err(|error| {
        Failure::contract(format!("cannot read the contract {}: {error}", path.display()))
            .hint("give the path of a data contract in YAML (Open Data Contract Standard v3)")
    })?;
    if bytes.len() as u64 > MAX_CONTRACT_BYTES {
        return Err(Failure::contract(format!("the contract {} is larger than 4 MiB", path.display()))
            .hint("is this the data file? A contract describes columns, and no values but those of short lists"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::contract(format!("the contract {} is not UTF-8 text (byte {at})", path.display()))
            .hint("save the contract as UTF-8; or is this the data file?")
    })
}

/// The failure that lists the violations of the contract at `path`.
pub(crate) fn refused(path: &Path, violations: &[Violation]) -> Failure {
    let places: Vec<_> = violations.iter().map(|violation| describe(path, violation)).collect();
    let noun = if violations.len() == 1 { "violation" } else { "violations" };
    Failure::contract(format!(
        "the contract {} has {} {noun}:\n{}",
        path.display(),
        violations.len(),
        places.join("\n")
    ))
    .hint(format!("repair them and run `atalaya contract lint {}`", path.display()))
    .details(json!(violations))
}

/// `FILE:LINE:COLUMN path: message` and the hint below it.
pub(crate) fn describe(path: &Path, violation: &Violation) -> String {
    let place = format!("{}:{}:{}", path.display(), violation.line, violation.column);
    let at = if violation.path.is_empty() { String::new() } else { format!(" {}:", violation.path) };
    let hint = violation.hint.as_ref().map(|hint| format!("\n    hint: {hint}")).unwrap_or_default();
    format!("  {place}:{at} {}{hint}", violation.message)
}
