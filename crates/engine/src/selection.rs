//! Some rows of a file alone: those that were rejected before, while the others stay as they were loaded.
//!
//! Every row is still read and judged, so that rows have their numbers and the file as a whole is measured. Only the
//! selected rows are written, rejected and counted. No selected row may bring a key that another row has brought
//! already, and that row may stand later in the file: the keys of the others are therefore read first, by
//! [`OtherKeys`](crate::OtherKeys), in a pass of its own.

use std::sync::Arc;

use crate::{
    batch::Batch,
    fault::{FileFault, code},
    keys::Keys,
    source::Positions,
};

/// Rows of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows(Vec<Row>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    /// Data record, from 1.
    number: u64,
    /// Offset where it starts, in bytes of the uncompressed file.
    byte: u64,
}

impl Rows {
    /// The rows with these numbers (from 1), each with the byte where it starts, in any order and as often as one likes:
    /// as the lines of a list of rejects have them.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut rows: Vec<_> = rows.into_iter().map(|(number, byte)| Row { number, byte }).collect();
        rows.sort_unstable();
        rows.dedup_by_key(|row| row.number);
        Self(rows)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What is done with the rows of a file.
#[derive(Debug, Default)]
pub(crate) enum Scope {
    /// All are judged.
    #[default]
    All,
    /// The selected are judged.
    Selected(Selection),
    /// The keys of those that are not selected are collected.
    Others(Selection),
}

/// The selected rows, passed in the order of the file.
#[derive(Debug)]
pub(crate) struct Selection {
    rows: Arc<Rows>,
    /// How many of them are behind the reader.
    passed: usize,
    /// Which rows of the last batch are selected.
    pub(crate) chosen: Vec<bool>,
}

impl Selection {
    pub(crate) fn new(rows: Arc<Rows>) -> Self {
        Self { rows, passed: 0, chosen: Vec::new() }
    }

    /// Finds the selected rows of a batch that follows `rows_before` data rows. A row that starts elsewhere than it is
    /// known to is another row than the one that was meant.
    pub(crate) fn choose(
        &mut self,
        batch: &Batch<'_>,
        positions: &Positions,
        rows_before: u64,
    ) -> Result<(), FileFault> {
        self.chosen.clear();
        self.chosen.resize(batch.rows, false);
        while let Some(row) = self.rows.0.get(self.passed)
            && row.number <= rows_before + batch.rows as u64
        {
            let at = (row.number - rows_before - 1) as usize;
            let (line, byte) = batch.place(at, positions);
            if byte != row.byte {
                let message = format!(
                    "row {} starts at byte {byte} now, and started at byte {} when it was rejected",
                    row.number, row.byte
                );
                let hint = "the contract cuts the file into other rows than before: replay the whole file";
                return Err(FileFault::new(code::SOURCE, message).hint(hint).at(line, byte));
            }
            self.chosen[at] = true;
            self.passed += 1;
        }
        Ok(())
    }
}

/// The keys of a file's rows but the selected ones.
pub struct Taken(pub(crate) Keys);
