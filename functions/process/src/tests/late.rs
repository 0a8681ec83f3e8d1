//! An attempt whose file was given up meanwhile.

use super::*;

/// A ledger in which the state machine gives the file up just before its outcome is written, but for the first few.
pub(super) struct GivenUpAfter {
    ledger: MemoryLedger,
    outcomes: AtomicU32,
}

impl GivenUpAfter {
    pub(super) fn none(ledger: MemoryLedger) -> Self {
        Self { ledger, outcomes: AtomicU32::new(0) }
    }

    pub(super) fn first(ledger: MemoryLedger) -> Self {
        Self { ledger, outcomes: AtomicU32::new(1) }
    }
}

impl ReadFiles for GivenUpAfter {
    async fn get(&self, file_id: &FileId) -> Result<Option<FileRecord>, CloudError> {
        self.ledger.get(file_id).await
    }
}

impl ProcessFiles for GivenUpAfter {
    async fn begin(
        &self,
        file_id: &FileId,
        attempt: u32,
        execution_arn: Option<&str>,
        at: Timestamp,
    ) -> Result<Begun, CloudError> {
        self.ledger.begin(file_id, attempt, execution_arn, at).await
    }

    async fn claim_content(
        &self,
        claim: &ContentClaim,
        instead_of: Option<&ContentHolder>,
    ) -> Result<ContentClaimed, CloudError> {
        self.ledger.claim_content(claim, instead_of).await
    }

    async fn forget_displaced(&self, claim: &ContentClaim, displaced: &BTreeSet<FileId>) -> Result<(), CloudError> {
        self.ledger.forget_displaced(claim, displaced).await
    }

    async fn finish(&self, file_id: &FileId, attempt: u32, outcome: &Outcome) -> Result<Finished, CloudError> {
        let spared = self.outcomes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if spared.is_err() {
            self.ledger.finish(file_id, attempt, &Outcome::new(FileState::Failed, at(99))).await?;
        }
        self.ledger.finish(file_id, attempt, outcome).await
    }
}

#[tokio::test]
async fn an_attempt_that_comes_too_late_takes_its_outputs_away() {
    let desk = desk_with(GivenUpAfter::none).await;
    let sent = desk.send("orders/a.csv", GOOD).await;
    let told = desk.process(&sent).await.expect("the outcome that stands");
    assert_eq!(told.detail_type, EventKind::FileFailed);
    assert_eq!(desk.visible().0, [""; 0]);
    assert_eq!(desk.sum(Metric::FilesAvailable, &[]), None);
}
