//! Failures on demand, for the stores in memory.

use crate::{CloudError, ErrorKind};

/// Operations that are to fail, each once for every time that it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Failures(Vec<(String, ErrorKind)>);

impl Failures {
    /// The next call of the operation is to fail in this way.
    pub(crate) fn ask(&mut self, operation: &str, kind: ErrorKind) {
        self.0.push((operation.to_owned(), kind));
    }

    /// Fails when the operation was asked to; `action` says what was tried.
    pub(crate) fn meet(&mut self, operation: &str, action: impl FnOnce() -> String) -> Result<(), CloudError> {
        let Some(at) = self.0.iter().position(|(name, _)| name == operation) else { return Ok(()) };
        let (_, kind) = self.0.remove(at);
        Err(CloudError::new(kind, action(), "asked to fail"))
    }
}
