//! One per process: where counts, records and log lines meet.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use atalaya_contract::FileRef;
use jiff::Timestamp;
use metrics::Label;
use metrique::emf::Emf;

use crate::counters::CatalogueRecorder;
use crate::emf_sink::EmfSink;
use crate::object_requests::{ObjectRequest, ObjectRequests, TakenRequests};
use crate::sample::Sample;
use crate::{Dimension, Metric, NAMESPACE, Output, TimeSource, dimension_value, file_format, log_setup};

/// A step of the pipeline, which is a function; the value of the dimension `Stage` and of the log field `stage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Claims objects and starts executions.
    Intake,
    /// Reads, judges and writes a file.
    Process,
    /// Tells the people.
    Notify,
    /// Tells the operators of alarms.
    Page,
    /// Sends a file the whole way and waits for its notice.
    Canary,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Process => "process",
            Self::Notify => "notify",
            Self::Page => "page",
            Self::Canary => "canary",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The telemetry of a process. Clones share everything.
#[derive(Clone)]
pub struct Telemetry {
    shared: Arc<Shared>,
}

struct Shared {
    stage: Stage,
    time: TimeSource,
    output: Output,
    recorder: CatalogueRecorder,
    counters: EmfSink,
    files: EmfSink,
    object_requests: ObjectRequests,
    now_serving: Mutex<NowServing>,
}

/// The invocation at hand. A Lambda environment serves one at a time.
#[derive(Default)]
struct NowServing {
    request_id: Option<String>,
    trace_id: Option<String>,
    doing: Vec<(u64, String)>,
    next_ticket: u64,
}

impl Telemetry {
    /// Telemetry of one stage that writes to `output`. It changes nothing in the process: logs go where the process
    /// sends them, and only [`count`](Self::count) reaches its counters.
    #[must_use]
    pub fn new(stage: Stage, output: Output, time: TimeSource) -> Self {
        let counters = Emf::builder(NAMESPACE.to_owned(), vec![vec![]]).build();
        Self {
            shared: Arc::new(Shared {
                stage,
                time,
                recorder: CatalogueRecorder::new(),
                counters: EmfSink::new(counters, output.clone()),
                files: EmfSink::new(file_format::format(), output.clone()),
                object_requests: ObjectRequests::default(),
                now_serving: Mutex::default(),
                output,
            }),
        }
    }

    /// Telemetry of this process on standard output: JSON logs at the level of `ATALAYA_LOG`, and the `metrics`
    /// facade counting into it. Once per process; what is already installed stays.
    #[must_use]
    pub fn install(stage: Stage) -> Self {
        let telemetry = Self::new(stage, Output::Stdout, Arc::new(Timestamp::now));
        log_setup::install(&telemetry.shared.output, &telemetry.shared.time);
        if metrics::set_global_recorder(telemetry.shared.recorder.clone()).is_err() {
            tracing::warn!("another recorder of metrics was installed first; only the catalogue's own counts are seen");
        }
        telemetry
    }

    /// The stage it was made for.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.shared.stage
    }

    /// The time by its clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.shared.time)()
    }

    /// Adds `amount` to a counter in each of its dimension sets; the set by feed is left out when there is no feed.
    /// The counts are written at the next [`flush`](Self::flush).
    pub fn count(&self, metric: Metric, dataset: Option<&str>, amount: u64) {
        metrics::with_local_recorder(&self.shared.recorder, || {
            for set in self.sets(metric, dataset) {
                let labels: Vec<_> = set.into_iter().map(|(name, value)| Label::new(name, value)).collect();
                metrics::counter!(metric.name(), labels).increment(amount);
            }
        });
    }

    /// Writes one value of a metric at once, in each of its dimension sets. Unlike a count it is not added to others,
    /// and a 0 is written too: for values of which the average or a percentile is looked at.
    pub fn sample(&self, metric: Metric, dataset: Option<&str>, value: u64) {
        let sets = self.sets(metric, dataset);
        self.shared.counters.emit(&Sample { metric, value, at: self.now(), sets });
    }

    /// The dimension values of each set of a metric.
    fn sets(&self, metric: Metric, dataset: Option<&str>) -> Vec<Vec<(&'static str, String)>> {
        let values = |set: &&[Dimension]| {
            set.iter().map(|each| Some((each.name(), self.dimension(*each, dataset)?))).collect::<Option<Vec<_>>>()
        };
        metric.definition().dimensions.iter().filter_map(values).collect()
    }

    fn dimension(&self, dimension: Dimension, dataset: Option<&str>) -> Option<String> {
        match dimension {
            Dimension::Dataset => dataset.map(dimension_value),
            Dimension::Stage => Some(self.shared.stage.as_str().to_owned()),
        }
    }

    pub(crate) fn file_sink(&self) -> EmfSink {
        self.shared.files.clone()
    }

    /// Counts one request to the object store. It is told by the record of the file at hand, else at the next
    /// [`flush`](Self::flush).
    pub fn object_request(&self, request: ObjectRequest) {
        self.shared.object_requests.add(request);
    }

    pub(crate) fn take_object_requests(&self) -> TakenRequests {
        self.shared.object_requests.take()
    }

    /// Writes the counters out. When it returns, everything counted or logged so far is on standard output.
    pub fn flush(&self) {
        for (metric, requests) in self.take_object_requests().counts() {
            self.count(metric, None, requests);
        }
        self.shared.counters.emit(&self.shared.recorder.drain());
        self.shared.output.flush();
    }

    /// Begins an invocation: records made from now on carry its ids. The span carries the same ids and the stage into
    /// every log line written within it.
    #[must_use]
    pub fn begin_invocation(&self, request_id: &str, trace_id: Option<&str>, function: &str) -> tracing::Span {
        let mut now_serving = self.now_serving();
        now_serving.request_id = Some(request_id.to_owned());
        now_serving.trace_id = trace_id.map(str::to_owned);
        // At the level of an error, so that no setting of the log level takes the fields away from the errors.
        tracing::error_span!("invocation", stage = self.shared.stage.as_str(), request_id, trace_id, function)
    }

    /// Request id and trace id of the invocation at hand.
    pub(crate) fn invocation(&self) -> (Option<String>, Option<String>) {
        let now_serving = self.now_serving();
        (now_serving.request_id.clone(), now_serving.trace_id.clone())
    }

    /// Notes that `what` is being done, until the guard is dropped. A warning of a time-out names it.
    pub fn doing(&self, what: impl Into<String>) -> Doing {
        let mut now_serving = self.now_serving();
        let ticket = now_serving.next_ticket;
        now_serving.next_ticket += 1;
        now_serving.doing.push((ticket, what.into()));
        Doing { ticket, telemetry: self.clone() }
    }

    /// Logs that the invocation is about to be cut off, with what it is doing, and flushes.
    pub fn warn_of_time_out(&self, left: Duration) {
        let doing: Vec<_> = self.now_serving().doing.iter().map(|(_, what)| what.clone()).collect();
        let doing = if doing.is_empty() { "nothing it had noted".to_owned() } else { doing.join("; ") };
        let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        tracing::error!(left_ms, doing, "the function is about to time out");
        self.flush();
    }

    fn now_serving(&self) -> MutexGuard<'_, NowServing> {
        // Every change under this lock is one assignment, so what a panic left behind is whole.
        self.shared.now_serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("stage", &self.shared.stage).finish_non_exhaustive()
    }
}

/// Something is being done; see [`Telemetry::doing`].
#[must_use = "what is being done is forgotten when the guard is dropped"]
pub struct Doing {
    ticket: u64,
    telemetry: Telemetry,
}

impl Drop for Doing {
    fn drop(&mut self) {
        self.telemetry.now_serving().doing.retain(|(ticket, _)| *ticket != self.ticket);
    }
}

/// A span whose fields name a file in every log line written within it. `execution` is the ARN or the name of the
/// state machine's execution, when one is known.
#[must_use]
pub fn file_span(file: &FileRef, dataset: Option<&str>, execution: Option<&str>) -> tracing::Span {
    tracing::error_span!(
        "file",
        file_id = file.file_id.as_str(),
        bucket = file.bucket,
        key = file.key,
        dataset,
        execution,
    )
}
