//! New attempts: a file leaves a final state only because a person asked for it.
//!
//! What the next attempt's record says follows from the record that stands and from the decision alone, and it is
//! written under the condition that the file still stands where the person saw it. Two operators at once, or one
//! command that is killed and run again, therefore begin one attempt.

use atalaya_contract::{ContractRef, FileId, FileState, Loaded, Recovery, RecoveryKind, Skipped};
use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    DynamoLedger, FileRecord, MemoryLedger, ReadFiles, Transition, item, no_such_file, samples,
    table::{Update, Written},
};
use crate::{CloudError, ErrorKind};

/// Where a person saw a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: FileState,
    /// Its attempt.
    pub attempt: u32,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Recovered {
    /// The new attempt stands in the ledger, or the file is discarded; its record as it stands now.
    Begun(Box<FileRecord>),
    /// Somebody or something else moved the file meanwhile; its record, unchanged.
    Changed(Box<FileRecord>),
}

/// Where a file goes that no feed claimed when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The dataset of the feed that claims it now.
    pub dataset: String,
    /// The contract of that feed.
    pub contract: ContractRef,
}

/// Begins new attempts (`dynamodb:GetItem`, `dynamodb:UpdateItem`).
pub trait RecoverFiles: ReadFiles {
    /// Begins a new attempt, or discards; nothing changes unless the file is still at `from`. `contract` is the one
    /// that is to judge the file from now on; without it the contract stays. `recovery.loaded` is filled in from the
    /// ledger, whatever the caller says.
    ///
    /// # Errors
    /// `NotFound` for a file that the ledger does not hold; `Conflict` where [`FileRecord::may_recover`] says no.
    fn recover(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        contract: Option<&ContractRef>,
    ) -> impl Future<Output = Result<Recovered, CloudError>> + Send;

    /// Begins a new attempt of an unroutable file, for the feed that claims it now; nothing changes unless the file is
    /// still at `from`.
    ///
    /// # Errors
    /// `NotFound` for a file that the ledger does not hold; `Conflict` for one that is not unroutable.
    fn reroute(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        route: &Route,
    ) -> impl Future<Output = Result<Recovered, CloudError>> + Send;
}

impl FileRecord {
    /// Where the file stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing { state: self.state, attempt: self.attempt }
    }

    /// What readers can read of the file, whatever its latest attempt came to: a failed attempt takes away nothing.
    #[must_use]
    pub fn loaded(&self) -> Option<Loaded> {
        match self.state {
            FileState::Available => Some(Loaded {
                attempt: self.attempt,
                rows: self.rows.unwrap_or_default(),
                outputs: self.outputs.clone().unwrap_or_default(),
            }),
            FileState::Received | FileState::Processing | FileState::Failed => {
                self.recovery.as_ref().and_then(|recovery| recovery.loaded.clone())
            }
            FileState::Rejected | FileState::Duplicate | FileState::Unroutable | FileState::Discarded => None,
        }
    }

    /// Whether a person may decide so about the file as it stands. A file without an outcome may be redriven: it is for
    /// the caller to see that its execution is over, since the ledger cannot; one that runs on after all gives way to
    /// the new attempt.
    ///
    /// # Errors
    /// Why not, in words that begin with what the file is: "it is available: only …".
    pub fn may_recover(&self, kind: RecoveryKind) -> Result<(), String> {
        let state = self.state;
        let loaded = self.loaded();
        let refusal = match kind {
            RecoveryKind::Redrive if state == FileState::Failed || !state.is_final() => return Ok(()),
            RecoveryKind::Redrive => "only a file that failed or was abandoned is redriven",
            RecoveryKind::Replay if matches!(state, FileState::Available | FileState::Rejected) => return Ok(()),
            RecoveryKind::Replay if state == FileState::Failed && loaded.is_some() => return Ok(()),
            RecoveryKind::Replay => "only an available or rejected file is replayed",
            RecoveryKind::ReplayRejects if state != FileState::Available => {
                "only an available file is replayed for its rejects"
            }
            RecoveryKind::ReplayRejects if self.has_rejected_rows() => return Ok(()),
            RecoveryKind::ReplayRejects => "it has no rejected rows",
            RecoveryKind::Release if state != FileState::Rejected => "only a rejected file is released",
            RecoveryKind::Release if self.breaks_as_a_whole() => {
                "the file as a whole breaks its contract, which a release cannot change; correct the file and send it \
                 again, or replay it under another contract"
            }
            RecoveryKind::Release if self.rows.is_none_or(|rows| rows.accepted == 0) => {
                "none of its rows is good, so there is nothing to release"
            }
            RecoveryKind::Release => return Ok(()),
            RecoveryKind::Discard if state == FileState::Failed && loaded.is_some() => {
                "its rows from an earlier attempt can be read: redrive it, or replay it under another contract"
            }
            RecoveryKind::Discard
                if matches!(state, FileState::Rejected | FileState::Failed | FileState::Unroutable) =>
            {
                return Ok(());
            }
            RecoveryKind::Discard => "only a rejected, failed or unroutable file is discarded",
        };
        Err(format!("it is {state}: {refusal}"))
    }

    /// Whether rows of it stand in a list of rejects; a list of tolerated cells alone has none.
    #[must_use]
    pub fn has_rejected_rows(&self) -> bool {
        let is_listed = self.outputs.as_ref().is_some_and(|outputs| outputs.rejects.is_some());
        is_listed && self.rows.is_some_and(|rows| rows.rejected > 0)
    }

    /// The record says so; of older records the first rejects do.
    fn breaks_as_a_whole(&self) -> bool {
        self.whole_file_fault || samples::breaks_as_a_whole(&self.first_rejects)
    }

    /// The record as the decision leaves it.
    fn recovered(&self, recovery: &Recovery, contract: Option<&ContractRef>) -> Self {
        let mut next = self.clone();
        next.attempt += 1;
        let reason = recovery.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let note = format!("{} by {}{reason}", recovery.kind.done(), recovery.by);
        next.state = match recovery.kind {
            RecoveryKind::Discard => FileState::Discarded,
            _ => FileState::Received,
        };
        let (at, state, attempt) = (recovery.at, next.state, next.attempt);
        next.history.push(Transition { at, state, attempt, note: Some(note) });
        next.recovery = Some(Recovery { loaded: self.loaded(), ..self.decision(recovery) });
        if let Some(contract) = contract {
            next.contract = Some(contract.clone());
        }
        if let Some((machine, _)) = self.execution_arn.as_deref().and_then(|arn| arn.rsplit_once(':')) {
            next.execution_arn = Some(format!("{machine}:{}", next.execution_name()));
        }
        next.processing_at = None;
        if next.state == FileState::Discarded {
            // What was wrong stays to be read: it is why the file was given up.
            next.ended_at = Some(at);
            return next;
        }
        next.ended_at = None;
        next.rows = None;
        next.skipped = Skipped::default();
        next.outputs = None;
        next.rejects.clear();
        next.first_rejects.clear();
        next.whole_file_fault = false;
        next.warnings.clear();
        next.duplicate_of = None;
        next.error = None;
        next.reason = None;
        next
    }

    /// The decision that the next attempt carries out. A redrive repeats what the failed attempt was made for, in the
    /// name of who decided that; only the history tells of the redrive.
    fn decision(&self, recovery: &Recovery) -> Recovery {
        match &self.recovery {
            Some(earlier)
                if recovery.kind == RecoveryKind::Redrive && !matches!(earlier.kind, RecoveryKind::Redrive) =>
            {
                earlier.clone()
            }
            _ => recovery.clone(),
        }
    }

    /// The record after the decision, or why there is none.
    fn decided(
        &self,
        from: &Standing,
        recovery: &Recovery,
        contract: Option<&ContractRef>,
    ) -> Result<Recovered, CloudError> {
        if self.standing() != *from {
            return Ok(Recovered::Changed(Box::new(self.clone())));
        }
        self.may_recover(recovery.kind).map_err(|why| self.conflict(recovery, why))?;
        Ok(Recovered::Begun(Box::new(self.recovered(recovery, contract))))
    }

    /// The record once it is routed anew, or why it is not.
    fn rerouted(&self, from: &Standing, recovery: &Recovery, route: &Route) -> Result<Recovered, CloudError> {
        if self.standing() != *from {
            return Ok(Recovered::Changed(Box::new(self.clone())));
        }
        if self.state != FileState::Unroutable {
            let why = format!("it is {}: only an unroutable file is routed anew", self.state);
            return Err(self.conflict(recovery, why));
        }
        let mut next = self.recovered(recovery, Some(&route.contract));
        next.dataset = Some(route.dataset.clone());
        Ok(Recovered::Begun(Box::new(next)))
    }

    fn conflict(&self, recovery: &Recovery, why: String) -> CloudError {
        CloudError::new(ErrorKind::Conflict, format!("{} file {}", recovery.kind, self.file.file_id), why)
    }
}

impl DynamoLedger {
    /// Writes what `decide` makes of the file's record, under the condition that the file still stands at `from`.
    async fn write_attempt(
        &self,
        file_id: &FileId,
        from: &Standing,
        decide: impl FnOnce(&FileRecord) -> Result<Recovered, CloudError>,
    ) -> Result<Recovered, CloudError> {
        let record = self.get(file_id).await?.ok_or_else(|| no_such_file(file_id))?;
        let next = match decide(&record)? {
            Recovered::Begun(next) => next,
            changed @ Recovered::Changed(_) => return Ok(changed),
        };
        let update = changes(&record, &next)
            .naming("state")
            .naming("attempt")
            .with(":seen_state", item::state_value(from.state))
            .with(":seen_attempt", AttributeValue::N(from.attempt.to_string()));
        let condition = "#state = :seen_state AND #attempt = :seen_attempt";
        match self.table().update(item::file_key(file_id), update, condition).await? {
            Written::Done(item) => Ok(Recovered::Begun(Box::new(self.with_samples(item::record(&item)?).await?))),
            Written::Refused(Some(item)) => {
                Ok(Recovered::Changed(Box::new(self.with_samples(item::record(&item)?).await?)))
            }
            Written::Refused(None) => Err(no_such_file(file_id)),
        }
    }
}

impl RecoverFiles for DynamoLedger {
    async fn recover(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        contract: Option<&ContractRef>,
    ) -> Result<Recovered, CloudError> {
        self.write_attempt(file_id, from, |record| record.decided(from, recovery, contract)).await
    }

    async fn reroute(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        route: &Route,
    ) -> Result<Recovered, CloudError> {
        self.write_attempt(file_id, from, |record| record.rerouted(from, recovery, route)).await
    }
}

/// What makes the item of `next` from that of `record`. Attributes that neither knows stay as they are.
fn changes(record: &FileRecord, next: &FileRecord) -> Update {
    let (before, mut after) = (item::attributes(record), item::attributes(next));
    let mut update = Update::default();
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        update = update.remove(name);
    }
    after.remove("history");
    for (name, value) in after {
        if before.get(&name) != Some(&value) {
            update = update.set(&name, value);
        }
    }
    next.history[record.history.len()..].iter().fold(update, |update, entry| update.append("history", entry))
}

impl MemoryLedger {
    fn write_attempt(
        &self,
        operation: &'static str,
        file_id: &FileId,
        decide: impl FnOnce(&FileRecord) -> Result<Recovered, CloudError>,
    ) -> Result<Recovered, CloudError> {
        let mut state = self.called(operation)?;
        let record = state.file(file_id)?;
        let recovered = decide(record)?;
        if let Recovered::Begun(next) = &recovered {
            record.clone_from(next);
        }
        Ok(match recovered {
            Recovered::Begun(record) => Recovered::Begun(state.with_samples(&record)),
            Recovered::Changed(record) => Recovered::Changed(state.with_samples(&record)),
        })
    }
}

impl RecoverFiles for MemoryLedger {
    async fn recover(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        contract: Option<&ContractRef>,
    ) -> Result<Recovered, CloudError> {
        self.write_attempt("recover", file_id, |record| record.decided(from, recovery, contract))
    }

    async fn reroute(
        &self,
        file_id: &FileId,
        from: &Standing,
        recovery: &Recovery,
        route: &Route,
    ) -> Result<Recovered, CloudError> {
        self.write_attempt("reroute", file_id, |record| record.rerouted(from, recovery, route))
    }
}
