//! The picture of a page: whose graph it is, where it lies, and that no page waits for it.

use std::time::Instant;

use atalaya_cloud::{
    ErrorKind,
    alarms::{AlarmGraph, AlarmState},
    testing::at,
};
use serde_json::{Value, json};

use super::desk::*;
use crate::Told;

const KEY: &str = "pictures/atalaya-FilesFailed/2026-03-01T02:00:00.250Z.png";
const LINK: &str = "memory://pictures-bucket/pictures/atalaya-FilesFailed/2026-03-01T02:00:00.250Z.png?seconds=43200";

fn spoken(notice: &atalaya_cloud::Notice, protocol: &str) -> Value {
    serde_json::from_str(&notice.protocols[protocol]).expect("a document")
}

#[tokio::test]
async fn a_metrics_alarm_shows_its_own_graph_to_people_programs_and_chats() {
    let desk = desk();
    desk.tell(&files_failed()).await;
    let title = "FilesFailed: The pipeline could not finish a file.";
    let alarm_arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:atalaya-FilesFailed".to_owned();
    let graph = AlarmGraph { alarm_arn, title: title.to_owned(), hours: 3, width: 800, height: 400 };
    assert_eq!(desk.alarms.drawn(), [graph]);
    assert_eq!(desk.pictures.keys(PICTURES), [KEY]);
    assert_eq!(desk.pictures.bytes(PICTURES, KEY).as_deref(), Some(title.as_bytes()));
    let notice = desk.on_call_page.notices().remove(0);
    assert!(notice.default.contains(&format!("\nGraph: {LINK}\n")), "{}", notice.default);
    assert_eq!(spoken(&notice, "sqs")["graph_url"], LINK);
    let chat = spoken(&notice, "https");
    let description = chat["content"]["description"].as_str().expect("a text");
    assert!(description.ends_with(&format!("\nGraph: {LINK}")), "{description}");
    assert!(!notice.protocols["sms"].contains("memory:"), "an SMS has no room for it");
}

#[tokio::test]
async fn a_picture_that_is_made_again_takes_the_place_of_the_first() {
    let desk = desk();
    desk.on_call_page.fail_next(1);
    desk.try_to_tell(&files_failed().to_string(), "r-1").await.expect_err("the topic is down");
    desk.try_to_tell(&files_failed().to_string(), "r-1").await.expect("told");
    assert_eq!((desk.alarms.drawn().len(), desk.pictures.keys(PICTURES)), (2, vec![KEY.to_owned()]));
}

#[tokio::test]
async fn a_composite_alarm_shows_the_first_graph_of_those_in_alarm_beneath_it() {
    let desk = desk();
    desk.alarms.put(standing("atalaya-Bottom", AlarmState::Alarm, "x", "none"));
    desk.alarms.put(standing("atalaya-IntakeDlq", AlarmState::Alarm, "Arrivals are put aside.", "page"));
    desk.alarms.put(standing("atalaya-FilesFailed", AlarmState::Ok, "A file failed.", "page"));
    let mut burning = standing("atalaya-Burning", AlarmState::Alarm, "The budget burns.", "page");
    burning.on_metrics = false;
    desk.alarms.put_composite(burning, &["atalaya-Bottom"]);
    let mut down = standing("atalaya-PipelineDown", AlarmState::Alarm, "x", "page");
    down.on_metrics = false;
    desk.alarms.put_composite(down, &["atalaya-Burning", "atalaya-FilesFailed", "atalaya-IntakeDlq"]);

    desk.tell(&pipeline_down(AlarmState::Alarm, AlarmState::Ok)).await;
    let drawn: Vec<_> = desk.alarms.drawn().into_iter().map(|graph| graph.title).collect();
    assert_eq!(drawn, ["IntakeDlq: Arrivals are put aside."]);
    let key = "pictures/atalaya-PipelineDown/2026-03-01T02:00:00.250Z.png";
    assert_eq!(desk.pictures.keys(PICTURES), [key], "the picture is the page's, not the child's");
    assert!(desk.on_call_page.notices()[0].default.contains("\nGraph: memory:"));
}

#[tokio::test]
async fn without_a_metric_there_is_no_graph_and_nothing_is_amiss() {
    let desk = desk();
    desk.alarms.changed("atalaya-PipelineDown", at(CHANGED - 600), AlarmState::Alarm);
    assert_eq!(desk.tell(&pipeline_down(AlarmState::Ok, AlarmState::Alarm)).await, Told::Now);
    // An alarm that is well for the first time is told to nobody.
    assert_eq!(desk.tell(&newly_made()).await, Told::Nothing);
    assert_eq!(desk.alarms.drawn(), []);
    let notice = desk.on_call_page.notices().remove(0);
    assert!(!notice.default.contains("raph"), "{}", notice.default);
    assert!(!notice.default.contains("Not found out"), "{}", notice.default);
    assert_eq!(spoken(&notice, "sqs").get("graph_url"), None);
}

/// `FilesFailed` goes from no data to OK, as an alarm does when it has been made.
fn newly_made() -> Value {
    let mut message = files_failed_no_more();
    message["OldStateValue"] = json!("INSUFFICIENT_DATA");
    message
}

#[tokio::test]
async fn a_page_goes_out_without_a_graph_that_cannot_be_drawn_or_kept_or_linked_to() {
    type Break = fn(&Desk);
    let breaks: [(&str, Break); 3] = [
        ("draw", |desk| desk.alarms.fail_next("draw")),
        ("PutObject", |desk| desk.pictures.fail_next("PutObject", ErrorKind::Denied)),
        ("link", |desk| desk.pictures.fail_next("link", ErrorKind::Denied)),
    ];
    for (what, break_it) in breaks {
        let desk = desk();
        break_it(&desk);
        assert_eq!(desk.tell(&files_failed()).await, Told::Now, "{what}");
        let text = desk.on_call_page.notices().remove(0).default;
        assert!(!text.contains("Graph:") && !text.contains("link to the graph"), "{what}: {text}");
        assert!(text.contains("\nNot found out in time: the alarm's graph (CloudWatch and S3)\n"), "{what}: {text}");
        assert!(text.contains("Runbook: https://example.org/runbooks/FilesFailed.md\n"), "{what}: {text}");
        let warning = desk.captured.logs().into_iter().find(|log| log["level"] == "WARN").expect("a warning");
        assert_eq!(warning["what"], "the alarm's graph", "{what}");
        assert!(warning["error"].as_str().is_some_and(|error| error.contains(what)), "{what}: {warning}");
        assert_eq!(desk.counts(), [Some(1.0), None, None], "{what}");
    }
}

#[tokio::test]
async fn a_graph_that_takes_too_long_is_not_waited_for_and_keeps_no_other_answer_back() {
    let desk = desk();
    desk.alarms.hang_at("draw");
    let id = desk.file("orders/march.csv", atalaya_contract::FileState::Failed, CHANGED - 40).await;
    let begin = Instant::now();
    assert_eq!(desk.tell(&files_failed()).await, Told::Now);
    let waited = begin.elapsed();
    assert!(waited >= desk.page.limits.graph && waited < std::time::Duration::from_secs(2), "{waited:?}");
    let text = desk.on_call_page.notices().remove(0).default;
    assert!(text.contains(&id), "the file is named all the same:\n{text}");
    assert!(text.contains("\nNot found out in time: the alarm's graph (CloudWatch and S3)\n"), "{text}");
    let warnings: Vec<_> = desk.captured.logs().into_iter().filter(|log| log["level"] == "WARN").collect();
    assert_eq!((warnings.len(), &warnings[0]["what"]), (1, &json!("the alarm's graph")));
}
