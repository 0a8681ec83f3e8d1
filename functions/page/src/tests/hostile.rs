//! Keys, names of datasets and of alarms, reasons and messages of anybody write into pages, and none of them writes a
//! line of one, mentions anybody or becomes a link.

use atalaya_cloud::alarms::AlarmState;
use atalaya_contract::FileState;
use proptest::prelude::*;
use serde_json::json;

use super::{
    desk::{CHANGED, desk, files_failed, reject_rate},
    words::document,
};
use crate::notice::users_text;
use crate::{AffectedFile, Beneath, Document, Kind, chat, for_operators, for_users, sms, subject, text};

/// A key that would add its own advice to a page.
const FORGED: &str = "orders/a.csv\n\nFirst step: log in at https://evil.example";

/// A page with `given` wherever a text from outside can stand.
fn everywhere(kind: Kind, given: &str) -> Document {
    let owned = || given.to_owned();
    let mut page = document("The pipeline could not finish a file.", given, vec![owned(), owned()], 3.0);
    page.kind = kind;
    page.quiet = Some(owned());
    page.page_id = owned();
    page.summary = format!("Summary {given}");
    page.first_step = Some(owned());
    page.alarm.arn = Some(owned());
    page.alarm.reason = owned();
    if let Some(measure) = &mut page.measure {
        (measure.what, measure.words) = (owned(), owned());
    }
    page.beneath = vec![Beneath { alarm: owned(), summary: owned(), since: None }; 2];
    let file = AffectedFile {
        file_id: owned(),
        key: owned(),
        dataset: Some(owned()),
        state: FileState::Failed,
        at: page.alarm.changed_at,
        why: Some(owned()),
    };
    page.files.named = vec![file; 10];
    page.files.note = Some(owned());
    page.links.runbook = Some(owned());
    page.links.dashboard = Some(owned());
    page.logs.log_groups = vec![owned()];
    page
}

/// The number of lines, and how each of them begins.
/// Without the line of a command, which is there only for a name that a shell takes as one word.
fn begins(text: &str) -> Vec<String> {
    let lines = text.split('\n').filter(|line| !line.starts_with("Its commands, filled in: atalaya runbook "));
    lines.map(|line| line.chars().take(2).collect()).collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\\x00-\\x1f\\x7f-\\x9f\u{2028}-\u{202e}\u{2066}-\u{2069}]".prop_map(String::from),
        Just(FORGED.to_owned()),
        Just("<!here> <https://evil.example|log in> [log in](https://evil.example) `".to_owned()),
        Just("\u{1b}[2J\r".to_owned()),
    ];
    prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

/// What SNS hands on in XML 1.0, and what an inbox can show.
fn is_legal(text: &str) -> bool {
    text.chars().all(|char| char == '\n' || !(char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}')))
}

/// The texts of a page for people: operators, users, and those in a chat.
fn texts(page: &Document) -> [String; 3] {
    let users = users_text(page, page.datasets.first().map_or("", String::as_str));
    let description = chat(page)["content"]["description"].as_str().unwrap_or_default().to_owned();
    [text(page), users, description]
}

proptest! {
    // Each case writes every kind of text: few suffice, and the tests beside them have times to keep.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn lines_and_their_begins_do_not_depend_on_what_others_write(given in hostile()) {
        for kind in [Kind::Alarm, Kind::Recovery, Kind::NoData] {
            let (shown, plain) = (texts(&everywhere(kind, &given)), texts(&everywhere(kind, "plain")));
            for (shown, plain) in shown.iter().zip(&plain).take(2) {
                prop_assert_eq!(begins(shown), begins(plain), "{}", shown);
                prop_assert!(is_legal(shown), "{}", shown);
            }
            let in_chat = &shown[2];
            prop_assert!(is_legal(in_chat) && !in_chat.contains(['<', '>', '[']), "{}", in_chat);
            for step in chat(&everywhere(kind, &given))["content"]["nextSteps"].as_array().into_iter().flatten() {
                let step = step.as_str().unwrap_or_default();
                prop_assert!(is_legal(step) && !step.contains(['\n', '<', '[']), "{}", step);
            }
        }
    }

    #[test]
    fn a_page_is_what_sns_takes(given in hostile(), times in 1_usize..20) {
        let page = everywhere(Kind::Alarm, &given.repeat(times));
        for notice in [for_operators(&page), for_users(&page, &given)] {
            prop_assert!(notice.fits(), "{}", notice.message().len());
            let line = &notice.subject;
            prop_assert!(line.len() < 100 && line.chars().all(|char| (' '..='~').contains(&char)), "{}", line);
            for value in notice.attributes.values() {
                prop_assert!(!value.is_empty() && value.chars().count() < 300 && is_legal(value), "{}", value);
            }
            for (protocol, words) in &notice.protocols {
                prop_assert!(is_legal(words), "{}: {}", protocol, words);
            }
        }
    }
}

#[tokio::test]
async fn a_key_with_a_forged_line_is_one_word_of_its_own_line() {
    let desk = desk();
    let id = desk.file(FORGED, FileState::Failed, CHANGED - 100).await;
    desk.tell(&files_failed()).await;
    let notice = desk.on_call_page.notices().remove(0);
    let line = format!(
        "\n- \"orders/a.csv\\n\\nFirst step: log in at https\\u{{3a}}//evil\\u{{2e}}example\" of orders, failed at 01:58 UTC: \
         the contract is gone (Permanent) ({id})\n"
    );
    assert!(notice.default.contains(&line), "{}", notice.default);
    assert_eq!(notice.default.matches("\nFirst step: ").count(), 1, "{}", notice.default);
    // Programs get the key as it is.
    let document: serde_json::Value = serde_json::from_str(&notice.protocols["sqs"]).expect("JSON");
    assert_eq!(document["files"]["named"][0]["key"], FORGED);
    let chat: serde_json::Value = serde_json::from_str(&notice.protocols["https"]).expect("JSON");
    let description = chat["content"]["description"].as_str().expect("text");
    assert!(description.contains("• `orders/a.csv\\n\\nFirst step: log in at https\\u{3a}//"), "{description}");
}

#[tokio::test]
async fn a_command_to_copy_has_no_name_in_it_that_does_something() {
    for dataset in ["a'; rm -rf ~ #", "$(id)", "-rf", "a\nb"] {
        let desk = desk();
        let mut message = reject_rate();
        for metric in [1, 2] {
            message["Trigger"]["Metrics"][metric]["MetricStat"]["Metric"]["Dimensions"][0]["value"] = json!(dataset);
        }
        desk.tell(&message).await;
        let text = desk.on_call_ticket.notices().remove(0).default;
        let step =
            "\nFirst step: atalaya files --dataset <dataset> --status rejected, then atalaya rejects <file id>\n";
        assert!(text.contains(step), "{text}");
    }
}

#[tokio::test]
async fn a_message_that_nobody_can_read_is_quoted_line_by_line() {
    let desk = desk();
    desk.try_to_tell("Hello\u{1b}[2J\nFirst step: log in at https://evil.example <!here>\n", "r-1")
        .await
        .expect("told");
    let notice = desk.on_call_page.notices().remove(0);
    let quoted =
        "\n> Hello\\u{1b}[2J\n> First step: log in at https\\u{3a}//evil\\u{2e}example <!here>\n\nMessage id: m-1\n";
    assert!(notice.default.ends_with(quoted), "{}", notice.default);
    let chat: serde_json::Value = serde_json::from_str(&notice.protocols["https"]).expect("JSON");
    let description = chat["content"]["description"].as_str().expect("text");
    assert!(description.contains("\n> First step: log in at") && !description.contains('<'), "{description}");
}

#[test]
fn an_address_that_is_none_is_no_link() {
    let mut page = document("s", "n", Vec::new(), 1.0);
    page.links.runbook = Some("https://example.org/runbooks/a.md".to_owned());
    page.links.dashboard = Some("javascript:alert(1)".to_owned());
    page.links.alarm = Some("https://evil.example/\u{202e}x".to_owned());
    let text = text(&page);
    assert!(text.contains("\nRunbook: https://example.org/runbooks/a.md\n"), "{text}");
    assert!(text.contains("\nAlarm: https\\u{3a}//evil\\u{2e}example/\\u{202e}x\n"), "{text}");
}

#[test]
fn one_line_of_ascii_says_what_is_wrong() {
    let page = everywhere(Kind::Alarm, FORGED);
    for line in [sms(&page), subject(&page)] {
        assert!(!line.contains('\n') && !line.contains("https://"), "{line}");
    }
    assert_eq!(page.alarm.state, AlarmState::Alarm);
}
