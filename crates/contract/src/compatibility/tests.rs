//! What breaks whom, one small change at a time.

use super::{Change, Effect, compare};
use crate::{Contract, parse};

const OLD: &str = r#"
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
servers:
  - server: inbox
    type: s3
    location: s3://inbox-*/orders/*.csv
    customProperties:
      - property: csvDialect
        value: {delimiter: ",", header: true, nullTokens: ["", "NA"]}
customProperties:
  - property: rejectThreshold
    value: {value: 2, unit: percent}
  - property: additionalColumns
    value: ignore
schema:
  - name: orders
    quality:
      - name: not-empty
        metric: rowCount
        mustBeGreaterOrEqualTo: 10
    properties:
      - name: id
        physicalName: order_id
        logicalType: integer
        required: true
        primaryKey: true
        primaryKeyPosition: 1
      - name: day
        logicalType: date
        logicalTypeOptions: {minimum: "2020-01-01"}
      - name: amount
        logicalType: number
        physicalType: DECIMAL(10,2)
        logicalTypeOptions: {minimum: 0, maximum: 100}
      - name: colour
        logicalType: string
        logicalTypeOptions: {maxLength: 10}
        quality:
          - name: colours
            metric: nullValues
            mustBeLessThan: 5
"#;

fn contract(text: &str) -> Contract {
    parse(text).unwrap_or_else(|violations| panic!("{violations}\n{text}"))
}

/// The changes that come of replacing a part of the contract.
fn changes(from: &str, to: &str) -> Vec<Change> {
    assert!(OLD.contains(from), "{from}");
    compare(&contract(OLD), &contract(&OLD.replacen(from, to, 1)))
}

/// The one change: its place, and what it means to senders and readers.
fn one(from: &str, to: &str) -> (String, Effect, Effect) {
    let changes = changes(from, to);
    let [change] = changes.as_slice() else { panic!("{from} → {to}: {changes:#?}") };
    (change.place.clone(), change.senders, change.readers)
}

use Effect::{Breaks, None as Nothing, Notice};

#[test]
fn the_same_is_no_change_whatever_its_comments_and_version_say() {
    let text = OLD.replace("version: 1.0.0", "version: 2.0.0").replace("schema:", "# a comment\nschema:");
    assert_eq!(compare(&contract(OLD), &contract(&text)), []);
}

#[test]
fn columns_that_come_go_or_have_another_name() {
    let column = "      - name: colour\n        logicalType: string\n        logicalTypeOptions: {maxLength: 10}\n";
    let added = format!("      - name: size\n        required: true\n{column}");
    assert_eq!(one(column, &added), ("orders.size".to_owned(), Breaks, Nothing));
    let optional = format!("      - name: size\n{column}");
    assert_eq!(one(column, &optional).1, Breaks, "a header has to name each column of the contract");
    assert!(changes(column, &added)[0].message.contains("required"), "{:?}", changes(column, &added));

    let day = "      - name: day\n        logicalType: date\n        logicalTypeOptions: {minimum: \"2020-01-01\"}\n";
    assert_eq!(one(day, ""), ("orders.day".to_owned(), Nothing, Breaks));
    let strict = OLD.replace("value: ignore", "value: reject");
    let gone = compare(&contract(&strict), &contract(&strict.replace(day, "")));
    assert_eq!((gone.len(), gone[0].senders, gone[0].readers), (1, Breaks, Breaks), "{gone:?}");
    assert_eq!(one("name: id\n", "name: number\n"), ("orders.id".to_owned(), Nothing, Breaks));
    assert_eq!(one("physicalName: order_id", "physicalName: number"), ("orders.id".to_owned(), Breaks, Nothing));
}

#[test]
fn files_without_a_header_go_by_the_order_of_columns() {
    let day = "      - name: day\n        logicalType: date\n        logicalTypeOptions: {minimum: \"2020-01-01\"}\n";
    let moved = |text: &str| text.replace(day, "").replace("    properties:\n", &format!("    properties:\n{day}"));
    let changes = compare(&contract(OLD), &contract(&moved(OLD)));
    assert_eq!((changes.len(), changes[0].senders, changes[0].readers), (1, Nothing, Notice), "{changes:?}");
    let bare = OLD.replace("header: true", "header: false");
    let changes = compare(&contract(&bare), &contract(&moved(&bare)));
    assert_eq!((changes.len(), changes[0].senders), (1, Breaks), "{changes:?}");
    let changes = compare(&contract(&bare), &contract(&bare.replace(day, "")));
    assert_eq!((changes.len(), changes[0].senders, changes[0].readers), (1, Breaks, Breaks), "{changes:?}");
}

#[test]
fn types_break_readers_and_narrower_ones_senders() {
    let typed = |place: &str, senders| (place.to_owned(), senders, Breaks);
    let day = "logicalType: date\n        logicalTypeOptions: {minimum: \"2020-01-01\"}";
    assert_eq!(one(day, "logicalType: string"), typed("orders.day", Nothing));
    assert_eq!(one(day, "logicalType: timestamp"), typed("orders.day", Breaks));
    assert_eq!(one("logicalType: integer", "logicalType: number"), typed("orders.id", Nothing));
    assert_eq!(one("DECIMAL(10,2)", "DECIMAL(12,3)"), typed("orders.amount", Nothing));
    assert_eq!(one("DECIMAL(10,2)", "DECIMAL(12,1)"), typed("orders.amount", Breaks));
}

#[test]
fn stricter_rules_break_senders_and_looser_ones_are_a_notice_to_readers() {
    let (stricter, looser) = ((Breaks, Nothing), (Nothing, Notice));
    for (from, to, place, effects) in [
        ("maximum: 100", "maximum: 99", "orders.amount", stricter),
        ("maximum: 100", "maximum: 101", "orders.amount", looser),
        ("minimum: 0, maximum", "minimum: 1, maximum", "orders.amount", stricter),
        ("minimum: 0, maximum", "maximum", "orders.amount", looser),
        ("2020-01-01", "2021-01-01", "orders.day", stricter),
        ("2020-01-01", "2019-01-01", "orders.day", looser),
        ("maxLength: 10", "maxLength: 9", "orders.colour", stricter),
        ("maxLength: 10", "maxLength: 11", "orders.colour", looser),
        ("maxLength: 10", "maxLength: 10, pattern: \"^[a-z]+$\"", "orders.colour", stricter),
        ("mustBeGreaterOrEqualTo: 10", "mustBeGreaterOrEqualTo: 11", "orders", stricter),
        ("mustBeGreaterOrEqualTo: 10", "mustBeGreaterOrEqualTo: 1", "orders", looser),
        ("mustBeGreaterOrEqualTo: 10", "mustBeGreaterOrEqualTo: 10\n        severity: warning", "orders", looser),
        ("mustBeLessThan: 5", "mustBeLessThan: 4", "orders.colour", stricter),
        ("mustBeLessThan: 5", "mustBe: 0", "orders.colour", (Breaks, Notice)),
        ("name: colours", "name: nulls", "orders.colour", (Nothing, Nothing)),
        ("{value: 2,", "{value: 1,", "server inbox", stricter),
        ("{value: 2,", "{value: 3,", "server inbox", looser),
        ("unit: percent", "unit: rows", "server inbox", (Breaks, Notice)),
        ("value: ignore", "value: reject", "server inbox", stricter),
    ] {
        if from == "name: colours" {
            // A rule of another name is another rule.
            assert_eq!(changes(from, to).len(), 2);
            continue;
        }
        assert_eq!(one(from, to), (place.to_owned(), effects.0, effects.1), "{from} → {to}");
    }
}

#[test]
fn nulls_and_keys() {
    let id = "logicalType: integer\n        required: true\n        primaryKey: true\n        primaryKeyPosition: 1\n";
    let required = |column: &str| column.replace("logicalType: string", "logicalType: string\n        required: true");
    let colour = "- name: colour\n        logicalType: string";
    assert_eq!(one(colour, &required(colour)), ("orders.colour".to_owned(), Breaks, Nothing));
    let before = OLD.replacen(colour, &required(colour), 1);
    let changes = compare(&contract(&before), &contract(OLD));
    assert_eq!((changes.len(), changes[0].senders, changes[0].readers), (1, Nothing, Breaks), "{changes:?}");
    assert_eq!(
        one(id, "logicalType: integer\n        required: true\n"),
        ("orders".to_owned(), Nothing, Breaks),
        "without a key a row may come twice"
    );
    let unique = format!("{colour}\n        unique: true");
    assert_eq!(one(colour, &unique), ("orders.colour".to_owned(), Breaks, Nothing));
}

#[test]
fn places_names_and_dialects() {
    for (from, to, place, senders, readers) in [
        ("s3://inbox-*/orders/*.csv", "s3://inbox-*/sales/*.csv", "server inbox", Breaks, Nothing),
        ("delimiter: \",\"", "delimiter: \";\"", "server inbox", Breaks, Nothing),
        ("header: true", "header: true, encoding: windows-1252", "server inbox", Breaks, Nothing),
        ("header: true", "header: true, compression: gzip", "server inbox", Breaks, Nothing),
        ("header: true", "header: true, groupChar: \" \"", "server inbox", Nothing, Notice),
        ("header: true", "header: true, skipBlankRows: false", "server inbox", Breaks, Nothing),
        ("nullTokens: [\"\", \"NA\"]", "nullTokens: [\"\"]", "server inbox", Breaks, Notice),
        ("status: active", "status: deprecated", "status", Notice, Notice),
        ("id: orders\n", "id: sales\n", "id", Notice, Notice),
    ] {
        assert_eq!(one(from, to), (place.to_owned(), senders, readers), "{from} → {to}");
    }
    let renamed = changes("schema:\n  - name: orders", "schema:\n  - name: sales");
    assert!(renamed.iter().all(|change| change.readers == Breaks && change.senders == Notice), "{renamed:?}");
    let server = changes("server: inbox", "server: in");
    assert!(server.len() == 1 && !server[0].is_breaking(), "{server:?}");
    let gone = changes(
        "    type: s3\n    location: s3://inbox-*/orders/*.csv",
        "    type: local\n    path: ./x\n    format: csv",
    );
    assert!(gone.iter().any(|change| change.place == "server inbox" && change.senders == Breaks), "{gone:?}");
}
