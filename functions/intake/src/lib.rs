//! The intake: every object that arrives in the inbox is claimed in the ledger once, and its execution is started.
//!
//! The claim and the start are two calls, so the intake may die between them. The claim's record therefore says all
//! that the start needs: whoever is told of the object again starts the execution from the record, and its name lets
//! it run once.
//!
//! Files of a paused feed are claimed like all others, and held: the ledger remembers them, and who resumes starts
//! them. After a file is remembered the pauses are looked at again, so that a pause that ended just then holds nothing.

mod event;
mod reason;

use std::{convert::Infallible, sync::Arc};

use atalaya_cloud::{
    Clock, CloudError, ContractStore, Contracts, Executions, FileRecord,
    ledger::{ClaimFiles, Claimed, Pause, Pauses},
    objects::{ListObjects, ReadObjects},
};
use atalaya_contract::{Arrival, FileRef, FileState, MalformedArrival, read_arrival};
use atalaya_telemetry::{Metric, Telemetry, file_span};
use futures_util::future::join_all;
use tracing::Instrument;

pub use event::{Batch, BatchItemFailure, BatchResponse, Message};

/// What the intake works with; the bounds of [`Intake::handle`] are the function's permissions.
#[derive(Debug)]
pub struct Intake<O, L, E, C> {
    /// The contracts that route objects.
    pub contracts: ContractStore<O>,
    /// Where files are claimed.
    pub ledger: L,
    /// Where executions are started.
    pub executions: E,
    /// What time it is.
    pub clock: C,
    /// Where counts go.
    pub telemetry: Telemetry,
}

/// What all files of a batch are judged by.
#[derive(Debug)]
struct Known {
    contracts: Arc<Contracts>,
    pauses: Vec<Pause>,
}

/// Why a message is to come again.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Malformed(#[from] MalformedArrival),
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl<O, L, E, C> Intake<O, L, E, C>
where
    O: ReadObjects + ListObjects,
    L: ClaimFiles + Pauses,
    E: Executions,
    C: Clock,
{
    /// Takes a batch in. A message whose files are not all claimed and started is named in the answer and comes again.
    ///
    /// # Errors
    /// None: a failure concerns single messages.
    pub async fn handle(&self, batch: Batch) -> Result<BatchResponse, Infallible> {
        let said: Vec<_> = batch.messages.iter().map(|message| read_arrival(&message.body)).collect();
        let any_file = said.iter().any(|said| matches!(said, Ok(Arrival::Created(_))));
        let known = if any_file { Some(self.known().await) } else { None };
        let taken = join_all(said.into_iter().map(|said| self.take(said, known.as_ref()))).await;

        let mut response = BatchResponse::default();
        for (message, taken) in batch.messages.into_iter().zip(taken) {
            if let Err(failure) = taken {
                let error: &dyn std::error::Error = &failure;
                tracing::error!(message_id = %message.message_id, error, "the message stays in the queue");
                response.batch_item_failures.push(BatchItemFailure { item_identifier: message.message_id });
            }
        }
        Ok(response)
    }

    async fn take(
        &self,
        said: Result<Arrival, MalformedArrival>,
        known: Option<&Result<Known, CloudError>>,
    ) -> Result<(), Failure> {
        let files = match said? {
            Arrival::Created(files) => files,
            Arrival::Ignored(why) => {
                tracing::info!(reason = why, "the message concerns no file");
                return Ok(());
            }
        };
        let known = match known.expect("contracts and pauses are read when a message tells of a file") {
            Ok(known) => known,
            Err(error) => return Err(CloudError::new(error.kind, &error.action, &error.message).into()),
        };
        for file in files {
            let span = file_span(&file, None, None);
            self.take_file(file, known).instrument(span).await?;
        }
        Ok(())
    }

    async fn known(&self) -> Result<Known, CloudError> {
        let contracts = self.refresh().await?;
        let pauses = self.ledger.pauses().await?;
        self.telemetry.sample(Metric::IntakePaused, None, pauses.len() as u64);
        Ok(Known { contracts, pauses })
    }

    async fn refresh(&self) -> Result<Arc<Contracts>, CloudError> {
        let _doing = self.telemetry.doing("reading the contracts");
        let contracts = self.contracts.refresh().await?;
        for invalid in contracts.invalid.iter().filter(|invalid| contracts.newly_invalid.contains(&invalid.key)) {
            let violations = invalid.violations.as_str();
            tracing::error!(contract = %invalid.key, violations, "the contract is invalid: its feeds claim nothing");
            self.telemetry.count(Metric::ContractsInvalid, None, 1);
        }
        let is_new = |key: &String| contracts.newly_overlapping.contains(key);
        for later in contracts.overlapping.iter().filter(|later| is_new(&later.contract.key)) {
            let (contract, earlier) = (&later.contract.key, &later.earlier.key);
            let violations = later.reason.as_str();
            tracing::error!(%contract, %earlier, violations, "the contract claims files of an earlier one");
            self.telemetry.count(Metric::ContractsInvalid, None, 1);
        }
        if contracts.overlaps_are_partial {
            tracing::warn!("the contracts' locations are too many or too intricate to look for all overlaps");
        }
        Ok(contracts)
    }

    async fn take_file(&self, file: FileRef, known: &Known) -> Result<(), CloudError> {
        let _doing = self.telemetry.doing(format!("taking in s3://{}/{}", file.bucket, file.key));
        let record = self.route(file, &known.contracts);
        let record = match self.ledger.claim(&record).await? {
            Claimed::New => {
                self.count(&record);
                record
            }
            Claimed::Known(known) if is_unstarted(known.state) => {
                tracing::info!(state = known.state.as_str(), "the object is known; its execution is started again");
                *known
            }
            Claimed::Known(known) => {
                tracing::info!(state = known.state.as_str(), "the object is known and on its way");
                return Ok(());
            }
        };
        let paused = record.dataset.as_deref().filter(|dataset| is_held(&record, dataset, &known.pauses));
        if let Some(dataset) = paused {
            self.ledger.hold(&record.file.file_id, dataset).await?;
            // Whoever has resumed meanwhile may have looked for held files before this one was remembered.
            if is_held(&record, dataset, &self.ledger.pauses().await?) {
                tracing::info!(dataset, "the object is claimed and held: its feed is paused");
                return Ok(());
            }
        }
        let input = serde_json::to_string(&record.request()).expect("a request is a map with text keys");
        let started = self.executions.start(&record.execution_name(), input).await?;
        if let Some(dataset) = paused {
            self.ledger.let_go(&record.file.file_id, dataset).await?;
        }
        let (dataset, reason) = (record.dataset.as_deref(), record.reason.as_deref());
        tracing::info!(dataset, reason, state = record.state.as_str(), ?started, "the object is taken in");
        Ok(())
    }

    fn route(&self, file: FileRef, contracts: &Contracts) -> FileRecord {
        let arn = self.executions.arn(file.file_id.as_str());
        let now = self.clock.now();
        match contracts.catalog.route(&file.bucket, &file.key) {
            Ok(routed) => FileRecord::received(file, &routed.feed.dataset, routed.entry.clone(), arn, now),
            Err(unrouted) => FileRecord::unroutable(file, reason::why(&unrouted, contracts), arn, now),
        }
    }

    fn count(&self, record: &FileRecord) {
        self.telemetry.count(Metric::FilesReceived, record.dataset.as_deref(), 1);
        if record.state == FileState::Unroutable {
            self.telemetry.count(Metric::FilesUnroutable, None, 1);
        }
    }
}

/// Whether the file has to wait: there is something to process, and its feed is paused.
fn is_held(record: &FileRecord, dataset: &str, pauses: &[Pause]) -> bool {
    record.state == FileState::Received && pauses.iter().any(|pause| pause.holds(dataset))
}

/// Whether a file's execution may not have been started yet. The state of a file that is only told of says nothing
/// about that.
fn is_unstarted(state: FileState) -> bool {
    matches!(state, FileState::Received | FileState::Unroutable | FileState::Discarded)
}

#[cfg(test)]
mod tests;
