//! What goes wrong on the way, done for real: each file still ends in exactly one outcome, with one set of outputs
//! and one notice.

use std::time::Duration;

use atalaya_contract::{FileId, FileState};
use atalaya_local::{EndpointFault, FaultyService};

use crate::world::{World, eventually, readings, set_variable};

/// Asserts that a file ended as available, once in every respect.
fn available_exactly_once(world: &World, id: &FileId) {
    let (record, _) = world.ended(id, FileState::Available);
    let ends = record.history.iter().filter(|step| step.state.is_final()).count();
    assert_eq!(ends, 1, "one outcome: {:?}", record.history);
    assert_eq!(world.outputs_of(&world.local.outputs().curated_bucket, id).len(), 1, "one set of outputs");
    assert_eq!(world.notice_records(id).len(), 1, "one notice in the ledger");
    // A second notice would be on its way at the same time as the first; a file sent after it overtakes nothing.
    let marker = world.put("readings/marker.csv", readings(&format!("MRK{:02}", record.history.len()), 1));
    world.ended(&marker, FileState::Available);
    assert_eq!(world.notices_of(id).len(), 1, "one notice delivered");
}

/// The body that the intake's queue holds for one object: EventBridge's event, as S3 makes it.
pub(crate) fn object_created(inbox: &str, key: &str, version: &str, size: usize) -> String {
    serde_json::json!({
        "version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created",
        "source": "aws.s3", "account": "000000000000", "time": "2026-01-01T00:00:00Z", "region": "us-east-1",
        "resources": [format!("arn:aws:s3:::{inbox}")],
        "detail": {
            "version": "0", "bucket": {"name": inbox},
            "object": {"key": key, "size": size, "etag": "e", "version-id": version, "sequencer": "0"},
            "request-id": "r", "requester": "000000000000", "reason": "PutObject",
        },
    })
    .to_string()
}

#[test]
fn an_event_told_three_times_has_one_effect() {
    let world = World::start();
    let inbox = world.local.outputs().inbox_bucket.clone();
    let text = readings("TWI01", 40);
    let id = world.put("readings/twice.csv", text.clone());
    let versions = world.aws_json(&["s3api", "list-object-versions", "--bucket", &inbox]);
    let version = versions["Versions"][0]["VersionId"].as_str().expect("a version").to_owned();
    assert_eq!(id, FileId::new(&inbox, "readings/twice.csv", &version));

    let body = object_created(&inbox, "readings/twice.csv", &version, text.len());
    let queue = world.local.outputs().intake_queue_url.clone();
    world.aws(&["sqs", "send-message", "--queue-url", &queue, "--message-body", &body]);
    world.ended(&id, FileState::Available);
    world.aws(&["sqs", "send-message", "--queue-url", &queue, "--message-body", &body]);
    drained(&world, &queue);
    available_exactly_once(&world, &id);
    world.stop();
}

#[test]
fn a_process_killed_in_the_middle_is_repeated_without_a_trace() {
    let world = World::start();
    // Wake the function first, so that the kill meets work and not a start.
    let warm = world.put("readings/warm.csv", readings("WRM01", 1));
    world.ended(&warm, FileState::Available);

    let id = world.put("readings/large.csv", readings("BIG01", 3_000_000));
    world.record_when(&id, |record| record.state == FileState::Processing);
    let killed = world.local.kill_function("process").expect("the function runs");
    assert!(!killed.is_empty(), "something was killed");
    available_exactly_once(&world, &id);
    let record = world.record_when(&id, |_| true);
    let begun = record.history.iter().filter(|step| step.state == FileState::Processing).count();
    assert!(begun >= 2, "the kill came too late to prove anything: {:?}", record.history);
    world.stop();
}

#[test]
fn an_intake_that_fails_after_its_claim_is_caught_up() {
    let world = World::start();
    let real = world.local.outputs().state_machine_arn.clone();
    let wrong = format!("{real}-of-a-bad-release");
    set_variable(&world, "intake", "ATALAYA_STATE_MACHINE_ARN", &wrong);
    let id = world.put("readings/claimed.csv", readings("CLM01", 7));
    let record = world.record_when(&id, |_| true);
    assert_eq!(record.state, FileState::Received, "claimed, and no execution could start");
    eventually("a failed intake", || {
        let log = world.aws(&["logs", "filter-log-events", "--log-group-name", "/aws/lambda/atalaya-intake"]);
        if log.contains("StateMachineDoesNotExist") || log.contains("StartExecution") { Ok(()) } else { Err(log) }
    });
    set_variable(&world, "intake", "ATALAYA_STATE_MACHINE_ARN", &real);
    available_exactly_once(&world, &id);
    world.stop();
}

#[test]
fn a_file_that_the_pipeline_cannot_finish_is_failed_and_told() {
    let world = World::start();
    let curated = world.local.outputs().curated_bucket.clone();
    world.aws(&["s3api", "delete-bucket", "--bucket", &curated]);
    let id = world.put("readings/unlucky.csv", readings("UNL01", 3));
    let (record, notice) = world.ended(&id, FileState::Failed);
    let error = record.error.expect("the ledger says why");
    assert!(error.message.contains("NoSuchBucket") || error.message.contains(&curated), "{error:?}");
    assert_eq!(notice.attributes["event"], "FileFailed");
    assert!(!world.read(&format!("s3://{}/readings/unlucky.csv", record.file.bucket)).is_empty(), "the object stays");
    world.stop();
}

/// Sends a file, and waits until notify has claimed its notice while SNS takes its time.
fn being_told(world: &World, key: &str, trouble: EndpointFault) -> FileId {
    world.run(world.local.set_faults(&[trouble])).expect("faults");
    let id = world.put(key, readings("TLD01", 9));
    eventually("a notice that is being sent", || match world.notice_records(&id).len() {
        1 => Ok(()),
        count => Err(format!("{count} notices in the ledger")),
    });
    id
}

#[test]
fn a_notice_that_is_being_sent_while_notify_is_changed_is_sent_once() {
    let world = World::start();
    let slow = EndpointFault::late(FaultyService::Sns, "Publish", Duration::from_secs(8)).times(1);
    let id = being_told(&world, "readings/changed.csv", slow);
    let claimed_at = world.notice_records(&id)[0].claimed_at;
    set_variable(&world, "notify", "ATALAYA_LOG", "debug");
    let sent = eventually("a notice that is sent", || {
        let record = world.notice_records(&id).remove(0);
        if record.sent_at.is_some() { Ok(record) } else { Err(format!("{record:?}")) }
    });
    assert_eq!(sent.claimed_at, claimed_at, "the call that was at work has ended, and none has begun anew");
    available_exactly_once(&world, &id);
    drained(&world, &world.local.outputs().notify_dlq_url);
    world.stop();
}

#[test]
fn a_notify_that_is_killed_before_it_has_sent_need_not_wait_for_its_own_lease() {
    let world = World::start();
    let lost = EndpointFault::internal(FaultyService::Sns, "Publish").after(Duration::from_secs(20)).times(1);
    let id = being_told(&world, "readings/killed.csv", lost);
    assert!(!world.local.kill_function("notify").expect("the function runs").is_empty(), "something was killed");
    available_exactly_once(&world, &id);
    drained(&world, &world.local.outputs().notify_dlq_url);
    world.stop();
}

/// Waits until the queue is empty and nothing of it is in flight.
pub(crate) fn drained(world: &World, queue: &str) {
    eventually("an empty queue", || {
        let answer = world.aws_json(&["sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "All"]);
        let count = |name: &str| answer["Attributes"][name].as_str().and_then(|n| n.parse::<u64>().ok());
        let left = (count("ApproximateNumberOfMessages"), count("ApproximateNumberOfMessagesNotVisible"));
        if left == (Some(0), Some(0)) { Ok(()) } else { Err(format!("{left:?}")) }
    });
}
