//! The text of a contract → a tree.

use atalaya_document::{Dialect, Fault, Meaning, MergeKeys, Node, read_yaml, scalar};

use crate::{Violation, ViolationKind};

/// Contracts need about ten levels. A tag of somebody's own says nothing that the standard knows.
const CONTRACT: Dialect = Dialect {
    noun: "contract",
    if_empty: Some("a contract starts with apiVersion: v3.2.0"),
    max_depth: 64,
    max_nodes: 100_000,
    plain: scalar::core,
    tag: |_, _| Ok(Meaning::Value),
    merge_keys: MergeKeys::Resolved,
};

/// Reads a text of exactly one document.
///
/// # Errors
/// A syntax error as one violation, or every duplicate key.
pub(crate) fn read(text: &str) -> Result<Node, Vec<Violation>> {
    read_yaml(text, &CONTRACT).map_err(|faults| faults.into_iter().map(violation).collect())
}

fn violation(fault: Fault) -> Violation {
    Violation { hint: fault.hint, ..Violation::new(ViolationKind::Standard, fault.path, fault.place, fault.message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_keys_are_all_told_with_path_and_line() {
        let violations = read("a: 1\nlist:\n  - b: 1\n    b: 2\na: 2\n").expect_err("refused");
        let told: Vec<_> = violations.iter().map(|v| (v.path.as_str(), v.line)).collect();
        assert_eq!(told, [("list[0].b", 4), ("a", 5)]);
        assert_eq!(violations[1].hint.as_deref(), Some("the first is in line 1; keep one"));
    }

    #[test]
    fn an_empty_contract_says_how_to_begin() {
        let violations = read("# nothing\n").expect_err("empty");
        assert_eq!((violations[0].line, violations[0].message.as_str()), (1, "the contract is empty"));
        assert!(violations[0].hint.as_deref().is_some_and(|hint| hint.contains("apiVersion")));
    }
}
