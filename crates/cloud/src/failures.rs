//! Failures on demand, for the stores in memory.

use crate::{CloudError, ErrorKind};

/// Operations that are to fail, each once for every time that it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Failures(Vec<Failure>);

#[derive(Debug)]
struct Failure {
    operation: String,
    /// How many calls pass before.
    passed: u32,
    kind: ErrorKind,
}

impl Failures {
    /// The next call of the operation is to fail in this way.
    pub(crate) fn ask(&mut self, operation: &str, kind: ErrorKind) {
        self.ask_after(operation, 0, kind);
    }

    /// After `passed` more calls the operation is to fail in this way.
    pub(crate) fn ask_after(&mut self, operation: &str, passed: u32, kind: ErrorKind) {
        self.0.push(Failure { operation: operation.to_owned(), passed, kind });
    }

    /// Fails when the operation was asked to; `action` says what was tried.
    pub(crate) fn meet(&mut self, operation: &str, action: impl FnOnce() -> String) -> Result<(), CloudError> {
        let Some(at) = self.0.iter().position(|failure| failure.operation == operation) else { return Ok(()) };
        if let Some(left) = self.0[at].passed.checked_sub(1) {
            self.0[at].passed = left;
            return Ok(());
        }
        Err(CloudError::new(self.0.remove(at).kind, action(), "asked to fail"))
    }
}
