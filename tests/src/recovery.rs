//! Files that a person decides about, on the local AWS: each ends in one right outcome, with one set of outputs and one
//! notice for each attempt.

use std::time::Duration;

use atalaya_cloud::{
    Executions, FileRecord, StepFunctions,
    ledger::{Pause, PauseSet, Pauses, RecoverFiles, Recovered},
    testing::ledger_keeps_its_conditions,
};
use atalaya_contract::{ContractRef, Counts, FileId, FileState, Recovery, RecoveryKind};
use atalaya_local::publish_contract;
use serde_json::{Value, json};

use crate::{
    faults::{drained, object_created},
    world::{World, eventually, project, readings, set_variable},
};

/// What an operator's command does: the next attempt begins, and its execution is started by its name.
fn decide(world: &World, id: &FileId, kind: RecoveryKind, contract: Option<&ContractRef>) -> FileRecord {
    let record = world.record_when(id, |record| record.state.is_final());
    let recovery = Recovery {
        kind,
        by: "anna@desk".to_owned(),
        reason: Some("as agreed with the sender".to_owned()),
        at: "2026-01-01T00:00:00Z".parse().expect("a time"),
        loaded: None,
    };
    let recovered = world.run(world.ledger.recover(id, &record.standing(), &recovery, contract));
    let Recovered::Begun(next) = recovered.expect("the decision fits") else { panic!("the file moved") };
    start(world, &next);
    *next
}

fn start(world: &World, record: &FileRecord) {
    let executions = StepFunctions::new(world.local.sdk_config(), &world.local.outputs().state_machine_arn);
    let input = serde_json::to_string(&record.request()).expect("a request is JSON");
    world.run(executions.start(&record.execution_name(), input)).expect("the execution starts");
}

/// The outcome of an attempt, with its one notice; fails when it is another one.
fn ended(world: &World, id: &FileId, attempt: u32, state: FileState) -> FileRecord {
    let record = world.record_when(id, |record| record.attempt == attempt && record.state.is_final());
    assert_eq!(record.state, state, "{record:?}");
    eventually(&format!("{attempt} notices about {id}"), || {
        let count = world.notices_of(id).len();
        if count == attempt as usize { Ok(()) } else { Err(format!("{count}")) }
    });
    let events: std::collections::BTreeSet<_> =
        world.notice_records(id).into_iter().map(|notice| notice.event_id).collect();
    assert_eq!(events.len(), attempt as usize, "{events:?}");
    record
}

/// The file's Parquet, which is what its record names and no more.
fn outputs(world: &World, record: &FileRecord) -> usize {
    let curated = &world.local.outputs().curated_bucket;
    let mut found = world.outputs_of(curated, &record.file.file_id);
    let parquet = record.outputs.iter().flat_map(|outputs| &outputs.parquet);
    let mut told: Vec<_> = parquet.map(|address| address.replace(&format!("s3://{curated}/"), "")).collect();
    found.sort();
    told.sort();
    assert_eq!(found, told);
    for address in record.outputs.iter().flat_map(|outputs| &outputs.parquet) {
        assert_eq!(&world.read(address)[..4], b"PAR1");
    }
    found.len()
}

/// The notice of an attempt.
fn text_of(world: &World, id: &FileId, attempt: u32) -> String {
    let notices = world.notices_of(id);
    let of_attempt = |notice: &&atalaya_local::Notice| {
        notice.event.as_ref().is_some_and(|event| event["attempt"].as_u64() == Some(attempt.into()))
    };
    notices.iter().find(of_attempt).expect("the attempt's notice").text.clone()
}

/// Publishes the contract of the stock with another minimum.
fn publish(world: &World, version: &str, minimum: i64, threshold: u32) -> ContractRef {
    let text = std::fs::read_to_string(project().join("tests/contracts/stock.odcs.yaml")).expect("the contract");
    let text = text
        .replace("version: 1.0.0", &format!("version: {version}"))
        .replace("minimum: 0", &format!("minimum: {minimum}"))
        .replace("value: 10", &format!("value: {threshold}"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stock.odcs.yaml");
    std::fs::write(&path, text).expect("written");
    let bucket = world.local.outputs().contracts_bucket.clone();
    let published = world.run(publish_contract(&world.local, &path)).expect("publishes");
    ContractRef {
        bucket,
        key: published.key,
        version_id: published.version_id,
        id: published.id,
        version: published.version,
    }
}

#[test]
fn failed_files_are_redriven_to_one_outcome_whoever_tells_of_them_meanwhile() {
    let world = World::start();
    world.run(ledger_keeps_its_conditions(&world.ledger, "dynamodb"));

    let real = set_variable(&world, "process", "ATALAYA_CURATED_BUCKET", "of-a-bad-release");
    let text = readings("RED01", 40);
    let (plain, told) =
        (world.put("readings/plain.csv", readings("RED02", 3)), world.put("readings/told.csv", text.clone()));
    for id in [&plain, &told] {
        world.ended(id, FileState::Failed);
    }
    let failed = world.record_when(&plain, |_| true);
    assert!(outputs(&world, &failed) == 0 && failed.error.is_some());

    // A redrive before its time fails again, and tells so; it may be repeated as often as one likes.
    decide(&world, &plain, RecoveryKind::Redrive, None);
    ended(&world, &plain, 2, FileState::Failed);
    set_variable(&world, "process", "ATALAYA_CURATED_BUCKET", &real);
    let next = decide(&world, &plain, RecoveryKind::Redrive, None);
    start(&world, &next);
    let record = ended(&world, &plain, 3, FileState::Available);
    assert_eq!(outputs(&world, &record), 1);
    let states: Vec<_> = record.history.iter().map(|step| (step.attempt, step.state.as_str())).collect();
    let steps = |attempt, end| [(attempt, "received"), (attempt, "processing"), (attempt, end)];
    assert_eq!(states, [steps(1, "failed"), steps(2, "failed"), steps(3, "available")].concat());
    assert!(record.execution_arn.is_some_and(|arn| arn.ends_with(&format!("{plain}-3"))));

    // The event of the object comes again around the redrive: before, at the same time, and after.
    let inbox = world.local.outputs().inbox_bucket.clone();
    let queue = world.local.outputs().intake_queue_url.clone();
    let version = world.record_when(&told, |_| true).file.version_id;
    let body = object_created(&inbox, "readings/told.csv", &version, text.len());
    let tell = || world.aws(&["sqs", "send-message", "--queue-url", &queue, "--message-body", &body]);
    tell();
    tell();
    decide(&world, &told, RecoveryKind::Redrive, None);
    tell();
    ended(&world, &told, 2, FileState::Available);
    tell();
    drained(&world, &queue);
    let record = ended(&world, &told, 2, FileState::Available);
    assert_eq!(outputs(&world, &record), 1);
    let begun = record.history.iter().filter(|step| step.state == FileState::Processing).count();
    assert_eq!(begun, 2, "one execution for each attempt: {:?}", record.history);
    about(&world);
    world.stop();
}

/// Every function says which release it is, and the template which it is of.
fn about(world: &World) {
    for function in atalaya_contract::FUNCTIONS {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answer.json");
        let (name, out) = (format!("atalaya-{function}"), path.to_str().expect("UTF-8"));
        let payload = json!({"atalaya": "about"}).to_string();
        world.aws(&["lambda", "invoke", "--function-name", &name, "--payload", &payload, out]);
        let answer: Value = serde_json::from_slice(&std::fs::read(&path).expect("an answer")).expect("JSON");
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(answer, json!({"function": name, "version": version, "template_version": version}));
    }
}

/// Without this the functions would tell of a template that was never released.
#[test]
fn the_template_says_which_version_it_is() {
    let template = std::fs::read_to_string(project().join("infra/template.yaml")).expect("the template");
    let lines: Vec<_> =
        template.lines().filter_map(|line| line.trim().strip_prefix("ATALAYA_TEMPLATE_VERSION: ")).collect();
    assert_eq!(lines, [env!("CARGO_PKG_VERSION")]);
}

#[test]
fn a_pause_holds_files_and_resuming_lets_them_go() {
    let world = World::start();
    publish(&world, "1.0.0", 0, 10);
    let reason = Some("the warehouse is moved".to_owned());
    let at = "2026-01-01T00:00:00Z".parse().expect("a time");
    let pause = Pause { dataset: Some("stock".to_owned()), by: "anna@desk".to_owned(), reason, at };
    assert_eq!(world.run(world.ledger.pause(&pause)).expect("paused"), PauseSet::New);

    let held = world.put("stock/held.csv", "article,pieces\n1,10\n");
    let other = world.put("readings/other.csv", readings("PAU01", 3));
    world.ended(&other, FileState::Available);
    eventually("a held file", || {
        let files = world.run(world.ledger.held(Some("stock"))).expect("held");
        if files == [held.clone()] { Ok(()) } else { Err(format!("{files:?}")) }
    });
    let record = world.record_when(&held, |_| true);
    assert_eq!((record.state, record.history.len()), (FileState::Received, 1));
    let executions = StepFunctions::new(world.local.sdk_config(), &world.local.outputs().state_machine_arn);
    let arn = executions.arn(&record.execution_name());
    assert!(world.run(executions.describe(&arn)).expect_err("no execution").is_not_found());
    alarm_is(&world, "ALARM");

    // What `resume` does: first the pause goes, then the held files do.
    assert_eq!(world.run(world.ledger.unpause(Some("stock"))).expect("resumed"), Some(pause));
    for id in world.run(world.ledger.held(Some("stock"))).expect("held") {
        start(&world, &world.record_when(&id, |_| true));
        world.run(world.ledger.let_go(&id, "stock")).expect("let go");
    }
    let (record, _) = world.ended(&held, FileState::Available);
    assert_eq!(outputs(&world, &record), 1);
    let after = world.put("stock/after.csv", "article,pieces\n2,20\n");
    world.ended(&after, FileState::Available);
    alarm_is(&world, "OK");
    assert_eq!(world.notices_of(&held).len(), 1);
    world.stop();
}

/// Waits until the alarm IntakePaused is in this state. It goes by minutes, so that batches keep coming meanwhile.
fn alarm_is(world: &World, state: &str) {
    let name = ["--alarm-names", "atalaya-IntakePaused"];
    let mut batch = 0;
    let begun = std::time::Instant::now();
    loop {
        let answer = world.cloudwatch(&[&["describe-alarms", "--output", "json"], &name[..]].concat());
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let seen = answer["MetricAlarms"][0]["StateValue"].as_str().unwrap_or_default().to_owned();
        if seen == state {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(300), "IntakePaused is {seen}, not {state}");
        batch += 1;
        let id = world.put(&format!("readings/batch-{state}-{batch}.csv"), readings("BAT01", 1000 + batch));
        world.record_when(&id, |record| record.state.is_final());
    }
}

#[test]
fn a_person_decides_about_rejected_files_and_rows() {
    let world = World::start();
    let strict = publish(&world, "1.0.0", 0, 1);
    let mut text = "article,pieces\n".to_owned();
    for row in 1..=100 {
        text += &format!("{row},{}\n", if row % 10 == 0 { -row } else { row });
    }
    let id = world.put("stock/week.csv", text);
    world.ended(&id, FileState::Rejected);

    // Released, with the ten rows below the minimum left out.
    decide(&world, &id, RecoveryKind::Release, None);
    let record = ended(&world, &id, 2, FileState::Available);
    assert_eq!(record.rows, Some(Counts { read: 100, accepted: 90, rejected: 10 }));
    assert_eq!((record.contract.as_ref(), outputs(&world, &record)), (Some(&strict), 1));
    let notice = text_of(&world, &id, 2);
    assert!(notice.contains("released by anna@desk") && notice.contains("as agreed with the sender"), "{notice}");

    // A newer contract wants no more than -50: five of the ten rows are good now, and only they are added.
    let lenient = publish(&world, "2.0.0", -50, 1);
    decide(&world, &id, RecoveryKind::ReplayRejects, Some(&lenient));
    let record = ended(&world, &id, 3, FileState::Available);
    assert_eq!(record.rows, Some(Counts { read: 100, accepted: 95, rejected: 5 }));
    assert_eq!((record.contract.as_ref(), outputs(&world, &record)), (Some(&lenient), 2));
    let list = record.outputs.as_ref().and_then(|outputs| outputs.rejects.clone()).expect("a list");
    let rows: Vec<u64> = String::from_utf8(world.read(&list))
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a reject")["row"].as_u64().expect("a row"))
        .collect();
    assert_eq!(rows, [60, 70, 80, 90, 100]);
    assert!(text_of(&world, &id, 3).contains("5 rows were added to stock/week.csv: 95 rows"));

    // The whole file once more: what was loaded in two parts is one again.
    let all = publish(&world, "3.0.0", -1000, 1);
    decide(&world, &id, RecoveryKind::Replay, Some(&all));
    let record = ended(&world, &id, 4, FileState::Available);
    assert_eq!(record.rows, Some(Counts { read: 100, accepted: 100, rejected: 0 }));
    assert_eq!(outputs(&world, &record), 1);

    // Another file is given up.
    let bad = world.put("stock/bad.csv", "article,pieces\nx,1\ny,2\n");
    world.ended(&bad, FileState::Rejected);
    decide(&world, &bad, RecoveryKind::Discard, None);
    let record = ended(&world, &bad, 2, FileState::Discarded);
    assert_eq!(outputs(&world, &record), 0);
    assert!(text_of(&world, &bad, 2).contains("was discarded"), "{}", text_of(&world, &bad, 2));
    world.stop();
}
