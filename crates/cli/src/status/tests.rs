//! The sentence and the screen, from what was seen.

use std::collections::BTreeMap;

use atalaya_cloud::ledger::Pause;
use atalaya_contract::{AlarmState, FileState};
use jiff::{SignedDuration, Timestamp};

use super::snapshot::{Count, Executions, Feed, Files, Named, Queue, Snapshot};
use super::*;
use crate::alarms::explain::tests::deployed;

fn now() -> Timestamp {
    "2026-01-05T08:03:00Z".parse().expect("a time")
}

fn queue(name: &str, waiting: u64) -> Queue {
    Queue { name: name.to_owned(), waiting, in_flight: 0, oldest_seconds: (waiting > 0).then_some(95) }
}

fn file(key: &str, state: FileState, minutes: i64) -> Named {
    let created_at = now() - SignedDuration::from_mins(minutes);
    Named { file_id: "3f9a0b12aaaabbbbccccddddeeeeffff".to_owned().into(), key: key.to_owned(), state, created_at }
}

fn files(counts: &[(FileState, u64)], oldest_waiting: Option<Named>) -> Files {
    let count = |number| Count { number, or_more: false };
    Files { by_state: counts.iter().map(|(state, number)| (state.as_str(), count(*number))).collect(), oldest_waiting }
}

fn feed(dataset: &str, last: Option<Named>) -> Feed {
    Feed { dataset: dataset.to_owned(), last }
}

/// A pipeline in which all is well.
fn well() -> Snapshot {
    let mut fine = deployed("s-NoFiles");
    fine.state = AlarmState::Ok;
    Snapshot {
        alarms: Some(gather::counted(vec![fine], "s")),
        queues: ["intake", "intake-dlq", "notify-dlq", "page-dlq"].map(|name| queue(name, 0)).into(),
        executions: Some(Executions::default()),
        files: Some(files(&[(FileState::Available, 12)], None)),
        pauses: Some(Vec::new()),
        feeds: Some(vec![feed("orders", Some(file("orders/a.csv", FileState::Available, 2)))]),
        unanswered: Vec::new(),
    }
}

fn screen(seen: &Snapshot) -> String {
    let verdict = verdict::judge(seen, now());
    anstream::adapter::strip_str(&screen::draw(seen, &verdict, now(), 80)).to_string()
}

#[test]
fn all_is_well_in_one_sentence() {
    let seen = well();
    let verdict = verdict::judge(&seen, now());
    assert_eq!((verdict.wrong, verdict.next), (false, None));
    assert_eq!(verdict.words, "Nothing is wrong: no alarm is on, and nothing waits.");
    let text = screen(&seen);
    for part in [
        "✓ Nothing is wrong",
        "Alarms      1 OK",
        "Queues      intake: 0 waiting, 0 in work · no dead letters",
        "Executions  0 running · none failed in 24 h",
        "Files, 24 h 12 available",
        "Feeds       orders  ✓ available 2 min ago  orders/a.csv (3f9a0b12)",
    ] {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
}

#[test]
fn what_is_wrong_comes_first_with_what_to_do() {
    let mut seen = well();
    let mut ticket = deployed("s-RejectRate-orders");
    ticket.description = Some("Rejects.\nSeverity: ticket".to_owned());
    let mut part = deployed("s-SloFastBurn-1h");
    part.description = Some("Burns.\nSeverity: none".to_owned());
    seen.alarms = Some(gather::counted(vec![ticket, part, deployed("s-FilesFailed")], "s"));
    seen.queues[1] = queue("intake-dlq", 3);
    seen.executions = Some(Executions {
        running: Count { number: 2, or_more: false },
        ended_badly: BTreeMap::from([("timed_out", Count { number: 1, or_more: false })]),
    });
    let waits = file("a/very/long/key/that/does/not/fit/into/the/line/2026-01-05.csv", FileState::Processing, 95);
    seen.files = Some(files(&[(FileState::Failed, 2), (FileState::Processing, 1)], Some(waits)));
    let verdict = verdict::judge(&seen, now());
    assert_eq!(
        verdict.words,
        "2 alarms are on, first FilesFailed (page); 3 dead letters lie in intake-dlq; 2 files failed; a file is on its \
         way for 1 h 35 min."
    );
    assert_eq!(verdict.next.as_deref(), Some("atalaya runbook FilesFailed"));
    let text = screen(&seen);
    for part in [
        "  next: atalaya runbook FilesFailed",
        "Alarms      ✗ FilesFailed        page    3 min ago\n              Files fail.\n",
        "              → atalaya files --status failed\n            ✗ RejectRate-orders  ticket  3 min ago",
        "            ✗ intake-dlq: 3 dead letters, oldest 1 min 35 s",
        "Executions  2 running · 1 timed out in 24 h",
        "Files, 24 h 2 failed · 1 processing",
        "2026-01-05.csv (3f9a0b12)",
    ] {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
    assert!(!text.contains("SloFastBurn-1h"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_screen_full_of_trouble_still_fits() {
    let mut seen = well();
    let alarms = (0..30).map(|index| deployed(&format!("s-FunctionErrors-{index}"))).collect();
    seen.alarms = Some(gather::counted(alarms, "s"));
    seen.feeds = Some((0..40).map(|index| feed(&format!("feed{index:02}"), None)).collect());
    let text = screen(&seen);
    assert!(text.lines().count() < 24, "{} lines:\n{text}", text.lines().count());
    assert!(text.contains("… and 22 more: atalaya alarms list --state ALARM"), "{text}");
    assert_eq!(text.matches("→ atalaya files --status failed").count(), 1, "what to do first:\n{text}");
    assert!(text.contains(" more: atalaya status --json"), "{text}");
}

#[test]
fn a_pause_explains_why_files_wait() {
    let mut seen = well();
    let at = now() - SignedDuration::from_mins(40);
    seen.pauses = Some(vec![Pause { dataset: None, by: "ann".to_owned(), reason: Some("move".to_owned()), at }]);
    seen.files = Some(files(&[(FileState::Received, 1)], Some(file("a", FileState::Received, 39))));
    let verdict = verdict::judge(&seen, now());
    assert_eq!((verdict.words.as_str(), verdict.next.as_deref()), ("The intake is paused.", Some("atalaya resume")));
    assert!(screen(&seen).contains("Pauses      ! all feeds paused 40 min ago by ann: move"));
}

#[test]
fn what_does_not_answer_is_named_and_is_wrong() {
    let mut seen = well();
    seen.alarms = None;
    seen.unanswered.push("alarms: DescribeAlarms atalaya-*: refused".to_owned());
    assert!(verdict::judge(&seen, now()).wrong);
    assert!(screen(&seen).contains("No answer   alarms: DescribeAlarms atalaya-*: refused"));
}

#[test]
fn a_pipe_hears_of_changes_only() {
    let facts = |seen: &Snapshot| changes::facts(seen, &verdict::judge(seen, now()));
    let before = facts(&well());
    assert!(changes::differences(&before, &facts(&well())).is_empty());
    let mut seen = well();
    seen.alarms = Some(gather::counted(vec![deployed("s-FilesFailed")], "s"));
    seen.queues[0] = queue("intake", 7);
    let after = facts(&seen);
    assert_eq!(
        changes::differences(&before, &after),
        ["FilesFailed (page) is on.", "Files fail.", "7 waiting"]
            .iter()
            .zip(["verdict: ", "alarm FilesFailed: on: ", "queue intake: "])
            .map(|(stands, subject)| format!("{subject}{stands}"))
            .collect::<Vec<_>>()
    );
    assert!(changes::differences(&after, &before).contains(&"alarm FilesFailed: over".to_owned()));
}

#[test]
fn nothing_that_is_seen_adds_a_line_to_the_screen() {
    crate::hostile::stays_in_its_line(|given| {
        let text = || given.to_owned();
        let mut on = deployed(&format!("s-{given}"));
        on.description = Some(format!("Summary.\nSeverity: page\nFirst step: {}", given.replace('\n', " ")));
        let mut seen = well();
        seen.alarms = Some(gather::counted(vec![on], "s"));
        seen.files = Some(files(&[(FileState::Received, 1)], Some(file(given, FileState::Received, 40))));
        seen.feeds = Some(vec![feed(given, Some(file(given, FileState::Failed, 2)))]);
        seen.pauses = Some(vec![Pause { dataset: Some(text()), by: text(), reason: Some(text()), at: now() }]);
        seen.unanswered = vec![text()];
        let verdict = verdict::judge(&seen, now());
        screen::draw(&seen, &verdict, now(), 400)
    });
}

#[test]
fn the_command_to_go_on_with_is_safe_to_copy() {
    for (name, word) in [("FilesFailed", "FilesFailed"), ("$(id) x", "'$(id) x'"), ("a\u{202e}", r"$'a\342\200\256'")] {
        let mut seen = well();
        seen.alarms = Some(gather::counted(vec![deployed(&format!("s-{name}"))], "s"));
        assert_eq!(verdict::judge(&seen, now()).next, Some(format!("atalaya runbook {word}")));
    }
}
