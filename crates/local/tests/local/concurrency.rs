//! Lambda's bounds: the account's concurrency, what is reserved of it, and calls that are refused because there are too
//! many.

use atalaya_local::{EndpointFault, LocalAws, silent};
use serde_json::{Value, json};

use crate::{
    counters::{create, seen, start, sum},
    project::{aws, project, try_aws, until_async},
};

/// Calls a function once, without the CLI's own retries.
async fn invoke(local: &LocalAws, role: &str) -> Result<(), String> {
    let mut command = std::process::Command::new(local.aws_cli());
    command.args(["lambda", "invoke", "--function-name", &format!("atalaya-{role}"), "/dev/null"]);
    command.args(["--endpoint-url", local.endpoint()]).envs(local.environment()).env("AWS_MAX_ATTEMPTS", "1");
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it runs");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_share_what_is_not_reserved() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = project(folder.path());
    options.parameters.push(("PageReservedConcurrency".to_owned(), "2".to_owned()));
    let local = LocalAws::start(options, silent()).await.expect("it starts");
    let local = &local;
    a_reservation_is_deployed(local).await;
    what_is_reserved_is_nobody_elses(local).await;
    a_share_of_the_calls_is_refused(local).await;
    an_execution_waits_as_its_retrier_says(local).await;
    assert_eq!(local.cloudwatch_errors(), 0, "{}", std::fs::read_to_string(local.log_file()).unwrap_or_default());
}

async fn reserved(local: &LocalAws, role: &str) -> Value {
    let function = format!("atalaya-{role}");
    aws(local, &["lambda", "get-function-concurrency", "--function-name", &function]).await
}

async fn a_reservation_is_deployed(local: &LocalAws) {
    assert_eq!(reserved(local, "page").await["ReservedConcurrentExecutions"], 2);
    for role in ["process", "notify"] {
        assert_eq!(reserved(local, role).await["ReservedConcurrentExecutions"], Value::Null, "{role}");
    }
}

async fn what_is_reserved_is_nobody_elses(local: &LocalAws) {
    local.limit_concurrency(Some(2)).await.expect("a limit");
    let refused = invoke(local, "canary").await.expect_err("nothing is left for it");
    assert!(refused.contains("TooManyRequestsException"), "{refused}");
    invoke(local, "page").await.expect("its units are its own");
    let settings = aws(local, &["lambda", "get-account-settings"]).await;
    let limit = &settings["AccountLimit"];
    assert_eq!((&limit["ConcurrentExecutions"], &limit["UnreservedConcurrentExecutions"]), (&json!(2), &json!(0)));
    aws(local, &["lambda", "delete-function-concurrency", "--function-name", "atalaya-page"]).await;
    invoke(local, "canary").await.expect("now they are shared");
    local.limit_concurrency(None).await.expect("no limit");
}

async fn a_share_of_the_calls_is_refused(local: &LocalAws) {
    local.set_faults(&[EndpointFault::throttled_function("atalaya-canary", 0.75)]).await.expect("a fault");
    let mut refusals = 0;
    for _ in 0..8 {
        refusals += u32::from(invoke(local, "canary").await.is_err());
    }
    assert_eq!(refusals, 6, "three of four");
    invoke(local, "page").await.expect("another function");
    seen(local, "AWS/Lambda", "Throttles", &[("FunctionName", "atalaya-canary")], 6.0).await;
    local.set_faults(&[]).await.expect("no fault");
    invoke(local, "canary").await.expect("as before");
}

/// Of two retriers the one for throttles is followed; its waits are those that it says, with jitter.
async fn an_execution_waits_as_its_retrier_says(local: &LocalAws) {
    local.set_faults(&[EndpointFault::throttled_function("atalaya-canary", 1.0)]).await.expect("a fault");
    let throttled = ["Lambda.TooManyRequestsException"];
    let task = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "atalaya-canary", "Payload": {}},
        "Retry": [
            {"ErrorEquals": throttled, "IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 1, "MaxAttempts": 40,
             "JitterStrategy": "FULL"},
            {"ErrorEquals": ["States.ALL"], "MaxAttempts": 0},
        ],
    });
    let machine = create(local, "patient", json!({"StartAt": "Call", "States": {"Call": task}})).await;
    let execution = start(local, &machine, json!({})).await;
    let by = [("FunctionName", "atalaya-canary")];
    let before = sum(local, "AWS/Lambda", "Throttles", &by).unwrap_or_default();
    // With waits that double, as without MaxDelaySeconds, ten more would take a quarter of an hour.
    seen(local, "AWS/Lambda", "Throttles", &by, before + 10.0).await;
    local.set_faults(&[]).await.expect("no fault");
    let ended = until_async("the execution's end", async || {
        let shown = aws(local, &["stepfunctions", "describe-execution", "--execution-arn", &execution]).await;
        (shown["status"] != "RUNNING").then_some(shown)
    });
    assert_eq!(ended.await["status"], "SUCCEEDED");
    let history = ["stepfunctions", "get-execution-history", "--execution-arn", &execution, "--max-items", "6"];
    let events = try_aws(local, &history).await.expect("a history");
    let failed = events["events"].as_array().expect("events").iter().find(|event| event["type"] == "TaskFailed");
    let failed = failed.unwrap_or_else(|| panic!("{events}"));
    assert_eq!(failed["taskFailedEventDetails"]["error"], "Lambda.TooManyRequestsException");
}
