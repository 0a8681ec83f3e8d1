//! EMF lines through metrique's formatter, written at once.

use std::sync::{Arc, Mutex, PoisonError};

use metrique::emf::Emf;
use metrique_writer::sink::FlushWait;
use metrique_writer::{Entry, EntrySink, IoStreamError, format::Format};

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
            Ok(()) => self.output.write_lines(&without_empty_documents(&lines)),
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
