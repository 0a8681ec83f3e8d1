//! What is checked of a list of queries, for an answer and for an alarm.

use super::*;
use crate::{MetricDataQuery, MetricId, MetricStat, QuerySource, Statistic, query_error::Fault};

fn metric(id: &str, period: u32) -> MetricDataQuery {
    let stat = MetricStat { metric: MetricId::total("T", id), period, stat: Statistic::Sum, unit: None };
    MetricDataQuery { id: id.to_owned(), source: QuerySource::Metric(stat), label: None, return_data: false }
}

fn expression(id: &str, text: &str) -> MetricDataQuery {
    let source = QuerySource::Expression { expression: text.to_owned(), period: None };
    MetricDataQuery { id: id.to_owned(), source, label: None, return_data: true }
}

fn with_period(mut query: MetricDataQuery, seconds: u32) -> MetricDataQuery {
    if let QuerySource::Expression { period, .. } = &mut query.source {
        *period = Some(seconds);
    }
    query
}

#[test]
fn ids_are_checked() {
    for (id, words) in [
        ("M1", "lower-case letter"),
        ("1m", "lower-case letter"),
        ("_m", "lower-case letter"),
        ("m-1", "this one `-`"),
        ("mé", "this one `é`"),
    ] {
        let error = Program::compile(&[metric(id, 60), expression("e", "TIME_SERIES(1)")]).expect_err(id);
        assert_eq!((error.fault, error.id.as_str()), (Fault::Id, id));
        assert!(error.message.contains(words), "{error}");
    }
    let long = "m".repeat(256);
    assert_eq!(Program::compile(&[metric(&long, 60)]).expect_err("long").fault, Fault::Id);
    assert_eq!(Program::compile(&[expression("", "TIME_SERIES(1)")]).expect_err("none").fault, Fault::Id);
    let error = Program::compile(&[metric("m1", 60), expression("e", "m1"), metric("m1", 60)]).expect_err("twice");
    assert_eq!(error.to_string(), "query `m1`: queries 1 and 3 have the same id; each needs its own");
}

#[test]
fn cycles_are_told_with_their_way() {
    let queries = [expression("a", "b + m"), expression("b", "ABS(c)"), expression("c", "a"), metric("m", 60)];
    let error = Program::compile(&queries).expect_err("cycle");
    assert_eq!(error.fault, Fault::Cycle);
    assert_eq!(error.to_string(), "query `a`: expressions need each other: a → b → c → a");
    let error = Program::compile(&[expression("e", "e + 1")]).expect_err("itself");
    assert_eq!(error.message, "expressions need each other: e → e");
    // Two ways to the same query are no cycle.
    let queries = [expression("a", "b + c"), expression("b", "m"), expression("c", "b"), metric("m", 60)];
    assert!(Program::compile(&queries).is_ok());
}

#[test]
fn limits_are_those_of_the_call() {
    let fault = |queries: &[MetricDataQuery]| Program::compile(queries).expect_err("over a limit").fault;
    assert_eq!(fault(&[]), Fault::Limit);
    assert_eq!(fault(&[metric("m", 60)]), Fault::Limit, "nothing is returned");
    let many = |count: usize| {
        let metrics = (0..count - 1).map(|index| metric(&format!("m{index}"), 60));
        metrics.chain([expression("e", "SUM(METRICS())")]).collect::<Vec<_>>()
    };
    assert!(Program::compile(&many(500)).is_ok());
    assert_eq!(fault(&many(501)), Fault::Limit);
    assert_eq!(fault(&[expression("e", &format!("TIME_SERIES(1){}", " ".repeat(2035)))]), Fault::Limit);
    let searches = |count: usize| -> Vec<_> {
        (0..count).map(|index| expression(&format!("e{index}"), "SEARCH('a', 'Sum')")).collect()
    };
    assert!(Program::compile(&searches(100)).is_ok());
    assert_eq!(fault(&searches(101)), Fault::Limit);
    assert_eq!(fault(&[metric("m", 90), expression("e", "m")]), Fault::Period);
    assert_eq!(fault(&[with_period(expression("e", "TIME_SERIES(1)"), 7)]), Fault::Period);
}

#[test]
fn an_alarm_has_one_period_and_one_series() {
    let check = |queries: &[MetricDataQuery]| Program::compile(queries).expect("valid").is_allowed_in_alarm();
    assert_eq!(check(&[metric("m1", 60), metric("m2", 60), expression("e", "m1 / m2")]), Ok(()));
    let mut alone = metric("m1", 300);
    alone.return_data = true;
    assert_eq!(check(&[alone]), Ok(()));
    assert_eq!(check(&[metric("m1", 10), expression("e", "m1")]), Ok(()));
    for (queries, fault, words) in [
        (
            vec![metric("m1", 60), metric("m2", 300), expression("e", "m1 + m2")],
            Fault::Period,
            "`m1` has 60 s and `m2` 300 s",
        ),
        (vec![metric("m1", 60), with_period(expression("e", "m1"), 120)], Fault::Period, "`e` 120 s"),
        (vec![metric("m1", 1), expression("e", "m1")], Fault::Period, "10, 20, 30"),
        (vec![metric("m1", 60), expression("e", "[m1, m1]")], Fault::Alarm, "an array of series"),
        (vec![metric("m1", 60), expression("e", "m1"), expression("f", "m1")], Fault::Alarm, "both `e` and `f`"),
        (vec![metric("m1", 60), expression("e", "SUM(SEARCH('a', 'Sum'))")], Fault::Alarm, "cannot SEARCH"),
        (vec![expression("e", "TIME_SERIES(1)")], Fault::Alarm, "needs a metric"),
        (
            (0..11).map(|index| metric(&format!("m{index}"), 60)).chain([expression("e", "m1")]).collect(),
            Fault::Alarm,
            "at most 10 metrics, and there are 11",
        ),
    ] {
        let error = check(&queries).expect_err(words);
        assert_eq!(error.fault, fault, "{error}");
        assert!(error.message.contains(words), "{error}");
    }
}

#[test]
fn the_period_is_that_of_the_metrics() {
    let period = |queries: &[MetricDataQuery]| Program::compile(queries).expect("valid").period();
    assert_eq!(period(&[metric("m1", 300), metric("m2", 300), expression("e", "m1")]), Some(300));
    assert_eq!(period(&[metric("m1", 300), metric("m2", 60), expression("e", "m1")]), None);
    assert_eq!(period(&[expression("e", "TIME_SERIES(1)")]), None);
}

#[test]
fn errors_read_as_sentences() {
    let error = |text: &str| Program::compile(&[metric("m1", 60), expression("e1", text)]).expect_err(text).to_string();
    assert_eq!(error("m1 + m3"), "query `e1`, byte 5 (`m3`): unknown id `m3`; known: m1, e1");
    assert_eq!(error("Sum(m1)"), "query `e1`, byte 0 (`Sum(`): functions are written in upper case: SUM");
    assert_eq!(error("m1 /"), "query `e1`, at its end (byte 4): the expression ends where a value is needed");
    let long = format!("ABS({})", ["1"; 100].join("+"));
    assert!(error(&long).contains("1+1+…`)"), "{}", error(&long));
}
