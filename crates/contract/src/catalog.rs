//! All contracts together: which feed claims an object.

use std::{fmt, sync::Arc};

use crate::{
    Contract, Feed,
    location::{CompiledGlob, LocationMatcher, MAX_KEY},
};

/// The contracts that are in force, each with whatever the caller knows it by. Routing is compiled once.
#[derive(Debug)]
pub struct Catalog<T> {
    entries: Vec<(T, Arc<Contract>)>,
    /// (index of the entry, index of the feed, its matcher). Each location has a matcher of its own, so that none can
    /// keep another from being compiled.
    feeds: Vec<(usize, usize, LocationMatcher)>,
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

/// Why an object has no feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unrouted {
    /// No contract's location matches.
    NoContract {
        /// What comes nearest, as a sentence.
        nearest: Option<String>,
    },
    /// More than one feed's location matches; each is named with its contract.
    Ambiguous(Vec<String>),
}

impl fmt::Display for Unrouted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoContract { nearest: None } => f.write_str("no contract claims this object"),
            Self::NoContract { nearest: Some(nearest) } => write!(f, "no contract claims this object; {nearest}"),
            Self::Ambiguous(feeds) => {
                write!(f, "{} feeds claim this object, and only one may: {}", feeds.len(), feeds.join("; "))
            }
        }
    }
}

impl std::error::Error for Unrouted {}

impl<T> Catalog<T> {
    /// Compiles the locations of all feeds.
    #[must_use]
    pub fn new(entries: Vec<(T, Arc<Contract>)>) -> Self {
        let mut feeds = Vec::new();
        for (entry, (_, contract)) in entries.iter().enumerate() {
            for (index, feed) in contract.feeds.iter().enumerate() {
                // A location that was parsed has globs that compile; one made by hand may match nothing.
                if let Ok(matcher) = LocationMatcher::new(&feed.location) {
                    feeds.push((entry, index, matcher));
                }
            }
        }
        Self { entries, feeds }
    }

    /// The contracts, in the order given.
    pub fn entries(&self) -> impl Iterator<Item = (&T, &Arc<Contract>)> {
        self.entries.iter().map(|(entry, contract)| (entry, contract))
    }

    /// The one feed whose location matches the object. `key` is the plain key, not URL-encoded.
    ///
    /// # Errors
    /// [`Unrouted`] when no feed or more than one claims the object.
    pub fn route(&self, bucket: &str, key: &str) -> Result<Routed<'_, T>, Unrouted> {
        let found: Vec<Routed<'_, T>> = self
            .feeds
            .iter()
            .filter(|(_, _, matcher)| matcher.is_match(bucket, key))
            .map(|(entry, feed, _)| self.routed(*entry, *feed))
            .collect();
        match <[Routed<'_, T>; 1]>::try_from(found) {
            Ok([routed]) => Ok(routed),
            Err(found) if found.is_empty() => Err(Unrouted::NoContract { nearest: self.nearest(bucket, key) }),
            Err(found) => {
                let mut names: Vec<String> = found.iter().map(Routed::name).collect();
                names.sort_unstable();
                Err(Unrouted::Ambiguous(names))
            }
        }
    }

    fn routed(&self, entry: usize, feed: usize) -> Routed<'_, T> {
        let (key, contract) = &self.entries[entry];
        Routed { entry: key, contract, feed: &contract.feeds[feed] }
    }

    /// The feed that would claim the object but for one thing.
    fn nearest(&self, bucket: &str, key: &str) -> Option<String> {
        let all = || self.feeds.iter().map(|(entry, feed, _)| self.routed(*entry, *feed));
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
    CompiledGlob::new(pattern, ignore_case, MAX_KEY).is_ok_and(|glob| glob.is_match(text))
}

/// A key's folder and last segment.
fn folder(key: &str) -> (&str, &str) {
    key.rsplit_once('/').unwrap_or(("", key))
}
