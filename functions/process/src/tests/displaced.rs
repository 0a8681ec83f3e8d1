//! A file takes the place of one that failed with its rows visible, and breaks off itself: whatever comes next, readers
//! find the rows once.

use super::{recovery::failed_late, *};

/// What happens after the file that displaces another has broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The state machine tries again.
    Retry,
    /// It gives up, and a person redrives the file.
    Redrive,
    /// It gives up, and a third file brings the same content.
    Another,
    /// It gives up, and a person redrives the file that was displaced.
    RedriveDisplaced,
    /// A person redrives the displaced file already while the state machine tries again.
    RedriveDisplacedFirst,
    /// It gives up, a person discards it, and a third file brings the same content.
    Discard,
    /// It gives up, and so does the third file; a person redrives that one.
    AnotherFails,
}

const NEXT: [Next; 7] = [
    Next::Retry,
    Next::Redrive,
    Next::Another,
    Next::RedriveDisplaced,
    Next::RedriveDisplacedFirst,
    Next::Discard,
    Next::AnotherFails,
];

const OPERATIONS: [&str; 7] =
    ["begin", "claim_content", "get", "DeleteObject", "forget_displaced", "PutObject", "finish"];

/// Every call of every operation fails once, in a run of its own, before each of the things that can come next.
#[tokio::test]
async fn rows_are_visible_once_wherever_a_displacing_file_breaks_off_and_whatever_comes_next() {
    let found = everywhere(|ledger| ledger).await;
    assert!(found.len() >= NEXT.len() * 8, "only {} places to break off at", found.len());
    let wrong: Vec<_> = found.into_iter().filter(|(_, readable)| readable != &[1, 2, 3]).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// That the test above would notice: a claim that knows of a displaced file only in the moment in which it takes its
/// place, as it was, leaves rows visible twice.
#[tokio::test]
async fn a_claim_that_forgets_whom_it_displaced_leaves_rows_twice() {
    let found = everywhere(Forgetful).await;
    let twice = found.iter().filter(|(_, readable)| readable == &[1, 1, 2, 2, 3, 3]).count();
    assert!(twice > 0, "{found:#?}");
}

/// A ledger whose claims do not remember.
struct Forgetful(MemoryLedger);

impl ReadFiles for Forgetful {
    async fn get(&self, file_id: &FileId) -> Result<Option<FileRecord>, CloudError> {
        self.0.get(file_id).await
    }
}

impl ProcessFiles for Forgetful {
    async fn begin(
        &self,
        file_id: &FileId,
        attempt: u32,
        execution_arn: Option<&str>,
        at: Timestamp,
    ) -> Result<Begun, CloudError> {
        self.0.begin(file_id, attempt, execution_arn, at).await
    }

    async fn claim_content(
        &self,
        claim: &ContentClaim,
        instead_of: Option<&ContentHolder>,
    ) -> Result<ContentClaimed, CloudError> {
        let displaced = instead_of.map(|holder| holder.file_id.clone()).into_iter().collect();
        Ok(match self.0.claim_content(claim, instead_of).await? {
            ContentClaimed::Ours { .. } => ContentClaimed::Ours { displaced },
            held => held,
        })
    }

    async fn forget_displaced(&self, claim: &ContentClaim, displaced: &BTreeSet<FileId>) -> Result<(), CloudError> {
        self.0.forget_displaced(claim, displaced).await
    }

    async fn finish(&self, file_id: &FileId, attempt: u32, outcome: &Outcome) -> Result<Finished, CloudError> {
        self.0.finish(file_id, attempt, outcome).await
    }
}

/// What readers find in the end, for each place to break off at and each thing that can come next.
async fn everywhere<L: ProcessFiles>(ledger_of: impl Fn(MemoryLedger) -> L) -> Vec<(String, Vec<i64>)> {
    let mut found = Vec::new();
    for next in NEXT {
        for operation in OPERATIONS {
            for passed in 0.. {
                let what = format!("{operation} {passed}, then {next:?}");
                let desk = desk_with(&ledger_of).await;
                if !broken_off(&desk, operation, passed, next, &what).await {
                    break;
                }
                assert_eq!(desk.objects.open_uploads(), 0, "{what}");
                found.push((what, desk.readable()));
            }
        }
    }
    found
}

/// Lets call number `passed` + 1 of an operation fail in the file that displaces another, and goes on. Whether there was
/// such a call.
async fn broken_off<L: ProcessFiles>(desk: &Desk<L>, operation: &str, passed: u32, next: Next, what: &str) -> bool {
    let displaced = failed_late(desk).await;
    let sent = desk.send("orders/b.csv", GOOD).await;
    desk.objects.fail_after(operation, passed, ErrorKind::Unavailable);
    desk.ledger.fail_after(operation, passed);
    if desk.process(&sent).await.is_ok() {
        return false;
    }
    match next {
        Next::Retry => desk.ends(&sent, EventKind::FileAvailable, what).await,
        Next::RedriveDisplacedFirst => {
            let redriven = desk.decide(&displaced, RecoveryKind::Redrive).await;
            if let Err(error) = desk.process(&redriven).await {
                assert!(matches!(error, ProcessError::Waiting { .. }), "{what}: {error}");
            }
            // Of the two the one that holds the content brings it, and the other is its duplicate.
            let brought = desk.process(&sent).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            let other = desk.process(&redriven).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            let mut ends = [brought.detail_type, other.detail_type].map(EventKind::as_str);
            ends.sort_unstable();
            assert_eq!(ends, ["FileAvailable", "FileDuplicate"], "{what}");
        }
        given_up => {
            desk.fail(&sent).await;
            desk.goes_on(given_up, &sent, &displaced, what).await;
        }
    }
    true
}

impl<L: ProcessFiles> Desk<L> {
    async fn goes_on(&self, next: Next, sent: &ProcessInvocation, displaced: &ProcessInvocation, what: &str) {
        let available = EventKind::FileAvailable;
        match next {
            Next::Redrive => {
                let redriven = self.decide(sent, RecoveryKind::Redrive).await;
                self.ends(&redriven, available, what).await;
            }
            Next::RedriveDisplaced => {
                let redriven = self.decide(displaced, RecoveryKind::Redrive).await;
                self.ends(&redriven, available, what).await;
            }
            Next::Discard => {
                let discarded = self.decide(sent, RecoveryKind::Discard).await;
                self.ends(&discarded, EventKind::FileDiscarded, what).await;
                self.ends(&self.send("orders/c.csv", GOOD).await, available, what).await;
            }
            Next::Another => self.ends(&self.send("orders/c.csv", GOOD).await, available, what).await,
            Next::AnotherFails => {
                let third = self.send("orders/c.csv", GOOD).await;
                // Just before it would take the leavings away.
                self.objects.fail_next("DeleteObject", ErrorKind::Unavailable);
                if self.process(&third).await.is_err() {
                    self.fail(&third).await;
                    let redriven = self.decide(&third, RecoveryKind::Redrive).await;
                    self.ends(&redriven, available, what).await;
                }
            }
            Next::Retry | Next::RedriveDisplacedFirst => unreachable!("the state machine tries these again"),
        }
    }

    async fn ends(&self, invocation: &ProcessInvocation, kind: EventKind, what: &str) {
        let told = self.process(invocation).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(told.detail_type, kind, "{what}");
    }
}

/// The contract lets the same content through by now, and the file that was displaced is available by it: what it
/// brought is not taken away by the file that displaced it before.
#[tokio::test]
async fn a_displaced_file_that_was_let_through_meanwhile_keeps_its_rows() {
    let desk = desk().await;
    let displaced = failed_late(&desk).await;
    let sent = desk.send("orders/b.csv", GOOD).await;
    desk.objects.fail_next("DeleteObject", ErrorKind::Unavailable);
    desk.process(&sent).await.expect_err("broken off");
    let also = "customProperties:\n  - property: onDuplicateContent\n    value: process\n";
    desk.publish(&ORDERS_CONTRACT.replace("customProperties:\n", also)).await;

    let redriven = desk.decide(&displaced, RecoveryKind::Redrive).await;
    let waiting = desk.process(&sent).await.expect_err("the other may be writing by its own contract");
    assert!(matches!(waiting, ProcessError::Waiting { .. }), "{waiting}");
    assert_eq!(desk.readable(), [1, 2, 3]);
    desk.ends(&redriven, EventKind::FileAvailable, "redriven").await;
    desk.ends(&sent, EventKind::FileAvailable, "tried again").await;
    assert_eq!(desk.readable(), [1, 1, 2, 2, 3, 3], "as the contract allows");
}
