mod contents;
mod displaced;
mod late;
mod recovery;

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use atalaya_cloud::{
    CloudError, ErrorKind, FixedClock, MemoryLedger, MemoryObjects,
    ledger::{ClaimFiles, ContentClaim, ContentClaimed, ContentHolder, Outcome, ReadFiles},
    testing::{ORDERS_CONTRACT, at},
};
use atalaya_contract::{Counts, EventKind, FailureNote, FileId, FileRef};
use atalaya_telemetry::{
    Metric, Stage,
    test_sink::{Captured, capture},
};
use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::*;

const GOOD: &str = "id,amount\n1,10\n2,20\n3,30\n";
const TOLERATED: &str = "id,amount\n1,10\n2,-20\n3,30\n";
const BAD: &str = "id,amount\n1,ten\n2,-20\n3,30\n";

/// A pipeline's desk: everything in memory.
struct Desk<L = MemoryLedger> {
    objects: MemoryObjects,
    ledger: MemoryLedger,
    captured: Captured,
    process: Process<MemoryObjects, L, FixedClock>,
    contract: Mutex<ContractRef>,
}

async fn desk() -> Desk {
    desk_with(|ledger| ledger).await
}

async fn desk_with<L: ProcessFiles>(ledger_of: impl FnOnce(MemoryLedger) -> L) -> Desk<L> {
    let (objects, ledger, captured) = (MemoryObjects::default(), MemoryLedger::default(), capture(Stage::Process));
    let process = Process {
        contracts: ContractStore::new(objects.clone(), "contracts"),
        objects: objects.clone(),
        ledger: ledger_of(ledger.clone()),
        clock: FixedClock::new(at(100)),
        telemetry: captured.telemetry.clone(),
        curated_bucket: "curated".to_owned(),
        rejects_bucket: "rejects".to_owned(),
        latency_target: Duration::from_secs(10),
    };
    let contract = Mutex::new(atalaya_cloud::testing::contract_ref("none"));
    let desk = Desk { objects, ledger, captured, process, contract };
    desk.publish(ORDERS_CONTRACT).await;
    desk
}

impl<L: ProcessFiles> Desk<L> {
    /// Makes `text` the contract of the files that are sent from now on.
    async fn publish(&self, text: &str) {
        let bytes = Bytes::copy_from_slice(text.as_bytes());
        let stored = self.objects.put("contracts", "orders.yaml", "application/yaml", bytes).await.expect("stored");
        *self.contract.lock().expect("no test panics here") = atalaya_cloud::testing::contract_ref(&stored.version_id);
    }

    /// Puts a file into the inbox and the ledger, as the intake does.
    async fn send(&self, key: &str, content: impl Into<Bytes>) -> ProcessInvocation {
        let content = content.into();
        let size = content.len() as u64;
        let stored = self.objects.put("inbox", key, "text/csv", content).await.expect("stored");
        let (bucket, version_id) = ("inbox".to_owned(), stored.version_id);
        let file_id = FileId::new(&bucket, key, &version_id);
        let file = FileRef { file_id, bucket, key: key.to_owned(), version_id, size, created_at: at(90) };
        let contract = self.contract.lock().expect("no test panics here").clone();
        let record = FileRecord::received(file, "orders", contract, "arn:execution", at(95));
        self.ledger.claim(&record).await.expect("claimed");
        ProcessInvocation { request: record.request(), execution: Some("arn:execution".to_owned()) }
    }

    async fn process(&self, invocation: &ProcessInvocation) -> Result<Announcement, ProcessError> {
        self.process.handle(invocation.clone()).await
    }

    async fn state(&self, invocation: &ProcessInvocation) -> FileState {
        self.record(invocation).await.state
    }

    async fn record(&self, invocation: &ProcessInvocation) -> FileRecord {
        self.ledger.get(&invocation.request.file.file_id).await.expect("read").expect("the file is known")
    }

    /// What the state machine does when an execution fails.
    async fn fail(&self, invocation: &ProcessInvocation) {
        let error = FailureNote { kind: "Permanent".to_owned(), message: "asked to fail".to_owned() };
        let outcome = Outcome { error: Some(error), ..Outcome::new(FileState::Failed, at(200)) };
        self.ledger
            .finish(&invocation.request.file.file_id, invocation.request.attempt, &outcome)
            .await
            .expect("failed");
    }

    fn sum(&self, metric: Metric, dimensions: &[(&str, &str)]) -> Option<f64> {
        self.captured.telemetry.flush();
        self.captured.sum(metric, dimensions)
    }

    fn visible(&self) -> (Vec<String>, Vec<String>) {
        (self.objects.keys("curated"), self.objects.keys("rejects"))
    }
}

fn parquet_of(invocation: &ProcessInvocation) -> String {
    parquet_key("orders", &invocation.request.file.file_id)
}

#[tokio::test]
async fn a_good_file_becomes_available() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", GOOD).await;
    let told = desk.process(&sent).await.expect("an outcome");
    assert_eq!(told.detail_type, EventKind::FileAvailable);
    assert_eq!(told.detail.rows, Some(Counts { read: 3, accepted: 3, rejected: 0 }));
    let outputs = told.detail.outputs.expect("outputs");
    assert_eq!(outputs.parquet, [format!("s3://curated/{}", parquet_of(&sent))]);
    assert_eq!(outputs.rejects, None);
    let parquet = desk.objects.bytes("curated", &parquet_of(&sent)).expect("visible");
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));

    let record = desk.record(&sent).await;
    assert_eq!((record.state, record.ended_at), (FileState::Available, Some(at(100))));
    assert_eq!(record.execution_arn.as_deref(), Some("arn:execution"));
    assert_eq!(record.sha256.map(|hash| hash.len()), Some(64));
    for (metric, value) in [
        (Metric::FilesAvailable, 1.0),
        (Metric::RowsRead, 3.0),
        (Metric::RowsAccepted, 3.0),
        (Metric::RowsRejected, 0.0),
        (Metric::FileLatency, 10_000.0),
        (Metric::FilesOnTime, 1.0),
    ] {
        assert_eq!(desk.sum(metric, &[("Dataset", "orders")]), Some(value), "{metric:?}");
    }
    assert_eq!(desk.sum(Metric::BytesRead, &[("Stage", "process")]), Some(GOOD.len() as f64));
    assert_eq!(desk.sum(Metric::BytesWritten, &[("Stage", "process")]), Some(parquet.len() as f64));
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn a_file_is_on_time_by_its_objects_creation_and_is_counted_once() {
    let mut desk = desk().await;
    let (good, bad) = (desk.send("orders/a.csv", GOOD).await, desk.send("orders/b.csv", BAD).await);
    desk.process(&good).await.expect("an outcome");
    desk.process(&good).await.expect("the same outcome");
    assert_eq!(desk.sum(Metric::FilesOnTime, &[]), Some(1.0));
    desk.process.latency_target = Duration::from_millis(9_999);
    desk.process(&bad).await.expect("an outcome");
    assert_eq!(desk.sum(Metric::FilesOnTime, &[]), Some(1.0), "it ended well, but late");
    let samples = desk.captured.emf().iter().filter(|line| line["FilesOnTime"].is_u64()).count();
    assert_eq!(samples, 2, "of three attempts the one that only told again says nothing");
}

#[tokio::test]
async fn a_good_file_takes_a_counted_number_of_calls() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", GOOD).await;
    let before = desk.objects.calls("PutObject");
    desk.process(&sent).await.expect("an outcome");
    // The contract and the file are read, the Parquet is put.
    assert_eq!((desk.objects.calls("GetObject"), desk.objects.calls("PutObject") - before), (2, 1));
    assert_eq!(desk.objects.calls("CreateMultipartUpload"), 0);
}

#[tokio::test]
async fn rejects_below_the_threshold_stand_beside_the_data() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", TOLERATED).await;
    let told = desk.process(&sent).await.expect("an outcome");
    assert_eq!(told.detail_type, EventKind::FileAvailable);
    assert_eq!(told.detail.rows, Some(Counts { read: 3, accepted: 2, rejected: 1 }));
    assert_eq!(told.detail.first_rejects.len(), 1);
    let key = rejects_key("orders", &sent.request.file.file_id);
    assert_eq!(told.detail.outputs.and_then(|outputs| outputs.rejects), Some(format!("s3://rejects/{key}")));
    let list = desk.objects.bytes("rejects", &key).expect("visible");
    assert_eq!(list.iter().filter(|byte| **byte == b'\n').count(), 1);
}

#[tokio::test]
async fn a_rejected_file_leaves_its_list_and_nothing_to_read() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", BAD).await;
    let told = desk.process(&sent).await.expect("an outcome");
    assert_eq!(told.detail_type, EventKind::FileRejected);
    assert_eq!(told.detail.rows, Some(Counts { read: 3, accepted: 1, rejected: 2 }));
    assert_eq!(desk.visible(), (vec![], vec![rejects_key("orders", &sent.request.file.file_id)]));
    assert_eq!(desk.objects.open_uploads(), 0);
    assert_eq!(desk.sum(Metric::FilesRejected, &[]), Some(1.0));
    assert_eq!(desk.sum(Metric::FileLatency, &[]), None);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_rejected_not_failed() {
    let desk = desk().await;
    for (key, content) in [
        ("orders/gzip.csv", b"\x1f\x8b\x08\x00cut short".as_slice()),
        ("orders/empty.csv", b"".as_slice()),
        ("orders/labels.csv", b"identity,amount\n1,2\n".as_slice()),
    ] {
        let sent = desk.send(key, content).await;
        let told = desk.process(&sent).await.expect("an outcome");
        assert_eq!(told.detail_type, EventKind::FileRejected, "{key}");
        assert!(!told.detail.first_rejects.is_empty(), "{key}");
    }
    assert_eq!(desk.objects.keys("curated"), [""; 0]);
}

#[tokio::test]
async fn a_repeat_tells_the_same_and_does_nothing() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", TOLERATED).await;
    let told = desk.process(&sent).await.expect("an outcome");
    let before = (desk.record(&sent).await, desk.objects.calls("PutObject"));
    assert_eq!(desk.process(&sent).await.expect("the same outcome"), told);
    assert_eq!((desk.record(&sent).await, desk.objects.calls("PutObject")), before);
    assert_eq!(desk.sum(Metric::FilesAvailable, &[]), Some(1.0));
    assert_eq!(desk.sum(Metric::RowsRead, &[]), Some(3.0));
}

#[tokio::test]
async fn an_attempt_that_breaks_off_anywhere_is_made_good_by_the_next() {
    for operation in ["begin", "claim_content", "finish"] {
        let desk = desk().await;
        let sent = desk.send("orders/a.csv", TOLERATED).await;
        desk.ledger.fail_next(operation);
        let error = desk.process(&sent).await.expect_err(operation);
        assert_eq!(error.error_type(), RETRYABLE, "{operation}");
        assert!(!desk.state(&sent).await.is_final(), "{operation}");
        let told = desk.process(&sent).await.expect(operation);
        assert_eq!(told.detail_type, EventKind::FileAvailable, "{operation}");
        assert_eq!(desk.visible().0, [parquet_of(&sent)], "{operation}");
        assert_eq!(desk.sum(Metric::FilesAvailable, &[]), Some(1.0), "{operation}");
    }
    for operation in ["GetObject", "PutObject"] {
        let desk = desk().await;
        let sent = desk.send("orders/a.csv", GOOD).await;
        desk.objects.fail_next(operation, ErrorKind::Unavailable);
        let error = desk.process(&sent).await.expect_err(operation);
        assert_eq!(error.error_type(), RETRYABLE, "{operation}");
        assert_eq!(desk.process(&sent).await.expect(operation).detail_type, EventKind::FileAvailable);
    }
}

#[tokio::test]
async fn what_cannot_be_helped_is_permanent() {
    let desk = desk().await;
    let gone = desk.send("orders/a.csv", GOOD).await;
    let mut other = gone.clone();
    other.request.file.version_id = "v404".to_owned();
    let error = desk.process(&other).await.expect_err("the object is gone");
    assert_eq!(error.error_type(), PERMANENT);
    assert!(error.to_string().contains("was deleted before it could be read"), "{error}");

    let mut other = gone.clone();
    other.request.contract = Some(atalaya_cloud::testing::contract_ref("v404"));
    let error = desk.process(&other).await.expect_err("the contract is gone");
    assert_eq!(error.error_type(), PERMANENT);
    assert!(error.to_string().contains("orders.yaml cannot be used at version v404"), "{error}");

    desk.publish("kind: DataContract").await;
    let broken = desk.send("orders/b.csv", GOOD).await;
    assert_eq!(desk.process(&broken).await.expect_err("an invalid contract").error_type(), PERMANENT);

    let mut other = gone.clone();
    other.request.dataset = Some("returns".to_owned());
    assert!(matches!(desk.process(&other).await, Err(ProcessError::NoFeed { .. })));
    let mut other = gone.clone();
    other.request.contract = None;
    assert!(matches!(desk.process(&other).await, Err(ProcessError::Unrouted)));
    let mut other = gone;
    other.request.attempt = 2;
    assert_eq!(desk.process(&other).await.expect_err("no such attempt").error_type(), PERMANENT);
    assert_eq!(desk.visible(), (vec![], vec![]));
}

#[tokio::test]
async fn a_large_output_that_is_not_kept_leaves_no_upload() {
    let desk = desk().await;
    // So many rejects that their list takes more than one part.
    let mut content = String::from("id,amount\n");
    for row in 0..60_000_u32 {
        content.push_str(&format!("{row},x{}\n", "y".repeat(100)));
    }
    let sent = desk.send("orders/a.csv", content.clone()).await;
    desk.objects.fail_next("UploadPart", ErrorKind::Throttled);
    let error = desk.process(&sent).await.expect_err("throttled");
    assert_eq!((error.error_type(), desk.objects.open_uploads()), (RETRYABLE, 0));
    let told = desk.process(&sent).await.expect("an outcome");
    assert_eq!(told.detail_type, EventKind::FileRejected);
    let list = desk.objects.bytes("rejects", &rejects_key("orders", &sent.request.file.file_id)).expect("visible");
    assert_eq!(list.iter().filter(|byte| **byte == b'\n').count(), 60_000);
    assert!(serde_json::to_string(&told).expect("JSON").len() < 64 * 1024);
}
