//! What the bill is made of is counted as AWS would: each count is compared with one made by hand.

use std::fs;

use atalaya_local::{LocalAws, silent};
use serde_json::{Value, json};

use crate::{
    counters::{create, seen, start, sum},
    project::{aws, project, try_aws, until},
};

const TRANSITIONS: [(&str, &str); 1] = [("ServiceMetric", "StateTransition")];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_billed_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let local = LocalAws::start(project(folder.path()), silent()).await.expect("it starts");
    let local = &local;
    each_state_and_each_retry_is_a_transition(local).await;
    each_entry_that_is_put_is_counted(local).await;
    capacity_follows_the_sizes_of_items(local).await;
    assert_eq!(local.cloudwatch_errors(), 0, "{}", fs::read_to_string(local.log_file()).unwrap_or_default());
}

/// Waits until an execution has ended; answers with the types of what happened.
async fn history(local: &LocalAws, execution: &str) -> Vec<String> {
    loop {
        let call = ["stepfunctions", "get-execution-history", "--execution-arn", execution];
        let events = aws(local, &call).await["events"].as_array().expect("a list").clone();
        let types: Vec<_> = events.iter().filter_map(|event| Some(event["type"].as_str()?.to_owned())).collect();
        if types.last().is_some_and(|last| ["ExecutionSucceeded", "ExecutionFailed"].contains(&last.as_str())) {
            return types;
        }
    }
}

async fn each_state_and_each_retry_is_a_transition(local: &LocalAws) {
    let call = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "atalaya-page", "Payload": "unanswerable"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Branch", "ResultPath": null}],
        "Next": "Branch",
    });
    let pass = json!({"Type": "Pass", "End": true});
    let branches = json!([
        {"StartAt": "One", "States": {"One": pass}},
        {"StartAt": "Two", "States": {"Two": {"Type": "Pass", "Next": "Three"}, "Three": {"Type": "Succeed"}}},
    ]);
    let definition = json!({"StartAt": "Call", "States": {
        "Call": call,
        "Branch": {"Type": "Parallel", "Branches": branches, "ResultPath": null, "Next": "Each"},
        "Each": {
            "Type": "Map", "ItemsPath": "$.items", "Next": "Done",
            "ItemProcessor": {"StartAt": "Four", "States": {"Four": pass}},
        },
        "Done": {"Type": "Succeed"},
    }});
    let machine = create(local, "transitions", definition).await;
    let execution = start(local, &machine, json!({"items": [1, 2, 3]})).await;
    let types = history(local, &execution).await;
    let entered = types.iter().filter(|kind| kind.ends_with("StateEntered")).count();
    let tries = types.iter().filter(|kind| *kind == "TaskScheduled").count();
    assert_eq!((entered, tries), (4, 3), "{types:?}");
    // The history here leaves out the three states in branches and the three iterations of one state.
    let expected = entered + (tries - 1) + 3 + 3;
    until("all transitions", || {
        sum(local, "AWS/States", "ConsumedCapacity", &TRANSITIONS).filter(|sum| *sum >= expected as f64)
    })
    .await;
    assert_eq!(sum(local, "AWS/States", "ConsumedCapacity", &TRANSITIONS), Some(expected as f64));

    // A good file's way, and one whose outcome is known: as the definition's comment says.
    let machine = local.outputs().state_machine_arn.as_str();
    let execution = start(local, machine, json!({"announcement": {"detail_type": "FileFailed", "detail": {}}})).await;
    let types = history(local, &execution).await;
    assert_eq!(types.iter().filter(|kind| kind.ends_with("StateEntered")).count(), 2, "{types:?}");
    seen(local, "AWS/States", "ConsumedCapacity", &TRANSITIONS, (expected + 2) as f64).await;
    assert_eq!(sum(local, "AWS/States", "ConsumedCapacity", &TRANSITIONS), Some((expected + 2) as f64));
}

async fn each_entry_that_is_put_is_counted(local: &LocalAws) {
    // The execution above has put one.
    seen(local, "AWS/Events", "PutEventsEntriesCount", &[], 1.0).await;
    let entry = |source: &str| json!({"Source": source, "DetailType": "t", "Detail": "{}", "EventBusName": "atalaya"});
    let entries = json!([entry("a"), entry("b"), entry("aws.no")]).to_string();
    aws(local, &["events", "put-events", "--entries", &entries]).await;
    seen(local, "AWS/Events", "PutEventsEntriesCount", &[], 4.0).await;
    assert_eq!(sum(local, "AWS/Events", "PutEventsEntriesCount", &[]), Some(4.0));
    assert_eq!(sum(local, "AWS/Events", "PutEventsFailedEntriesCount", &[]), Some(1.0));
}

/// Runs a request to the table; answers with what it says.
async fn request(local: &LocalAws, operation: &str, parameters: &[(&str, Value)]) -> Result<Value, String> {
    let parameters = parameters.iter().flat_map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        [format!("--{name}"), text].into_iter().filter(|part| *part != "true")
    });
    let all: Vec<_> = ["dynamodb".to_owned(), operation.to_owned()].into_iter().chain(parameters).collect();
    try_aws(local, &all.iter().map(String::as_str).collect::<Vec<_>>()).await
}

async fn capacity_follows_the_sizes_of_items(local: &LocalAws) {
    let create = [
        ("table-name", json!("costs")),
        (
            "attribute-definitions",
            json!([
                {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "kind", "AttributeType": "S"},
            ]),
        ),
        ("key-schema", json!([{"AttributeName": "pk", "KeyType": "HASH"}])),
        ("billing-mode", json!("PAY_PER_REQUEST")),
        (
            "global-secondary-indexes",
            json!([{
                "IndexName": "by-kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }]),
        ),
    ];
    request(local, "create-table", &create).await.expect("created");

    // Names and values: pk 2 + 1, kind 4 + 1, text 4 + 1500 are 1512 bytes, two units to write and one to read.
    let item = |pk: &str, kind: &str, length: usize| json!({"pk": {"S": pk}, "kind": {"S": kind}, "text": {"S": "x".repeat(length)}});
    let key = |pk: &str| json!({"pk": {"S": pk}});
    let table = ("table-name", json!("costs"));
    let (mut writes, mut index_writes, mut reads, mut index_reads) = (0.0, 0.0, 0.0, 0.0);
    let ok = async |operation: &str, parameters: &[(&str, Value)]| {
        request(local, operation, parameters).await.unwrap_or_else(|error| panic!("{operation}: {error}"))
    };

    ok("put-item", &[table.clone(), ("item", item("a", "k", 1500))]).await;
    writes += 2.0;
    index_writes += 1.0;
    // The larger of before and after counts; the index holds keys only, which stay.
    let update = |set: &str, value: Value| {
        let expression = ("update-expression", json!(format!("SET {set} = :v")));
        [table.clone(), ("key", key("a")), expression, ("expression-attribute-values", json!({":v": value}))]
    };
    ok("update-item", &update("extra", json!({"S": "x".repeat(1000)}))).await;
    writes += 3.0;
    // Another key of the index: one entry goes and one comes. 1512 + 5 + 1000 bytes stay.
    ok("update-item", &update("kind", json!({"S": "l"}))).await;
    writes += 3.0;
    index_writes += 2.0;
    // What is refused costs what is there.
    let condition = ("condition-expression", json!("attribute_not_exists(pk)"));
    let refused = request(local, "put-item", &[table.clone(), ("item", item("a", "k", 1)), condition.clone()]).await;
    assert!(refused.expect_err("it is there").contains("ConditionalCheckFailed"));
    writes += 3.0;
    let condition = ("condition-expression", json!("attribute_exists(pk)"));
    let refused = request(local, "put-item", &[table.clone(), ("item", item("z", "k", 1500)), condition]).await;
    assert!(refused.expect_err("it is not there").contains("ConditionalCheckFailed"));
    writes += 1.0;
    ok("delete-item", &[table.clone(), ("key", key("nothing"))]).await;
    writes += 1.0;
    // 5012 bytes: five units to write, two to read.
    let puts = json!({"costs": [
        {"PutRequest": {"Item": item("b", "k", 5000)}}, {"PutRequest": {"Item": item("c", "k", 10)}},
        {"DeleteRequest": {"Key": key("a")}},
    ]});
    ok("batch-write-item", &[("request-items", puts)]).await;
    writes += 5.0 + 1.0 + 3.0;
    index_writes += 3.0;
    let transaction = json!([
        {"Put": {"TableName": "costs", "Item": item("d", "m", 1500)}},
        {"ConditionCheck": {
            "TableName": "costs", "Key": key("b"), "ConditionExpression": "attribute_exists(pk)",
        }},
    ]);
    ok("transact-write-items", &[("transact-items", transaction)]).await;
    writes += 2.0 * (2.0 + 5.0);
    index_writes += 1.0;

    let consistent = ("consistent-read", json!("true"));
    ok("get-item", &[table.clone(), ("key", key("b"))]).await;
    reads += 1.0;
    ok("get-item", &[table.clone(), ("key", key("b")), consistent.clone()]).await;
    reads += 2.0;
    ok("get-item", &[table.clone(), ("key", key("nothing"))]).await;
    reads += 0.5;
    // In a batch each item is rounded up by itself.
    ok("batch-get-item", &[("request-items", json!({"costs": {"Keys": [key("b"), key("c"), key("d")]}}))]).await;
    reads += 0.5 * (2.0 + 1.0 + 1.0);
    let gets = json!([{"Get": {"TableName": "costs", "Key": key("b")}}]);
    ok("transact-get-items", &[("transact-items", gets)]).await;
    reads += 2.0 * 2.0;
    // 5012, 22 and 1512 bytes are rounded up together, whatever the filter lets pass.
    let filter =
        [("filter-expression", json!("pk = :v")), ("expression-attribute-values", json!({":v": {"S": "nobody"}}))];
    ok("scan", &[[table.clone(), consistent].as_slice(), &filter].concat()).await;
    reads += 2.0;
    // The index holds only the keys of b and c.
    let query = [
        ("index-name", json!("by-kind")),
        ("key-condition-expression", json!("kind = :v")),
        ("expression-attribute-values", json!({":v": {"S": "k"}})),
    ];
    ok("query", &[[table].as_slice(), &query].concat()).await;
    index_reads += 0.5;

    let of_table = [("TableName", "costs")];
    let of_index = [("TableName", "costs"), ("GlobalSecondaryIndexName", "by-kind")];
    let expected = [
        ("ConsumedWriteCapacityUnits", of_table.as_slice(), writes),
        ("ConsumedWriteCapacityUnits", &of_index, index_writes),
        ("ConsumedReadCapacityUnits", &of_table, reads),
        ("ConsumedReadCapacityUnits", &of_index, index_reads),
    ];
    for (metric, dimensions, value) in expected {
        seen(local, "AWS/DynamoDB", metric, dimensions, value).await;
        assert_eq!(sum(local, "AWS/DynamoDB", metric, dimensions), Some(value), "{metric} {dimensions:?}");
    }
}
