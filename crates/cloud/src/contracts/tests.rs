//! Contracts as they come, change and overlap.

use bytes::Bytes;

use super::*;
use crate::{
    MemoryObjects,
    objects::{Condition, Content, WriteConditionally, WriteObjects},
    testing::ORDERS_CONTRACT,
};

async fn put(objects: &MemoryObjects, key: &str, text: &str) -> String {
    let bytes = Bytes::copy_from_slice(text.as_bytes());
    objects.put("contracts", key, "application/yaml", bytes).await.expect("stored").version_id
}

#[tokio::test]
async fn what_has_not_changed_is_not_read_again() {
    let objects = MemoryObjects::default();
    let store = ContractStore::new(objects.clone(), "contracts");
    assert!(store.refresh().await.expect("an empty bucket").catalog.route("inbox", "orders/a.csv").is_err());

    let first = put(&objects, "orders.yaml", ORDERS_CONTRACT).await;
    put(&objects, "README.md", "no contract").await;
    for _ in 0..3 {
        let contracts = store.refresh().await.expect("read");
        let routed = contracts.catalog.route("inbox", "orders/a.csv").expect("the feed claims it");
        assert_eq!((routed.entry.version_id.as_str(), routed.entry.version.as_str()), (first.as_str(), "1.0.0"));
    }
    assert_eq!(objects.calls("GetObject"), 1);

    let second = put(&objects, "orders.yaml", &ORDERS_CONTRACT.replace("version: 1.0.0", "version: 1.1.0")).await;
    let contracts = store.refresh().await.expect("read");
    let routed = contracts.catalog.route("inbox", "orders/a.csv").expect("the feed claims it");
    assert_eq!((routed.entry.version_id.as_str(), routed.entry.version.as_str()), (second.as_str(), "1.1.0"));

    objects.delete("contracts", "orders.yaml").await.expect("deleted");
    assert!(store.refresh().await.expect("read").catalog.route("inbox", "orders/a.csv").is_err());
}

#[tokio::test]
async fn an_invalid_contract_does_not_stand_in_the_way_and_is_told_once() {
    let objects = MemoryObjects::default();
    put(&objects, "orders.yaml", ORDERS_CONTRACT).await;
    put(&objects, "broken.yaml", "apiVersion: v3.1.0\nkind: DataContract\n").await;
    objects.put("contracts", "binary.yml", "application/yaml", Bytes::from_static(b"\xff\xfe")).await.expect("stored");
    let store = ContractStore::new(objects.clone(), "contracts");
    let contracts = store.refresh().await.expect("read");
    assert!(contracts.catalog.route("inbox", "orders/a.csv").is_ok());
    let keys: Vec<_> = contracts.invalid.iter().map(|invalid| invalid.key.as_str()).collect();
    assert_eq!(keys, ["binary.yml", "broken.yaml"]);
    assert!(contracts.invalid[0].violations.contains("UTF-8"), "{:?}", contracts.invalid[0]);
    assert_eq!(contracts.newly_invalid, ["binary.yml", "broken.yaml"]);

    let again = store.refresh().await.expect("read");
    assert_eq!((again.invalid.len(), again.newly_invalid.len()), (2, 0));
    let returns = ORDERS_CONTRACT.replace("id: orders", "id: returns").replace("/orders/", "/returns/");
    put(&objects, "broken.yaml", &returns).await;
    let mended = store.refresh().await.expect("read");
    assert_eq!(mended.invalid.len(), 1);
    assert!(mended.catalog.route("inbox", "returns/a.csv").is_ok());
}

fn at_second(second: i64, objects: &MemoryObjects) -> &MemoryObjects {
    objects.set_time(crate::testing::at(second));
    objects
}

fn wide(id: &str) -> String {
    ORDERS_CONTRACT.replace("id: orders", &format!("id: {id}")).replace("s3://inbox/orders/*.csv", "s3://**")
}

#[tokio::test]
async fn what_two_contracts_claim_stays_with_the_one_that_was_first_published() {
    let objects = MemoryObjects::default();
    let store = ContractStore::new(objects.clone(), "contracts");
    put(at_second(10, &objects), "orders.yaml", ORDERS_CONTRACT).await;
    assert!(store.refresh().await.expect("read").overlapping.is_empty());
    put(at_second(20, &objects), "all.yaml", &wide("all")).await;
    let routed = async |key: &str| {
        let contracts = store.refresh().await.expect("read");
        contracts.catalog.route("inbox", key).map(|routed| routed.entry.key.clone()).expect("claimed")
    };
    let contracts = store.refresh().await.expect("read");
    assert_eq!(contracts.newly_overlapping, ["all.yaml"]);
    let OverlappingContract { contract, earlier, reason } = &contracts.overlapping[0];
    assert_eq!((contract.key.as_str(), earlier.key.as_str()), ("all.yaml", "orders.yaml"));
    assert!(reason.contains("`all`") && reason.contains("`orders`"), "{reason}");
    assert!(reason.ends_with("for example s3://inbox/orders/.csv"), "{reason}");
    assert_eq!((routed("orders/a.csv").await.as_str(), routed("x.csv").await.as_str()), ("orders.yaml", "all.yaml"));
    let again = store.refresh().await.expect("read");
    assert_eq!((again.overlapping.len(), again.newly_overlapping.len()), (1, 0), "told once per version");

    // A newer version keeps its place where its publisher says since when its locations are in force.
    let newer = ORDERS_CONTRACT.replace("version: 1.0.0", "version: 1.1.0");
    let newer = Content {
        content_type: "application/yaml",
        metadata: BTreeMap::from([(FIRST_PUBLISHED.to_owned(), crate::testing::at(10).to_string())]),
        bytes: newer.into(),
    };
    let seen = objects.head("contracts", "orders.yaml", None).await.expect("there").etag;
    let as_seen = Condition::Matches(seen);
    let stored = at_second(30, &objects).put_if("contracts", "orders.yaml", newer, &as_seen);
    stored.await.expect("stored");
    assert_eq!(routed("orders/a.csv").await, "orders.yaml");
    // Put by hand it says nothing, and is in force since now.
    put(at_second(40, &objects), "orders.yaml", ORDERS_CONTRACT).await;
    let contracts = store.refresh().await.expect("read");
    assert_eq!(contracts.newly_overlapping, ["orders.yaml"]);
    assert_eq!(routed("orders/a.csv").await, "all.yaml");
}

#[tokio::test]
async fn what_is_stored_again_is_read_again_for_its_time() {
    let objects = MemoryObjects::default();
    let store = ContractStore::new(objects.clone(), "contracts");
    put(at_second(10, &objects), "orders.yaml", ORDERS_CONTRACT).await;
    put(&objects, "all.yaml", &wide("z-all")).await;
    let earlier = async || store.refresh().await.expect("read").overlapping[0].earlier.key.clone();
    assert_eq!(earlier().await, "orders.yaml", "of the same time, the id decides");
    put(at_second(20, &objects), "orders.yaml", ORDERS_CONTRACT).await;
    assert_eq!(earlier().await, "all.yaml");
    objects.delete("contracts", "all.yaml").await.expect("deleted");
    assert!(store.refresh().await.expect("read").overlapping.is_empty());
}

/// Breaks off at one document, and reads a location that does not compile in another.
fn parse_badly(text: &str) -> Result<Contract, Violations> {
    assert!(!text.contains("id: panics"), "this document breaks its reader off");
    let mut contract = atalaya_contract::parse(text)?;
    if contract.id == "deep" {
        contract.feeds[0].location.key = "{".repeat(400) + &"}".repeat(400);
    }
    Ok(contract)
}

#[tokio::test]
async fn a_document_that_breaks_its_reader_off_harms_no_other() {
    let objects = MemoryObjects::default();
    let mut store = ContractStore::new(objects.clone(), "contracts");
    store.parse = parse_badly;
    put(&objects, "orders.yaml", ORDERS_CONTRACT).await;
    let version = put(&objects, "panics.yaml", &ORDERS_CONTRACT.replace("id: orders", "id: panics")).await;
    put(&objects, "deep.yaml", &ORDERS_CONTRACT.replace("id: orders", "id: deep")).await;
    let contracts = store.refresh().await.expect("read");
    assert_eq!(contracts.catalog.route("inbox", "orders/a.csv").expect("routed").entry.key, "orders.yaml");
    assert_eq!(contracts.newly_invalid, ["deep.yaml", "panics.yaml"]);
    let why: Vec<_> = contracts.invalid.iter().map(|one| one.violations.as_str()).collect();
    assert!(why.iter().any(|why| why.contains("its reader broke off")), "{why:?}");
    assert!(why.iter().any(|why| why.contains("nests braces")), "{why:?}");
    assert!(store.refresh().await.expect("read").newly_invalid.is_empty());
    let reference =
        ContractRef { key: "panics.yaml".to_owned(), version_id: version, ..crate::testing::contract_ref("") };
    assert_eq!(store.load(&reference).await.expect_err("no contract").kind, ErrorKind::Corrupt);
}

#[tokio::test]
async fn an_old_version_stays_readable_and_is_read_once() {
    let objects = MemoryObjects::default();
    let first = put(&objects, "orders.yaml", ORDERS_CONTRACT).await;
    put(&objects, "orders.yaml", &ORDERS_CONTRACT.replace("version: 1.0.0", "version: 2.0.0")).await;
    let store = ContractStore::new(objects.clone(), "contracts");
    let reference = ContractRef { version_id: first, ..crate::testing::contract_ref("") };
    for _ in 0..2 {
        assert_eq!(store.load(&reference).await.expect("read").version, "1.0.0");
    }
    assert_eq!(objects.calls("GetObject"), 1);

    let gone = ContractRef { version_id: "v999".to_owned(), ..reference.clone() };
    assert!(store.load(&gone).await.expect_err("there is no such version").is_not_found());
    let elsewhere = ContractRef { bucket: "inbox".to_owned(), ..reference.clone() };
    assert_eq!(store.load(&elsewhere).await.expect_err("another bucket").kind, ErrorKind::Invalid);
    let broken = put(&objects, "orders.yaml", "kind: DataContract").await;
    let broken = ContractRef { version_id: broken, ..reference };
    assert_eq!(store.load(&broken).await.expect_err("no contract").kind, ErrorKind::Corrupt);
}
