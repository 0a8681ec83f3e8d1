//! EMF lines through metrique's formatter, written at once.

use std::sync::{Arc, Mutex, PoisonError};

use metrique::emf::Emf;
use metrique_writer::sink::FlushWait;
use metrique_writer::{Entry, EntrySink, IoStreamError, format::Format};
use serde_json::Value;

use crate::Output;

/// Formats entries and writes each before the call returns. metrique's queue would write from a thread of its own,
/// which Lambda freezes between invocations.
#[derive(Clone)]
pub(crate) struct EmfSink {
    format: Arc<Mutex<Emf>>,
    output: Output,
}

impl EmfSink {
    pub(crate) fn new(format: Emf, output: Output) -> Self {
        Self { format: Arc::new(Mutex::new(format)), output }
    }

    /// Writes the lines of `entry`. An entry that breaks metrique's rules is a bug here: it is logged, not written.
    pub(crate) fn emit(&self, entry: &impl Entry) {
        let mut lines = Vec::with_capacity(1024);
        let result = self.format.lock().unwrap_or_else(PoisonError::into_inner).format(entry, &mut lines);
        match result {
            Ok(()) => self.output.write_lines(&folded(without_empty_documents(&lines))),
            Err(IoStreamError::Validation(error)) => {
                tracing::error!(%error, "a metric record is not valid EMF and was not written");
            }
            Err(IoStreamError::Io(error)) => tracing::error!(%error, "a metric record could not be formatted"),
        }
    }
}

impl<E: Entry> EntrySink<E> for EmfSink {
    fn append(&self, entry: E) {
        self.emit(&entry);
    }

    fn flush_async(&self) -> FlushWait {
        FlushWait::ready()
    }
}

/// metrique writes a document without metrics for an entry that has none, as a sign of life. Lambda has better ones,
/// and each line costs money.
fn without_empty_documents(lines: &[u8]) -> Vec<u8> {
    const NO_METRICS: &[u8] = br#""Metrics":[]}],"Timestamp""#;
    lines
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !line.windows(NO_METRICS.len()).any(|window| window == NO_METRICS))
        .flatten()
        .copied()
        .collect()
}

/// What has no dimensions takes in the lines that share nothing with it: a document may hold several directives, each
/// with its own dimensions, and a line less is money less. In practice that is the line by step; a feed's line repeats
/// the names of the total and stays by itself.
fn folded(lines: Vec<u8>) -> Vec<u8> {
    if lines.iter().filter(|byte| **byte == b'\n').count() < 2 {
        return lines;
    }
    let documents = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let Ok(documents) = documents.map(serde_json::from_slice).collect::<Result<Vec<Value>, _>>() else { return lines };
    let (mut totals, mut others): (Vec<_>, Vec<_>) = documents.into_iter().partition(is_total);
    let [total] = totals.as_mut_slice() else { return lines };
    others.retain(|other| !take_in(total, other));
    totals.iter().chain(&others).flat_map(|document| format!("{document}\n").into_bytes()).collect()
}

fn is_total(document: &Value) -> bool {
    document["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == serde_json::json!([[]])
}

/// Whether `other` says nothing that `total` says too, apart from the time; then `total` says it all.
fn take_in(total: &mut Value, other: &Value) -> bool {
    let (Some(members), Some(added)) = (total.as_object_mut(), other.as_object()) else { return false };
    let own = |name: &str| name != METADATA;
    if members[METADATA]["Timestamp"] != added[METADATA]["Timestamp"]
        || added.keys().any(|name| own(name) && members.contains_key(name))
    {
        return false;
    }
    let directives = added[METADATA]["CloudWatchMetrics"].as_array().cloned().unwrap_or_default();
    if let Some(all) = members[METADATA]["CloudWatchMetrics"].as_array_mut() {
        all.extend(directives);
    }
    members.extend(added.iter().filter(|(name, _)| own(name)).map(|(name, value)| (name.clone(), value.clone())));
    true
}

/// The member of an EMF document that says which of the others are metrics.
const METADATA: &str = "_aws";
