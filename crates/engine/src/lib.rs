//! The data plane: bytes of a CSV file go in, in chunks of any size; zstd Parquet of the rows that satisfy the
//! contract and one JSON line for each fault come out. Nothing here reads a clock, the environment or a network, and
//! memory stays bounded however large the file is.
//!
//! ```text
//! bytes ─► source (gzip, encoding) ─► scan (records, cells) ─► column (types, rules) ─► parquet
//!                                                                └────► keys, quality ──► rejects
//! ```
//!
//! [`Plan`] is a contract compiled for one feed; [`Engine`] judges one file with it; [`Verdict`] says what became of
//! the file. How faults are judged, beyond what the contract's own words say:
//!
//! - A blank row is one whose cells are all empty (with trimming: or blank), none of them in quotes. Where it is not
//!   skipped it is a `blank-row` reject that counts on both sides of the threshold, though it is no data row.
//! - A row with too few cells has one `missing-cell` for each column without a cell (more than three: one for all); a
//!   row with too many has one `extra-cell`. The cells that are there are judged too.
//! - Text after a closing quote is a `source-error` of the row. It makes the file unreadable where the quote opened on
//!   another line, and so do a quote that the file never closes and an escape at its very end: what lies between could be
//!   any number of rows.
//! - Where the first data row ends with a delimiter that the labels do not have, an empty cell there is none.
//! - Of a file whose rejected rows alone are judged again ([`Engine::for_rows`]) the other rows count as loaded: a
//!   selected row with the key of one of them, or of an earlier selected row, is a repeated key.
//! - A cell of a column that the contract does not name is not looked at.
//! - Booleans are `true` and `false` in any case. A fraction of a second finer than the column holds is a type error, and
//!   so is a clock time that its zone skips; of one that comes twice the earlier is taken, which a warning counts.
//! - A file without a record where a header is expected is rejected, not unreadable: its bytes were read to the end.
//! - Keys that need more memory than [`Limits::key_bytes`] are a `source-error` of the whole file.
//! - A quality rule of severity error that allows no bad cell rejects rows. Any other one that the file breaks is a
//!   `constraint-error` of the whole file; its cells are listed and tolerated.
#![doc = include_str!("../README.md")]

mod batch;
mod check;
mod column;
mod engine;
mod error;
mod fault;
mod header;
mod judge;
mod keys;
mod other_keys;
mod parquet;
mod plan;
mod preamble;
mod quality;
mod reader;
mod rejects;
mod scan;
mod selection;
mod source;
mod verdict;

pub use engine::Engine;
pub use error::EngineError;
pub use other_keys::OtherKeys;
pub use plan::{Limits, Plan, PlanError};
pub use selection::{Rows, Taken};
pub use verdict::{Outcome, Verdict};
