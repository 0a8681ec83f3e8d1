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
    assert_eq!(run.rejects.len(), usize::from(!wanted), "{rule}: {:?}", run.rejects);
    assert!(run.rejects.iter().all(|reject| reject.row.is_none() && reject.line.is_none() && reject.byte.is_none()));
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
        for (counted, wanted) in [(value, true), (value + 1, false), (value - 1, false)] {
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
        (with(rule("duplicateValues", "mustBe", json!(0)), "arguments", json!({"properties": ["a", "b"]})), false),
        (with(rule("duplicateValues", "mustBe", json!(2)), "arguments", json!({"properties": ["a"]})), true),
    ] {
        let run = sheet(&rule).check("a,b\n1,2\n1,2\n1,3\n");
        assert_eq!(run.is_available(), wanted, "{rule}: {:?}", run.rejects);
    }
}

#[test]
fn a_warning_is_told_and_changes_nothing() {
    let run = ages(with(rule("nullValues", "mustBe", json!(0)), "severity", json!("warning"))).check(SIX);
    assert!(run.is_available() && run.rejects.is_empty(), "{:?}", run.rejects);
    let told = run.verdict.warnings.join(" ");
    assert!(told.contains('2') && told.contains("age"), "the measured value and the column: {told}");
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
