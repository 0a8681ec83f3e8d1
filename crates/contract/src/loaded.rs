//! What processing has made of a file: its rows, where they lie, and which of them readers can read.

use serde::{Deserialize, Serialize};

/// Rows of a file; `read = accepted + rejected` always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Data records in the file; header, comments and blank rows are not counted.
    pub read: u64,
    /// Rows that satisfy the contract.
    pub accepted: u64,
    /// Rows that do not.
    pub rejected: u64,
}

/// `s3://` addresses of what was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outputs {
    /// Parquet files with the accepted rows; empty when the file was not loaded.
    #[serde(default)]
    pub parquet: Vec<String>,
    /// JSON lines, one a reject or a cell that a rule tolerates; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejects: Option<String>,
}

/// Rows of a file that readers can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// The attempt that made the last of them visible.
    pub attempt: u32,
    /// The file's rows after that attempt.
    pub rows: Counts,
    /// Where the rows and the list of rejects lie.
    pub outputs: Outputs,
}
