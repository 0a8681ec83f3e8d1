//! The two ways to read a contract: to run by it, and to learn everything about it.

use atalaya_document::Node;

use crate::{
    Contract, LintReport, Violation, ViolationKind, Violations, document, read,
    standard::{self, Edition},
};

/// Reads a contract to run by.
///
/// A document that is faulty in its own edition but wholly valid in a later one is accepted and read as such, since
/// authors mix them; [`lint`] reports it.
///
/// # Errors
/// Every fault of the document: YAML, the standard, and what keeps Atalaya from running a feed by it.
pub fn parse(text: &str) -> Result<Contract, Violations> {
    let report = lint(text);
    report.contract.ok_or(Violations(report.violations))
}

/// Reads a contract and says everything about it: every fault, and everything valid that is not enforced.
#[must_use]
pub fn lint(text: &str) -> LintReport {
    let refused = |violations| LintReport { contract: None, violations, unenforced: Vec::new() };
    let root = match document::read(text) {
        Ok(root) => root,
        Err(violations) => return refused(violations),
    };
    let edition = match standard::identify(&root) {
        Ok(edition) => edition,
        Err(violation) => return refused(vec![violation]),
    };
    let (mut violations, edition) = judge(&root, edition);
    let (contract, mut problems, mut unenforced) = read::read(&root, edition);
    // What breaks the standard is not told again because a feed cannot run by it.
    problems.retain(|problem| violations.iter().all(|told| told.path != problem.path));
    violations.extend(problems);
    // What is faulty is not "valid, but not enforced".
    unenforced.retain(|note| violations.iter().all(|violation| violation.path != note.path));
    violations.sort_by_key(|violation| (violation.line, violation.column));
    let runs = violations.iter().all(|violation| violation.kind == ViolationKind::Edition);
    LintReport { contract: runs.then_some(contract), violations, unenforced }
}

/// The faults by the standard, and the edition to read the document in: its own, or the first later one that has
/// none of the faults.
fn judge(root: &Node, edition: Edition) -> (Vec<Violation>, Edition) {
    let violations = standard::check(root, edition);
    let fits = |later: &Edition| standard::check(root, *later).is_empty();
    let Some(later) = edition.later().find(fits).filter(|_| !violations.is_empty()) else {
        return (violations, edition);
    };
    let name = later.as_str();
    let as_edition = |mut violation: Violation| {
        violation.kind = ViolationKind::Edition;
        violation.message = format!("{}, in {}", violation.message, edition.as_str());
        violation.hint(format!("it is valid in {name} and read as such; write apiVersion: {name}"))
    };
    (violations.into_iter().map(as_edition).collect(), later)
}
