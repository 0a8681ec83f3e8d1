//! Who may bring some content into a dataset: the first file, until it turns out that it brought nothing.

use atalaya_cloud::{
    Clock,
    ledger::{ContentClaim, ContentClaimed, ContentHolder, FileRecord, ProcessFiles},
    objects::WriteObjects,
};
use atalaya_contract::{ContractRef, DuplicateOf, FileState, ProcessRequest};

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
        let mut displaced: Option<(ContentHolder, Option<Box<FileRecord>>)> = None;
        for _ in 0..TRIES {
            let instead_of = displaced.as_ref().map(|(holder, _)| holder);
            let standing = match self.ledger.claim_content(&claim, instead_of).await? {
                ContentClaimed::Ours => {
                    if let Some((_, Some(first))) = displaced
                        && matches!(first.state, FileState::Failed | FileState::Discarded)
                    {
                        self.take_away(&first).await?;
                    }
                    return Ok(None);
                }
                ContentClaimed::HeldBy(standing) => standing,
            };
            let first = self.ledger.get(&standing.file_id).await?;
            displaced = match first.map(|first| (verdict_on(&first, contract), first)) {
                Some((Holding::Decided, first)) => return Ok(Some(duplicate_of(&first))),
                Some((Holding::Undecided, first)) => return Err(waiting(&first)),
                Some((Holding::Void, first)) => Some((standing, Some(Box::new(first)))),
                None => Some((standing, None)),
            };
        }
        Err(atalaya_cloud::CloudError::new(
            atalaya_cloud::ErrorKind::InFlight,
            format!("claim content {sha256} of {dataset}"),
            "other files claim it at the same time",
        )
        .into())
    }

    /// A file that failed after its Parquet became visible has left it behind. Nobody may read it: neither beside that of
    /// another file, nor after the file was given up.
    pub(crate) async fn take_away(&self, left_by: &FileRecord) -> Result<(), ProcessError> {
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

fn verdict_on(first: &FileRecord, contract: &ContractRef) -> Holding {
    let same_contract = first.contract.as_ref().is_some_and(|judge| {
        judge.bucket == contract.bucket && judge.key == contract.key && judge.version_id == contract.version_id
    });
    match first.state {
        FileState::Available => Holding::Decided,
        // A later attempt failed; readers still have what an earlier one loaded.
        FileState::Failed if first.loaded().is_some() => Holding::Decided,
        FileState::Rejected if same_contract => Holding::Decided,
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
