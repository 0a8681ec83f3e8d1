//! The first of two passes over a file of which some rows are judged again: the keys of all others.

use std::sync::Arc;

use crate::{
    engine::Engine,
    error::EngineError,
    plan::Plan,
    selection::{Rows, Scope, Selection, Taken},
    verdict::Verdict,
};

/// Reads the keys (`primaryKey`, `unique`) of a file's rows but the selected ones.
pub struct OtherKeys(Engine);

impl OtherKeys {
    /// A reader for one file, from which `rows` are selected.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn new(plan: Arc<Plan>, rows: Arc<Rows>) -> Result<Self, EngineError> {
        Engine::scoped(plan, Scope::Others(Selection::new(rows)), None).map(Self)
    }

    /// Takes the file's next bytes.
    ///
    /// # Errors
    /// As [`Engine::feed`].
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), EngineError> {
        // Nothing is written, so that nothing waits to be taken and all is taken at once.
        self.0.feed(chunk).map(|_| ())
    }

    /// Whether no further bytes make a difference.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.0.is_settled()
    }

    /// Says that the file has ended. Where the file as a whole cannot be judged there are no keys, but the verdict on
    /// it.
    ///
    /// # Errors
    /// As [`Engine::finish`].
    pub fn finish(mut self) -> Result<Result<Taken, Box<Verdict>>, EngineError> {
        let verdict = self.0.finish()?;
        Ok(if self.0.is_settled() { Err(Box::new(verdict)) } else { Ok(Taken(self.0.into_keys())) })
    }
}
