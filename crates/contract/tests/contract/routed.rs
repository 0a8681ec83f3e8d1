//! Objects find their feed.

use std::sync::Arc;

use atalaya_contract::{Catalog, Contract, Unrouted};

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
fn never_to_one_of_two() {
    let error = catalog().route("inbox-eu", "orders/2024-01.csv").expect_err("ambiguous");
    let Unrouted::Ambiguous(names) = &error else { panic!("{error:?}") };
    assert_eq!(names.len(), 2);
    assert!(names[0].contains("`all-2024`") && names[1].contains("`orders`"), "{names:?}");
    assert!(error.to_string().contains("only one may"), "{error}");
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
        assert!(matches!(error, Unrouted::NoContract { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.starts_with("no contract claims this object") && text.contains(part), "{key}: {text}");
    }
    let empty: Catalog<()> = Catalog::new(Vec::new());
    let error = empty.route("b", "k").expect_err("nobody's");
    assert_eq!(error.to_string(), "no contract claims this object");
}
