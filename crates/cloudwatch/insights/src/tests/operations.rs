//! The queries of dashboards and runbooks, over lines as the functions of this project and Lambda write them.

use super::*;

const ID: &str = "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa";

fn report(duration: &str, cold: &str) -> String {
    format!(
        "REPORT RequestId: {ID}\tDuration: {duration} ms\tBilled Duration: 9 ms\tMemory Size: 512 MB\t\
         Max Memory Used: 66 MB\t{cold}"
    )
}

/// What crates/telemetry writes: flat JSON with fields of spans and event side by side, and a record of metrics for each
/// file, in the embedded metric format.
fn process() -> Logs {
    let line = |level: &str, message: &str, more: &str| {
        format!(
            r#"{{"timestamp":"2024-07-05T15:00:01.000Z","level":"{level}","message":"{message}","target":"atalaya_process",{more},"request_id":"{ID}","stage":"process"}}"#
        )
    };
    let record = |file: &str, dataset: &str, outcome: &str, duration: u32| {
        format!(
            r#"{{"_aws":{{"Timestamp":1720191601000,"CloudWatchMetrics":[{{"Namespace":"Atalaya","Dimensions":[["STAGE"]],"Metrics":[{{"Name":"ProcessDuration","Unit":"Milliseconds"}}]}}]}},"DATASET":"{dataset}","STAGE":"process","ProcessDuration":{duration},"file_id":"{file}","outcome":"{outcome}","attempt":1}}"#
        )
    };
    logs([
        (0, "INIT_START Runtime Version: provided:al2023.v50\tRuntime Version ARN: arn:aws:lambda".to_owned()),
        (900, format!("START RequestId: {ID} Version: $LATEST")),
        (1000, line("INFO", "handling", r#""dataset":"flights","file_id":"f-1","what":"a file""#)),
        (2000, record("f-1", "flights", "available", 120)),
        (2100, format!("END RequestId: {ID}")),
        (2101, report("1130.25", "Init Duration: 170.13 ms\t")),
        (
            60_000,
            line(
                "ERROR",
                "the function answers with an error",
                r#""dataset":"flights","error":"GetObject s3://inbox/a.csv: \"reset\"","error_type":"Retryable","file_id":"f-2""#,
            ),
        ),
        (61_000, record("f-2", "flights", "error", 80)),
        (61_001, report("80.00", "")),
        (301_000, line("ERROR", "panic", r#""error_type":"Panic","file_id":"f-3","place":"src/lib.rs:7""#)),
        (302_000, line("WARN", "an unfinished upload stays behind", r#""file_id":"f-3""#)),
        (303_000, record("f-3", "hotels", "error", 15)),
        (303_001, report("3000.00", "Status: timeout")),
        (303_002, format!("2024-07-05T15:05:03.002Z {ID} Task timed out after 3.00 seconds")),
    ])
}

#[test]
fn recent_failures_are_listed() {
    let query = "fields @timestamp, stage, message, error_type, error, dataset, file_id\n\
                 | filter level = \"ERROR\"\n| sort @timestamp desc\n| limit 20";
    check(
        &process(),
        query,
        &[
            "@timestamp=2024-07-05 15:05:01.000 stage=process message=panic error_type=Panic file_id=f-3",
            "@timestamp=2024-07-05 15:01:00.000 stage=process message=the function answers with an error \
         error_type=Retryable error=GetObject s3://inbox/a.csv: \"reset\" dataset=flights file_id=f-2",
        ],
    );
}

#[test]
fn failures_are_counted_by_kind() {
    check(
        &process(),
        "filter level in ['ERROR', 'WARN'] | stats count(*) as lines, latest(message) as newest by level, coalesce(error_type, '-') as kind | sort lines desc, kind",
        &[
            "level=WARN kind=- lines=1 newest=an unfinished upload stays behind",
            "level=ERROR kind=Panic lines=1 newest=panic",
            "level=ERROR kind=Retryable lines=1 newest=the function answers with an error",
        ],
    );
}

#[test]
fn cold_starts_are_counted_over_time() {
    let query = "filter @type = \"REPORT\" | stats count(@initDuration) as cold, count(*) as calls, max(@initDuration) by bin(5m)";
    let found = answer(&process(), query);
    assert_eq!(
        rows(&found),
        [
            "bin(5m)=2024-07-05 15:05:00.000 cold=0 calls=1",
            "bin(5m)=2024-07-05 15:00:00.000 cold=1 calls=2 max(@initDuration)=170.13",
        ]
    );
    assert_eq!(found.time_series, Some(TimeSeries { period: 300, time: 0, groups: vec![], values: vec![1, 2, 3] }));
    assert_eq!(found.statistics.records_matched, 3);
}

#[test]
fn the_memory_that_functions_need_is_told() {
    check(
        &process(),
        "filter @type = \"REPORT\" | stats max(@memorySize / 1000 / 1000) as given, max(@maxMemoryUsed / 1000 / 1000) as used, given - used as spare, pct(@duration, 50) as p50 by @log",
        &["@log=000000000000:/aws/lambda/atalaya-process given=512 used=66 spare=446 p50=1130.25"],
    );
}

#[test]
fn the_story_of_a_file_is_told_in_its_order() {
    check(
        &process(),
        "fields @timestamp, coalesce(message, outcome) as what | filter file_id = \"f-3\" | sort @timestamp",
        &[
            "@timestamp=2024-07-05 15:05:01.000 what=panic",
            "@timestamp=2024-07-05 15:05:02.000 what=an unfinished upload stays behind",
            "@timestamp=2024-07-05 15:05:03.000 what=error",
        ],
    );
}

#[test]
fn outcomes_are_read_from_the_records_of_metrics() {
    check(
        &process(),
        "filter ispresent(outcome) | stats count(*) as files, sum(outcome = 'error') as failed, avg(ProcessDuration) as ms by DATASET | sort files desc",
        &["DATASET=flights files=2 failed=1 ms=100", "DATASET=hotels files=1 failed=1 ms=15"],
    );
    check(
        &process(),
        "fields _aws.CloudWatchMetrics.0.Metrics.0.Name as name | filter ispresent(name) | limit 1",
        &["name=ProcessDuration"],
    );
}

#[test]
fn what_timed_out_is_found_with_its_request() {
    check(
        &process(),
        "fields @requestId | filter @message like /Task timed out after (\\d+)/ | parse @message 'after * seconds' as seconds | display @requestId, seconds",
        &[&format!("@requestId={ID} seconds=3.00")],
    );
    check(&process(), "filter @type = 'INIT_START' | stats count(*) as starts", &["starts=1"]);
}

#[test]
fn failures_of_functions_and_of_lambda_stand_in_one_table() {
    let query = Query::parse(
        "SOURCE '/aws/lambda/atalaya-process' | SOURCE '/aws/lambda/atalaya-page'\n\
         | filter level = 'ERROR' or @message like /Task timed out|Runtime.ExitError|Runtime.OutOfMemory/\n\
         | fields coalesce(stage, @log) as function, coalesce(message, @message) as what\n\
         | sort @timestamp desc\n| limit 20\n| display @timestamp, function, what, file_id",
    );
    let range = TimeRange { start: START, end: NOW };
    let found = query.and_then(|query| query.run(&process(), &[], range, NOW)).expect("right");
    assert_eq!(found.columns, ["@timestamp", "function", "what", "file_id"]);
    let timed_out = format!("2024-07-05T15:05:03.002Z {ID} Task timed out after 3.00 seconds");
    assert_eq!(
        rows(&found),
        [
            &format!(
                "@timestamp=2024-07-05 15:05:03.002 function=000000000000:/aws/lambda/atalaya-process what={timed_out}"
            ),
            "@timestamp=2024-07-05 15:05:01.000 function=process what=panic file_id=f-3",
            "@timestamp=2024-07-05 15:01:00.000 function=process what=the function answers with an error file_id=f-2",
        ]
    );
}
