use std::sync::Arc;

use atalaya_cloud::{
    FixedClock, MemoryObjects,
    testing::{at, file},
};
use atalaya_contract::{Catalog, lint, parse};
use atalaya_engine::{Engine, Outcome, Plan};
use atalaya_telemetry::{
    Stage,
    test_sink::{Captured, capture},
};
use serde_json::{Value, json};

use super::*;

struct Desk {
    objects: MemoryObjects,
    clock: FixedClock,
    captured: Captured,
    canary: Canary<MemoryObjects, FixedClock>,
}

fn desk() -> Desk {
    let (objects, clock, captured) = (MemoryObjects::default(), FixedClock::new(at(100)), capture(Stage::Canary));
    let canary = Canary {
        objects: objects.clone(),
        clock: clock.clone(),
        telemetry: captured.telemetry.clone(),
        inbox_bucket: "inbox".to_owned(),
        contracts_bucket: "contracts".to_owned(),
    };
    Desk { objects, clock, captured, canary }
}

fn order() -> Event {
    serde_json::from_value(json!({"canary": "send"})).expect("an order")
}

/// A message of the topic, as Lambda hands it over.
fn message(body: &str) -> Event {
    let sns = json!({
        "Type": "Notification", "MessageId": "m-1", "TopicArn": "arn:aws:sns:eu-west-1:1:atalaya-data-users",
        "Subject": "canary: x.csv is available (3 rows)", "Message": body, "Timestamp": "2026-03-01T00:00:00.000Z",
        "MessageAttributes": {"dataset": {"Type": "String", "Value": "canary"}},
    });
    let record = json!({"EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": "arn:x", "Sns": sns});
    serde_json::from_value(json!({ "Records": [record] })).expect("a message of a topic")
}

/// A notice in the words that `notify` has for programs.
fn notice(kind: EventKind, dataset: &str) -> String {
    let mut event = FileEvent::new(kind, file("canary/x.csv", 90), 1, at(95));
    event.dataset = Some(dataset.to_owned());
    json!({"notice_id": event.event_id, "kind": kind, "subject": "s", "text": "t", "event": event}).to_string()
}

impl Desk {
    fn sum(&self, metric: Metric) -> Option<f64> {
        self.captured.telemetry.flush();
        self.captured.sum(metric, &[])
    }

    fn errors(&self) -> Vec<Value> {
        self.captured.logs().into_iter().filter(|log| log["level"] == "ERROR").collect()
    }
}

#[tokio::test]
async fn the_first_order_publishes_the_contract_and_every_order_sends_a_file() {
    let desk = desk();
    let sent = desk.canary.handle(order()).await.expect("sent");
    assert_eq!(sent, Done::Sent("canary/2026-03-01T00-01-40.000Z.csv".to_owned()));
    let stored = desk.objects.bytes("contracts", CONTRACT_KEY).expect("the contract is published");
    assert_eq!(stored, contract("inbox").as_bytes());
    desk.clock.advance(jiff::SignedDuration::from_millis(1));
    desk.canary.handle(order()).await.expect("sent");
    assert_eq!(
        desk.objects.keys("inbox"),
        ["canary/2026-03-01T00-01-40.000Z.csv", "canary/2026-03-01T00-01-40.001Z.csv"]
    );
    assert_eq!(desk.objects.calls("PutObject"), 3, "the contract once, and two files");
    assert_eq!(desk.sum(Metric::CanariesSent), Some(2.0));
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn another_contract_in_its_place_is_replaced() {
    let desk = desk();
    desk.objects.put("contracts", CONTRACT_KEY, "application/yaml", "id: old".into()).await.expect("stored");
    desk.canary.handle(order()).await.expect("sent");
    assert_eq!(desk.objects.bytes("contracts", CONTRACT_KEY).expect("it is there"), contract("inbox").as_bytes());
}

#[tokio::test]
async fn a_store_that_is_down_sends_nothing_and_the_order_comes_again() {
    for operation in ["GetObject", "PutObject"] {
        let desk = desk();
        desk.objects.fail_next(operation, ErrorKind::Unavailable);
        let error = desk.canary.handle(order()).await.expect_err("the store is down");
        assert_eq!(error.error_type(), "Retryable", "{operation}");
        assert_eq!(desk.sum(Metric::CanariesSent), None);
        desk.canary.handle(order()).await.expect("the second try");
        assert_eq!(desk.sum(Metric::CanariesSent), Some(1.0));
    }
}

#[test]
fn the_contract_is_wholly_enforced_and_claims_what_is_sent() {
    let text = contract("atalaya-inbox-1-eu-west-1");
    assert!(!text.contains(file::LOCATION));
    let report = lint(&text);
    assert!(report.violations.is_empty(), "{:?}", report.violations);
    assert!(report.unenforced.iter().all(|part| part.what.ends_with("descriptive, not checked")), "{report:?}");
    let contract = Arc::new(report.contract.expect("a valid contract"));
    let catalog = Catalog::new(vec![((), contract)]);
    let routed = catalog.route("atalaya-inbox-1-eu-west-1", &key(at(0))).expect("its feed claims it");
    assert_eq!(routed.feed.dataset, DATASET);
    assert!(catalog.route("another-bucket", &key(at(0))).is_err());
}

#[test]
fn what_is_sent_satisfies_the_contract() {
    let contract = parse(&contract("inbox")).expect("a valid contract");
    let plan = Plan::new(&contract, &contract.feeds[0]).expect("a plan");
    let mut engine = Engine::new(Arc::new(plan)).expect("an engine");
    let sent = content(at(0));
    assert_eq!(engine.feed(sent.as_bytes()).expect("fed"), sent.len());
    let verdict = engine.finish().expect("judged");
    assert_eq!((verdict.outcome, verdict.rows.accepted), (Outcome::Available, 3), "{:?}", verdict.first_rejects);
    assert_ne!(content(at(0)), content(at(1)), "each canary is its own");
}

#[tokio::test]
async fn an_arrival_is_counted_with_its_latency() {
    let desk = desk();
    let heard = desk.canary.handle(message(&notice(EventKind::FileAvailable, "canary"))).await.expect("heard");
    assert_eq!(heard, Done::Heard(1));
    assert_eq!(desk.sum(Metric::CanariesArrived), Some(1.0));
    assert_eq!(desk.sum(Metric::CanaryLatency), Some(10_000.0));
    assert!(desk.errors().is_empty());
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn anything_else_is_an_error_in_the_log_and_no_arrival() {
    for body in [
        notice(EventKind::FileRejected, "canary"),
        notice(EventKind::FileAvailable, "orders"),
        "canary: x.csv is available".to_owned(),
        json!({"kind": "FeedAlarm"}).to_string(),
    ] {
        let desk = desk();
        assert_eq!(desk.canary.handle(message(&body)).await.expect("heard"), Done::Heard(0));
        assert_eq!(desk.errors().len(), 1, "{body}");
        assert_eq!((desk.sum(Metric::CanariesArrived), desk.sum(Metric::CanaryLatency)), (None, None));
    }
}

#[tokio::test]
async fn an_event_that_orders_nothing_is_permanent() {
    let desk = desk();
    let error = desk.canary.handle(Event::default()).await.expect_err("no order");
    assert_eq!(error.error_type(), "Permanent");
    assert!(serde_json::from_value::<Event>(json!({"canary": "sing"})).is_err());
}
