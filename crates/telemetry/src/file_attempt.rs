//! The unit of work for one file: a wide event that is metrics, properties and a log line at once.

use std::time::{Duration, SystemTime};

use atalaya_contract::{ContractRef, Counts, FileRef, FileState, RecoveryKind};
use jiff::Timestamp;
use metrique::emf::{Emf, MetricDefinition, MetricDirective, flags};
use metrique::unit::{Byte, Count, Millisecond};
use metrique::unit_of_work::metrics;

use crate::emf_sink::EmfSink;
use crate::telemetry::{Doing, Telemetry};
use crate::{Dimension, Metric, NAMESPACE, dimension_value};

/// What is written for one attempt at a file. Fields in PascalCase are metrics and dimensions, whose units and
/// dimension sets must agree with the catalogue (a test holds them together); fields in snake_case are properties.
///
/// The counts of files and rows are set only when the attempt decided the file's outcome, so that a repeated attempt
/// counts nothing twice; then all outcomes are written, the others as 0, so that a ratio has both its sides. How long a
/// file took, and whether it was on time, is told of first attempts alone: a redrive hours later says nothing about it.
#[metrics(rename_all = "PascalCase", emf::dimension_sets = [[], ["Dataset"]])]
struct FileMetrics {
    #[metrics(timestamp)]
    ended_at: SystemTime,
    dataset: String,
    stage: &'static str,

    #[metrics(unit = Count)]
    files_available: Option<u64>,
    #[metrics(unit = Count)]
    files_rejected: Option<u64>,
    #[metrics(unit = Count)]
    files_duplicate: Option<u64>,
    #[metrics(unit = Count)]
    files_on_time: Option<u64>,
    #[metrics(unit = Millisecond)]
    file_latency: Option<u64>,
    #[metrics(unit = Count)]
    rows_read: Option<u64>,
    #[metrics(unit = Count)]
    rows_accepted: Option<u64>,
    #[metrics(unit = Count)]
    rows_rejected: Option<u64>,

    // Published by the directive of `format`, whose dimension set is another one.
    #[metrics(unit = Millisecond, flags(flags::NoMetric))]
    process_duration: u64,
    #[metrics(unit = Byte, flags(flags::NoMetric))]
    bytes_read: u64,
    #[metrics(unit = Byte, flags(flags::NoMetric))]
    bytes_written: u64,
    #[metrics(unit = Count, flags(flags::NoMetric))]
    object_reads: u64,
    #[metrics(unit = Count, flags(flags::NoMetric))]
    object_writes: u64,

    #[metrics(name = "file_id")]
    file_id: String,
    #[metrics(name = "bucket")]
    bucket: String,
    #[metrics(name = "key")]
    key: String,
    #[metrics(name = "version_id")]
    version_id: String,
    #[metrics(name = "outcome")]
    outcome: String,
    #[metrics(name = "error_type")]
    error_type: Option<String>,
    #[metrics(name = "contract_id")]
    contract_id: Option<String>,
    #[metrics(name = "contract_version")]
    contract_version: Option<String>,
    #[metrics(name = "recovery")]
    recovery: Option<&'static str>,
    #[metrics(name = "execution")]
    execution: Option<String>,
    #[metrics(name = "request_id")]
    request_id: Option<String>,
    #[metrics(name = "trace_id")]
    trace_id: Option<String>,
    #[metrics(name = "attempt", flags(flags::NoMetric))]
    attempt: u64,
}

/// The EMF format of a file's record: the total and the feed in the main directive, the step in a second one.
pub(crate) fn format() -> Emf {
    let by_stage = |metric: Metric| MetricDefinition {
        name: metric.name(),
        unit: metric.unit().writer(),
        storage_resolution: None,
    };
    Emf::builder(NAMESPACE.to_owned(), vec![vec![]])
        .directive(MetricDirective {
            dimensions: vec![vec![Dimension::Stage.name()]],
            metrics: vec![
                by_stage(Metric::ProcessDuration),
                by_stage(Metric::BytesRead),
                by_stage(Metric::BytesWritten),
                by_stage(Metric::ObjectReads),
                by_stage(Metric::ObjectWrites),
            ],
            namespace: NAMESPACE,
        })
        .build()
}

/// Outcome of an attempt that ended without one: an early return, a panic.
const UNFINISHED: &str = "unfinished";
/// Outcome of an attempt that ended in an error.
const ERROR: &str = "error";

/// The record of one attempt at one file, from [`Telemetry::file`]. Fill it in on the way; when it is dropped, in
/// whatever way, it writes one EMF line and one log line.
#[must_use = "dropping the record at once records an attempt of no length and no outcome"]
pub struct FileAttempt {
    metrics: FileMetricsGuard<EmfSink>,
    started: Timestamp,
    created: Timestamp,
    decided_at: Option<Timestamp>,
    rows: Option<Counts>,
    telemetry: Telemetry,
    _doing: Doing,
}

impl FileAttempt {
    pub(crate) fn new(telemetry: &Telemetry, file: &FileRef, dataset: &str, attempt: u32) -> Self {
        let started = telemetry.now();
        let (request_id, trace_id) = telemetry.invocation();
        let metrics = FileMetrics {
            ended_at: started.into(),
            dataset: dimension_value(dataset),
            stage: telemetry.stage().as_str(),
            files_available: None,
            files_rejected: None,
            files_duplicate: None,
            files_on_time: None,
            file_latency: None,
            rows_read: None,
            rows_accepted: None,
            rows_rejected: None,
            process_duration: 0,
            bytes_read: 0,
            bytes_written: 0,
            object_reads: 0,
            object_writes: 0,
            file_id: file.file_id.to_string(),
            bucket: file.bucket.clone(),
            key: file.key.clone(),
            version_id: file.version_id.clone(),
            outcome: UNFINISHED.to_owned(),
            error_type: None,
            contract_id: None,
            contract_version: None,
            recovery: None,
            execution: None,
            request_id,
            trace_id,
            attempt: u64::from(attempt),
        };
        let doing = telemetry.doing(format!("file {} (s3://{}/{})", file.file_id, file.bucket, file.key));
        Self {
            metrics: metrics.append_on_drop(telemetry.file_sink()),
            started,
            created: file.created_at,
            decided_at: None,
            rows: None,
            telemetry: telemetry.clone(),
            _doing: doing,
        }
    }

    /// The contract that judges the file.
    pub fn contract(&mut self, contract: &ContractRef) {
        self.metrics.contract_id = Some(contract.id.clone());
        self.metrics.contract_version = Some(contract.version.clone());
    }

    /// What the attempt is made for, when it is not the first.
    pub fn recovery(&mut self, kind: RecoveryKind) {
        self.metrics.recovery = Some(kind.as_str());
    }

    /// ARN or name of the execution that runs the attempt.
    pub fn execution(&mut self, execution: &str) {
        self.metrics.execution = Some(execution.to_owned());
    }

    /// Bytes of input read so far, as stored.
    pub fn bytes_read(&mut self, bytes: u64) {
        self.metrics.bytes_read = bytes;
    }

    /// Bytes of output written so far, Parquet and rejects together.
    pub fn bytes_written(&mut self, bytes: u64) {
        self.metrics.bytes_written = bytes;
    }

    /// The rows as judged. They are counted only when this attempt also decides the outcome.
    pub fn rows(&mut self, rows: Counts) {
        self.rows = Some(rows);
    }

    /// This attempt decided the file's outcome, at this time. Counts the file and its rows, whether it ended well
    /// within `target` of its object's creation, and for an available file the time since then. To end well is to reach
    /// the outcome that the content deserves: a rejected file is on time too, a failed one never. A later attempt than
    /// the first is neither on time nor late.
    pub fn decided(&mut self, state: FileState, at: Timestamp, target: Duration) {
        let latency = milliseconds(self.created, at);
        let ended_well = matches!(state, FileState::Available | FileState::Rejected | FileState::Duplicate);
        self.metrics.outcome = state.to_string();
        self.metrics.files_available = Some(u64::from(state == FileState::Available));
        self.metrics.files_rejected = Some(u64::from(state == FileState::Rejected));
        self.metrics.files_duplicate = Some(u64::from(state == FileState::Duplicate));
        if self.metrics.attempt == 1 {
            self.metrics.files_on_time = Some(u64::from(ended_well && u128::from(latency) <= target.as_millis()));
            self.metrics.file_latency = (state == FileState::Available).then_some(latency);
        }
        self.decided_at = Some(at);
    }

    /// The outcome had been decided by an earlier attempt, and this one only tells it again: nothing is counted.
    pub fn repeated(&mut self, state: FileState) {
        self.metrics.outcome = format!("{state} (told again)");
    }

    /// The attempt ended in an error of this type, see the error names that the state machine matches.
    pub fn failed(&mut self, error_type: &str) {
        self.metrics.outcome = ERROR.to_owned();
        self.metrics.error_type = Some(error_type.to_owned());
    }

    fn close(&mut self) {
        let now = self.telemetry.now();
        self.metrics.ended_at = now.into();
        self.metrics.process_duration = milliseconds(self.started, now);
        let requests = self.telemetry.take_object_requests();
        self.metrics.object_reads = requests.reads;
        self.metrics.object_writes = requests.writes;
        if let (Some(rows), Some(_)) = (self.rows, self.decided_at) {
            self.metrics.rows_read = Some(rows.read);
            self.metrics.rows_accepted = Some(rows.accepted);
            self.metrics.rows_rejected = Some(rows.rejected);
        }
    }

    fn log(&self) {
        let FileMetrics { file_id, bucket, key, dataset, outcome, attempt, process_duration, .. } = &*self.metrics;
        let (contract_id, contract_version) = (&self.metrics.contract_id, &self.metrics.contract_version);
        let rows = self.rows.unwrap_or_default();
        macro_rules! log_at {
            ($level:ident) => {
                tracing::$level!(
                    file_id,
                    bucket,
                    key,
                    dataset,
                    execution = self.metrics.execution,
                    outcome,
                    error_type = self.metrics.error_type,
                    contract_id,
                    contract_version,
                    attempt,
                    recovery = self.metrics.recovery,
                    rows_read = rows.read,
                    rows_accepted = rows.accepted,
                    rows_rejected = rows.rejected,
                    bytes_read = self.metrics.bytes_read,
                    bytes_written = self.metrics.bytes_written,
                    duration_ms = process_duration,
                    latency_ms = self.metrics.file_latency,
                    "attempt at the file ended: {outcome}"
                )
            };
        }
        if outcome == UNFINISHED || outcome == ERROR {
            // Why it ended so is logged as an error by who answers for it; this is only what had been done till then.
            log_at!(warn);
        } else {
            log_at!(info);
        }
    }
}

impl Drop for FileAttempt {
    fn drop(&mut self) {
        self.close();
        self.log();
        // Then the fields are dropped, and with them `metrics`, which writes itself to its sink.
    }
}

/// Whole milliseconds from one time to a later one; 0 when the clocks disagree about the order.
fn milliseconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Stage;
    use crate::test_sink::{self, Captured};

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
        for field in ["file_id", "bucket", "key", "execution", "request_id", "trace_id", "contract_version", "attempt"]
        {
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
}
