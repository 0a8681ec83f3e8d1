use super::*;

const THREE: [(&str, &str); 3] = [("a", "1 - 5 -"), ("b", "3 4 - -"), ("errors4xx", "8 - 1 -")];

#[test]
fn one_series_across_an_array() {
    check(
        &THREE,
        &[
            ("SUM(METRICS())", "12 4 6 -"),
            // By the number of series, three, and not of points.
            ("AVG(METRICS())", "4 1.3333333333333333 2 -"),
            ("AVG([a, b])", "2 2 2.5 -"),
            ("MIN(METRICS())", "1 4 1 -"),
            ("MAX(METRICS())", "8 4 5 -"),
            ("DATAPOINT_COUNT(METRICS())", "3 1 2 -"),
            // 1 and 3: the mean is 2, the root of (1 + 1) / 2; alone a point has no deviation.
            ("STDDEV([a, b])", "1 0 0 -"),
            ("SUM([a, b])", "4 4 5 -"),
            ("SUM([a])", "1 - 5 -"),
            ("a / METRIC_COUNT(METRICS())", "0.3333333333333333 - 1.6666666666666667 -"),
            ("SUM(METRICS('4xx'))", "8 - 1 -"),
            (r#"SUM(METRICS("4xx")) / SUM(METRICS()) * 100"#, "66.66666666666666 0 16.666666666666664 -"),
            (r#"SUM([METRICS("4xx"), a])"#, "9 - 6 -"),
            ("SUM(-[a, b])", "-4 -4 -5 -"),
            ("SUM(METRICS('nothing'))", "- - - -"),
            ("MIN(ABS([a - b, b]))", "2 4 5 -"),
        ],
    );
}

#[test]
fn series_are_picked() {
    let found = |text| series(&THREE, text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let [a, b, c] = THREE.map(|(_, text)| points(text));
    assert_eq!(found("METRICS()"), [a.clone(), b.clone(), c.clone()]);
    assert_eq!(found("FIRST(METRICS())"), std::slice::from_ref(&a));
    assert_eq!(found("LAST([a, b])"), std::slice::from_ref(&b));
    assert_eq!(found("SLICE(METRICS(), 1)"), [b.clone(), c.clone()]);
    assert_eq!(found("SLICE(METRICS(), 0, 2)"), [a.clone(), b.clone()]);
    assert_eq!(found("SLICE(METRICS(), 1, 9)"), [b.clone(), c.clone()]);
    assert_eq!(found("SLICE(METRICS(), 2, 1)"), Vec::<Points>::new());
    assert_eq!(found("FIRST(SLICE(METRICS(), 9))"), [points("- - - -")]);
    // Averages 3, 3.5 and 4.5; sums 6, 7 and 9; least 1, 3 and 1; greatest 5, 4 and 8.
    assert_eq!(found("SORT(METRICS(), AVG, DESC)"), [c.clone(), b.clone(), a.clone()]);
    assert_eq!(found("SORT(METRICS(), SUM, ASC)"), [a.clone(), b.clone(), c.clone()]);
    assert_eq!(found("SORT(METRICS(), MIN, ASC)"), [a.clone(), c.clone(), b.clone()]);
    assert_eq!(found("SORT(METRICS(), MAX, ASC, 2)"), [b.clone(), a]);
    assert_eq!(found("SLICE(SORT(METRICS(), SUM, DESC), 0, METRIC_COUNT(METRICS()) - 1)"), [c, b]);
}

#[test]
fn series_without_points_are_last_and_removed() {
    let metrics = [("a", "- -"), ("b", "2 -"), ("c", "1 -")];
    let found = |text| series(&metrics, text).expect(text);
    let (a, b, c) = (points("- -"), points("2 -"), points("1 -"));
    assert_eq!(found("SORT(METRICS(), AVG, ASC)"), [c.clone(), b.clone(), a.clone()]);
    assert_eq!(found("SORT(METRICS(), AVG, DESC)"), [b.clone(), c.clone(), a]);
    assert_eq!(found("REMOVE_EMPTY(METRICS())"), [b.clone(), c.clone()]);
    assert_eq!(found("TIME_SERIES(METRIC_COUNT(REMOVE_EMPTY(METRICS())))"), [points("2 2")]);
}

#[test]
fn an_index_out_of_range_is_told() {
    let error = series(&THREE, "SLICE(METRICS(), 0 - MAX(a))").expect_err("negative");
    assert_eq!(
        error.to_string(),
        "query `result`, byte 17 (`0 - MAX(a)`): a number of series counts from 0, and this is -5"
    );
    let error = series(&[("m", "-")], "SORT(METRICS(), AVG, ASC, MAX(m))").expect_err("no value");
    assert!(error.message.ends_with("has no value"), "{error}");
}

#[test]
fn a_search_is_an_array() {
    let table = Table {
        points: [("orders", "1 2"), ("refunds", "3 -")]
            .map(|(function, text)| (MetricId::new("AWS/Lambda", "Errors", [("FunctionName", function)]), points(text)))
            .into(),
    };
    let frame = Frame { start: START, period: PERIOD, count: 2 };
    let search = r#"SEARCH('{AWS/Lambda,FunctionName} MetricName="Errors"', 'Sum', 300)"#;
    let found = |text: &str| {
        let program = Program::compile(&[expression("e", text)]).expect(text);
        program.evaluate_on(&table, &frame).expect(text)
    };
    let series = found(search);
    assert_eq!(series.iter().map(|it| it.label.as_str()).collect::<Vec<_>>(), ["orders", "refunds"]);
    assert_eq!(series[0].metric.as_ref().map(|metric| metric.dimensions["FunctionName"].as_str()), Some("orders"));
    assert_eq!(found(&format!("SUM({search})"))[0].values, points("4 2"));
    assert_eq!(found("SEARCH(' nothing ', 'Sum')"), []);
    assert_eq!(found("SUM(SEARCH(' nothing ', 'Sum'))")[0].values, points("- -"));
}
