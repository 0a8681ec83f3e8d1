//! Objects find their feed.

use std::sync::Arc;

use atalaya_contract::{Catalog, Contract};

use crate::{parse, with_columns};

fn contract(id: &str, location: &str) -> Arc<Contract> {
    let text = with_columns("      - name: a").replace("id: orders", &format!("id: {id}"));
    Arc::new(parse(&text.replace("s3://inbox-*/orders/*.csv", location)))
}

fn catalog() -> Catalog<&'static str> {
    Catalog::new(vec![
        ("one", contract("orders", "s3://inbox-*/orders/*.csv")),
        ("two", contract("all-2024", "s3://inbox-*/**/2024-*.csv")),
        ("three", contract("folder", "s3://other/deep")),
    ])
}

#[test]
fn to_the_one_that_claims_them() {
    let catalog = catalog();
    let routed = catalog.route("inbox-eu", "orders/jan.csv").expect("routed");
    assert_eq!((*routed.entry, routed.contract.id.as_str(), routed.feed.dataset.as_str()), ("one", "orders", "orders"));
    assert_eq!(*catalog.route("inbox-eu", "x/y/2024-01.csv").expect("routed").entry, "two");
    assert_eq!(catalog.entries().count(), 3);
}

#[test]
fn of_two_to_the_one_whose_id_comes_first_where_no_time_decides() {
    let catalog = catalog();
    assert_eq!(*catalog.route("inbox-eu", "orders/2024-01.csv").expect("routed").entry, "two");
    let overlaps = catalog.overlaps();
    assert_eq!(overlaps.found.len(), 1);
    let overlap = &overlaps.found[0];
    assert_eq!((*overlap.earlier.entry, *overlap.later.entry), ("two", "one"));
    assert_eq!(overlap.example.key, "orders/2024-.csv");
}

#[test]
fn or_are_told_what_comes_nearest() {
    let catalog = catalog();
    for (bucket, key, part) in [
        ("inbox-eu", "Orders/jan.CSV", "`orders` 1.0.0, server `inbox` (s3://inbox-*/orders/*.csv): capital"),
        ("inbox-eu", "orders/jan.txt", "name or suffix"),
        ("inbox-eu", "elsewhere/2024-01.csv.gz", ""),
        ("inbox-eu", "deep", ""),
        ("outbox", "orders/jan.csv", "the bucket is not"),
    ] {
        let error = catalog.route(bucket, key).expect_err("nobody's");
        let text = error.to_string();
        assert!(text.starts_with("no contract claims this object") && text.contains(part), "{key}: {text}");
    }
    let empty: Catalog<()> = Catalog::new(Vec::new());
    let error = empty.route("b", "k").expect_err("nobody's");
    assert_eq!(error.to_string(), "no contract claims this object");
}
