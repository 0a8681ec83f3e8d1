//! One file: bytes in, Parquet and rejects out.

use std::sync::Arc;

use crate::{
    error::EngineError,
    judge::Judge,
    keys::Keys,
    parquet::Writer,
    plan::Plan,
    reader::Reader,
    selection::{Rows, Scope, Selection, Taken},
    source::Source,
    verdict::Verdict,
};

/// Judges one file.
///
/// Bytes are [fed](Self::feed) in chunks of any size; what they are cut into makes no difference to any output.
pub struct Engine {
    source: Source,
    reader: Reader,
    bytes_read: u64,
}

impl Engine {
    /// An engine for one file.
    ///
    /// # Errors
    /// The Parquet writer cannot be set up.
    pub fn new(plan: Arc<Plan>) -> Result<Self, EngineError> {
        Self::scoped(plan, Scope::All, None)
    }

    /// An engine that writes, rejects and counts only some rows of a file, whose other rows are loaded. `others` are the
    /// keys of those, read with the same plan; a plan that [compares no rows](Plan::compares_rows) needs none. In the
    /// verdict, `rows.read` counts all rows of the file, and `rows.accepted` and `rows.rejected` the selected ones.
    ///
    /// # Errors
    /// The Parquet writer cannot be set up.
    pub fn for_rows(plan: Arc<Plan>, rows: Arc<Rows>, others: Option<Taken>) -> Result<Self, EngineError> {
        Self::scoped(plan, Scope::Selected(Selection::new(rows)), others)
    }

    pub(crate) fn scoped(plan: Arc<Plan>, scope: Scope, others: Option<Taken>) -> Result<Self, EngineError> {
        let source = Source::new(plan.compression);
        let writer = match scope {
            Scope::Others(_) => None,
            Scope::All | Scope::Selected(_) => Some(Writer::new(&plan.schema())?),
        };
        let judge = Judge::new(&plan, scope, others.map(|taken| taken.0));
        let reader = Reader::new(plan, judge, writer);
        Ok(Self { source, reader, bytes_read: 0 })
    }

    pub(crate) fn into_keys(self) -> Keys {
        self.reader.into_keys()
    }

    /// Takes the file's next bytes: how many of `chunk`, from its start. Fewer than all are taken where a mebibyte of
    /// outputs has been made of them; those are to be taken before the rest is fed. A compressed file can be a thousand
    /// times as large as its bytes, and its rejects a hundred times as large again, so that this keeps the memory small.
    ///
    /// # Errors
    /// The engine itself failed; whatever the bytes are, they never fail it.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<usize, EngineError> {
        let mut taken = chunk.len();
        if !self.is_settled() {
            match self.source.push(chunk, &mut self.reader)? {
                // What follows the end of reading is only counted.
                Ok(_) if self.is_settled() => {}
                Ok(pushed) => taken = pushed,
                Err(fault) => self.reader.give_up(fault),
            }
        }
        self.bytes_read += taken as u64;
        Ok(taken)
    }

    /// Whether the outcome is known, whatever bytes follow: they are counted and ignored.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.reader.is_settled()
    }

    /// The Parquet bytes made since the last call.
    #[must_use]
    pub fn take_parquet(&mut self) -> Vec<u8> {
        self.reader.take_parquet()
    }

    /// The reject lines made since the last call.
    #[must_use]
    pub fn take_rejects(&mut self) -> Vec<u8> {
        self.reader.take_rejects()
    }

    /// Says that the file has ended, and judges it. The last Parquet bytes and reject lines can be taken then.
    ///
    /// # Errors
    /// The engine itself failed.
    pub fn finish(&mut self) -> Result<Verdict, EngineError> {
        if !self.is_settled() {
            match self.source.finish(&mut self.reader)? {
                Ok(()) => self.reader.end()?,
                Err(fault) => self.reader.give_up(fault),
            }
        }
        self.reader.conclude(self.bytes_read)
    }
}
