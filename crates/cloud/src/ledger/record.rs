//! What the ledger holds about a file and its notices.

use atalaya_contract::{
    Announcement, ContractRef, Counts, DuplicateOf, EventKind, FailureNote, FileEvent, FileId, FileRef, FileState,
    Outputs, ProcessRequest, Recovery, Reject, RejectSummary, Skipped,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::samples::breaks_as_a_whole;

/// One file's entry. Its fields are the ledger item's attributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRecord {
    /// The file: `file_id`, `bucket`, `key`, `version_id`, `size`, `created_at`.
    #[serde(flatten)]
    pub file: FileRef,
    /// When the intake claimed it.
    pub received_at: Timestamp,
    /// Where it is on its way.
    pub state: FileState,
    /// From 1; a redrive counts on.
    pub attempt: u32,
    /// The feed that claims it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// The contract that judges it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractRef>,
    /// The execution of the state machine that works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_arn: Option<String>,
    /// When the last try began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processing_at: Option<Timestamp>,
    /// When it reached its outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// SHA-256 of its bytes, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Rows read, accepted and rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Counts>,
    /// Lines of it that are no rows.
    #[serde(default, skip_serializing_if = "Skipped::is_nothing")]
    pub skipped: Skipped,
    /// Where its outputs lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Outputs>,
    /// Rejects counted by code, column and rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<RejectSummary>,
    /// The first rejects: samples of the file's cells, which expire. They lie in an item of their own; only records that
    /// were written before that hold them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_rejects: Vec<Reject>,
    /// Whether the file as a whole breaks its contract, whatever becomes of its rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole_file_fault: bool,
    /// Things told but not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The file that brought the same content first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<DuplicateOf>,
    /// Why the pipeline could not finish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureNote>,
    /// Why no contract claims it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who asked for the attempt and what for, or who discarded the file; absent in the first attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
    /// Every state it has been in, oldest first.
    #[serde(default)]
    pub history: Vec<Transition>,
}

/// One step of a file's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// When.
    pub at: Timestamp,
    /// Into which state.
    pub state: FileState,
    /// In which attempt.
    pub attempt: u32,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl FileRecord {
    /// A file that a feed claims.
    #[must_use]
    pub fn received(
        file: FileRef,
        dataset: impl Into<String>,
        contract: ContractRef,
        execution_arn: impl Into<String>,
        at: Timestamp,
    ) -> Self {
        let mut record = Self::new(file, execution_arn.into(), at);
        record.dataset = Some(dataset.into());
        record.contract = Some(contract);
        record
    }

    /// An object that no feed claims; its way ends where it begins, unless it is routed anew.
    #[must_use]
    pub fn unroutable(
        file: FileRef,
        reason: impl Into<String>,
        execution_arn: impl Into<String>,
        at: Timestamp,
    ) -> Self {
        let mut record = Self::new(file, execution_arn.into(), at);
        record.state = FileState::Unroutable;
        record.ended_at = Some(at);
        record.reason = Some(reason.into());
        record.history.push(Transition { at, state: FileState::Unroutable, attempt: 1, note: None });
        record
    }

    fn new(file: FileRef, execution_arn: String, at: Timestamp) -> Self {
        Self {
            file,
            received_at: at,
            state: FileState::Received,
            attempt: 1,
            dataset: None,
            contract: None,
            execution_arn: Some(execution_arn),
            processing_at: None,
            ended_at: None,
            sha256: None,
            rows: None,
            skipped: Skipped::default(),
            outputs: None,
            rejects: Vec::new(),
            first_rejects: Vec::new(),
            whole_file_fault: false,
            warnings: Vec::new(),
            duplicate_of: None,
            error: None,
            reason: None,
            recovery: None,
            history: vec![Transition { at, state: FileState::Received, attempt: 1, note: None }],
        }
    }

    /// The input of the file's execution. It follows from the record alone, so that a second start says the same.
    #[must_use]
    pub fn request(&self) -> ProcessRequest {
        ProcessRequest {
            file: self.file.clone(),
            attempt: self.attempt,
            dataset: self.dataset.clone(),
            contract: self.contract.clone(),
            announcement: self.only_told().then(|| self.announcement()).flatten(),
            recovery: self.recovery.clone(),
        }
    }

    /// Name of the execution that works on the file's attempt. It follows from the record, so that an attempt starts
    /// once whoever starts it.
    #[must_use]
    pub fn execution_name(&self) -> String {
        match self.attempt {
            1 => self.file.file_id.to_string(),
            attempt => format!("{}-{attempt}", self.file.file_id),
        }
    }

    /// Whether nothing is left to do for the file's execution but to tell of its outcome.
    fn only_told(&self) -> bool {
        matches!(self.state, FileState::Unroutable | FileState::Discarded)
    }

    /// The event that tells of the file's outcome; `None` before there is one. It follows from the record alone, so
    /// that a repeat says the same.
    #[must_use]
    pub fn announcement(&self) -> Option<Announcement> {
        let detail_type = match self.state {
            FileState::Available => EventKind::FileAvailable,
            FileState::Rejected => EventKind::FileRejected,
            FileState::Failed => EventKind::FileFailed,
            FileState::Duplicate => EventKind::FileDuplicate,
            FileState::Unroutable => EventKind::FileUnroutable,
            FileState::Discarded => EventKind::FileDiscarded,
            FileState::Received | FileState::Processing => return None,
        };
        let occurred_at = self.ended_at.unwrap_or(self.received_at);
        let mut detail = FileEvent::new(detail_type, self.file.clone(), self.attempt, occurred_at);
        detail.dataset.clone_from(&self.dataset);
        detail.contract.clone_from(&self.contract);
        detail.rows = self.rows;
        detail.skipped = self.skipped;
        detail.rejects.clone_from(&self.rejects);
        detail.first_rejects.clone_from(&self.first_rejects);
        detail.warnings.clone_from(&self.warnings);
        detail.outputs.clone_from(&self.outputs);
        detail.duplicate_of.clone_from(&self.duplicate_of);
        detail.error.clone_from(&self.error);
        detail.reason.clone_from(&self.reason);
        detail.recovery.clone_from(&self.recovery);
        Some(Announcement { detail_type, detail })
    }
}

/// What a file's way ended with. Fields that do not apply are left empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// A final state.
    pub state: FileState,
    /// When.
    pub ended_at: Timestamp,
    /// As [`FileRecord::sha256`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// As [`FileRecord::rows`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Counts>,
    /// As [`FileRecord::skipped`].
    #[serde(skip_serializing_if = "Skipped::is_nothing")]
    pub skipped: Skipped,
    /// As [`FileRecord::outputs`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Outputs>,
    /// As [`FileRecord::rejects`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<RejectSummary>,
    /// As [`FileRecord::first_rejects`]; not written into the record.
    #[serde(skip)]
    pub first_rejects: Vec<Reject>,
    /// As [`FileRecord::warnings`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// As [`FileRecord::duplicate_of`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<DuplicateOf>,
    /// As [`FileRecord::error`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureNote>,
}

impl Outcome {
    /// An outcome that says no more than the state.
    #[must_use]
    pub fn new(state: FileState, ended_at: Timestamp) -> Self {
        Self {
            state,
            ended_at,
            sha256: None,
            rows: None,
            skipped: Skipped::default(),
            outputs: None,
            rejects: Vec::new(),
            first_rejects: Vec::new(),
            warnings: Vec::new(),
            duplicate_of: None,
            error: None,
        }
    }

    /// As [`FileRecord::whole_file_fault`]: it is told by the first rejects, and has to outlast them.
    pub(crate) fn whole_file_fault(&self) -> bool {
        breaks_as_a_whole(&self.first_rejects)
    }

    /// The step that the history keeps.
    pub(crate) fn transition(&self, attempt: u32) -> Transition {
        let note = match (&self.duplicate_of, &self.error) {
            (Some(first), _) => Some(format!("the same content as {} ({})", first.key, first.file_id)),
            (None, Some(error)) => Some(error.kind.clone()),
            (None, None) => None,
        };
        Transition { at: self.ended_at, state: self.state, attempt, note }
    }
}

/// Whether an event has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// Claimed; the telling runs or broke off.
    Sending,
    /// Told.
    Sent,
}

/// One notice's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRecord {
    /// The file that the event is about.
    pub file_id: FileId,
    /// The event's id.
    pub event_id: String,
    /// The kind of the event, as on the bus.
    pub event: String,
    /// Whether it has been told. (Not named `state`: only files stand in the index by state.)
    pub delivery: NoticeState,
    /// Who claimed the telling.
    pub owner: String,
    /// When the telling was claimed.
    pub claimed_at: Timestamp,
    /// Until when the claim holds.
    pub lease_until: Timestamp,
    /// When users were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// The service's id of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// What users were told, in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What users were told, unless it quotes cells of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
