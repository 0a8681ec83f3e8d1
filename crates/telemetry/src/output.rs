//! Where lines go.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// The place that log lines and EMF lines are written to, whole lines at a time and at once.
#[derive(Debug, Clone, Default)]
pub enum Output {
    /// Standard output, which Lambda sends to CloudWatch Logs line by line.
    #[default]
    Stdout,
    /// Memory, for tests.
    Memory(Arc<Mutex<Vec<u8>>>),
}

impl Output {
    /// An empty memory.
    #[must_use]
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// Writes whole lines in one piece and flushes. Two threads cannot tear each other's lines.
    pub(crate) fn write_lines(&self, lines: &[u8]) {
        match self {
            Self::Stdout => {
                let mut stdout = std::io::stdout().lock();
                // When standard output itself is broken there is nowhere left to say so, and losing a log line must
                // not lose the file that is being processed.
                let _ = stdout.write_all(lines).and_then(|()| stdout.flush());
            }
            Self::Memory(bytes) => bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(lines),
        }
    }

    /// Flushes what the standard library may still hold.
    pub(crate) fn flush(&self) {
        self.write_lines(&[]);
    }

    /// Everything in the memory so far; empty for standard output.
    pub(crate) fn captured(&self) -> String {
        match self {
            Self::Stdout => String::new(),
            Self::Memory(bytes) => {
                String::from_utf8_lossy(&bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
            }
        }
    }
}
