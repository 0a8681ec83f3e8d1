//! What metric widgets ask and show.

use super::*;
use atalaya_cloudwatch::{QuerySource, TimeRange};

fn graph(panel: Panel) -> Graph {
    match panel.content {
        Content::Graph(graph) => graph,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_graph_shows_each_row() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 60, |minute| minute as f64);
    fill(&mut cloudwatch, "rows", "b", 60, |_| 10.0);
    let body = of_metrics(json!({
        "title": "Rows", "stat": "Sum", "liveData": true, "timezone": "+0200", "stacked": true,
        "legend": {"position": "hidden"}, "yAxis": {"right": {"label": "b", "max": 12}},
        "metrics": [
            ["Acme", "rows", "Feed", "a", {"id": "a", "visible": false}],
            ["...", "b", {"id": "b", "label": "B", "color": "#010203", "yAxis": "right"}],
            [{"expression": "a + b", "label": "both"}],
        ],
    }));
    let panel = only(&cloudwatch, &body, &view(60));
    assert_eq!((panel.title.as_str(), &panel.remarks), ("Rows", &Vec::new()));
    let graph = graph(panel);
    let labels: Vec<_> = graph.series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["B", "both"]);
    assert_eq!((graph.series[0].colour, graph.series[0].axis), (Some([1, 2, 3]), Side::Right));
    assert_eq!((graph.series[1].points.len(), graph.series[1].points[59]), (60, (NOW - 60, 69.0)));
    assert_eq!((graph.timezone, graph.stacked, graph.legend), (7200, true, Legend::Hidden));
    assert_eq!(graph.right, Axis { label: Some("b".to_owned()), min: None, max: Some(12.0) });
    assert_eq!(graph.range, TimeRange { start: NOW - 3600, end: NOW });
}

#[test]
fn annotations_are_drawn_as_they_are_said() {
    let body = super::bodies::of_everything();
    let mut panels = look(&cloudwatch(), &Logs::default(), &parse(&body), &view(360));
    let graph = graph(panels.remove(1));
    let [line, band] = &graph.horizontal[..] else { panic!("two are visible: {:?}", graph.horizontal) };
    assert_eq!((line.value, line.until, line.fill, line.axis), (9.0, None, Fill::Beyond, Side::Right));
    assert_eq!(line.colour, Some([0xd6, 0x27, 0x28]));
    assert_eq!((band.value, band.until, band.label.as_deref()), (1.0, Some(2.5), Some("low – high")));
    let [deployed, drill] = &graph.vertical[..] else { panic!("two") };
    assert_eq!((deployed.at, deployed.until, deployed.fill), (NOW - 3600, None, Fill::Beyond));
    assert_eq!((drill.at, drill.until, drill.label.as_deref()), (NOW - 7200, Some(NOW - 5400), Some("drill")));
}

/// Ids and periods of what a widget asks.
fn periods(body: &Value, view: &View) -> Vec<(String, u32)> {
    let Request::Metrics { queries, .. } = parse(body).widgets()[0].request(view) else { panic!("a request") };
    let period = |query: atalaya_cloudwatch::MetricDataQuery| match query.source {
        QuerySource::Metric(stat) => (query.id, stat.period),
        QuerySource::Expression { period, .. } => (query.id, period.expect("a period is always asked for")),
    };
    queries.into_iter().map(period).collect()
}

#[test]
fn periods_are_chosen_or_inherited() {
    let body = of_metrics(json!({"period": 120, "metrics": [
        ["Acme", "m", {"id": "widget"}],
        ["Acme", "m", {"id": "own", "period": 900}],
        [{"expression": "widget + own", "id": "math"}],
        [{"expression": "TIME_SERIES(1)", "id": "constant"}],
        [{"expression": "SEARCH('{Acme} m', 'Sum')", "id": "search"}],
        [{"expression": "SEARCH('{Acme} m', 'Sum', 3600)", "id": "hourly"}],
        [{"expression": "SUM(hourly)", "id": "total"}],
        [{"expression": "FILL(widget, 0)", "id": "said", "period": 300}],
    ]}));
    let asked = |minutes: i64, period: PeriodChoice| {
        let all = periods(&body, &View { period, ..view(minutes) });
        all.into_iter().map(|(_, period)| period).collect::<Vec<_>>()
    };
    assert_eq!(asked(180, PeriodChoice::Inherit), [120, 900, 900, 120, 120, 3600, 3600, 300]);
    assert_eq!(asked(180, PeriodChoice::Auto), [60, 60, 60, 60, 60, 3600, 3600, 60]);
    assert_eq!(asked(7 * 1440, PeriodChoice::Auto), [900, 900, 900, 900, 900, 3600, 3600, 900]);
    assert_eq!(asked(180, PeriodChoice::Fixed(7200)), [7200; 8]);
    let default = of_metrics(json!({"metrics": [["Acme", "m"]]}));
    assert_eq!(periods(&default, &View { period: PeriodChoice::Inherit, ..view(180) })[0].1, 300);
}

#[test]
fn automatic_periods_follow_the_range() {
    let body = of_metrics(json!({"metrics": [["Acme", "m"]]}));
    let day = 1440;
    for (minutes, period) in [
        (60, 60),
        (12 * 60, 60),
        (12 * 60 + 1, 300),
        (day, 300),
        (7 * day, 900),
        (15 * day, 3600),
        (31 * day, 21_600),
        (90 * day, 21_600),
        (455 * day, 86_400),
        (3000 * day, 86_400),
    ] {
        assert_eq!(periods(&body, &view(minutes))[0].1, period, "{minutes} minutes");
    }
    // A short range that lies far back has only what is still kept.
    let ago = |days: i64| View::new(TimeRange { start: NOW - days * 86_400, end: NOW - days * 86_400 + 3600 }, NOW);
    assert_eq!([14, 16, 64].map(|days| periods(&body, &ago(days))[0].1), [60, 300, 3600]);
}

#[test]
fn a_number_is_of_the_latest_period_or_of_the_whole_range() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 300, |_| 1.0);
    let number = |whole: bool, range: TimeRange| {
        let body = of_metrics(json!({
            "view": "singleValue", "stat": "Sum", "liveData": true, "setPeriodToTimeRange": whole, "sparkline": true,
            "metrics": [["Acme", "rows", "Feed", "a"]],
        }));
        let Content::Numbers(numbers) = only(&cloudwatch, &body, &View::new(range, NOW)).content else {
            panic!("numbers")
        };
        assert!(numbers.sparkline);
        numbers.numbers[0].clone()
    };
    let range = view(180).range;
    assert_eq!((number(false, range).value, number(false, range).course.len()), (Some(1.0), 180));
    assert_eq!(
        (number(true, range).value, number(true, range).course.len(), number(true, range).period),
        (Some(180.0), 0, 10_800)
    );
    // A range that is on no grid: 17 minutes and a half, an hour ago.
    let odd = TimeRange { start: NOW - 3600 - 17 * 60 - 30, end: NOW - 3600 };
    assert_eq!((number(true, odd).value, number(true, odd).period), (Some(18.0), 18 * 60));
}

#[test]
fn a_figure_of_the_whole_range_is_of_the_samples_and_not_of_other_figures() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "good", "a", 100, |minute| minute as f64);
    fill(&mut cloudwatch, "all", "a", 100, |minute| 2.0 * minute as f64 + 1.0);
    let body = of_metrics(json!({
        "view": "bar", "stat": "Sum", "setPeriodToTimeRange": true, "yAxis": {"left": {"max": 100}},
        "metrics": [
            ["Acme", "good", "Feed", "a", {"id": "good", "visible": false}],
            [".", "all", ".", ".", {"id": "all", "visible": false}],
            [{"expression": "100 * good / all", "label": "percent"}],
            ["Acme", "good", "Feed", "a", {"stat": "p90"}],
            [{"expression": "SEARCH('{Acme,Feed} all', 'Maximum', 60)", "label": "most"}],
        ],
    }));
    let Content::Bars(bars) = only(&cloudwatch, &body, &view(100)).content else { panic!("bars") };
    let values: Vec<_> = bars.numbers.iter().map(|number| number.value.expect("a value")).collect();
    // 4950 of 10,000; the 90th of 0 … 99; the greatest of all.
    assert_eq!(values, [49.5, 89.0, 199.0]);
    assert_eq!(bars.axis.max, Some(100.0));
}

#[test]
fn periods_are_shown_when_they_are_complete() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 60, |_| 1.0);
    let last = |live: bool, period: u32, now: i64| {
        let body = of_metrics(json!({"liveData": live, "metrics": [["Acme", "rows", "Feed", "a"]]}));
        let range = TimeRange { start: NOW - 3600, end: now };
        let view = View { period: PeriodChoice::Fixed(period), ..View::new(range, now) };
        let graph = graph(only(&cloudwatch, &body, &view));
        NOW - graph.series[0].points.last().expect("a point").0
    };
    // The newest minute is 11:59; it is shown from 12:01 on, the five minutes from 11:55 too.
    assert_eq!([0, 59, 60].map(|after| last(false, 60, NOW + after)), [120, 120, 60]);
    assert_eq!([0, 59, 60].map(|after| last(false, 300, NOW + after)), [600, 600, 300]);
    assert_eq!([0, 59, 60].map(|after| last(true, 60, NOW + after)), [60, 60, 60]);
}

#[test]
fn the_period_that_a_range_begins_in_is_shown_at_its_start() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 600, |_| 1.0);
    let body = of_metrics(json!({"liveData": true, "metrics": [
        [{"expression": "SEARCH('{Acme,Feed} rows', 'Sum', 86400)"}], ["Acme", "rows", "Feed", "a", {"stat": "Sum"}],
    ]}));
    let view = View::new(TimeRange { start: NOW - 3630, end: NOW }, NOW);
    let graph = graph(only(&cloudwatch, &body, &view));
    assert_eq!(graph.series[0].points, [(NOW - 3630, 600.0)]);
    assert_eq!((graph.series[1].points[0].0, graph.series[1].points[1].0), (NOW - 3630, NOW - 3600));
}

#[test]
fn a_search_shows_every_series_it_finds() {
    let mut cloudwatch = cloudwatch();
    for feed in ["a", "b", "c"] {
        fill(&mut cloudwatch, "rows", feed, 10, |_| 1.0);
    }
    let body = of_metrics(json!({"liveData": true, "metrics": [
        [{"expression": "SEARCH('{Acme,Feed} rows', 'Sum')", "id": "all", "color": "#ffffff", "yAxis": "right"}],
        [{"expression": "SEARCH('{Acme,Feed} Feed=\"b\"', 'Sum')", "label": "feed ${PROP('Dim.Feed')}"}],
        [{"expression": "SUM(all)", "label": "sum"}],
    ]}));
    let graph = graph(only(&cloudwatch, &body, &view(10)));
    let seen: Vec<_> = graph.series.iter().map(|it| (it.label.as_str(), it.colour.is_some(), it.axis)).collect();
    assert_eq!(
        seen,
        [
            ("a", true, Side::Right),
            ("b", false, Side::Right),
            ("c", false, Side::Right),
            ("feed b", false, Side::Left),
            ("sum", false, Side::Left)
        ]
    );
    assert_eq!(graph.series[4].points[0].1, 3.0);
}

#[test]
fn a_gauge_has_its_ends_and_bands() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 10, |minute| minute as f64);
    let body = of_metrics(json!({
        "view": "gauge", "liveData": true, "yAxis": {"left": {"min": 0, "max": 10}},
        "annotations": {"horizontal": [[{"value": 8, "color": "#ff0000"}, {"value": 10}]]},
        "metrics": [["Acme", "rows", "Feed", "a"]],
    }));
    let Content::Gauge(gauge) = only(&cloudwatch, &body, &view(10)).content else { panic!("a gauge") };
    assert_eq!((gauge.numbers[0].value, gauge.axis.min, gauge.axis.max), (Some(9.0), Some(0.0), Some(10.0)));
    assert_eq!((gauge.bands[0].value, gauge.bands[0].until), (8.0, Some(10.0)));
}

#[test]
fn a_table_has_summaries_and_points() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 3, |minute| 1000.0 * minute as f64 + 0.5);
    fill(&mut cloudwatch, "rows", "b", 1, |_| 7.0);
    let table = |style: Value| {
        let body = of_metrics(json!({
            "view": "table", "stat": "Sum", "liveData": true, "table": style, "timezone": "+0100",
            "metrics": [["Acme", "rows", "Feed", "a"], ["...", "b"], ["...", "nobody"]],
        }));
        let Content::Table(table) = only(&cloudwatch, &body, &view(60)).content else { panic!("a table") };
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        assert!(table.columns.iter().skip(1).all(|column| column.is_numeric) && !table.columns[0].is_numeric);
        (columns, table.rows)
    };
    let (columns, rows) = table(json!({}));
    assert_eq!(columns, ["", "MIN", "MAX", "SUM", "AVG", "12:59", "12:58", "12:57"]);
    assert_eq!(
        rows[0],
        ["a", "0.5", "2,000", "3,002", "1,000", "2,000", "1,000", "0.5"].map(|it| if it == "2,000" {
            "2,000"
        } else {
            it
        })
    );
    assert_eq!(rows[1], ["b", "7", "7", "7", "7", "7", "", ""]);
    assert_eq!(rows[2], ["nobody", "", "", "", "", "", "", ""]);
    let (columns, rows) = table(json!({"showTimeSeriesData": false, "summaryColumns": ["SUM"]}));
    assert_eq!(
        (columns, rows[1].clone()),
        (vec![String::new(), "SUM".to_owned()], vec!["b".to_owned(), "7".to_owned()])
    );
    let (columns, rows) = table(json!({"layout": "vertical", "summaryColumns": ["MAX"]}));
    assert_eq!(columns, ["", "a", "b", "nobody"]);
    assert_eq!(rows[0], ["MAX", "2,000", "7", ""]);
    assert_eq!(rows[1], ["12:59", "2,000", "7", ""]);
}

#[test]
fn a_table_of_long_periods_says_the_day() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 1500, |_| 1.0);
    let columns = |minutes: i64, period: u32, whole: bool| {
        let body = of_metrics(json!({
            "view": "table", "liveData": true, "table": {"summaryColumns": []}, "setPeriodToTimeRange": whole,
            "metrics": [["Acme", "rows", "Feed", "a"]],
        }));
        let view = View { period: PeriodChoice::Fixed(period), ..view(minutes) };
        let Content::Table(table) = only(&cloudwatch, &body, &view).content else { panic!("a table") };
        table.columns.into_iter().skip(1).map(|column| column.name).collect::<Vec<_>>()
    };
    assert_eq!(columns(180, 86_400, false), ["5 Jan"]);
    assert_eq!(columns(2880, 86_400, false), ["5 Jan", "4 Jan"]);
    assert_eq!(columns(2880, 43_200, false), ["5 Jan 00:00", "4 Jan 12:00", "4 Jan 00:00"]);
    assert_eq!(columns(180, 3600, false), ["11:00", "10:00", "09:00"]);
    assert_eq!(columns(180, 3600, true), ["the last 3 hours"]);
}

#[test]
fn a_dashboard_of_another_region_or_account_says_so() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 10, |_| 1.0);
    let of = |properties: Value, row: Value| {
        let mut body = of_metrics(json!({"liveData": true, "metrics": [["Acme", "rows", "Feed", "a", row]]}));
        let widget = body.pointer_mut("/widgets/0/properties").and_then(Value::as_object_mut).expect("properties");
        widget.extend(properties.as_object().expect("an object").clone());
        only(&cloudwatch, &body, &view(10)).remarks
    };
    assert_eq!(of(json!({}), json!({})), Vec::<String>::new());
    assert_eq!(of(json!({"accountId": "000000000000"}), json!({"region": "us-east-1"})), Vec::<String>::new());
    let elsewhere = ["it asks for metrics of the region eu-west-1, and only those of us-east-1 are here"];
    assert_eq!(of(json!({"region": "eu-west-1"}), json!({})), elsewhere);
    assert_eq!(of(json!({}), json!({"region": "eu-west-1"})), elsewhere);
    assert_eq!(of(json!({"region": "eu-west-1"}), json!({"region": "us-east-1"})), Vec::<String>::new());
    let account = ["it asks for metrics of the account 111122223333, and only those of 000000000000 are here"];
    assert_eq!(of(json!({}), json!({"accountId": "111122223333"})), account);
    assert_eq!(of(json!({"accountId": "111122223333"}), json!({})), account);
}
