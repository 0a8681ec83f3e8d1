//! What is valid but not enforced is listed, in few lines.

use atalaya_contract::{Unenforced, ViolationKind, lint};

use crate::{with, with_columns};

fn unenforced(text: &str) -> Vec<Unenforced> {
    let report = lint(text);
    assert!(report.contract.is_some(), "{:#?}", report.violations);
    report.unenforced
}

/// The notes as (path, line).
fn places(text: &str) -> Vec<(String, usize)> {
    unenforced(text).into_iter().map(|note| (note.path, note.line)).collect()
}

#[test]
fn a_contract_of_enforced_parts_alone_has_no_notes() {
    let text = with(
        "      - {property: csvDialect, value: {header: false}}",
        "  - {property: rejectThreshold, value: {value: 1}}",
        "      - name: a\n        logicalType: number\n        physicalType: DECIMAL(5,2)\n        classification: public\n        \
         quality: [{metric: nullValues, mustBe: 0, severity: error}]",
        "",
    );
    assert_eq!(places(&text), []);
}

#[test]
fn sections_are_one_note_each_and_columns_are_counted() {
    let text = with(
        "",
        "",
        "      - {name: a, logicalType: string, description: x, tags: [t], physicalType: text}\n      \
         - {name: b, logicalType: string, description: y, encryptedName: e}",
        "team: {name: t}\nslaProperties: [{property: latency, value: 4}]\ndescription: {purpose: p}\n",
    );
    let notes = unenforced(&text);
    let told: Vec<(&str, &str)> = notes.iter().map(|note| (note.path.as_str(), note.what.as_str())).collect();
    assert_eq!(
        told[..3],
        [
            ("schema[0].properties[*]", "description (2 places), tags: descriptive, not checked"),
            (
                "schema[0].properties[*].physicalType",
                "the physical type is read only for DECIMAL(p,s) of a number and TIMESTAMP(n) of a point in time"
            ),
            ("schema[0].properties[1].encryptedName", "nothing is encrypted under another name"),
        ]
    );
    let paths: Vec<&str> = told[3..].iter().map(|(path, _)| *path).collect();
    assert_eq!(paths, ["team", "slaProperties", "description"]);
    assert!(notes.is_sorted_by_key(|note| note.line));
}

#[test]
fn what_may_mean_something_else_than_its_author_thinks_is_remarked() {
    for (column, path, part) in [
        ("logicalType: date\n        logicalTypeOptions: {format: dd.MM.yy}", "format", "2000 to 2099"),
        (
            "logicalType: timestamp\n        logicalTypeOptions: {format: \"yyyy-MM-dd'T'HH:mm'Z'\"}",
            "format",
            "nothing about a zone",
        ),
        ("logicalType: string\n        logicalTypeOptions: {pattern: '^[[:alpha:]]+$'}", "pattern", "POSIX"),
        ("logicalType: string\n        logicalTypeOptions: {pattern: '[a-z&&[^b]]'}", "pattern", "no intersection"),
        ("logicalType: string\n        logicalTypeOptions: {pattern: '\\p{L}'}", "pattern", "the letter p"),
    ] {
        let notes = unenforced(&with_columns(&format!("      - name: a\n        {column}")));
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].path.ends_with(path) && notes[0].what.contains(part), "{notes:?}");
    }
}

#[test]
fn what_is_not_done_is_said() {
    for (column, path, part) in [
        ("logicalType: array", "", "text"),
        ("physicalName: x", "", "text"),
        ("logicalType: string, logicalTypeOptions: {format: email}", ".logicalTypeOptions.format", "pattern"),
        ("logicalType: integer, logicalTypeOptions: {format: u64}", ".logicalTypeOptions.format", "64 bits"),
        ("logicalType: string, partitioned: true", ".partitioned", "partitioned"),
        ("logicalType: string, transformLogic: x", ".transformLogic", "transformation"),
        ("logicalType: string, relationships: [{to: a.b}]", ".relationships", "relationships"),
        ("logicalType: string, quality: [{type: text, description: x}]", ".quality[0]", "words"),
        ("logicalType: string, quality: [{type: sql, query: x, mustBe: 0}]", ".quality[0]", "SQL"),
        ("logicalType: string, quality: [{type: custom, engine: soda, implementation: x}]", ".quality[0]", "engines"),
        ("logicalType: string, quality: [{metric: nullValues, mustBe: 0, schedule: x}]", "S.schedule", "schedule"),
        (
            "logicalType: string, quality: [{metric: nullValues, mustBe: 0, dimension: coverage}]",
            "S.dimension",
            "descriptive",
        ),
    ] {
        let notes = unenforced(&with_columns(&format!("      - {{name: a, {column}}}")));
        assert_eq!(notes.len(), 1, "{column}: {notes:#?}");
        let path = match path.strip_prefix('S') {
            Some(field) => format!("schema[0].properties[*].quality[*]{field}"),
            None => format!("schema[0].properties[0]{path}"),
        };
        assert_eq!(notes[0].path, path, "{column}");
        assert!(notes[0].what.contains(part), "{column}: {}", notes[0].what);
    }
}

#[test]
fn custom_properties_that_are_not_read_are_named() {
    let text = with(
        "      - {property: rejectThreshold, value: {value: 1}}",
        "  - {property: sinks, value: []}\n  - {property: rejectTreshold, value: 1}\n  - {property: owner, value: me}",
        "      - {name: a, logicalType: string}",
        "",
    );
    let notes = unenforced(&text);
    let what: Vec<&str> = notes.iter().map(|note| note.what.as_str()).collect();
    assert_eq!(notes.len(), 4, "{notes:#?}");
    assert!(what[0].contains("sinks"));
    assert!(what[1].contains("did you mean `rejectThreshold`"));
    assert!(what[2].contains("`owner`"));
    assert!(what[3].contains("of the contract only"));
}

#[test]
fn a_later_editions_words_are_read_and_reported() {
    let text = with_columns("      - {name: a, logicalType: timestamp}").replace("v3.1.0", "v3.0.2");
    let report = lint(&text);
    assert!(report.contract.is_some() && !report.is_valid_odcs());
    let told = &report.violations[0];
    assert_eq!((report.violations.len(), told.kind), (1, ViolationKind::Edition));
    assert!(told.hint.as_deref().unwrap_or_default().contains("apiVersion: v3.1.0"), "{told}");
}
