//! Contracts that ask for what cannot be: refused with path and hint, before any file is judged by them.

use atalaya_contract::{Contract, LogicalType, Violations, lint, parse};
use serde_json::{Value, json};

use crate::harness::Sheet;

fn refused(document: &str) -> Violations {
    match parse(document) {
        Ok(_) => panic!("taken: {document}"),
        Err(violations) => violations,
    }
}

/// Demands a violation whose path ends so, with a hint.
fn told(document: &str, path: &str) {
    let violations = refused(document);
    let found = violations.0.iter().find(|violation| violation.path.ends_with(path));
    let found = found.unwrap_or_else(|| panic!("no violation at {path}: {violations}"));
    assert!(found.line >= 1 && !found.message.is_empty(), "{violations}");
    assert!(found.hint.as_deref().is_some_and(|hint| !hint.is_empty()), "a way out: {violations}");
}

fn column(column: Value) -> String {
    let mut column = column;
    column["name"] = json!("a");
    Sheet::new([column]).document()
}

fn dialect(dialect: Value) -> String {
    Sheet::of_text(["a"]).dialect(dialect).document()
}

#[test]
fn dialects_that_contradict_themselves() {
    for (wrong, path) in [
        (json!({"delimiter": "||"}), "delimiter"),
        (json!({"delimiter": ""}), "delimiter"),
        (json!({"delimiter": "\n"}), "delimiter"),
        (json!({"delimiter": "é"}), "delimiter"),
        (json!({"quoteChar": "''"}), "quoteChar"),
        (json!({"header": "yes"}), "header"),
        (json!({"encoding": "utf8x"}), "encoding"),
        (json!({"commentPrefix": ""}), "commentPrefix"),
        (json!({"trim": "left"}), "trim"),
        (json!({"decimalChar": ".."}), "decimalChar"),
        (json!({"groupChar": "1"}), "groupChar"),
        (json!({"nullTokens": "NA"}), "nullTokens"),
        (json!({"compression": "zip"}), "compression"),
        (json!({"seperator": ";"}), "seperator"),
        (json!({"delimiter": "\"", "quoteChar": "\""}), "servers[0].customProperties[0].value"),
        (json!({"decimalChar": ",", "groupChar": ","}), "servers[0].customProperties[0].value"),
        (json!({"delimiter": ";", "escapeChar": ";"}), "servers[0].customProperties[0].value"),
    ] {
        told(&dialect(wrong), path);
    }
}

#[test]
fn types_that_cannot_be() {
    for (wrong, path) in [
        (json!({"logicalType": "number", "physicalType": "DECIMAL(39,2)"}), "physicalType"),
        (json!({"logicalType": "number", "physicalType": "DECIMAL(5,6)"}), "physicalType"),
        (json!({"logicalType": "number", "physicalType": "DECIMAL(0,0)"}), "physicalType"),
        (json!({"logicalType": "number", "physicalType": "NUMERIC(a,b)"}), "physicalType"),
        (json!({"logicalType": "string", "logicalTypeOptions": {"pattern": "(?=x)"}}), "pattern"),
        (json!({"logicalType": "string", "logicalTypeOptions": {"pattern": "["}}), "pattern"),
        (
            json!({"logicalType": "string", "logicalTypeOptions": {"minLength": 3, "maxLength": 2}}),
            "logicalTypeOptions",
        ),
        (json!({"logicalType": "integer", "logicalTypeOptions": {"minimum": 3, "maximum": 2}}), "logicalTypeOptions"),
        (
            json!({"logicalType": "number", "logicalTypeOptions": {"minimum": 3, "exclusiveMaximum": 3}}),
            "logicalTypeOptions",
        ),
        (json!({"logicalType": "date", "logicalTypeOptions": {"format": "YYYY-MM-DD"}}), "format"),
        (json!({"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM"}}), "format"),
        (json!({"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-dd HH:mm"}}), "format"),
        (json!({"logicalType": "date", "logicalTypeOptions": {"minimum": "01/02/2024"}}), "minimum"),
        (json!({"logicalType": "date", "logicalTypeOptions": {"minimum": "2023-02-29"}}), "minimum"),
        (json!({"logicalType": "time", "logicalTypeOptions": {"maximum": "24:00:00"}}), "maximum"),
        (
            json!({"logicalType": "timestamp", "logicalTypeOptions": {"timezone": true, "defaultTimezone": "Europe/Madird"}}),
            "defaultTimezone",
        ),
        (json!({"logicalType": "timestamp", "logicalTypeOptions": {"format": "HH:mm"}}), "format"),
    ] {
        told(&column(wrong), path);
    }
}

#[test]
fn policies_that_make_no_sense() {
    let sheet = || Sheet::of_text(["a"]).strict();
    for wrong in [
        json!({"value": 101, "unit": "percent"}),
        json!({"value": -1}),
        json!({"value": 1, "unit": "rows%"}),
        json!({}),
        json!("5%"),
        json!(5),
    ] {
        let violations = refused(&sheet().custom("rejectThreshold", wrong).document());
        assert!(
            violations.0.iter().all(|violation| violation.path.starts_with("customProperties[0].value")),
            "{violations}"
        );
    }
    told(&sheet().custom("onDuplicateContent", json!("ignore")).document(), "customProperties[0].value");
    told(&sheet().custom("additionalColumns", json!(false)).document(), "customProperties[0].value");
}

#[test]
fn keys_and_names_that_contradict_themselves() {
    let pair = |first: Value, second: Value| {
        let mut columns = [first, second];
        for (column, name) in columns.iter_mut().zip(["a", "b"]) {
            column["logicalType"] = json!("string");
            if column.get("name").is_none() {
                column["name"] = json!(name);
            }
        }
        Sheet::new(columns).document()
    };
    for document in [
        pair(json!({"name": "x"}), json!({"name": "x"})),
        pair(json!({"physicalName": "x"}), json!({"physicalName": "x"})),
        pair(json!({"physicalName": "b"}), json!({})),
        pair(
            json!({"primaryKey": true, "primaryKeyPosition": 1}),
            json!({"primaryKey": true, "primaryKeyPosition": 1}),
        ),
        pair(
            json!({"primaryKey": true, "primaryKeyPosition": 1}),
            json!({"primaryKey": true, "primaryKeyPosition": 3}),
        ),
        pair(json!({"primaryKey": true, "primaryKeyPosition": 1}), json!({"primaryKey": true})),
        pair(json!({"primaryKeyPosition": 1}), json!({})),
    ] {
        refused(&document);
    }
}

#[test]
fn rules_that_measure_nothing() {
    let rule = |rule: Value| column(json!({"logicalType": "string", "quality": [rule]}));
    told(&rule(json!({"type": "library", "metric": "nullValue", "mustBe": 0})), "metric");
    told(&rule(json!({"type": "library", "metric": "invalidValues", "mustBe": 0})), "quality[0]");
    told(&rule(json!({"type": "library", "metric": "missingValues", "mustBe": 0})), "quality[0]");
    told(&rule(json!({"type": "library", "metric": "rowCount", "mustBe": 1})), "quality[0]");
    told(&rule(json!({"type": "library", "metric": "nullValues", "mustBeBetween": [3, 1]})), "mustBeBetween");
    let columns =
        json!({"type": "library", "metric": "duplicateValues", "arguments": {"properties": ["b"]}, "mustBe": 0});
    told(&Sheet::of_text(["a"]).quality(columns).document(), "properties[0]");
}

#[test]
fn every_violation_is_told_at_once_with_its_line() {
    let text = r#"apiVersion: v3.1.0
kind: DataContract
id: many
version: "1"
status: active
servers:
  - server: inbox
    type: s3
    location: https://inbox/data
    customProperties:
      - property: csvDialect
        value: {delimiter: ";;"}
schema:
  - name: data
    properties:
      - name: a
        logicalType: intger
      - name: b
        logicalType: string
        logicalTypeOptions:
          pattern: "["
      - name: c
        logicalType: date
        logicalTypeOptions:
          format: DD.MM.YYYY
"#;
    let violations = refused(text);
    let lines: Vec<usize> = violations.0.iter().map(|violation| violation.line).collect();
    for line in [9, 12, 17, 21, 25] {
        assert!(lines.contains(&line), "line {line}: {violations}");
    }
    assert!(violations.to_string().lines().count() >= 5, "one line each");
    assert!(lines.is_sorted(), "in the order of the document");
}

#[test]
fn what_yaml_allows_is_read() {
    let read = |text: &str| -> Contract { parse(text).unwrap_or_else(|violations| panic!("{violations}")) };
    let head = "apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\n";
    // Anchors, comments, flow style, a document mark, CRLF and a byte-order mark.
    let body = "schema:\n- name: t # a table\n  properties:\n  - &c {name: a, logicalType: string, required: true}\n  - <<: *c\n    name: b\n";
    let plain = read(&format!("{head}{body}"));
    assert_eq!(plain.objects[0].properties.len(), 2);
    assert!(plain.objects[0].properties[1].required, "merged");
    for text in
        [format!("---\n{head}{body}"), format!("\u{feff}{head}{body}"), format!("{head}{body}").replace('\n', "\r\n")]
    {
        assert_eq!(read(&text), plain);
    }
    // A bound keeps its digits: 0.1 is a tenth, and a number of twenty digits is not rounded.
    let bounds = "schema:\n- name: t\n  properties:\n  - {name: a, logicalType: number, logicalTypeOptions: {minimum: 0.1, maximum: 12345678901234567890}}\n";
    let contract = read(&format!("{head}{bounds}"));
    let LogicalType::Number(options) = &contract.objects[0].properties[0].logical_type else { panic!("a number") };
    assert_eq!(options.bounds.min.map(|bound| bound.to_string()).as_deref(), Some("0.1"));
    assert_eq!(options.bounds.max.map(|bound| bound.to_string()).as_deref(), Some("12345678901234567890"));
}

#[test]
fn what_is_valid_and_not_enforced_is_listed() {
    let document =
        column(json!({"logicalType": "string", "logicalTypeOptions": {"format": "email"}, "encryptedName": "x",
        "quality": [{"type": "sql", "query": "select 1", "mustBe": 1}, {"type": "text", "description": "good"}]}));
    let report = lint(&document);
    assert!(report.violations.is_empty() && report.contract.is_some(), "{:?}", report.violations);
    for part in ["format", "encryptedName", "quality[0]", "quality[1]"] {
        assert!(report.unenforced.iter().any(|note| note.path.ends_with(part)), "{part}: {:?}", report.unenforced);
    }
}

#[test]
fn hostile_texts_are_refused_quickly() {
    for text in [
        "",
        "\0",
        "[",
        "{{{{",
        "- - - -",
        "a: &a [*a]",
        "%YAML 9.9\n---\n",
        "\t",
        "? ? ? ?",
        "!!python/object:os.system x",
        "apiVersion: v3.1.0",
    ] {
        let violations = refused(text);
        assert!(!violations.0.is_empty());
    }
    refused(&"[".repeat(100_000));
    refused(&"a: ".repeat(100_000));
}
