//! The ledger: what is known about every file, and the conditions that give a file exactly one outcome.
//!
//! A *file* goes `received → processing →` a final state, and leaves a final state only by a new attempt, which a
//! person asks for. Its *samples* are the first rejects; they quote cells, and go after some days while the record
//! stays. A *content claim* says which file brought some content into a dataset first, and which files lost it to that
//! one and may have left something to delete. A *notice* says which event has been told to users, or is being told, and
//! a *page* which change of an alarm to operators. A *pause* keeps the intake from starting files, which are *held*
//! meanwhile. An *operation* says what a person did when and why.

mod audit;
mod dynamo;
mod item;
mod memory;
mod pages;
mod pauses;
mod permission;
mod record;
mod recovery;
mod samples;
mod table;

use std::collections::BTreeSet;

use atalaya_contract::{FileId, FileState};
use jiff::Timestamp;

pub use audit::{KeepAudit, Operation};
pub use dynamo::DynamoLedger;
pub use memory::MemoryLedger;
pub use pages::{ClaimPages, PageClaim};
pub use pauses::{Pause, PauseSet, Pauses};
pub use record::{FileRecord, NoticeRecord, NoticeState, Outcome, Transition};
pub use recovery::{RecoverFiles, Recovered, Route, Standing};
pub use samples::DEFAULT_SAMPLES_RETENTION;

use crate::CloudError;

/// What became of a claim on a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Claimed {
    /// The record stands in the ledger now.
    New,
    /// The file was known; this is its record, unchanged.
    Known(Box<FileRecord>),
}

/// What became of the beginning of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// The file is being processed; its record as it stands now.
    Started(Box<FileRecord>),
    /// The file has its outcome already; nothing was changed.
    Ended(Box<FileRecord>),
}

/// What became of writing an outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Finished {
    /// The outcome stands in the ledger; the file's record as it stands now.
    Recorded(Box<FileRecord>),
    /// The file had an outcome already, or a newer attempt runs; nothing was changed.
    Superseded(Box<FileRecord>),
}

impl Finished {
    /// The file's record as it stands now.
    #[must_use]
    pub fn record(&self) -> &FileRecord {
        match self {
            Self::Recorded(record) | Self::Superseded(record) => record,
        }
    }
}

/// A claim on some content in a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentClaim {
    /// The dataset.
    pub dataset: String,
    /// SHA-256 of the file's bytes as they lie in the inbox, in hexadecimal.
    pub sha256: String,
    /// Who claims.
    pub holder: ContentHolder,
    /// When.
    pub at: Timestamp,
}

/// Who holds a claim on content: one attempt of one file, so that a newer attempt's claim is told from an older one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentHolder {
    /// The file.
    pub file_id: FileId,
    /// The attempt.
    pub attempt: u32,
}

/// What became of a claim on content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentClaimed {
    /// The content is the claimant's, now or since an earlier try.
    Ours {
        /// Files that lost the content to a claimant, and whose outputs may still be visible. They stay in the claim until
        /// [`ProcessFiles::forget_displaced`], whoever claims meanwhile. A file that won its content back may be among
        /// them.
        displaced: BTreeSet<FileId>,
    },
    /// Another file holds it.
    HeldBy(ContentHolder),
}

/// A claim on telling users of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeClaim {
    /// The file that the event is about.
    pub file_id: FileId,
    /// The event's id, which is the notice's too.
    pub event_id: String,
    /// The kind of the event, as on the bus.
    pub event: String,
    /// Who claims: the same on every try of one invocation, so that a second try need not wait for the lease.
    pub owner: String,
    /// When.
    pub at: Timestamp,
    /// Until when nobody else may try.
    pub lease_until: Timestamp,
}

/// What became of a claim on telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeClaimed {
    /// The claimant is to tell, and to say so with [`ClaimNotices::notice_sent`].
    Ours,
    /// Users have been told.
    Sent,
    /// Somebody else is telling them, until then at the latest.
    Sending(Timestamp),
}

/// What users were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentNotice {
    /// The service's id of the message.
    pub message_id: String,
    /// The subject.
    pub subject: String,
    /// The text; absent where it quotes cells of the file, which are not to stay in the ledger for good.
    pub text: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Which files to list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileQuery {
    /// Only files in this state.
    pub state: Option<FileState>,
    /// Only files of this dataset.
    pub dataset: Option<String>,
    /// Only files created at this time or later.
    pub since: Option<Timestamp>,
    /// At most so many.
    pub limit: usize,
}

/// Claims files (`dynamodb:PutItem`, `dynamodb:GetItem`).
pub trait ClaimFiles: Send + Sync {
    /// Puts a new file's record into the ledger unless the file is known.
    fn claim(&self, record: &FileRecord) -> impl Future<Output = Result<Claimed, CloudError>> + Send;
}

/// Reads files (`dynamodb:GetItem`).
pub trait ReadFiles: Send + Sync {
    /// A file's record, as of now, with the samples of its rejects until they expire.
    fn get(&self, file_id: &FileId) -> impl Future<Output = Result<Option<FileRecord>, CloudError>> + Send;
}

/// Gives files their outcome (`dynamodb:UpdateItem`, `dynamodb:PutItem`, `dynamodb:GetItem`).
pub trait ProcessFiles: ReadFiles {
    /// Moves a file to `processing`, again if it is there. The attempt must be the record's.
    ///
    /// # Errors
    /// `NotFound` for a file that the ledger does not hold, `Conflict` when a newer attempt runs.
    fn begin(
        &self,
        file_id: &FileId,
        attempt: u32,
        execution_arn: Option<&str>,
        at: Timestamp,
    ) -> impl Future<Output = Result<Begun, CloudError>> + Send;

    /// Claims content for a file; a file's later attempt takes over from its earlier one. `instead_of` names the holder
    /// that the claimant may displace; the claim remembers it as displaced.
    fn claim_content(
        &self,
        claim: &ContentClaim,
        instead_of: Option<&ContentHolder>,
    ) -> impl Future<Output = Result<ContentClaimed, CloudError>> + Send;

    /// Takes files out of what a claim remembers as displaced: nothing of theirs is visible any more. Others stay.
    ///
    /// # Errors
    /// `Conflict` when nobody has claimed the content.
    fn forget_displaced(
        &self,
        claim: &ContentClaim,
        displaced: &BTreeSet<FileId>,
    ) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Writes a file's outcome, once for each attempt. The first rejects are kept apart from the record, since they are
    /// samples of its cells, and go after some days; the record that is answered has them.
    ///
    /// # Errors
    /// `NotFound` for a file that the ledger does not hold.
    fn finish(
        &self,
        file_id: &FileId,
        attempt: u32,
        outcome: &Outcome,
    ) -> impl Future<Output = Result<Finished, CloudError>> + Send;
}

/// Keeps account of notices (`dynamodb:PutItem`, `dynamodb:UpdateItem`, `dynamodb:GetItem`).
pub trait ClaimNotices: Send + Sync {
    /// Claims the telling of an event.
    fn claim_notice(&self, claim: &NoticeClaim) -> impl Future<Output = Result<NoticeClaimed, CloudError>> + Send;

    /// Says that users have been told.
    fn notice_sent(
        &self,
        file_id: &FileId,
        event_id: &str,
        sent: &SentNotice,
    ) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Gives a claim back whose telling failed, so that whoever comes next need not wait for its lease. A claim that
    /// another has taken over meanwhile stays.
    fn notice_unsent(&self, claim: &NoticeClaim, at: Timestamp) -> impl Future<Output = Result<(), CloudError>> + Send;
}

/// Looks into the ledger (`dynamodb:Query` on the table and its indexes, `dynamodb:Scan`, `dynamodb:GetItem`).
pub trait BrowseFiles: ReadFiles {
    /// Files, newest first by their creation, without samples of their rejects. Indexes lag behind by moments.
    fn list(&self, query: &FileQuery) -> impl Future<Output = Result<Vec<FileRecord>, CloudError>> + Send;

    /// Files whose id begins with `prefix`, at most `limit`. A whole id takes one read, a part of one a scan.
    fn find(&self, prefix: &str, limit: usize) -> impl Future<Output = Result<Vec<FileRecord>, CloudError>> + Send;

    /// The notices about a file, in the order of their claims.
    fn notices(&self, file_id: &FileId) -> impl Future<Output = Result<Vec<NoticeRecord>, CloudError>> + Send;
}

/// Everything that can be done with the ledger.
pub trait Ledger:
    ClaimFiles + ProcessFiles + RecoverFiles + ClaimNotices + ClaimPages + BrowseFiles + Pauses + KeepAudit
{
}

impl<T> Ledger for T where
    T: ClaimFiles + ProcessFiles + RecoverFiles + ClaimNotices + ClaimPages + BrowseFiles + Pauses + KeepAudit
{
}

/// Length of a whole file id.
const FILE_ID_LENGTH: usize = 32;

fn no_such_file(file_id: &FileId) -> CloudError {
    CloudError::new(
        crate::ErrorKind::NotFound,
        format!("find file {file_id}"),
        "the ledger holds no such file; only the intake puts files into it",
    )
}

fn never_claimed(claim: &ContentClaim) -> CloudError {
    CloudError::new(
        crate::ErrorKind::Conflict,
        format!("forget displaced files of content {} of {}", claim.sha256, claim.dataset),
        "nobody has claimed the content",
    )
}

fn superseded(file_id: &FileId, attempt: u32, record: &FileRecord) -> CloudError {
    CloudError::new(
        crate::ErrorKind::Conflict,
        format!("begin attempt {attempt} of file {file_id}"),
        format!("the ledger is at attempt {}; this execution is out of date", record.attempt),
    )
}
