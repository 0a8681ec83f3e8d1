//! Rules about the whole file, and how many rejected rows an available file may hold.

use serde_json::{Value, json};

use crate::harness::{Run, Sheet};

fn ages(rule: Value) -> Sheet {
    Sheet::new([
        json!({"name": "age", "logicalType": "integer", "quality": [rule]}),
        json!({"name": "t", "logicalType": "string"}),
    ])
    .strict()
}

fn rule(metric: &str, operator: &str, value: Value) -> Value {
    json!({"type": "library", "metric": metric, operator: value})
}

fn with(mut rule: Value, key: &str, value: Value) -> Value {
    rule[key] = value;
    rule
}

/// Six rows: two nulls, 5 twice.
const SIX: &str = "age,t\n5,a\n,b\n5,c\n7,d\n,e\n90,f\n";

/// A broken rule is one reject without a row; one that holds is none.
fn holds(run: &Run, wanted: bool, rule: &Value) {
    assert_eq!(run.is_available(), wanted, "{rule}: {:?}", run.rejects);
    let rejects: Vec<_> = run.rejects.iter().filter(|reject| !reject.tolerated).collect();
    assert_eq!(rejects.len(), usize::from(!wanted), "{rule}: {:?}", run.rejects);
    assert!(rejects.iter().all(|reject| reject.row.is_none() && reject.line.is_none() && reject.byte.is_none()));
    assert_eq!(run.counts(), [6, 6, 0], "no row is rejected for it");
}

#[test]
fn all_eight_operators() {
    for (operator, value, wanted) in [
        ("mustBe", json!(2), true),
        ("mustBe", json!(3), false),
        ("mustNotBe", json!(2), false),
        ("mustNotBe", json!(0), true),
        ("mustBeGreaterThan", json!(1), true),
        ("mustBeGreaterThan", json!(2), false),
        ("mustBeGreaterOrEqualTo", json!(2), true),
        ("mustBeGreaterOrEqualTo", json!(3), false),
        ("mustBeLessThan", json!(3), true),
        ("mustBeLessThan", json!(2), false),
        ("mustBeLessOrEqualTo", json!(2), true),
        ("mustBeLessOrEqualTo", json!(1), false),
        ("mustBeBetween", json!([2, 5]), true),
        ("mustBeBetween", json!([0, 2]), true),
        ("mustBeBetween", json!([3, 5]), false),
        ("mustNotBeBetween", json!([3, 5]), true),
        ("mustNotBeBetween", json!([2, 5]), false),
    ] {
        let rule = rule("nullValues", operator, value);
        holds(&ages(rule.clone()).check(SIX), wanted, &rule);
    }
}

#[test]
fn every_metric_counts_what_it_says() {
    for (metric, arguments, value) in [
        ("nullValues", json!({}), 2),
        ("duplicateValues", json!({}), 1),
        ("missingValues", json!({"missingValues": [null, "90"]}), 3),
        ("missingValues", json!({"missingValues": ["", "5"]}), 4),
        ("invalidValues", json!({"validValues": ["5", "7"]}), 1),
        ("invalidValues", json!({"pattern": "^[0-9]$"}), 1),
    ] {
        // A rule that wants none rejects rows instead.
        for (counted, wanted) in [(value, true), (value + 1, false), (value + 2, false)] {
            let rule = with(rule(metric, "mustBe", json!(counted)), "arguments", arguments.clone());
            holds(&ages(rule.clone()).check(SIX), wanted, &rule);
        }
    }
}

#[test]
fn a_share_is_of_the_rows_read() {
    let third = with(rule("nullValues", "mustBeBetween", json!([33.3, 33.4])), "unit", json!("percent"));
    holds(&ages(third.clone()).check(SIX), true, &third);
    let less = with(rule("nullValues", "mustBeLessThan", json!(33)), "unit", json!("percent"));
    holds(&ages(less.clone()).check(SIX), false, &less);
    // Of no rows every share is none.
    let run = ages(less).check("age,t\n");
    assert!(run.is_available(), "{:?}", run.rejects);
}

#[test]
fn rules_of_the_table() {
    let sheet = |rule: &Value| Sheet::of_text(["a", "b"]).strict().quality(rule.clone());
    for (rule, wanted) in [
        (rule("rowCount", "mustBe", json!(3)), true),
        (rule("rowCount", "mustBeGreaterThan", json!(3)), false),
        (with(rule("duplicateValues", "mustBe", json!(1)), "arguments", json!({"properties": ["a", "b"]})), true),
        (with(rule("duplicateValues", "mustBe", json!(0)), "arguments", json!({"properties": ["a"]})), false),
        (with(rule("duplicateValues", "mustBe", json!(2)), "arguments", json!({"properties": ["a"]})), true),
    ] {
        let run = sheet(&rule).check("a,b\n1,2\n1,2\n1,3\n");
        assert_eq!(run.is_available(), wanted, "{rule}: {:?}", run.rejects);
    }
}

#[test]
fn a_warning_is_told_and_changes_nothing() {
    let run = ages(with(rule("nullValues", "mustBe", json!(0)), "severity", json!("warning"))).check(SIX);
    assert!(run.is_available() && run.faults().is_empty(), "{:?}", run.rejects);
    let told = run.verdict.warnings.join(" ");
    assert!(told.contains('2') && told.contains("age"), "the measured value and the column: {told}");
}

fn column(kind: &str, rules: Value) -> Value {
    json!({"name": "v", "logicalType": kind, "quality": rules})
}

/// Rules that allow no bad cell, however they say it: each row that breaks one is rejected, and the threshold decides.
#[test]
fn a_rule_that_allows_no_bad_cell_rejects_rows() {
    for (operator, value, unit) in [
        ("mustBe", json!(0), "rows"),
        ("mustBe", json!(0), "percent"),
        ("mustBeLessOrEqualTo", json!(0), "percent"),
        ("mustBeLessThan", json!(1), "rows"),
    ] {
        for (metric, arguments, rows) in [
            ("nullValues", json!({}), vec![2, 5]),
            ("missingValues", json!({"missingValues": [null, 90]}), vec![2, 5, 6]),
            ("invalidValues", json!({"validValues": [5, 90]}), vec![4]),
            ("invalidValues", json!({"pattern": "^[0-9]$"}), vec![6]),
            ("duplicateValues", json!({}), vec![3]),
        ] {
            let rule = with(with(rule(metric, operator, value.clone()), "arguments", arguments), "unit", json!(unit));
            let run = ages(rule.clone()).threshold(3.0, "rows").check(SIX);
            assert!(run.is_available(), "{rule}: {:?}", run.verdict);
            assert_eq!(run.rejected_rows().into_iter().collect::<Vec<_>>(), rows, "{rule}");
            let named = |reject: &atalaya_contract::Reject| {
                reject.column.as_deref() == Some("age")
                    && reject.rule.as_deref() == Some(metric)
                    && reject.byte.is_some()
            };
            assert!(run.rejects.iter().all(named), "{rule}: {:?}", run.rejects);
            assert!(!ages(rule).check(SIX).is_available());
        }
    }
    // `required` says it already; a column that is judged by its values says it too.
    let both = json!({"name": "v", "logicalType": "string", "required": true, "unique": true,
        "quality": [{"metric": "nullValues", "mustBe": 0}, {"metric": "duplicateValues", "mustBe": 0}]});
    assert_eq!(Sheet::new([both]).check("v\na\n\"\"\na\n").faults(), ["2 constraint-error v", "3 unique-error v"]);
    let rules = json!([{"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["a"]}},
        {"metric": "nullValues", "mustBeLessThan": 9}]);
    assert_eq!(Sheet::new([column("string", rules)]).check("v\na\nb\n").faults(), ["2 constraint-error v"]);
    // A cell of another type breaks that alone.
    let rules = json!([{"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": [1]}}]);
    assert_eq!(
        Sheet::new([column("integer", rules)]).check("v\n1\nx\n2\n").faults(),
        ["2 type-error v", "3 constraint-error v"]
    );
    // Of several columns the row is named.
    let rule = with(rule("duplicateValues", "mustBe", json!(0)), "arguments", json!({"properties": ["a", "b"]}));
    let run = Sheet::of_text(["a", "b"]).quality(rule).check("a,b\n1,2\n1,2\n1,3\n");
    assert_eq!(run.faults(), ["2 unique-error -"]);
}

#[test]
fn values_of_lists_are_values_of_the_column() {
    let strict = |kind: &str, values: Value| {
        column(kind, json!([{"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": values}}]))
    };
    let german = json!({"delimiter": ";", "decimalChar": ",", "groupChar": "."});
    let with_format = |kind: &str, format: &str, values: Value| {
        let mut column = strict(kind, values);
        column["logicalTypeOptions"] = json!({"format": format});
        column
    };
    let fixed = |values| {
        let mut column = strict("number", values);
        column["physicalType"] = json!("DECIMAL(9,2)");
        column
    };
    for (column, dialect, cells, bad) in [
        (strict("number", json!([1.5, 2, "1.000,5"])), german.clone(), "1,5;2;1,50;2,00;1000,5;1,6", 1),
        (fixed(json!([1.5, null])), german, "1,5;1,50;1,51", 1),
        (strict("integer", json!([1, "2", 3.0])), json!({}), "1;+2;003;4", 1),
        (strict("boolean", json!([true, "FALSE"])), json!({}), "TRUE;false;True", 0),
        (strict("boolean", json!([true])), json!({}), "true;false", 1),
        (
            with_format("date", "dd/MM/yyyy", json!(["01/02/2024", "2024-03-01"])),
            json!({}),
            "01/02/2024;01/03/2024;02/01/2024",
            1,
        ),
        (with_format("date", "yyyyMMdd", json!([20240201])), json!({}), "20240201;20240202", 1),
        (strict("string", json!(["01", 1.0])), json!({}), "01;1.0;1", 1),
        (strict("string", json!([null, "a"])), json!({}), "a;;b", 1),
    ] {
        let text = format!("v\n{}\n", cells.replace(';', "\n").replace("\n\n", "\n\"\"\n"));
        let run = Sheet::new([column.clone()]).dialect(dialect).check(&text);
        assert_eq!(run.counts()[2], bad, "{column}: {:?}", run.rejects);
    }
    let missing = json!([{"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": ["", "N/A"]}}]);
    let tokens = json!({"nullTokens": ["", "N/A"]});
    for kind in ["string", "integer"] {
        let run = Sheet::new([column(kind, missing.clone())]).dialect(tokens.clone()).check("v\n1\n\"\"\nN/A\n");
        assert_eq!(run.faults(), ["2 constraint-error v", "3 constraint-error v"], "{kind}");
    }
    let missing = json!([{"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": [-999, "n/a"]}}]);
    let run = Sheet::new([column("number", missing)]).check("v\n1\n-999.0\nn/a\n");
    assert_eq!(run.faults(), ["2 constraint-error v", "3 type-error v"]);
}

/// With some tolerance the file is judged as a whole; which cells they are is listed all the same.
#[test]
fn cells_that_a_rule_tolerates_are_listed() {
    let rule = rule("nullValues", "mustBeLessOrEqualTo", json!(1));
    let run = ages(rule.clone()).check(SIX);
    assert!(!run.is_available());
    assert_eq!((run.faults(), run.counts()), (vec!["- constraint-error age".to_owned()], [6, 6, 0]));
    assert_eq!(run.tolerated(), ["2 constraint-error age", "5 constraint-error age"]);
    assert!(run.verdict.first_rejects.iter().skip(1).all(|reject| reject.tolerated && reject.line.is_some()));
    let run = ages(with(rule, "mustBeLessOrEqualTo", json!(2))).check(SIX);
    assert!(run.is_available() && run.verdict.first_rejects.is_empty(), "{:?}", run.verdict);
    assert_eq!(run.tolerated().len(), 2);
    let run = ages(self::rule("duplicateValues", "mustBeLessThan", json!(5))).check(SIX);
    assert_eq!(run.tolerated(), ["3 unique-error age"]);
    for rule in [self::rule("nullValues", "mustBe", json!(1)), self::rule("nullValues", "mustBeBetween", json!([0, 1]))]
    {
        let run = ages(rule).check("age,t\n1,x\n,x\n,x\n");
        assert_eq!(run.tolerated(), ["2 constraint-error age", "3 constraint-error age"]);
        assert!(!run.is_available());
    }
    // The list has an end.
    let text = format!("age,t\n{}", ",x\n".repeat(1003));
    let run = ages(self::rule("nullValues", "mustBeLessThan", json!(99_999))).check(text);
    assert_eq!(run.tolerated().len(), 1000);
    assert!(run.verdict.warnings[0].contains("3 more are not"), "{:?}", run.verdict.warnings);
}

#[test]
fn blank_rows_count_on_both_sides_or_on_none() {
    let sheet = Sheet::new([json!({"name": "n", "logicalType": "integer"})]).threshold(50.0, "percent");
    // Two of four, where blank rows count.
    assert!(sheet.clone().dialect(json!({"skipBlankRows": false})).check("n\n1\n\n\n2\n").is_available());
    assert!(!sheet.clone().dialect(json!({"skipBlankRows": false})).check("n\n1\n\n\n").is_available());
    assert!(sheet.check("n\n1\n\n\nx\n").is_available());
}

#[test]
fn a_broken_rule_rejects_whatever_the_threshold() {
    let tolerant = Sheet::of_text(["a"]).threshold(100.0, "percent").quality(rule("rowCount", "mustBe", json!(5)));
    let run = tolerant.check("a\n1\n");
    assert!(!run.is_available());
    assert_eq!(run.faults(), ["- constraint-error -"]);
}

#[test]
fn thresholds_are_inclusive() {
    let sheet = Sheet::new([json!({"name": "n", "logicalType": "integer"})]);
    let three_of_eight = "n\n1\nx\n3\nx\n5\nx\n7\n8\n";
    for (value, unit, wanted) in [
        (0.0, "rows", false),
        (2.0, "rows", false),
        (3.0, "rows", true),
        (37.4, "percent", false),
        (37.5, "percent", true),
        (100.0, "percent", true),
        (0.0, "percent", false),
    ] {
        let run = sheet.clone().threshold(value, unit).check(three_of_eight);
        assert_eq!(run.is_available(), wanted, "{value} {unit}");
        assert_eq!(run.counts(), [8, 5, 3]);
    }
    // A row with two faults is one rejected row.
    let pair =
        Sheet::new([json!({"name": "n", "logicalType": "integer"}), json!({"name": "m", "logicalType": "integer"})]);
    let run = pair.threshold(1.0, "rows").check("n,m\nx,y\n1,2\n");
    assert!(run.is_available() && run.rejects.len() == 2, "{:?}", run.faults());
    // No rows, no share.
    assert!(sheet.clone().threshold(0.0, "percent").check("n\n").is_available());
    assert!(sheet.strict().check("n\n1\n").is_available());
}

#[test]
fn exact_shares_are_not_lost_in_binary() {
    // 7 of 1000 is 0.7 %, which no binary number is.
    let mut text = "n\n".to_owned();
    for at in 0..1000 {
        text.push_str(if at % 143 == 0 { "x\n" } else { "1\n" });
    }
    let run = Sheet::new([json!({"name": "n", "logicalType": "integer"})]).threshold(0.7, "percent").check(&text);
    assert_eq!(run.counts(), [1000, 993, 7]);
    assert!(run.is_available());
}
