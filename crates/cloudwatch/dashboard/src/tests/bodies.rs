//! Valid bodies.

use super::*;
use atalaya_cloudwatch::TimeRange;

/// One of everything that the reference lists, with every property.
pub(super) fn of_everything() -> Value {
    json!({
        "start": "-PT6H",
        "periodOverride": "inherit",
        "variables": [
            {
                "type": "property", "property": "FunctionName", "inputType": "select", "id": "function", "label": "Function",
                "defaultValue": "__FIRST", "visible": true,
                "search": "{AWS/Lambda,FunctionName} MetricName=\"Duration\"", "populateFrom": "FunctionName",
            },
            {
                "type": "pattern", "pattern": "us-east-1", "inputType": "radio", "id": "region", "defaultValue": "us-east-1",
                "values": [{"value": "us-east-1", "label": "Virginia"}, {"value": "eu-west-1"}, {"value": 7}, {"value": true}],
            },
            {"type": "pattern", "pattern": "prod", "inputType": "input", "id": "stage", "defaultValue": "prod", "visible": false},
        ],
        "widgets": [
            {"type": "text", "x": 0, "y": 0, "width": 24, "height": 2, "properties": {"markdown": "# Hello", "background": "transparent"}},
            {"type": "metric", "x": 0, "y": 2, "width": 12, "height": 6, "properties": {
                "region": "us-east-1", "accountId": "000000000000", "title": "Invocations", "view": "timeSeries",
                "stacked": true, "stat": "Sum", "period": 60, "timezone": "-0330", "liveData": true,
                "legend": {"position": "right"},
                "yAxis": {"left": {"label": "count", "min": 0, "max": 10.5, "showUnits": false}, "right": {"min": 1}},
                "metrics": [
                    ["AWS/Lambda", "Invocations", "FunctionName", "one", {"id": "m1", "label": "one, ${MAX}", "color": "#1f77b4"}],
                    [".", ".", ".", "two", {"id": "m2", "yAxis": "right", "stat": "p99.9", "period": 300}],
                    ["...", "three", {"visible": false, "region": "us-east-1", "accountId": "000000000000"}],
                    [{"expression": "SUM(METRICS())", "id": "e1", "label": "all", "period": 300, "color": "#abc"}],
                    [{"expression": "SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum', 300)"}],
                ],
                "annotations": {
                    "horizontal": [
                        {"value": 9, "label": "too many", "color": "#d62728", "fill": "above", "yAxis": "right", "visible": true},
                        [{"value": 1, "label": "low"}, {"value": 2.5, "label": "high"}],
                        {"value": 3, "visible": false},
                    ],
                    "vertical": [
                        {"value": "2026-01-05T11:00:00Z", "label": "deployed", "fill": "after"},
                        [{"value": "2026-01-05T10:00:00.000Z", "label": "drill"}, {"value": "2026-01-05T10:30:00+00:00"}],
                    ],
                },
            }},
            {"type": "metric", "x": 12, "y": 2, "width": 6, "height": 3, "properties": {
                "region": "us-east-1", "view": "singleValue", "sparkline": true, "setPeriodToTimeRange": true,
                "singleValueFullPrecision": false, "trend": true, "metrics": [["AWS/SQS", "NumberOfMessagesSent"]],
            }},
            {"type": "metric", "properties": {
                "region": "us-east-1", "view": "gauge", "yAxis": {"left": {"min": 0, "max": 100}},
                "metrics": [["AWS/RDS", "CPUUtilization"]],
            }},
            {"type": "metric", "properties": {
                "region": "us-east-1", "view": "table",
                "table": {"layout": "vertical", "stickySummary": true, "showTimeSeriesData": false, "summaryColumns": ["MIN", "AVG"]},
                "metrics": [["AWS/RDS", "CPUUtilization"]],
            }},
            {"type": "metric", "properties": {
                "region": "us-east-1", "title": "The alarm",
                "annotations": {"alarms": ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:Too: many"]},
            }},
            {"type": "metric", "properties": {"region": "us-east-1", "view": "pie", "metrics": []}},
            {"type": "log", "properties": {
                "region": "us-east-1", "title": "Errors", "view": "bar", "accountId": "000000000000", "stacked": false,
                "query": "SOURCE '/aws/lambda/one' | SOURCE '/aws/lambda/two' | filter level = 'ERROR'\n| stats count(*) by stage",
            }},
            {"type": "alarm", "properties": {
                "title": "Alarms", "sortBy": "stateUpdatedTimestamp", "states": ["ALARM", "INSUFFICIENT_DATA"],
                "alarms": [
                    "arn:aws:cloudwatch:us-east-1:000000000000:alarm:One",
                    "arn:aws-cn:cloudwatch:cn-north-1:111122223333:alarm:Two",
                ],
            }},
        ],
    })
}

#[test]
fn one_of_everything_is_read() {
    let board = parse(&of_everything());
    let kinds: Vec<WidgetKind> = board.widgets().iter().map(Widget::kind).collect();
    assert_eq!(kinds[..2], [WidgetKind::Text, WidgetKind::Metric]);
    assert_eq!(kinds[7..], [WidgetKind::Log, WidgetKind::Alarm]);
    assert_eq!(board.default_period(), PeriodChoice::Inherit);
    assert_eq!(board.widgets()[1].timezone(), -(3 * 3600 + 30 * 60));
    assert_eq!(board.alarm_names(), ["One", "Too: many", "Two"]);
    assert_eq!(board.body(), &of_everything());
}

#[test]
fn what_a_dashboard_is_about_can_be_listed() {
    let board = parse(&of_everything());
    let lambda: Vec<_> = board.widgets()[1].metric_rows().collect();
    let function = |row: &MetricRow<'_>| row.metric.dimensions["FunctionName"].clone();
    assert_eq!(lambda.iter().map(function).collect::<Vec<_>>(), ["one", "two", "three"]);
    assert_eq!(lambda.iter().map(|row| row.stat.to_string()).collect::<Vec<_>>(), ["Sum", "p99.9", "Sum"]);
    assert_eq!(
        lambda.iter().map(|row| (row.period, row.visible)).collect::<Vec<_>>(),
        [(60, true), (300, true), (60, false)]
    );
    assert_eq!(lambda[1].path, "/widgets/1/properties/metrics/1");
    assert_eq!(lambda[0].label, Some("one, ${MAX}"));
    let expressions: Vec<_> = board.expressions().map(|row| (row.path, row.expression)).collect();
    assert_eq!(expressions[0], ("/widgets/1/properties/metrics/3", "SUM(METRICS())"));
    assert_eq!(expressions.len(), 2);
    assert_eq!(board.metric_rows().count(), 6);
    let alarms: Vec<_> = board.alarms().map(|alarm| (alarm.path, alarm.name)).collect();
    assert_eq!(alarms[0], ("/widgets/5/properties/annotations/alarms/0", "Too: many"));
    assert_eq!(alarms[2], ("/widgets/8/properties/alarms/1", "Two"));
    assert_eq!(board.widgets()[0].markdown(), Some("# Hello"));
    let (groups, query) = board.widgets()[7].log_query().expect("a log widget");
    assert_eq!(groups, ["/aws/lambda/one", "/aws/lambda/two"]);
    assert_eq!(query, "filter level = 'ERROR'\n| stats count(*) by stage");
    assert_eq!(board.widgets()[8].path(), "/widgets/8");
    assert_eq!(board.widgets().iter().map(Widget::title).filter(|title| title.is_empty()).count(), 5);
}

#[test]
fn no_widgets_are_a_dashboard_too() {
    assert!(parse(&json!({"widgets": []})).widgets().is_empty());
    assert!(parse(&json!({"widgets": [], "variables": []})).variables().is_empty());
}

#[test]
fn a_dashboard_opens_with_a_range() {
    let day = 86_400;
    for (start, seconds) in [
        ("-PT5M", 300),
        ("-PT6H", 6 * 3600),
        ("-P1D", day),
        ("-P2W", 14 * day),
        // October, November and December.
        ("-P3M", 92 * day),
    ] {
        let range = parse(&json!({"start": start, "widgets": []})).default_range(NOW);
        assert_eq!((range.end, range.end - range.start), (NOW, seconds), "{start}");
    }
    assert_eq!(parse(&json!({"widgets": []})).default_range(NOW), TimeRange { start: NOW - 3 * 3600, end: NOW });
    let from = json!({"start": "2026-01-05T06:00:00.000Z", "widgets": []});
    assert_eq!(parse(&from).default_range(NOW), TimeRange { start: NOW - 6 * 3600, end: NOW });
    let both = json!({"start": "2026-01-05T06:00:00Z", "end": "2026-01-05T07:00:00Z", "widgets": []});
    assert_eq!(parse(&both).default_range(NOW), TimeRange { start: NOW - 6 * 3600, end: NOW - 5 * 3600 });
}

#[test]
fn limits_are_as_documented() {
    let metric = |index: usize| json!(["Acme", "m", "i", index.to_string()]);
    let widget = |count: usize| {
        let rows: Vec<Value> = (0..count).map(metric).collect();
        json!({"type": "metric", "properties": {"region": "us-east-1", "metrics": rows}})
    };
    let board = |widgets: Vec<Value>| json!({"widgets": widgets});
    parse(&board(vec![widget(500); 5]));
    let told = faults(&board(vec![widget(501)]));
    assert!(told[0].starts_with("/widgets/0/properties/metrics: must have 0 to 500 entries, has 501"), "{told:?}");
    let mut six = vec![widget(500); 5];
    six.push(widget(1));
    assert_eq!(faults(&board(six)), ["/widgets: all widgets together have at most 2500 metrics, and these have 2501"]);
    let text = json!({"type": "text", "properties": {"markdown": "a"}});
    parse(&board(vec![text.clone(); 500]));
    assert!(faults(&board(vec![text; 501]))[0].contains("must have 0 to 500 entries, has 501"));
}
