use serde_json::{Value, json};

use super::*;
use crate::test_sink::{self, Captured};
use crate::{Metric, Stage};

fn file(key: &str) -> FileRef {
    FileRef {
        file_id: atalaya_contract::FileId::new("inbox", key, "v1"),
        bucket: "inbox".to_owned(),
        key: key.to_owned(),
        version_id: "v1".to_owned(),
        size: 10,
        created_at: "2025-12-31T23:59:58Z".parse().expect("a timestamp"),
    }
}

const TARGET: Duration = Duration::from_secs(60);

fn metrics_of(document: &Value) -> Vec<&str> {
    let directives = document["_aws"]["CloudWatchMetrics"].as_array().expect("directives");
    let metrics = directives.iter().flat_map(|each| each["Metrics"].as_array().expect("metrics"));
    metrics.map(|metric| metric["Name"].as_str().expect("a name")).collect()
}

fn available(captured: &Captured, dataset: &str) {
    let span = captured.telemetry.begin_invocation("r-1", Some("1-abc"), "atalaya-process");
    let _entered = span.enter();
    let mut record = captured.telemetry.file(&file("flights/1.csv"), dataset, 1);
    captured.clock.advance(Duration::from_millis(1500));
    record.contract(&ContractRef {
        bucket: "contracts".to_owned(),
        key: "flights.yaml".to_owned(),
        version_id: "7".to_owned(),
        id: "urn:flights".to_owned(),
        version: "1.2.0".to_owned(),
    });
    record.execution("arn:aws:states:eu-west-1:1:execution:p:abc");
    record.bytes_read(4096);
    record.bytes_written(512);
    record.rows(Counts { read: 10, accepted: 8, rejected: 2 });
    record.decided(FileState::Available, captured.clock.now(), TARGET);
}

#[test]
fn an_available_file_is_one_emf_line_and_one_log_line() {
    let captured = test_sink::capture(Stage::Process);
    available(&captured, "flights");
    captured.assert_valid();
    let (documents, logs) = (captured.emf(), captured.logs());
    assert_eq!((documents.len(), logs.len()), (1, 1));
    let expected = json!({
        "Dataset": "flights", "Stage": "process",
        "FilesAvailable": 1, "FilesRejected": 0, "FilesDuplicate": 0, "FilesOnTime": 1,
        "FileLatency": 3500,
        "RowsRead": 10, "RowsAccepted": 8, "RowsRejected": 2,
        "ProcessDuration": 1500, "BytesRead": 4096, "BytesWritten": 512,
        "ObjectReads": 0, "ObjectWrites": 0,
        "file_id": file("flights/1.csv").file_id.as_str(), "bucket": "inbox", "key": "flights/1.csv",
        "version_id": "v1", "outcome": "available", "contract_id": "urn:flights", "contract_version": "1.2.0",
        "execution": "arn:aws:states:eu-west-1:1:execution:p:abc", "request_id": "r-1", "trace_id": "1-abc",
        "attempt": 1,
    });
    let mut document = documents[0].clone();
    let metadata = document.as_object_mut().expect("an object").remove("_aws").expect("metadata");
    assert_eq!(document, expected);
    assert_eq!(metadata["Timestamp"], 1_767_225_601_500_u64);
    assert_eq!(captured.sum(Metric::RowsRead, &[]), Some(10.0));
    assert_eq!(captured.sum(Metric::RowsRead, &[("Dataset", "flights")]), Some(10.0));
    assert_eq!(captured.sum(Metric::BytesRead, &[("Stage", "process")]), Some(4096.0));
    assert_eq!(captured.sum(Metric::BytesRead, &[]), None);
    for field in ["file_id", "bucket", "key", "execution", "request_id", "trace_id", "contract_version", "attempt"] {
        assert_eq!(logs[0][field], document[field], "{field}");
    }
    assert_eq!((&logs[0]["level"], &logs[0]["dataset"]), (&json!("INFO"), &json!("flights")));
}

#[test]
fn rejected_and_duplicate_files_have_no_latency() {
    for (state, metric) in
        [(FileState::Rejected, Metric::FilesRejected), (FileState::Duplicate, Metric::FilesDuplicate)]
    {
        let captured = test_sink::capture(Stage::Process);
        captured.telemetry.file(&file("a"), "flights", 1).decided(state, captured.clock.now(), TARGET);
        captured.assert_valid();
        assert_eq!(captured.sum(metric, &[("Dataset", "flights")]), Some(1.0));
        assert_eq!(captured.sum(Metric::FilesAvailable, &[]), Some(0.0));
        assert_eq!(captured.sum(Metric::FileLatency, &[]), None);
        assert_eq!(captured.emf()[0]["outcome"], state.as_str());
    }
}

#[test]
fn a_file_is_on_time_when_it_ends_well_within_the_target() {
    // The object was created two seconds before the clock begins.
    for (state, seconds, on_time) in [
        (FileState::Available, 60, 1.0),
        (FileState::Available, 61, 0.0),
        (FileState::Rejected, 60, 1.0),
        (FileState::Rejected, 61, 0.0),
        (FileState::Duplicate, 1, 1.0),
        (FileState::Failed, 1, 0.0),
    ] {
        let captured = test_sink::capture(Stage::Process);
        let at = captured.clock.now() + Duration::from_secs(seconds) - Duration::from_secs(2);
        captured.telemetry.file(&file("a"), "flights", 1).decided(state, at, TARGET);
        for set in [&[][..], &[("Dataset", "flights")]] {
            assert_eq!(captured.sum(Metric::FilesOnTime, set), Some(on_time), "{state} after {seconds} s");
        }
    }
}

#[test]
fn a_later_attempt_counts_its_outcome_and_is_neither_on_time_nor_late() {
    let captured = test_sink::capture(Stage::Process);
    let mut record = captured.telemetry.file(&file("a"), "flights", 2);
    record.recovery(RecoveryKind::ReplayRejects);
    record.rows(Counts { read: 3, accepted: 2, rejected: 1 });
    record.decided(FileState::Available, captured.clock.now(), TARGET);
    drop(record);
    captured.assert_valid();
    let document = &captured.emf()[0];
    assert_eq!((&document["recovery"], &document["attempt"]), (&json!("replay_rejects"), &json!(2)));
    assert_eq!((&document["FilesAvailable"], &document["RowsAccepted"]), (&json!(1), &json!(2)));
    assert_eq!((&document["FilesOnTime"], &document["FileLatency"]), (&Value::Null, &Value::Null));
    assert!(!metrics_of(document).contains(&"FilesOnTime"), "{document}");
    assert_eq!(captured.logs()[0]["recovery"], "replay_rejects");
}

#[test]
fn an_attempt_that_decides_nothing_counts_no_file_and_no_row() {
    let captured = test_sink::capture(Stage::Process);
    let mut record = captured.telemetry.file(&file("a"), "flights", 1);
    record.rows(Counts { read: 3, accepted: 3, rejected: 0 });
    record.bytes_read(7);
    record.failed("Retryable");
    drop(record);
    captured.telemetry.file(&file("a"), "flights", 2).repeated(FileState::Available);
    drop(captured.telemetry.file(&file("a"), "flights", 3));
    captured.assert_valid();
    let documents = captured.emf();
    for document in &documents {
        assert_eq!(
            metrics_of(document),
            ["ProcessDuration", "BytesRead", "BytesWritten", "ObjectReads", "ObjectWrites"]
        );
    }
    let outcomes: Vec<_> = documents.iter().map(|document| document["outcome"].as_str()).collect();
    assert_eq!(outcomes, [Some("error"), Some("available (told again)"), Some("unfinished")]);
    assert_eq!(documents[0]["error_type"], "Retryable");
    let levels: Vec<_> = captured.logs().iter().map(|log| log["level"].clone()).collect();
    assert_eq!(levels, ["WARN", "INFO", "WARN"]);
}

#[test]
fn names_that_cloudwatch_refuses_still_make_valid_lines() {
    for dataset in ["", "año\n", &"x".repeat(3000), ":a", "\"quoted\\"] {
        let captured = test_sink::capture(Stage::Process);
        available(&captured, dataset);
        captured.telemetry.count(Metric::FilesReceived, Some(dataset), 1);
        captured.telemetry.flush();
        captured.assert_valid();
        assert_eq!(captured.emf().len(), 3, "the record, and the counter by nothing and by feed");
    }
}

#[test]
fn a_clock_that_goes_back_gives_no_negative_time() {
    let captured = test_sink::capture(Stage::Process);
    let mut record = captured.telemetry.file(&file("a"), "flights", 1);
    record.decided(FileState::Available, "2020-01-01T00:00:00Z".parse().expect("a timestamp"), TARGET);
    drop(record);
    assert_eq!(captured.sum(Metric::FileLatency, &[]), Some(0.0));
}

#[test]
fn a_record_is_what_is_being_done() {
    let captured = test_sink::capture(Stage::Process);
    let record = captured.telemetry.file(&file("a.csv"), "flights", 1);
    captured.telemetry.warn_of_time_out(Duration::from_millis(500));
    drop(record);
    captured.telemetry.warn_of_time_out(Duration::from_millis(500));
    let logs = captured.logs();
    let doing = logs[0]["doing"].as_str().expect("a text");
    assert!(doing.contains("s3://inbox/a.csv"), "{doing}");
    assert_eq!(logs[2]["doing"], "nothing it had noted");
}
