//! What pages say, read as their readers read them.

use atalaya_cloud::{
    alarms::{AlarmState, Reading},
    testing::at,
};
use atalaya_contract::{AlarmSeverity, FileState};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::desk::*;
use crate::{AlarmFacts, Document, Files, Kind, Links, LogsQuery, MAX_SMS_CHARS, SCHEMA, chat, sms, subject};

fn protocol(notice: &atalaya_cloud::Notice, protocol: &str) -> Value {
    let message: Value = serde_json::from_str(&notice.message()).expect("the message is JSON");
    serde_json::from_str(message[protocol].as_str().expect("words for the protocol")).expect("a document")
}

#[tokio::test]
async fn a_metrics_alarm_is_told_with_its_files_and_where_to_look() {
    let desk = desk();
    let id = desk.file("orders/march.csv", FileState::Failed, CHANGED - 40).await;
    desk.file("orders/yesterday.csv", FileState::Failed, CHANGED - 7200).await;
    let readings = [(180, 0.0), (120, 0.0), (60, 3.0)].map(|(ago, value)| Reading { at: at(CHANGED - ago), value });
    desk.alarms.measured("FilesFailed", &readings);
    desk.alarms.put(standing("atalaya-FilesFailed", AlarmState::Alarm, "x", "page"));
    desk.tell(&files_failed()).await;

    let notice = desk.on_call_page.notices().remove(0);
    let logs = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights$3F";
    let (before, after) = notice.default.split_once(logs).expect("a link to the logs");
    assert_eq!(
        before,
        format!(
            "The pipeline could not finish a file.

Since 2026-03-01 02:00:00 UTC
How bad: 3, more than the threshold 0. Measured is Sum of FilesFailed, within 1 min.
Values from 01:57 UTC to 01:59 UTC: 0, 0, 3 (one value in 1 min)
Feed: orders

Failed files since 01:00 UTC:
- orders/march.csv of orders, failed at 01:59 UTC: the contract is gone (Permanent) ({id})

First step: atalaya file {id}

Graph: memory://pictures-bucket/pictures/atalaya-FilesFailed/2026-03-01T02:00:00.250Z.png?seconds=43200
Runbook: https://example.org/runbooks/FilesFailed.md
Its commands, filled in: atalaya runbook FilesFailed
Dashboard: https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/atalaya-overview
Alarm: https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/atalaya-FilesFailed
Logs: "
        )
    );
    let (link, after) = after.split_once('\n').expect("lines after the link");
    assert!(link.contains("*2faws*2flambda*2fatalaya-process$257E$2527*2faws*2flambda*2fatalaya-notify"), "{link}");
    assert!(link.contains(&format!("file_id*20in*20*5b*22{id}*22*5d")), "{link}");
    assert_eq!(
        after,
        format!(
            "
The same query by hand, over /aws/lambda/atalaya-process, /aws/lambda/atalaya-notify:
fields @timestamp, @log, level, message, error, file_id
| filter file_id in [\"{id}\"]
| sort @timestamp desc
| limit 100

The link to the graph opens for 12 hours at most, and not longer than the credentials that signed it.
CloudWatch says: Threshold Crossed: 1 out of the last 1 datapoints [3.0 (01/03/26 01:59:00)] was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).
Alarm atalaya-FilesFailed went into ALARM; severity page; page id atalaya-FilesFailed.ALARM.2026-03-01T02:00:00.250Z
"
        )
    );
    assert_eq!(notice.subject, "ALARM: FilesFailed (orders): The pipeline could not finish a file.");
    let short = "ALARM: FilesFailed, 3 > 0, 02:00 UTC: The pipeline could not finish a file.";
    assert_eq!(notice.protocols["sms"], short);
    assert_eq!(notice.attributes["severity"], "page");
    assert_eq!(desk.counts(), [Some(1.0), None, None]);
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn programs_and_chats_get_documents() {
    let desk = desk();
    let id = desk.file("orders/march.csv", FileState::Failed, CHANGED - 40).await;
    desk.tell(&files_failed()).await;
    let notice = desk.on_call_page.notices().remove(0);
    let document = protocol(&notice, "sqs");
    for other in ["lambda", "http", "email-json"] {
        assert_eq!(protocol(&notice, other), document);
    }
    assert_eq!(document["schema"], "atalaya.page/1");
    assert_eq!((&document["subject"], &document["text"]), (&json!(notice.subject), &json!(notice.default)));
    assert_eq!(document["page_id"], "atalaya-FilesFailed.ALARM.2026-03-01T02:00:00.250Z");
    assert_eq!((&document["kind"], &document["severity"]), (&json!("alarm"), &json!("page")));
    assert_eq!(document["since"], "2026-03-01T02:00:00.25Z");
    let measure = &document["measure"];
    assert_eq!(
        (&measure["value"], &measure["threshold"], &measure["comparison"]),
        (&json!(3.0), &json!(0.0), &json!(">"))
    );
    assert_eq!(document["files"]["named"][0]["file_id"], json!(id));
    assert_eq!(document["datasets"], json!(["orders"]));
    assert_eq!(document["first_step"], json!(format!("atalaya file {id}")));
    assert_eq!(document["links"]["runbook"], "https://example.org/runbooks/FilesFailed.md");
    assert_eq!(document["logs"]["log_groups"][0], "/aws/lambda/atalaya-process");

    let chat = protocol(&notice, "https");
    assert_eq!((&chat["version"], &chat["source"]), (&json!("1.0"), &json!("custom")));
    assert_eq!(chat["content"]["textType"], "client-markdown");
    assert_eq!(chat["content"]["title"], json!(notice.subject));
    let steps = chat["content"]["nextSteps"].as_array().expect("steps");
    assert_eq!(steps[0], json!(format!("First: atalaya file {id}")));
    assert_eq!(steps[1], "Runbook: https://example.org/runbooks/FilesFailed.md");
    let metadata = &chat["metadata"];
    assert_eq!(metadata["threadId"], "FilesFailed 2026-03-01T02:00Z");
    assert_eq!(metadata["eventType"], "atalaya.alarm");
    let arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:atalaya-FilesFailed";
    assert_eq!(metadata["relatedResources"], json!([arn]));
    assert_eq!(metadata["additionalContext"]["file_ids"], json!(id));
    assert_eq!(metadata["additionalContext"]["page_id"], document["page_id"]);
}

#[tokio::test]
async fn metric_math_is_told_in_its_label_and_the_users_of_the_feed_are_told_too() {
    let desk = desk();
    let id = desk.file("orders/bad.csv", FileState::Rejected, CHANGED - 600).await;
    desk.file("orders/good.csv", FileState::Available, CHANGED - 500).await;
    desk.tell(&reject_rate()).await;
    assert_eq!(desk.notices(), [0, 1, 1]);

    let page = desk.on_call_ticket.notices().remove(0);
    for phrase in [
        "Too many rows of the feed orders break its contract.\n",
        "How bad: 12.35, at or above the threshold 5. Measured is Rejected rows, percent, in 2 of 3 periods of \
         15 min.\n",
        "Rejected files since 01:00 UTC:\n- orders/bad.csv of orders, rejected at 01:50 UTC: 12 of 1,500 rows break the contract",
        &format!("First step: atalaya files --dataset orders --status rejected, then atalaya rejects {id}\n"),
    ] {
        assert!(page.default.contains(phrase), "{phrase:?} is missing in:\n{}", page.default);
    }
    assert_eq!(page.subject, "ALARM: RejectRate-orders (orders): Too many rows of the feed orders break its contract.");

    let told = desk.data_users.notices().remove(0);
    assert_eq!(told.attributes.get("dataset").map(String::as_str), Some("orders"));
    assert_eq!(told.attributes.get("event").map(String::as_str), Some("FeedAlarm"));
    assert_eq!(told.subject, "orders: Too many rows of the feed orders break its contract.");
    assert!(told.default.contains("Feed: orders\nSince 2026-03-01 02:00:00 UTC\n"), "{}", told.default);
    assert!(told.default.contains(&format!("(`atalaya file {id}` tells its story)")), "{}", told.default);
    assert!(!told.default.contains("Runbook"), "runbooks are the operators':\n{}", told.default);
    let machine = protocol(&told, "https");
    assert_eq!((&machine["kind"], &machine["notice_id"]), (&json!("FeedAlarm"), &machine["page"]["page_id"]));
    for text in [page.message(), told.message()] {
        assert!(!text.contains(SECRET), "a cell's value is told:\n{text}");
    }
}

#[tokio::test]
async fn a_composite_alarm_names_what_is_broken_beneath_it() {
    let desk = desk();
    desk.alarms.put(standing("atalaya-FilesFailed", AlarmState::Alarm, "A file could not be finished.", "page"));
    desk.alarms.put(standing("atalaya-IntakeDlq", AlarmState::Ok, "Arrivals are put aside.", "page"));
    let composite = standing("atalaya-PipelineDown", AlarmState::Alarm, "x", "page");
    desk.alarms.put_composite(composite, &["atalaya-FilesFailed", "atalaya-IntakeDlq"]);
    desk.tell(&pipeline_down(AlarmState::Alarm, AlarmState::Ok)).await;
    let text = desk.on_call_page.notices().remove(0).default;
    let beneath = "\nIn ALARM beneath it:\n- atalaya-FilesFailed, since 01:59 UTC: A file could not be finished.\n\n";
    assert!(text.contains(beneath), "{text}");
    assert!(!text.contains("How bad") && !text.contains("Failed files"), "{text}");

    desk.tell(&pipeline_down(AlarmState::Ok, AlarmState::Alarm)).await;
    let text = desk.on_call_page.notices().remove(1).default;
    assert!(text.starts_with("Over: Several parts of the pipeline are broken at once.\n"), "{text}");
    assert!(text.contains("\nStill in ALARM beneath it:\n- atalaya-FilesFailed"), "{text}");
}

#[tokio::test]
async fn a_recovery_says_how_long_it_lasted() {
    let desk = desk();
    desk.alarms.changed("atalaya-FilesFailed", at(CHANGED - 725), AlarmState::Alarm);
    let id = desk.file("orders/march.csv", FileState::Failed, CHANGED - 730).await;
    desk.tell(&files_failed_no_more()).await;
    let notice = desk.on_call_page.notices().remove(0);
    assert_eq!(notice.subject, "OK after 12 min 05 s: FilesFailed (orders): The pipeline could not finish a file.");
    for phrase in [
        "Over after 12 min 05 s: The pipeline could not finish a file.\n",
        "From 2026-03-01 01:47:55 UTC to 2026-03-01 02:00:00 UTC\n",
        "How bad: no data came (the threshold: more than 0). Measured is Sum of FilesFailed, within 1 min.\n",
        &format!(
            "Failed files since 00:47 UTC:\n- orders/march.csv of orders, failed at 01:47 UTC: the contract is gone (Permanent) ({id})\n"
        ),
    ] {
        assert!(notice.default.contains(phrase), "{phrase:?} is missing in:\n{}", notice.default);
    }
    assert!(!notice.default.contains("First step"), "{}", notice.default);
    let document = protocol(&notice, "sqs");
    assert_eq!((&document["kind"], &document["lasted_seconds"]), (&json!("recovery"), &json!(725)));
    let thread = protocol(&notice, "https")["metadata"]["threadId"].clone();
    assert_eq!(thread, "FilesFailed 2026-03-01T01:47Z", "the thread of the alarm");
}

#[tokio::test]
async fn missing_data_are_told_as_such() {
    let desk = desk();
    let mut message = files_failed();
    message["NewStateValue"] = json!("INSUFFICIENT_DATA");
    message["NewStateReason"] = json!("Insufficient Data: 1 datapoint was unknown.");
    desk.tell(&message).await;
    let notice = desk.on_call_page.notices().remove(0);
    assert!(notice.subject.starts_with("NO DATA: FilesFailed: "), "{}", notice.subject);
    let begin = "There are not enough data to say whether this is so: The pipeline could not finish a file.\n";
    assert!(notice.default.starts_with(begin), "{}", notice.default);

    message["NewStateValue"] = json!("ALARM");
    message["NewStateReason"] = json!(
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing \
                                       datapoint was treated as [Breaching]."
    );
    message["Trigger"]["TreatMissingData"] = json!("- TreatMissingData:                    breaching");
    desk.tell(&message).await;
    let text = desk.on_call_page.notices().remove(1).default;
    let bad = "How bad: no data came, which counts as beyond the threshold (the threshold: more than 0).";
    assert!(text.contains(bad), "{text}");
}

#[tokio::test]
async fn an_old_message_and_a_strangers_alarm_make_a_page() {
    let desk = desk();
    let message = json!({
        "AlarmName": "web cpu", "AlarmDescription": "CPU is high.\nCall Ann.", "AWSAccountId": "1",
        "NewStateValue": "ALARM", "StateChangeTime": "2026-03-01T02:00:00.250+0000", "Region": "EU (Ireland)",
        "NewStateReason": "Threshold Crossed: 1 datapoint [0.00123 (01/03/26 01:55:00)] was less than the threshold (0.5).",
        "OldStateValue": "OK",
        "Trigger": {
            "MetricName": "CPUUtilization", "Namespace": "AWS/EC2", "StatisticType": "Statistic",
            "Statistic": "AVERAGE", "Unit": "Percent", "Dimensions": [{"name": "InstanceId", "value": "i-1"}],
            "Period": 300, "EvaluationPeriods": 1, "ComparisonOperator": "LessThanThreshold", "Threshold": 0.5,
            "TreatMissingData": "", "EvaluateLowSampleCountPercentile": "",
        },
    });
    desk.tell(&message).await;
    let notice = desk.on_call_page.notices().remove(0);
    assert_eq!(notice.subject, "ALARM: web cpu: CPU is high. Call Ann.");
    let bad = "How bad: 0.00123 %, less than the threshold 0.5 %. Measured is Average of AWS/EC2 CPUUtilization, \
               InstanceId i-1, within 5 min.\n";
    assert!(notice.default.contains(bad), "{}", notice.default);
    // The region comes from the topic, since old messages have no ARN.
    assert!(notice.default.contains("region=eu-west-1#alarmsV2:alarm/web%20cpu"), "{}", notice.default);
    assert!(!notice.default.contains("Failed files"), "{}", notice.default);
    assert!(notice.default.contains(r#"filter level in ["ERROR", "WARN"]"#), "{}", notice.default);
}

#[tokio::test]
async fn a_queues_alarm_says_that_its_files_are_not_known() {
    let desk = desk();
    let mut message = files_failed();
    message["AlarmName"] = json!("atalaya-IntakeBacklogAge");
    message["NewStateReason"] = json!("Threshold Crossed: 1 datapoint [1830.0 (01/03/26 01:59:00)] was …");
    message["Trigger"]["MetricName"] = json!("ApproximateAgeOfOldestMessage");
    message["Trigger"]["Namespace"] = json!("AWS/SQS");
    message["Trigger"]["Statistic"] = json!("MAXIMUM");
    message["Trigger"]["Dimensions"] = json!([{"name": "QueueName", "value": "atalaya-intake"}]);
    message["Trigger"]["Threshold"] = json!(900.0);
    desk.tell(&message).await;
    let text = desk.on_call_page.notices().remove(0).default;
    for phrase in [
        "How bad: 1,830 s, more than the threshold 900 s.",
        "- which files the messages in the queue atalaya-intake tell of is not in the ledger\n",
        "First step: atalaya file <file id>\n",
        "The same query by hand, over /aws/lambda/atalaya-intake:\n",
    ] {
        assert!(text.contains(phrase), "{phrase:?} is missing in:\n{text}");
    }
}

#[tokio::test]
async fn files_that_are_late_are_told_by_how_long_they_took_and_a_canary_by_where_it_is() {
    let mut message = files_failed();
    message["Trigger"]["MetricName"] = json!("FileLatency");
    let late = desk();
    late.file("orders/slow.csv", FileState::Available, CHANGED - 100).await;
    late.tell(&message).await;
    let text = late.on_call_page.notices().remove(0).default;
    assert!(
        text.contains(
            "Slowest files since 01:00 UTC:\n- orders/slow.csv of orders, available at 01:58 UTC: took 1 min 00 s ("
        ),
        "{text}"
    );

    message["Trigger"]["MetricName"] = json!("FilesOnTime");
    message["StateChangeTime"] = json!("2026-03-01T02:00:01.000+0000");
    late.tell(&message).await;
    let text = late.on_call_page.notices().remove(1).default;
    assert!(text.contains("Failed or slowest files since 01:00 UTC:\n- orders/slow.csv"), "{text}");

    let canary = desk();
    let record = atalaya_cloud::testing::received("canary", "canary/x.csv", CHANGED - 300);
    atalaya_cloud::ledger::ClaimFiles::claim(&canary.ledger, &record).await.expect("claimed");
    message["Trigger"]["MetricName"] = json!("CanariesArrived");
    canary.tell(&message).await;
    let text = canary.on_call_page.notices().remove(0).default;
    assert!(
        text.contains("Newest files since 01:00 UTC:\n- canary/x.csv of canary, received at 01:55 UTC ("),
        "{text}"
    );
}

#[tokio::test]
async fn files_whose_executions_were_cut_off_are_those_without_an_outcome_oldest_first() {
    let mut message = files_failed();
    message["Trigger"]["MetricName"] = json!("ExecutionsTimedOut");
    let desk = desk();
    desk.file("orders/well.csv", FileState::Available, CHANGED - 100).await;
    for (key, at) in [("orders/later.csv", CHANGED - 200), ("orders/cut-off.csv", CHANGED - 300)] {
        let record = atalaya_cloud::testing::received("orders", key, at);
        atalaya_cloud::ledger::ClaimFiles::claim(&desk.ledger, &record).await.expect("claimed");
    }
    desk.tell(&message).await;
    let text = desk.on_call_page.notices().remove(0).default;
    let heading =
        "Oldest files without an outcome since 01:00 UTC:\n- orders/cut-off.csv of orders, received at 01:55 UTC (";
    assert!(text.contains(heading) && text.contains("\n- orders/later.csv") && !text.contains("well.csv"), "{text}");
}

#[tokio::test]
async fn a_file_that_came_long_ago_and_fails_again_is_named() {
    const WEEK: i64 = 7 * 86_400;
    let desk = desk();
    desk.file_that_came("orders/failed-long-ago.csv", FileState::Failed, CHANGED - WEEK, CHANGED - WEEK + 60).await;
    let again = desk.file_that_came("orders/fails-again.csv", FileState::Failed, CHANGED - WEEK, CHANGED - 30).await;
    desk.tell(&files_failed()).await;
    let text = desk.on_call_page.notices().remove(0).default;
    assert!(text.contains(&again) && !text.contains("failed-long-ago"), "{text}");
}

#[tokio::test]
async fn ten_files_are_named_and_the_rest_counted() {
    let desk = desk();
    for number in 0..13 {
        desk.file(&format!("orders/{number}.csv"), FileState::Failed, CHANGED - 100 + number).await;
    }
    desk.tell(&files_failed()).await;
    let text = desk.on_call_page.notices().remove(0).default;
    assert_eq!(text.matches("failed at").count(), 10, "{text}");
    assert!(text.contains("- and 3 more\n"), "{text}");
    assert!(text.contains("- orders/12.csv") && !text.contains("- orders/2.csv"), "the newest are named:\n{text}");
}

pub(super) fn document(summary: &str, name: &str, datasets: Vec<String>, value: f64) -> Document {
    let time = at(CHANGED);
    let alarm = AlarmFacts {
        name: name.to_owned(),
        short_name: name.to_owned(),
        arn: None,
        state: AlarmState::Alarm,
        previous_state: None,
        changed_at: time,
        reason: String::new(),
        by_now: None,
    };
    let message = json!({
        "AlarmName": "a", "NewStateValue": "ALARM", "NewStateReason": format!("[{value:?} (x)]"),
        "Trigger": {"MetricName": "FileLatency", "Namespace": "Atalaya", "Statistic": "MAXIMUM", "Threshold": value / 2.0,
            "ComparisonOperator": "GreaterThanThreshold"},
    });
    let read = crate::Alarm::read(&message.to_string()).expect("an alarm");
    let measure = read.trigger().map(|trigger| crate::document::Measure::new(&read, trigger, &[]));
    Document {
        schema: SCHEMA,
        page_id: "id".to_owned(),
        kind: Kind::Alarm,
        severity: AlarmSeverity::Page,
        quiet: None,
        alarm,
        summary: summary.to_owned(),
        since: Some(time),
        lasted_seconds: None,
        measure,
        beneath: Vec::new(),
        datasets,
        files: Files { heading: "Files", since: time, named: Vec::new(), more: 0, at_least: false, note: None },
        first_step: Some(summary.to_owned()),
        graph_url: None,
        links: Links::default(),
        logs: LogsQuery { log_groups: Vec::new(), text: String::new(), from: time, to: time },
        unanswered: Vec::new(),
    }
}

/// Characters of GSM 03.38 that stand in ASCII and take one septet.
fn is_gsm(char: char) -> bool {
    matches!(char, ' '..='Z' | '_' | 'a'..='z')
}

proptest! {
    #[test]
    fn one_sms_and_one_subject_whatever_is_in_them(
        summary in "\\PC{0,300}", name in "\\PC{1,255}", feed in "\\PC{0,40}", value in any::<f64>(),
    ) {
        let page = document(&summary, &name, vec![feed], value);
        let sms = sms(&page);
        prop_assert!(sms.chars().count() <= MAX_SMS_CHARS && sms.chars().all(is_gsm), "{sms:?}");
        prop_assert!(sms.starts_with("ALARM: "), "{sms:?}");
        let subject = subject(&page);
        prop_assert!(subject.len() <= 99 && subject.chars().all(|char| (' '..='~').contains(&char)), "{subject:?}");
        prop_assert!(subject.starts_with("ALARM: "), "{subject:?}");
        let chat = chat(&page);
        prop_assert!(chat["content"]["title"].as_str().is_some_and(|title| title.chars().count() <= 250));
        for step in chat["content"]["nextSteps"].as_array().into_iter().flatten() {
            prop_assert!(step.as_str().is_some_and(|step| step.chars().count() <= 350));
        }
        prop_assert!(chat["metadata"]["threadId"].as_str().is_some_and(|id| id.chars().count() <= 75));
    }
}
