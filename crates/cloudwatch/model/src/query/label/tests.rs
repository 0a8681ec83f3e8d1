use super::*;
use crate::{Frame, MetricDataQuery, MetricId, MetricStat, MetricStore, Program, QuerySource, Statistic, Unit};

/// 2026-01-05T08:00:00Z.
const START: i64 = 1_767_600_000;

fn metric(id: &str, name: &str, function: &str, label: Option<&str>) -> MetricDataQuery {
    let metric = MetricId::new("AWS/Lambda", name, [("FunctionName", function)]);
    let source = QuerySource::Metric(MetricStat { metric, period: 60, stat: Statistic::Sum, unit: None });
    MetricDataQuery { id: id.to_owned(), source, label: label.map(str::to_owned), return_data: true }
}

fn expression(text: &str, label: Option<&str>) -> MetricDataQuery {
    let source = QuerySource::Expression { expression: text.to_owned(), period: None };
    MetricDataQuery { id: "e".to_owned(), source, label: label.map(str::to_owned), return_data: true }
}

/// Labels over five minutes: errors of orders 4, -, 1.5, 7, - and of refunds only 2 in the last.
fn labels(queries: &[MetricDataQuery]) -> Vec<String> {
    let mut store = MetricStore::new();
    let samples = [("orders", 0, 4.0), ("orders", 2, 1.5), ("orders", 3, 7.0), ("refunds", 4, 2.0)];
    for (function, minute, value) in samples {
        let series = store.series(&MetricId::new("AWS/Lambda", "Errors", [("FunctionName", function)]));
        store.add(series, Unit::Count, START + 60 * minute, value);
    }
    let program = Program::compile(queries).expect("valid");
    let found = program.evaluate(&store, &Frame { start: START, period: 60, count: 5 }).expect("evaluates");
    found.into_iter().map(|series| series.label).collect()
}

#[test]
fn a_metric_is_called_by_what_tells_it_apart() {
    let errors = |id: &str, function: &str| metric(id, "Errors", function, None);
    assert_eq!(labels(&[errors("a", "orders")]), ["Errors"]);
    assert_eq!(labels(&[errors("a", "orders"), errors("b", "refunds")]), ["orders", "refunds"]);
    assert_eq!(labels(&[errors("a", "orders"), metric("b", "Invocations", "orders", None)]), ["Errors", "Invocations"]);
    assert_eq!(
        labels(&[errors("a", "orders"), metric("b", "Invocations", "refunds", None)]),
        ["orders Errors", "refunds Invocations"]
    );
    let mut average = errors("b", "orders");
    if let QuerySource::Metric(stat) = &mut average.source {
        stat.stat = Statistic::Average;
        stat.period = 300;
    }
    assert_eq!(labels(&[errors("a", "orders"), average]), ["Sum 60s", "Average 300s"]);
}

#[test]
fn series_of_an_array_have_the_expression_s_label_before_theirs() {
    let mut metrics = vec![metric("a", "Errors", "orders", Some("Errors")), metric("b", "Errors", "refunds", None)];
    metrics.iter_mut().for_each(|query| query.return_data = false);
    let with = |text: &str, label| labels(&[metrics.clone(), vec![expression(text, label)]].concat());
    assert_eq!(with("FILL(METRICS(), 0)", Some("Filled With 0:")), ["Filled With 0: Errors", "Filled With 0: refunds"]);
    assert_eq!(with("FILL(METRICS(), 0)", Some("")), ["Errors", "refunds"]);
    assert_eq!(with("FILL(METRICS(), 0)", None), ["Errors", "refunds"]);
    // A series without a metric of its own has only the expression's label, or its id.
    assert_eq!(with("[a + b, a]", Some("x")), ["x", "x Errors"]);
    assert_eq!(with("[a + b, a]", None), ["e", "Errors"]);
    assert_eq!(with("a + b", Some("all")), ["all"]);
    assert_eq!(with("a + b", None), ["e"]);
}

/// The example of the user guide, "Using dynamic labels".
#[test]
fn a_search_s_label_applies_to_every_metric() {
    let search = "SEARCH(' {AWS/Lambda, FunctionName} Errors ', 'Sum', 300)";
    let label = "[max: ${MAX} Errors for Function Name ${LABEL}]";
    assert_eq!(
        labels(&[expression(search, Some(label))]),
        ["[max: 7 Errors for Function Name orders]", "[max: 2 Errors for Function Name refunds]"]
    );
    let property = "errors of ${PROP('Dim.FunctionName')}";
    assert_eq!(labels(&[expression(search, Some(property))]), ["errors of orders", "errors of refunds"]);
    assert_eq!(labels(&[expression(search, Some("max ${MAX}"))]), ["max 7 orders", "max 2 refunds"]);
}

#[test]
fn values_are_put_in() {
    let label = |text: &str| labels(&[metric("m", "Errors", "orders", Some(text))]).remove(0);
    for (text, expected) in [
        ("${LABEL}", "Errors"),
        // (4 + 1.5 + 7) / 3
        ("avg ${AVG}", "avg 4.167"),
        ("${SUM} of ${DATAPOINT_COUNT}", "12.5 of 3"),
        ("${FIRST} ${LAST} ${MIN} ${MAX}", "4 7 1.5 7"),
        ("${FIRST_TIME}", "2026-01-05 08:00 UTC"),
        ("${MAX_TIME}", "2026-01-05 08:03 UTC"),
        // The frame ends at 08:05.
        ("${MIN_TIME_RELATIVE} ${FIRST_TIME_RELATIVE}", "3m 5m"),
        ("${FIRST_LAST_RANGE} ${MIN_MAX_RANGE}", "3 5.5"),
        ("${FIRST_LAST_TIME_RANGE} ${MIN_MAX_TIME_RANGE}", "3m 1m"),
        ("${PROP('Dim.FunctionName')} ${PROP('MetricName')}", "orders Errors"),
        ("${PROP('Namespace')} ${PROP('Stat')} ${PROP('Period')}", "AWS/Lambda Sum 60"),
        ("${PROP('AccountId')} ${PROP('Region')}", "000000000000 us-east-1"),
        ("${PROP('Dim.Other')}|", "|"),
        ("100% {x} $5", "100% {x} $5"),
    ] {
        assert_eq!(label(text), expected, "{text}");
    }
    assert_eq!(labels(&[metric("m", "Errors", "nobody", Some("${MAX} ${LAST_TIME} ${DATAPOINT_COUNT}"))]), ["-- -- 0"]);
}

#[test]
fn every_placeholder_of_the_documentation_is_known() {
    let names = "AVG DATAPOINT_COUNT FIRST FIRST_LAST_RANGE FIRST_LAST_TIME_RANGE FIRST_TIME FIRST_TIME_RELATIVE LABEL LAST \
        LAST_TIME LAST_TIME_RELATIVE MAX MAX_TIME MAX_TIME_RELATIVE MIN MIN_MAX_RANGE MIN_MAX_TIME_RANGE MIN_TIME \
        MIN_TIME_RELATIVE SUM PROP('AccountId') PROP('AccountLabel') PROP('Dim.x') PROP('MetricName') PROP('Namespace') \
        PROP('Period') PROP('Region') PROP('Stat')";
    for name in names.split_whitespace() {
        assert!(LabelTemplate::parse(&format!("${{{name}}}")).is_ok(), "{name}");
    }
}

#[test]
fn wrong_labels_are_told() {
    for (label, words) in [
        ("${MEDIAN}", "`${MEDIAN}` is no value"),
        ("a ${MAX", "no closing }"),
        ("${PROP('Unit')}", "`Unit` is no property"),
        ("${LABEL} ${LABEL}", "at most once"),
        ("${MAX} ${MIN} ${AVG} ${SUM} ${LAST} ${FIRST}", "at most 5"),
    ] {
        let (fault, message) = LabelTemplate::parse(label).expect_err(label);
        assert_eq!(fault, Fault::Label);
        assert!(message.contains(words), "{label}: {message}");
        let error = Program::compile(&[metric("m", "Errors", "orders", Some(label))]).expect_err(label);
        assert_eq!((error.id.as_str(), error.fault), ("m", Fault::Label));
    }
    assert!(LabelTemplate::parse("${LABEL} ${MAX} ${MIN} ${AVG} ${SUM} ${LAST}").is_ok());
}
