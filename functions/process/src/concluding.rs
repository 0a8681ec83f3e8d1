//! What a verdict makes of a file: which outputs are completed, and what the ledger is told.
//!
//! What an attempt replaces is taken away after its own outputs are visible and before the ledger is told. Wherever it
//! breaks off, the file has no outcome yet, and the next try does all of it again under the same names.

use atalaya_cloud::{
    Clock,
    ledger::{FileRecord, Outcome, ProcessFiles},
    objects::{ReadObjects, WriteObjects},
};
use atalaya_contract::{ContractRef, Counts, Feed, FileState, Loaded, OnDuplicateContent, Outputs};
use atalaya_engine::Verdict;
use atalaya_telemetry::FileAttempt;

use crate::{
    Attempt, Process, ProcessError,
    judging::Judged,
    outputs::{OutputWriters, added_parquet_key, parquet_key, parquet_keys, rejects_key},
    rejects_list::RejectsList,
    truncated_verdict::{TruncatedVerdict, room},
};

/// An outcome, and the rows that were judged for it.
pub(crate) struct Concluded {
    pub(crate) outcome: Outcome,
    /// Absent where none was: the content came before, or the file stays as it was.
    pub(crate) rows: Option<Counts>,
}

impl<O, L, C> Process<O, L, C>
where
    O: ReadObjects + WriteObjects,
    L: ProcessFiles,
    C: Clock,
{
    /// Concludes an attempt at the whole file.
    pub(crate) async fn decide(
        &self,
        attempt: &Attempt<'_>,
        feed: &Feed,
        judged: Judged,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut FileAttempt,
    ) -> Result<Concluded, ProcessError> {
        let Attempt { request, dataset, contract, .. } = *attempt;
        let Judged { verdict, sha256 } = judged;
        let first = match feed.on_duplicate_content {
            OnDuplicateContent::Skip => self.claim_content(request, dataset, contract, &sha256).await?,
            OnDuplicateContent::Process => None,
        };
        let (mut outcome, rows) = match first {
            Some(first) => {
                outputs.abort().await;
                let outcome = Outcome::new(FileState::Duplicate, self.clock.now());
                (Outcome { duplicate_of: Some(first), ..outcome }, None)
            }
            None => {
                let rows = verdict.rows;
                (self.complete(verdict, room(request), outputs, telling).await?, Some(rows))
            }
        };
        if request.attempt > 1 {
            self.replace(attempt, outcome.outputs.as_ref()).await?;
        }
        outcome.sha256 = Some(sha256);
        outcome.rows = rows;
        Ok(Concluded { outcome, rows })
    }

    /// Makes visible what the verdict allows to be seen.
    async fn complete(
        &self,
        verdict: Verdict,
        room: usize,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut FileAttempt,
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
        Ok(TruncatedVerdict::of(verdict, room).outcome(state, self.clock.now(), written))
    }

    /// Takes away what earlier attempts have made visible and this one has not written.
    async fn replace(&self, attempt: &Attempt<'_>, kept: Option<&Outputs>) -> Result<(), ProcessError> {
        let (dataset, file_id) = (attempt.dataset, &attempt.request.file.file_id);
        let (curated, rejects) = (&self.curated_bucket, &self.rejects_bucket);
        for key in parquet_keys(curated, dataset, file_id, attempt.loaded()) {
            if !kept.is_some_and(|kept| kept.parquet.contains(&format!("s3://{curated}/{key}"))) {
                self.objects.delete(curated, &key).await?;
            }
        }
        if kept.is_none_or(|kept| kept.rejects.is_none()) {
            self.objects.delete(rejects, &rejects_key(dataset, file_id)).await?;
        }
        Ok(())
    }

    /// Concludes an attempt at the rejected rows alone: the good ones are added to what readers read already. Where the
    /// contract turns the whole file down, the file stays as it was, with a warning.
    pub(crate) async fn add(
        &self,
        attempt: &Attempt<'_>,
        loaded: &Loaded,
        list: RejectsList,
        judged: Judged,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut FileAttempt,
    ) -> Result<Concluded, ProcessError> {
        let Judged { verdict, sha256 } = judged;
        if let Some(why) = unfit(&verdict, loaded, &list, attempt.contract) {
            outputs.abort().await;
            self.delete_addition(attempt, loaded).await?;
            let truncated =
                TruncatedVerdict::new(verdict.skipped, list.summary, list.first, vec![why], room(attempt.request));
            let outcome = truncated.outcome(FileState::Available, self.clock.now(), loaded.outputs.clone());
            let outcome = Outcome { sha256: Some(sha256), rows: Some(loaded.rows), ..outcome };
            return Ok(Concluded { outcome, rows: None });
        }
        let Counts { accepted, rejected, .. } = verdict.rows;
        let remaining = outputs.complete_rejects().await?;
        let mut written = Outputs { parquet: loaded.outputs.parquet.clone(), rejects: remaining };
        let mut bytes = outputs.rejects_bytes();
        if accepted > 0 {
            written.parquet.push(outputs.complete_parquet().await?);
            bytes += outputs.parquet_bytes();
        } else {
            outputs.abort().await;
            self.delete_addition(attempt, loaded).await?;
        }
        telling.bytes_written(bytes);
        let rows = Counts { read: loaded.rows.read, accepted: loaded.rows.accepted + accepted, rejected };
        let outcome = TruncatedVerdict::of(verdict, room(attempt.request)).outcome(
            FileState::Available,
            self.clock.now(),
            written,
        );
        let outcome = Outcome { sha256: Some(sha256), rows: Some(rows), ..outcome };
        Ok(Concluded { outcome, rows: Some(Counts { read: accepted + rejected, accepted, rejected }) })
    }

    /// A try that broke off may have left rows that this one does not add.
    async fn delete_addition(&self, attempt: &Attempt<'_>, loaded: &Loaded) -> Result<(), ProcessError> {
        let key = added_parquet_key(attempt.dataset, &attempt.request.file.file_id, loaded.attempt);
        Ok(self.objects.delete(&self.curated_bucket, &key).await?)
    }

    /// The ledger has another outcome by now. Readers must not find rows of a file that is not available, but those that
    /// were loaded before the attempt.
    pub(crate) async fn clean_up_superseded(
        &self,
        attempt: &Attempt<'_>,
        ours: &Outcome,
        now: &FileRecord,
    ) -> Result<(), ProcessError> {
        let file = &attempt.request.file;
        if now.attempt != attempt.request.attempt {
            return Err(ProcessError::Superseded { file_id: file.file_id.clone(), attempt: now.attempt });
        }
        if ours.state != FileState::Available || now.state == FileState::Available {
            return Ok(());
        }
        match (attempt.adds_to(), attempt.loaded()) {
            (Some(loaded), _) => self.delete_addition(attempt, loaded).await,
            // What was loaded is overwritten: taking it away would leave readers with nothing.
            (None, Some(_)) => Ok(()),
            (None, None) => {
                let key = parquet_key(attempt.dataset, &file.file_id);
                Ok(self.objects.delete(&self.curated_bucket, &key).await?)
            }
        }
    }
}

/// Why nothing can be added to the file under this contract.
fn unfit(verdict: &Verdict, loaded: &Loaded, list: &RejectsList, contract: &ContractRef) -> Option<String> {
    let Counts { read, accepted, rejected } = verdict.rows;
    let why = if verdict.outcome == atalaya_engine::Outcome::Rejected {
        // Faults of the whole file come first, and only they can reject a file whose rejects are tolerated.
        let fault = verdict.first_rejects.first().map_or("", |fault| &fault.message);
        format!("the file as a whole breaks it ({fault})")
    } else if read != loaded.rows.read || accepted + rejected != list.rows.len() {
        format!("the file has {read} rows, and had {} when it was loaded", loaded.rows.read)
    } else {
        return None;
    };
    Some(format!(
        "no rejected row was added under the contract `{}` {}: {why}. The file stays as it was loaded",
        contract.id, contract.version
    ))
}
