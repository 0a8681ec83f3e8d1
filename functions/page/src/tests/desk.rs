//! An operator's desk: everything that page works with, in memory.

use std::time::Duration;

use atalaya_cloud::{
    FixedClock, MemoryAlarms, MemoryLedger, MemoryObjects, MemoryTopic,
    alarms::{AlarmStanding, AlarmState},
    lambda::{Invocation, SnsEvent},
    ledger::{ClaimFiles, FileRecord, Outcome, ProcessFiles},
    testing::{at, received},
};
use atalaya_contract::{Counts, FailureNote, FileState, Reject, RejectSummary};
use atalaya_telemetry::{
    Metric, Stage,
    test_sink::{Captured, capture},
};
use serde_json::{Value, json};

use crate::{Limits, Page, PageError, Pictures, Told};

/// Seconds after midnight at which the alarms of the tests change.
pub(super) const CHANGED: i64 = 7200;

/// The bucket with the graphs.
pub(super) const PICTURES: &str = "pictures-bucket";

pub(super) struct Desk {
    pub(super) alarms: MemoryAlarms,
    pub(super) ledger: MemoryLedger,
    pub(super) pictures: MemoryObjects,
    pub(super) on_call_page: MemoryTopic,
    pub(super) on_call_ticket: MemoryTopic,
    pub(super) data_users: MemoryTopic,
    pub(super) captured: Captured,
    pub(super) page: Page<MemoryAlarms, MemoryLedger, MemoryObjects, MemoryTopic, FixedClock>,
}

pub(super) fn desk() -> Desk {
    let (alarms, ledger, captured) = (MemoryAlarms::default(), MemoryLedger::default(), capture(Stage::Page));
    let pictures = MemoryObjects::default();
    let topics: [MemoryTopic; 3] = Default::default();
    let [on_call_page, on_call_ticket, data_users] = topics;
    let page = Page {
        alarms: alarms.clone(),
        ledger: ledger.clone(),
        pictures: Pictures { objects: pictures.clone(), bucket: PICTURES.to_owned() },
        on_call_page: on_call_page.clone(),
        on_call_ticket: on_call_ticket.clone(),
        data_users: data_users.clone(),
        clock: FixedClock::new(at(CHANGED + 2)),
        telemetry: captured.telemetry.clone(),
        limits: Limits {
            each: Duration::from_millis(50),
            graph: Duration::from_millis(80),
            all: Duration::from_millis(200),
        },
    };
    Desk { alarms, ledger, pictures, on_call_page, on_call_ticket, data_users, captured, page }
}

pub(super) fn invocation(request_id: &str) -> Invocation {
    let (request_id, function) = (request_id.to_owned(), "atalaya-page".to_owned());
    Invocation { request_id, trace_id: None, function, deadline: at(CHANGED + 32) }
}

impl Desk {
    pub(super) async fn tell(&self, message: &Value) -> Told {
        self.try_to_tell(&message.to_string(), "r-1").await.expect("told")[0]
    }

    pub(super) async fn try_to_tell(&self, message: &str, request: &str) -> Result<Vec<Told>, PageError> {
        self.page.handle(event(message), &invocation(request)).await
    }

    pub(super) fn counts(&self) -> [Option<f64>; 3] {
        self.captured.telemetry.flush();
        [Metric::PagesSent, Metric::PagesQuieted, Metric::PagesFailed].map(|metric| self.captured.sum(metric, &[]))
    }

    /// How many notices each topic has: page, ticket, users.
    pub(super) fn notices(&self) -> [usize; 3] {
        [&self.on_call_page, &self.on_call_ticket, &self.data_users].map(|topic| topic.notices().len())
    }

    /// A file of `orders` that ended `seconds` after midnight, a minute after it came.
    pub(super) async fn file(&self, key: &str, state: FileState, seconds: i64) -> String {
        self.file_that_came(key, state, seconds - 60, seconds).await
    }

    /// One that came and ended so many seconds after midnight.
    pub(super) async fn file_that_came(&self, key: &str, state: FileState, came: i64, seconds: i64) -> String {
        let mut record: FileRecord = received("orders", key, came);
        if state == FileState::Unroutable {
            let file = record.file.clone();
            record = FileRecord::unroutable(file, "no contract claims this object", "arn", at(seconds));
        }
        self.ledger.claim(&record).await.expect("claimed");
        let id = &record.file.file_id;
        if state != FileState::Unroutable {
            self.ledger.finish(id, 1, &outcome(state, seconds)).await.expect("ended");
        }
        id.to_string()
    }
}

fn outcome(state: FileState, seconds: i64) -> Outcome {
    let mut outcome = Outcome::new(state, at(seconds));
    match state {
        FileState::Failed => {
            let message = r#"{"errorType":"Permanent","errorMessage":"the contract is gone"}"#.to_owned();
            outcome.error = Some(FailureNote { kind: "Permanent".to_owned(), message });
        }
        FileState::Rejected => {
            outcome.rows = Some(Counts { read: 1500, accepted: 1488, rejected: 12 });
            outcome.rejects =
                vec![RejectSummary { code: "type-error".to_owned(), column: None, rule: None, count: 12 }];
            outcome.first_rejects = vec![Reject {
                row: Some(1),
                line: Some(2),
                byte: None,
                column: Some("amount".to_owned()),
                code: "type-error".to_owned(),
                rule: None,
                message: format!("{SECRET} is no number"),
                hint: None,
                value: Some(SECRET.to_owned()),
                tolerated: false,
            }];
        }
        _ => {}
    }
    outcome
}

/// What stands in a cell.
pub(super) const SECRET: &str = "s3cr3t-cell";

/// An invocation by SNS.
pub(super) fn event(message: &str) -> SnsEvent {
    let sns = json!({
        "Type": "Notification", "MessageId": "m-1", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:atalaya-alarms",
        "Subject": "ALARM: \"x\" in EU (Ireland)", "Message": message, "Timestamp": "2026-03-01T02:00:01.500Z",
        "SignatureVersion": "1", "MessageAttributes": {},
    });
    let record = json!({"EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": "arn:x", "Sns": sns});
    serde_json::from_value(json!({ "Records": [record] })).expect("an event of SNS")
}

/// A description as the alarms of Atalaya have it.
pub(super) fn description(summary: &str, severity: &str, step: &str, alarm: &str) -> String {
    format!(
        "{summary}\nSeverity: {severity}\nFirst step: {step}\nRunbook: https://example.org/runbooks/{alarm}.md\n\
         Dashboard: https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/atalaya-overview"
    )
}

/// The message of an alarm, its trigger left out, as CloudWatch writes it.
pub(super) fn message(name: &str, state: AlarmState, previous: AlarmState, description: &str, reason: &str) -> Value {
    json!({
        "AlarmName": name, "AlarmDescription": description, "AWSAccountId": "123456789012",
        "AlarmConfigurationUpdatedTimestamp": "2026-02-01T00:00:00.000+0000",
        "NewStateValue": state, "NewStateReason": reason, "StateChangeTime": "2026-03-01T02:00:00.250+0000",
        "Region": "EU (Ireland)", "AlarmArn": format!("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{name}"),
        "OldStateValue": previous, "OKActions": [], "AlarmActions": [], "InsufficientDataActions": [],
    })
}

/// `FilesFailed` goes into ALARM: an alarm on one metric.
pub(super) fn files_failed() -> Value {
    let description =
        description("The pipeline could not finish a file.", "page", "atalaya file {file_id}", "FilesFailed");
    let reason = "Threshold Crossed: 1 out of the last 1 datapoints [3.0 (01/03/26 01:59:00)] was greater than the \
                  threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).";
    let mut message = message("atalaya-FilesFailed", AlarmState::Alarm, AlarmState::Ok, &description, reason);
    message["Trigger"] = json!({
        "MetricName": "FilesFailed", "Namespace": "Atalaya", "StatisticType": "Statistic", "Statistic": "SUM",
        "Unit": null, "Dimensions": [], "Period": 60, "EvaluationPeriods": 1, "DatapointsToAlarm": 1,
        "ComparisonOperator": "GreaterThanThreshold", "Threshold": 0.0, "TreatMissingData": "notBreaching",
        "EvaluateLowSampleCountPercentile": "",
    });
    message
}

/// The same alarm recovers.
pub(super) fn files_failed_no_more() -> Value {
    let mut message = files_failed();
    message["NewStateValue"] = json!("OK");
    message["OldStateValue"] = json!("ALARM");
    message["NewStateReason"] = json!(
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as \
         [NonBreaching]."
    );
    message
}

/// `RejectRate` of the feed `orders` goes into ALARM: an alarm on metric math.
pub(super) fn reject_rate() -> Value {
    let step = "atalaya files --dataset {dataset} --status rejected, then atalaya rejects {file_id}";
    let description = description("Too many rows of the feed orders break its contract.", "ticket", step, "RejectRate");
    let reason = "Threshold Crossed: 2 out of the last 3 datapoints [12.345 (01/03/26 01:45:00), 7.0 (01/03/26 \
                  01:30:00)] were greater than or equal to the threshold (5.0) (minimum 2 datapoints for OK -> ALARM \
                  transition).";
    let mut message = message("atalaya-RejectRate-orders", AlarmState::Alarm, AlarmState::Ok, &description, reason);
    let stat = |id: &str, metric: &str| {
        let dimensions = json!([{"value": "orders", "name": "Dataset"}]);
        let metric = json!({"Dimensions": dimensions, "MetricName": metric, "Namespace": "Atalaya"});
        json!({"Id": id, "MetricStat": {"Metric": metric, "Period": 900, "Stat": "Sum"}, "ReturnData": false})
    };
    message["Trigger"] = json!({
        "Period": 900, "EvaluationPeriods": 3, "DatapointsToAlarm": 2,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": 5.0, "TreatMissingData": "notBreaching",
        "EvaluateLowSampleCountPercentile": "",
        "Metrics": [
            {"Expression": "100 * rejected / read", "Id": "rate", "Label": "Rejected rows, percent", "ReturnData": true},
            stat("rejected", "RowsRejected"), stat("read", "RowsRead"),
        ],
    });
    message
}

/// `PipelineDown` goes into a state: a composite alarm.
pub(super) fn pipeline_down(state: AlarmState, previous: AlarmState) -> Value {
    let description = description(
        "Several parts of the pipeline are broken at once.",
        "page",
        "aws cloudwatch describe-alarms --state-value ALARM",
        "PipelineDown",
    );
    let child = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:atalaya-FilesFailed";
    let reason = format!("{child} transitioned to ALARM at Sunday 01 March, 2026 02:00:00 UTC");
    let mut message = message("atalaya-PipelineDown", state, previous, &description, &reason);
    message["AlarmRule"] = json!("AT_LEAST(2, ALARM, (atalaya-FilesFailed, atalaya-IntakeDlq))");
    let triggered = json!({"Value": "ALARM", "Timestamp": "2026-03-01T02:00:00.000+0000"});
    message["TriggeringChildren"] = json!([{"Arn": child, "State": triggered}]);
    message
}

/// How an alarm stands that tells somebody and whose description is `summary` and `severity`.
pub(super) fn standing(name: &str, state: AlarmState, summary: &str, severity: &str) -> AlarmStanding {
    AlarmStanding {
        name: name.to_owned(),
        arn: Some(format!("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{name}")),
        on_metrics: true,
        state,
        since: Some(at(CHANGED - 60)),
        description: Some(format!("{summary}\nSeverity: {severity}")),
        tells: true,
    }
}
