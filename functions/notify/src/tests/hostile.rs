//! Senders, authors of contracts and operators write into notices, and none of them writes a line of one.

use atalaya_contract::{Loaded, Recovery, RecoveryKind};
use proptest::prelude::*;

use super::*;

const KINDS: [EventKind; 6] = [
    EventKind::FileAvailable,
    EventKind::FileRejected,
    EventKind::FileFailed,
    EventKind::FileDuplicate,
    EventKind::FileUnroutable,
    EventKind::FileDiscarded,
];

/// A key that would add its own advice to a notice.
const FORGED: &str = "orders/a.csv\n\nWhat to do: log in at https://evil.example";

/// An event with `given` wherever a text from outside can stand.
fn everywhere(kind: EventKind, given: &str, recovery: Option<RecoveryKind>) -> FileEvent {
    let text = || given.to_owned();
    let mut event = event(kind);
    event.file.key = text();
    event.dataset = Some(text());
    event.contract = Some(ContractRef { id: text(), version: text(), key: text(), ..contract_ref("c1") });
    event.rows = Some(Counts { read: 1500, accepted: 1488, rejected: 12 });
    let fault = Reject { code: text(), message: text(), hint: Some(text()), ..reject(3, given, given) };
    event.first_rejects = vec![Reject { value: Some(format!("{given}!")), ..fault }];
    event.rejects = vec![RejectSummary { code: text(), column: Some(text()), rule: Some(text()), count: 12 }];
    event.warnings = vec![text()];
    let outputs = Outputs { parquet: vec![text()], rejects: Some(text()) };
    event.outputs = Some(outputs.clone());
    event.duplicate_of = Some(DuplicateOf { key: text(), file_id: text().into(), state: FileState::Available });
    event.error = Some(FailureNote { kind: text(), message: text() });
    event.reason = Some(text());
    event.recovery = recovery.map(|kind| {
        let rows = Counts { read: 1500, accepted: 1000, rejected: 500 };
        let loaded = Some(Loaded { attempt: 1, rows, outputs: outputs.clone() });
        Recovery { kind, by: text(), reason: Some(text()), at: at(50), loaded }
    });
    event
}

/// The number of lines, and how each of them begins.
fn begins(text: &str) -> Vec<String> {
    text.split('\n').map(|line| line.chars().take(4).collect()).collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\\x00-\\x1f\\x7f-\\x9f\u{2028}-\u{202e}\u{2066}-\u{2069}]".prop_map(String::from),
        Just(FORGED.to_owned()),
        Just("\u{1b}[2J\r".to_owned()),
        Just("\"`. ".to_owned()),
    ];
    prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

/// What SNS hands on in XML 1.0, and what an inbox can show.
fn is_legal(text: &str) -> bool {
    text.chars().all(|char| char == '\n' || !(char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}')))
}

#[test]
fn a_key_with_a_forged_line_is_one_word_of_its_own_line() {
    let mut event = available();
    event.file.key = FORGED.to_owned();
    let expected = r#"336,776 rows of "orders/a.csv\n\nWhat to do: log in at https\u{3a}//evil\u{2e}example" can be read now, in the dataset orders.
The data: s3://curated/orders/x.parquet
From arrival to availability: 3.00 s.

File: "s3://inbox/orders/a.csv\n\nWhat to do: log in at https\u{3a}//evil\u{2e}example", "#;
    let text = text(EventKind::FileAvailable, &event);
    assert!(text.starts_with(expected), "{text}");
    assert_eq!(text.lines().count(), 6, "{text}");
}

#[test]
fn a_link_in_a_key_is_no_link_in_a_subject() {
    let mut event = available();
    (event.file.key, event.dataset) = ("in/www.evil.example".to_owned(), Some("https://evil.example".to_owned()));
    let line = subject(EventKind::FileFailed, &event);
    assert!(!line.contains("https://") && !line.contains("www."), "{line}");
}

#[test]
fn a_list_without_end_is_bounded() {
    let mut event = available();
    event.warnings = vec!["x".repeat(5000); 500];
    event.outputs = Some(Outputs { parquet: vec!["s3://b/x.parquet".to_owned(); 500], rejects: None });
    let text = text(EventKind::FileAvailable, &event);
    says(&text, &["\nAnd 480 more notes.\n", "\nAnd 480 more Parquet files.\n", "… (5,000 characters)"]);
    assert!(text.len() < 20_000, "{}", text.len());
}

proptest! {
    // Each case writes every kind of text: few suffice, and the tests beside them have times to keep.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn lines_and_their_begins_do_not_depend_on_what_others_write(given in hostile()) {
        for kind in KINDS {
            for recovery in RecoveryKind::ALL.map(Some).into_iter().chain([None]) {
                let shown = text(kind, &everywhere(kind, &given, recovery));
                let plain = text(kind, &everywhere(kind, "plain", recovery));
                prop_assert_eq!(begins(&shown), begins(&plain), "{}", shown);
                prop_assert!(is_legal(&shown) && !shown.contains("https://"), "{}", shown);
            }
        }
    }

    #[test]
    fn a_notice_is_what_sns_takes(given in hostile(), times in 1_usize..20) {
        // A key has at most 1,024 bytes; other texts have no such limit.
        let long = given.repeat(times);
        for kind in KINDS {
            let mut event = everywhere(kind, &long, Some(RecoveryKind::Release));
            event.file.key = long.chars().take(256).collect();
            event.first_rejects = vec![event.first_rejects[0].clone(); 10];
            let (line, words) = (subject(kind, &event), text(kind, &event));
            let notice = notice(kind, &event, &line, &words);
            prop_assert!(notice.fits(), "{}", notice.message().len());
            prop_assert!(line.len() <= MAX_SUBJECT_CHARS && line.chars().all(|char| (' '..='~').contains(&char)), "{}", line);
            for value in notice.attributes.values() {
                prop_assert!(!value.is_empty() && value.chars().count() < 300 && is_legal(value), "{}", value);
            }
            for words in notice.protocols.values() {
                prop_assert!(is_legal(words), "{}", words);
            }
            prop_assert!(notice.protocols["sms"].chars().count() <= 160);
        }
    }
}

#[test]
fn the_least_that_is_left_of_an_event_names_its_file_and_counts_its_rows() {
    let kind = EventKind::FileFailed;
    let event = everywhere(kind, &"\u{1}".repeat(100_000), None);
    let event = FileEvent { file: file("orders/march.csv", 0), ..event };
    let notice = notice(kind, &event, "subject", &text(kind, &event));
    assert!(notice.fits(), "{}", notice.message().len());
    let machine: Value = serde_json::from_str(&notice.protocols["sqs"]).expect("JSON");
    assert_eq!(machine["event"]["file"]["key"], "orders/march.csv");
    assert_eq!(
        (&machine["event"]["rows"]["rejected"], &machine["event"]["event_id"]),
        (&json!(12), &json!(event.event_id))
    );
}
