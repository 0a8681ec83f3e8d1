//! The two ways to read a contract: to run by it, and to learn everything about it.

use atalaya_document::Node;

use crate::{
    Contract, LintReport, Violation, ViolationKind, Violations, document, read,
    standard::{self, Edition},
};

/// Reads a contract to run by.
///
/// A document of v3.0.x that is faulty in its own edition but wholly valid in v3.1.0 is accepted and read as such,
/// since authors mix the two; [`lint`] reports it.
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
    let (contract, mut problems, unenforced) = read::read(&root, edition);
    // What breaks the standard is not told again because a feed cannot run by it.
    problems.retain(|problem| violations.iter().all(|told| told.path != problem.path));
    violations.extend(problems);
    violations.sort_by_key(|violation| (violation.line, violation.column));
    let runs = violations.iter().all(|violation| violation.kind == ViolationKind::Edition);
    LintReport { contract: runs.then_some(contract), violations, unenforced }
}

/// The faults by the standard, and the edition to read the document in.
fn judge(root: &Node, edition: Edition) -> (Vec<Violation>, Edition) {
    let violations = standard::check(root, edition);
    if violations.is_empty() || edition == Edition::NEWEST || !standard::check(root, Edition::NEWEST).is_empty() {
        return (violations, edition);
    }
    let newest = Edition::NEWEST.as_str();
    let as_edition = |mut violation: Violation| {
        violation.kind = ViolationKind::Edition;
        violation.message = format!("{}, in {}", violation.message, edition.as_str());
        violation.hint(format!("it is valid in {newest} and read as such; write apiVersion: {newest}"))
    };
    (violations.into_iter().map(as_edition).collect(), Edition::NEWEST)
}
