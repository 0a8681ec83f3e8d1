//! `check` on files that can be judged.

use serde_json::{Value, json};

use crate::harness::{atalaya, check, contract, names, sample};

/// The rejects counted, as `code column rule count`.
fn kinds(answer: &Value) -> Vec<String> {
    let kinds = answer["rejects"].as_array().expect("a list");
    let mut kinds: Vec<_> = kinds
        .iter()
        .map(|kind| {
            let text = |name: &str| kind[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {}", text("code"), text("column"), text("rule"), kind["count"])
        })
        .collect();
    kinds.sort();
    kinds
}

#[test]
fn an_available_file_with_some_rejects_leaves_both_outputs() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, answer) = check(&sample("acme-preisliste.csv"), &contract("prices"), Some(folder.path()));
    assert_eq!(code, 0, "{answer:#}");
    assert_eq!(answer["outcome"], "available");
    assert_eq!(answer["rows"], json!({ "read": 70, "accepted": 65, "rejected": 5 }));
    assert_eq!(kinds(&answer).len(), 5, "{answer:#}");
    assert_eq!(names(folder.path()), ["acme-preisliste.parquet", "acme-preisliste.rejects.jsonl"]);

    let parquet = std::fs::read(answer["outputs"]["parquet"].as_str().expect("a path")).expect("is there");
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    let rejects = std::fs::read_to_string(answer["outputs"]["rejects"].as_str().expect("a path")).expect("is there");
    let rejects: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    let rows: Vec<_> = rejects.iter().map(|reject| reject["row"].as_u64().expect("a row")).collect();
    assert_eq!(rows, [12, 24, 35, 49, 61]);
    let first = &rejects[0];
    assert_eq!(
        (&first["line"], &first["column"], &first["code"]),
        (&json!(13), &json!("net_price"), &json!("type-error"))
    );
    assert_eq!(first["value"], "auf Anfrage");
}

#[test]
fn a_rejected_file_leaves_its_rejects_and_no_parquet() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, answer) = check(&sample("acme-orders.csv"), &contract("orders"), Some(folder.path()));
    assert_eq!(code, 1, "{answer:#}");
    assert_eq!(answer["outcome"], "rejected");
    assert_eq!(answer["rows"], json!({ "read": 60, "accepted": 34, "rejected": 26 }));
    assert_eq!(answer["outputs"]["parquet"], Value::Null);
    assert_eq!(names(folder.path()), ["acme-orders.rejects.jsonl"]);
    let kinds = kinds(&answer);
    assert!(kinds.iter().any(|kind| kind.starts_with("type-error ordered_on") && kind.ends_with(" 24")), "{kinds:?}");
    // Classified in the contract, so its values stand nowhere.
    let rejects = std::fs::read_to_string(folder.path().join("acme-orders.rejects.jsonl")).expect("is there");
    assert!(rejects.contains("\"***\"") && !rejects.contains("k. A."), "{rejects}");
}

#[test]
fn a_rejected_file_does_not_pass_off_an_older_output_as_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("acme-orders.parquet"), "older").expect("written");
    let (code, answer) = check(&sample("acme-orders.csv"), &contract("orders"), Some(folder.path()));
    assert_eq!((code, &answer["outputs"]["parquet"]), (1, &Value::Null));
    let warnings = answer["warnings"].to_string();
    assert!(warnings.contains("acme-orders.parquet is from an earlier run"), "{warnings}");
}

#[test]
fn without_out_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("orders.csv");
    std::fs::copy(sample("acme-orders.csv"), &file).expect("copied");
    let (code, answer) = check(&file, &contract("orders"), None);
    assert_eq!((code, &answer["outputs"]), (1, &json!({ "parquet": null, "rejects": null })));
    assert_eq!(names(folder.path()), ["orders.csv"]);
}

#[test]
fn a_person_reads_the_verdict_the_counts_and_the_first_rejects() {
    let output = atalaya(&[&"check", &sample("acme-orders.csv"), &"--contract", &contract("orders")]).output();
    let output = output.expect("runs");
    let text = String::from_utf8(output.stdout).expect("is text");
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in
        ["rejected", "acme-orders.csv", "60 read", "34 accepted", "26 rejected", "ordered_on", "row 9 (line 10)"]
    {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colours where no terminal is:\n{text}");
}

#[test]
fn the_datasets_of_a_contract_can_be_named() {
    let file = sample("acme-orders.csv");
    let run = |dataset: &str| {
        atalaya(&[&"check", &file, &"--contract", &contract("orders"), &"--dataset", &dataset]).output().expect("runs")
    };
    assert_eq!(run("orders").status.code(), Some(1));
    let wrong = run("order");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("it has orders"));
}

#[test]
fn what_is_passed_over_is_counted_and_cells_that_a_rule_tolerates_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let contract = folder.path().join("c.odcs.yaml");
    let document = json!({
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "t", "version": "1", "status": "active",
        "servers": [{"server": "in", "type": "s3", "location": "s3://b/x/*", "format": "csv",
            "customProperties": [{"property": "csvDialect", "value": {"commentPrefix": "#"}}]}],
        "schema": [{"name": "t", "properties": [
            {"name": "a", "logicalType": "integer", "quality": [{"metric": "nullValues", "mustBeLessThan": 2}]},
            {"name": "b", "logicalType": "string"}]}],
    });
    std::fs::write(&contract, document.to_string()).expect("written");
    let file = folder.path().join("in.csv");
    std::fs::write(&file, "#x\na,b\n1,x\n\n,y\n").expect("written");
    let (code, answer) = check(&file, &contract, Some(&folder.path().join("out")));
    assert_eq!((code, &answer["rows"]["accepted"], &answer["rejects"]), (0, &json!(2), &json!([])), "{answer:#}");
    assert_eq!(answer["skipped"], json!({ "blank_rows": 1, "comment_lines": 1 }));
    let rejects = std::fs::read_to_string(answer["outputs"]["rejects"].as_str().expect("a path")).expect("is there");
    let listed: Value = serde_json::from_str(&rejects).expect("one line");
    assert_eq!((&listed["row"], &listed["tolerated"], &listed["column"]), (&json!(2), &json!(true), &json!("a")));

    let output = atalaya(&[&"check", &file, &"--contract", &contract]).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("passed over: 1 blank row, 1 comment line"), "{text}");
}
