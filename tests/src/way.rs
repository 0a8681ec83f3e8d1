//! The way of a file, on the local AWS, from the inbox to the notice.

use atalaya_contract::{Counts, FileId, FileState, Reject};
use atalaya_local::publish_contract;
use serde_json::Value;

use crate::world::{World, eventually, project, readings, shared};

/// How many states the file's execution entered.
fn transitions(world: &World, id: &FileId) -> usize {
    let arn = world.record_when(id, |record| record.execution_arn.is_some()).execution_arn.expect("just seen");
    let history = world.aws_json(&["stepfunctions", "get-execution-history", "--execution-arn", &arn]);
    let events = history["events"].as_array().expect("events");
    let entered = |event: &&Value| event["type"].as_str().is_some_and(|kind| kind.ends_with("StateEntered"));
    events.iter().filter(entered).count()
}

#[test]
fn a_good_file_becomes_available_and_its_readers_are_told() {
    let world = shared();
    let id = world.put("readings/good.csv", readings("GOO01", 250));
    let (record, notice) = world.ended(&id, FileState::Available);
    assert_eq!(record.rows, Some(Counts { read: 250, accepted: 250, rejected: 0 }));
    assert_eq!(notice.attributes["dataset"], "readings");
    assert_eq!(notice.attributes["event"], "FileAvailable");
    assert!(notice.text.contains("250"), "{}", notice.text);

    let outputs = record.outputs.expect("an available file has outputs");
    assert_eq!((outputs.parquet.len(), outputs.rejects), (1, None));
    assert_eq!(&world.read(&outputs.parquet[0])[..4], b"PAR1");
    let entered = transitions(world, &id);
    assert!(entered <= 5, "{entered} transitions");
}

#[test]
fn a_bad_file_is_rejected_and_its_sender_learns_which_cell_is_wrong() {
    let world = shared();
    let mut text = readings("BAD01", 3);
    text += "BAD01,2001-02-29T00:00:00Z,12.00,ana\nBAD01,2001-03-01T00:00:00Z,99.50,a name far too long\n";
    let id = world.put("readings/bad.csv", text);
    let (record, notice) = world.ended(&id, FileState::Rejected);
    assert_eq!(record.rows, Some(Counts { read: 5, accepted: 3, rejected: 2 }));
    assert!(world.outputs_of(&world.local.outputs().curated_bucket, &id).is_empty(), "nothing of it is loaded");

    let address = record.outputs.and_then(|outputs| outputs.rejects).expect("the rejects are kept");
    let lines = String::from_utf8(world.read(&address)).expect("UTF-8");
    let rejects: Vec<Reject> = lines.lines().map(|line| serde_json::from_str(line).expect("a reject")).collect();
    let places: Vec<_> = rejects.iter().map(|r| (r.row, r.line, r.column.as_deref(), r.code.as_str())).collect();
    assert_eq!(
        places,
        [
            (Some(4), Some(5), Some("taken_at"), "type-error"),
            (Some(5), Some(6), Some("celsius"), "constraint-error"),
            (Some(5), Some(6), Some("observer"), "constraint-error"),
        ]
    );
    assert_eq!(rejects[2].value.as_deref(), Some("***"), "a restricted value is not shown");
    assert!(!lines.contains("far too long") && !notice.text.contains("far too long"));
    for part in ["2 of 5", "taken_at", "celsius", &address] {
        assert!(notice.text.contains(part), "{part:?} is not in: {}", notice.text);
    }
}

#[test]
fn a_file_copied_with_the_aws_cli_goes_the_same_way() {
    let world = shared();
    let path = std::env::temp_dir().join(format!("atalaya-test-{}.csv", std::process::id()));
    std::fs::write(&path, readings("CLI01", 10)).expect("a temporary file");
    let inbox = &world.local.outputs().inbox_bucket;
    // A key with a space and a plus: what is encoded on the way must arrive as it was.
    let key = "readings/by hand+cli.csv";
    world.aws(&["s3", "cp", path.to_str().expect("UTF-8"), &format!("s3://{inbox}/{key}")]);
    std::fs::remove_file(&path).expect("just written");
    let versions = world.aws_json(&["s3api", "list-object-versions", "--bucket", inbox, "--prefix", key]);
    let version = versions["Versions"][0]["VersionId"].as_str().expect("a version");
    let (record, _) = world.ended(&FileId::new(inbox, key, version), FileState::Available);
    assert_eq!(record.rows.map(|rows| rows.accepted), Some(10));
}

#[test]
fn the_same_content_under_another_name_is_loaded_once() {
    let world = shared();
    let first = world.put("readings/first.csv", readings("DUP01", 20));
    world.ended(&first, FileState::Available);
    let second = world.put("readings/again.csv", readings("DUP01", 20));
    let (record, notice) = world.ended(&second, FileState::Duplicate);
    assert_eq!(record.duplicate_of.map(|of| of.file_id), Some(first.clone()));
    assert_eq!(notice.attributes["event"], "FileDuplicate");
    assert!(notice.text.contains("readings/first.csv"), "{}", notice.text);
    let curated = &world.local.outputs().curated_bucket;
    assert_eq!(world.outputs_of(curated, &first).len(), 1);
    assert!(world.outputs_of(curated, &second).is_empty());
}

#[test]
fn an_object_that_no_contract_claims_is_told_and_kept() {
    let world = shared();
    let id = world.put("holiday photos/beach.jpg", "not a table");
    let (record, notice) = world.ended(&id, FileState::Unroutable);
    assert!(record.reason.is_some_and(|reason| !reason.is_empty()));
    assert_eq!(notice.attributes["event"], "FileUnroutable");
    let inbox = &world.local.outputs().inbox_bucket;
    assert_eq!(world.read(&format!("s3://{inbox}/holiday photos/beach.jpg")), b"not a table");
}

#[test]
fn a_feed_is_added_by_publishing_a_contract() {
    let world = shared();
    let text = std::fs::read_to_string(project().join("tests/contracts/readings.odcs.yaml")).expect("readable");
    let text = text.replace("tests-readings", "tests-tides").replace("name: readings", "name: tides");
    let path = std::env::temp_dir().join(format!("atalaya-tides-{}.odcs.yaml", std::process::id()));
    std::fs::write(&path, text.replace("/readings/", "/tides/")).expect("a temporary file");
    world.run(publish_contract(&world.local, &path)).expect("publishes");
    std::fs::remove_file(&path).expect("just written");

    let id = world.put("tides/one.csv", readings("TID01", 5));
    let (record, _) = world.ended(&id, FileState::Available);
    assert_eq!(record.dataset.as_deref(), Some("tides"));
}

#[test]
fn a_file_that_cannot_be_read_is_rejected_not_lost() {
    let world = shared();
    let id = world.put("readings/noise.csv", vec![0_u8; 4096]);
    let (record, notice) = world.ended(&id, FileState::Rejected);
    assert_eq!(record.first_rejects[0].code, "source-error");
    assert!(!notice.text.is_empty());
    let empty = world.put("readings/empty.csv", "");
    world.ended(&empty, FileState::Rejected);
    eventually("nothing dead", || {
        let queue = &world.local.outputs().intake_dlq_url;
        let answer = world.aws_json(&["sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "All"]);
        let dead = answer["Attributes"]["ApproximateNumberOfMessages"].as_str().unwrap_or("?").to_owned();
        if dead == "0" { Ok(()) } else { Err(format!("{dead} dead letters")) }
    });
}
