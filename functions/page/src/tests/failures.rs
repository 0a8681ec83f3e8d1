//! What is told when those that are asked do not answer, and when nobody can be told.

use std::time::{Duration, Instant};

use atalaya_cloud::{
    CloudError, FixedClock, MemoryAlarms, MemoryObjects, MemoryTopic,
    alarms::AlarmState,
    lambda::FunctionError as _,
    ledger::{BrowseFiles, ClaimPages, FileQuery, FileRecord, NoticeClaimed, NoticeRecord, PageClaim, ReadFiles},
    testing::at,
};
use atalaya_contract::{FileId, FileState};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::desk::*;
use crate::{Limits, Page, Pictures, Told};

/// A ledger that never answers.
struct Silent;

impl ReadFiles for Silent {
    async fn get(&self, _: &FileId) -> Result<Option<FileRecord>, CloudError> {
        std::future::pending().await
    }
}

impl BrowseFiles for Silent {
    async fn list(&self, _: &FileQuery) -> Result<Vec<FileRecord>, CloudError> {
        std::future::pending().await
    }

    async fn find(&self, _: &str, _: usize) -> Result<Vec<FileRecord>, CloudError> {
        std::future::pending().await
    }

    async fn notices(&self, _: &FileId) -> Result<Vec<NoticeRecord>, CloudError> {
        std::future::pending().await
    }
}

impl ClaimPages for Silent {
    async fn claim_page(&self, _: &PageClaim) -> Result<NoticeClaimed, CloudError> {
        std::future::pending().await
    }

    async fn page_sent(&self, _: &PageClaim, _: &str, _: Timestamp) -> Result<(), CloudError> {
        std::future::pending().await
    }

    async fn page_unsent(&self, _: &PageClaim, _: Timestamp) -> Result<(), CloudError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn when_nobody_answers_the_page_goes_out_in_time_with_what_the_message_says() {
    let (desk, alarms, topic) = (desk(), MemoryAlarms::default(), MemoryTopic::default());
    alarms.hang();
    let limits =
        Limits { each: Duration::from_millis(30), graph: Duration::from_millis(60), all: Duration::from_millis(100) };
    let page = Page {
        alarms,
        ledger: Silent,
        pictures: Pictures { objects: MemoryObjects::default(), bucket: PICTURES.to_owned() },
        on_call_page: topic.clone(),
        on_call_ticket: topic.clone(),
        data_users: topic.clone(),
        clock: FixedClock::new(at(CHANGED + 2)),
        telemetry: desk.captured.telemetry.clone(),
        limits,
    };
    let begin = Instant::now();
    let told = page.handle(event(&files_failed().to_string()), &invocation("r-1")).await.expect("told");
    // All questions together, and the note in the ledger afterwards.
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    assert_eq!(told, [Told::Now]);
    let text = topic.notices().remove(0).default;
    for phrase in [
        "The pipeline could not finish a file.\n\nSince 2026-03-01 02:00:00 UTC\nHow bad: 3, more than the threshold 0.",
        "- the ledger did not answer in time: `atalaya files` lists them\n",
        "Runbook: https://example.org/runbooks/FilesFailed.md\n",
        "Not found out in time: whether the page has gone out before (the ledger); ",
        "affected files (the ledger)",
        "how the alarm stands now (CloudWatch)",
        "the alarm's graph (CloudWatch and S3)",
    ] {
        assert!(text.contains(phrase), "{phrase:?} is missing in:\n{text}");
    }
    assert_eq!(desk.counts(), [Some(1.0), None, None]);
}

#[tokio::test]
async fn when_cloudwatch_is_down_the_page_calls_and_lacks_what_cloudwatch_knows() {
    let desk = desk();
    let down = standing("atalaya-PipelineDown", AlarmState::Alarm, "Much is broken.", "page");
    desk.alarms.put_composite(down, &["atalaya-FilesFailed"]);
    for operation in ["alarm", "parents_in_alarm", "changes", "readings"] {
        desk.alarms.fail_next(operation);
    }
    // Whether another alarm speaks for it is not known, so it speaks for itself.
    assert_eq!(desk.tell(&files_failed_no_more()).await, Told::Now);
    let text = desk.on_call_page.notices().remove(0).default;
    assert!(text.contains("Until 2026-03-01 02:00:00 UTC; since when is not known\n"), "{text}");
    assert!(text.contains("alarms above this one (CloudWatch)"), "{text}");
    let warnings = desk.captured.logs().iter().filter(|log| log["level"] == "WARN").count();
    assert_eq!(warnings, 4);
}

#[tokio::test]
async fn when_the_ledger_is_down_the_page_goes_out_without_files() {
    let desk = desk();
    desk.file("orders/march.csv", FileState::Failed, CHANGED - 40).await;
    for operation in ["claim_page", "list", "page_sent"] {
        desk.ledger.fail_next(operation);
    }
    assert_eq!(desk.tell(&files_failed()).await, Told::Now);
    let notice = desk.on_call_page.notices().remove(0);
    assert!(notice.default.contains("- the ledger did not answer in time"), "{}", notice.default);
    assert!(notice.default.contains("First step: atalaya file <file id>\n"), "{}", notice.default);
    // Without a claim the same change may be told twice, with the same id.
    assert_eq!(desk.tell(&files_failed()).await, Told::Now);
    let ids: Vec<Value> = desk
        .on_call_page
        .notices()
        .iter()
        .map(|notice| serde_json::from_str::<Value>(&notice.protocols["sqs"]).expect("JSON")["page_id"].clone())
        .collect();
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_page_that_cannot_be_published_is_an_error_and_comes_again() {
    let desk = desk();
    desk.on_call_page.fail_next(1);
    let error = desk.try_to_tell(&files_failed().to_string(), "r-1").await.expect_err("the topic is down");
    assert_eq!(error.error_type(), "Retryable");
    assert_eq!((desk.notices(), desk.counts()), ([0, 0, 0], [None, None, Some(1.0)]));
    // Lambda's second try has the same request id and need not wait for its own claim.
    let told = desk.try_to_tell(&files_failed().to_string(), "r-1").await.expect("told");
    assert_eq!((told, desk.notices()), (vec![Told::Now], [1, 0, 0]));
}

#[tokio::test]
async fn a_page_that_could_not_be_published_is_not_taken_for_told_by_another_invocation() {
    let desk = desk();
    desk.on_call_page.fail_next(1);
    desk.try_to_tell(&files_failed().to_string(), "r-1").await.expect_err("the topic is down");
    let told = desk.try_to_tell(&files_failed().to_string(), "r-2").await.expect("told");
    assert_eq!((told, desk.notices()), (vec![Told::Now], [1, 0, 0]));
}

#[tokio::test]
async fn whoever_has_been_told_is_not_told_again_because_another_could_not_be() {
    let desk = desk();
    desk.data_users.fail_next(1);
    desk.try_to_tell(&reject_rate().to_string(), "r-1").await.expect_err("the users' topic is down");
    assert_eq!(desk.notices(), [0, 1, 0]);
    desk.try_to_tell(&reject_rate().to_string(), "r-1").await.expect("told");
    assert_eq!(desk.notices(), [0, 1, 1]);

    let desk = self::desk();
    desk.on_call_ticket.fail_next(1);
    desk.try_to_tell(&reject_rate().to_string(), "r-1").await.expect_err("the operators' topic is down");
    assert_eq!(desk.notices(), [0, 0, 1], "the users need not wait for the operators");
    desk.try_to_tell(&reject_rate().to_string(), "r-1").await.expect("told");
    assert_eq!(desk.notices(), [0, 1, 1]);
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_told_as_it_is() {
    for message in ["the disk is full", "{\"AlarmName\":7}", &json!({"Type": "Other"}).to_string()] {
        let desk = desk();
        assert_eq!(desk.try_to_tell(message, "r-1").await.expect("told"), [Told::Now]);
        let notice = desk.on_call_page.notices().remove(0);
        assert!(notice.default.contains(message), "{}", notice.default);
        assert_eq!(notice.subject, "message on the topic of alarms: ALARM: \"x\" in EU (Ireland)");
        let document: Value = serde_json::from_str(&notice.protocols["sqs"]).expect("JSON");
        assert_eq!((&document["kind"], &document["page_id"]), (&json!("unreadable"), &json!("message.m-1")));
        assert_eq!(desk.try_to_tell(message, "r-2").await.expect("told"), [Told::Before]);
        assert_eq!(desk.counts(), [Some(1.0), None, None]);
    }
}

/// Each of these letters takes fourteen bytes once it is escaped, and the message is there four times.
#[tokio::test]
async fn a_message_that_grows_when_it_is_escaped_is_cut_shorter() {
    let desk = desk();
    desk.try_to_tell(&"\u{e0001}".repeat(20_000), "r-1").await.expect("told");
    let notice = desk.on_call_page.notices().remove(0);
    assert!(notice.fits(), "{} bytes", notice.message().len());
    assert!(notice.default.contains("\\u{e0001}"), "{}", notice.default);
}
