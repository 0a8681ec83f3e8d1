//! What the steps say to each other: the execution's input, the events on the bus, and the rejects of a file.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Counts, FileId, FileRef, FileState, Outputs, Recovery};

/// `source` of every event that Atalaya puts on its bus.
pub const EVENT_SOURCE: &str = "atalaya";

/// Input of one execution of the state machine `process-file`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProcessRequest {
    /// The file.
    pub file: FileRef,
    /// 1 for the first attempt; a redrive counts on.
    pub attempt: u32,
    /// The feed that claims the file; absent when none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// The contract that claims the file, at the version that the intake saw; absent with `dataset`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractRef>,
    /// Set when there is nothing to process and only an event to publish: the object is unroutable, or the file is
    /// discarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<Announcement>,
    /// Who asked for this attempt and what for; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
}

/// One stored version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractRef {
    /// The contracts bucket.
    pub bucket: String,
    /// The contract's key in it.
    pub key: String,
    /// The object's version, `null` in a bucket without versions.
    pub version_id: String,
    /// `id` in the document.
    pub id: String,
    /// `version` in the document.
    pub version: String,
}

/// An event ready for the bus: the output of `process`, and what the state machine's publishing step sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    /// `detail-type` of the event.
    pub detail_type: EventKind,
    /// `detail` of the event.
    pub detail: FileEvent,
}

/// What happened to a file; the `detail-type` on the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// The data can be read.
    FileAvailable,
    /// The file broke its contract.
    FileRejected,
    /// The pipeline could not finish the file.
    FileFailed,
    /// The feed already holds this content.
    FileDuplicate,
    /// No contract claims the object.
    FileUnroutable,
    /// A person gave the file up.
    FileDiscarded,
}

impl EventKind {
    /// The name on the bus and in message attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FileAvailable => "FileAvailable",
            Self::FileRejected => "FileRejected",
            Self::FileFailed => "FileFailed",
            Self::FileDuplicate => "FileDuplicate",
            Self::FileUnroutable => "FileUnroutable",
            Self::FileDiscarded => "FileDiscarded",
        }
    }

    /// The final state that the event tells of.
    #[must_use]
    pub const fn state(self) -> FileState {
        match self {
            Self::FileAvailable => FileState::Available,
            Self::FileRejected => FileState::Rejected,
            Self::FileFailed => FileState::Failed,
            Self::FileDuplicate => FileState::Duplicate,
            Self::FileUnroutable => FileState::Unroutable,
            Self::FileDiscarded => FileState::Discarded,
        }
    }
}

/// `detail` of every event about a file. Fields that do not apply to an event are absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileEvent {
    /// Derived from file, event and attempt: the same event told twice has the same id.
    pub event_id: String,
    /// The file.
    pub file: FileRef,
    /// Which attempt this is the outcome of.
    pub attempt: u32,
    /// When the outcome was reached.
    pub occurred_at: Timestamp,
    /// The feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// The contract that judged the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractRef>,
    /// Rows read, accepted and rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Counts>,
    /// Lines of the file that are no rows.
    #[serde(default, skip_serializing_if = "Skipped::is_nothing")]
    pub skipped: Skipped,
    /// Rejects counted by code, column and rule, most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<RejectSummary>,
    /// The first rejects, at most ten, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_rejects: Vec<Reject>,
    /// Things told but not judged: columns left out, quality rules of severity `warning`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Where the outputs lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Outputs>,
    /// The file that brought the same content first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<DuplicateOf>,
    /// Why the pipeline could not finish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureNote>,
    /// Why no contract claims the object, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who asked for this attempt and what for; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
}

impl FileEvent {
    /// An event about `file` with every optional field absent.
    #[must_use]
    pub fn new(kind: EventKind, file: FileRef, attempt: u32, occurred_at: Timestamp) -> Self {
        Self {
            event_id: format!("{}.{}.{attempt}", file.file_id, kind.as_str()),
            file,
            attempt,
            occurred_at,
            dataset: None,
            contract: None,
            rows: None,
            skipped: Skipped::default(),
            rejects: Vec::new(),
            first_rejects: Vec::new(),
            warnings: Vec::new(),
            outputs: None,
            duplicate_of: None,
            error: None,
            reason: None,
            recovery: None,
        }
    }
}

/// What of a file is passed over: it is neither accepted nor rejected, and counts for no threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Skipped {
    /// Rows whose cells are all empty, where the dialect skips them.
    pub blank_rows: u64,
    /// Lines that begin with the dialect's `commentPrefix`.
    pub comment_lines: u64,
}

impl Skipped {
    /// Whether nothing was passed over.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// The file that brought some content first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateOf {
    /// Its id.
    pub file_id: FileId,
    /// Its key in the inbox.
    pub key: String,
    /// What became of it.
    pub state: FileState,
}

/// Why the pipeline could not finish a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureNote {
    /// Name of the error, such as `States.Timeout` or the error type of a function.
    pub kind: String,
    /// What the failing step said.
    pub message: String,
}

/// Most rejects that a rejects file lists; fewer where they are long.
pub const MOST_LISTED_REJECTS: u64 = 100_000;

/// Code of the last line of a rejects file that does not hold all rejects: it is of no row and says how many are left out.
pub const REJECTS_NOT_LISTED: &str = "rejects-not-listed";

/// One fault: a line of the rejects file. A row with several faults has several lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Data record, from 1; the header is not counted. `null` for a fault of the whole file.
    pub row: Option<u64>,
    /// Physical line where the record starts, from 1. `null` for a fault without a place.
    pub line: Option<u64>,
    /// Offset where the record starts, in bytes of the uncompressed file.
    pub byte: Option<u64>,
    /// Name of the column; `null` for a fault of the whole row.
    pub column: Option<String>,
    /// Frictionless error code, such as `type-error`.
    pub code: String,
    /// The contract's rule that was broken, such as `maximum`.
    pub rule: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The cell's text, `***` when the column's classification forbids to show it.
    pub value: Option<String>,
    /// Whether the row is not rejected for this: the quality rule tolerates some such cells, and the line is there so that
    /// the sender learns which they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tolerated: bool,
}

/// How many rejects share a code, a column and a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectSummary {
    /// Frictionless error code.
    pub code: String,
    /// Name of the column.
    pub column: Option<String>,
    /// The contract's rule.
    pub rule: Option<String>,
    /// How many.
    pub count: u64,
}
