//! The console of a local AWS, over HTTP, as its page asks it.

use std::{fs, path::Path};

use atalaya_cloud::{DynamoLedger, ledger::ClaimFiles as _, testing};
use atalaya_local::{LocalAws, OnCall, StartOptions, silent};
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, StatusCode, body::Bytes};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;

use crate::project::{aws, project};

/// A family's alarm whose text is that of the project's own.
const TEMPLATE: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  PipelineStack: { Type: String, Default: atalaya }
  RunbookBaseUrl: { Type: String }
  DashboardBaseUrl: { Type: String }
  Feeds: { Type: CommaDelimitedList, Default: canary }
Resources:
  FilesFailed:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ${PipelineStack}-FilesFailed
      AlarmDescription: !Sub |-
        The pipeline could not finish a file.
        Severity: page
        First step: atalaya files --status failed
        Runbook: ${RunbookBaseUrl}/FilesFailed.md
        Dashboard: ${DashboardBaseUrl}${PipelineStack}-overview
      Namespace: Atalaya
      MetricName: FilesFailed
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
"#;

async fn fetch(url: &str) -> (StatusCode, String) {
    let request = Request::builder().uri(url).body(Empty::<Bytes>::new()).expect("a request");
    let response = Client::builder(TokioExecutor::new()).build_http().request(request).await.expect("an answer");
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8(body.into()).expect("UTF-8"))
}

async fn get(local: &LocalAws, path: &str) -> Value {
    let (status, body) = fetch(&format!("{}{path}", local.console_url())).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// Waits as a page does, answer after answer, until one is as it should be.
async fn until(local: &LocalAws, mut known: Value, is_so: impl Fn(&Value) -> bool) -> Value {
    let end = tokio::time::Instant::now() + crate::project::DEADLINE;
    while !is_so(&known) {
        assert!(tokio::time::Instant::now() < end, "in vain: {known}");
        known = get(local, &format!("/api/changes?after={}", known["version"])).await;
    }
    known
}

fn with_alarm_and_runbook(folder: &Path) -> StartOptions {
    let options = project(folder);
    for name in ["alarms", "runbooks"] {
        fs::create_dir(folder.join(name)).expect("a folder");
    }
    fs::write(folder.join("alarms/template.yaml"), TEMPLATE).expect("written");
    fs::write(folder.join("runbooks/FilesFailed.md"), "# FilesFailed: what to do\n\nLook.\n").expect("written");
    options
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_sees_what_happens_without_asking_again_and_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let local = LocalAws::start(with_alarm_and_runbook(folder.path()), silent()).await.expect("it starts");
    local.subscribe_on_call(OnCall::Page, "ada").await.expect("subscribed");
    let (status, page) = fetch(local.console_url()).await;
    assert!(status == StatusCode::OK && page.contains("<main id=\"main\""), "{page}");

    let alarm = get(&local, "/api/alarms/FilesFailed").await;
    assert_eq!((alarm["runbook"].as_str(), alarm["severity"].as_str()), (Some("/runbooks/FilesFailed"), Some("page")));
    assert_eq!(alarm["dashboard"], "/dashboards/atalaya-overview");
    let runbook = get(&local, "/api/runbooks/FilesFailed").await;
    assert_eq!(runbook["html"].as_str().map(str::trim), Some("<p>Look.</p>"));

    let known = get(&local, "/api/changes").await;
    assert_eq!(known["status"]["text"], "Nothing is wrong, and no file has arrived yet.");

    // A file is claimed in the emulator's DynamoDB: the console hears of it.
    let ledger = DynamoLedger::new(local.sdk_config(), local.outputs().ledger_table.clone());
    let record = testing::received("orders", "orders/<b>1</b>.csv", 1_780_000_000);
    ledger.claim(&record).await.expect("claimed");
    let arrived =
        until(&local, known, |told| told["status"]["text"] == "Nothing is wrong: no alarm is on; 1 file under way.");
    let arrived = arrived.await;
    let files = get(&local, "/api/files").await;
    assert_eq!(
        (files["files"][0]["key"].as_str(), files["files"][0]["state"].as_str()),
        (Some("orders/<b>1</b>.csv"), Some("received"))
    );
    assert_eq!(get(&local, &format!("/api/files/{}", record.file.file_id)).await["history"][0]["state"], "received");

    let set = ["cloudwatch", "set-alarm-state", "--alarm-name", "atalaya-FilesFailed", "--state-value", "ALARM"];
    aws(&local, &[set.as_slice(), &["--state-reason", "a drill"]].concat()).await;
    let alarmed = until(&local, arrived, |told| told["status"]["alarms"] == 1).await;
    assert_eq!(alarmed["status"]["level"], "page");

    let topic = &local.outputs().on_call_page_topic_arn;
    aws(&local, &["sns", "publish", "--topic-arn", topic, "--subject", "S", "--message", "M"]).await;
    let before = alarmed["changed"]["notices"].clone();
    until(&local, alarmed, |told| told["changed"]["notices"] != before).await;
    let notice = &get(&local, "/api/notices").await["notices"][0];
    assert_eq!((notice["user"].as_str(), notice["audience"].as_str()), (Some("ada"), Some("page")));
    assert_eq!((notice["subject"].as_str(), notice["text"].as_str()), (Some("S"), Some("M")));
}
