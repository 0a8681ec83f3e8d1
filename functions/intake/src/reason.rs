//! Why an object has no feed, in words from which its sender sees what to do.

use atalaya_cloud::Contracts;
use atalaya_contract::Unrouted;

/// Most locations, and most invalid contracts, that are named.
const NAMED: usize = 10;

/// Why, which locations the contracts claim, and which contracts claim nothing because they are invalid.
pub(crate) fn why(unrouted: &Unrouted, contracts: &Contracts) -> String {
    let mut sentences = vec![unrouted.to_string()];
    let feeds = contracts.catalog.entries().flat_map(|(_, contract)| &contract.feeds);
    let claimed = list(feeds.map(|feed| format!("{} ({})", feed.location, feed.dataset)));
    sentences.push(match claimed {
        Some(claimed) => format!("claimed are {claimed}"),
        None => "there is no valid contract in the contracts bucket".to_owned(),
    });
    let invalid = contracts.invalid.iter().map(|invalid| {
        let first = invalid.violations.lines().next().unwrap_or_default();
        format!("{} ({first})", invalid.key)
    });
    if let Some(invalid) = list(invalid) {
        sentences.push(format!("these contracts are invalid and claim nothing: {invalid}"));
    }
    sentences.join("; ")
}

/// The first of the items, and how many more there are; `None` when there are none.
fn list(items: impl Iterator<Item = String>) -> Option<String> {
    let mut items: Vec<_> = items.collect();
    let more = items.len().saturating_sub(NAMED);
    items.truncate(NAMED);
    if more > 0 {
        items.push(format!("and {more} more"));
    }
    (!items.is_empty()).then(|| items.join(", "))
}
