//! Alarms of a template are evaluated, and what they set going arrives.

use std::{fs, path::Path, time::Duration};

use atalaya_cloudwatch::alarm::State;
use atalaya_local::{LocalAws, LocalError, OnCall, StartOptions, silent};
use serde_json::json;
use tokio::time::Instant;

use crate::project::{DEADLINE, aws, project, until};

/// Two alarms and a composite on what the pipeline's stack exports.
const TEMPLATE: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  PipelineStack: { Type: String, Default: atalaya }
  RunbookBaseUrl: { Type: String }
  Feeds: { Type: CommaDelimitedList, Default: canary }
  Threshold: { Type: Number, Default: 1 }
Resources:
  PageErrors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ${PipelineStack}-PageErrors
      AlarmDescription: !Sub ["${RunbookBaseUrl}/PageErrors.md for ${All}", { All: !Join [",", !Ref Feeds] }]
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{ Name: FunctionName, Value: !ImportValue { "Fn::Sub": "${PipelineStack}-PageFunctionName" } }]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: !Ref Threshold
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!ImportValue { "Fn::Sub": "${PipelineStack}-OnCallPageTopicArn" }]
      OKActions: [!ImportValue { "Fn::Sub": "${PipelineStack}-OnCallTicketTopicArn" }]
  PageDlq:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ${PipelineStack}-PageDlq
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{ Name: QueueName, Value: !ImportValue { "Fn::Sub": "${PipelineStack}-PageDlqName" } }]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: missing
  Down:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmName: !Sub ${PipelineStack}-Down
      AlarmRule: !Sub ALARM("${PageErrors}") OR ALARM("${PageDlq}")
"#;

fn with_alarms(folder: &Path, template: &str) -> StartOptions {
    let options = project(folder);
    fs::create_dir(folder.join("alarms")).expect("a folder");
    fs::write(folder.join("alarms/template.yaml"), template).expect("written");
    options
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_function_pages_and_recovers() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = with_alarms(folder.path(), TEMPLATE);
    // A minute of CloudWatch's in a second.
    let options = StartOptions { clock_speed: 60, feeds: vec!["a".into(), "b".into()], ..options };
    let local = LocalAws::start(options, silent()).await.expect("it starts");
    local.subscribe_on_call(OnCall::Page, "oncall").await.expect("subscribed");
    local.subscribe_on_call(OnCall::Ticket, "oncall").await.expect("subscribed");
    let rule = ["--name", "alarm-changes", "--event-pattern", r#"{"source": ["aws.cloudwatch"]}"#];
    aws(&local, &[["events", "put-rule"].as_slice(), &rule].concat()).await;
    local.wait_for_alarm("atalaya-PageErrors", State::Ok, DEADLINE).await.expect("nothing has failed");

    let topic = &local.outputs().alarms_topic_arn;
    aws(&local, &["sns", "publish", "--topic-arn", topic, "--message", "unanswerable"]).await;
    let began = Instant::now();
    let alarm = local.wait_for_alarm("atalaya-PageErrors", State::Alarm, DEADLINE).await.expect("it fails");
    assert!(alarm.reason.contains("was greater than or equal to the threshold (1.0)"), "{}", alarm.reason);
    let waited = began.elapsed();
    assert!(waited < Duration::from_secs(10), "{waited:?}: a minute of the metric, and one to see it");
    local.wait_for_alarm("atalaya-PageDlq", State::Alarm, DEADLINE).await.expect("its event is dropped");
    local.wait_for_alarm("atalaya-PageErrors", State::Ok, DEADLINE).await.expect("it recovers");
    assert_eq!(local.alarm_state("atalaya-Down"), Some(State::Alarm), "the queue still holds it");

    let notices = local.wait_for_notices(DEADLINE, |all| all.len() >= 3).await.expect("they arrive");
    let page = notices.iter().find(|notice| notice.topic == "atalaya-on-call-page").expect("a page");
    let told = page.message.as_ref().expect("CloudWatch's message");
    let told = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    assert!(page.subject.starts_with("ALARM: \"atalaya-PageErrors\""), "{}", page.subject);
    assert_eq!((told("NewStateValue"), told("AWSAccountId")), ("ALARM".to_owned(), "000000000000".to_owned()));
    assert_eq!(told("AlarmDescription"), format!("{}/runbooks/PageErrors.md for a,b", local.console_url()));
    let recovered = notices.iter().rfind(|notice| notice.topic == "atalaya-on-call-ticket");
    assert!(recovered.expect("a recovery").subject.starts_with("OK: "));

    every_change_is_on_the_default_bus(&local).await;
    assert_eq!(local.cloudwatch_errors(), 0, "{}", fs::read_to_string(local.log_file()).unwrap_or_default());
    let unknown = local.wait_for_alarm("atalaya-Nothing", State::Ok, DEADLINE).await;
    assert!(matches!(unknown, Err(LocalError::NoAlarm(name)) if name == "atalaya-Nothing"));
    let late = local.wait_for_alarm("atalaya-PageDlq", State::InsufficientData, Duration::from_millis(1)).await;
    assert!(matches!(late, Err(LocalError::AlarmElsewhere { alarm, .. }) if alarm.state == State::Alarm));
}

async fn every_change_is_on_the_default_bus(local: &LocalAws) {
    let rule = atalaya_cloudwatch::MetricId::new("AWS/Events", "TriggeredRules", [("RuleName", "alarm-changes")]);
    until("the rule is triggered by changes", || local.with_cloudwatch(|cloudwatch| cloudwatch.store().find(&rule)))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_cannot_be_carried_out_is_told_in_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = TEMPLATE.replace(
        r#"OKActions: [!ImportValue { "Fn::Sub": "${PipelineStack}-OnCallTicketTopicArn" }]"#,
        r#"OKActions: ["arn:aws:sns:us-east-1:000000000000:gone"]"#,
    );
    assert_ne!(template, TEMPLATE);
    let options = StartOptions { clock_speed: 60, ..with_alarms(folder.path(), &template) };
    let local = LocalAws::start(options, silent()).await.expect("it starts");
    local.wait_for_alarm("atalaya-PageErrors", State::Ok, DEADLINE).await.expect("nothing has failed");
    until("the fault is counted", || (local.cloudwatch_errors() > 0).then_some(())).await;
    let log = fs::read_to_string(local.log_file()).expect("the log");
    assert!(log.contains("[atalaya alarms] atalaya-PageErrors: Publish arn:aws:sns"), "{log}");
    // It goes on all the same.
    let topic = &local.outputs().alarms_topic_arn;
    aws(&local, &["sns", "publish", "--topic-arn", topic, "--message", "unanswerable"]).await;
    local.wait_for_alarm("atalaya-PageErrors", State::Alarm, DEADLINE).await.expect("it fails");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_template_is_refused_with_its_faults() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = TEMPLATE.replace("-PageDlqName", "-NoSuchOutput");
    let refused = LocalAws::start(with_alarms(folder.path(), &template), silent()).await.expect_err("a fault");
    let told = refused.to_string();
    assert!(told.contains("alarms/template.yaml") && told.contains("atalaya-NoSuchOutput"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_reach_the_alarms() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = with_alarms(folder.path(), TEMPLATE);
    options.alarm_parameters.push(("Threshold".to_owned(), "7".to_owned()));
    let local = LocalAws::start(options, silent()).await.expect("it starts");
    let alarms = aws(&local, &["cloudwatch", "describe-alarms", "--alarm-names", "atalaya-PageErrors"]).await;
    assert_eq!(alarms["MetricAlarms"][0]["Threshold"], json!(7.0));
}
