//! DuckDB's reader tests: which rows are accepted and which lines are rejected.
//!
//! Deliberate differences stand in [`DIFFERENCES`], each with its own expectation; everything else must agree with
//! `cases.json` to the cell.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use crate::harness::{Run, Sheet, read_json, reference};

/// Files that we judge otherwise, and why.
const DIFFERENCES: [(&str, &str); 2] = [
    ("auto/duplicate_header_columns.csv", "a label that stands twice names no column: the file is refused"),
    (
        "thousands_separator/thousands_broken.csv",
        "marks between groups of other sizes than three make no number; DuckDB takes them out wherever they stand",
    ),
];

fn differs(file: &str) -> bool {
    DIFFERENCES.iter().any(|(name, _)| *name == file)
}

/// A case of `cases.json` as a contract, with the columns found by position or by label as the dialect says.
fn sheet(case: &Value, bytes: &[u8]) -> Sheet {
    let names: Vec<&str> = case["column_names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let mut dialect = case["dialect"].clone();
    // An escapeChar equal to the quoteChar is what doubleQuote says.
    if dialect["escapeChar"] == dialect["quoteChar"] {
        dialect.as_object_mut().unwrap().remove("escapeChar");
    }
    // DuckDB trims what it casts, and its names; a contract says so.
    dialect["trim"] = json!(true);
    let labels: Vec<String> = if dialect["header"] == json!(true) {
        let header = String::from_utf8_lossy(bytes.split(|byte| *byte == b'\n').next().unwrap()).into_owned();
        header.trim_start_matches('\u{feff}').trim_end().split(',').map(|label| label.trim().to_owned()).collect()
    } else {
        names.iter().map(ToString::to_string).collect()
    };
    Sheet::new(names.iter().zip(labels).map(|(name, label)| {
        let kind = match case["columns"].get(*name).and_then(Value::as_str) {
            Some("INTEGER") => "integer",
            Some("DOUBLE") => "number",
            Some("DATE") => "date",
            _ => "string",
        };
        json!({"name": name, "physicalName": label, "logicalType": kind})
    }))
    .dialect(dialect)
}

fn texts(rows: &Value) -> Vec<Vec<String>> {
    let text = |cell: &Value| match cell {
        Value::Null => "∅".to_owned(),
        // DuckDB read with no trimming of text.
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.as_f64().unwrap().to_string(),
        other => panic!("{other}"),
    };
    rows.as_array().unwrap().iter().map(|row| row.as_array().unwrap().iter().map(text).collect()).collect()
}

fn rejected_lines(run: &Run) -> BTreeSet<u64> {
    run.rejects.iter().filter_map(|reject| reject.line).collect()
}

#[test]
fn accepted_rows_and_rejected_lines_agree() {
    let Some(root) = reference("csv/duckdb") else { return };
    let cases = read_json(&root.join("cases.json"));
    let cases = cases["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 18);
    for case in cases.iter().filter(|case| !differs(case["file"].as_str().unwrap())) {
        let file = case["file"].as_str().unwrap();
        let bytes = fs::read(root.join(file)).unwrap();
        println!("{file}");
        let run = sheet(case, &bytes).check(&bytes);
        let wanted: BTreeSet<u64> = serde_json::from_value(case["rejected_lines"].clone()).unwrap();
        assert_eq!(rejected_lines(&run), wanted, "{file}: {:?}", run.rejects);
        assert_eq!(run.verdict.rows.accepted, case["accepted_rows"].as_u64().unwrap(), "{file}");
        assert_eq!(run.texts(), texts(&case["rows"]), "{file}");
    }
}

#[test]
fn the_differences_are_these() {
    let Some(root) = reference("csv/duckdb") else { return };
    let cases = read_json(&root.join("cases.json"));
    let find = |file: &str| {
        let case = cases["cases"].as_array().unwrap().iter().find(|case| case["file"] == file).expect(file);
        (case.clone(), fs::read(root.join(file)).unwrap())
    };
    for (file, reason) in DIFFERENCES {
        println!("differs: {file}: {reason}");
    }

    let (_, bytes) = find(DIFFERENCES[0].0);
    let run = Sheet::of_text(["a"]).check(&bytes);
    assert!(!run.is_available());
    assert!(run.faults().iter().any(|fault| fault.starts_with("- duplicate-label")), "{:?}", run.faults());
    assert_eq!(run.table.rows(), 0);

    let (case, bytes) = find(DIFFERENCES[1].0);
    let run = sheet(&case, &bytes).check(&bytes);
    assert_eq!(run.faults(), ["3 type-error a", "4 type-error a"]);
}

/// Where a row has several faults, DuckDB names each; so do we, as far as the rules let us: cells of a row that is too
/// short or too long are still looked at, and text after a closing quote spoils its own cell only.
#[test]
fn every_fault_of_a_row_is_named() {
    let Some(root) = reference("csv/duckdb") else { return };
    let cases = read_json(&root.join("cases.json"));
    for case in cases["cases"].as_array().unwrap().iter().filter(|case| !differs(case["file"].as_str().unwrap())) {
        let file = case["file"].as_str().unwrap();
        let bytes = fs::read(root.join(file)).unwrap();
        let run = sheet(case, &bytes).check(&bytes);
        let found: BTreeSet<(u64, Option<String>)> = run
            .rejects
            .iter()
            .filter(|reject| reject.code == "type-error")
            .map(|reject| (reject.line.unwrap(), reject.column.clone()))
            .collect();
        let of_cast = |reject: &&Value| reject["kind"] == "CAST";
        let wanted: BTreeSet<(u64, Option<String>)> = case["rejects"]
            .as_array()
            .unwrap()
            .iter()
            .filter(of_cast)
            .map(|reject| (reject["line"].as_u64().unwrap(), reject["name"].as_str().map(str::to_owned)))
            .collect();
        assert!(found.is_superset(&wanted), "{file}: wanted {wanted:?}, found {:?}", run.faults());
    }
}
