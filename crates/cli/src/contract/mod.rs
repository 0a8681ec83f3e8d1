//! Contracts on the desk: read with every violation told at once.

pub(crate) mod lint;
pub(crate) mod publish;

use std::path::Path;

use atalaya_contract::{Contract, Violation};
use serde_json::json;

use crate::exit::Failure;

/// Reads and checks the contract at `path`.
///
/// # Errors
/// A file that cannot be read, or every violation with its place; exit code 2.
pub(crate) fn read(path: &Path) -> Result<Contract, Failure> {
    let text = text(path)?;
    atalaya_contract::parse(&text).map_err(|violations| refused(path, &violations.0))
}

/// The text of the contract at `path`.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::contract(format!("cannot read the contract {}: {error}", path.display()))
            .hint("give the path of a data contract in YAML (Open Data Contract Standard v3)")
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::contract(format!("the contract {} is not UTF-8 text (byte {at})", path.display()))
            .hint("a contract is a YAML document; is this the data file?")
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
