//! Frictionless's fixtures and its catalogue of data errors.
//!
//! Frictionless guesses a schema where none is given; a contract always gives one, so each file has its columns here.
//! Frictionless's row numbers count the header and blank rows, which makes them physical lines in these files.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use crate::harness::{Run, Sheet, read_json, reference};

/// How each valid file is read: dialect, labels, rows.
fn valid_files() -> Vec<(&'static str, Value, Sheet, u64)> {
    let text = |labels: &str| Sheet::of_text(labels.split('|'));
    let semicolon = || json!({"delimiter": ";"});
    let typed =
        |spec: &[(&str, &str)]| Sheet::new(spec.iter().map(|(name, kind)| json!({"name": name, "logicalType": kind})));
    let accent = "n_amenageur|n_operateur|n_enseigne|id_station|n_station|ad_station|code_insee|Xlongitude|Ylatitude|\
        nbre_pdc|id_pdc|puiss_max|type_prise|acces_recharge|accessibilité|observations|date_maj";
    let budget = "INCISO|NOMBREINCISO|UE|NOMBREUE|AÑO|CODIGOAP|NOMBREAP|DESCRIPCIONAP|CODIGOPROGRAMA|NOMBREPROGRAMA|\
        DESCRIPCIONPROGRAMA|INCISOCODIGO|UECODIGO|ue_cod|presupuestado|pfi|pbi";
    let mut vix = vec![json!({"name": "Date", "logicalType": "timestamp", "logicalTypeOptions": {"timezone": true}})];
    vix.extend(["VIXClose", "VIXHigh", "VIXLow", "VIXOpen"].map(|name| json!({"name": name, "logicalType": "number"})));
    vec![
        ("accent.csv", semicolon(), text(accent), 2),
        ("ascii-notvalid.csv", json!({}), text("A|B|C"), 1),
        ("bom.csv", json!({}), typed(&[("id", "integer"), ("name", "string")]), 2),
        ("capitals.csv", json!({"trim": true}), typed(&[("id", "integer"), ("cid", "integer"), ("name", "string")]), 5),
        ("countries-truefalsevalues.csv", json!({}), text("id|value"), 2),
        ("delimiter.csv", semicolon(), text("id|name"), 2),
        ("doublequote.csv", json!({}), text(budget), 5),
        ("escaping.csv", json!({"trim": true, "escapeChar": "\\"}), text("ID|Test"), 3),
        ("latin1.csv", json!({"encoding": "iso-8859-1"}), text("id|name"), 2),
        ("long.csv", json!({}), text("id|name"), 6),
        ("nested-invalid.csv", json!({}), typed(&[("id", "integer"), ("cat", "integer"), ("name", "string")]), 5),
        (
            "primary-file-types.csv",
            json!({}),
            typed(&[("id", "integer"), ("integer_minmax", "integer"), ("boolean", "boolean")]),
            2,
        ),
        ("table-delimiter.csv", semicolon(), text("id|name"), 2),
        (
            "table-infer-missing-values.csv",
            json!({"nullTokens": ["", "-"]}),
            typed(&[("id", "integer"), ("age", "integer"), ("name", "string")]),
            7,
        ),
        ("table-unicode-headers.csv", json!({}), text("id|国人"), 2),
        ("timezone.csv", json!({"trim": true}), text("datetime|time"), 4),
        ("vix.csv", semicolon(), Sheet::new(vix), 2),
        // Frictionless takes the first row for a header; a contract says that there is none.
        ("without-headers.csv", json!({"header": false}), typed(&[("id", "integer"), ("name", "string")]), 3),
        ("without-rows.csv", json!({}), text("id|name"), 0),
    ]
}

/// Files with faults, each tested below.
const FAULTY: [&str; 8] = [
    "blank-headers.csv",
    "blank-rows-multiple.csv",
    "capital-invalid.csv",
    "duplicate-headers.csv",
    "empty.csv",
    "invalid.csv",
    "skip-blank-at-the-end.csv",
    "structure-errors.csv",
];

#[test]
fn valid_files_are_available() {
    let Some(root) = reference("frictionless") else { return };
    for (file, dialect, sheet, rows) in valid_files() {
        let run = sheet.dialect(dialect).strict().check(fs::read(root.join(file)).unwrap());
        assert!(run.is_available() && run.rejects.is_empty(), "{file}: {:?}", run.rejects.first());
        assert_eq!(run.counts(), [rows, rows, 0], "{file}");
    }
}

#[test]
fn every_fixture_is_judged() {
    let Some(root) = reference("frictionless") else { return };
    let expected = read_json(&root.join("expected.json"));
    let valid: BTreeSet<String> = valid_files().into_iter().map(|(file, ..)| file.to_owned()).collect();
    for (file, outcome) in expected["files"].as_object().unwrap() {
        let listed =
            if outcome["valid"] == json!(true) { valid.contains(file) } else { FAULTY.contains(&file.as_str()) };
        assert!(listed, "{file} is judged nowhere");
    }
}

/// `(line, code)` of the faults that Frictionless finds in rows.
fn row_errors(expected: &Value, file: &str) -> BTreeSet<(u64, String)> {
    let errors = expected["files"][file]["errors"].as_array().unwrap();
    let error = |error: &Value| Some((error["row"].as_u64()?, error["kind"].as_str()?.to_owned()));
    errors.iter().filter_map(error).collect()
}

fn found(run: &Run) -> BTreeSet<(u64, String)> {
    run.rejects.iter().filter_map(|reject| Some((reject.line?, reject.code.clone()))).collect()
}

#[test]
fn faults_of_rows_have_the_stated_lines_and_codes() {
    let Some(root) = reference("frictionless") else { return };
    let expected = read_json(&root.join("expected.json"));
    let keep_blank = json!({"skipBlankRows": false});
    let names = Sheet::new(
        [("id", "integer"), ("name", "string"), ("age", "integer")]
            .map(|(name, kind)| json!({"name": name, "logicalType": kind})),
    );
    for file in ["blank-rows-multiple.csv", "structure-errors.csv"] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let run = names.clone().dialect(keep_blank.clone()).check(&text);
        assert_eq!(found(&run), row_errors(&expected, file), "{file}");
        // Deliberate difference: blank rows are no data rows, so the count of rows is smaller than Frictionless's.
        let blank = run.rejects.iter().filter(|reject| reject.code == "blank-row").count() as u64;
        assert_eq!(run.verdict.rows.read + blank, expected["files"][file]["rows"].as_u64().unwrap(), "{file}");
    }
    let file = "skip-blank-at-the-end.csv";
    let text = fs::read_to_string(root.join(file)).unwrap();
    let tests = Sheet::of_text(["test1", "test2"]);
    assert_eq!(found(&tests.clone().dialect(keep_blank).check(&text)), row_errors(&expected, file));
    let run = tests.dialect(json!({"commentPrefix": "#"})).strict().check(&text);
    assert_eq!((run.is_available(), run.counts()), (true, [1, 1, 0]), "the comment and the blank line are passed over");
}

/// Deliberate difference: a label that stands twice or nowhere names no column, so the file is refused and its rows are
/// not judged; Frictionless numbers the labels and goes on. With the label repaired, the rows' faults are the stated.
#[test]
fn a_doubled_label_refuses_the_file() {
    let Some(root) = reference("frictionless") else { return };
    let expected = read_json(&root.join("expected.json"));
    let typed = |names: &[&str]| {
        Sheet::new(
            names
                .iter()
                .map(|name| json!({"name": name, "logicalType": if *name == "id" { "integer" } else { "string" }})),
        )
    };
    for (file, labels, repaired) in [
        ("capital-invalid.csv", &["id", "name"][..], &["id", "name", "country"][..]),
        ("duplicate-headers.csv", &["id", "name", "age"], &["id", "name", "x", "age", "y"]),
        ("invalid.csv", &["id", "name"], &["id", "name", "x", "y"]),
    ] {
        let bytes = fs::read(root.join(file)).unwrap();
        let run = typed(labels).check(&bytes);
        assert!(!run.is_available(), "{file}");
        assert!(run.faults().iter().any(|fault| fault.starts_with("- duplicate-label")), "{file}: {:?}", run.faults());
        assert!(run.rejects.iter().all(|reject| reject.row.is_none()), "{file}");
        let text = String::from_utf8(bytes).unwrap();
        let body = text.split_once('\n').unwrap().1;
        let run =
            typed(repaired).dialect(json!({"skipBlankRows": false})).check(format!("{}\n{body}", repaired.join(",")));
        assert_eq!(found(&run), row_errors(&expected, file), "{file}");
    }
}

#[test]
fn a_blank_label_names_no_column_of_the_contract() {
    let Some(root) = reference("frictionless") else { return };
    let bytes = fs::read(root.join("blank-headers.csv")).unwrap();
    let run = Sheet::of_text(["id", "age"]).check(&bytes);
    assert!(run.is_available() && run.verdict.warnings[0].contains("column 2"), "{:?}", run.verdict);
    let strict = Sheet::of_text(["id", "age"]).custom("additionalColumns", json!("reject"));
    let run = strict.check(&bytes);
    assert_eq!((run.faults(), run.is_available()), (vec!["- blank-label -".to_owned()], false));
    assert!(run.rejects[0].message.contains('2'), "the column's number: {}", run.rejects[0].message);
}

#[test]
fn an_empty_file_is_a_source_error() {
    let Some(root) = reference("frictionless") else { return };
    let run = Sheet::of_text(["id"]).check(fs::read(root.join("empty.csv")).unwrap());
    assert_eq!(run.faults(), ["- source-error -"]);
    assert!(!run.is_available());
}

/// Kinds of the Data Quality Spec that say nothing about the bytes of a file.
const NOT_OF_BYTES: [(&str, &str); 6] = [
    ("io-error", "reading is the caller's"),
    ("http-error", "reading is the caller's"),
    ("scheme-error", "reading is the caller's"),
    ("format-error", "the contract says the format"),
    ("schema-error", "the contract is checked when it is read"),
    ("duplicate-row", "rows may be equal; keys may not"),
];

/// One small file for every other kind: its columns, its bytes, and the fault that is ours.
fn catalogue() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let number =
        |rule: &str, bound: i64| json!([{"name": "a", "logicalType": "integer", "logicalTypeOptions": {rule: bound}}]);
    let text =
        |rule: &str, value: Value| json!([{"name": "a", "logicalType": "string", "logicalTypeOptions": {rule: value}}]);
    let two = json!([{"name": "a", "logicalType": "string"}, {"name": "b", "logicalType": "string"}]);
    let valid =
        json!({"type": "library", "metric": "invalidValues", "arguments": {"validValues": ["x", "y"]}, "mustBe": 0});
    vec![
        ("source-error", two.clone(), "", "- source-error -"),
        ("encoding-error", two.clone(), "a,b\n1,\u{1}\n", "1 encoding-error b"),
        ("blank-header", two.clone(), "a,\n1,2\n", "- blank-label -"),
        ("duplicate-header", two.clone(), "a,a,b\n1,2,3\n", "- duplicate-label a"),
        ("blank-row", two.clone(), "a,b\n\n1,2\n", "- blank-row -"),
        ("extra-value", two.clone(), "a,b\n1,2,3\n", "1 extra-cell -"),
        ("missing-value", two.clone(), "a,b\n1\n", "1 missing-cell b"),
        ("non-matching-header", two.clone(), "a,B\n1,2\n", "- missing-label b"),
        ("extra-header", two.clone(), "a,b,c\n1,2,3\n", "- extra-label c"),
        ("missing-header", two, "a\n1\n", "- missing-label b"),
        ("type-or-format-error", json!([{"name": "a", "logicalType": "date"}]), "a\n2024-1-1\n", "1 type-error a"),
        (
            "required-constraint",
            json!([{"name": "a", "logicalType": "string", "required": true}, {"name": "b", "logicalType": "string"}]),
            "a,b\n,1\n",
            "1 constraint-error a",
        ),
        ("pattern-constraint", text("pattern", json!("^[a-z]$")), "a\nA\n", "1 constraint-error a"),
        (
            "unique-constraint",
            json!([{"name": "a", "logicalType": "integer", "unique": true}]),
            "a\n1\n1\n",
            "2 unique-error a",
        ),
        (
            "enumerable-constraint",
            json!([{"name": "a", "logicalType": "string", "quality": [valid]}]),
            "a\nx\nz\n",
            "2 constraint-error a",
        ),
        ("minimum-constraint", number("minimum", 2), "a\n1\n", "1 constraint-error a"),
        ("maximum-constraint", number("maximum", 2), "a\n3\n", "1 constraint-error a"),
        ("minimum-length-constraint", text("minLength", json!(2)), "a\nx\n", "1 constraint-error a"),
        ("maximum-length-constraint", text("maxLength", json!(2)), "a\nxyz\n", "1 constraint-error a"),
    ]
}

#[test]
fn every_kind_of_the_data_quality_spec_has_its_code() {
    for (kind, columns, text, fault) in catalogue() {
        // A byte that is no UTF-8 cannot stand in a Rust text.
        let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
        let columns = columns.as_array().unwrap().clone();
        let run = Sheet::new(columns)
            .strict()
            .dialect(json!({"skipBlankRows": false}))
            .custom("additionalColumns", json!("reject"))
            .check(&bytes);
        assert!(run.faults().iter().any(|found| found == fault), "{kind}: wanted {fault}, found {:?}", run.faults());
        assert!(!run.is_available(), "{kind}");
    }
    let Some(root) = reference("frictionless") else { return };
    let spec = read_json(&root.join("data-quality-spec.json"));
    let kinds: BTreeSet<String> = spec["errors"].as_object().unwrap().keys().cloned().collect();
    let ours: BTreeSet<String> = catalogue()
        .iter()
        .map(|(kind, ..)| *kind)
        .chain(NOT_OF_BYTES.iter().map(|(kind, _)| *kind))
        .map(str::to_owned)
        .collect();
    assert_eq!(ours, kinds);
    for (kind, reason) in NOT_OF_BYTES {
        println!("not judged by the engine: {kind}: {reason}");
    }
}
