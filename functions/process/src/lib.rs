//! Processing of one file: read once, judged, written, and its outcome recorded, in an order that leaves one outcome
//! and one set of outputs wherever an attempt breaks off.
//!
//! 1. The ledger moves to `processing`; a file with an outcome only has it told again.
//! 2. The object is streamed through the engine and a SHA-256; outputs go up in parts that nobody sees.
//! 3. The content is claimed: of files with the same bytes, one brings them in.
//! 4. The outputs are completed. Their names follow from the file, so a repeat overwrites them with the same.
//! 5. The ledger takes the outcome, once, and the announcement follows from the ledger alone.

mod brief;
mod content;
mod error;
mod outputs;

use std::{sync::Arc, time::Duration};

use atalaya_cloud::{
    Clock, ContractStore,
    lambda::FunctionError,
    ledger::{Begun, FileRecord, Finished, Outcome, ProcessFiles},
    objects::{ReadObjects, WriteObjects},
};
use atalaya_contract::{
    Announcement, Contract, ContractRef, Counts, Feed, FileState, OnDuplicateContent, Outputs, ProcessRequest,
};
use atalaya_engine::{Engine, Plan, Verdict};
use atalaya_telemetry::{Telemetry, file_span};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tracing::Instrument;

pub use error::{PERMANENT, ProcessError, RETRYABLE};
pub use outputs::{parquet_key, rejects_key};

use brief::Brief;
use outputs::OutputWriters;

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

/// What reading a file has shown.
struct Judged {
    verdict: Verdict,
    sha256: String,
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

    async fn attempt(
        &self,
        attempt: &Attempt<'_>,
        telling: &mut atalaya_telemetry::FileAttempt,
    ) -> Result<Announcement, ProcessError> {
        let file = &attempt.request.file;
        let begun =
            self.ledger.begin(&file.file_id, attempt.request.attempt, attempt.execution, self.clock.now()).await?;
        if let Begun::Ended(record) = begun {
            telling.repeated(record.state);
            return announcement(&record);
        }
        let (feed, plan) = self.plan(attempt).await?;
        let (curated, rejects) = (&self.curated_bucket, &self.rejects_bucket);
        let mut outputs = OutputWriters::new(&self.objects, curated, rejects, attempt.dataset, &file.file_id);
        let finished = match self.judge(attempt, plan, &mut outputs, telling).await {
            Ok(judged) => self.conclude(attempt, &feed, judged, &mut outputs, telling).await,
            Err(error) => Err(error),
        };
        if finished.is_err() {
            outputs.abort().await;
        }
        finished
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
        Ok((feed.clone(), Arc::new(plan)))
    }

    /// Streams the object through the engine; outputs go up as they are made.
    async fn judge(
        &self,
        attempt: &Attempt<'_>,
        plan: Arc<Plan>,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut atalaya_telemetry::FileAttempt,
    ) -> Result<Judged, ProcessError> {
        let file = &attempt.request.file;
        let opened = self.objects.get(&file.bucket, &file.key, Some(&file.version_id)).await;
        let (_, mut body) = opened.map_err(|source| match source.is_not_found() {
            true => ProcessError::Gone { file: Box::new(file.clone()), source },
            false => source.into(),
        })?;
        let mut engine = Engine::new(plan)?;
        let mut sha256 = Sha256::new();
        let mut read = 0;
        while let Some(chunk) = body.next().await? {
            read += chunk.len() as u64;
            telling.bytes_read(read);
            sha256.update(&chunk);
            // Once a fault of the whole file is known the rest is read for its hash alone.
            if !engine.is_settled() {
                engine.feed(&chunk)?;
                outputs.drain(&mut engine).await?;
            }
        }
        let verdict = engine.finish()?;
        outputs.drain(&mut engine).await?;
        let sha256 = sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Judged { verdict, sha256 })
    }

    /// Claims the content, completes the outputs and records the outcome.
    async fn conclude(
        &self,
        attempt: &Attempt<'_>,
        feed: &Feed,
        judged: Judged,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut atalaya_telemetry::FileAttempt,
    ) -> Result<Announcement, ProcessError> {
        let Attempt { request, dataset, contract, .. } = *attempt;
        let Judged { verdict, sha256 } = judged;
        let first = match feed.on_duplicate_content {
            OnDuplicateContent::Skip => self.claim_content(request, dataset, contract, &sha256).await?,
            OnDuplicateContent::Process => None,
        };
        let mut rows: Option<Counts> = None;
        let mut outcome = match first {
            Some(first) => {
                outputs.abort().await;
                Outcome { duplicate_of: Some(first), ..Outcome::new(FileState::Duplicate, self.clock.now()) }
            }
            None => {
                rows = Some(verdict.rows);
                self.complete(verdict, outputs, telling).await?
            }
        };
        outcome.sha256 = Some(sha256);
        outcome.rows = rows;
        let finished = self.ledger.finish(&request.file.file_id, request.attempt, &outcome).await?;
        match &finished {
            Finished::Recorded(_) => {}
            // The same outcome at the same time: an answer was lost, and the write was this attempt's own.
            Finished::Superseded(now) if now.state == outcome.state && now.ended_at == Some(outcome.ended_at) => {}
            Finished::Superseded(now) => {
                self.give_way(attempt, &outcome, now).await?;
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

    /// Makes visible what the verdict allows to be seen.
    async fn complete(
        &self,
        verdict: Verdict,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut atalaya_telemetry::FileAttempt,
    ) -> Result<Outcome, ProcessError> {
        let mut written = Outputs { parquet: Vec::new(), rejects: outputs.complete_rejects().await? };
        let mut bytes = outputs.rejects_bytes();
        let state = match verdict.outcome {
            atalaya_engine::Outcome::Available => {
                written.parquet.push(outputs.complete_parquet().await?);
                bytes += outputs.parquet_bytes();
                FileState::Available
            }
            atalaya_engine::Outcome::Rejected => {
                outputs.abort().await;
                FileState::Rejected
            }
        };
        telling.bytes_written(bytes);
        let Brief { rejects, first_rejects, warnings } = verdict.into();
        let outputs = Some(written);
        Ok(Outcome { outputs, rejects, first_rejects, warnings, ..Outcome::new(state, self.clock.now()) })
    }

    /// The ledger has another outcome by now. Readers must not find rows of a file that is not available.
    async fn give_way(&self, attempt: &Attempt<'_>, ours: &Outcome, now: &FileRecord) -> Result<(), ProcessError> {
        let file = &attempt.request.file;
        if now.attempt != attempt.request.attempt {
            return Err(ProcessError::Superseded { file_id: file.file_id.clone(), attempt: now.attempt });
        }
        if ours.state == FileState::Available && now.state != FileState::Available {
            let key = parquet_key(attempt.dataset, &file.file_id);
            self.objects.delete(&self.curated_bucket, &key).await?;
        }
        Ok(())
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
