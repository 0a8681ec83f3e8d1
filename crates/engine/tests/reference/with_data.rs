//! Contracts that others wrote, with the data that came along.

use std::{collections::BTreeMap, fs};

use atalaya_contract::{Contract, parse};

use crate::harness::{Run, check, read_json, reference};

/// The folder's contract and the run of its data.
fn run(folder: &str, data: &str) -> Option<(Contract, Run, serde_json::Value)> {
    let root = reference(&format!("odcs/with-data/{folder}"))?;
    let text = fs::read_to_string(root.join("contract.odcs.yaml")).unwrap();
    let contract = parse(&text).unwrap_or_else(|violations| panic!("{violations}"));
    let run = check(&contract, &fs::read(root.join(data)).unwrap());
    Some((contract, run, read_json(&root.join("expected.json"))))
}

#[test]
fn failed_samples() {
    let Some((_, run, expected)) = run("failed-samples", "orders.csv") else { return };
    assert!(!run.is_available(), "no threshold: any reject makes the file rejected");
    assert_eq!(run.verdict.rows.read, expected["rows"].as_u64().unwrap());
    let mut seen = 0;
    for rule in expected["rules"].as_array().unwrap() {
        let (name, column) = (rule["rule"].as_str().unwrap(), rule["column"].as_str().unwrap());
        // Of equal keys the first row stays: the later ones are the rejects.
        let rows = rule.get("rows_after_first").unwrap_or(&rule["rows"]);
        let rows: Vec<u64> = serde_json::from_value(rows.clone()).unwrap();
        assert_eq!(run.rows_breaking(column, name), rows, "{name} of {column}");
        seen += rows.len();
    }
    assert_eq!(run.rejects.len(), seen, "and no other reject: {:?}", run.faults());
    let codes: BTreeMap<_, _> =
        run.rejects.iter().map(|reject| (reject.rule.clone().unwrap(), &reject.code[..])).collect();
    let wanted = [
        ("unique", "unique-error"),
        ("pattern", "constraint-error"),
        ("maximum", "constraint-error"),
        ("required", "constraint-error"),
    ];
    assert_eq!(codes, wanted.map(|(rule, code)| (rule.to_owned(), code)).into());
    // The classification PII forbids to show what the senders wrote.
    let list =
        serde_json::to_string(&run.rejects).unwrap() + &serde_json::to_string(&run.verdict.first_rejects).unwrap();
    for secret in ["no-at", "bad3", "bad4", "bad5", "bad6"] {
        assert!(!list.contains(secret), "{secret} shows in {list}");
    }
    assert!(
        run.rejects
            .iter()
            .filter(|reject| reject.column.as_deref() == Some("email"))
            .all(|reject| reject.value.as_deref() == Some("***"))
    );
}

#[test]
fn row_count() {
    let Some((contract, run, expected)) = run("row-count", "orders.csv") else { return };
    // All five rows stand on their own; the file as a whole breaks the rule.
    let measured = expected["rules"][0]["measured"].as_u64().unwrap();
    assert_eq!(run.counts(), [measured, measured, 0]);
    assert!(!run.is_available());
    assert_eq!(run.rejects.len(), 1, "{:?}", run.rejects);
    let reject = &run.rejects[0];
    assert_eq!((reject.row, reject.rule.as_deref()), (None, Some("rowCount")));
    assert!(reject.message.contains('5') && reject.message.contains('3'), "{}", reject.message);
    // The same contract on the three rows that the source's filter keeps.
    let three =
        check(&contract, b"order_id,email,amount\n1,alice@example.com,50\n2,bob@test.com,10\n2,carol@test.com,30\n");
    assert!(three.is_available() && three.rejects.is_empty(), "{:?}", three.rejects);
}

/// Deliberate difference: the source calls the column `order_timestamp` doubtful — declared `date`, holding ISO
/// timestamps. Formats are exact here, so all three rows are type errors; and a type error hides the column's other
/// rules for that cell, so `required` and `unique` say nothing of it.
#[test]
fn orders_import_is_strict_about_dates() {
    let Some((contract, run, expected)) = run("orders-import", "orders.csv") else { return };
    assert_eq!(
        run.faults(),
        ["1 type-error order_timestamp", "2 type-error order_timestamp", "3 type-error order_timestamp"]
    );
    assert!(!run.is_available());
    // With the type that the data have, everything that the source states holds.
    let root = reference("odcs/with-data/orders-import").expect("as above");
    let text = fs::read_to_string(root.join("contract.odcs.yaml")).unwrap();
    let text =
        text.replace("logicalType: date", "logicalType: timestamp\n    logicalTypeOptions:\n      timezone: true");
    assert_ne!(contract, parse(&text).unwrap());
    let run = check(&parse(&text).unwrap(), &fs::read(root.join("orders.csv")).unwrap());
    assert!(run.is_available() && run.rejects.is_empty(), "{:?}", run.rejects);
    let facts = run.table.facts("order_total");
    assert_eq!(run.table.rows() as u64, expected["rows"].as_u64().unwrap());
    for (fact, name) in [(Some(facts.sum), "sum"), (facts.min, "min"), (facts.max, "max")] {
        assert_eq!(fact.unwrap().to_string(), expected[name]["order_total"].to_string(), "{name}");
    }
}
