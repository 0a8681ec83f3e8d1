//! What a contract says arrives where the engine and the router look for it.

use atalaya_contract::{
    AdditionalColumns, Compression, CsvDialect, Decimal, DecimalType, GroupSizes, Literal, LiteralKind, LogicalType,
    Metric, OnDuplicateContent, Operator, Property, Severity, TemporalOptions, Trim, Unit,
};

use crate::{parse, with, with_columns};

/// The only column, from the lines under its name.
fn column(lines: &str) -> Property {
    let contract = parse(&with_columns(&format!("      - name: a\n{lines}")));
    contract.objects[0].properties[0].clone()
}

fn typed(logical: &str, options: &str) -> LogicalType {
    column(&format!("        logicalType: {logical}\n        logicalTypeOptions: {options}")).logical_type
}

fn timestamp(options: &str) -> TemporalOptions {
    match typed("timestamp", options) {
        LogicalType::Timestamp(options) => options,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_flags_and_classification() {
    let property = column(
        "        physicalName: A label\n        required: true\n        unique: true\n        classification: PII",
    );
    assert_eq!((property.name.as_str(), property.label.as_str()), ("a", "A label"));
    assert!(property.required && property.unique && property.is_masked());
    let plain = column("        classification: Public");
    assert!(plain.label == "a" && !plain.required && !plain.unique && !plain.is_masked());
    assert_eq!(plain.logical_type, LogicalType::String(Default::default()));
}

#[test]
fn the_document_names_itself() {
    let contract = parse(&with_columns("      - name: a"));
    assert_eq!((contract.id.as_str(), contract.version.as_str()), ("orders", "1.0.0"));
    assert_eq!((contract.api_version.as_str(), contract.status.as_str()), ("v3.1.0", "active"));
    let feed = &contract.feeds[0];
    assert_eq!((feed.dataset.as_str(), feed.server.as_str(), feed.object), ("orders", "inbox", 0));
    assert_eq!(feed.location.to_string(), "s3://inbox-*/orders/*.csv");
    assert_eq!(feed.dialect, CsvDialect::default());
    assert_eq!(contract.feed_for_check().as_ref(), Ok(feed));
}

#[test]
fn bounds_of_numbers_are_exact() {
    let LogicalType::Number(options) = typed("number", "{minimum: 0.10, exclusiveMaximum: 1e3, multipleOf: 0.05}")
    else {
        panic!("a number")
    };
    assert_eq!(options.bounds.min.map(|bound| bound.to_string()).as_deref(), Some("0.10"));
    assert_eq!(options.bounds.exclusive_max, "1000".parse().ok());
    assert_eq!(options.multiple_of, "0.05".parse().ok());
    let LogicalType::Integer(options) = typed("integer", "{format: i16, minimum: -5}") else { panic!("an integer") };
    assert_eq!(options.bounds.min, "-5".parse().ok());
    assert_eq!(options.bounds.max, "32767".parse().ok());
    let decimal = column("        logicalType: number\n        physicalType: Numeric(12, 2)").logical_type;
    let LogicalType::Number(options) = decimal else { panic!("a number") };
    assert_eq!(options.decimal, Some(DecimalType { precision: 12, scale: 2 }));
}

#[test]
fn the_flags_of_v3_0_make_bounds_exclusive() {
    let text = with_columns(
        "      - name: a\n        logicalType: integer\n        logicalTypeOptions: {minimum: 1, exclusiveMinimum: true, \
         maximum: 9, exclusiveMaximum: false}",
    );
    let contract = parse(&text.replace("v3.1.0", "v3.0.2"));
    let LogicalType::Integer(options) = &contract.objects[0].properties[0].logical_type else { panic!("an integer") };
    assert_eq!((options.bounds.min, options.bounds.exclusive_min), (None, "1".parse().ok()));
    assert_eq!((options.bounds.max, options.bounds.exclusive_max), ("9".parse().ok(), None));
}

#[test]
fn bounds_of_dates_and_times_are_counted() {
    let LogicalType::Date(options) =
        typed("date", "{format: dd/MM/yyyy, minimum: '1970-01-11', maximum: '2000-03-01'}")
    else {
        panic!("a date")
    };
    assert_eq!((options.bounds.min, options.bounds.max), (Some(10), Some(11_017)));
    assert_eq!(options.format.text, "dd/MM/yyyy");
    let LogicalType::Date(options) = typed("date", "{minimum: '1969-12-31'}") else { panic!("a date") };
    assert_eq!(options.bounds.min, Some(-1));
    let LogicalType::Time(options) = typed("time", "{exclusiveMaximum: '18:30:00.25'}") else { panic!("a time") };
    assert_eq!(options.bounds.exclusive_max, Some(((18 * 60 + 30) * 60) * 1_000_000 + 250_000));
}

#[test]
fn a_timestamp_is_a_point_in_time_when_a_zone_is_said() {
    let wall = timestamp("{minimum: '1970-01-01 00:00:01', maximum: '1970-01-02'}");
    assert!(!wall.has_zone);
    assert_eq!((wall.bounds.min, wall.bounds.max), (Some(1_000_000), Some(86_400_000_000)));
    let by_zone = timestamp("{defaultTimezone: Europe/Madrid, minimum: '1970-01-01T01:00:00'}");
    assert!(by_zone.has_zone && !by_zone.format.has_zone());
    assert_eq!((by_zone.bounds.min, by_zone.default_zone.as_str()), (Some(0), "Europe/Madrid"));
    let by_flag = timestamp("{timezone: true, minimum: '1970-01-01T10:00:00+10:00'}");
    assert!(by_flag.has_zone && by_flag.format.has_zone());
    assert_eq!((by_flag.bounds.min, by_flag.default_zone.as_str()), (Some(0), "UTC"));
    let by_format = timestamp("{format: \"yyyy-MM-dd'T'HH:mmXXX\"}");
    assert!(by_format.has_zone);
    let both = timestamp("{timezone: true, defaultTimezone: Europe/Madrid}");
    assert_eq!(both.format.text, "yyyy-MM-dd'T'HH:mm:ss[.S][XXX]");
}

#[test]
fn a_date_with_hours_is_a_timestamp_in_v3_0() {
    let text = with_columns(
        "      - name: a\n        logicalType: date\n        logicalTypeOptions: {format: 'yyyy-MM-dd HH:mm:ss'}",
    );
    let contract = parse(&text.replace("v3.1.0", "v3.0.0"));
    assert!(matches!(contract.objects[0].properties[0].logical_type, LogicalType::Timestamp(_)));
}

#[test]
fn a_key_follows_its_positions() {
    let contract = parse(&with_columns(
        "      - {name: a, primaryKey: true, primaryKeyPosition: 2}\n      - {name: b}\n      \
         - {name: c, primaryKey: true, primaryKeyPosition: 1}",
    ));
    assert_eq!(contract.objects[0].primary_key, [2, 0]);
    let contract = parse(&with_columns(
        "      - {name: a, primaryKey: true, primaryKeyPosition: -1}\n      - {name: b, primaryKey: true}",
    ));
    assert_eq!(contract.objects[0].primary_key, [0, 1]);
}

#[test]
fn every_key_of_the_dialect_is_read() {
    let dialect = "      - property: csvDialect\n        value: {delimiter: \"\\t\", quoteChar: null, doubleQuote: false, \
                   escapeChar: \"\\\\\", header: false, encoding: windows-1252, commentPrefix: '#', skipBlankRows: false, \
                   trim: true, decimalChar: ',', groupChar: '.', groupSizes: [3, 2], nullTokens: ['', NA, -99], compression: gzip}";
    let contract = parse(&with(dialect, "", "      - name: a", ""));
    assert_eq!(
        contract.feeds[0].dialect,
        CsvDialect {
            delimiter: b'\t',
            quote_char: None,
            double_quote: false,
            escape_char: Some(b'\\'),
            header: false,
            encoding: "windows-1252".to_owned(),
            comment_prefix: Some("#".to_owned()),
            skip_blank_rows: false,
            trim: Trim::Both,
            decimal_char: ',',
            group_char: Some('.'),
            group_sizes: GroupSizes { primary: 3, secondary: 2 },
            null_tokens: vec![String::new(), "NA".to_owned(), "-99".to_owned()],
            compression: Compression::Gzip,
        }
    );
}

#[test]
fn the_contract_sets_the_policy_of_its_feeds() {
    let policy = "  - {property: rejectThreshold, value: {value: 0.5, unit: percent}}\n  \
                  - {property: onDuplicateContent, value: process}\n  - {property: additionalColumns, value: reject}";
    let feed = parse(&with("", policy, "      - name: a", "")).feeds.remove(0);
    assert_eq!(
        (feed.reject_threshold.value, feed.reject_threshold.unit),
        ("0.5".parse().expect("a decimal"), Unit::Percent)
    );
    assert_eq!(feed.on_duplicate_content, OnDuplicateContent::Process);
    assert_eq!(feed.additional_columns, AdditionalColumns::Reject);
    let feed = parse(&with_columns("      - name: a")).feeds.remove(0);
    assert_eq!((feed.reject_threshold.value, feed.reject_threshold.unit), (number(0), Unit::Rows));
    assert_eq!(feed.on_duplicate_content, OnDuplicateContent::Skip);
    assert_eq!(feed.additional_columns, AdditionalColumns::Ignore);
}

#[test]
fn a_server_names_its_object() {
    let text = with(
        "      - {property: schemaObject, value: items}",
        "",
        "      - name: a",
        "  - name: items\n    properties: [{name: b}]\n",
    );
    let feed = parse(&text).feeds.remove(0);
    assert_eq!((feed.dataset.as_str(), feed.object), ("items", 1));
}

#[test]
fn a_file_on_the_desk_needs_no_s3_server() {
    let dialect = "      - {property: csvDialect, value: {delimiter: ';'}}";
    let local =
        with(dialect, "", "      - name: a", "").replace("type: s3", "type: local\n    path: a.csv\n    format: csv");
    let contract = parse(&local.replace("    location: s3://inbox-*/orders/*.csv\n", ""));
    assert!(contract.feeds.is_empty());
    assert_eq!(
        contract.feed_for_check().map(|feed| (feed.dataset, feed.dialect.delimiter)),
        Ok(("orders".to_owned(), b';'))
    );
    let none = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n";
    assert!(parse(none).feed_for_check().expect_err("nothing to check").contains("no schema object"));
    let two =
        format!("{none}schema: [{{name: a, properties: [{{name: x}}]}}, {{name: b, properties: [{{name: x}}]}}]\n");
    assert!(parse(&two).feed_for_check().expect_err("which one?").contains("schemaObject"));
}

#[test]
fn texts_of_a_dialect_are_as_their_author_wrote_them() {
    let dialect = "      - {property: csvDialect, value: {nullTokens: [0x0, TRUE, ~, null, 1.50, '', n/a]}}";
    let contract = parse(&with(dialect, "", "      - name: a", ""));
    assert_eq!(contract.feeds[0].dialect.null_tokens, ["0x0", "TRUE", "~", "null", "1.50", "", "n/a"]);
}

#[test]
fn an_enumeration_lists_values() {
    let text = with_columns(
        "      - {name: a, logicalType: integer, enum: [{value: 1}, {value: 02, label: two}, {value: null}]}",
    );
    let contract = parse(&text.replace("v3.1.0", "v3.2.0"));
    let values = contract.objects[0].properties[0].enumeration.clone().expect("values");
    let two = ("02", LiteralKind::Number(number(2)));
    assert_eq!(values, [("1", LiteralKind::Number(number(1))), two, ("null", LiteralKind::Null)].map(literal));
}

#[test]
fn digits_of_a_second_follow_the_physical_type() {
    let precision = |physical: &str| {
        let column = column(&format!("        logicalType: timestamp\n        physicalType: {physical}"));
        let LogicalType::Timestamp(options) = column.logical_type else { panic!("a timestamp") };
        options.precision
    };
    for (physical, digits) in
        [("TIMESTAMP(9)", 9), ("timestamp_ntz(3)", 3), ("TIMESTAMP(0) WITH TIME ZONE", 0), ("TIMESTAMP", 6)]
    {
        assert_eq!(precision(physical), digits, "{physical}");
    }
}

fn number(value: i64) -> Decimal {
    Decimal::from(value)
}

fn literal((text, kind): (&str, LiteralKind)) -> Literal {
    Literal { text: text.to_owned(), kind, line: 0 }
}

#[test]
fn the_rules_of_the_library_are_read() {
    let rules = "        quality:\n          \
                 - {metric: nullValues, mustBeLessThan: 5, unit: percent, severity: warning, name: few nulls}\n          \
                 - {type: library, metric: missingValues, mustBe: 0, arguments: {missingValues: [null, '', n/a, -1]}}\n          \
                 - {metric: invalidValues, mustBeLessOrEqualTo: 1, arguments: {validValues: [A, 1], pattern: '^.$'}}\n          \
                 - {metric: duplicateValues, mustNotBe: 3}";
    let object = "    quality:\n      - {metric: rowCount, mustBeBetween: [1, 10]}\n      \
                  - {metric: rowCount, mustNotBeBetween: [3, 4]}\n      - {metric: rowCount, mustBeGreaterThan: 0}\n      \
                  - {metric: rowCount, mustBeGreaterOrEqualTo: 1}\n      \
                  - {metric: duplicateValues, mustBe: 0, arguments: {properties: [b, a]}}\n";
    let contract = parse(&with("", "", &format!("      - name: a\n{rules}\n      - name: b"), object));
    let column = &contract.objects[0].properties[0].quality;
    assert_eq!(column[0].name, "few nulls");
    assert_eq!((&column[0].metric, column[0].operator), (&Metric::NullValues, Operator::MustBeLessThan(number(5))));
    assert_eq!((column[0].unit, column[0].severity), (Unit::Percent, Severity::Warning));
    let missing = [
        ("null", LiteralKind::Null),
        ("", LiteralKind::Text),
        ("n/a", LiteralKind::Text),
        ("-1", LiteralKind::Number(number(-1))),
    ]
    .map(literal);
    assert_eq!(column[1].metric, Metric::MissingValues(missing.to_vec()));
    assert_eq!(
        (column[1].name.as_str(), column[1].unit, column[1].severity),
        ("missingValues", Unit::Rows, Severity::Error)
    );
    let valid_values = [("A", LiteralKind::Text), ("1", LiteralKind::Number(number(1)))].map(literal);
    let pattern = Some("^.$".parse().expect("a pattern"));
    let invalid = Metric::InvalidValues { valid_values: Some(valid_values.to_vec()), pattern };
    assert_eq!((&column[2].metric, column[2].operator), (&invalid, Operator::MustBeLessOrEqualTo(number(1))));
    assert_eq!(
        (&column[3].metric, column[3].operator),
        (&Metric::DuplicateValues(vec![0]), Operator::MustNotBe(number(3)))
    );
    let table = &contract.objects[0].quality;
    let operators: Vec<Operator> = table.iter().map(|rule| rule.operator).collect();
    assert_eq!(
        operators,
        [
            Operator::MustBeBetween(number(1), number(10)),
            Operator::MustNotBeBetween(number(3), number(4)),
            Operator::MustBeGreaterThan(number(0)),
            Operator::MustBeGreaterOrEqualTo(number(1)),
            Operator::MustBe(number(0)),
        ]
    );
    assert_eq!(table[4].metric, Metric::DuplicateValues(vec![1, 0]));
}

#[test]
fn the_rules_of_v3_0_mean_the_same() {
    let text = with_columns(
        "      - name: a\n        quality:\n          - {rule: nullCheck, dimension: completeness}\n          \
         - {type: library, rule: duplicateCount, mustBeGreaterThan: 1, mustBeLessThan: 10}\n          \
         - {rule: validValues, validValues: [x, y]}",
    );
    let contract = parse(&text.replace("v3.1.0", "v3.0.2"));
    let rules: Vec<_> =
        contract.objects[0].properties[0].quality.iter().map(|rule| (rule.metric.clone(), rule.operator)).collect();
    let valid_values = [("x", LiteralKind::Text), ("y", LiteralKind::Text)].map(literal);
    let valid = Metric::InvalidValues { valid_values: Some(valid_values.to_vec()), pattern: None };
    assert_eq!(
        rules,
        [
            (Metric::NullValues, Operator::MustBe(number(0))),
            (Metric::DuplicateValues(vec![0]), Operator::MustBeGreaterThan(number(1))),
            (Metric::DuplicateValues(vec![0]), Operator::MustBeLessThan(number(10))),
            (valid, Operator::MustBe(number(0))),
        ]
    );
}
