//! Who may bring some content into a dataset: the first file, until it turns out that it brought nothing.

use atalaya_cloud::{
    Clock,
    ledger::{ContentClaim, ContentClaimed, ContentHolder, FileRecord, ProcessFiles},
    objects::WriteObjects,
};
use atalaya_contract::{ContractRef, DuplicateOf, FileState, ProcessRequest};

use crate::{Process, ProcessError, outputs::parquet_key};

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
        let mut displaced: Option<(ContentHolder, Option<FileState>)> = None;
        for _ in 0..TRIES {
            let instead_of = displaced.as_ref().map(|(holder, _)| holder);
            let standing = match self.ledger.claim_content(&claim, instead_of).await? {
                ContentClaimed::Ours => {
                    if let Some((holder, Some(FileState::Failed))) = displaced {
                        self.take_away(dataset, &holder).await?;
                    }
                    return Ok(None);
                }
                ContentClaimed::HeldBy(standing) => standing,
            };
            let first = self.ledger.get(&standing.file_id).await?;
            match first.as_ref().map(|first| (first, verdict_on(first, contract))) {
                Some((first, Holding::Decided)) => {
                    return Ok(Some(DuplicateOf {
                        file_id: first.file.file_id.clone(),
                        key: first.file.key.clone(),
                        state: first.state,
                    }));
                }
                Some((first, Holding::Undecided)) => return Err(waiting(first)),
                Some((first, Holding::Void)) => displaced = Some((standing, Some(first.state))),
                None => displaced = Some((standing, None)),
            }
        }
        Err(atalaya_cloud::CloudError::new(
            atalaya_cloud::ErrorKind::InFlight,
            format!("claim content {sha256} of {dataset}"),
            "other files claim it at the same time",
        )
        .into())
    }

    /// A file that failed after its Parquet became visible has left it behind. Nobody may read it beside the new one.
    async fn take_away(&self, dataset: &str, failed: &ContentHolder) -> Result<(), ProcessError> {
        let key = parquet_key(dataset, &failed.file_id);
        tracing::info!(failed = %failed.file_id, "the content's first file failed; what it may have left is taken away");
        Ok(self.objects.delete(&self.curated_bucket, &key).await?)
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
        FileState::Rejected if same_contract => Holding::Decided,
        FileState::Received | FileState::Processing => Holding::Undecided,
        FileState::Rejected
        | FileState::Failed
        | FileState::Duplicate
        | FileState::Unroutable
        | FileState::Discarded => Holding::Void,
    }
}

fn waiting(first: &FileRecord) -> ProcessError {
    ProcessError::Waiting { file_id: first.file.file_id.clone(), key: first.file.key.clone(), state: first.state }
}
