//! Processing of one file: read once, judged, written, and its outcome recorded, in an order that leaves one outcome
//! and one set of outputs wherever an attempt breaks off.
//!
//! 1. The ledger moves to `processing`; a file with an outcome only has it told again.
//! 2. The object is streamed through the engine and a SHA-256; outputs go up in parts that nobody sees.
//! 3. The content is claimed: of files with the same bytes, one brings them in. What those have left that lost it is
//!    taken away; until that is done the claim remembers them.
//! 4. The outputs are completed. Their names follow from the file, so a repeat overwrites them with the same. What an
//!    earlier attempt has left and this one does not write is taken away.
//! 5. The ledger takes the outcome, once, and the announcement follows from the ledger alone.
//!
//! A later attempt says what it is made for ([`RecoveryKind`]). A release tolerates any number of rejected rows. A
//! replay of rejects judges the rows of the earlier list alone, and adds the good ones beside what is loaded; it claims
//! no content, since that is the file's already.

mod concluding;
mod content;
mod error;
mod judging;
mod outputs;
mod rejects_list;
mod truncated_verdict;

use std::{sync::Arc, time::Duration};

use atalaya_cloud::{
    Clock, ContractStore,
    lambda::FunctionError,
    ledger::{Begun, FileRecord, Finished, ProcessFiles},
    objects::{ReadObjects, WriteObjects},
};
use atalaya_contract::{Announcement, Contract, ContractRef, Feed, FileState, Loaded, ProcessRequest, RecoveryKind};
use atalaya_engine::Plan;
use atalaya_telemetry::{FileAttempt, Telemetry, file_span};
use serde::{Deserialize, Serialize};
use tracing::Instrument;

pub use error::{PERMANENT, ProcessError, RETRYABLE};
pub use outputs::{added_parquet_key, added_rejects_key, parquet_key, rejects_key};

use concluding::Concluded;
use outputs::OutputWriters;
use rejects_list::RejectsList;

/// What the state machine hands over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProcessInvocation {
    /// The execution's input.
    pub request: ProcessRequest,
    /// ARN of the execution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
}

/// What processing works with; the bounds of [`Process::handle`] are the function's permissions.
#[derive(Debug)]
pub struct Process<O, L, C> {
    /// The contracts that judge files.
    pub contracts: ContractStore<O>,
    /// Where files are read and outputs are written.
    pub objects: O,
    /// Where outcomes are recorded.
    pub ledger: L,
    /// What time it is.
    pub clock: C,
    /// Where counts go.
    pub telemetry: Telemetry,
    /// The bucket that readers read from.
    pub curated_bucket: String,
    /// The bucket with the lists of rejects.
    pub rejects_bucket: String,
    /// How soon after its object's creation a file is to end well.
    pub latency_target: Duration,
}

/// One attempt at one file.
struct Attempt<'a> {
    request: &'a ProcessRequest,
    dataset: &'a str,
    contract: &'a ContractRef,
    execution: Option<&'a str>,
}

impl<'a> Attempt<'a> {
    /// What the attempt is made for; nothing in particular the first time.
    fn kind(&self) -> Option<RecoveryKind> {
        self.request.recovery.as_ref().map(|recovery| recovery.kind)
    }

    /// What readers can read already.
    fn loaded(&self) -> Option<&'a Loaded> {
        self.request.recovery.as_ref().and_then(|recovery| recovery.loaded.as_ref())
    }

    /// What readers can read already, where the attempt only adds rows to it.
    fn adds_to(&self) -> Option<&'a Loaded> {
        self.loaded().filter(|_| self.kind() == Some(RecoveryKind::ReplayRejects))
    }

    /// Whether a person has decided that no number of rejected rows turns the file down.
    fn tolerates_rejects(&self) -> bool {
        matches!(self.kind(), Some(RecoveryKind::Release | RecoveryKind::ReplayRejects))
    }
}

impl<O, L, C> Process<O, L, C>
where
    O: ReadObjects + WriteObjects,
    L: ProcessFiles,
    C: Clock,
{
    /// Brings a file to its outcome and answers with the event that tells of it. A repeat answers the same.
    ///
    /// # Errors
    /// Where the pipeline, not the file, is at fault; see [`ProcessError::is_retryable`].
    pub async fn handle(&self, invocation: ProcessInvocation) -> Result<Announcement, ProcessError> {
        let ProcessInvocation { request, execution } = &invocation;
        let (Some(dataset), Some(contract)) = (request.dataset.as_deref(), request.contract.as_ref()) else {
            return Err(ProcessError::Unrouted);
        };
        let attempt = Attempt { request, dataset, contract, execution: execution.as_deref() };
        let mut telling = self.telemetry.file(&request.file, dataset, request.attempt);
        telling.contract(contract);
        if let Some(recovery) = &request.recovery {
            telling.recovery(recovery.kind);
        }
        if let Some(execution) = execution {
            telling.execution(execution);
        }
        let span = file_span(&request.file, Some(dataset), execution.as_deref());
        let result = self.attempt(&attempt, &mut telling).instrument(span.clone()).await;
        if let Err(error) = &result {
            telling.failed(error.error_type());
            span.in_scope(|| log(error));
        }
        result
    }

    async fn attempt(&self, attempt: &Attempt<'_>, telling: &mut FileAttempt) -> Result<Announcement, ProcessError> {
        let file = &attempt.request.file;
        let begun =
            self.ledger.begin(&file.file_id, attempt.request.attempt, attempt.execution, self.clock.now()).await?;
        if let Begun::Ended(record) = begun {
            if record.state == FileState::Discarded {
                self.delete_outputs(&record).await?;
            }
            telling.repeated(record.state);
            return announcement(&record);
        }
        let (feed, plan) = self.plan(attempt).await?;
        let buckets = [self.curated_bucket.as_str(), self.rejects_bucket.as_str()];
        let added_to = attempt.adds_to();
        let mut outputs = OutputWriters::new(&self.objects, buckets, attempt.dataset, &file.file_id, added_to);
        let finished = match added_to {
            None => self.whole(attempt, &feed, plan, &mut outputs, telling).await,
            Some(loaded) => self.rejected_rows(attempt, loaded, plan, &mut outputs, telling).await,
        };
        if finished.is_err() {
            outputs.abort().await;
        }
        finished
    }

    async fn whole(
        &self,
        attempt: &Attempt<'_>,
        feed: &Feed,
        plan: Arc<Plan>,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut FileAttempt,
    ) -> Result<Announcement, ProcessError> {
        let judged = self.judge(attempt, plan, None, outputs, telling).await?;
        let concluded = self.decide(attempt, feed, judged, outputs, telling).await?;
        self.record(attempt, concluded, telling).await
    }

    async fn rejected_rows(
        &self,
        attempt: &Attempt<'_>,
        loaded: &Loaded,
        plan: Arc<Plan>,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut FileAttempt,
    ) -> Result<Announcement, ProcessError> {
        let list = RejectsList::read(&self.objects, &attempt.request.file.file_id, loaded).await?;
        let judged = self.judge(attempt, plan, Some(&list.rows), outputs, telling).await?;
        let concluded = self.add(attempt, loaded, list, judged, outputs, telling).await?;
        self.record(attempt, concluded, telling).await
    }

    /// The contract at the version that claimed the file, compiled for its feed.
    async fn plan(&self, attempt: &Attempt<'_>) -> Result<(Feed, Arc<Plan>), ProcessError> {
        let contract = self
            .contracts
            .load(attempt.contract)
            .await
            .map_err(|source| ProcessError::Contract { contract: Box::new(attempt.contract.clone()), source })?;
        let feed = feed_of(&contract, attempt).ok_or_else(|| ProcessError::NoFeed {
            contract: contract.id.clone(),
            dataset: attempt.dataset.to_owned(),
        })?;
        let plan = Plan::new(&contract, feed)
            .map_err(|source| ProcessError::Plan { contract: contract.id.clone(), source })?;
        let plan = if attempt.tolerates_rejects() { plan.tolerating_rejects() } else { plan };
        Ok((feed.clone(), Arc::new(plan)))
    }

    /// Records the outcome; it is announced as the ledger has it.
    async fn record(
        &self,
        attempt: &Attempt<'_>,
        concluded: Concluded,
        telling: &mut FileAttempt,
    ) -> Result<Announcement, ProcessError> {
        let Concluded { outcome, rows } = concluded;
        let request = attempt.request;
        let finished = self.ledger.finish(&request.file.file_id, request.attempt, &outcome).await?;
        match &finished {
            Finished::Recorded(_) => {}
            // The same outcome at the same time: an answer was lost, and the write was this attempt's own.
            Finished::Superseded(now) if now.state == outcome.state && now.ended_at == Some(outcome.ended_at) => {}
            Finished::Superseded(now) => {
                self.clean_up_superseded(attempt, &outcome, now).await?;
                telling.repeated(now.state);
                return announcement(now);
            }
        }
        if let Some(rows) = rows {
            telling.rows(rows);
        }
        telling.decided(outcome.state, outcome.ended_at, self.latency_target);
        announcement(finished.record())
    }
}

/// The feed of the request's dataset; of several, the one that claims the object.
fn feed_of<'a>(contract: &'a Contract, attempt: &Attempt<'_>) -> Option<&'a Feed> {
    let file = &attempt.request.file;
    let feeds = || contract.feeds.iter().filter(|feed| feed.dataset == attempt.dataset);
    feeds().find(|feed| feed.location.matches(&file.bucket, &file.key)).or_else(|| feeds().next())
}

/// A wish for another try is no fault yet: the last one shows in the failed path.
fn log(error: &ProcessError) {
    let retryable = error.is_retryable();
    let error: &dyn std::error::Error = error;
    if retryable {
        tracing::warn!(error, "the attempt ends without an outcome; another may have one");
    } else {
        tracing::error!(error, "the attempt ends without an outcome");
    }
}

fn announcement(record: &FileRecord) -> Result<Announcement, ProcessError> {
    record
        .announcement()
        .ok_or_else(|| ProcessError::Superseded { file_id: record.file.file_id.clone(), attempt: record.attempt })
}

#[cfg(test)]
mod tests;
