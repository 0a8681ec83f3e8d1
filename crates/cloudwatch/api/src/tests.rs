use serde_json::{Value, json};

use super::*;
use atalaya_cloudwatch::{
    Account, MetricId, MetricStat,
    alarm::{Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm},
};

const START: i64 = 1_767_571_200;

fn cloudwatch() -> CloudWatch {
    let mut cloudwatch = CloudWatch::new(Account::default(), START);
    let metric = |name: &str| {
        Alarm::Metric(MetricAlarm {
            name: name.to_owned(),
            description: Some("text".to_owned()),
            actions: Actions {
                enabled: true,
                alarm: vec!["arn:aws:sns:us-east-1:1:t".to_owned()],
                ..Actions::default()
            },
            source: AlarmSource::Metric(MetricStat {
                metric: MetricId::new("Acme", "errors", [("Feed", name)]),
                period: 60,
                stat: "Sum".parse().expect("a statistic"),
                unit: None,
            }),
            evaluation_periods: 2,
            datapoints_to_alarm: Some(1),
            threshold: 1.0,
            comparison: Comparison::GreaterThanThreshold,
            treat_missing_data: None,
            low_samples: LowSamples::Evaluate,
        })
    };
    let composite = CompositeAlarm {
        name: "down".to_owned(),
        description: None,
        actions: Actions::default(),
        rule: "ALARM(f1) OR ALARM(f2)".to_owned(),
        suppressor: None,
    };
    let alarms = vec![metric("f1"), metric("f2"), metric("g"), Alarm::Composite(composite)];
    cloudwatch.put_alarms(alarms).expect("the alarms are within their limits");
    cloudwatch
}

#[track_caller]
fn ok(cloudwatch: &mut CloudWatch, operation: &str, input: Value) -> Value {
    call(cloudwatch, &mut Dashboards::default(), operation, &input)
        .unwrap_or_else(|error| panic!("{operation}: {error}"))
}

#[track_caller]
fn refused(operation: &str, input: Value, code: &str, what: &str) {
    let error = call(&mut cloudwatch(), &mut Dashboards::default(), operation, &input).expect_err("a refusal");
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(what), "{error}");
}

fn names(answer: &Value, list: &str) -> Vec<String> {
    let alarms = answer[list].as_array().expect("a list");
    alarms.iter().map(|alarm| alarm["AlarmName"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn data_that_are_put_are_read_back() {
    let mut cloudwatch = cloudwatch();
    let feed = json!([{"Name": "Feed", "Value": "f1"}]);
    let data = json!([
        {"MetricName": "errors", "Dimensions": feed, "Timestamp": START as f64 + 0.5, "Value": 2, "Unit": "Count"},
        {"MetricName": "errors", "Dimensions": feed, "Timestamp": START, "Values": [4, 6], "Counts": [1, 3], "Unit": "Count"},
        {"MetricName": "sizes", "StatisticValues": {"SampleCount": 2, "Sum": 5, "Minimum": 1, "Maximum": 4}},
    ]);
    ok(&mut cloudwatch, "PutMetricData", json!({"Namespace": "Acme", "MetricData": data}));
    cloudwatch.advance_to(START + 60);
    let metrics = ok(&mut cloudwatch, "ListMetrics", json!({"Namespace": "Acme", "Dimensions": [{"Name": "Feed"}]}));
    assert_eq!(metrics, json!({"Metrics": [{"Namespace": "Acme", "MetricName": "errors", "Dimensions": feed}]}));
    let range = json!({
        "Namespace": "Acme", "MetricName": "errors", "Dimensions": feed, "StartTime": START - 60,
        "EndTime": START + 120, "Period": 60, "Statistics": ["Sum", "SampleCount"], "ExtendedStatistics": ["p50"],
    });
    assert_eq!(
        ok(&mut cloudwatch, "GetMetricStatistics", range.clone()),
        json!({"Label": "errors", "Datapoints": [{
            "Timestamp": START, "Sum": 24.0, "SampleCount": 5.0, "ExtendedStatistics": {"p50": 6.0}, "Unit": "Count"
        }]})
    );
    let mut later = range.clone();
    cloudwatch.advance_to(START + 16 * 86_400);
    let points = |cloudwatch: &mut CloudWatch, input: Value| {
        ok(cloudwatch, "GetMetricStatistics", input)["Datapoints"].as_array().map(Vec::len)
    };
    assert_eq!(points(&mut cloudwatch, later.clone()), Some(0), "minutes are kept for 15 days");
    later["Period"] = json!(300);
    assert_eq!(points(&mut cloudwatch, later), Some(1), "five minutes for 63");
}

#[test]
fn queries_are_answered() {
    let mut cloudwatch = cloudwatch();
    let feed = json!([{"Name": "Feed", "Value": "f1"}]);
    let data = json!([{"MetricName": "errors", "Dimensions": feed, "Timestamp": START, "Value": 24}]);
    ok(&mut cloudwatch, "PutMetricData", json!({"Namespace": "Acme", "MetricData": data}));
    let queries = json!([
        {"Id": "m", "MetricStat": {"Metric": {"Namespace": "Acme", "MetricName": "errors", "Dimensions": feed},
            "Period": 60, "Stat": "Sum"}, "ReturnData": false},
        {"Id": "e", "Expression": "m / 2", "Label": "half"},
    ]);
    let input = json!({"MetricDataQueries": queries, "StartTime": START, "EndTime": START + 60});
    let answer = ok(&mut cloudwatch, "GetMetricData", input);
    assert_eq!(
        answer["MetricDataResults"],
        json!([{"Id": "e", "Label": "half", "Timestamps": [START], "Values": [12.0], "StatusCode": "Complete"}])
    );
}

#[test]
fn one_wrong_datum_refuses_all() {
    let mut cloudwatch = cloudwatch();
    let data = json!([{"MetricName": "a", "Value": 1}, {"MetricName": "a", "Value": 1, "Timestamp": START + 9000}]);
    let input = json!({"Namespace": "Acme", "MetricData": data});
    let error = call(&mut cloudwatch, &mut Dashboards::default(), "PutMetricData", &input);
    assert!(error.expect_err("too far ahead").message.contains("two hours"));
    assert_eq!(ok(&mut cloudwatch, "ListMetrics", json!({})), json!({"Metrics": []}));
    let put = |datum: Value| json!({"Namespace": "Acme", "MetricData": [datum]});
    for (datum, code, what) in [
        (json!({"Value": 1}), "MissingParameter", "MetricData[0].MetricName is missing"),
        (json!({"MetricName": "a"}), "InvalidParameterCombination", "exactly one of MetricData[0].Value"),
        (json!({"MetricName": "a", "Value": 1, "Counts": [1]}), "InvalidParameterCombination", "Counts needs Values"),
        (json!({"MetricName": "a", "Values": [1, 2], "Counts": [1]}), "InvalidParameterValue", "has 1 entries"),
        (json!({"MetricName": "a", "Value": "1"}), "InvalidParameterValue", "MetricData[0].Value is no number"),
        (
            json!({"MetricName": "a", "Value": 1, "Unit": "count"}),
            "InvalidParameterValue",
            "MetricData[0].Unit: `count`",
        ),
        (json!({"MetricName": "a", "Value": 1, "StorageResolution": 5}), "InvalidParameterValue", "1 or 60"),
        (json!({"MetricName": "a", "Value": 1, "Entity": {}}), "InvalidParameterValue", "MetricData[0].Entity is not"),
    ] {
        refused("PutMetricData", put(datum), code, what);
    }
}

#[test]
fn alarms_are_described_whole() {
    let mut cloudwatch = cloudwatch();
    let answer = ok(&mut cloudwatch, "DescribeAlarms", json!({"AlarmNames": ["f1", "down"]}));
    assert_eq!(answer["CompositeAlarms"], json!([]), "composites are told when asked for");
    assert_eq!(
        answer["MetricAlarms"],
        json!([{
            "AlarmName": "f1", "AlarmArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:f1",
            "AlarmDescription": "text", "AlarmConfigurationUpdatedTimestamp": START, "ActionsEnabled": true,
            "OKActions": [], "AlarmActions": ["arn:aws:sns:us-east-1:1:t"], "InsufficientDataActions": [],
            "StateValue": "INSUFFICIENT_DATA", "StateReason": "Unchecked: Initial alarm creation",
            "StateUpdatedTimestamp": START, "StateTransitionedTimestamp": START,
            "MetricName": "errors", "Namespace": "Acme", "Statistic": "Sum",
            "Dimensions": [{"Name": "Feed", "Value": "f1"}], "Period": 60, "EvaluationPeriods": 2,
            "DatapointsToAlarm": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"
        }])
    );
    let both = json!(["MetricAlarm", "CompositeAlarm"]);
    let answer = ok(&mut cloudwatch, "DescribeAlarms", json!({"AlarmTypes": both}));
    assert_eq!(names(&answer, "MetricAlarms"), ["f1", "f2", "g"]);
    assert_eq!(answer["CompositeAlarms"][0]["AlarmRule"], "ALARM(f1) OR ALARM(f2)");
    for (input, expected) in [
        (json!({"AlarmNamePrefix": "f"}), vec!["f1", "f2"]),
        (json!({"StateValue": "OK"}), vec![]),
        (json!({"ActionPrefix": "arn:aws:sns:us-east-1:1"}), vec!["f1", "f2", "g"]),
        (json!({"ActionPrefix": "arn:aws:lambda"}), vec![]),
    ] {
        assert_eq!(names(&ok(&mut cloudwatch, "DescribeAlarms", input), "MetricAlarms"), expected);
    }
}

#[test]
fn families_are_told_short() {
    let mut cloudwatch = cloudwatch();
    let parents = ok(&mut cloudwatch, "DescribeAlarms", json!({"ParentsOfAlarmName": "f1"}));
    let arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:down";
    assert_eq!(parents, json!({"MetricAlarms": [], "CompositeAlarms": [{"AlarmName": "down", "AlarmArn": arn}]}));
    let children = ok(&mut cloudwatch, "DescribeAlarms", json!({"ChildrenOfAlarmName": "down", "MaxRecords": 1}));
    assert_eq!(names(&children, "MetricAlarms"), ["f1"]);
    assert_eq!(children["MetricAlarms"][0].as_object().map(|alarm| alarm.len()), Some(4));
    let input = json!({"ChildrenOfAlarmName": "down", "MaxRecords": 1, "NextToken": children["NextToken"]});
    let children = ok(&mut cloudwatch, "DescribeAlarms", input);
    assert_eq!(names(&children, "MetricAlarms"), ["f2"]);
    assert!(children.get("NextToken").is_none());
    refused("DescribeAlarms", json!({"ParentsOfAlarmName": "x"}), "ResourceNotFound", "`x`");
    let input = json!({"ParentsOfAlarmName": "f1", "StateValue": "OK"});
    refused("DescribeAlarms", input, "InvalidParameterCombination", "StateValue");
    let input = json!({"AlarmNames": ["f1"], "AlarmNamePrefix": "f"});
    refused("DescribeAlarms", input, "InvalidParameterCombination", "AlarmNamePrefix");
    refused("DescribeAlarms", json!({"AlarmTypes": ["Metric"]}), "InvalidParameterValue", "has `Metric`");
    refused("DescribeAlarms", json!({"NextToken": "x"}), "InvalidNextToken", "`x`");
}

#[test]
fn alarms_are_found_by_their_metric() {
    let mut cloudwatch = cloudwatch();
    let input = |dimensions: Value, statistic: &str| json!({"Namespace": "Acme", "MetricName": "errors", "Dimensions": dimensions, "Statistic": statistic});
    let feed = json!([{"Name": "Feed", "Value": "g"}]);
    let found = ok(&mut cloudwatch, "DescribeAlarmsForMetric", input(feed.clone(), "Sum"));
    assert_eq!(names(&found, "MetricAlarms"), ["g"]);
    let found = ok(&mut cloudwatch, "DescribeAlarmsForMetric", input(feed, "Average"));
    assert_eq!(names(&found, "MetricAlarms"), [""; 0]);
    let found = ok(&mut cloudwatch, "DescribeAlarmsForMetric", input(json!([]), "Sum"));
    assert_eq!(names(&found, "MetricAlarms"), [""; 0], "another set of dimensions is another metric");
}

#[test]
fn a_state_is_set_and_told_in_the_history() {
    let mut cloudwatch = cloudwatch();
    let set =
        json!({"AlarmName": "f1", "StateValue": "ALARM", "StateReason": "a drill", "StateReasonData": "{\"a\":1}"});
    ok(&mut cloudwatch, "SetAlarmState", set);
    assert_eq!(cloudwatch.advance_to(START + 1).len(), 3, "two changes, of it and its parent, and an action");
    let history =
        ok(&mut cloudwatch, "DescribeAlarmHistory", json!({"AlarmName": "f1", "ScanBy": "TimestampAscending"}));
    let items = history["AlarmHistoryItems"].as_array().expect("a list");
    let summaries: Vec<_> = items.iter().map(|item| item["HistorySummary"].as_str().expect("a text")).collect();
    assert_eq!(
        summaries,
        [
            "Alarm \"f1\" created",
            "Alarm updated from INSUFFICIENT_DATA to ALARM",
            "Successfully executed action arn:aws:sns:us-east-1:1:t"
        ]
    );
    let data: Value = serde_json::from_str(items[1]["HistoryData"].as_str().expect("a text")).expect("JSON");
    assert_eq!(
        data,
        json!({
            "version": "1.0",
            "oldState": {"stateValue": "INSUFFICIENT_DATA", "stateReason": "Unchecked: Initial alarm creation"},
            "newState": {"stateValue": "ALARM", "stateReason": "a drill", "stateReasonData": {"a": 1}}
        })
    );
    let input = json!({"HistoryItemType": "StateUpdate", "AlarmTypes": ["CompositeAlarm"]});
    let history = ok(&mut cloudwatch, "DescribeAlarmHistory", input);
    assert_eq!(history["AlarmHistoryItems"][0]["AlarmName"], "down");
    assert_eq!(history["AlarmHistoryItems"].as_array().map(Vec::len), Some(1));
    refused(
        "SetAlarmState",
        json!({"AlarmName": "x", "StateValue": "OK", "StateReason": ""}),
        "ResourceNotFound",
        "`x`",
    );
    refused(
        "SetAlarmState",
        json!({"AlarmName": "f1", "StateValue": "ok", "StateReason": ""}),
        "InvalidParameterValue",
        "StateValue is `ok`, which must be one of OK, ALARM, INSUFFICIENT_DATA",
    );
}

#[test]
fn actions_are_disabled_and_enabled() {
    let mut cloudwatch = cloudwatch();
    let enabled = |cloudwatch: &CloudWatch| cloudwatch.alarm("f1").map(|alarm| alarm.definition.actions().enabled);
    ok(&mut cloudwatch, "DisableAlarmActions", json!({"AlarmNames": ["f1", "no such alarm"]}));
    assert_eq!(enabled(&cloudwatch), Some(false));
    ok(&mut cloudwatch, "EnableAlarmActions", json!({"AlarmNames": ["f1"]}));
    assert_eq!(enabled(&cloudwatch), Some(true));
}

#[test]
fn what_is_not_supported_is_named() {
    refused(
        "PutInsightRule",
        json!({}),
        "UnsupportedOperation",
        "`PutInsightRule` is not supported; supported are Put",
    );
    refused("DescribeAlarms", json!({"Alarms": []}), "InvalidParameterValue", "Alarms is not supported");
    refused("ListMetrics", json!([]), "InvalidParameterValue", "the input is no object");
    refused(
        "GetMetricStatistics",
        json!({"Namespace": "A", "MetricName": "m", "StartTime": START - 90_000, "EndTime": START, "Period": 60, "Statistics": ["Sum"]}),
        "InvalidParameterCombination",
        "more than 1440",
    );
    refused(
        "GetMetricData",
        json!({"MetricDataQueries": [{"Id": "e", "Expression": "1 +"}], "StartTime": 0, "EndTime": 60}),
        "InvalidParameterValue",
        "query `e`",
    );
}

#[test]
fn dashboards_are_kept() {
    let (mut cloudwatch, mut dashboards) = (cloudwatch(), Dashboards::default());
    let mut called = |operation: &str, input: Value| call(&mut cloudwatch, &mut dashboards, operation, &input);
    let body = json!({"widgets": [{"type": "text", "properties": {"markdown": "# Hello"}}]});
    let put = |name: &str| json!({"DashboardName": name, "DashboardBody": body.to_string()});
    for name in ["web-one", "web-two", "other"] {
        assert_eq!(called("PutDashboard", put(name)), Ok(json!({"DashboardValidationMessages": []})));
    }
    let got = called("GetDashboard", json!({"DashboardName": "web-one"})).expect("it is there");
    assert_eq!(got["DashboardArn"], "arn:aws:cloudwatch::000000000000:dashboard/web-one");
    let text = got["DashboardBody"].as_str().expect("text");
    assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), body);
    let listed = called("ListDashboards", json!({"DashboardNamePrefix": "web-"})).expect("a list");
    let entries = listed["DashboardEntries"].as_array().expect("entries");
    assert_eq!(entries.iter().map(|entry| entry["DashboardName"].clone()).collect::<Vec<_>>(), ["web-one", "web-two"]);
    assert_eq!((&entries[0]["LastModified"], &entries[0]["Size"]), (&json!(START), &json!(text.len())));
    let error = called("DeleteDashboards", json!({"DashboardNames": ["web-one", "gone"]}));
    assert_eq!(error.expect_err("one does not exist").to_string(), "ResourceNotFound: there is no dashboard `gone`");
    let left = called("ListDashboards", json!({})).expect("a list");
    assert_eq!(left["DashboardEntries"].as_array().map(Vec::len), Some(3), "all are removed or none");
    called("DeleteDashboards", json!({"DashboardNames": ["web-one", "other"]})).expect("both exist");
    assert_eq!(dashboards.iter().map(|stored| stored.dashboard.name()).collect::<Vec<_>>(), ["web-two"]);
}

#[test]
fn wrong_dashboards_are_refused() {
    refused("GetDashboard", json!({"DashboardName": "gone"}), "ResourceNotFound", "there is no dashboard `gone`");
    refused("GetDashboard", json!({}), "MissingParameter", "DashboardName is missing");
    refused("DeleteDashboards", json!({}), "MissingParameter", "DashboardNames is missing");
    let put = |body: &str| json!({"DashboardName": "a", "DashboardBody": body});
    refused("PutDashboard", put("{"), "InvalidParameterInput", "dashboard `a`: the body is no JSON");
    let two = r#"{"widgets": [{"type": "chart"}], "start": 1}"#;
    refused("PutDashboard", put(two), "InvalidParameterInput", "dashboard `a`: /start: must be text, is 1\n");
    refused(
        "PutDashboard",
        put(two),
        "InvalidParameterInput",
        "/widgets/0/type: widgets of type chart are not supported",
    );
}
