//! What functions and Lambda itself write is in CloudWatch Logs, as AWS has it there.

use std::{collections::BTreeSet, fs};

use atalaya_cloudwatch_insights::logs::Milliseconds;
use atalaya_local::{LocalAws, silent};
use serde_json::{Value, json};

use crate::project::{aws, project, try_aws, until, until_async};

const GROUP: &str = "/aws/lambda/atalaya-process";

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_read_and_queried() {
    let folder = tempfile::tempdir().expect("a folder");
    let local = LocalAws::start(project(folder.path()), silent()).await.expect("it starts");
    let local = &local;
    for _ in 0..2 {
        let payload = r#"{"say": "emf:Stand/In:"}"#;
        let call = ["lambda", "invoke", "--function-name", "atalaya-process", "--payload", payload, "/dev/null"];
        aws(local, &call).await;
    }
    lambdas_own_lines_tell_of_each_run(local).await;
    insights_answers_the_aws_cli_and_an_sdk(local).await;
    what_else_is_asked_of_logs_the_emulator_answers(local).await;
    assert_eq!(local.cloudwatch_errors(), 0, "{}", fs::read_to_string(local.log_file()).unwrap_or_default());
}

/// The figure of this name in a report.
fn figure(line: &str, name: &str) -> Option<f64> {
    let rest = line.split('\t').find_map(|part| part.strip_prefix(name))?;
    rest.trim().split(' ').next()?.parse().ok()
}

async fn lambdas_own_lines_tell_of_each_run(local: &LocalAws) {
    let events = until_async("two reports", async || {
        let found = aws(local, &["logs", "filter-log-events", "--log-group-name", GROUP]).await;
        let events = found["events"].as_array().expect("a list").clone();
        let reports = events.iter().filter(|event| text(event).starts_with("REPORT "));
        (reports.count() == 2).then_some(events)
    })
    .await;
    // Insights searches the same events, though the functions' own are there as soon as they are written.
    let all = Milliseconds { start: 0, end: i64::MAX };
    let kept = || local.read(|_, logs| logs.events(GROUP, all).map(|event| event.message.clone()).collect::<Vec<_>>());
    let kept = until("all lines are heard", || Some(kept()).filter(|kept| kept.len() == events.len())).await;
    let stored: Vec<_> = events.iter().map(text).collect();
    assert_eq!(kept, stored);
    local.read(|_, logs| assert!(logs.has("/aws/lambda/atalaya-notify"), "it has not run yet"));

    let streams: BTreeSet<_> = events.iter().map(|event| event["logStreamName"].as_str()).collect();
    assert_eq!(streams.len(), 1, "one environment writes into one stream: {streams:?}");
    let kinds = events.iter().map(|event| text(event).split([' ', ':', '{']).next().unwrap_or_default().to_owned());
    assert_eq!(kinds.collect::<Vec<_>>(), ["START", "", "END", "REPORT", "START", "", "END", "REPORT"]);
    let reports: Vec<_> = events.iter().map(text).filter(|line| line.starts_with("REPORT ")).collect();
    let figures = |name| [figure(reports[0], name), figure(reports[1], name)];
    let [cold, warm] = figures("Init Duration:");
    assert!(cold.expect("the first run is a cold one") > 1.0 && warm.is_none(), "{reports:?}");
    for (duration, billed) in std::iter::zip(figures("Duration:").map(Option::unwrap), figures("Billed Duration:")) {
        assert!(billed.expect("it is billed") >= duration, "{reports:?}");
    }
}

fn text(event: &Value) -> &str {
    event["message"].as_str().expect("a message")
}

async fn insights_answers_the_aws_cli_and_an_sdk(local: &LocalAws) {
    let query =
        "filter @type = 'REPORT' | stats count(*) as runs, count(@initDuration) as cold, max(@duration) as longest";
    let now = jiff::Timestamp::now().as_second();
    let (start, end) = ((now - 3600).to_string(), (now + 60).to_string());
    let times = ["--start-time", &start, "--end-time", &end];
    let call = ["logs", "start-query", "--log-group-name", GROUP, "--query-string", query];
    let started = aws(local, &[call.as_slice(), &times].concat()).await;
    let id = started["queryId"].as_str().expect("an id");
    let results = aws(local, &["logs", "get-query-results", "--query-id", id]).await;
    assert_eq!(results["status"], "Complete");
    let row = results["results"][0].as_array().expect("a row");
    let field = |name: &str| row.iter().find(|field| field["field"] == name).map(|field| field["value"].clone());
    assert_eq!((field("runs"), field("cold")), (Some(json!("2")), Some(json!("1"))), "{results}");
    assert!(results["statistics"]["recordsMatched"].as_f64() == Some(2.0), "{results}");
    let described = aws(local, &["logs", "describe-queries"]).await;
    assert_eq!(described["queries"][0]["queryString"], query);
    let none = ["logs", "start-query", "--log-group-name", "/none", "--query-string", "fields @message"];
    let refused = try_aws(local, &[none.as_slice(), &times].concat()).await.expect_err("there is no such group");
    assert!(refused.contains("(ResourceNotFoundException)"), "{refused}");

    let client = logs_client(local);
    let start = client.start_query().log_group_name(GROUP).query_string("fields @message | limit 1 | sortt x");
    let error = start.start_time(now - 3600).end_time(now).send().await.expect_err("no such command");
    assert!(error.into_service_error().is_malformed_query_exception());
    let start = client.start_query().log_group_name(GROUP).query_string("fields @logStream, @message | limit 3");
    let started = start.start_time(now - 3600).end_time(now + 60).send().await.expect("it starts");
    let results = client.get_query_results().query_id(started.query_id().expect("an id")).send().await.expect("done");
    assert_eq!(results.results().len(), 3);
    let stopped = client.stop_query().query_id("00000000-0000-4000-8000-ffffffffffff").send().await;
    assert!(stopped.expect_err("there is none").into_service_error().is_resource_not_found_exception());
}

fn logs_client(local: &LocalAws) -> aws_sdk_cloudwatchlogs::Client {
    let config = aws_sdk_cloudwatchlogs::config::Builder::from(local.sdk_config());
    aws_sdk_cloudwatchlogs::Client::from_conf(config.endpoint_url(local.cloudwatch_endpoint()).build())
}

async fn what_else_is_asked_of_logs_the_emulator_answers(local: &LocalAws) {
    let groups = aws(local, &["logs", "describe-log-groups", "--log-group-name-prefix", GROUP]).await;
    assert_eq!(groups["logGroups"][0]["logGroupName"], GROUP);
    aws(local, &["logs", "create-log-group", "--log-group-name", "/mine"]).await;
    aws(local, &["logs", "create-log-stream", "--log-group-name", "/mine", "--log-stream-name", "s"]).await;
    let events = json!([{"timestamp": jiff::Timestamp::now().as_millisecond(), "message": "by hand"}]).to_string();
    let put = ["--log-group-name", "/mine", "--log-stream-name", "s", "--log-events", &events];
    aws(local, &[["logs", "put-log-events"].as_slice(), &put].concat()).await;
    let events = ["logs", "get-log-events", "--log-group-name", "/mine", "--log-stream-name", "s"];
    assert_eq!(aws(local, &events).await["events"][0]["message"], "by hand");
    let refused = try_aws(local, &["logs", "filter-log-events", "--log-group-name", "/none"]).await;
    assert!(refused.expect_err("there is none").contains("(ResourceNotFoundException)"));

    // The SDK reads the emulator's errors too.
    let client = logs_client(local);
    let found = client.filter_log_events().log_group_name("/mine").send().await.expect("the emulator answers");
    assert_eq!(found.events()[0].message(), Some("by hand"));
    let error = client.filter_log_events().log_group_name("/none").send().await.expect_err("there is none");
    assert!(error.into_service_error().is_resource_not_found_exception());
}
