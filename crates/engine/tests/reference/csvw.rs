//! CSV on the Web validation tests: the metadata translated into a contract where it can be.
//!
//! The translation is mechanical; a case that ODCS or the rules of judgement cannot say stands in [`UNTRANSLATED`] with
//! its reason, and a test demands that the two lists together are all cases.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Map, Value, json};

use crate::harness::{Sheet, read_json, reference};

/// Cases that a contract cannot say, and why.
const UNTRANSLATED: [(&str, &str); 5] = [
    ("test155", "columns of unsignedLong and of float with INF and NaN as values: a number here is finite"),
    ("test160", "number patterns (`0.0E0`) prescribe how a number is written; ODCS has no format for numbers"),
    ("test195", "base64Binary and hexBinary count bytes, and an empty text of length 0 is no null there"),
    ("test281", "yearMonthDuration has no logicalType; a pattern on a string would be our own rule, not the type's"),
    (
        "test188",
        "dates with a zone (`yyyy-MM-ddX`): a date of ODCS has none; the other fourteen columns are tested apart",
    ),
];

/// Dialects that the metadata get wrong on purpose: CSVW warns and takes the default, a contract is refused.
const BAD_DIALECTS: [(&str, &str, &str); 3] = [
    ("test061", "doubleQuote", "test061-metadata.json"),
    ("test066", "lineTerminators", "test066-metadata.json"),
    ("test070", "skipInitialSpace", "test070-metadata.json"),
];

fn first_title(column: &Value) -> String {
    let title = match &column["titles"] {
        Value::Array(titles) => &titles[0],
        Value::Null => &column["name"],
        title => title,
    };
    title.as_str().expect("a title").to_owned()
}

/// Bounds of the derived whole-number types.
fn integer_range(base: &str) -> Option<(Value, Value)> {
    Some(match base {
        "integer" | "long" => (Value::Null, Value::Null),
        "int" => (json!(i32::MIN), json!(i32::MAX)),
        "short" => (json!(i16::MIN), json!(i16::MAX)),
        "byte" => (json!(i8::MIN), json!(i8::MAX)),
        "unsignedInt" => (json!(0), json!(u32::MAX)),
        "unsignedShort" => (json!(0), json!(u16::MAX)),
        "unsignedByte" => (json!(0), json!(u8::MAX)),
        "nonNegativeInteger" => (json!(0), Value::Null),
        "positiveInteger" => (json!(1), Value::Null),
        "nonPositiveInteger" => (Value::Null, json!(0)),
        "negativeInteger" => (Value::Null, json!(-1)),
        _ => return None,
    })
}

/// CSVW writes the literal T of ISO 8601 bare; Java quotes it.
fn java_format(format: &str) -> String {
    format.replace('T', "'T'")
}

/// A column description as a property.
fn property(column: &Value) -> Value {
    let title = first_title(column);
    let datatype = match &column["datatype"] {
        Value::Object(datatype) => datatype.clone(),
        Value::String(base) => Map::from_iter([("base".to_owned(), json!(base))]),
        _ => Map::from_iter([("base".to_owned(), json!("string"))]),
    };
    let base = datatype["base"].as_str().unwrap();
    let mut options = Map::new();
    for (theirs, ours) in [
        ("minimum", "minimum"),
        ("maximum", "maximum"),
        ("minInclusive", "minimum"),
        ("maxInclusive", "maximum"),
        ("minExclusive", "exclusiveMinimum"),
        ("maxExclusive", "exclusiveMaximum"),
        ("minLength", "minLength"),
        ("maxLength", "maxLength"),
    ] {
        if let Some(value) = datatype.get(theirs) {
            options.insert(ours.to_owned(), value.clone());
        }
    }
    let mut quality = Vec::new();
    let kind = match base {
        "date" => "date",
        "time" => "time",
        "dateTime" | "dateTimeStamp" => "timestamp",
        "number" | "decimal" | "double" | "float" => "number",
        "boolean" => {
            // `Y|N` is a list of texts, which a rule about valid values says.
            let texts: Vec<&str> = datatype["format"].as_str().unwrap().split('|').collect();
            quality.push(
                json!({"type": "library", "metric": "invalidValues", "arguments": {"validValues": texts}, "mustBe": 0}),
            );
            "string"
        }
        "string" | "NMTOKEN" => "string",
        base => {
            let (min, max) = integer_range(base).unwrap_or_else(|| panic!("no type for {base}"));
            options.extend(
                [("minimum", min), ("maximum", max)]
                    .into_iter()
                    .filter(|(_, bound)| !bound.is_null())
                    .map(|(key, bound)| (key.to_owned(), bound)),
            );
            "integer"
        }
    };
    if let (Some(format), "date" | "time" | "timestamp") = (datatype.get("format").and_then(Value::as_str), kind) {
        options.insert("format".to_owned(), json!(java_format(format)));
        if kind == "timestamp" {
            options.insert("timezone".to_owned(), json!(format.contains('X')));
        }
    }
    let mut property = json!({"name": title, "logicalType": kind});
    if !options.is_empty() {
        property["logicalTypeOptions"] = Value::Object(options);
    }
    if !quality.is_empty() {
        property["quality"] = json!(quality);
    }
    if column["required"] == json!(true) {
        property["required"] = json!(true);
    }
    property
}

/// A metadata document as a contract. CSVW compares all columns: more of them in the file are an error.
fn sheet(metadata: &Value) -> Sheet {
    let table = metadata["tables"].get(0).unwrap_or(metadata);
    let schema = &table["tableSchema"];
    let described = schema["columns"].as_array().unwrap();
    let mut columns: Vec<Value> = described.iter().map(property).collect();
    let key = match &schema["primaryKey"] {
        Value::Array(names) => names.clone(),
        Value::Null => Vec::new(),
        name => vec![name.clone()],
    };
    for (position, name) in key.iter().enumerate() {
        let at = described.iter().position(|column| column["name"] == *name).expect("a column of the key");
        columns[at]["primaryKey"] = json!(true);
        columns[at]["primaryKeyPosition"] = json!(position + 1);
    }
    let mut dialect = table.get("dialect").cloned().unwrap_or_else(|| json!({}));
    if let Some(token) = table.get("null") {
        dialect["nullTokens"] = json!([token]);
    }
    Sheet::new(columns).dialect(dialect).strict().custom("additionalColumns", json!("reject"))
}

fn bytes(root: &Path, case: &Value) -> Vec<u8> {
    fs::read(root.join(case["csv"][0].as_str().unwrap())).unwrap()
}

fn is_apart(id: &str) -> bool {
    UNTRANSLATED.iter().any(|(name, _)| *name == id) || BAD_DIALECTS.iter().any(|(name, ..)| *name == id)
}

#[test]
fn validators_agree() {
    let Some(root) = reference("csv/csvw") else { return };
    let cases = read_json(&root.join("cases.json"));
    let mut judged = BTreeSet::new();
    for case in cases.as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        if is_apart(id) {
            continue;
        }
        let metadata = read_json(&root.join(case["metadata"].as_str().unwrap()));
        let run = sheet(&metadata).check(bytes(&root, case));
        assert_eq!(run.is_available(), case["expect"] == "valid", "{id} ({}): {:?}", case["name"], run.faults());
        judged.insert(id.to_owned());
    }
    for (id, reason) in UNTRANSLATED {
        println!("not translated: {id}: {reason}");
    }
    let apart: BTreeSet<&str> =
        UNTRANSLATED.iter().map(|(id, _)| *id).chain(BAD_DIALECTS.iter().map(|(id, ..)| *id)).collect();
    assert_eq!(judged.len() + apart.len(), cases.as_array().unwrap().len(), "every case is judged or named");
    assert_eq!(cases.as_array().unwrap().len(), 29);
}

/// What the error is about, not only that there is one.
#[test]
fn invalid_cases_are_invalid_for_the_stated_reason() {
    let Some(root) = reference("csv/csvw") else { return };
    let cases = read_json(&root.join("cases.json"));
    for (id, fault) in [
        ("test126", "3 constraint-error latitude"),
        ("test147", "- missing-label gid"),
        ("test163", "1 type-error integer"),
        ("test166", "1 type-error decimal"),
        ("test169", "1 type-error decimal"),
        ("test172", "1 constraint-error byte"),
        ("test175", "1 constraint-error unsignedByte"),
        ("test178", "1 constraint-error nonPositiveInteger"),
        ("test181", "1 type-error number"),
        ("test198", "1 constraint-error NMTOKEN"),
        ("test204", "1 constraint-error maximum"),
        ("test211", "1 constraint-error maximum"),
        ("test234", "2 primary-key-error -"),
        ("test247", "1 type-error HH:mm:ss.S"),
        ("test278", "- extra-label On Street"),
        ("test124", "- missing-label GID1"),
    ] {
        let case = cases.as_array().unwrap().iter().find(|case| case["id"] == id).expect(id);
        let metadata = read_json(&root.join(case["metadata"].as_str().unwrap()));
        let run = sheet(&metadata).check(bytes(&root, case));
        assert!(run.faults().iter().any(|found| found == fault), "{id}: wanted {fault}, found {:?}", run.faults());
    }
}

#[test]
fn dates_of_test188_without_a_zone() {
    let Some(root) = reference("csv/csvw") else { return };
    let mut metadata = read_json(&root.join("test188-metadata.json"));
    let columns = metadata["tableSchema"]["columns"].as_array_mut().unwrap();
    columns.retain(|column| !first_title(column).contains('X'));
    assert_eq!(columns.len(), 14);
    let run = sheet(&metadata)
        .custom("additionalColumns", json!("ignore"))
        .check(fs::read(root.join("test188.csv")).unwrap());
    let cells = run.table.cells();
    assert_eq!(cells, [vec![Some("2015-03-22".to_owned()); 14]], "{:?}", run.faults());
}

#[test]
fn lengths_of_test195_that_are_text() {
    let Some(root) = reference("csv/csvw") else { return };
    let column =
        json!({"name": "NMTOKEN", "logicalType": "string", "logicalTypeOptions": {"minLength": 5, "maxLength": 5}});
    let run = Sheet::new([column]).strict().check(fs::read(root.join("test195.csv")).unwrap());
    assert!(run.is_available(), "{:?}", run.faults());
}

#[test]
fn a_dialect_that_is_wrong_is_a_violation_with_its_path() {
    let Some(root) = reference("csv/csvw") else { return };
    for (id, key, metadata) in BAD_DIALECTS {
        let metadata = read_json(&root.join(metadata));
        let violations = atalaya_contract::parse(&sheet(&metadata).document()).expect_err(id);
        assert!(violations.0.iter().any(|violation| violation.path.contains(key)), "{id}: {violations}");
        // Without the fault the file is good, as CSVW's valid-with-warning says.
        let mut repaired = metadata;
        repaired.as_object_mut().unwrap().remove("dialect");
        let run = sheet(&repaired).check(fs::read(root.join("tree-ops.csv")).unwrap());
        assert!(run.is_available() && run.rejects.is_empty(), "{id}: {:?}", run.faults());
    }
}
