//! What became of a file.

use atalaya_contract::{Counts, Reject, RejectSummary, Skipped};

/// Whether readers may have the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The accepted rows are good to read.
    Available,
    /// The file broke its contract.
    Rejected,
}

/// The judgement on one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Available or rejected. The Parquet bytes of a rejected file may be incomplete and are not to be kept.
    pub outcome: Outcome,
    /// Whether the bytes could not be read to the end: gzip corrupt or cut short, a record over the limit, not text.
    pub unreadable: bool,
    /// Rows read, accepted and rejected, as far as the file was read.
    pub rows: Counts,
    /// Lines passed over, as far as the file was read.
    pub skipped: Skipped,
    /// Rejects counted by code, column and rule, most first; without cells that a quality rule tolerates.
    pub rejects: Vec<RejectSummary>,
    /// The first rejects in the order of the file, at most ten. Faults found at the end of the file, such as a broken
    /// quality rule, come first, since they alone can decide the outcome. Where a rule that tolerates some cells is
    /// broken, such cells come last.
    pub first_rejects: Vec<Reject>,
    /// Things told but not judged, one sentence each.
    pub warnings: Vec<String>,
    /// Bytes fed, compressed where the file is.
    pub bytes_read: u64,
}
