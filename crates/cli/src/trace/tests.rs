//! The order of a story, its gaps, and how it is told.

use atalaya_cloud::ledger::{Operation, Transition};
use atalaya_cloud::testing;
use atalaya_contract::FileState;

use super::*;
use crate::story;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_600_000 + second).expect("a time")
}

/// A file that failed, and was redriven an hour later.
fn record() -> FileRecord {
    let mut record = testing::received("orders", "orders/a.csv", 1_767_600_000);
    record.file.created_at = at(0);
    record.attempt = 2;
    record.state = FileState::Available;
    let step = |second, state, attempt, note: Option<&str>| Transition {
        at: at(second),
        state,
        attempt,
        note: note.map(str::to_owned),
    };
    record.history = vec![
        step(1, FileState::Received, 1, None),
        step(2, FileState::Failed, 1, Some("Permanent")),
        step(3602, FileState::Received, 2, Some("redriven by ann: the bucket is back")),
        step(3603, FileState::Available, 2, None),
    ];
    record
}

fn operation(command: &str, subject: &str, begin: i64, end: Option<i64>) -> Operation {
    Operation {
        id: "1".to_owned(),
        command: command.to_owned(),
        by: "ann".to_owned(),
        at: at(begin),
        reason: None,
        subject: subject.to_owned(),
        planned: 1,
        done: 1,
        ended_at: end.map(at),
        outcome: end.map(|_| "1 file restarted".to_owned()),
    }
}

#[test]
fn commands_are_told_that_name_the_file_or_began_its_attempt() {
    let record = record();
    let id = record.file.file_id.to_string();
    let operations = [
        operation("redrive --failed", "failed files", 3601, Some(3605)),
        operation("redrive --failed", "failed files", 100, Some(200)),
        operation("discard", &id, 5000, None),
        operation("pause", "all feeds", 3000, Some(3001)),
        operation("replay --rejects-only", "3f9a", 3600, None),
    ];
    let events = ledger::operations(&record, &operations);
    let told: Vec<_> = events.iter().map(|event| event.text.as_str()).collect();
    assert_eq!(
        told,
        [
            "atalaya redrive --failed, by ann",
            "atalaya redrive --failed ended: 1 file restarted",
            "atalaya discard, by ann",
            "atalaya discard has not ended, or was killed"
        ]
    );
}

#[test]
fn the_story_is_in_order_with_its_gap() {
    let record = record();
    let mut events = ledger::states(&record);
    events.push(Event::new(at(1), Source::Log, "begins").from("intake").detail());
    events.push(Event::new(at(3602), Source::Operator, "atalaya redrive --failed, by ann"));
    let events = in_order(events);
    let gaps = gaps(&events, SILENCE);
    assert_eq!(gaps.len(), 1);
    assert_eq!((gaps[0].seconds, gaps[0].from), (3600, at(2)));
    let story = Story { record, events, gaps, unanswered: vec!["logs are missing: none".to_owned()], ahead: None };
    let text = anstream::adapter::strip_str(&tell::tell(&story, false)).to_string();
    let order = [
        "2026-01-05, UTC",
        "08:00:00.000  object    s3://",
        "08:00:01.000  ledger    received (attempt 1)",
        "08:00:02.000  ledger    failed (attempt 1): Permanent",
        "⋮ 1 h 00 min in which nothing is recorded",
        "09:00:02.000  operator  atalaya redrive --failed, by ann",
        "09:00:02.000  ledger    received (attempt 2): redriven by ann: the bucket is",
        "09:00:03.000  ledger    available (attempt 2)",
        "1 line more: --logs tells them too",
        "! logs are missing: none",
    ];
    let mut from = 0;
    for part in order {
        let found = text[from..].find(part).unwrap_or_else(|| panic!("`{part}` is missing or too early:\n{text}"));
        from += found;
    }
    let whole = anstream::adapter::strip_str(&tell::tell(&story, true)).to_string();
    assert!(whole.contains("log       intake: begins"), "{whole}");
    let document = document(&story);
    assert_eq!(document["gaps"][0]["seconds"], 3600);
    assert_eq!(document["events"].as_array().map(Vec::len), Some(7));
}

#[test]
fn nothing_that_is_recorded_adds_a_line_to_the_story() {
    crate::hostile::stays_in_its_line(|given| {
        let record = story::tests::with_everywhere(&record(), given);
        let mut events = ledger::states(&record);
        let operation = Operation {
            subject: record.file.file_id.to_string(),
            reason: Some(given.to_owned()),
            by: given.to_owned(),
            ..operation(given, "", 3601, None)
        };
        events.extend(ledger::operations(&record, &[operation]));
        events.push(Event::new(at(4000), Source::Log, given).from(given));
        let story = Story { record, events, gaps: Vec::new(), unanswered: vec![given.to_owned()], ahead: None };
        tell::tell(&story, true)
    });
}
