//! The embedded metric format: what a log line says of metrics (CloudWatch user guide, Embedded metric format
//! specification).
//!
//! CloudWatch stores the line in any case. Where it breaks a rule, metrics of it are dropped and nobody is told but a
//! counter; here each fault is also named in words.

mod document;
mod extraction;
mod prefix;

use serde_json::Value;

use self::document::Document;
use crate::{MetricDatum, MetricId, MetricStore, Unit};

/// The most bytes of a log event: `PutLogEvents` takes 1 MiB for a batch and counts 26 bytes more for each event.
pub const MAX_EVENT_BYTES: usize = 1_048_576 - 26;

/// What a log line is.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// No document with `_aws.CloudWatchMetrics`: any other log line, which is no fault.
    NotEmf,
    /// A document in the embedded metric format, right or wrong.
    Emf(Extracted),
}

/// What CloudWatch makes of a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extracted {
    /// The data, those of faulty parts left out: one for each metric and each set of dimensions.
    pub data: Vec<MetricDatum>,
    /// Where the document is not built as the format asks; it has no data then.
    pub parsing_errors: Vec<String>,
    /// Where it breaks a rule or a limit. Each names what is dropped for it: a directive, a set of dimensions or a
    /// metric.
    pub validation_errors: Vec<String>,
}

impl Extracted {
    /// Every fault.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.parsing_errors.iter().chain(&self.validation_errors).map(String::as_str)
    }
}

/// What became of a log line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IngestReport {
    /// Whether it is in the embedded metric format.
    pub is_emf: bool,
    /// How many data were put into the store.
    pub stored: usize,
    /// See [`Extracted::parsing_errors`].
    pub parsing_errors: Vec<String>,
    /// See [`Extracted::validation_errors`]; also data that lie too far in the past or future.
    pub validation_errors: Vec<String>,
}

/// Reads a log line: one JSON document, with nothing before it but what Lambda may prepend, and nothing after it.
#[must_use]
pub fn read(line: &str) -> Line {
    let text = prefix::without_lambda_fields(line);
    // Most log lines are not EMF. The name of a member may be escaped, so a backslash says nothing.
    if !text.contains("_aws") && !text.contains('\\') {
        return Line::NotEmf;
    }
    let Ok(Value::Object(root)) = serde_json::from_str(text) else { return Line::NotEmf };
    let Some(directives) = root.get("_aws").and_then(|metadata| metadata.get("CloudWatchMetrics")) else {
        return Line::NotEmf;
    };
    let extracted = match Document::of(&root, directives) {
        Ok(_) if line.len() > MAX_EVENT_BYTES => {
            let fault = format!("{} bytes are more than a log event may have ({MAX_EVENT_BYTES})", line.len());
            Extracted { parsing_errors: vec![fault], ..Extracted::default() }
        }
        Ok(document) => extraction::extract(&document),
        Err(parsing_errors) => Extracted { parsing_errors, ..Extracted::default() },
    };
    Line::Emf(extracted)
}

/// Reads a line that arrives at `now` (epoch seconds) in a log group, puts its data into the store, and counts its
/// faults as CloudWatch does: metrics `EMFParsingErrors` and `EMFValidationErrors` of `AWS/Logs`.
pub fn ingest(store: &mut MetricStore, log_group: &str, line: &str, now: i64) -> IngestReport {
    let Line::Emf(Extracted { data, parsing_errors, mut validation_errors }) = read(line) else {
        return IngestReport::default();
    };
    let mut stored = 0;
    for datum in &data {
        match store.put(datum, now).map_err(|error| format!("_aws.Timestamp: {error}")) {
            Ok(()) => stored += 1,
            // All data of a line have its time, and what else a datum must keep was checked: one fault, named once.
            Err(error) if validation_errors.last() == Some(&error) => {}
            Err(error) => validation_errors.push(error),
        }
    }
    let (parsing, validation) = counted(&parsing_errors, &validation_errors);
    for (name, count) in [("EMFParsingErrors", parsing), ("EMFValidationErrors", validation)] {
        if count > 0 {
            let series = store.series(&MetricId::new("AWS/Logs", name, [("LogGroupName", log_group)]));
            store.add(series, Unit::None, now, count as f64);
        }
    }
    IngestReport { is_emf: true, stored, parsing_errors, validation_errors }
}

/// What a line adds to the two counters. How CloudWatch counts is not published: here a document that is not built as
/// the format asks counts once however many places are wrong, and a broken rule once for each part that is dropped
/// for it. A line without faults adds no data point.
fn counted(parsing_errors: &[String], validation_errors: &[String]) -> (usize, usize) {
    (parsing_errors.len().min(1), validation_errors.len())
}

#[cfg(test)]
mod tests;
