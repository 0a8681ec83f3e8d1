//! Metric math and `GetMetricData` over a store.

use atalaya_cloudwatch::{
    Frame, MetricDataQuery, MetricId, MetricStat, MetricStore, Program, QuerySource, Statistic, Unit,
    query::{MetricDataOptions, MetricDataResult, Places, ScanBy, StatusCode, get_metric_data},
    query_error::Fault,
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
fn a_place_is_remembered_once_the_metric_is_there() {
    let queries =
        [metric("errors", "Errors", false), metric("all", "Requests", false), expression("rate", "errors/all")];
    let program = Program::compile(&queries).expect("valid");
    let frame = Frame { start: START, period: 60, count: 2 };
    let (mut store, mut places) = (MetricStore::new(), Places::default());
    assert_eq!(program.returned_from(&mut places, &store, &frame), Ok(vec![None, None]));
    for (name, value, expected) in [("Requests", 4.0, 0.0), ("Errors", 1.0, 0.25), ("Errors", 1.0, 0.5)] {
        let series = store.series(&MetricId::total("Shop", name));
        store.add(series, Unit::Count, START, value);
        let found = program.returned_from(&mut places, &store, &frame);
        assert_eq!(found, Ok(vec![Some(expected), None]));
        assert_eq!(found, program.returned(&store, &frame));
    }
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

fn answer(store: &MetricStore, queries: &[MetricDataQuery], minutes: std::ops::Range<i64>) -> Vec<MetricDataResult> {
    let mut options = MetricDataOptions::at(START + 60 * minutes.end);
    options.scan_by = ScanBy::TimestampAscending;
    get_metric_data(store, queries, START + 60 * minutes.start, START + 60 * minutes.end, &options).expect("answers")
}

/// Each query is computed on its own period; an expression over several periods on the longest.
#[test]
fn periods_may_differ_in_one_request() {
    let mut long = metric("long", "Requests", true);
    if let QuerySource::Metric(stat) = &mut long.source {
        stat.period = 120;
    }
    let queries = [metric("short", "Errors", true), long, expression("share", "short / long")];
    let found = answer(&store(), &queries, 0..4);
    let told: Vec<_> = found.iter().map(|it| (it.id.as_str(), it.timestamps.clone(), it.values.clone())).collect();
    assert_eq!(
        told,
        [
            ("short", vec![START + 60, START + 180], vec![2.0, 1.0]),
            ("long", vec![START, START + 120], vec![18.0, 4.0]),
            // 2/18 and 1/4: the errors too are summed over two minutes.
            ("share", vec![START, START + 120], vec![2.0 / 18.0, 0.25]),
        ]
    );
}

/// Periods lie on the grid of the clock, whatever the start: that of five minutes holds what came before 00:02.
#[test]
fn long_periods_begin_on_the_grid() {
    let mut queries = [metric("m", "Requests", true)];
    if let QuerySource::Metric(stat) = &mut queries[0].source {
        stat.period = 300;
    }
    let found = answer(&store(), &queries, 2..4);
    assert_eq!((&found[0].timestamps, &found[0].values), (&vec![START], &vec![22.0]));
}

#[test]
fn an_answer_ends_at_its_limit_and_says_so() {
    let queries = [metric("r", "Requests", true), metric("e", "Errors", true)];
    let mut options = MetricDataOptions::at(START + 300);
    options.max_datapoints = 4;
    let ask = |options: &MetricDataOptions| get_metric_data(&store(), &queries, START, START + 300, options);
    let found = ask(&options).expect("answers");
    assert_eq!((found[0].values.as_slice(), found[0].status), ([4.0, 8.0, 10.0].as_slice(), StatusCode::Complete));
    assert_eq!((found[1].values.as_slice(), found[1].status), ([1.0].as_slice(), StatusCode::PartialData));
    assert_eq!(found[1].messages[0].code, "MaxDatapointsReached");
    options.max_datapoints = 100_801;
    assert_eq!(ask(&options).expect_err("too many").fault, Fault::Limit);
    let backwards = get_metric_data(&store(), &queries, START, START, &MetricDataOptions::at(START));
    assert_eq!(backwards.expect_err("empty range").fault, Fault::Limit);
}

/// A search sees metrics for two weeks after their last data point, and gives 500 of them at most.
#[test]
fn a_search_has_its_limits() {
    const FORTNIGHT: i64 = 14 * 86_400;
    let search = [expression("s", "SEARCH('{Shop} Errors', 'Sum', 60)")];
    let found = |now: i64| {
        let options = MetricDataOptions::at(now);
        get_metric_data(&store(), &search, START, START + 300, &options).expect("answers").len()
    };
    assert_eq!(found(START + 300), 1);
    // The last error came in minute 3.
    assert_eq!(found(START + 180 + FORTNIGHT), 1);
    assert_eq!(found(START + 181 + FORTNIGHT), 0);

    let mut many = MetricStore::new();
    for index in 0..501 {
        let series = many.series(&MetricId::new("Shop", "Errors", [("Till", index.to_string())]));
        many.add(series, Unit::Count, START, 1.0);
    }
    let options = MetricDataOptions::at(START + 60);
    let queries = [search[0].clone(), expression("all", "SUM(s)")];
    let found = get_metric_data(&many, &queries, START, START + 60, &options).expect("answers");
    assert_eq!(found.len(), 501);
    assert_eq!(found[0].status, StatusCode::PartialData);
    assert_eq!(found[0].messages[0].code, "MaxMetricsExceeded");
    assert_eq!((found[500].id.as_str(), &found[500].values), ("all", &vec![500.0]));
    assert_eq!(found[500].status, StatusCode::PartialData);
}

/// Points of a minute are kept for 15 days, those of five minutes for longer.
#[test]
fn old_points_are_told_in_long_periods_only() {
    let mut queries = [metric("m", "Requests", true)];
    let options = MetricDataOptions::at(START + 16 * 86_400);
    let ask = |queries: &[MetricDataQuery]| {
        let found = get_metric_data(&store(), queries, START, START + 300, &options).expect("answers");
        found[0].values.clone()
    };
    assert_eq!(ask(&queries), Vec::<f64>::new());
    if let QuerySource::Metric(stat) = &mut queries[0].source {
        stat.period = 300;
    }
    assert_eq!(ask(&queries), [22.0]);
}

#[test]
fn label_times_are_told_in_the_zone_asked_for() {
    let mut queries = [metric("m", "Requests", true)];
    queries[0].label = Some("${FIRST_TIME}, ${LAST_TIME_RELATIVE} ago".to_owned());
    let mut options = MetricDataOptions::at(START + 3600);
    options.timezone = MetricDataOptions::timezone("+0130").expect("a zone");
    let found = get_metric_data(&store(), &queries, START, START + 300, &options).expect("answers");
    // The last request came in minute 2, 58 minutes before.
    assert_eq!(found[0].label, "2026-01-01 01:30 +01:30, 58m ago");
    assert_eq!(MetricDataOptions::timezone("-0500"), Some(-18_000));
    for wrong in ["", "0130", "+130", "+2400", "+0160", "+01:30", "+01é"] {
        assert_eq!(MetricDataOptions::timezone(wrong), None, "{wrong}");
    }
}
