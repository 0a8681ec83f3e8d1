//! The ledger in memory, under the same conditions as the table.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atalaya_contract::{FileId, FileState};
use jiff::Timestamp;

use super::{
    Begun, BrowseFiles, ClaimFiles, ClaimNotices, Claimed, ContentClaim, ContentClaimed, ContentHolder, FileQuery,
    FileRecord, Finished, NoticeClaim, NoticeClaimed, NoticeRecord, NoticeState, Operation, Outcome, ProcessFiles,
    ReadFiles, SentNotice, Transition, no_such_file, pages::Telling, pauses::PauseBook, superseded,
};
use crate::{CloudError, ErrorKind, failures::Failures};

/// The ledger in memory. Clones share the memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryLedger(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub(super) struct State {
    files: BTreeMap<String, FileRecord>,
    contents: BTreeMap<(String, String), ContentHolder>,
    notices: BTreeMap<(String, String), NoticeRecord>,
    pub(super) pages: BTreeMap<(String, &'static str), Telling>,
    pub(super) pauses: PauseBook,
    pub(super) operations: BTreeMap<String, Operation>,
    failures: Failures,
}

impl MemoryLedger {
    /// Lets the next call of `operation` (`claim`, `begin`, `claim_content`, `finish`, `notice_sent` …) fail as an
    /// unavailable service does.
    pub fn fail_next(&self, operation: &str) {
        self.state().failures.ask(operation, ErrorKind::Unavailable);
    }

    /// Lets the call of `operation` that comes after `passed` others fail in the same way.
    pub fn fail_after(&self, operation: &str, passed: u32) {
        self.state().failures.ask_after(operation, passed, ErrorKind::Unavailable);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn called(&self, operation: &str) -> Result<MutexGuard<'_, State>, CloudError> {
        let mut state = self.state();
        state.failures.meet(operation, || operation.to_owned())?;
        Ok(state)
    }
}

impl State {
    pub(super) fn file(&mut self, file_id: &FileId) -> Result<&mut FileRecord, CloudError> {
        self.files.get_mut(file_id.as_str()).ok_or_else(|| no_such_file(file_id))
    }
}

impl ClaimFiles for MemoryLedger {
    async fn claim(&self, record: &FileRecord) -> Result<Claimed, CloudError> {
        let mut state = self.called("claim")?;
        let id = record.file.file_id.as_str();
        if let Some(known) = state.files.get(id) {
            return Ok(Claimed::Known(Box::new(known.clone())));
        }
        state.files.insert(id.to_owned(), record.clone());
        Ok(Claimed::New)
    }
}

impl ReadFiles for MemoryLedger {
    async fn get(&self, file_id: &FileId) -> Result<Option<FileRecord>, CloudError> {
        Ok(self.called("get")?.files.get(file_id.as_str()).cloned())
    }
}

impl ProcessFiles for MemoryLedger {
    async fn begin(
        &self,
        file_id: &FileId,
        attempt: u32,
        execution_arn: Option<&str>,
        at: Timestamp,
    ) -> Result<Begun, CloudError> {
        let mut state = self.called("begin")?;
        let record = state.file(file_id)?;
        if record.attempt != attempt {
            return Err(superseded(file_id, attempt, record));
        }
        if record.state.is_final() {
            return Ok(Begun::Ended(Box::new(record.clone())));
        }
        record.state = FileState::Processing;
        record.processing_at = Some(at);
        if let Some(arn) = execution_arn {
            record.execution_arn = Some(arn.to_owned());
        }
        record.history.push(Transition { at, state: FileState::Processing, attempt, note: None });
        Ok(Begun::Started(Box::new(record.clone())))
    }

    async fn claim_content(
        &self,
        claim: &ContentClaim,
        instead_of: Option<&ContentHolder>,
    ) -> Result<ContentClaimed, CloudError> {
        let mut state = self.called("claim_content")?;
        let key = (claim.dataset.clone(), claim.sha256.clone());
        match state.contents.get(&key) {
            Some(holder) if holder.file_id != claim.holder.file_id && Some(holder) != instead_of => {
                Ok(ContentClaimed::HeldBy(holder.clone()))
            }
            _ => {
                state.contents.insert(key, claim.holder.clone());
                Ok(ContentClaimed::Ours)
            }
        }
    }

    async fn finish(&self, file_id: &FileId, attempt: u32, outcome: &Outcome) -> Result<Finished, CloudError> {
        let mut state = self.called("finish")?;
        let record = state.file(file_id)?;
        if record.attempt != attempt || record.state.is_final() {
            return Ok(Finished::Superseded(Box::new(record.clone())));
        }
        record.history.push(outcome.transition(attempt));
        let Outcome {
            state,
            ended_at,
            sha256,
            rows,
            skipped,
            outputs,
            rejects,
            first_rejects,
            warnings,
            duplicate_of,
            error,
        } = outcome.clone();
        record.state = state;
        record.ended_at = Some(ended_at);
        record.sha256 = sha256;
        record.rows = rows;
        record.skipped = skipped;
        record.outputs = outputs;
        record.rejects = rejects;
        record.first_rejects = first_rejects;
        record.warnings = warnings;
        record.duplicate_of = duplicate_of;
        record.error = error;
        Ok(Finished::Recorded(Box::new(record.clone())))
    }
}

impl ClaimNotices for MemoryLedger {
    async fn claim_notice(&self, claim: &NoticeClaim) -> Result<NoticeClaimed, CloudError> {
        let mut state = self.called("claim_notice")?;
        let key = (claim.file_id.as_str().to_owned(), claim.event_id.clone());
        match state.notices.get(&key) {
            Some(known) if known.delivery == NoticeState::Sent => return Ok(NoticeClaimed::Sent),
            Some(known) if known.lease_until > claim.at && known.owner != claim.owner => {
                return Ok(NoticeClaimed::Sending(known.lease_until));
            }
            _ => {}
        }
        state.notices.insert(key, claim.record());
        Ok(NoticeClaimed::Ours)
    }

    async fn notice_sent(&self, file_id: &FileId, event_id: &str, sent: &SentNotice) -> Result<(), CloudError> {
        let mut state = self.called("notice_sent")?;
        let key = (file_id.as_str().to_owned(), event_id.to_owned());
        let record = state.notices.get_mut(&key).ok_or_else(|| {
            CloudError::new(ErrorKind::Conflict, format!("notice {event_id}"), "the notice was never claimed")
        })?;
        record.delivery = NoticeState::Sent;
        record.sent_at = Some(sent.at);
        record.message_id = Some(sent.message_id.clone());
        record.subject = Some(sent.subject.clone());
        record.text = Some(sent.text.clone());
        Ok(())
    }

    async fn notice_unsent(&self, claim: &NoticeClaim, at: Timestamp) -> Result<(), CloudError> {
        let mut state = self.called("notice_unsent")?;
        let key = (claim.file_id.as_str().to_owned(), claim.event_id.clone());
        if let Some(record) = state.notices.get_mut(&key).filter(|record| record.owner == claim.owner) {
            record.lease_until = at;
        }
        Ok(())
    }
}

impl BrowseFiles for MemoryLedger {
    async fn list(&self, query: &FileQuery) -> Result<Vec<FileRecord>, CloudError> {
        let state = self.called("list")?;
        let mut files: Vec<_> = state
            .files
            .values()
            .filter(|record| query.state.is_none_or(|wanted| record.state == wanted))
            .filter(|record| query.dataset.is_none() || record.dataset == query.dataset)
            .filter(|record| query.since.is_none_or(|since| record.file.created_at >= since))
            .cloned()
            .collect();
        files.sort_by(super::item::newest_first);
        files.truncate(query.limit);
        Ok(files)
    }

    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<FileRecord>, CloudError> {
        let state = self.called("find")?;
        let from = state.files.range(prefix.to_owned()..);
        Ok(from.take_while(|(id, _)| id.starts_with(prefix)).take(limit).map(|(_, record)| record.clone()).collect())
    }

    async fn notices(&self, file_id: &FileId) -> Result<Vec<NoticeRecord>, CloudError> {
        let state = self.called("notices")?;
        let mut notices: Vec<_> =
            state.notices.iter().filter(|((id, _), _)| id == file_id.as_str()).map(|(_, n)| n.clone()).collect();
        notices.sort_by_key(|notice| notice.claimed_at);
        Ok(notices)
    }
}
