//! CloudWatch's API as an SDK and the AWS CLI see it.

use std::{fs, time::SystemTime};

use atalaya_local::{LocalAws, silent};
use aws_sdk_cloudwatch::{
    Client,
    error::ProvideErrorMetadata,
    primitives::DateTime,
    types::{
        AlarmType, Dimension, HistoryItemType, Metric, MetricDataQuery, MetricDatum, MetricStat, StandardUnit,
        StateValue, Statistic,
    },
};
use aws_smithy_types::base64;
use serde_json::{Value, json};

use crate::project::{DEADLINE, aws, last_call, project, try_aws, until, upload};

const TEMPLATE: &str = r#"
Parameters:
  PipelineStack: { Type: String }
  RunbookBaseUrl: { Type: String }
Resources:
  Slow:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: slow
      Namespace: Shop
      MetricName: Latency
      Dimensions: [{ Name: Counter, Value: "1" }]
      ExtendedStatistic: p90
      Unit: Milliseconds
      Period: 60
      EvaluationPeriods: 3
      DatapointsToAlarm: 2
      Threshold: 100
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: ignore
  Any:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties: { AlarmName: any, AlarmRule: ALARM(slow) }
"#;

fn client(local: &LocalAws) -> Client {
    let config = aws_sdk_cloudwatch::config::Builder::from(local.sdk_config());
    Client::from_conf(config.endpoint_url(local.cloudwatch_endpoint()).build())
}

fn counter() -> Dimension {
    Dimension::builder().name("Counter").value("1").build()
}

fn datum(value: f64) -> MetricDatum {
    let datum = MetricDatum::builder().metric_name("Latency").dimensions(counter()).unit(StandardUnit::Milliseconds);
    datum.value(value).timestamp(DateTime::from(SystemTime::now())).build()
}

fn seconds_from_now(seconds: i64) -> DateTime {
    DateTime::from_secs(DateTime::from(SystemTime::now()).secs() + seconds)
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_see_one_cloudwatch() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = project(folder.path());
    fs::create_dir(folder.path().join("alarms")).expect("a folder");
    fs::write(folder.path().join("alarms/template.yaml"), TEMPLATE).expect("written");
    let local = LocalAws::start(options, silent()).await.expect("it starts");
    let client = client(&local);
    an_sdk_puts_and_gets_data(&client).await;
    an_sdk_sees_alarms_and_sets_their_states(&client).await;
    an_sdk_is_told_what_is_wrong(&client).await;
    dashboards_are_put_and_removed(&local, &client).await;
    a_widget_is_drawn(&local, &client).await;
    the_aws_cli_sees_the_same(&local).await;
    the_json_protocol_answers(&local).await;
    a_function_finds_it_and_not_the_meter(&local).await;
}

async fn an_sdk_puts_and_gets_data(client: &Client) {
    client.put_metric_data().namespace("Shop").metric_data(datum(150.0)).send().await.expect("taken");
    // Enough to be compressed on its way.
    let many = (0..150).map(|value| datum(f64::from(value))).collect();
    client.put_metric_data().namespace("Shop").set_metric_data(Some(many)).send().await.expect("taken");
    let metric = Metric::builder().namespace("Shop").metric_name("Latency").dimensions(counter()).build();
    let query = |id: &str, stat: &str| {
        let stat = MetricStat::builder().metric(metric.clone()).period(60).stat(stat).build();
        MetricDataQuery::builder().id(id).metric_stat(stat).build()
    };
    let half = MetricDataQuery::builder().id("half").expression("n / 2").build();
    let call = client.get_metric_data().metric_data_queries(query("n", "SampleCount")).metric_data_queries(half);
    let call = call.metric_data_queries(query("most", "Maximum"));
    let answer = call.start_time(seconds_from_now(-600)).end_time(seconds_from_now(60)).send().await.expect("told");
    let total = |id: &str| -> f64 {
        let results = answer.metric_data_results();
        results.iter().find(|result| result.id() == Some(id)).expect("asked for").values().iter().sum()
    };
    assert_eq!((total("n"), total("half")), (151.0, 75.5));
    let result = &answer.metric_data_results()[0];
    assert_eq!(result.timestamps().len(), result.values().len());
    assert_eq!(result.timestamps()[0].secs() % 60, 0);

    let call = client.get_metric_statistics().namespace("Shop").metric_name("Latency").dimensions(counter());
    let call = call.period(3600).start_time(seconds_from_now(-3600)).end_time(seconds_from_now(3600));
    let call = call.statistics(Statistic::Sum).statistics(Statistic::Average);
    let answer = call.send().await.expect("told");
    let sum: f64 = answer.datapoints().iter().filter_map(|point| point.sum()).sum();
    assert_eq!(sum, 150.0 + 11_175.0);
    let listed = client.list_metrics().namespace("Shop").send().await.expect("told");
    assert_eq!(listed.metrics()[0].metric_name(), Some("Latency"));
}

async fn an_sdk_sees_alarms_and_sets_their_states(client: &Client) {
    let described = async || {
        let call = client.describe_alarms().alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
        call.send().await.expect("told")
    };
    let answer = described().await;
    let alarm = &answer.metric_alarms()[0];
    assert_eq!((alarm.alarm_name(), alarm.threshold(), alarm.period()), (Some("slow"), Some(100.0), Some(60)));
    assert_eq!((alarm.extended_statistic(), alarm.datapoints_to_alarm()), (Some("p90"), Some(2)));
    assert!(alarm.state_updated_timestamp().expect("told").secs() > 1_700_000_000);
    assert_eq!(answer.composite_alarms()[0].alarm_rule(), Some("ALARM(slow)"));
    let set = client.set_alarm_state().alarm_name("slow").state_value(StateValue::Alarm).state_reason("a test");
    set.send().await.expect("set");
    let answer = described().await;
    assert_eq!(answer.metric_alarms()[0].state_reason(), Some("a test"));
    let history = client.describe_alarm_history().alarm_name("slow").history_item_type(HistoryItemType::StateUpdate);
    let history = history.send().await.expect("told");
    assert!(history.alarm_history_items()[0].history_summary().expect("told").contains("to ALARM"));
    client.disable_alarm_actions().alarm_names("slow").send().await.expect("disabled");
    assert_eq!(described().await.metric_alarms()[0].actions_enabled(), Some(false));
    client.enable_alarm_actions().alarm_names("slow").send().await.expect("enabled");
    let found = client.describe_alarms_for_metric().namespace("Shop").metric_name("Latency").dimensions(counter());
    let found = found.extended_statistic("p90").period(60).send().await.expect("told");
    assert_eq!(found.metric_alarms().len(), 1);
}

async fn an_sdk_is_told_what_is_wrong(client: &Client) {
    let set = client.set_alarm_state().alarm_name("nothing").state_value(StateValue::Ok).state_reason("x");
    let error = set.send().await.expect_err("there is no such alarm").into_service_error();
    assert!(error.is_resource_not_found(), "{error:?}");
    let put = client.put_metric_data().namespace("a b").metric_data(datum(1.0));
    let error = put.send().await.expect_err("a blank in a namespace").into_service_error();
    assert!(error.is_invalid_parameter_value_exception(), "{error:?}");
    assert!(error.message().is_some_and(|message| message.contains("namespace")), "{error:?}");
    let error = client.list_metric_streams().send().await.expect_err("not offered").into_service_error();
    assert!(error.message().is_some_and(|message| message.contains("ListMetricStreams")), "{error:?}");
}

async fn dashboards_are_put_and_removed(local: &LocalAws, client: &Client) {
    let text = json!({"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "# Shop"}});
    let body = json!({"widgets": [text]}).to_string();
    let put = client.put_dashboard().dashboard_name("shop").dashboard_body(&body).send().await.expect("taken");
    assert!(put.dashboard_validation_messages().is_empty());
    let got = client.get_dashboard().dashboard_name("shop").send().await.expect("it is there");
    let kept: Value = serde_json::from_str(got.dashboard_body().expect("a body")).expect("JSON");
    assert_eq!(kept["widgets"][0]["properties"]["markdown"], "# Shop");
    let entry = client.list_dashboards().dashboard_name_prefix("sh").send().await.expect("told");
    let entry = &entry.dashboard_entries()[0];
    assert_eq!((entry.dashboard_name(), entry.dashboard_arn()), (Some("shop"), got.dashboard_arn()));
    assert!(entry.size().is_some_and(|size| size > 20));
    assert!(entry.last_modified().expect("a moment").secs() > 1_700_000_000);
    let wrong = client.put_dashboard().dashboard_name("shop").dashboard_body("{}").send().await;
    let wrong = wrong.expect_err("no widgets").into_service_error();
    assert!(wrong.is_dashboard_invalid_input_error(), "{wrong:?}");
    let gone = client.get_dashboard().dashboard_name("none").send().await.expect_err("none").into_service_error();
    assert!(gone.is_dashboard_not_found_error(), "{gone:?}");

    let listed = aws(local, &["cloudwatch", "list-dashboards"]).await;
    assert_eq!(listed["DashboardEntries"][0]["DashboardName"], "shop");
    let put = ["cloudwatch", "put-dashboard", "--dashboard-name", "mine", "--dashboard-body", &body];
    aws(local, &put).await;
    let got = aws(local, &["cloudwatch", "get-dashboard", "--dashboard-name", "mine"]).await;
    assert!(got["DashboardBody"].as_str().is_some_and(|body| body.contains("# Shop")), "{got}");
    aws(local, &["cloudwatch", "delete-dashboards", "--dashboard-names", "mine", "shop"]).await;
    let gone = try_aws(local, &["cloudwatch", "get-dashboard", "--dashboard-name", "shop"]).await;
    assert!(gone.expect_err("it is removed").contains("(ResourceNotFound)"));
    assert!(client.list_dashboards().send().await.expect("told").dashboard_entries().is_empty());
}

async fn a_widget_is_drawn(local: &LocalAws, client: &Client) {
    let alarm = json!({
        "annotations": {"alarms": ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:slow"]}, "width": 480, "height": 240,
        "title": "Latency",
    });
    let drawn = client.get_metric_widget_image().metric_widget(alarm.to_string()).send().await.expect("drawn");
    let picture = drawn.metric_widget_image().expect("a picture").as_ref();
    assert_eq!(size(picture), (480, 240));
    let wrong = client.get_metric_widget_image().metric_widget("no JSON").send().await.expect_err("refused");
    assert!(wrong.into_service_error().message().is_some(), "it says why");

    let metric =
        json!({"metrics": [["Shop", "Latency", "Counter", "1"]], "stat": "Maximum", "width": 300, "height": 200});
    let metric = metric.to_string();
    let call = ["cloudwatch", "get-metric-widget-image", "--metric-widget", &metric];
    let told = aws(local, &call).await;
    let picture = base64::decode(told["MetricWidgetImage"].as_str().expect("base64")).expect("base64");
    assert_eq!(size(&picture), (300, 200));
}

/// Width and height of a PNG: its first part, which has a fixed place.
fn size(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{:?}", png.get(..8));
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20))
}

async fn the_aws_cli_sees_the_same(local: &LocalAws) {
    let alarms = aws(local, &["cloudwatch", "describe-alarms", "--alarm-names", "slow"]).await;
    assert_eq!(alarms["MetricAlarms"][0]["StateValue"], "ALARM");
    let set = ["--alarm-name", "slow", "--state-value", "OK", "--state-reason", "by hand"];
    aws(local, &[["cloudwatch", "set-alarm-state"].as_slice(), &set].concat()).await;
    let history = aws(local, &["cloudwatch", "describe-alarm-history", "--alarm-name", "slow"]).await;
    let summaries = history["AlarmHistoryItems"].as_array().expect("a list").iter();
    assert!(summaries.clone().any(|item| item["HistorySummary"] == "Alarm updated from ALARM to OK"), "{history}");
    let put = ["--namespace", "Cli", "--metric-name", "Things", "--value", "7", "--unit", "Count"];
    aws(local, &[["cloudwatch", "put-metric-data"].as_slice(), &put].concat()).await;
    let stat = json!({"Metric": {"Namespace": "Cli", "MetricName": "Things"}, "Period": 60, "Stat": "Sum"});
    let queries = json!([{"Id": "things", "MetricStat": stat}]).to_string();
    let now = jiff::Timestamp::now();
    let (start, end) = (now - jiff::SignedDuration::from_mins(10), now + jiff::SignedDuration::from_mins(1));
    let (start, end) = (start.to_string(), end.to_string());
    let times = ["--start-time", &start, "--end-time", &end];
    let get = ["cloudwatch", "get-metric-data", "--metric-data-queries", &queries];
    let data = aws(local, &[get.as_slice(), &times].concat()).await;
    assert_eq!(data["MetricDataResults"][0]["Values"], json!([7.0]), "{data}");
    let unknown = ["--alarm-name", "nothing", "--state-value", "OK", "--state-reason", "x"];
    let error = try_aws(local, &[["cloudwatch", "set-alarm-state"].as_slice(), &unknown].concat()).await;
    assert!(error.expect_err("there is none").contains("(ResourceNotFound)"));
}

async fn the_json_protocol_answers(local: &LocalAws) {
    let address = local.cloudwatch_endpoint().strip_prefix("http://").expect("an address").to_owned();
    let body = json!({"AlarmNames": ["slow"]}).to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: GraniteServiceVersion20100801.DescribeAlarms\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map(|_| answer).expect("answered")
    });
    let answer = tokio::time::timeout(DEADLINE, answer).await.expect("soon").expect("no panic");
    let (head, body) = answer.split_once("\r\n\r\n").expect("HTTP");
    assert!(head.contains("200 OK") && head.contains("application/x-amz-json-1.0"), "{head}");
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["MetricAlarms"][0]["AlarmName"], "slow");
}

async fn a_function_finds_it_and_not_the_meter(local: &LocalAws) {
    upload(local, "a.csv", "a\n1\n").await;
    until("the intake is called", || last_call(local, "intake")).await;
    let seen = local.log_file().with_file_name("atalaya-intake.env");
    let environment: Value = serde_json::from_slice(&fs::read(seen).expect("written")).expect("JSON");
    assert_eq!(environment["AWS_ENDPOINT_URL_CLOUDWATCH"], local.cloudwatch_endpoint());
    assert!(environment.get("ATALAYA_METER").is_none());
}
