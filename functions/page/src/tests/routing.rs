//! Who is told of what, and of what nobody.

use atalaya_cloud::{alarms::AlarmState, testing::at};
use serde_json::json;

use super::desk::*;
use crate::Told;

#[tokio::test]
async fn the_severity_says_who_is_told() {
    for (severity, told, notices, counts) in [
        ("page", Told::Now, [1, 0, 0], [Some(1.0), None, None]),
        ("ticket", Told::Now, [0, 1, 0], [Some(1.0), None, None]),
        ("none", Told::Quietly, [0, 1, 0], [None, Some(1.0), None]),
        ("dreadful", Told::Now, [1, 0, 0], [Some(1.0), None, None]),
    ] {
        let desk = desk();
        let mut message = files_failed();
        message["AlarmDescription"] = json!(description("A file failed.", severity, "look", "FilesFailed"));
        assert_eq!(desk.tell(&message).await, told, "{severity}");
        assert_eq!((desk.notices(), desk.counts()), (notices, counts), "{severity}");
    }
}

#[tokio::test]
async fn an_alarm_that_a_composite_one_speaks_for_calls_nobody() {
    let desk = desk();
    let down = standing("atalaya-PipelineDown", AlarmState::Alarm, "Much is broken.", "page");
    desk.alarms.put_composite(down, &["atalaya-FilesFailed", "atalaya-IntakeDlq"]);
    for (index, message) in [files_failed(), files_failed_no_more()].iter().enumerate() {
        assert_eq!(desk.tell(message).await, Told::Quietly);
        assert_eq!(desk.notices(), [0, index + 1, 0]);
    }
    let note = desk.on_call_ticket.notices().remove(0);
    let why = "Quiet note: atalaya-PipelineDown is in ALARM and speaks for this alarm.\n\nThe pipeline could not";
    assert!(note.default.starts_with(why), "{}", note.default);
    assert!(note.subject.starts_with("quiet note, ALARM: FilesFailed"), "{}", note.subject);
    assert_eq!(note.attributes["quiet"], "true");
    assert_eq!(desk.counts(), [None, Some(2.0), None]);
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn a_composite_alarm_that_tells_nobody_or_less_quiets_nothing() {
    let quiets = |change: fn(&mut atalaya_cloud::alarms::AlarmStanding)| {
        let mut parent = standing("atalaya-PipelineDown", AlarmState::Alarm, "Much is broken.", "page");
        change(&mut parent);
        parent
    };
    for parent in [
        quiets(|parent| parent.state = AlarmState::Ok),
        quiets(|parent| parent.tells = false),
        quiets(|parent| parent.description = Some("Some is broken.\nSeverity: ticket".to_owned())),
    ] {
        let desk = desk();
        desk.alarms.put_composite(parent, &["atalaya-FilesFailed"]);
        assert_eq!(desk.tell(&files_failed()).await, Told::Now);
        assert_eq!(desk.notices(), [1, 0, 0]);
    }
}

#[tokio::test]
async fn the_users_of_a_feed_are_told_even_where_operators_are_not_called() {
    let desk = desk();
    let down = standing("atalaya-PipelineDown", AlarmState::Alarm, "Much is broken.", "page");
    desk.alarms.put_composite(down, &["atalaya-RejectRate-orders"]);
    assert_eq!(desk.tell(&reject_rate()).await, Told::Quietly);
    assert_eq!(desk.notices(), [0, 1, 1]);
}

#[tokio::test]
async fn a_change_told_twice_is_one_page() {
    let desk = desk();
    assert_eq!(desk.tell(&reject_rate()).await, Told::Now);
    let calls = desk.alarms.calls();
    assert_eq!(desk.tell(&reject_rate()).await, Told::Before);
    assert_eq!(desk.try_to_tell(&reject_rate().to_string(), "r-2").await.expect("told")[0], Told::Before);
    assert_eq!((desk.notices(), desk.counts()), ([0, 1, 1], [Some(1.0), None, None]));
    assert_eq!(desk.alarms.calls(), calls, "nobody is asked again");

    // The next change is another page.
    let mut next = reject_rate();
    next["StateChangeTime"] = json!("2026-03-01T02:00:00.251+0000");
    assert_eq!(desk.tell(&next).await, Told::Now);
}

#[tokio::test]
async fn an_alarm_that_was_never_in_alarm_is_well_without_a_word() {
    let mut created = files_failed_no_more();
    created["OldStateValue"] = json!("INSUFFICIENT_DATA");
    let fresh = desk();
    assert_eq!(fresh.tell(&created).await, Told::Nothing);
    assert_eq!((fresh.notices(), fresh.counts()), ([0, 0, 0], [None, None, None]));

    // But one that lost its data in the middle of an alarm recovers from the alarm.
    let desk = desk();
    for (ago, state) in [(600, AlarmState::Alarm), (300, AlarmState::InsufficientData)] {
        desk.alarms.changed("atalaya-FilesFailed", at(CHANGED - ago), state);
    }
    assert_eq!(desk.tell(&created).await, Told::Now);
    let subject = desk.on_call_page.notices().remove(0).subject;
    assert!(subject.starts_with("OK after 10 min 00 s: FilesFailed"), "{subject}");

    // And one that told of its missing data says that they are back.
    let desk = self::desk();
    created["InsufficientDataActions"] = json!(["arn:aws:sns:eu-west-1:123456789012:atalaya-alarms"]);
    desk.alarms.changed("atalaya-FilesFailed", at(CHANGED - 300), AlarmState::InsufficientData);
    assert_eq!(desk.tell(&created).await, Told::Now);
    let subject = desk.on_call_page.notices().remove(0).subject;
    assert!(subject.starts_with("OK after 5 min 00 s: FilesFailed"), "{subject}");
}

#[tokio::test]
async fn an_alarm_that_has_gone_on_is_told_with_where_it_is_now() {
    let desk = desk();
    desk.alarms.put(standing("atalaya-FilesFailed", AlarmState::Ok, "x", "page"));
    desk.tell(&files_failed()).await;
    let text = desk.on_call_page.notices().remove(0).default;
    let by_now = "Since 2026-03-01 02:00:00 UTC\nBy now the alarm is in OK since 2026-03-01 01:59:00 UTC\n";
    assert!(text.contains(by_now), "{text}");
}
