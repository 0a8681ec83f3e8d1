//! What happens in the emulator is seen as CloudWatch's own metrics.

use std::fs;

use atalaya_cloudwatch::{Frame, MetricId, Statistic};
use atalaya_local::{LocalAws, SERVICE_METRICS, StartOptions, silent};
use serde_json::{Value, json};

use crate::project::{aws, last_call, project, try_aws, until, upload};

pub(crate) type Dimensions<'a> = [(&'a str, &'a str)];

/// A statistic over the hours around now; `None` where the metric has no data.
fn read(local: &LocalAws, namespace: &str, name: &str, dimensions: &Dimensions<'_>, stat: Statistic) -> Option<f64> {
    let metric = MetricId::new(namespace, name, dimensions.iter().copied());
    local.with_cloudwatch(|cloudwatch| {
        let frame = Frame { start: cloudwatch.now() - 3600, period: 7200, count: 1 };
        let series = cloudwatch.store().find(&metric)?;
        cloudwatch.store().read(series, &stat, None, &frame)[0].map(|point| point.value)
    })
}

pub(crate) fn sum(local: &LocalAws, namespace: &str, name: &str, dimensions: &Dimensions<'_>) -> Option<f64> {
    read(local, namespace, name, dimensions, Statistic::Sum)
}

/// Waits until a metric's greatest value or its sum is at least so much.
pub(crate) async fn seen(local: &LocalAws, namespace: &str, name: &str, dimensions: &Dimensions<'_>, at_least: f64) {
    until(&format!("{namespace} {name} {dimensions:?} of {at_least}"), || {
        sum(local, namespace, name, dimensions).filter(|sum| *sum >= at_least)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_family_of_counters_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let local = LocalAws::start(project(folder.path()), silent()).await.expect("it starts");
    let local = &local;

    an_arrival_counts_on_its_way(local).await;
    a_failing_function_counts_until_its_event_is_dropped(local).await;
    a_throttled_call_is_no_invocation(local).await;
    executions_count_by_their_outcome(local).await;
    notices_count_by_what_becomes_of_them(local).await;
    an_unreachable_target_fails_its_rule(local).await;
    requests_to_tables_count_by_their_faults(local).await;
    a_table_refuses_what_exceeds_its_maximum(local).await;
    lines_of_metrics_become_metrics(local).await;
    an_idle_queue_is_told_as_zero(local).await;
    assert_eq!(local.cloudwatch_errors(), 0, "{}", fs::read_to_string(local.log_file()).unwrap_or_default());
    every_metric_that_was_told_is_one_of_the_catalogue(local);
}

async fn an_arrival_counts_on_its_way(local: &LocalAws) {
    upload(local, "a.csv", "a\n1\n").await;
    until("the intake is called", || last_call(local, "intake")).await;
    let rule = [("RuleName", "atalaya-object-created")];
    for name in ["MatchedEvents", "TriggeredRules", "Invocations"] {
        seen(local, "AWS/Events", name, &rule, 1.0).await;
    }
    assert_eq!(sum(local, "AWS/Events", "FailedInvocations", &rule), None, "told only when there are some");
    let queue = [("QueueName", "atalaya-intake")];
    for name in ["NumberOfMessagesSent", "SentMessageSize", "NumberOfMessagesReceived", "NumberOfMessagesDeleted"] {
        seen(local, "AWS/SQS", name, &queue, 1.0).await;
    }
    let function = [("FunctionName", "atalaya-intake")];
    for name in ["Invocations", "Duration", "ConcurrentExecutions"] {
        seen(local, "AWS/Lambda", name, &function, 0.01).await;
    }
    assert_eq!(sum(local, "AWS/Lambda", "Errors", &function), Some(0.0), "a success is a 0");
    let longest = read(local, "AWS/Lambda", "Duration", &function, Statistic::Maximum).expect("seen above");
    assert!(longest < 1000.0, "{longest} ms: without the start of the process, which takes longer than the call");
    seen(local, "AWS/Lambda", "Invocations", &[], 1.0).await;
    let logs = [("LogGroupName", "/aws/lambda/atalaya-intake")];
    seen(local, "AWS/Logs", "IncomingLogEvents", &logs, 3.0).await;
    seen(local, "AWS/Logs", "IncomingBytes", &logs, 100.0).await;
}

async fn a_failing_function_counts_until_its_event_is_dropped(local: &LocalAws) {
    let topic = &local.outputs().alarms_topic_arn;
    aws(local, &["sns", "publish", "--topic-arn", topic, "--message", "unanswerable"]).await;
    let function = [("FunctionName", "atalaya-page")];
    seen(local, "AWS/Lambda", "Errors", &function, 3.0).await;
    seen(local, "AWS/Lambda", "AsyncEventsDropped", &function, 1.0).await;
    assert_eq!(sum(local, "AWS/Lambda", "AsyncEventsReceived", &function), Some(1.0));
    assert_eq!(sum(local, "AWS/Lambda", "Invocations", &function), Some(3.0), "two more tries");
    assert!(sum(local, "AWS/Lambda", "AsyncEventAge", &function).expect("told") > 1000.0);
    let queue = [("QueueName", "atalaya-page-dlq")];
    seen(local, "AWS/SQS", "ApproximateNumberOfMessagesVisible", &queue, 1.0).await;
    seen(local, "AWS/SQS", "ApproximateAgeOfOldestMessage", &queue, 1.0).await;
}

async fn a_throttled_call_is_no_invocation(local: &LocalAws) {
    let function = [("FunctionName", "atalaya-canary")];
    let limit = ["--function-name", "atalaya-canary", "--reserved-concurrent-executions", "0"];
    aws(local, &[["lambda", "put-function-concurrency"].as_slice(), &limit].concat()).await;
    let invoke = ["lambda", "invoke", "--function-name", "atalaya-canary", "/dev/null"];
    let mut command = std::process::Command::new(local.aws_cli());
    command.args(invoke).args(["--endpoint-url", local.endpoint()]).envs(local.environment());
    command.env("AWS_MAX_ATTEMPTS", "1");
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("TooManyRequests"));
    seen(local, "AWS/Lambda", "Throttles", &function, 1.0).await;
    assert_eq!(sum(local, "AWS/Lambda", "Invocations", &function), None);
    aws(local, &["lambda", "delete-function-concurrency", "--function-name", "atalaya-canary"]).await;
}

async fn executions_count_by_their_outcome(local: &LocalAws) {
    let machine = local.outputs().state_machine_arn.as_str();
    start(local, machine, json!({"announcement": {"detail_type": "FileFailed", "detail": {}}})).await;
    let by = [("StateMachineArn", machine)];
    seen(local, "AWS/States", "ExecutionsSucceeded", &by, 1.0).await;
    seen(local, "AWS/States", "ExecutionTime", &by, 1.0).await;
    assert_eq!(sum(local, "AWS/States", "ExecutionsStarted", &by), Some(1.0));
    assert_eq!(read(local, "AWS/States", "ExecutionsStarted", &by, Statistic::SampleCount), Some(2.0));
    assert_eq!(sum(local, "AWS/States", "ExecutionsFailed", &by), Some(0.0), "the outcomes that did not come are 0");
    // What succeeded put an event on the bus, where a rule took it to notify.
    let rule = [("EventBusName", "atalaya"), ("RuleName", "atalaya-outcomes")];
    seen(local, "AWS/Events", "Invocations", &rule, 1.0).await;
    seen(local, "AWS/Lambda", "Invocations", &[("FunctionName", "atalaya-notify")], 1.0).await;

    let failing = create(local, "failing", json!({"StartAt": "No", "States": {"No": {"Type": "Fail"}}})).await;
    start(local, &failing, json!({})).await;
    seen(local, "AWS/States", "ExecutionsFailed", &[("StateMachineArn", &failing)], 1.0).await;
    let states = json!({"Wait": {"Type": "Wait", "Seconds": 5, "End": true}});
    let slow = create(local, "slow", json!({"StartAt": "Wait", "TimeoutSeconds": 1, "States": states})).await;
    let by = [("StateMachineArn", slow.as_str())];
    start(local, &slow, json!({})).await;
    seen(local, "AWS/States", "ExecutionsTimedOut", &by, 1.0).await;
    // Long enough to be stopped, however busy the machine is.
    let states = json!({"Wait": {"Type": "Wait", "Seconds": 600, "End": true}});
    let slower = create(local, "slower", json!({"StartAt": "Wait", "States": states})).await;
    let stopped = start(local, &slower, json!({})).await;
    aws(local, &["stepfunctions", "stop-execution", "--execution-arn", &stopped]).await;
    seen(local, "AWS/States", "ExecutionsAborted", &[("StateMachineArn", &slower)], 1.0).await;
    let described = aws(local, &["stepfunctions", "list-executions", "--state-machine-arn", &slow]).await;
    assert_eq!(described["executions"][0]["status"], "TIMED_OUT");
}

pub(crate) async fn create(local: &LocalAws, name: &str, definition: Value) -> String {
    let (definition, role) = (definition.to_string(), "arn:aws:iam::000000000000:role/none");
    let call = ["stepfunctions", "create-state-machine", "--name", name, "--definition", &definition];
    let created = aws(local, &[call.as_slice(), &["--role-arn", role]].concat()).await;
    created["stateMachineArn"].as_str().expect("an ARN").to_owned()
}

pub(crate) async fn start(local: &LocalAws, machine: &str, input: Value) -> String {
    let input = input.to_string();
    let call = ["stepfunctions", "start-execution", "--state-machine-arn", machine, "--input", &input];
    aws(local, &call).await["executionArn"].as_str().expect("an ARN").to_owned()
}

async fn notices_count_by_what_becomes_of_them(local: &LocalAws) {
    let topic = local.outputs().data_users_topic_arn.as_str();
    local.subscribe("ada", Some(json!({"dataset": ["flights"]}))).await.expect("subscribed");
    let attributes = r#"{"dataset": {"DataType": "String", "StringValue": "flights"}}"#;
    aws(local, &["sns", "publish", "--topic-arn", topic, "--message", "m", "--message-attributes", attributes]).await;
    aws(local, &["sns", "publish", "--topic-arn", topic, "--message", "nobody's"]).await;
    let by = [("TopicName", "atalaya-data-users")];
    seen(local, "AWS/SNS", "NumberOfMessagesPublished", &by, 2.0).await;
    seen(local, "AWS/SNS", "PublishSize", &by, 9.0).await;
    seen(local, "AWS/SNS", "NumberOfNotificationsDelivered", &by, 1.0).await;
    // The canary's filter lets neither pass.
    seen(local, "AWS/SNS", "NumberOfNotificationsFilteredOut", &by, 3.0).await;
    seen(local, "AWS/SNS", "NumberOfNotificationsFilteredOut-NoMessageAttributes", &by, 2.0).await;

    // A function that is gone cannot be told; its subscription names a queue for such messages.
    aws(local, &["lambda", "delete-function", "--function-name", "atalaya-page"]).await;
    aws(local, &["sns", "publish", "--topic-arn", &local.outputs().alarms_topic_arn, "--message", "m"]).await;
    let by = [("TopicName", "atalaya-alarms")];
    seen(local, "AWS/SNS", "NumberOfNotificationsFailed", &by, 1.0).await;
    seen(local, "AWS/SNS", "NumberOfNotificationsRedrivenToDlq", &by, 1.0).await;
    let queue = [("QueueName", "atalaya-page-dlq")];
    until("two messages in the queue", || {
        read(local, "AWS/SQS", "ApproximateNumberOfMessagesVisible", &queue, Statistic::Maximum)
            .filter(|most| *most >= 2.0)
    })
    .await;
}

async fn an_unreachable_target_fails_its_rule(local: &LocalAws) {
    aws(local, &["lambda", "delete-function", "--function-name", "atalaya-notify"]).await;
    let entry = json!([{"Source": "atalaya", "DetailType": "FileFailed", "Detail": "{}", "EventBusName": "atalaya"}]);
    aws(local, &["events", "put-events", "--entries", &entry.to_string()]).await;
    let rule = [("EventBusName", "atalaya"), ("RuleName", "atalaya-outcomes")];
    seen(local, "AWS/Events", "FailedInvocations", &rule, 1.0).await;
    seen(local, "AWS/Events", "InvocationsSentToDlq", &rule, 1.0).await;
    seen(local, "AWS/Events", "FailedInvocations", &[], 1.0).await;
    seen(local, "AWS/SQS", "ApproximateNumberOfMessagesVisible", &[("QueueName", "atalaya-notify-dlq")], 1.0).await;
}

async fn requests_to_tables_count_by_their_faults(local: &LocalAws) {
    let table = local.outputs().ledger_table.as_str();
    let item = r#"{"pk": {"S": "p"}, "sk": {"S": "s"}}"#;
    let put = ["dynamodb", "put-item", "--table-name", table, "--item", item];
    let condition = ["--condition-expression", "attribute_not_exists(pk)"];
    aws(local, &[put.as_slice(), &condition].concat()).await;
    let by = [("TableName", table), ("Operation", "PutItem")];
    seen(local, "AWS/DynamoDB", "SuccessfulRequestLatency", &by, 0.000_1).await;
    let refused = try_aws(local, &[put.as_slice(), &condition].concat()).await.expect_err("it is there");
    assert!(refused.contains("ConditionalCheckFailed"), "{refused}");
    seen(local, "AWS/DynamoDB", "ConditionalCheckFailedRequests", &[("TableName", table)], 1.0).await;
    assert_eq!(sum(local, "AWS/DynamoDB", "UserErrors", &[]), None, "a condition that does not hold is no error");
    try_aws(local, &["dynamodb", "get-item", "--table-name", table, "--key", "{}"]).await.expect_err("no key");
    seen(local, "AWS/DynamoDB", "UserErrors", &[], 1.0).await;
    assert_eq!(sum(local, "AWS/DynamoDB", "SystemErrors", &by), None, "told only when there are some");
}

async fn a_table_refuses_what_exceeds_its_maximum(local: &LocalAws) {
    let table = local.outputs().ledger_table.as_str();
    let limit =
        |units: &'static str| ["dynamodb", "update-table", "--table-name", table, "--on-demand-throughput", units];
    aws(local, &limit("MaxReadRequestUnits=-1,MaxWriteRequestUnits=1")).await;
    // 120 units at once: two minutes have to pass before the next write.
    let large = json!({"pk": {"S": "large"}, "sk": {"S": "s"}, "text": {"S": "x".repeat(119 * 1024)}}).to_string();
    let put = ["dynamodb", "put-item", "--table-name", table, "--item"];
    aws(local, &[put.as_slice(), &[&large]].concat()).await;
    let small = [put.as_slice(), &[r#"{"pk": {"S": "small"}, "sk": {"S": "s"}}"#]].concat();
    let refused = try_aws(local, &small).await.expect_err("there is nothing left");
    assert!(refused.contains("ThrottlingException"), "{refused}");
    let key = ["--key", r#"{"pk": {"S": "large"}, "sk": {"S": "s"}}"#];
    aws(local, &[["dynamodb", "get-item", "--table-name", table].as_slice(), &key].concat()).await;
    seen(local, "AWS/DynamoDB", "WriteThrottleEvents", &[("TableName", table)], 1.0).await;
    aws(local, &limit("MaxReadRequestUnits=-1,MaxWriteRequestUnits=-1")).await;
    aws(local, &small).await;
}

async fn lines_of_metrics_become_metrics(local: &LocalAws) {
    let payload = r#"{"say": "emf:Stand/In: emf:Stand!In:"}"#;
    aws(local, &["lambda", "invoke", "--function-name", "atalaya-process", "--payload", payload, "/dev/null"]).await;
    seen(local, "Stand/In", "Calls", &[("Who", "atalaya-process")], 3.0).await;
    let logs = [("LogGroupName", "/aws/lambda/atalaya-process")];
    seen(local, "AWS/Logs", "EMFValidationErrors", &logs, 1.0).await;
}

async fn an_idle_queue_is_told_as_zero(local: &LocalAws) {
    let queue = [("QueueName", "atalaya-intake-dlq")];
    for name in ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"] {
        let most = until(name, || read(local, "AWS/SQS", name, &queue, Statistic::Maximum)).await;
        assert_eq!(most, 0.0, "{name}");
    }
}

fn every_metric_that_was_told_is_one_of_the_catalogue(local: &LocalAws) {
    let told: Vec<MetricId> =
        local.with_cloudwatch(|cloudwatch| cloudwatch.store().metrics().map(|(metric, _)| metric.clone()).collect());
    let of_aws: Vec<_> = told.iter().filter(|metric| metric.namespace.starts_with("AWS/")).collect();
    assert!(of_aws.len() > 50, "{of_aws:?}");
    for metric in of_aws {
        let is_known = SERVICE_METRICS.iter().any(|known| {
            (known.namespace, known.name) == (&metric.namespace, &metric.name)
                && known.has_dimensions(metric.dimensions.keys().map(String::as_str))
        });
        // The counters of the embedded metric format are CloudWatch's own.
        assert!(is_known || metric.name.starts_with("EMF"), "{metric}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clocks_speed_has_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = project(folder.path());
    for clock_speed in [0, 3601] {
        let options = StartOptions { clock_speed, ..options.clone() };
        let refused = LocalAws::start(options, silent()).await.expect_err("out of bounds").to_string();
        assert!(refused.contains("between 1 and 3600"), "{refused}");
    }
}
