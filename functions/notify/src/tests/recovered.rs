//! The words of notices about files that a person had a hand in.

use atalaya_cloud::testing::decision;
use atalaya_contract::{Loaded, RecoveryKind};

use super::*;

/// An event of the second attempt, which this was made for, after so many rows could be read.
fn decided(mut event: FileEvent, kind: RecoveryKind, loaded: Option<u64>) -> FileEvent {
    let mut recovery = decision(kind, 50);
    recovery.loaded = loaded.map(|accepted| Loaded {
        attempt: 1,
        rows: Counts { read: 1500, accepted, rejected: 1500 - accepted },
        outputs: Outputs::default(),
    });
    event.attempt = 2;
    event.event_id = event.event_id.replace(".1", ".2");
    event.recovery = Some(recovery);
    event
}

fn with_rows(accepted: u64) -> FileEvent {
    let mut event = available();
    event.rows = Some(Counts { read: 1500, accepted, rejected: 1500 - accepted });
    event.first_rejects = vec![reject(3, "amount", "is no number")];
    event
}

#[test]
fn a_release_says_who_decided_and_why() {
    let event = decided(with_rows(1488), RecoveryKind::Release, None);
    assert_eq!(subject(EventKind::FileAvailable, &event), "orders: march.csv was released (1,488 rows)");
    let text = text(EventKind::FileAvailable, &event);
    says(
        &text,
        &[
            "1,488 rows of orders/march.csv can be read now",
            "The file was released by anna@desk at 2026-03-01T00:00:50Z: as agreed with the sender.",
            "Left out: 12 of 1,500 rows, which break the contract: by that decision",
            "- row 3 (line 4)",
        ],
    );
    assert!(!text.contains("From arrival to availability"), "{text}");
}

#[test]
fn a_replay_of_rejects_says_how_many_rows_were_added() {
    let event = decided(with_rows(1498), RecoveryKind::ReplayRejects, Some(1488));
    assert_eq!(subject(EventKind::FileAvailable, &event), "orders: march.csv has 10 more rows (1,498 rows)");
    says(
        &text(EventKind::FileAvailable, &event),
        &[
            "10 rows were added to orders/march.csv: 1,498 rows of it can be read now, in the dataset orders.",
            "The file was replayed for its rejects by anna@desk",
            "Left out: 2 of 1,500 rows, which break the contract still.",
        ],
    );
    let event = decided(with_rows(1488), RecoveryKind::ReplayRejects, Some(1488));
    assert_eq!(subject(EventKind::FileAvailable, &event), "orders: march.csv is as it was (1,488 rows)");
    says(
        &text(EventKind::FileAvailable, &event),
        &["No row was added to orders/march.csv: 1,488 rows of it can be read"],
    );
    let event = decided(with_rows(1489), RecoveryKind::ReplayRejects, Some(1488));
    says(&text(EventKind::FileAvailable, &event), &["1 row was added to"]);
}

#[test]
fn a_replay_says_what_becomes_of_the_rows_before() {
    let event = decided(with_rows(1500), RecoveryKind::Replay, Some(1488));
    assert_eq!(subject(EventKind::FileAvailable, &event), "orders: march.csv was replaced (1,500 rows)");
    says(
        &text(EventKind::FileAvailable, &event),
        &["1,488 rows of it that could be read before are replaced.", "replayed by anna@desk"],
    );
    let event = decided(with_rows(1500), RecoveryKind::Replay, None);
    assert_eq!(subject(EventKind::FileAvailable, &event), "orders: march.csv is available (1,500 rows)");
    assert!(!text(EventKind::FileAvailable, &event).contains("before"));

    let event = decided(rejected(), RecoveryKind::Replay, Some(1488));
    assert_eq!(
        subject(EventKind::FileRejected, &event),
        "orders: march.csv was rejected and taken away (12 of 1,500 rows)"
    );
    says(
        &text(EventKind::FileRejected, &event),
        &["1,488 rows of it that could be read before are taken away.", "replayed by anna@desk"],
    );
}

#[test]
fn a_failed_recovery_says_what_can_be_read_still() {
    let mut failed = event(EventKind::FileFailed);
    failed.error = Some(FailureNote { kind: "Permanent".to_owned(), message: "the list is gone".to_owned() });
    says(
        &text(EventKind::FileFailed, &decided(failed.clone(), RecoveryKind::ReplayRejects, Some(1488))),
        &["1,488 rows of it that could be read before can be read still.", "The reason: the list is gone"],
    );
    let redriven = text(EventKind::FileFailed, &decided(failed, RecoveryKind::Redrive, None));
    says(&redriven, &["An earlier attempt at the file had failed; this was attempt 2."]);
    assert!(!redriven.contains("anna@desk") && !redriven.contains("could be read before"), "{redriven}");
}

#[test]
fn a_discarded_file_was_given_up_by_somebody_for_a_reason() {
    let event = decided(event(EventKind::FileDiscarded), RecoveryKind::Discard, None);
    assert_eq!(subject(EventKind::FileDiscarded, &event), "orders: march.csv was discarded");
    says(
        &text(EventKind::FileDiscarded, &event),
        &[
            "orders/march.csv was discarded: nothing of it is loaded, and it is not tried again.",
            "The file was discarded by anna@desk at 2026-03-01T00:00:50Z: as agreed with the sender.",
            "send them in a new file",
        ],
    );
}

#[tokio::test]
async fn each_attempt_has_its_notice_and_only_the_first_is_late() {
    let desk = desk();
    let failed = event(EventKind::FileFailed);
    for detail in [failed.clone(), decided(failed, RecoveryKind::Redrive, None)] {
        let event = BusEvent { kind: EventKind::FileFailed, detail };
        for request in ["one", "two"] {
            desk.notify.handle(event.clone(), &invocation(request)).await.expect("told");
        }
    }
    assert_eq!(desk.topic.notices().len(), 2);
    desk.captured.telemetry.flush();
    assert_eq!(desk.captured.sum(Metric::FilesFailed, &[]), Some(2.0));
    let late =
        desk.captured.emf().iter().filter(|line| line["FilesOnTime"].is_u64() && line["Dataset"] == "orders").count();
    assert_eq!(late, 1);
}
