//! What v3.2.0 brought.

use atalaya_contract::{LintReport, ViolationKind, lint};

use crate::{parse, violation, violations, with, with_columns};

fn with_column(fields: &str) -> String {
    with_columns(&format!("      - {{name: a, {fields}}}"))
}

fn with_end(lines: &str) -> String {
    with("", "", "      - name: a", lines)
}

fn with_server(fields: &str) -> String {
    with_columns("      - name: a").replace("servers:\n", &format!("servers:\n  - {{server: other, {fields}}}\n"))
}

/// Contracts that say v3.1.0 and have one field or word of v3.2.0 in them, with its path.
fn new_words() -> Vec<(String, &'static str)> {
    let plain = with_columns("      - name: a");
    let sla = "slaProperties:\n  - property: latency\n    value: 4\n";
    vec![
        (with_column("enum: [{value: A, label: one}, {value: 2}, {value: null}]"), "schema[0].properties[0].enum"),
        (with_column("semanticType: measure"), "schema[0].properties[0].semanticType"),
        (with_column("synonyms: [{synonym: b, locale: en}]"), "schema[0].properties[0].synonyms"),
        (with_column("deprecated: true"), "schema[0].properties[0].deprecated"),
        (with_column("logicalType: map, map: {key: {}, value: {}}"), "schema[0].properties[0].logicalType"),
        (
            with_column("logicalType: vector, logicalTypeOptions: {dimensions: 3}"),
            "schema[0].properties[0].logicalType",
        ),
        (with_column("relationships: [{id: x, to: b.c}]"), "schema[0].properties[0].relationships[0].id"),
        (with_end("    context: only for tests\n"), "schema[0].context"),
        (with_end("context: {instructions: x, verifiedStatements: [{question: q, answer: a}]}\n"), "context"),
        (
            with_end(&format!("{sla}    customProperties: [{{property: p, value: 1}}]\n")),
            "slaProperties[0].customProperties",
        ),
        (
            with_end(&format!("{sla}    authoritativeDefinitions: [{{url: u, type: t}}]\n")),
            "slaProperties[0].authoritativeDefinitions",
        ),
        (with("", "  - {property: p, value: 1, vendor: v}", "      - name: a", ""), "customProperties[0].vendor"),
        (plain.replace("type: s3", "type: s3\n    encoding: ISO-8859-1"), "servers[0].encoding"),
        (with_server("type: iceberg, catalog: c, catalogUrl: 'https://c', warehouse: w"), "servers[0].type"),
        (with_server("type: hana, host: h, port: '${PORT}'"), "servers[0].type"),
        (with_server("type: athena, schema: s, stagingDir: x, workgroup: w"), "servers[0].workgroup"),
    ]
}

/// The same for what v3.2.0 restricts less.
fn wider_rules() -> Vec<(String, &'static str)> {
    vec![
        (with_column("relationships: [{to: b.c-d.e}]"), "schema[0].properties[0].relationships[0].to"),
        (with_column("id: 'urn:a'"), "schema[0].properties[0].id"),
        (with_server("type: synapse, host: h, port: '${PORT}', database: d"), "servers[0].port"),
        (with_server("type: athena, schema: s"), "servers[0].stagingDir"),
        (with_columns("      - name: a").replace("status: active\n", ""), "status"),
    ]
}

fn news() -> Vec<(String, &'static str)> {
    [new_words(), wider_rules()].concat()
}

fn as_newest(text: &str) -> String {
    text.replace("v3.1.0", "v3.2.0")
}

#[test]
fn what_is_new_is_accepted_in_v3_2() {
    for (text, _) in news() {
        let report = lint(&as_newest(&text));
        assert!(report.contract.is_some() && report.violations.is_empty(), "{:#?}\n{text}", report.violations);
    }
}

#[test]
fn what_is_new_is_reported_in_v3_1_and_read_as_v3_2() {
    for (text, path) in news() {
        let LintReport { contract, violations, .. } = lint(&text);
        assert!(contract.is_some(), "{violations:#?}\n{text}");
        let found = violations.iter().find(|violation| violation.path == path);
        let found = found.unwrap_or_else(|| panic!("{violations:#?}\n{text}"));
        assert_eq!(found.kind, ViolationKind::Edition);
        assert!(found.message.ends_with(", in v3.1.0"), "{found}");
        assert!(found.hint.as_deref().is_some_and(|hint| hint.ends_with("write apiVersion: v3.2.0")), "{found}");
    }
}

#[test]
fn what_is_new_is_refused_in_v3_1_beside_another_fault() {
    let came = Some("it came with v3.2.0; this document says v3.1.0");
    for (text, path) in new_words() {
        let all = violations(&format!("{text}colour: red\n"));
        let found = all.iter().find(|violation| violation.path == path);
        let found = found.unwrap_or_else(|| panic!("{all:#?}\n{text}"));
        assert_eq!((found.kind, found.hint.as_deref()), (ViolationKind::Standard, came), "{found}");
    }
}

#[test]
fn the_first_later_edition_that_fits_is_taken() {
    let text = with_columns("      - {name: a, physicalName: b, logicalType: string}").replace("v3.1.0", "v3.0.0");
    let report = lint(&text);
    assert!(report.contract.is_some());
    assert!(report.violations[0].hint.as_deref().is_some_and(|hint| hint.contains("v3.0.2")), "{report:#?}");
}

#[test]
fn faults_in_what_is_new() {
    for (column, path, message, hint) in [
        ("enum: [A]", ".enum[0]", "must be a mapping", "write value: A"),
        ("enum: []", ".enum", "empty list", ""),
        ("enum: [{value: 1}, {value: 1}]", ".enum[1]", "twice", ""),
        ("enum: [{label: one}]", ".enum[0].value", "needs `value`", ""),
        ("enum: [{value: [1]}]", ".enum[0].value", "a single value", ""),
        ("semanticType: key", ".semanticType", "known value", "column, measure, dimension"),
        ("logicalType: map", ".map", "needs `map`", ""),
        ("logicalType: map, map: {key: {}}", ".map.value", "needs `value`", ""),
        ("logicalType: string, map: {key: {}, value: {}}", ".map", "not a field", ""),
        (
            "logicalType: vector, logicalTypeOptions: {dimensions: 0}",
            ".logicalTypeOptions.dimensions",
            "one or more",
            "",
        ),
        ("id: a.b", ".id", "without . #", ""),
    ] {
        let found = violation(&as_newest(&with_columns(&format!("      - {{name: a, {column}}}"))));
        assert_eq!(found.path, format!("schema[0].properties[0]{path}"), "{found}");
        assert!(found.message.contains(message), "{found}");
        assert!(found.hint.as_deref().unwrap_or_default().contains(hint), "{found}");
    }
    let text = as_newest(&with_columns("      - name: a"));
    let lake = text.replace("servers:\n", "servers:\n  - {server: lake, type: iceberg, catalog: c}\n");
    assert_eq!(violation(&lake).path, "servers[0].catalogUrl");
    let context = format!("{text}context: 5\n");
    assert_eq!(violation(&context).message, "must be text or a mapping, not a number");
}

#[test]
fn the_encoding_of_a_server_is_that_of_its_files() {
    let contract = |dialect: &str, encoding: &str| {
        let text = as_newest(&with(dialect, "", "      - name: a", ""));
        text.replace("type: s3", &format!("type: s3\n    encoding: {encoding}"))
    };
    let dialect = |keys: &str| format!("      - {{property: csvDialect, value: {{{keys}}}}}");
    let read = |text: &str| parse(text).feeds.remove(0).dialect;
    assert_eq!(read(&contract("", "ISO-8859-1")).encoding, "ISO-8859-1");
    let beside = read(&contract(&dialect("delimiter: ';'"), "windows-1252"));
    assert_eq!((beside.encoding.as_str(), beside.delimiter), ("windows-1252", b';'));
    assert_eq!(read(&contract(&dialect("encoding: utf8"), "UTF-8")).encoding, "utf8");
    let report = lint(&contract("", "ISO-8859-1"));
    assert!(report.unenforced.iter().all(|note| !note.path.ends_with("encoding")), "{:#?}", report.unenforced);

    let found = violation(&contract(&dialect("encoding: utf-8"), "ISO-8859-1"));
    assert_eq!((found.path.as_str(), found.kind), ("servers[0].encoding", ViolationKind::Feed));
    assert!(found.message.contains("csvDialect in line 12") && found.hint.is_some(), "{found}");
    let found = violation(&contract("", "latin-17"));
    assert_eq!(found.path, "servers[0].encoding");
    assert!(found.hint.as_deref().is_some_and(|hint| hint.contains("WHATWG")), "{found}");
    // Before v3.1.0 a server may have keys of its author's own.
    let own = contract("", "latin-17").replace("v3.2.0", "v3.0.2");
    assert_eq!(read(&own).encoding, "utf-8");
    assert!(lint(&own).unenforced.iter().any(|note| note.path == "servers[0].encoding"));
}

#[test]
fn what_is_new_and_not_enforced_is_remarked() {
    let text = as_newest(&with_columns(
        "      - {name: a, logicalType: map, map: {key: {}, value: {}}}\n      - {name: b, logicalType: string, synonyms: []}",
    ));
    let lake = "servers:\n  - {server: lake, type: iceberg, catalog: c, catalogUrl: 'https://c'}\n";
    let report = lint(&format!("{}context: x\n", text.replace("servers:\n", lake)));
    for (path, part) in [
        ("servers[0]", "`iceberg` carries no feed"),
        ("schema[0].properties[0]", "`map` is read as text"),
        ("schema[0].properties[*]", "map, synonyms: descriptive"),
        ("context", "not checked"),
    ] {
        let found = report.unenforced.iter().any(|note| note.path == path && note.what.contains(part));
        assert!(found, "{path}: {:#?}", report.unenforced);
    }
}
