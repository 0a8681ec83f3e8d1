//! Captures what a test makes the telemetry write.
//!
//! ```
//! use atalaya_telemetry::{Metric, Stage, test_sink};
//!
//! let captured = test_sink::capture(Stage::Intake);
//! captured.telemetry.count(Metric::FilesReceived, Some("flights"), 2);
//! captured.telemetry.flush();
//! assert_eq!(captured.sum(Metric::FilesReceived, &[]), Some(2.0));
//! assert_eq!(captured.sum(Metric::FilesReceived, &[("Dataset", "flights")]), Some(2.0));
//! captured.assert_catalogued();
//! ```

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::prelude::*;

use crate::log_lines::JsonLines;
use crate::{Metric, Output, Stage, Telemetry, TimeSource, catalogue};

/// A clock that stands still until it is told to go on. Clones show the same time.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// The clock as a time source.
    #[must_use]
    pub fn source(&self) -> TimeSource {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// Telemetry whose lines stay in memory. Log lines are captured from the thread that called [`capture`], while this
/// value lives; EMF lines from everywhere.
pub struct Captured {
    /// To be given to the code under test.
    pub telemetry: Telemetry,
    /// The time that the telemetry sees. It starts at 2026-01-01T00:00:00Z.
    pub clock: TestClock,
    output: Output,
    _logger: DefaultGuard,
}

/// Captures from now on, at every level.
#[must_use]
pub fn capture(stage: Stage) -> Captured {
    let clock = TestClock::new(Timestamp::from_second(1_767_225_600).expect("the first second of 2026"));
    let output = Output::memory();
    let lines = JsonLines::new(output.clone(), clock.source());
    let logger = tracing_subscriber::registry().with(lines).set_default();
    let telemetry = Telemetry::new(stage, output.clone(), clock.source());
    Captured { telemetry, clock, output, _logger: logger }
}

impl Captured {
    /// Every line so far, as text.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.output.captured().lines().map(str::to_owned).collect()
    }

    /// Every EMF document so far.
    #[must_use]
    pub fn emf(&self) -> Vec<Value> {
        self.documents(true)
    }

    /// Every log line so far.
    #[must_use]
    pub fn logs(&self) -> Vec<Value> {
        self.documents(false)
    }

    /// # Panics
    /// When a line is not JSON.
    fn documents(&self, with_metrics: bool) -> Vec<Value> {
        let parse = |line: &String| serde_json::from_str::<Value>(line).expect("every line is one JSON document");
        self.lines().iter().map(parse).filter(|document| document.get("_aws").is_some() == with_metrics).collect()
    }

    /// Sum of a metric over every document that publishes it with exactly these dimension values; `None` when none
    /// does.
    #[must_use]
    pub fn sum(&self, metric: Metric, dimensions: &[(&str, &str)]) -> Option<f64> {
        let documents = self.emf();
        let values = documents.iter().filter(|document| publishes(document, metric, dimensions));
        values.map(|document| document[metric.name()].as_f64().unwrap_or(f64::NAN)).reduce(|sum, value| sum + value)
    }

    /// Checks every EMF line so far against the catalogue. That each is what CloudWatch takes is held here, where all
    /// of them are written, and where they come out of the deployed functions.
    ///
    /// # Panics
    /// When a line says anything that the catalogue does not; the message lists all of it.
    pub fn assert_catalogued(&self) {
        let found: Vec<_> = self.emf().iter().flat_map(catalogue::disagreements).collect();
        assert!(found.is_empty(), "EMF lines disagree with the catalogue:\n{}", found.join("\n"));
    }

    /// Checks every EMF line so far against the catalogue, and lets CloudWatch's own rules judge it.
    #[cfg(test)]
    pub(crate) fn assert_valid(&self) {
        use atalaya_cloudwatch::emf::{self, Line};

        self.assert_catalogued();
        for line in self.lines().iter().filter(|line| line.contains(r#""_aws""#)) {
            let Line::Emf(extracted) = emf::read(line) else { panic!("the line is no EMF: {line}") };
            assert_eq!(extracted.faults().collect::<Vec<_>>(), [""; 0], "{line}");
            assert!(!extracted.data.is_empty(), "the line says nothing: {line}");
        }
    }
}

fn publishes(document: &Value, metric: Metric, dimensions: &[(&str, &str)]) -> bool {
    let directives = document["_aws"]["CloudWatchMetrics"].as_array().map(Vec::as_slice).unwrap_or_default();
    let wanted = |set: &Value| {
        let names: Vec<_> = set.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        names.len() == dimensions.len()
            && dimensions.iter().all(|(name, value)| names.contains(name) && document[*name] == *value)
    };
    let lists = |directive: &Value, list: &str, test: &dyn Fn(&Value) -> bool| {
        directive[list].as_array().is_some_and(|entries| entries.iter().any(test))
    };
    directives.iter().any(|directive| {
        lists(directive, "Metrics", &|each| each["Name"] == metric.name()) && lists(directive, "Dimensions", &wanted)
    })
}
