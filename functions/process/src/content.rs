//! Who may bring some content into a dataset: the first file, until it turns out that it brought nothing.

use std::collections::BTreeSet;

use atalaya_cloud::{
    Clock,
    ledger::{ContentClaim, ContentClaimed, ContentHolder, FileRecord, ProcessFiles},
    objects::WriteObjects,
};
use atalaya_contract::{ContractRef, DuplicateOf, FileId, FileState, ProcessRequest};

use crate::{Process, ProcessError, outputs::parquet_keys};

/// How often a claim is tried while others claim and fail around it.
const TRIES: u32 = 5;

impl<O, L, C> Process<O, L, C>
where
    O: WriteObjects,
    L: ProcessFiles,
    C: Clock,
{
    /// Claims the content for the file. `None`: the content is the file's. Else the file that brought it first.
    pub(crate) async fn claim_content(
        &self,
        request: &ProcessRequest,
        dataset: &str,
        contract: &ContractRef,
        sha256: &str,
    ) -> Result<Option<DuplicateOf>, ProcessError> {
        let holder = ContentHolder { file_id: request.file.file_id.clone(), attempt: request.attempt };
        let claim =
            ContentClaim { dataset: dataset.to_owned(), sha256: sha256.to_owned(), holder, at: self.clock.now() };
        let mut displaceable: Option<ContentHolder> = None;
        for _ in 0..TRIES {
            let standing = match self.ledger.claim_content(&claim, displaceable.as_ref()).await? {
                ContentClaimed::Ours { displaced } => {
                    self.clean_up_displaced(&claim, &displaced, contract).await?;
                    return Ok(None);
                }
                ContentClaimed::HeldBy(standing) => standing,
            };
            if let Some(first) = self.ledger.get(&standing.file_id).await? {
                match verdict_on(&first, contract) {
                    Holding::Decided => return Ok(Some(duplicate_of(&first))),
                    Holding::Undecided => return Err(waiting(&first)),
                    Holding::Void => {}
                }
            }
            displaceable = Some(standing);
        }
        Err(atalaya_cloud::CloudError::new(
            atalaya_cloud::ErrorKind::InFlight,
            format!("claim content {sha256} of {dataset}"),
            "other files claim it at the same time",
        )
        .into())
    }

    /// Takes away what files that lost the content have left, before the claimant's own outputs become visible. Until
    /// that is done the claim remembers those files, so that whoever comes after a break-off finishes it.
    async fn clean_up_displaced(
        &self,
        claim: &ContentClaim,
        displaced: &BTreeSet<FileId>,
        contract: &ContractRef,
    ) -> Result<(), ProcessError> {
        if displaced.is_empty() {
            return Ok(());
        }
        for file_id in displaced.iter().filter(|file_id| **file_id != claim.holder.file_id) {
            let Some(left_by) = self.ledger.get(file_id).await? else { continue };
            let is_undecided = matches!(left_by.state, FileState::Received | FileState::Processing);
            if left_by.loaded().is_some() {
                // It was brought on its way again by a contract that lets the same content through; its rows are its own.
            } else if is_undecided && !is_judged_by(&left_by, contract) {
                // Its contract may let the same content through, and it may be writing just now.
                return Err(waiting(&left_by));
            } else {
                self.delete_outputs(&left_by).await?;
            }
        }
        Ok(self.ledger.forget_displaced(claim, displaced).await?)
    }

    /// A file that failed after its Parquet became visible has left it behind. Nobody may read it: neither beside that of
    /// another file, nor after the file was given up.
    pub(crate) async fn delete_outputs(&self, left_by: &FileRecord) -> Result<(), ProcessError> {
        let Some(dataset) = &left_by.dataset else { return Ok(()) };
        let file_id = &left_by.file.file_id;
        tracing::info!(failed = %file_id, "what the file may have left is taken away");
        for key in parquet_keys(&self.curated_bucket, dataset, file_id, left_by.loaded().as_ref()) {
            self.objects.delete(&self.curated_bucket, &key).await?;
        }
        Ok(())
    }
}

/// What the claim of a file on some content is worth to the next one.
enum Holding {
    /// The content has had its outcome.
    Decided,
    /// It may yet have one.
    Undecided,
    /// It had none, or one that no longer counts.
    Void,
}

/// Whether the file is judged by this very version of the contract.
fn is_judged_by(file: &FileRecord, contract: &ContractRef) -> bool {
    file.contract.as_ref().is_some_and(|judge| {
        judge.bucket == contract.bucket && judge.key == contract.key && judge.version_id == contract.version_id
    })
}

fn verdict_on(first: &FileRecord, contract: &ContractRef) -> Holding {
    match first.state {
        FileState::Available => Holding::Decided,
        // A later attempt failed; readers still have what an earlier one loaded.
        FileState::Failed if first.loaded().is_some() => Holding::Decided,
        FileState::Rejected if is_judged_by(first, contract) => Holding::Decided,
        FileState::Received | FileState::Processing => Holding::Undecided,
        FileState::Rejected
        | FileState::Failed
        | FileState::Duplicate
        | FileState::Unroutable
        | FileState::Discarded => Holding::Void,
    }
}

fn duplicate_of(first: &FileRecord) -> DuplicateOf {
    let state = if first.loaded().is_some() { FileState::Available } else { first.state };
    DuplicateOf { file_id: first.file.file_id.clone(), key: first.file.key.clone(), state }
}

fn waiting(first: &FileRecord) -> ProcessError {
    ProcessError::Waiting { file_id: first.file.file_id.clone(), key: first.file.key.clone(), state: first.state }
}
