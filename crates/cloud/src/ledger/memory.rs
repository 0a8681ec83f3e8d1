//! The ledger in memory, under the same conditions as the table.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atalaya_contract::{FileId, FileState};
use jiff::Timestamp;

use super::{
    Begun, BrowseFiles, ClaimFiles, ClaimNotices, Claimed, ContentClaim, ContentClaimed, ContentHolder,
    DEFAULT_SAMPLES_RETENTION, FileQuery, FileRecord, Finished, NoticeClaim, NoticeClaimed, NoticeRecord, NoticeState,
    Operation, Outcome, ProcessFiles, ReadFiles, SentNotice, Transition, never_claimed, no_such_file, pages::Telling,
    pauses::PauseBook, samples::Samples, superseded,
};
use crate::{CloudError, ErrorKind, failures::Failures};

/// The ledger in memory. Clones share the memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryLedger(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub(super) struct State {
    files: BTreeMap<String, FileRecord>,
    contents: BTreeMap<(String, String), HeldContent>,
    notices: BTreeMap<(String, String), NoticeRecord>,
    samples: BTreeMap<String, Samples>,
    /// What time it is for samples: they never expire by themselves.
    samples_now: Timestamp,
    pub(super) pages: BTreeMap<(String, &'static str), Telling>,
    pub(super) pauses: PauseBook,
    pub(super) operations: BTreeMap<String, Operation>,
    failures: Failures,
}

/// What a claim on content remembers.
#[derive(Debug)]
struct HeldContent {
    holder: ContentHolder,
    displaced: BTreeSet<FileId>,
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

    /// Lets it be so late that whatever was to go by then has gone. Samples do not expire by themselves here.
    pub fn expire_samples(&self, now: Timestamp) {
        self.state().samples_now = now;
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

    /// Keeps samples, unless a later attempt has its own here.
    fn keep_samples(&mut self, file_id: &FileId, samples: Samples) {
        let kept = self.samples.get(file_id.as_str());
        if kept.is_none_or(|kept| kept.attempt <= samples.attempt) {
            self.samples.insert(file_id.as_str().to_owned(), samples);
        }
    }

    /// The record with its samples.
    pub(super) fn with_samples(&self, record: &FileRecord) -> Box<FileRecord> {
        let mut record = record.clone();
        if record.state.is_final() && record.samples_have_expired() {
            record.take_samples(self.samples.get(record.file.file_id.as_str()).cloned(), self.samples_now);
        }
        Box::new(record)
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
        let state = self.called("get")?;
        Ok(state.files.get(file_id.as_str()).map(|record| *state.with_samples(record)))
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
            let record = record.clone();
            return Ok(Begun::Ended(state.with_samples(&record)));
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
        let held = state
            .contents
            .entry(key)
            .or_insert_with(|| HeldContent { holder: claim.holder.clone(), displaced: BTreeSet::new() });
        if held.holder.file_id != claim.holder.file_id && Some(&held.holder) != instead_of {
            return Ok(ContentClaimed::HeldBy(held.holder.clone()));
        }
        held.displaced.extend(instead_of.map(|holder| holder.file_id.clone()));
        held.holder.clone_from(&claim.holder);
        Ok(ContentClaimed::Ours { displaced: held.displaced.clone() })
    }

    async fn forget_displaced(&self, claim: &ContentClaim, displaced: &BTreeSet<FileId>) -> Result<(), CloudError> {
        let mut state = self.called("forget_displaced")?;
        let key = (claim.dataset.clone(), claim.sha256.clone());
        let held = state.contents.get_mut(&key).ok_or_else(|| never_claimed(claim))?;
        held.displaced.retain(|file_id| !displaced.contains(file_id));
        Ok(())
    }

    async fn finish(&self, file_id: &FileId, attempt: u32, outcome: &Outcome) -> Result<Finished, CloudError> {
        let mut state = self.called("finish")?;
        if !outcome.first_rejects.is_empty() {
            state.keep_samples(file_id, Samples::of(outcome, attempt, DEFAULT_SAMPLES_RETENTION));
        }
        let record = state.file(file_id)?;
        if record.attempt != attempt || record.state.is_final() {
            let record = record.clone();
            return Ok(Finished::Superseded(state.with_samples(&record)));
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
            first_rejects: _,
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
        record.whole_file_fault = outcome.whole_file_fault();
        record.warnings = warnings;
        record.duplicate_of = duplicate_of;
        record.error = error;
        let record = record.clone();
        Ok(Finished::Recorded(Box::new(FileRecord { first_rejects: outcome.first_rejects.clone(), ..record })))
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
        record.text.clone_from(&sent.text);
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
        Ok(from
            .take_while(|(id, _)| id.starts_with(prefix))
            .take(limit)
            .map(|(_, record)| *state.with_samples(record))
            .collect())
    }

    async fn notices(&self, file_id: &FileId) -> Result<Vec<NoticeRecord>, CloudError> {
        let state = self.called("notices")?;
        let mut notices: Vec<_> =
            state.notices.iter().filter(|((id, _), _)| id == file_id.as_str()).map(|(_, n)| n.clone()).collect();
        notices.sort_by_key(|notice| notice.claimed_at);
        Ok(notices)
    }
}
