//! The unit of work for one file: a wide event that is metrics, properties and a log line at once.

use std::time::{Duration, SystemTime};

use atalaya_contract::{ContractRef, Counts, FileRef, FileState, RecoveryKind};
use jiff::Timestamp;
use metrique::emf::flags;
use metrique::unit::{Byte, Count, Millisecond};
use metrique::unit_of_work::metrics;

use crate::dimension_value;
use crate::emf_sink::EmfSink;
use crate::telemetry::{Doing, Telemetry};

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

    // Published by the directive of `file_format`, whose dimension set is another one.
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

impl Telemetry {
    /// Begins the record of one attempt at a file; `attempt` counts from 1. It is written when it is dropped.
    pub fn file(&self, file: &FileRef, dataset: &str, attempt: u32) -> FileAttempt {
        FileAttempt::new(self, file, dataset, attempt)
    }
}

impl FileAttempt {
    fn new(telemetry: &Telemetry, file: &FileRef, dataset: &str, attempt: u32) -> Self {
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
mod tests;
