//! All contracts together: which feed claims an object.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

use crate::{
    Contract, Example, Feed,
    location::{CompiledGlob, GaveUp, LocationMatcher, MAX_KEY, literal_prefix, overlap_within},
};

/// What finding a catalog's overlaps may cost, in pairs of states that are looked at: about a second, whatever its
/// locations are. Locations in folders of their own cost nothing.
const OVERLAP_BUDGET: usize = 5_000_000;

/// The contracts that are in force, each with whatever the caller knows it by. Routing is compiled once.
#[derive(Debug)]
pub struct Catalog<T> {
    entries: Vec<CatalogEntry<T>>,
    /// The feeds in order of precedence. Each location has a matcher of its own, so that none can keep another from
    /// being compiled.
    claims: Vec<Claim>,
    refused: Vec<(usize, String)>,
}

/// A contract that is in force.
#[derive(Debug)]
pub struct CatalogEntry<T> {
    /// What the caller knows it by.
    pub entry: T,
    /// The contract.
    pub contract: Arc<Contract>,
    /// Since when its locations are in force. One that is not known comes after all that are.
    pub in_force_since: Option<Timestamp>,
}

#[derive(Debug)]
struct Claim {
    /// Index into [`Catalog::entries`].
    entry: usize,
    /// Index into [`Contract::feeds`].
    feed: usize,
    matcher: LocationMatcher,
}

/// The feed that claims an object.
#[derive(Debug)]
pub struct Routed<'a, T> {
    /// What the caller knows the contract by.
    pub entry: &'a T,
    /// The contract.
    pub contract: &'a Arc<Contract>,
    /// Its feed.
    pub feed: &'a Feed,
}

/// A feed that claims objects of another contract's feed, which keeps them.
#[derive(Debug)]
pub struct Overlap<'a, T> {
    /// The feed that was there first, and gets what both claim.
    pub earlier: Routed<'a, T>,
    /// The feed that does not.
    pub later: Routed<'a, T>,
    /// An object that both claim.
    pub example: Example,
}

/// The overlaps of a catalog.
#[derive(Debug)]
pub struct Overlaps<'a, T> {
    /// Of each contract that claims what an earlier one claims, the first overlap.
    pub found: Vec<Overlap<'a, T>>,
    /// Whether the locations were too many or too intricate to compare all of them.
    pub is_partial: bool,
}

/// No contract's location matches an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrouted {
    /// What comes nearest, as a sentence.
    pub nearest: Option<String>,
}

impl fmt::Display for Unrouted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.nearest {
            None => f.write_str("no contract claims this object"),
            Some(nearest) => write!(f, "no contract claims this object; {nearest}"),
        }
    }
}

impl std::error::Error for Unrouted {}

impl<T> Catalog<T> {
    /// Compiles the locations of all feeds, where nothing is known of when they came into force.
    #[must_use]
    pub fn new(entries: Vec<(T, Arc<Contract>)>) -> Self {
        let entry = |(entry, contract)| CatalogEntry { entry, contract, in_force_since: None };
        Self::in_force(entries.into_iter().map(entry).collect())
    }

    /// Compiles the locations of all feeds. What several claim goes to the canary's own contract, else to the one that
    /// is in force longest; where that is the same, the contract's id decides, then the order given.
    #[must_use]
    pub fn in_force(entries: Vec<CatalogEntry<T>>) -> Self {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|index| {
            let CatalogEntry { contract, in_force_since, .. } = &entries[*index];
            let since = in_force_since.unwrap_or(Timestamp::MAX);
            (!contract.is_canary(), since, contract.id.as_str(), *index)
        });
        let (mut claims, mut refused) = (Vec::new(), Vec::new());
        for entry in order {
            for (feed, Feed { location, server, .. }) in entries[entry].contract.feeds.iter().enumerate() {
                // A location that was parsed has globs that compile; one made by hand may have none.
                match LocationMatcher::new(location) {
                    Ok(matcher) => claims.push(Claim { entry, feed, matcher }),
                    Err(fault) => refused.push((entry, format!("server `{server}`: `{location}` {fault}"))),
                }
            }
        }
        Self { entries, claims, refused }
    }

    /// The contracts, in the order given.
    pub fn entries(&self) -> impl Iterator<Item = (&T, &Arc<Contract>)> {
        self.entries.iter().map(|CatalogEntry { entry, contract, .. }| (entry, contract))
    }

    /// The contracts with a location that cannot be compiled and therefore claims nothing, and why.
    pub fn refused(&self) -> impl Iterator<Item = (&T, &str)> {
        self.refused.iter().map(|(entry, fault)| (&self.entries[*entry].entry, fault.as_str()))
    }

    /// The feed whose location matches the object; of several the one that came into force first. `key` is the plain
    /// key, not URL-encoded.
    ///
    /// # Errors
    /// [`Unrouted`] when no feed claims the object.
    pub fn route(&self, bucket: &str, key: &str) -> Result<Routed<'_, T>, Unrouted> {
        let found = self.claims.iter().find(|claim| claim.matcher.is_match(bucket, key));
        found.map(|claim| self.routed(claim)).ok_or_else(|| Unrouted { nearest: self.nearest(bucket, key) })
    }

    /// The contracts that claim objects of an earlier contract's. A canary's files are its own without a word.
    #[must_use]
    pub fn overlaps(&self) -> Overlaps<'_, T> {
        self.overlaps_within(OVERLAP_BUDGET)
    }

    fn overlaps_within(&self, mut budget: usize) -> Overlaps<'_, T> {
        let mut overlaps: Overlaps<'_, T> = Overlaps { found: Vec::new(), is_partial: false };
        let mut is_found = vec![false; self.entries.len()];
        for (index, later) in self.claims.iter().enumerate() {
            for earlier in &self.claims[..index] {
                let is_canary = |claim: &Claim| self.entries[claim.entry].contract.is_canary();
                let is_expected = is_canary(earlier) && !is_canary(later);
                if is_found[later.entry] || earlier.entry == later.entry || is_expected {
                    continue;
                }
                let (left, right) = (self.routed(earlier), self.routed(later));
                match overlap_within(&left.feed.location, &right.feed.location, &mut budget) {
                    Ok(None) => {}
                    Ok(Some(example)) => {
                        is_found[later.entry] = true;
                        overlaps.found.push(Overlap { earlier: left, later: right, example });
                    }
                    Err(GaveUp) => {
                        overlaps.is_partial = true;
                        return overlaps;
                    }
                }
            }
        }
        overlaps
    }

    fn routed(&self, claim: &Claim) -> Routed<'_, T> {
        let CatalogEntry { entry, contract, .. } = &self.entries[claim.entry];
        Routed { entry, contract, feed: &contract.feeds[claim.feed] }
    }

    /// The feed that would claim the object but for one thing.
    fn nearest(&self, bucket: &str, key: &str) -> Option<String> {
        let all = || self.claims.iter().map(|claim| self.routed(claim));
        NEAR.iter().find_map(|(is_near, difference)| {
            let routed = all().find(|routed| is_near(routed.feed, bucket, key))?;
            Some(format!("the nearest is {}: {difference}", routed.name()))
        })
    }
}

impl<T> Routed<'_, T> {
    /// The feed in words, such as contract `flights` 1.0.0, server `inbox` (`s3://inbox/*.csv`).
    #[must_use]
    pub fn name(&self) -> String {
        let Contract { id, version, .. } = self.contract.as_ref();
        format!("contract `{id}` {version}, server `{}` ({})", self.feed.server, self.feed.location)
    }
}

/// Whether an object is near a feed.
type IsNear = fn(&Feed, &str, &str) -> bool;

/// The ways to be near, best first, with what differs.
const NEAR: &[(IsNear, &str)] = &[
    (
        |feed, bucket, key| is(&feed.location.bucket, bucket, true) && is(&feed.location.key, key, true),
        "capital and small letters differ",
    ),
    (
        |feed, bucket, key| {
            let wider = format!("{}/*", folder(&feed.location.key).0);
            is(&feed.location.bucket, bucket, false) && is(wider.trim_start_matches('/'), key, true)
        },
        "the folder is right, the file's name or suffix is not",
    ),
    (
        |feed, bucket, key| {
            let name = folder(&feed.location.key).1;
            !name.starts_with('*') && is(&feed.location.bucket, bucket, false) && is(name, folder(key).1, true)
        },
        "the file's name is right, the folder is not",
    ),
    (|feed, _, key| is(&feed.location.key, key, false), "the key is right, the bucket is not"),
];

fn is(pattern: &str, text: &str, ignore_case: bool) -> bool {
    // To compile a glob takes a thousand times as long as to see that it begins otherwise.
    let prefix = literal_prefix(pattern);
    let begins = |start: &str| if ignore_case { start.eq_ignore_ascii_case(prefix) } else { start == prefix };
    if !text.get(..prefix.len()).is_some_and(begins) {
        return false;
    }
    CompiledGlob::new(pattern, ignore_case, MAX_KEY).is_ok_and(|glob| glob.is_match(text))
}

/// A key's folder and last segment.
fn folder(key: &str) -> (&str, &str) {
    key.rsplit_once('/').unwrap_or(("", key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Location;

    fn entry(id: &str, since: Option<i64>, locations: &[&str]) -> CatalogEntry<String> {
        let text = "apiVersion: v3.1.0\nkind: DataContract\nid: ID\nversion: 1.0.0\nstatus: active\nservers:\n  - server: s\n    \
                    type: s3\n    location: s3://b/x\nschema:\n  - name: data\n    properties:\n      - name: a\n";
        let mut contract = crate::parse(text).expect("is valid");
        contract.id = id.to_owned();
        let feed = contract.feeds.remove(0);
        let feed = |(at, text): (usize, &&str)| {
            let (bucket, key) = text.split_once('/').expect("a bucket and a key");
            let location = Location { bucket: bucket.to_owned(), key: key.to_owned() };
            Feed { location, server: format!("s{at}"), ..feed.clone() }
        };
        contract.feeds = locations.iter().enumerate().map(feed).collect();
        let in_force_since = since.map(|second| Timestamp::from_second(second).expect("a time"));
        CatalogEntry { entry: id.to_owned(), contract: Arc::new(contract), in_force_since }
    }

    #[test]
    fn of_several_the_first_in_force_keeps_its_files() {
        let catalog = Catalog::in_force(vec![
            entry("unknown", None, &["b/**"]),
            entry("late", Some(30), &["b/**"]),
            entry("orders", Some(20), &["b/orders/*"]),
            entry("also-orders", Some(20), &["b/orders/**"]),
        ]);
        let to = |key: &str| catalog.route("b", key).expect("routed").entry.as_str();
        assert_eq!((to("orders/a"), to("orders/a/b"), to("x")), ("also-orders", "also-orders", "late"));
        let overlaps = catalog.overlaps();
        let named: Vec<_> =
            overlaps.found.iter().map(|one| (one.later.entry.as_str(), one.earlier.entry.as_str())).collect();
        assert_eq!(named, [("orders", "also-orders"), ("late", "also-orders"), ("unknown", "also-orders")]);
        assert_eq!(overlaps.found[0].example.to_string(), "s3://b/orders/");
        assert!(!overlaps.is_partial);
    }

    #[test]
    fn a_location_that_does_not_compile_is_left_out_alone() {
        let deep = format!("b/{}a{}", "{".repeat(400), "}".repeat(400));
        let catalog =
            Catalog::in_force(vec![entry("bad", Some(1), &[&deep, "b/bad/*"]), entry("good", Some(2), &["b/good/*"])]);
        assert_eq!(catalog.route("b", "good/a").expect("routed").entry, "good");
        assert_eq!(catalog.route("b", "bad/a").expect("its other feed is as before").entry, "bad");
        let refused: Vec<_> = catalog.refused().collect();
        assert_eq!(refused.len(), 1);
        assert!(
            refused[0].0 == "bad" && refused[0].1.contains("server `s0`") && refused[0].1.contains("deeper"),
            "{refused:?}"
        );
    }

    #[test]
    fn the_canary_keeps_its_files_without_a_word() {
        let catalog = Catalog::in_force(vec![
            entry("all", Some(1), &["b/**"]),
            entry(crate::CANARY_CONTRACT, Some(2), &["b/canary/*.csv"]),
        ]);
        assert_eq!(catalog.route("b", "canary/a.csv").expect("routed").entry, crate::CANARY_CONTRACT);
        assert_eq!(catalog.route("b", "a.csv").expect("routed").entry, "all");
        assert!(catalog.overlaps().found.is_empty());

        let canary = |since| entry(crate::CANARY_CONTRACT, Some(since), &["b/canary/*.csv"]);
        assert_eq!(Catalog::in_force(vec![canary(1), canary(2)]).overlaps().found.len(), 1, "another one is reported");
    }

    #[test]
    fn a_search_for_overlaps_has_an_end() {
        let (left, right) = (format!("b/{}", "*a".repeat(500)), format!("b/{}c", "*a".repeat(500)));
        let catalog = Catalog::in_force(vec![entry("one", Some(1), &[&left]), entry("two", Some(2), &[&right])]);
        let overlaps = catalog.overlaps_within(10_000);
        assert!(overlaps.is_partial && overlaps.found.is_empty());

        // Nothing is looked at where the first letters differ, and yet each of many comparisons takes its time.
        let many = |letter: char| (0..100).map(|at| format!("b/?{letter}{at}{}", "x".repeat(900))).collect::<Vec<_>>();
        let (left, right) = (many('b'), many('c'));
        let [left, right] = [&left, &right].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
        let entries = vec![entry("one", Some(1), &left), entry("two", Some(2), &right)];
        assert!(Catalog::in_force(entries).overlaps().is_partial);
    }
}
