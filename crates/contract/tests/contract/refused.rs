//! What is wrong is told, all of it, with its place and a way out.

use atalaya_contract::{ViolationKind, lint, parse};

use crate::{violation, violations, with, with_columns};

/// Column `a` with these lines under it.
fn column(lines: &str) -> String {
    with_columns(&format!("      - name: a\n{lines}"))
}

/// One faulty column: the path after `schema[0].properties[0]`, a part of the message, a part of the hint.
fn fault(lines: &str, path: &str, message: &str, hint: &str) {
    let told = violation(&column(lines));
    assert_eq!(told.path, format!("schema[0].properties[0]{path}"), "{told}");
    assert!(told.message.contains(message), "{told}");
    assert!(told.hint.as_deref().unwrap_or_default().contains(hint), "{told}");
}

#[test]
fn all_faults_come_at_once_in_the_order_of_lines() {
    let text = with(
        "      - {property: csvDialect, value: {delimiter: ';;', quotechar: '\"'}}",
        "  - {property: rejectThreshold, value: {value: 200, unit: percent}}",
        "      - name: a\n        logicalType: strng\n        requird: true\n      - name: b\n        \
         logicalTypeOptions: {pattern: '('}\n        logicalType: string",
        "",
    );
    let told = violations(&text.replace("status: active\n", ""));
    let paths: Vec<&str> = told.iter().map(|violation| violation.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "status",
            "customProperties[0].value",
            "servers[0].customProperties[0].value.delimiter",
            "servers[0].customProperties[0].value.quotechar",
            "schema[0].properties[0].logicalType",
            "schema[0].properties[0].requird",
            "schema[0].properties[1].logicalTypeOptions.pattern",
        ]
    );
    assert!(told.is_sorted_by_key(|violation| violation.line));
    assert_eq!(told[3].hint.as_deref(), Some("did you mean `quoteChar`?"));
    assert_eq!(told[4].hint.as_deref(), Some("did you mean `string`?"));
    assert_eq!(told[5].hint.as_deref(), Some("did you mean `required`?"));
    let error = parse(&text).expect_err("refused");
    assert_eq!(error.to_string().lines().count(), 6, "{error}");
    assert!(error.to_string().starts_with("line "), "{error}");
}

#[test]
fn a_violation_has_its_line_and_column() {
    let told = violation(&column("        requird: true"));
    assert_eq!((told.line, told.column), (14, 9), "{told}");
    assert_eq!(
        told.to_string(),
        "line 14, column 9: schema[0].properties[0].requird: `requird` is not a field of a property \
         (did you mean `required`?)"
    );
    let json = serde_json::to_value(&told).expect("serialises");
    assert_eq!(json["kind"], "standard");
    assert_eq!(json["line"], 14);
}

#[test]
fn words_of_other_formats_are_explained() {
    fault("        logicalType: varchar", ".logicalType", "not a known value", "`string`");
    fault("        isNullable: false", ".isNullable", "not a field", "required: true");
    fault("        maxLength: 3", ".maxLength", "not a field", "logicalTypeOptions");
    fault("        required: yes", ".required", "true or false", "write true");
    let text = column("        required: true").replace("version: 1.0.0", "version: 1.0");
    assert_eq!(violation(&text).hint.as_deref(), Some("write it in quotes: \"1.0\""));
}

#[test]
fn options_that_make_no_sense() {
    let options =
        |logical: &str, options: &str| format!("        logicalType: {logical}\n        logicalTypeOptions: {options}");
    let path = ".logicalTypeOptions";
    fault(&options("integer", "{minimum: 5, maximum: 4}"), path, "no value", "minimum");
    fault(&options("number", "{minimum: 5, exclusiveMaximum: 5}"), path, "no value", "");
    fault(&options("string", "{minLength: 5, maxLength: 4}"), path, "above", "");
    fault(&options("string", "{pattern: 'a(?=b)'}"), ".logicalTypeOptions.pattern", "looks ahead", "without");
    fault(&options("string", "{pattern: '(a)\\1'}"), ".logicalTypeOptions.pattern", "refers back", "write out");
    fault(&options("date", "{format: YYYY-MM-dd}"), ".logicalTypeOptions.format", "character 1", "Java");
    fault(&options("date", "{format: yyyy-MM}"), ".logicalTypeOptions.format", "fix a day", "year");
    fault(&options("date", "{format: 'yyyy-MM-dd HH'}"), ".logicalTypeOptions.format", "hours", "timestamp");
    fault(&options("date", "{minimum: 31/12/2020}"), ".logicalTypeOptions.minimum", "bound", "ISO 8601");
    fault(&options("date", "{minimum: '2020-01-01T00:00:00'}"), ".logicalTypeOptions.minimum", "bound", "a day");
    fault(&options("time", "{timezone: true}"), path, "not supported", "timestamp");
    fault(&options("time", "{format: yyyy}"), ".logicalTypeOptions.format", "fix an hour", "HH");
    let zone = ".logicalTypeOptions.defaultTimezone";
    fault(&options("timestamp", "{defaultTimezone: Europe/Madird}"), zone, "time zone", "Europe/Madrid");
    let bound = "{minimum: '2020-01-01T00:00:00Z'}";
    fault(&options("timestamp", bound), ".logicalTypeOptions.minimum", "offset", "timezone: true");
    let both = "{timezone: false, format: 'yyyy-MM-dd HH:mmXXX'}";
    fault(&options("timestamp", both), ".logicalTypeOptions.format", "timezone is false", "");
    let wide = "        logicalType: number\n        physicalType: DECIMAL(39,2)";
    fault(wide, ".physicalType", "no decimal type", "38");
    for name in ["DECIMAL", "numeric", "NUMBER"] {
        let bare = format!("        logicalType: number\n        physicalType: {name}");
        fault(&bare, ".physicalType", "how many digits", "(18,2)");
    }
    let fine = "        logicalType: timestamp\n        physicalType: TIMESTAMP(12)";
    fault(fine, ".physicalType", "cannot be stored", "0 to 9");
    let too_long = options("string", "{minLength: 99999999999999999999}");
    fault(&too_long, ".logicalTypeOptions.minLength", "longer than any text", "");
    let large = options("string", "{pattern: '([a-zé]{1,900}){1,900}'}");
    fault(&large, ".logicalTypeOptions.pattern", "too large", "repeat less");
    let finer = "{minimum: '2020-01-01T00:00:00.0000001'}";
    fault(&options("timestamp", finer), ".logicalTypeOptions.minimum", "bound", "finer");
}

/// `M` is the month and `m` the minute: a format that has one for the other fixes something else than its author thinks.
#[test]
fn letters_of_a_format_that_are_mistaken_for_others() {
    let fault = |logical: &str, format: &str, message: &str, hint: &str| {
        let lines = format!("        logicalType: {logical}\n        logicalTypeOptions: {{format: '{format}'}}");
        fault(&lines, ".logicalTypeOptions.format", message, hint);
    };
    fault("date", "dd.mm.yyyy", "fix a day", "minute");
    fault("date", "dd.MM.yyyy mm", "letters of a time", "minute");
    fault("time", "HH:MM", "letters of a day", "month");
    fault("timestamp", "dd.mm.yyyy HH:ss", "point in time", "month");
}

#[test]
fn what_belongs_elsewhere_is_told_where() {
    let of = |place: &str, text: &str| {
        let told = violation(text);
        assert!(told.path.starts_with(place), "{told}");
        told.hint.unwrap_or_default()
    };
    let minimum = column("        logicalType: string\n        logicalTypeOptions: {minimum: 1}");
    assert!(of("schema[0].properties[0].logicalTypeOptions.minimum", &minimum).contains("minLength"));
    let dialect = "{property: csvDialect, value: {delimiter: ';'}}";
    let on_contract = with("", &format!("  - {dialect}"), "      - name: a", "");
    assert!(of("customProperties[0]", &on_contract).contains("of the server"));
    let on_object = with("", "", "      - name: a", &format!("    customProperties: [{dialect}]\n"));
    assert!(of("schema[0].customProperties[0]", &on_object).contains("of the server"));
    let on_column = column(&format!("        customProperties: [{dialect}]"));
    assert!(of("schema[0].properties[0].customProperties[0]", &on_column).contains("of the server"));
    let bare =
        column("        required: true").replace("    type: s3\n", "    type: s3\n    csvDialect: {delimiter: ';'}\n");
    assert!(of("servers[0].csvDialect", &bare).contains("customProperties: [{property: csvDialect"), "{bare}");
}

#[test]
fn keys_and_columns_that_clash() {
    let two = |first: &str, second: &str| with_columns(&format!("      - {first}\n      - {second}"));
    let told = violation(&two("{name: a}", "{name: a, logicalType: date}"));
    assert!(told.message.contains("second property `a`"), "{told}");
    let told = violation(&two("{name: a}", "{name: b, physicalName: a}"));
    assert!(told.message.contains("label `a`"), "{told}");
    let trimmed = with(
        "      - {property: csvDialect, value: {trim: true}}",
        "",
        "      - {name: a}\n      - {name: b, physicalName: ' a'}",
        "",
    );
    assert!(violation(&trimmed).message.contains("trims labels too"));
    let key = |first: &str, second: &str| {
        violation(&two(&format!("{{name: a, {first}}}"), &format!("{{name: b, {second}}}"))).message
    };
    let (key_1, key_3) = ("primaryKey: true, primaryKeyPosition: 1", "primaryKey: true, primaryKeyPosition: 3");
    assert!(key(key_1, key_3).contains("number 2"));
    assert!(key(key_1, key_1).contains("number 2"));
    assert!(key(key_1, "primaryKey: true").contains("without a position"));
    assert!(key("primaryKeyPosition: 1", "required: true").contains("no primaryKey"));
}

#[test]
fn dialects_that_cannot_be() {
    let comment = |dialect: &str| {
        violation(&with(&format!("      - {{property: csvDialect, value: {dialect}}}"), "", "      - name: a", ""))
    };
    assert!(comment("{commentPrefix: '\"'}").message.contains("begins with quoteChar"));
    let mark = comment("{decimalChar: point}");
    assert!(mark.hint.as_deref().is_some_and(|hint| hint == "write \".\""), "{mark}");
    let flag = comment("{header: no}");
    assert!(flag.hint.as_deref().is_some_and(|hint| hint.starts_with("write false")), "{flag}");

    for (dialect, key, message) in [
        ("{delimiter: ''}", ".delimiter", "one ASCII character"),
        ("{delimiter: '\\t'}", ".delimiter", "one ASCII character"),
        ("{delimiter: é}", ".delimiter", "one ASCII character"),
        ("{delimiter: '\"'}", "", "same byte"),
        ("{escapeChar: '\"'}", "", "same byte"),
        ("{encoding: latin-17}", ".encoding", "encoding"),
        ("{header: 1}", ".header", "true or false"),
        ("{trim: left}", ".trim", "known value"),
        ("{groupChar: '.'}", "", "same character"),
        ("{decimalChar: '5'}", ".decimalChar", "one character"),
        ("{nullTokens: NA}", ".nullTokens", "list"),
        ("{compression: zip}", ".compression", "known value"),
        ("{commentPrefix: ''}", ".commentPrefix", "text"),
        ("{commentPrefix: ',,'}", "", "delimiter"),
        ("{lineTerminator: x}", ".lineTerminator", "unknown"),
        ("semicolon", "", "mapping"),
    ] {
        let property = format!("      - {{property: csvDialect, value: {dialect}}}");
        let told = violation(&with(&property, "", "      - name: a", ""));
        assert_eq!(told.path, format!("servers[0].customProperties[0].value{key}"), "{told}");
        assert!(told.message.contains(message), "{told}");
        assert!(told.hint.is_some(), "{told}");
        assert_eq!(told.kind, ViolationKind::Feed);
    }
}

#[test]
fn policies_that_cannot_be() {
    for (property, value, message) in [
        ("rejectThreshold", "5", "mapping"),
        ("rejectThreshold", "{unit: rows}", "needs `value`"),
        ("rejectThreshold", "{value: -1}", "no sense"),
        ("rejectThreshold", "{value: 1, unit: promille}", "known value"),
        ("onDuplicateContent", "ignore", "known value"),
        ("additionalColumns", "true", "must be text"),
    ] {
        let told =
            violation(&with("", &format!("  - {{property: {property}, value: {value}}}"), "      - name: a", ""));
        assert!(told.path.starts_with("customProperties[0].value"), "{told}");
        assert!(told.message.contains(message), "{told}");
    }
}

#[test]
fn rules_that_cannot_be() {
    let on_column = |rule: &str| column(&format!("        quality: [{rule}]"));
    let on_object = |rule: &str| with("", "", "      - name: a\n      - name: b", &format!("    quality: [{rule}]\n"));
    for (text, message) in [
        (on_column("{metric: nullValues}"), "compares with nothing"),
        (on_column("{metric: nullValues, mustBe: 1, mustNotBe: 2}"), "2 comparisons"),
        (on_column("{metric: nullValues, mustBe: none}"), "must be a number"),
        (on_column("{metric: nullValues, mustBeBetween: [5, 1]}"), "above"),
        (on_column("{metric: nullValues, mustBe: 0, unit: cells}"), "known value"),
        (on_column("{metric: nullValues, mustBe: 0, severity: fatal}"), "known value"),
        (on_column("{metric: nullValues, mustBe: 0, arguments: {pattern: x}}"), "no argument"),
        (on_column("{metric: missingValues, mustBe: 0}"), "mean missing"),
        (on_column("{metric: invalidValues, mustBe: 0}"), "what is valid"),
        (on_column("{metric: invalidValues, mustBe: 0, arguments: {pattern: '['}}"), "pattern"),
        (on_column("{metric: rowCount, mustBe: 3}"), "counts rows"),
        (on_column("{metric: rowCuont, mustBe: 3}"), "known value"),
        (on_column("{metric: nullValues, mustBe: -1}"), "no number of rows"),
        (on_column("{metric: nullValues, mustBe: 1.5}"), "no number of rows"),
        (on_column("{metric: nullValues, mustBeLessThan: 0}"), "no number of rows"),
        (on_column("{metric: nullValues, mustBeBetween: [-5, -1]}"), "no number of rows"),
        (on_column("{metric: nullValues, mustBe: 150, unit: percent}"), "no percentage"),
        (on_column("{metric: nullValues, mustBeGreaterThan: 100, unit: percent}"), "no percentage"),
        (on_object("{metric: rowCount, mustBe: 3, unit: percent}"), "percentage"),
        (on_object("{metric: nullValues, mustBe: 0}"), "one column"),
        (on_object("{metric: duplicateValues, mustBe: 0}"), "columns to compare"),
        (on_object("{metric: duplicateValues, mustBe: 0, arguments: {properties: [a, c]}}"), "named `c`"),
    ] {
        let told = violation(&text);
        assert!(told.message.contains(message), "{told}");
        assert!(told.hint.is_some(), "{told}");
    }
}

#[test]
fn servers_that_cannot_carry_a_feed() {
    let text = with_columns("      - name: a");
    let with_server = |from: &str, to: &str| violation(&text.replace(from, to));
    let told = with_server("type: s3", "type: s3\n    format: parquet");
    assert!(told.message.contains("not supported in this release") && told.kind == ViolationKind::Feed, "{told}");
    assert!(with_server("s3://inbox-*", "https://x").message.contains("s3://"));
    assert!(with_server("  - name: orders", "  - name: my orders").message.contains("cannot name a dataset"));
    assert!(with_server("    properties:\n      - name: a", "").message.contains("no columns"));
    let second = format!("{text}  - name: items\n    properties: [{{name: a}}]\n");
    assert!(violation(&second).message.contains("which of the 2"));
    let named = second.replace("type: s3", "type: s3\n    customProperties: [{property: schemaObject, value: item}]");
    assert_eq!(violation(&named).hint.as_deref(), Some("did you mean `items`?"));
    let same = format!("{text}  - name: orders\n    properties: [{{name: a}}]\n");
    assert!(violations(&same).iter().any(|told| told.message.contains("second schema object")));
}

#[test]
fn a_feed_problem_leaves_the_document_valid() {
    let text = with_columns("      - name: a").replace("type: s3", "type: s3\n    format: parquet");
    let report = lint(&text);
    assert!(report.is_valid_odcs() && report.contract.is_none());
}

#[test]
fn no_damage_makes_it_panic_or_fall_silent() {
    let answers = |text: &str| {
        let report = lint(text);
        assert!(report.contract.is_some() || !report.violations.is_empty(), "{text}");
    };
    let text = with(
        "      - {property: csvDialect, value: {delimiter: ';', nullTokens: ['', NA]}}",
        "  - {property: rejectThreshold, value: {value: 1, unit: percent}}",
        "      - {name: a, logicalType: timestamp, logicalTypeOptions: {format: \"yyyy-MM-dd'T'HH:mm\", minimum: '2020-01-01'}}\n      \
         - &b {name: b, logicalType: number, physicalType: 'DECIMAL(5,2)', primaryKey: true, primaryKeyPosition: 1}\n      \
         - {<<: *b, name: c, quality: [{metric: invalidValues, mustBeBetween: [1, 2], arguments: {pattern: '^a$'}}]}",
        "",
    );
    assert_eq!(violation(&text).message, "the primary key has no column number 2");
    for at in 0..text.len() {
        answers(&text[..at]);
        answers(&format!("{}{}", &text[..at], &text[at + 1..]));
        for letter in ['[', '{', '\'', '*', '\t', '\u{1f600}'] {
            answers(&format!("{}{letter}{}", &text[..at], &text[at + 1..]));
        }
    }
}

#[test]
fn names_that_lead_elsewhere() {
    let dataset = |name: &str| {
        violation(&with_columns("      - name: a").replace("  - name: orders", &format!("  - name: {name}")))
    };
    let long = "d".repeat(129);
    for name in ["..", ".", "a/b", "\"a\\nb\"", "-a", ".hidden", "é", "\"\"", long.as_str()] {
        let told = dataset(name);
        assert!(told.message.contains("cannot name a dataset") && !told.message.contains('\n'), "{name}: {told:?}");
        assert!(told.message.len() < 200, "{told:?}");
    }
    assert!(violations(&with_columns("      - name: a").replace("  - name: orders", "  - name: _a-1.b")).is_empty());

    let long = "c".repeat(256);
    for (column, part) in [
        ("\"\"", "is empty"),
        ("\"a\\nb\"", "control character"),
        ("\"a\\u0007\"", "control character"),
        (long.as_str(), "longer than 255 bytes"),
    ] {
        let told = violation(&with_columns(&format!("      - name: {column}")));
        assert!(told.message.contains(part) && !told.message.contains('\n'), "{column}: {told:?}");
        let labelled = with_columns(&format!("      - name: a\n        physicalName: {column}"));
        // The labels of spreadsheets have several lines.
        if column.contains("\\n") {
            assert_eq!(violations(&labelled), []);
            continue;
        }
        let told = violation(&labelled);
        assert!(told.message.contains(part) && told.message.contains("physicalName"), "{column}: {told:?}");
    }
    assert!(violations(&with_columns("      - {name: Größe in m²}")).is_empty());
}

#[test]
fn an_id_that_nothing_can_be_stored_by() {
    for id in ["''", "' '"] {
        let told = violation(&with_columns("      - name: a").replacen("\nid: orders\n", &format!("\nid: {id}\n"), 1));
        assert!(told.path == "id" && told.message.contains("stored by it"), "{told:?}");
    }
}

#[test]
fn patterns_of_a_contract_share_a_budget() {
    let columns = |count: usize, pattern: &str| {
        let column = |at| {
            format!("      - {{name: c{at}, logicalType: string, logicalTypeOptions: {{pattern: '{pattern}'}}}}\n")
        };
        with_columns(&(0..count).map(column).collect::<String>())
    };
    assert!(violations(&columns(256, "^a")).is_empty());
    assert!(violation(&columns(257, "^a")).message.contains("patterns up to here"), "the one that is too many");
    // What is refused has been compiled too, as far as a pattern may be.
    let refused = violations(&columns(1_000, "(?:[^a][^a]){1,900}{1,900}"));
    assert!(!refused.is_empty() && refused.len() <= 5, "{}", refused.len());
}

#[test]
fn what_is_reserved_for_the_canary() {
    let plain = with_columns("      - name: a");
    let canary = plain.replace("id: orders", "id: atalaya-canary").replace("name: orders", "name: canary");
    let canary = canary.replace("/orders/*.csv", "/canary/*.csv");
    assert!(violations(&canary).is_empty());
    for (text, part) in [
        (plain.replace("name: orders", "name: canary"), "the dataset `canary`"),
        (
            plain.replace("id: orders", "id: atalaya-canary").replace("/orders/*.csv", "/canary/*"),
            "the dataset `canary`",
        ),
        (plain.replace("/orders/*.csv", "/canary/orders/*.csv"), "the folder `canary/` is reserved"),
        (canary.replace("/canary/*.csv", "/orders/*.csv"), "claims files outside the folder `canary/`"),
        (canary.replace("/canary/*.csv", ""), "claims files outside the folder `canary/`"),
    ] {
        let told = violation(&text);
        assert!(told.message.contains(part), "{told:?}");
    }
}
