//! One file: bytes in, Parquet and rejects out.

use std::sync::Arc;

use atalaya_contract::Counts;
use parquet::errors::ParquetError;

use crate::{
    fault::{FileFault, code},
    judge::Judge,
    keys::Keys,
    parquet::Writer,
    plan::Plan,
    quality::Breach,
    reader::Reader,
    selection::{Rows, Scope, Selection, Taken},
    source::{Flow, Sink, Source},
    verdict::{Outcome, Verdict},
};

/// How many bytes of outputs wait to be taken before no more of the file is.
const WAITING_OUTPUT: usize = 1 << 20;

/// A failure of the engine itself, never of the file that it reads.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The Parquet writer failed.
    #[error("the Parquet output could not be written: {0}")]
    Parquet(#[from] ParquetError),
}

/// Judges one file.
///
/// Bytes are [fed](Self::feed) in chunks of any size; what they are cut into makes no difference to any output.
pub struct Engine {
    plan: Arc<Plan>,
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
        let reader = Reader::new(Arc::clone(&plan), judge, writer);
        Ok(Self { plan, source, reader, bytes_read: 0 })
    }

    pub(crate) fn into_keys(self) -> Keys {
        self.reader.judge.keys
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
        self.reader.settled.is_some()
    }

    /// The Parquet bytes made since the last call.
    #[must_use]
    pub fn take_parquet(&mut self) -> Vec<u8> {
        self.reader.take_parquet()
    }

    /// The reject lines made since the last call.
    #[must_use]
    pub fn take_rejects(&mut self) -> Vec<u8> {
        self.reader.rejects.take_lines()
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
        let mut outcome = Outcome::Rejected;
        let mut tolerance_broken = false;
        if !self.is_settled() {
            self.reader.close_parquet()?;
            if self.is_within_threshold() {
                outcome = Outcome::Available;
            }
            if let Some(broken) = self.breaks_quality() {
                outcome = Outcome::Rejected;
                tolerance_broken = broken.lists_cells;
            }
            self.reader.remark_repeated_hours();
            self.reader.remark_shapes();
        }
        self.reader.warnings.extend(self.reader.rejects.end_list());
        Ok(Verdict {
            outcome,
            unreadable: self.reader.settled.is_some_and(|settled| settled.unreadable),
            rows: self.reader.rows,
            skipped: self.reader.skipped,
            rejects: self.reader.rejects.summary(),
            first_rejects: self.reader.rejects.first(tolerance_broken),
            warnings: std::mem::take(&mut self.reader.warnings),
            bytes_read: self.bytes_read,
        })
    }

    /// Blank rows that are not skipped are no data rows, but count on both sides.
    fn is_within_threshold(&self) -> bool {
        let Counts { read, rejected, .. } = self.reader.rows;
        let blank = self.reader.blank_rejects;
        self.plan.threshold.is_none_or(|threshold| threshold.tolerates(rejected + blank, read + blank))
    }

    /// Judges the quality rules: what is known of those of severity error that are broken, if any is.
    fn breaks_quality(&mut self) -> Option<Broken> {
        let mut broken: Option<Broken> = None;
        for (rule, tally) in self.plan.quality.iter().zip(&self.reader.judge.tallies) {
            let Some(breach) = rule.judge(tally.count, self.reader.rows.read) else { continue };
            match breach {
                Breach::Warning(warning) => self.reader.warnings.push(warning),
                Breach::Error(fault) => {
                    broken.get_or_insert_default().lists_cells |= rule.lists_cells;
                    self.reader.rejects.add_fault(fault);
                }
            }
        }
        for (rule, tally) in self.plan.quality.iter().zip(&self.reader.judge.tallies) {
            self.reader.warnings.extend(tally.not_listed(&rule.name));
        }
        broken
    }
}

/// What is known of broken quality rules.
#[derive(Debug, Clone, Copy, Default)]
struct Broken {
    /// Whether one of them tolerates some cells, which are listed then.
    lists_cells: bool,
}

impl Sink for Reader {
    type Error = EngineError;

    fn bytes(&mut self, bytes: &[u8]) -> Result<Flow, EngineError> {
        self.raw(bytes)?;
        Ok(match self.settled {
            Some(_) => Flow::Stop,
            None if self.waiting_output() >= WAITING_OUTPUT => Flow::Pause,
            None => Flow::More,
        })
    }
}

/// What the file says when there is no record in it.
pub(crate) fn no_record(is_empty: bool) -> FileFault {
    let message = if is_empty {
        "the file is empty: it has not even a header"
    } else {
        "the file has no record, not even a header: only blank lines, comments or a byte-order mark"
    };
    FileFault::new(code::SOURCE, message)
        .hint("send the header alone for a file without rows; an empty file is often an export that failed")
        .at(1, 0)
}
