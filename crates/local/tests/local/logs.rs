//! What functions and Lambda itself write is in CloudWatch Logs, as AWS has it there.

use atalaya_local::{LocalAws, silent};
use serde_json::Value;

use crate::project::{aws, project, until_async};

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
    let streams: std::collections::BTreeSet<_> = events.iter().map(|event| event["logStreamName"].as_str()).collect();
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
