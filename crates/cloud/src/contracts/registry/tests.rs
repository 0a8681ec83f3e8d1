//! Publishing, moving and withdrawing contracts, on objects in memory.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::*;
use crate::{
    ErrorKind, MemoryObjects,
    objects::WriteObjects as _,
    testing::{ORDERS_CONTRACT, at},
};

type Registry = ContractRegistry<MemoryObjects>;

fn empty() -> (MemoryObjects, Registry) {
    let objects = MemoryObjects::default();
    objects.set_time(at(0));
    (objects.clone(), ContractRegistry::new(objects, "contracts", "inbox"))
}

/// A contract for `s3://inbox/LOCATION`.
fn contract(id: &str, version: &str, location: &str) -> String {
    ORDERS_CONTRACT
        .replace("id: orders\n", &format!("id: {id}\n"))
        .replace("version: 1.0.0", &format!("version: {version}"))
        .replace("s3://inbox/orders/*.csv", &format!("s3://{location}"))
}

fn candidate(name: &str, text: &str) -> Candidate {
    let contract = atalaya_contract::parse(text).unwrap_or_else(|violations| panic!("{violations}\n{text}"));
    Candidate { name: name.to_owned(), text: text.to_owned(), contract: Arc::new(contract) }
}

async fn planned(registry: &Registry, texts: &[&str], now: Timestamp) -> Result<Vec<PublishStep>, Vec<RefusalReason>> {
    let candidates = texts.iter().enumerate().map(|(at, text)| candidate(&format!("{at}.yaml"), text)).collect();
    let in_force = registry.in_force().await.expect("reads");
    plan(candidates, &in_force, registry.inbox(), now)
        .map_err(|refusals| refusals.into_iter().map(|refusal| refusal.reason).collect())
}

async fn publish(registry: &Registry, text: &str, now: Timestamp) -> PublishedContract {
    let steps = planned(registry, &[text], now).await.unwrap_or_else(|reasons| panic!("{reasons:?}"));
    registry.publish(&steps[0], "ana@desk").await.expect("is published")
}

async fn refused(registry: &Registry, texts: &[&str]) -> Vec<RefusalReason> {
    planned(registry, texts, at(9)).await.map(|steps| panic!("{steps:?}")).unwrap_err()
}

async fn put(objects: &MemoryObjects, key: &str, text: &str) {
    objects.put("contracts", key, "application/yaml", text.to_owned().into()).await.expect("stored");
}

/// Which version the intake reads of a contract, and under which key.
async fn read(objects: &MemoryObjects) -> Vec<(String, String)> {
    let contracts = ContractStore::new(objects.clone(), "contracts").refresh().await.expect("reads");
    let entries = contracts.catalog.entries().map(|(reference, _)| (reference.key.clone(), reference.version.clone()));
    entries.collect()
}

fn pair(key: &str, version: &str) -> (String, String) {
    (key.to_owned(), version.to_owned())
}

#[tokio::test]
async fn a_contract_is_stored_under_its_id_with_who_published_it() {
    let (_, registry) = empty();
    let text = contract("urn:acme:orders", "1.0.0", "inbox/orders/*.csv");
    let done = publish(&registry, &text, at(5)).await;
    assert_eq!((done.key.as_str(), done.action), ("urn%3Aacme%3Aorders.odcs.yaml", PublishAction::New));
    let in_force = registry.in_force().await.expect("reads");
    let stored = &in_force.contracts["urn:acme:orders"];
    assert_eq!((stored.text.as_str(), stored.published_by.as_deref()), (text.as_str(), Some("ana@desk")));
    assert_eq!((stored.first_published, stored.stored_at), (Some(at(5)), Some(at(0))));
    assert!(stored.is_canonical());
}

#[tokio::test]
async fn the_same_content_again_writes_nothing() {
    let (objects, registry) = empty();
    let text = contract("orders", "1.0.0", "inbox/orders/*.csv");
    let first = publish(&registry, &text, at(5)).await;
    let again = publish(&registry, &text, at(6)).await;
    assert_eq!((again.action, &again.version_id), (PublishAction::Unchanged, &first.version_id));
    assert_eq!((objects.calls("PutObject"), objects.calls("DeleteObject")), (1, 0));
}

#[tokio::test]
async fn the_time_of_a_location_is_carried_over_as_long_as_it_stays() {
    let (objects, registry) = empty();
    let time = async || registry.in_force().await.expect("reads").contracts["orders"].first_published;
    // Put by hand: the object does not say since when, so its own time counts.
    objects.set_time(at(3));
    put(&objects, "orders.odcs.yaml", &contract("orders", "1.0.0", "inbox/orders/*.csv")).await;
    objects.set_time(at(4));
    publish(&registry, &contract("orders", "1.1.0", "inbox/orders/*.csv"), at(5)).await;
    assert_eq!(time().await, Some(at(3)));
    publish(&registry, &contract("orders", "1.2.0", "inbox/orders/*.csv"), at(6)).await;
    assert_eq!(time().await, Some(at(3)));
    publish(&registry, &contract("orders", "2.0.0", "inbox/sales/*.csv"), at(7)).await;
    assert_eq!(time().await, Some(at(7)));
}

#[tokio::test]
async fn lower_versions_and_other_content_under_the_same_one_are_refused() {
    let (objects, registry) = empty();
    publish(&registry, &contract("orders", "1.10.0", "inbox/orders/*.csv"), at(5)).await;
    let lower = refused(&registry, &[&contract("orders", "1.9.0", "inbox/orders/*.csv")]).await;
    assert!(matches!(&lower[..], [RefusalReason::LowerVersion { other }] if other.version == "1.10.0"), "{lower:?}");
    let changed = contract("orders", "1.10.0", "inbox/orders/*.csv").replace("minimum: 0", "minimum: 1");
    let changed = refused(&registry, &[&changed]).await;
    assert!(matches!(&changed[..], [RefusalReason::SameVersion { changes: 1, .. }]), "{changed:?}");
    let comment = format!("# a comment\n{}", contract("orders", "1.10.0", "inbox/orders/*.csv"));
    let comment = refused(&registry, &[&comment]).await;
    assert!(matches!(&comment[..], [RefusalReason::SameVersion { changes: 0, .. }]), "{comment:?}");
    assert_eq!(objects.calls("PutObject"), 1);
    publish(&registry, &contract("orders", "1.11.0", "inbox/orders/*.csv"), at(6)).await;
}

#[tokio::test]
async fn a_location_has_to_be_able_to_match_the_inbox() {
    let (_, registry) = empty();
    let foreign = refused(&registry, &[&contract("orders", "1.0.0", "elsewhere/orders/*.csv")]).await;
    assert!(matches!(&foreign[..], [RefusalReason::ForeignBucket { inbox, .. }] if inbox == "inbox"), "{foreign:?}");
    publish(&registry, &contract("orders", "1.0.0", "in*/orders/*.csv"), at(5)).await;
    // A second server for another stack is no fault of this one.
    let server = "  - server: other\n    type: s3\n    location: s3://elsewhere/prices/*.csv\n    format: csv\n";
    let text = contract("prices", "1.0.0", "inbox/prices/*.csv").replace("customProp", &format!("{server}customProp"));
    let steps = planned(&registry, &[&text], at(5)).await.expect("one of its feeds is here");
    assert_eq!(steps[0].idle, ["s3://elsewhere/prices/*.csv"]);
}

#[tokio::test]
async fn overlaps_are_refused_with_an_object_that_both_claim() {
    let (_, registry) = empty();
    publish(&registry, &contract("orders", "1.0.0", "inbox/orders/*.csv"), at(5)).await;
    let greedy = contract("all", "1.0.0", "inbox/**");
    let reasons = refused(&registry, &[&greedy]).await;
    let [RefusalReason::Overlap { location, other, other_location, example_bucket, example_key }] = &reasons[..] else {
        panic!("{reasons:?}")
    };
    assert_eq!((location.as_str(), other_location.as_str()), ("s3://inbox/**", "s3://inbox/orders/*.csv"));
    assert_eq!((other.id.as_str(), other.key.as_deref()), ("orders", Some("orders.odcs.yaml")));
    assert_eq!(example_bucket, "inbox");
    assert!(example_key.starts_with("orders/") && example_key.ends_with(".csv"), "{example_key}");

    // The canary's folder lies within any wide location, and stays the canary's.
    let (objects, registry) = empty();
    let canary =
        contract("atalaya-canary", "1.0.0", "inbox/canary/*.csv").replace("- name: orders\n", "- name: canary\n");
    put(&objects, "atalaya-canary.odcs.yaml", &canary).await;
    publish(&registry, &greedy, at(5)).await;
    publish(&registry, &contract("all", "1.1.0", "inbox/**"), at(6)).await;

    let (_, registry) = empty();
    publish(&registry, &contract("orders", "1.0.0", "inbox/orders/*.csv"), at(5)).await;
    // Against each other, and before anything is written.
    let (new, again) = (contract("new", "1.0.0", "inbox/new/**"), contract("again", "1.0.0", "inbox/new/a*"));
    let reasons = refused(&registry, &[&new, &again]).await;
    assert!(
        matches!(&reasons[..], [RefusalReason::Overlap { other, .. }] if other.name.as_deref() == Some("0.yaml")),
        "{reasons:?}"
    );
    assert_eq!(registry.in_force().await.expect("reads").contracts.len(), 1);

    // What gives way in the same command does not stand in the way.
    let moved = contract("orders", "2.0.0", "inbox/sales/*.csv");
    let claims = contract("returns", "1.0.0", "inbox/orders/*.csv");
    assert_eq!(planned(&registry, &[&claims, &moved], at(6)).await.expect("no overlap is left").len(), 2);
    let same = refused(&registry, &[&new, &new.replace("1.0.0", "2.0.0")]).await;
    assert!(matches!(&same[..], [RefusalReason::SameId { .. }]), "{same:?}");
}

#[tokio::test]
async fn ids_that_cannot_be_published() {
    let (objects, registry) = empty();
    let canary =
        contract("atalaya-canary", "9.0.0", "inbox/canary/*.csv").replace("- name: orders\n", "- name: canary\n");
    assert!(refused(&registry, &[&canary]).await.contains(&RefusalReason::Reserved));
    let long = contract(&"ü".repeat(200), "1.0.0", "inbox/orders/*.csv");
    assert!(matches!(&refused(&registry, &[&long]).await[..], [RefusalReason::LongId { bytes: 1210 }]));
    // The file of another contract was called as this one's id.
    put(&objects, "orders.odcs.yaml", &contract("acme-orders", "1.0.0", "inbox/acme/*.csv")).await;
    let reasons = refused(&registry, &[&contract("orders", "1.0.0", "inbox/orders/*.csv")]).await;
    assert!(
        matches!(&reasons[..], [RefusalReason::KeyTaken { other, .. }] if other.id == "acme-orders"),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn what_is_stored_under_a_file_s_name_moves_and_never_overlaps_with_itself() {
    let (objects, registry) = empty();
    objects.set_time(at(3));
    let text = contract("acme-orders", "1.0.0", "inbox/orders/*.csv");
    put(&objects, "orders.odcs.yaml", &text).await;
    put(&objects, "orders copy.yaml", &contract("acme-orders", "0.9.0", "inbox/orders/*.csv")).await;
    assert_eq!(read(&objects).await, [pair("orders.odcs.yaml", "1.0.0")], "the same id counts once");

    let done = publish(&registry, &text, at(5)).await;
    assert_eq!((done.action, done.key.as_str()), (PublishAction::Move, "acme-orders.odcs.yaml"));
    assert_eq!(objects.keys("contracts"), ["acme-orders.odcs.yaml"]);
    let in_force = registry.in_force().await.expect("reads");
    assert_eq!(in_force.contracts["acme-orders"].first_published, Some(at(3)), "its location has not changed");

    let (objects, registry) = empty();
    put(&objects, "orders.odcs.yaml", &text).await;
    let next = contract("acme-orders", "1.1.0", "inbox/orders/*.csv");
    assert_eq!(publish(&registry, &next, at(5)).await.action, PublishAction::Update);
    assert_eq!(objects.keys("contracts"), ["acme-orders.odcs.yaml"]);
}

#[tokio::test]
async fn a_move_that_broke_off_is_finished_and_a_reader_sees_one_contract_meanwhile() {
    let (objects, registry) = empty();
    put(&objects, "orders.odcs.yaml", &contract("acme-orders", "1.0.0", "inbox/orders/*.csv")).await;
    let text = contract("acme-orders", "1.1.0", "inbox/orders/*.csv");
    let steps = planned(&registry, &[&text], at(5)).await.expect("fits");
    objects.fail_next("DeleteObject", ErrorKind::Connection);
    registry.publish(&steps[0], "ana@desk").await.expect_err("the old one stays");
    assert_eq!(objects.keys("contracts").len(), 2);
    assert_eq!(read(&objects).await, [pair("acme-orders.odcs.yaml", "1.1.0")]);
    let in_force = registry.in_force().await.expect("reads");
    assert_eq!((in_force.contracts.len(), in_force.copies.len()), (1, 1));

    assert_eq!(publish(&registry, &text, at(6)).await.action, PublishAction::Unchanged);
    assert_eq!(objects.keys("contracts"), ["acme-orders.odcs.yaml"]);
}

#[tokio::test]
async fn two_who_publish_at_once_do_not_overwrite_each_other() {
    let (objects, registry) = empty();
    let text = |version: &str| contract("orders", version, "inbox/orders/*.csv");
    let (first, second) = (text("1.0.0"), text("2.0.0"));
    // Both looked at the empty bucket.
    let one = planned(&registry, &[&first], at(5)).await.expect("fits");
    let other = planned(&registry, &[&second], at(5)).await.expect("fits");
    registry.publish(&other[0], "bo@desk").await.expect("is the first");
    let late = registry.publish(&one[0], "ana@desk").await.expect_err("it did not see what is there");
    assert_eq!(late.kind, ErrorKind::Conflict);
    assert!(late.message.contains("run the command again"), "{late}");
    assert_eq!(read(&objects).await, [pair("orders.odcs.yaml", "2.0.0")]);

    // An update that did not see the one before it.
    let third = text("3.0.0");
    let one = planned(&registry, &[&third], at(6)).await.expect("fits");
    publish(&registry, &text("2.1.0"), at(6)).await;
    assert_eq!(registry.publish(&one[0], "ana@desk").await.expect_err("late").kind, ErrorKind::Conflict);
    // The same write again, as after a lost answer, is no conflict.
    let one = planned(&registry, &[&third], at(7)).await.expect("fits");
    registry.publish(&one[0], "ana@desk").await.expect("is published");
    registry.publish(&one[0], "ana@desk").await.expect("was published");
}

#[tokio::test]
async fn what_cannot_be_used_is_replaced() {
    let (objects, registry) = empty();
    put(&objects, "orders.odcs.yaml", "kind: DataContract").await;
    let done = publish(&registry, &contract("orders", "1.0.0", "inbox/orders/*.csv"), at(5)).await;
    assert_eq!(done.action, PublishAction::New);
    assert_eq!(read(&objects).await, [pair("orders.odcs.yaml", "1.0.0")]);
}

fn events(history: &[HistoryEntry]) -> Vec<String> {
    let event = |entry: &HistoryEntry| match &entry.event {
        HistoryEvent::Stored(stored) => stored.contract.version.clone(),
        HistoryEvent::Unusable(_) => "unusable".to_owned(),
        HistoryEvent::Withdrawn => "withdrawn".to_owned(),
        HistoryEvent::Moved => "moved".to_owned(),
    };
    history.iter().map(event).collect()
}

#[tokio::test]
async fn the_history_of_a_contract_is_that_of_its_id_whatever_the_keys() {
    let (objects, registry) = empty();
    let text = |version: &str| contract("acme-orders", version, "inbox/orders/*.csv");
    let mut second = 1;
    let mut tick = || {
        objects.set_time(at(second));
        second += 1;
    };
    put(&objects, "orders.odcs.yaml", &text("1.0.0")).await;
    tick();
    put(&objects, "orders.odcs.yaml", &text("1.1.0")).await;
    tick();
    publish(&registry, &text("1.2.0"), at(5)).await;
    tick();
    // The key is free for the id that it belongs to.
    publish(&registry, &contract("orders", "7.0.0", "inbox/other/*.csv"), at(6)).await;
    tick();
    put(&objects, "acme-orders.odcs.yaml", "kind: DataContract").await;
    tick();
    publish(&registry, &text("1.3.0"), at(7)).await;
    tick();
    for document in registry.in_force().await.expect("reads").documents("acme-orders") {
        registry.withdraw(document).await.expect("is withdrawn");
        registry.withdraw(document).await.expect("it may be repeated");
    }
    let history = registry.history("acme-orders").await.expect("reads");
    assert_eq!(events(&history), ["withdrawn", "1.3.0", "unusable", "1.2.0", "moved", "1.1.0", "1.0.0"]);
    assert_eq!(versions(&history), ["1.3.0", "1.2.0", "1.1.0", "1.0.0"]);
    assert_eq!(events(&registry.history("orders").await.expect("reads")), ["7.0.0"]);
    assert_eq!(events(&registry.history("nobody").await.expect("reads")), Vec::<String>::new());
    assert!(!registry.in_force().await.expect("reads").contracts.contains_key("acme-orders"));

    // Its versions stay, and so may any of them come back.
    let first = registry.version("acme-orders", "1.0.0").await.expect("reads").expect("is there");
    assert_eq!(first.text, text("1.0.0"));
    assert!(registry.version("acme-orders", "9.0.0").await.expect("reads").is_none());
    tick();
    assert_eq!(publish(&registry, &first.text, at(8)).await.action, PublishAction::New);
}

#[tokio::test]
async fn what_somebody_published_meanwhile_is_not_withdrawn_unseen() {
    let (_, registry) = empty();
    publish(&registry, &contract("orders", "1.0.0", "inbox/orders/*.csv"), at(5)).await;
    let seen = registry.in_force().await.expect("reads").contracts["orders"].clone();
    publish(&registry, &contract("orders", "1.1.0", "inbox/orders/*.csv"), at(6)).await;
    assert_eq!(registry.withdraw(&seen).await.expect_err("another version").kind, ErrorKind::Conflict);
}
