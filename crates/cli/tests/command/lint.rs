//! `contract lint`.

use serde_json::Value;

use crate::harness::{answer, atalaya, contract};

#[test]
fn the_demo_s_contracts_are_valid() {
    for name in ["flights", "weather", "planes", "airports", "prices", "orders"] {
        let output = atalaya(&[&"contract", &"lint", &contract(name), &"--json"]).output().expect("runs");
        let (code, answer) = answer(&output);
        assert_eq!((code, &answer["valid"]), (0, &Value::Bool(true)), "{answer:#}");
        assert_eq!(answer["files"][0]["datasets"][0], name);
    }
}

#[test]
fn violations_are_told_with_their_places() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wrong.odcs.yaml");
    let text = std::fs::read_to_string(contract("planes")).expect("is there");
    std::fs::write(&path, text.replace("logicalType: integer", "logicalType: whole")).expect("written");

    let output = atalaya(&[&"contract", &"lint", &contract("orders"), &path]).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("✓ valid") && text.contains("✗ 4 violations"), "{text}");
    assert!(text.contains("wrong.odcs.yaml:") && text.contains("logicalType"), "{text}");

    let (code, answer) = answer(&atalaya(&[&"contract", &"lint", &path, &"--json"]).output().expect("runs"));
    let violations = answer["files"][0]["violations"].as_array().expect("a list");
    assert_eq!((code, violations.len()), (2, 4), "{answer:#}");
    assert!(violations.iter().all(|one| one["line"].as_u64() > Some(1) && one["path"].as_str() != Some("")));
}

/// Values that no cell can have are found when the contract is compiled: all of them, before any file is judged.
#[test]
fn values_that_no_cell_can_have_are_violations_with_their_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("values.odcs.yaml");
    let text = "apiVersion: v3.1.0\nkind: DataContract\nid: v\nversion: 1.0.0\nstatus: active\nschema:\n  - name: v\n    \
                properties:\n      - name: n\n        logicalType: integer\n        quality:\n          - metric: \
                invalidValues\n            mustBe: 0\n            arguments:\n              validValues:\n                \
                - 1\n                - one\n                - 1.5\n";
    std::fs::write(&path, text).expect("written");
    let (code, answer) = answer(&atalaya(&[&"contract", &"lint", &path, &"--json"]).output().expect("runs"));
    let violations = answer["files"][0]["violations"].as_array().expect("a list");
    let lines: Vec<_> = violations.iter().filter_map(|one| one["line"].as_u64()).collect();
    assert_eq!((code, lines), (2, vec![17, 18]), "{answer:#}");
    assert!(violations.iter().all(|one| one["path"] == "n"), "{answer:#}");
}
