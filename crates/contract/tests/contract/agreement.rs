//! The verdict on every published example and fixture is that of the published schemas.

use std::{
    fs,
    path::{Path, PathBuf},
};

use atalaya_contract::{LintReport, ViolationKind, lint};
use serde_json::Value;

fn data(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/data/odcs").join(folder);
    if !path.exists() {
        println!("skipped: {folder} is not beside the workspace");
        return None;
    }
    Some(path)
}

fn report(path: &Path) -> LintReport {
    lint(&fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// `schema[0].name` from the JSON pointer `/schema/0/name`.
fn path_of(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').filter(|part| !part.is_empty()) {
        if part.parse::<usize>().is_ok() {
            path.push_str(&format!("[{part}]"));
        } else {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(part);
        }
    }
    path
}

fn agree(folder: &str) {
    let Some(folder) = data(folder) else { return };
    let expected = fs::read_to_string(folder.join("expected.json")).expect("expected.json is there");
    let expected: Value = serde_json::from_str(&expected).expect("expected.json is JSON");
    for (name, facts) in expected.as_object().expect("an object") {
        let report = report(&folder.join(name));
        // A document without an edition is judged by none, and is refused.
        let valid = facts["valid_own_version"].as_bool().unwrap_or(false);
        assert_eq!(report.is_valid_odcs(), valid, "{name}: {:#?}", report.violations);
        for fault in facts["errors_own_version"].as_array().into_iter().flatten() {
            let place = path_of(fault["path"].as_str().expect("a path"));
            let told = report.violations.iter().any(|violation| violation.path.starts_with(&place));
            assert!(told, "{name}: nothing is told at {place}: {:#?}", report.violations);
        }
        assert!(report.violations.iter().all(|violation| violation.line > 0 && violation.column > 0), "{name}");
    }
}

#[test]
fn on_the_published_examples() {
    agree("examples");
}

#[test]
fn on_the_fixtures() {
    agree("contracts");
}

#[test]
fn a_foreign_document_gets_one_message() {
    let Some(folder) = data("contracts") else { return };
    let report = report(&folder.join("lint/valid_datacontract_references.yaml"));
    assert_eq!(report.violations.len(), 1, "{:#?}", report.violations);
    assert!(report.violations[0].message.contains("Data Contract Specification"), "{}", report.violations[0]);
}

#[test]
fn a_contract_without_its_edition_gets_all_messages() {
    let Some(folder) = data("contracts") else { return };
    let report = report(&folder.join("markdown/export/multicolumn.odcs.yaml"));
    let paths: Vec<_> = report.violations.iter().map(|violation| violation.path.as_str()).collect();
    assert_eq!(paths, ["apiVersion", "kind"], "{:#?}", report.violations);
}

#[test]
fn the_contracts_that_come_with_data_can_be_run() {
    let Some(folder) = data("with-data") else { return };
    for (name, columns, kinds) in [
        ("failed-samples", 4, &[][..]),
        ("orders-import", 5, &[][..]),
        // It says v3.0.2 and has a metric, as v3.1.0 spells it.
        ("row-count", 3, &[ViolationKind::Edition][..]),
    ] {
        let report = report(&folder.join(name).join("contract.odcs.yaml"));
        let told: Vec<_> = report.violations.iter().map(|violation| violation.kind).collect();
        assert_eq!(told, kinds, "{name}: {:#?}", report.violations);
        let contract = report.contract.unwrap_or_else(|| panic!("{name} cannot be run"));
        let feed = contract.feed_for_check().expect("one object");
        assert_eq!(contract.objects[feed.object].properties.len(), columns, "{name}");
        assert_eq!(feed.dataset, "orders");
    }
}
