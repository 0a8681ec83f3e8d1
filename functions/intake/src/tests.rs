mod pauses;

use atalaya_cloud::{
    ErrorKind, FixedClock, MemoryExecutions, MemoryLedger, MemoryObjects,
    ledger::{Outcome, ProcessFiles, ReadFiles, RecoverFiles},
    objects::WriteObjects,
    testing::{ORDERS_CONTRACT, at, decision},
};
use atalaya_contract::{EventKind, FileId, ProcessRequest, RecoveryKind};
use atalaya_telemetry::{
    Stage,
    test_sink::{Captured, capture},
};
use serde_json::json;

use super::*;

struct Desk {
    objects: MemoryObjects,
    ledger: MemoryLedger,
    executions: MemoryExecutions,
    captured: Captured,
    intake: Intake<MemoryObjects, MemoryLedger, MemoryExecutions, FixedClock>,
}

/// An intake with the contract for orders.
async fn desk() -> Desk {
    let objects = MemoryObjects::default();
    put_contract(&objects, "orders.yaml", ORDERS_CONTRACT).await;
    let (ledger, executions) = (MemoryLedger::default(), MemoryExecutions::default());
    let captured = capture(Stage::Intake);
    let intake = Intake {
        contracts: ContractStore::new(objects.clone(), "contracts"),
        ledger: ledger.clone(),
        executions: executions.clone(),
        clock: FixedClock::new(at(60)),
        telemetry: captured.telemetry.clone(),
    };
    Desk { objects, ledger, executions, captured, intake }
}

async fn put_contract(objects: &MemoryObjects, key: &str, text: &str) {
    objects.put("contracts", key, "application/yaml", text.to_owned().into()).await.expect("stored");
}

fn message(id: &str, key: &str) -> Message {
    let body = json!({
        "detail-type": "Object Created", "source": "aws.s3", "time": "2026-03-01T00:00:30Z",
        "detail": {"bucket": {"name": "inbox"}, "object": {"key": key, "size": 10, "version-id": "v1"}},
    });
    Message { message_id: id.to_owned(), body: body.to_string() }
}

fn id(key: &str) -> FileId {
    FileId::new("inbox", key, "v1")
}

impl Desk {
    /// Ids of the messages that are to come again.
    async fn take(&self, messages: Vec<Message>) -> Vec<String> {
        let Ok(response) = self.intake.handle(Batch { messages }).await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    async fn record(&self, key: &str) -> FileRecord {
        self.ledger.get(&id(key)).await.expect("read").expect("the file is in the ledger")
    }

    fn request(&self, key: &str) -> ProcessRequest {
        let started = self.executions.started();
        let input = started.get(id(key).as_str()).expect("the execution was started");
        serde_json::from_str(input).expect("the input is a request")
    }

    fn sum(&self, metric: Metric, dimensions: &[(&str, &str)]) -> Option<f64> {
        self.captured.telemetry.flush();
        self.captured.sum(metric, dimensions)
    }
}

#[tokio::test]
async fn a_file_is_claimed_and_its_execution_started() {
    let desk = desk().await;
    assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, [""; 0]);
    let record = desk.record("orders/a.csv").await;
    assert_eq!((record.state, record.dataset.as_deref()), (FileState::Received, Some("orders")));
    assert_eq!((record.file.created_at, record.received_at), (at(30), at(60)));
    let arn = record.execution_arn.as_deref().expect("an execution");
    assert!(arn.ends_with(id("orders/a.csv").as_str()), "{arn}");
    let request = desk.request("orders/a.csv");
    assert_eq!(request, record.request());
    assert_eq!((request.attempt, request.announcement), (1, None));
    assert_eq!(request.contract.map(|contract| contract.id), Some("orders".to_owned()));
    assert_eq!(desk.sum(Metric::FilesReceived, &[("Dataset", "orders")]), Some(1.0));
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn an_event_told_twice_is_one_file() {
    let desk = desk().await;
    let told = vec![message("1", "orders/a.csv"), message("2", "orders/a.csv")];
    assert_eq!(desk.take(told.clone()).await, [""; 0]);
    assert_eq!(desk.take(told).await, [""; 0]);
    assert_eq!(desk.executions.started().len(), 1);
    assert_eq!(desk.record("orders/a.csv").await.history.len(), 1);
    assert_eq!(desk.sum(Metric::FilesReceived, &[]), Some(1.0));
}

#[tokio::test]
async fn an_intake_that_died_after_its_claim_is_made_good() {
    let desk = desk().await;
    desk.executions.fail_next(1);
    assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, ["m"]);
    assert_eq!(desk.record("orders/a.csv").await.state, FileState::Received);
    assert!(desk.executions.started().is_empty());

    // A newer contract in between changes nothing: the claim says which one judges the file.
    put_contract(&desk.objects, "orders.yaml", &ORDERS_CONTRACT.replace("version: 1.0.0", "version: 2.0.0")).await;
    assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, [""; 0]);
    assert_eq!(desk.request("orders/a.csv").contract.map(|contract| contract.version), Some("1.0.0".to_owned()));
    assert_eq!(desk.sum(Metric::FilesReceived, &[]), Some(1.0));
}

#[tokio::test]
async fn a_late_repeat_starts_nothing() {
    let desk = desk().await;
    desk.take(vec![message("m", "orders/a.csv")]).await;
    let file_id = id("orders/a.csv");
    desk.ledger.begin(&file_id, 1, None, at(61)).await.expect("begin");
    desk.ledger.finish(&file_id, 1, &Outcome::new(FileState::Available, at(62))).await.expect("finish");
    let before = desk.record("orders/a.csv").await;
    assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, [""; 0]);
    assert_eq!(desk.record("orders/a.csv").await, before);
    assert_eq!(desk.executions.started().len(), 1);
}

#[tokio::test]
async fn a_new_attempt_is_started_from_its_record_and_by_its_own_name() {
    let desk = desk().await;
    desk.take(vec![message("m", "orders/a.csv")]).await;
    let file_id = id("orders/a.csv");
    desk.ledger.begin(&file_id, 1, None, at(61)).await.expect("begin");
    desk.ledger.finish(&file_id, 1, &Outcome::new(FileState::Failed, at(62))).await.expect("finish");
    let failed = desk.record("orders/a.csv").await;
    let redrive = decision(RecoveryKind::Redrive, 63);
    desk.ledger.recover(&file_id, &failed.standing(), &redrive, None).await.expect("recovered");
    // The command that began the attempt was killed before it started the execution; the event comes again.
    assert_eq!(desk.take(vec![message("m", "orders/a.csv")]).await, [""; 0]);
    let started = desk.executions.started();
    assert_eq!(started.keys().cloned().collect::<Vec<_>>(), [file_id.to_string(), format!("{file_id}-2")]);
    let request: ProcessRequest = serde_json::from_str(&started[&format!("{file_id}-2")]).expect("a request");
    assert_eq!((request.attempt, request.recovery), (2, Some(redrive)));
    assert_eq!(desk.sum(Metric::FilesReceived, &[]), Some(1.0));
}

#[tokio::test]
async fn an_object_that_no_contract_claims_is_told_of() {
    let desk = desk().await;
    assert_eq!(desk.take(vec![message("m", "ordres/a.txt")]).await, [""; 0]);
    let record = desk.record("ordres/a.txt").await;
    assert_eq!((record.state, record.ended_at), (FileState::Unroutable, Some(at(60))));
    let told = desk.request("ordres/a.txt").announcement.expect("the event is prepared");
    assert_eq!(told.detail_type, EventKind::FileUnroutable);
    let reason = told.detail.reason.expect("a reason");
    assert!(reason.contains("no contract claims this object"), "{reason}");
    assert!(reason.contains("s3://inbox/orders/*.csv (orders)"), "{reason}");
    assert_eq!(desk.sum(Metric::FilesUnroutable, &[]), Some(1.0));

    // Told again, it is neither counted nor announced again, but an execution that was never started is.
    desk.take(vec![message("m", "ordres/a.txt")]).await;
    assert_eq!(desk.executions.started().len(), 1);
    assert_eq!(desk.sum(Metric::FilesUnroutable, &[]), Some(1.0));
}

#[tokio::test]
async fn files_of_a_feed_stay_its_own_when_a_later_contract_claims_them_too() {
    let desk = desk().await;
    desk.objects.set_time(at(20));
    let second = ORDERS_CONTRACT.replace("id: orders", "id: all-orders").replace("s3://inbox/orders/*.csv", "s3://**");
    put_contract(&desk.objects, "all.yaml", &second.replace("name: orders", "name: all")).await;
    desk.objects.set_time(at(10));
    put_contract(&desk.objects, "orders.yaml", ORDERS_CONTRACT).await;
    desk.take(vec![message("m", "orders/a.csv"), message("n", "other/a.csv")]).await;
    desk.take(vec![message("o", "orders/b.csv")]).await;
    for (key, dataset) in [("orders/a.csv", "orders"), ("orders/b.csv", "orders"), ("other/a.csv", "all")] {
        let record = desk.record(key).await;
        assert_eq!((record.state, record.dataset.as_deref()), (FileState::Received, Some(dataset)), "{key}");
    }
    assert_eq!(desk.sum(Metric::ContractsInvalid, &[]), Some(1.0), "the later one is counted, once");
    let logged: Vec<_> =
        desk.captured.logs().into_iter().filter(|line| line.to_string().contains("all.yaml")).collect();
    let line = logged.iter().map(ToString::to_string).collect::<String>();
    assert_eq!(logged.len(), 1, "{line}");
    assert!(line.contains("orders.yaml") && line.contains("s3://inbox/orders/.csv"), "{line}");
}

#[tokio::test]
async fn an_invalid_contract_is_counted_once_and_named_where_it_matters() {
    let desk = desk().await;
    put_contract(&desk.objects, "broken.yaml", "kind: DataContract").await;
    desk.take(vec![message("m", "orders/a.csv"), message("n", "elsewhere/a.csv")]).await;
    desk.take(vec![message("o", "orders/b.csv")]).await;
    assert_eq!(desk.record("orders/b.csv").await.state, FileState::Received);
    let reason = desk.record("elsewhere/a.csv").await.reason.expect("a reason");
    assert!(reason.contains("these contracts are invalid and claim nothing: broken.yaml ("), "{reason}");
    assert_eq!(desk.sum(Metric::ContractsInvalid, &[]), Some(1.0));
}

#[tokio::test]
async fn only_the_messages_that_failed_come_again() {
    let desk = desk().await;
    desk.ledger.fail_next("claim");
    let malformed = Message { message_id: "malformed".to_owned(), body: "hello".to_owned() };
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "inbox"});
    let test = Message { message_id: "test".to_owned(), body: test.to_string() };
    let failed =
        desk.take(vec![message("first", "orders/a.csv"), malformed, test, message("last", "orders/b.csv")]).await;
    assert_eq!(failed, ["first", "malformed"]);
    assert_eq!(desk.executions.started().len(), 1);
}

#[tokio::test]
async fn without_contracts_nothing_is_routed_and_all_files_come_again() {
    let desk = desk().await;
    desk.objects.fail_next("ListObjectsV2", ErrorKind::Unavailable);
    assert_eq!(desk.take(vec![message("m", "orders/a.csv"), message("n", "x")]).await, ["m", "n"]);
    assert_eq!(desk.ledger.get(&id("x")).await.expect("read"), None);
}

#[tokio::test]
async fn a_batch_takes_a_counted_number_of_calls() {
    let desk = desk().await;
    desk.take(vec![message("m", "orders/a.csv"), message("n", "orders/b.csv")]).await;
    desk.take(vec![message("o", "orders/c.csv")]).await;
    assert_eq!((desk.objects.calls("ListObjectsV2"), desk.objects.calls("GetObject")), (2, 1));
}
