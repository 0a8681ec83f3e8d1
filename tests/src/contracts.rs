//! Contracts on the local AWS: what is refused changes nothing, and what was stored under a file's name moves.

use std::{path::PathBuf, sync::Arc};

use atalaya_cloud::{
    ContractRegistry, ErrorKind, S3Objects,
    contracts::{Candidate, HistoryEvent, PublishAction, RefusalReason, plan, versions},
    objects::{ListObjects, WriteObjects},
};
use atalaya_contract::FileState;
use atalaya_local::publish_contract;

use crate::world::{World, project, readings};

/// The contract of the readings with another id, version and folder.
fn document(id: &str, version: &str, folder: &str) -> String {
    let text = std::fs::read_to_string(project().join("tests/contracts/readings.odcs.yaml")).expect("readable");
    text.replace("id: tests-readings", &format!("id: {id}"))
        .replace("version: 1.0.0", &format!("version: {version}"))
        .replace("name: readings", &format!("name: {folder}"))
        .replace("/readings/", &format!("/{folder}/"))
}

fn registry(world: &World) -> ContractRegistry<S3Objects> {
    let outputs = world.local.outputs();
    let objects = S3Objects::new(world.local.sdk_config());
    ContractRegistry::new(objects, &outputs.contracts_bucket, &outputs.inbox_bucket)
}

fn written(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("a name that says nothing.odcs.yaml");
    std::fs::write(&path, text).expect("written");
    path
}

fn candidate(text: &str) -> Candidate {
    let contract = Arc::new(atalaya_contract::parse(text).expect("is valid"));
    Candidate { name: "a file".to_owned(), text: text.to_owned(), contract }
}

/// Why a document is refused.
fn refused(world: &World, text: &str) -> RefusalReason {
    let in_force = world.run(registry(world).in_force()).expect("reads");
    let now = "2026-01-01T00:00:00Z".parse().expect("a time");
    let refusals = plan(vec![candidate(text)], &in_force, registry(world).inbox(), now).expect_err("is refused");
    refusals.into_iter().next().expect("a reason").reason
}

#[test]
fn contracts_are_published_moved_and_withdrawn_without_harm_to_others() {
    let world = World::start();
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = world.local.outputs().contracts_bucket.clone();
    let publish = |text: &str| world.run(publish_contract(&world.local, &written(&folder, text)));
    let keys = || -> Vec<String> {
        let listed = world.run(world.objects.list(&bucket, "")).expect("listed");
        let ours = listed.into_iter().map(|object| object.key).filter(|key| !key.contains("canary"));
        ours.filter(|key| key != "tests-readings.odcs.yaml").collect()
    };

    // Put there under a file's name, as it was done before contracts were stored by id.
    let first = document("tests/tides", "1.0.0", "tides");
    let put = world.objects.put(&bucket, "tides.yaml", "application/yaml", first.clone().into());
    world.run(put).expect("stored");
    let id = world.put("tides/first.csv", readings("TID01", 3));
    world.ended(&id, FileState::Available);
    let moved = publish(&first).expect("moves");
    assert_eq!((moved.action, moved.key.as_str()), (PublishAction::Move, "tests%2Ftides.odcs.yaml"));
    assert_eq!(keys(), ["tests%2Ftides.odcs.yaml"]);
    assert_eq!(publish(&first).expect("is in force").action, PublishAction::Unchanged);
    let next = publish(&document("tests/tides", "1.1.0", "tides")).expect("is higher");
    assert_eq!(next.action, PublishAction::Update);
    let id = world.put("tides/second.csv", readings("TID02", 3));
    let (record, _) = world.ended(&id, FileState::Available);
    let judged_by = record.contract.expect("a contract");
    assert_eq!((judged_by.key.as_str(), judged_by.version.as_str()), ("tests%2Ftides.odcs.yaml", "1.1.0"));

    assert!(matches!(refused(&world, &first), RefusalReason::LowerVersion { .. }));
    let edited = document("tests/tides", "1.1.0", "tides").replace("status: active", "status: draft");
    assert!(matches!(refused(&world, &edited), RefusalReason::SameVersion { .. }));
    let greedy = document("tests-all", "1.0.0", "tides").replace("/tides/", "/*/");
    assert!(matches!(refused(&world, &greedy), RefusalReason::Overlap { .. }));
    let foreign = document("tests-foreign", "1.0.0", "foreign").replace("atalaya-inbox-*", "another-bucket");
    assert!(matches!(refused(&world, &foreign), RefusalReason::ForeignBucket { .. }));
    publish(&greedy).expect_err("is refused");
    assert_eq!(keys(), ["tests%2Ftides.odcs.yaml"], "what is refused changes nothing");

    // Two who looked at the same time: the second one's write does not get through.
    let registry = registry(&world);
    let in_force = world.run(registry.in_force()).expect("reads");
    let now = "2026-01-01T00:00:00Z".parse().expect("a time");
    let late = document("tests/tides", "1.3.0", "tides");
    let steps = plan(vec![candidate(&late)], &in_force, registry.inbox(), now).expect("fits");
    publish(&document("tests/tides", "1.2.0", "tides")).expect("is higher");
    let error = world.run(registry.publish(&steps[0], "bo@desk")).expect_err("it was changed meanwhile");
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");
    let new = document("tests-new", "1.0.0", "new");
    let steps = plan(vec![candidate(&new)], &in_force, registry.inbox(), now).expect("fits");
    publish(&new.replace("1.0.0", "1.0.1")).expect("is new");
    let error = world.run(registry.publish(&steps[0], "bo@desk")).expect_err("something is there now");
    assert_eq!(error.kind, ErrorKind::Conflict, "{error}");

    // Withdrawn: its versions stay, its new files go to no feed, and it comes back.
    let seen = world.run(registry.in_force()).expect("reads").contracts["tests/tides"].clone();
    world.run(registry.withdraw(&seen)).expect("is withdrawn");
    world.run(registry.withdraw(&seen)).expect("it may be repeated");
    let id = world.put("tides/third.csv", readings("TID03", 3));
    world.ended(&id, FileState::Unroutable);
    let history = world.run(registry.history("tests/tides")).expect("reads");
    assert!(matches!(history[0].event, HistoryEvent::Withdrawn), "{history:?}");
    assert!(history.iter().any(|entry| matches!(entry.event, HistoryEvent::Moved)), "{history:?}");
    assert_eq!(versions(&history), ["1.2.0", "1.1.0", "1.0.0"]);
    let stored = world.run(registry.version("tests/tides", "1.2.0")).expect("reads").expect("is there");
    assert_eq!(stored.first_published, seen.first_published, "its location stayed the same all the time");
    publish(&stored.text).expect("comes back");
    let id = world.put("tides/fourth.csv", readings("TID04", 3));
    world.ended(&id, FileState::Available);
    world.stop();
}
