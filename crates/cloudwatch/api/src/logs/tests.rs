use serde_json::{Value, json};

use super::*;
use atalaya_cloudwatch::Account;
use atalaya_cloudwatch_insights::logs::{Limits, LogEvent};

const NOW: i64 = 1_720_191_600;
const GROUP: &str = "/aws/lambda/atalaya-process";

fn service() -> LogsService {
    let account = Account { id: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
    let mut service = LogsService::new(account, Limits::default(), NOW - 60);
    for index in 0..5_i64 {
        let at = (NOW - 5 + index) * 1000 + 500;
        let message =
            if index == 2 { "plain".to_owned() } else { json!({"n": index, "even": index % 2 == 0}).to_string() };
        service.logs_mut().put(GROUP, LogEvent { at, ingested: at, stream: "s".to_owned(), message });
    }
    service.logs_mut().create("/empty");
    service.advance_to(NOW);
    service.advance_to(NOW - 1);
    service
}

fn query(text: &str) -> Value {
    json!({"logGroupName": GROUP, "startTime": NOW - 3600, "endTime": NOW, "queryString": text})
}

#[track_caller]
fn ok(service: &mut LogsService, operation: &str, input: Value) -> Value {
    call(service, operation, &input).unwrap_or_else(|error| panic!("{operation}: {error}"))
}

#[track_caller]
fn results(service: &mut LogsService, input: Value) -> Value {
    let started = ok(service, "StartQuery", input);
    ok(service, "GetQueryResults", started)
}

#[track_caller]
fn refused(operation: &str, input: Value, code: &str, what: &str) -> ApiError {
    let error = call(&mut service(), operation, &input).expect_err("a refusal");
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(what), "{error}");
    error
}

#[test]
fn a_query_is_started_and_its_rows_are_got() {
    let mut service = service();
    let field = |field: &str, value: &str| json!({"field": field, "value": value});
    assert_eq!(
        results(&mut service, query("fields n, @timestamp | filter n >= 1 and even = 0")),
        json!({
            "queryLanguage": "CWLI", "status": "Complete",
            "statistics": {"recordsMatched": 2.0, "recordsScanned": 5.0, "bytesScanned": 83.0},
            "results": [
                [field("n", "3"), field("@timestamp", "2024-07-05 14:59:58.500"), field("@ptr", &format!("{GROUP}:3"))],
                [field("n", "1"), field("@timestamp", "2024-07-05 14:59:56.500"), field("@ptr", &format!("{GROUP}:1"))],
            ],
        })
    );
    let grouped = results(&mut service, query("stats count(*), max(n) by even | sort even"));
    assert_eq!(
        grouped["results"],
        json!([
            [field("even", "0"), field("count(*)", "2"), field("max(n)", "3")],
            [field("even", "1"), field("count(*)", "2"), field("max(n)", "4")],
            [field("count(*)", "1")],
        ])
    );
}

#[test]
fn both_ends_of_the_range_count() {
    let mut service = service();
    let mut count = |start: i64, end: i64| {
        let mut input = query("fields n");
        input["startTime"] = json!(start);
        input["endTime"] = json!(end);
        results(&mut service, input)["results"].as_array().map(Vec::len)
    };
    assert_eq!(count(NOW - 5, NOW - 3), Some(3));
    assert_eq!(count(NOW - 1, NOW - 1), Some(1));
    assert_eq!(count(NOW, NOW), Some(0));
}

#[test]
fn groups_are_named_in_several_ways() {
    let mut service = service();
    let text = "fields n";
    let arn = format!("arn:aws:logs:eu-west-1:123456789012:log-group:{GROUP}");
    for (member, value) in [
        ("logGroupNames", json!([GROUP, "/empty", GROUP])),
        ("logGroupIdentifiers", json!([GROUP])),
        ("logGroupIdentifiers", json!([arn])),
        ("logGroupIdentifiers", json!([format!("{arn}:*")])),
        ("queryString", json!(format!("SOURCE '{GROUP}' | fields n"))),
    ] {
        let mut input = query(text);
        input["logGroupName"] = Value::Null;
        input[member] = value.clone();
        assert_eq!(results(&mut service, input)["results"].as_array().map(Vec::len), Some(5), "{member} {value}");
    }
    let with = |member: &str, value: Value| {
        let mut input = query(text);
        input["logGroupName"] = Value::Null;
        input[member] = value;
        input
    };
    refused("StartQuery", with("logGroupName", json!("/none")), "ResourceNotFoundException", "`/none`");
    refused("StartQuery", with("queryString", json!("SOURCE '/none'")), "ResourceNotFoundException", "`/none`");
    let other = "arn:aws:logs:us-east-1:123456789012:log-group:/x";
    refused("StartQuery", with("logGroupIdentifiers", json!([other])), "ResourceNotFoundException", "us-east-1");
    refused("StartQuery", with("logGroupName", Value::Null), "InvalidParameterException", "no log group is named");
    let many: Vec<_> = (0..51).map(|index| format!("/g{index}")).collect();
    refused("StartQuery", with("logGroupNames", json!(many)), "LimitExceededException", "51 log groups");
    let mut both = query(text);
    both["logGroupNames"] = json!(["/empty"]);
    refused("StartQuery", both, "InvalidParameterException", "only one of");
}

#[test]
fn a_wrong_query_is_told_with_its_place() {
    let error = refused(
        "StartQuery",
        query("fields n\n| filter é | pattern n"),
        "MalformedQueryException",
        "line 2, column 10",
    );
    assert_eq!(error.characters, Some(18..19));
    let message = error.message.clone();
    let location = json!({"startCharOffset": 18, "endCharOffset": 19});
    let compile_error = json!({"location": location, "message": message});
    assert_eq!(
        error.body(),
        json!({"__type": "MalformedQueryException", "message": message, "queryCompileError": compile_error})
    );
    let missing = refused("GetQueryResults", json!({"queryId": "x"}), "ResourceNotFoundException", "`x`");
    assert_eq!(missing.body(), json!({"__type": "ResourceNotFoundException", "message": missing.message}));
}

#[test]
fn wrong_members_are_named() {
    let with = |member: &str, value: Value| {
        let mut input = query("fields n");
        input[member] = value;
        input
    };
    for (input, what) in [
        (with("queryString", Value::Null), "queryString is missing"),
        (with("queryString", json!("#".repeat(10_001))), "more than 10000 characters"),
        (with("startTime", Value::Null), "startTime is missing"),
        (with("startTime", json!(NOW + 1)), "is after endTime"),
        (with("limit", json!(0)), "limit is no whole number from 1 to 100000"),
        (with("queryLanguage", json!("SQL")), "queryLanguage is `SQL`"),
        (with("scanBy", json!("x")), "scanBy is not supported"),
        (with("logGroupName", json!(7)), "logGroupName is no text"),
    ] {
        refused("StartQuery", input, "InvalidParameterException", what);
    }
    refused("GetQueryResults", json!({}), "InvalidParameterException", "queryId is missing");
    refused("DescribeQueries", json!({"status": "Done"}), "InvalidParameterException", "status is `Done`");
    refused("DescribeQueries", json!({"nextToken": "x"}), "InvalidParameterException", "`x` is no NextToken");
    refused(
        "PutLogEvents",
        json!({}),
        "UnsupportedOperation",
        "`PutLogEvents` is not supported; supported are StartQuery",
    );
}

#[test]
fn rows_are_limited_and_paged() {
    let mut service = service();
    let rows = |answer: &Value| answer["results"].as_array().map(Vec::len);
    let mut input = query("fields n");
    input["limit"] = json!(2);
    assert_eq!(rows(&results(&mut service, input.clone())), Some(2));
    input["queryString"] = json!("fields n | limit 4");
    let id = ok(&mut service, "StartQuery", input)["queryId"].clone();
    let first = ok(&mut service, "GetQueryResults", json!({"queryId": id, "maxItems": 3}));
    assert_eq!(rows(&first), Some(3), "the query's own limit counts");
    let next = json!({"queryId": id, "maxItems": 3, "nextToken": first["nextToken"]});
    let next = ok(&mut service, "GetQueryResults", next);
    assert_eq!((rows(&next), next.get("nextToken")), (Some(1), None));
}

#[test]
fn queries_are_described_newest_first() {
    let mut service = service();
    let first = ok(&mut service, "StartQuery", query("fields n"))["queryId"].clone();
    service.advance_to(NOW + 7);
    let mut both = query("stats count(*)");
    both["logGroupName"] = Value::Null;
    both["logGroupNames"] = json!([GROUP, "/empty"]);
    let second = ok(&mut service, "StartQuery", both)["queryId"].clone();
    let described = ok(&mut service, "DescribeQueries", json!({}));
    assert_eq!(
        described["queries"],
        json!([
            {"queryLanguage": "CWLI", "queryId": second, "queryString": "stats count(*)", "status": "Complete",
                "createTime": (NOW + 7) * 1000, "queryDuration": 0, "bytesScanned": 83.0},
            {"queryLanguage": "CWLI", "queryId": first, "queryString": "fields n", "status": "Complete",
                "createTime": NOW * 1000, "queryDuration": 0, "bytesScanned": 83.0, "logGroupName": GROUP},
        ])
    );
    let mut count = |input: Value| ok(&mut service, "DescribeQueries", input)["queries"].as_array().map(Vec::len);
    assert_eq!(count(json!({"logGroupName": "/empty"})), Some(1));
    assert_eq!(count(json!({"status": "Complete"})), Some(2));
    assert_eq!(count(json!({"status": "Running"})), Some(0));
    assert_eq!(count(json!({"maxResults": 1})), Some(1));
    assert_eq!(ok(&mut service, "StopQuery", json!({"queryId": first})), json!({"success": false}));
    for _ in 0..100 {
        ok(&mut service, "StartQuery", query("fields n"));
    }
    assert_eq!(
        call(&mut service, "StopQuery", &json!({"queryId": first})).expect_err("forgotten").code,
        "ResourceNotFoundException"
    );
}
