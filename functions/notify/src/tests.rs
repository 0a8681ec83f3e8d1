mod hostile;
mod recovered;

use atalaya_cloud::{
    FixedClock, MemoryLedger, MemoryTopic,
    ledger::{BrowseFiles, NoticeState},
    subject::MAX_SUBJECT_CHARS,
    testing::{at, contract_ref, file},
};
use atalaya_contract::{ContractRef, Counts, DuplicateOf, FailureNote, FileState, Outputs, Reject, RejectSummary};
use atalaya_telemetry::{
    Stage,
    test_sink::{Captured, capture},
};
use serde_json::{Value, json};

use super::*;

struct Desk {
    ledger: MemoryLedger,
    topic: MemoryTopic,
    clock: FixedClock,
    captured: Captured,
    notify: Notify<MemoryLedger, MemoryTopic, FixedClock>,
}

fn desk() -> Desk {
    let (ledger, topic, clock) = (MemoryLedger::default(), MemoryTopic::default(), FixedClock::new(at(100)));
    let captured = capture(Stage::Notify);
    let notify = Notify {
        ledger: ledger.clone(),
        topic: topic.clone(),
        clock: clock.clone(),
        telemetry: captured.telemetry.clone(),
    };
    Desk { ledger, topic, clock, captured, notify }
}

/// An invocation with 30 seconds left at the desk's first time.
fn invocation(request_id: &str) -> Invocation {
    let request_id = request_id.to_owned();
    Invocation { request_id, trace_id: None, function: "notify".to_owned(), deadline: at(130) }
}

fn event(kind: EventKind) -> FileEvent {
    let mut event = FileEvent::new(kind, file("orders/march.csv", 0), 1, at(3));
    event.dataset = Some("orders".to_owned());
    event.contract = Some(contract_ref("c1"));
    event
}

fn available() -> FileEvent {
    let mut event = event(EventKind::FileAvailable);
    event.rows = Some(Counts { read: 336_776, accepted: 336_776, rejected: 0 });
    event.outputs = Some(Outputs { parquet: vec!["s3://curated/orders/x.parquet".to_owned()], rejects: None });
    event
}

fn reject(row: u64, column: &str, message: &str) -> Reject {
    Reject {
        row: Some(row),
        line: Some(row + 1),
        byte: Some(100),
        column: Some(column.to_owned()),
        code: "type-error".to_owned(),
        rule: None,
        message: message.to_owned(),
        hint: Some("write digits only".to_owned()),
        value: Some("***".to_owned()),
        tolerated: false,
    }
}

fn rejected() -> FileEvent {
    let mut event = event(EventKind::FileRejected);
    event.rows = Some(Counts { read: 1500, accepted: 1488, rejected: 12 });
    event.first_rejects = vec![reject(3, "amount", "is no number")];
    let summary = |code: &str, count| RejectSummary {
        code: code.to_owned(),
        column: Some("amount".to_owned()),
        rule: None,
        count,
    };
    event.rejects = vec![summary("type-error", 11), summary("constraint-error", 1)];
    let rejects = Some("s3://rejects/orders/x.jsonl".to_owned());
    event.outputs = Some(Outputs { parquet: Vec::new(), rejects });
    event
}

#[track_caller]
fn says(text: &str, phrases: &[&str]) {
    for phrase in phrases {
        assert!(text.contains(phrase), "{phrase:?} is missing in:\n{text}");
    }
}

#[test]
fn readers_are_told_what_there_is_and_where() {
    let mut event = available();
    says(
        &text(EventKind::FileAvailable, &event),
        &[
            "336,776 rows of orders/march.csv can be read now, in the dataset orders",
            "s3://curated/orders/x.parquet",
            "3.00 s",
        ],
    );
    assert!(!text(EventKind::FileAvailable, &event).contains("Left out"));
    event.rows = Some(Counts { read: 10, accepted: 9, rejected: 1 });
    event.first_rejects = vec![reject(3, "amount", "is no number")];
    event.warnings = vec!["column `extra` is left out".to_owned()];
    says(
        &text(EventKind::FileAvailable, &event),
        &[
            "9 rows of",
            "Left out: 1 of 10 rows, within what the contract tolerates",
            "row 3 (line 4)",
            "Note: column `extra`",
        ],
    );
}

#[test]
fn a_sender_is_told_what_is_wrong_in_words() {
    let text = text(EventKind::FileRejected, &rejected());
    says(
        &text,
        &[
            "orders/march.csv was rejected: 12 of 1,500 rows break the contract `orders` 1.0.0. Nothing of it was loaded.",
            "- row 3 (line 4), column `amount`: is no number (it holds \"***\"); write digits only [type-error]",
            "All faults: 11 × type-error in `amount`; 1 × constraint-error in `amount`.",
            "The full list, one JSON line a fault: s3://rejects/orders/x.jsonl",
            "correct the file and send it again. Its name must fit the location that the contract names; s3://",
            "atalaya file ",
        ],
    );
}

#[test]
fn a_fault_of_the_whole_file_has_no_row() {
    let mut event = rejected();
    event.rows = Some(Counts::default());
    let whole = Reject {
        row: None,
        line: None,
        byte: None,
        column: Some("amuont".to_owned()),
        code: "missing-label".to_owned(),
        rule: None,
        message: "the column `amount` is missing.".to_owned(),
        hint: None,
        value: None,
        tolerated: false,
    };
    event.first_rejects = vec![whole];
    event.rejects.clear();
    says(
        &text(EventKind::FileRejected, &event),
        &[
            "the file as a whole breaks the contract",
            "- the whole file, column `amuont`: the column `amount` is missing [missing-label]",
        ],
    );
}

#[test]
fn a_duplicate_names_the_first_file_and_what_became_of_it() {
    let mut event = event(EventKind::FileDuplicate);
    let first = file("orders/first.csv", 0);
    let duplicate_of = |state| Some(DuplicateOf { file_id: first.file_id.clone(), key: first.key.clone(), state });
    event.duplicate_of = duplicate_of(FileState::Available);
    says(
        &text(EventKind::FileDuplicate, &event),
        &[
            "the same bytes as orders/first.csv",
            first.file_id.as_str(),
            "Nothing was loaded twice, and nothing needs to be done",
        ],
    );
    event.duplicate_of = duplicate_of(FileState::Rejected);
    says(&text(EventKind::FileDuplicate, &event), &["The first was rejected", "correct its content"]);
}

#[test]
fn a_failure_is_the_operators_business_and_its_reason_is_readable() {
    let mut event = event(EventKind::FileFailed);
    event.error = Some(FailureNote {
        kind: "Permanent".to_owned(),
        message: r#"{"errorType":"Permanent","errorMessage":"the contract is gone"}"#.to_owned(),
    });
    let text = text(EventKind::FileFailed, &event);
    says(
        &text,
        &[
            "The operators have been told",
            "Nothing needs to be sent again",
            "The reason: the contract is gone (Permanent)",
        ],
    );
    assert!(!text.contains("errorMessage"), "{text}");
}

#[test]
fn an_unclaimed_object_has_a_way_out() {
    let mut event = FileEvent::new(EventKind::FileUnroutable, file("stray.bin", 0), 1, at(0));
    event.reason = Some("no contract claims this object; claimed are s3://inbox/orders/*.csv (orders)".to_owned());
    says(
        &text(EventKind::FileUnroutable, &event),
        &["stray.bin was not loaded: no contract claims", "s3://inbox/orders/*.csv", "publish a contract"],
    );
    let notice = notice(EventKind::FileUnroutable, &event, "s", "t");
    assert_eq!(notice.attributes["dataset"], UNROUTABLE_DATASET);
    assert_eq!(notice.attributes["event"], "FileUnroutable");
}

#[test]
fn subjects_are_short_lines_of_ascii() {
    assert_eq!(subject(EventKind::FileAvailable, &available()), "orders: march.csv is available (336,776 rows)");
    assert_eq!(subject(EventKind::FileRejected, &rejected()), "orders: march.csv was rejected (12 of 1,500 rows)");
    let mut odd = available();
    odd.file.key = format!("\n ñ{}.csv", "x".repeat(500));
    for dataset in ["ordërs\r\nBcc: x", &"d".repeat(300), " lead"] {
        odd.dataset = Some(dataset.to_owned());
        for kind in [
            EventKind::FileAvailable,
            EventKind::FileRejected,
            EventKind::FileFailed,
            EventKind::FileDuplicate,
            EventKind::FileUnroutable,
            EventKind::FileDiscarded,
        ] {
            let line = subject(kind, &odd);
            assert!(
                line.len() <= MAX_SUBJECT_CHARS && line.chars().all(|char| (' '..='~').contains(&char)),
                "{line:?}"
            );
            assert!(!line.starts_with(' '), "{line:?}");
            assert!(line.contains("...") && line.contains(".csv"), "{line:?}");
        }
    }
}

#[test]
fn machines_get_the_whole_event() {
    let event = rejected();
    let notice = notice(EventKind::FileRejected, &event, "subject", "text");
    let message: Value = serde_json::from_str(&notice.message()).expect("JSON");
    assert_eq!(message["default"], "text");
    assert_eq!(message["sms"], "subject");
    for protocol in ["sqs", "http", "https", "lambda"] {
        let machine: Value = serde_json::from_str(message[protocol].as_str().expect("text")).expect("JSON");
        assert_eq!(machine["notice_id"], json!(event.event_id));
        assert_eq!(machine["kind"], "FileRejected");
        assert_eq!((&machine["subject"], &machine["text"]), (&json!("subject"), &json!("text")));
        assert_eq!(serde_json::from_value::<FileEvent>(machine["event"].clone()).expect("an event"), event);
    }
    assert_eq!(notice.attributes["dataset"], "orders");
}

#[test]
fn a_huge_event_still_fits() {
    let mut event = rejected();
    event.first_rejects = vec![reject(1, "amount", &"\"\u{1}".repeat(10_000)); 10];
    let words = text(EventKind::FileRejected, &event);
    let notice = notice(EventKind::FileRejected, &event, "subject", &words);
    assert!(notice.fits(), "{}", notice.message().len());
    let message: Value = serde_json::from_str(&notice.message()).expect("JSON");
    let machine: Value = serde_json::from_str(message["sqs"].as_str().expect("text")).expect("JSON");
    assert_eq!(machine["event"]["rows"]["rejected"], 12);
}

#[tokio::test]
async fn an_event_told_twice_is_one_notice() {
    let desk = desk();
    let event = BusEvent { kind: EventKind::FileAvailable, detail: available() };
    let told = desk.notify.handle(event.clone(), &invocation("one")).await.expect("told");
    assert_eq!(told, Told::Now("message-1".to_owned()));
    let again = desk.notify.handle(event.clone(), &invocation("two")).await.expect("told before");
    assert_eq!(again, Told::Before);
    assert_eq!(desk.topic.notices().len(), 1);

    let kept = desk.ledger.notices(&event.detail.file.file_id).await.expect("notices");
    assert_eq!((kept.len(), kept[0].delivery, kept[0].sent_at), (1, NoticeState::Sent, Some(at(100))));
    assert_eq!(kept[0].subject.as_deref(), Some("orders: march.csv is available (336,776 rows)"));
    desk.captured.telemetry.flush();
    assert_eq!(desk.captured.sum(Metric::NoticesSent, &[]), Some(1.0));
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn only_one_of_two_invocations_tells() {
    let desk = desk();
    let event = BusEvent { kind: EventKind::FileAvailable, detail: available() };
    let first = desk.notify.claim(&event, &invocation("one"));
    assert_eq!(first.lease_until, at(130));
    desk.ledger.claim_notice(&first).await.expect("claimed");

    let waiting = desk.notify.handle(event.clone(), &invocation("two")).await.expect_err("the other is telling");
    assert_eq!(waiting.error_type(), "Retryable");
    assert!(desk.topic.notices().is_empty());
    // The first died: Lambda calls again with its id, and need not wait for the lease.
    desk.notify.handle(event.clone(), &invocation("one")).await.expect("told");
    assert_eq!(desk.topic.notices().len(), 1);
}

#[tokio::test]
async fn a_claim_ends_with_its_invocation() {
    let desk = desk();
    let event = BusEvent { kind: EventKind::FileAvailable, detail: available() };
    desk.ledger.claim_notice(&desk.notify.claim(&event, &invocation("one"))).await.expect("claimed");
    desk.clock.advance(SignedDuration::from_secs(30));
    desk.notify.handle(event, &invocation("two")).await.expect("told");
    assert_eq!(desk.topic.notices().len(), 1);
}

#[tokio::test]
async fn a_notice_that_could_not_be_sent_is_anybodys_again() {
    let desk = desk();
    let event = BusEvent { kind: EventKind::FileAvailable, detail: available() };
    desk.topic.fail_next(1);
    desk.notify.handle(event.clone(), &invocation("one")).await.expect_err("the topic is down");
    // A dead letter is handed over again long before the lease would have ended.
    desk.notify.handle(event.clone(), &invocation("two")).await.expect("told");
    assert_eq!(desk.topic.notices().len(), 1);
    // Where the claim cannot be given back either, its lease holds.
    let other = BusEvent { kind: EventKind::FileRejected, detail: rejected() };
    desk.topic.fail_next(1);
    desk.ledger.fail_next("notice_unsent");
    let error = desk.notify.handle(other.clone(), &invocation("one")).await.expect_err("both are down");
    assert!(!matches!(error, NotifyError::Sending { .. }), "{error}");
    let error = desk.notify.handle(other, &invocation("two")).await.expect_err("the lease holds");
    assert!(matches!(error, NotifyError::Sending { .. }), "{error}");
}

#[tokio::test]
async fn what_was_sent_is_marked_as_soon_as_the_ledger_takes_it() {
    let desk = desk();
    let event = BusEvent { kind: EventKind::FileAvailable, detail: available() };
    desk.ledger.fail_next("notice_sent");
    desk.ledger.fail_next("notice_sent");
    assert!(matches!(desk.notify.handle(event.clone(), &invocation("one")).await, Ok(Told::Now(_))));
    assert!(matches!(desk.notify.handle(event, &invocation("one")).await, Ok(Told::Before)));
    assert_eq!(desk.topic.notices().len(), 1);
    // Without time left it is an error, and Lambda calls again.
    let other = BusEvent { kind: EventKind::FileRejected, detail: rejected() };
    desk.ledger.fail_next("notice_sent");
    let late = Invocation { deadline: desk.clock.now() + SignedDuration::from_secs(2), ..invocation("two") };
    assert_eq!(desk.notify.handle(other, &late).await.expect_err("not marked").error_type(), "Retryable");
}

#[tokio::test]
async fn a_failed_file_is_counted_here_and_a_failed_notice_is_an_error() {
    let desk = desk();
    let event = BusEvent { kind: EventKind::FileFailed, detail: event(EventKind::FileFailed) };
    desk.ledger.fail_next("claim_notice");
    let error = desk.notify.handle(event.clone(), &invocation("one")).await.expect_err("the ledger is down");
    assert_eq!(error.error_type(), "Retryable");
    for request in ["one", "two"] {
        desk.notify.handle(event.clone(), &invocation(request)).await.expect("told");
    }
    desk.captured.telemetry.flush();
    for (metric, value) in [(Metric::FilesFailed, 1.0), (Metric::FilesOnTime, 0.0)] {
        assert_eq!(desk.captured.sum(metric, &[("Dataset", "orders")]), Some(value), "{metric}");
        assert_eq!(desk.captured.sum(metric, &[]), Some(value), "{metric}");
    }
    desk.captured.assert_catalogued();
    assert_eq!(desk.captured.sum(Metric::NoticesFailed, &[]), Some(1.0));
}

#[test]
fn an_event_of_the_bus_is_read_as_event_bridge_hands_it_over() {
    let body = json!({
        "version": "0", "id": "x", "detail-type": "FileRejected", "source": "atalaya", "account": "1",
        "time": "2026-03-01T00:00:00Z", "region": "eu-west-1", "resources": [], "detail": rejected(),
    });
    let event: BusEvent = serde_json::from_value(body).expect("an event of the bus");
    assert_eq!(event, BusEvent { kind: EventKind::FileRejected, detail: rejected() });
}
