//! Metric math and `GetMetricData` over a store.

use atalaya_cloudwatch::{
    Frame, MetricDataQuery, MetricId, MetricStat, MetricStore, Program, QuerySource, Statistic, Unit,
    query::{MetricDataOptions, ScanBy, get_metric_data},
};

const START: i64 = 1_767_225_600;

fn metric(id: &str, name: &str, returned: bool) -> MetricDataQuery {
    let stat = MetricStat { metric: MetricId::total("Shop", name), period: 60, stat: Statistic::Sum, unit: None };
    MetricDataQuery { id: id.to_owned(), source: QuerySource::Metric(stat), label: None, return_data: returned }
}

fn expression(id: &str, text: &str) -> MetricDataQuery {
    let source = QuerySource::Expression { expression: text.to_owned(), period: None };
    MetricDataQuery { id: id.to_owned(), source, label: None, return_data: true }
}

/// Five minutes: errors in minutes 1 and 3, requests in minutes 0, 1 and 2.
fn store() -> MetricStore {
    let mut store = MetricStore::new();
    for (name, minute, value) in
        [("Errors", 1, 2.0), ("Errors", 3, 1.0), ("Requests", 0, 10.0), ("Requests", 1, 8.0), ("Requests", 2, 4.0)]
    {
        let series = store.series(&MetricId::total("Shop", name));
        store.add(series, Unit::Count, START + 60 * minute + 7, value);
    }
    store
}

#[test]
fn an_alarm_reads_the_one_returned_series() {
    let queries =
        [metric("errors", "Errors", false), metric("all", "Requests", false), expression("rate", "100*errors/all")];
    let program = Program::compile(&queries).expect("valid");
    assert_eq!(program.is_allowed_in_alarm(), Ok(()));
    assert_eq!(program.period(), Some(60));
    let frame = Frame { start: START, period: 60, count: 5 };
    // 0/10, 2/8 and 0/4 in percent; minute 3 divides by nothing and minute 4 has neither.
    let expected = vec![Some(0.0), Some(25.0), Some(0.0), None, None];
    assert_eq!(program.returned(&store(), &frame), Ok(expected.clone()));
    let series = program.evaluate(&store(), &frame).expect("evaluates");
    assert_eq!(series.len(), 1);
    assert_eq!((series[0].id.as_str(), series[0].label.as_str()), ("rate", "rate"));
    assert_eq!(series[0].values, expected);
    // A series that appears later is seen by the program that was there before it.
    let mut late = MetricStore::new();
    assert_eq!(program.returned(&late, &frame), Ok(vec![None; 5]));
    let series = late.series(&MetricId::total("Shop", "Requests"));
    late.add(series, Unit::Count, START, 5.0);
    assert_eq!(program.returned(&late, &frame), Ok(vec![Some(0.0), None, None, None, None]));
}

#[test]
fn an_answer_holds_only_the_points_that_exist() {
    let queries = [metric("e", "Errors", true), metric("r", "Requests", true)];
    let mut options = MetricDataOptions::at(START + 600);
    options.scan_by = ScanBy::TimestampAscending;
    let answer = get_metric_data(&store(), &queries, START + 59, START + 180, &options).expect("answers");
    assert_eq!(answer.len(), 2);
    // The start is rounded down to its minute; minute 3 begins at the end, which is exclusive.
    assert_eq!((&answer[0].timestamps, &answer[0].values), (&vec![START + 60], &vec![2.0]));
    assert_eq!(answer[1].timestamps, [START, START + 60, START + 120]);
    assert_eq!(answer[1].values, [10.0, 8.0, 4.0]);
    options.scan_by = ScanBy::TimestampDescending;
    let newest_first = get_metric_data(&store(), &queries, START, START + 180, &options).expect("answers");
    assert_eq!(newest_first[1].values, [4.0, 8.0, 10.0]);
}
