//! What publishing would do, and why it is refused: decided from what is in force, before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::{cmp::Ordering, fmt, sync::Arc};

use atalaya_contract::{
    Contract, Feed, Location, compare_versions,
    compatibility::{self, Change},
    overlap,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    key::contract_key,
    registry::{ContractsInForce, StoredContract},
};
use crate::objects::Condition;

/// The contract of the canary's own files, which the canary keeps in force itself.
const CANARY_ID: &str = "atalaya-canary";
/// The longest key of an object in S3, in bytes.
const MAX_KEY_BYTES: usize = 1024;

/// A document that is to be published.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What its author knows it by, such as the path of a file.
    pub name: String,
    /// The document.
    pub text: String,
    /// The same, read.
    pub contract: Arc<Contract>,
}

/// What publishing a document comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishAction {
    /// A contract of a new id comes into force.
    New,
    /// A higher version takes the place of the one in force.
    Update,
    /// The content is in force already; the object moves to the key that follows from its id.
    Move,
    /// The content is in force already.
    Unchanged,
}

/// What is to be done for one document. Every part of it may be repeated.
#[derive(Debug, Clone)]
pub struct PublishStep {
    /// The document.
    pub candidate: Candidate,
    /// What it comes to.
    pub action: PublishAction,
    /// The key of the object.
    pub key: String,
    /// The version that was in force.
    pub replaces: Option<String>,
    /// What differs from the version that was in force.
    pub changes: Vec<Change>,
    /// Since when its locations are in force.
    pub first_published: Timestamp,
    /// Locations that cannot match the inbox, beside others that can.
    pub idle: Vec<String>,
    /// What has to hold for the write; `None`: nothing is to be written.
    pub(super) condition: Option<Condition>,
    /// Objects with the same id under other keys, each with its entity tag: deleted after the write.
    pub(super) copies: Vec<(String, String)>,
}

impl PublishStep {
    /// Whether anything is to be written or deleted.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        self.condition.is_some() || !self.copies.is_empty()
    }

    /// The keys under which it was stored before, and will not be any more.
    pub fn former_keys(&self) -> impl Iterator<Item = &str> {
        self.copies.iter().map(|(key, _)| key.as_str())
    }
}

/// A document that stands against another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherDocument {
    /// `id` in the document.
    pub id: String,
    /// `version` in the document.
    pub version: String,
    /// Its key in the contracts bucket; `None` for another document of the same command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What the command calls it; `None` for what is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl OtherDocument {
    fn in_force(stored: &StoredContract) -> Self {
        let Contract { id, version, .. } = stored.contract.as_ref();
        Self { id: id.clone(), version: version.clone(), key: Some(stored.key.clone()), name: None }
    }

    fn candidate(candidate: &Candidate) -> Self {
        let Contract { id, version, .. } = candidate.contract.as_ref();
        Self { id: id.clone(), version: version.clone(), key: None, name: Some(candidate.name.clone()) }
    }
}

/// Why a document is not published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// What the command calls the document.
    pub name: String,
    /// `id` in it.
    pub id: String,
    /// `version` in it.
    pub version: String,
    /// Why.
    #[serde(flatten)]
    pub reason: RefusalReason,
}

/// The reasons not to publish a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum RefusalReason {
    /// The id is the canary's.
    Reserved,
    /// The key that follows from the id has more bytes than S3 takes.
    LongId {
        /// Bytes of the key.
        bytes: usize,
    },
    /// Another document of the command has the same id.
    SameId {
        /// The other one.
        other: OtherDocument,
    },
    /// The version in force is higher.
    LowerVersion {
        /// What is in force.
        other: OtherDocument,
    },
    /// What is in force has the same version and other content.
    SameVersion {
        /// What is in force.
        other: OtherDocument,
        /// How many differences are enforced; 0: comments, descriptions and the like.
        changes: usize,
    },
    /// No location can match the stack's inbox.
    ForeignBucket {
        /// The locations.
        locations: Vec<String>,
        /// The inbox.
        inbox: String,
    },
    /// An object could belong to this document and to another, or to two feeds of this one.
    Overlap {
        /// The location of this document.
        location: String,
        /// The other document.
        other: OtherDocument,
        /// The location of the other.
        other_location: String,
        /// An object that both claim: its bucket.
        example_bucket: String,
        /// An object that both claim: its key.
        example_key: String,
    },
    /// The key that follows from the id holds the document of another id.
    KeyTaken {
        /// The key.
        key: String,
        /// What is stored there.
        other: OtherDocument,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, id, version, reason } = self;
        write!(f, "{name}: contract {id} {version} is not published: {reason}")
    }
}

impl fmt::Display for OtherDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.key.as_ref().or(self.name.as_ref()).map(|at| format!(" ({at})")).unwrap_or_default();
        write!(f, "{} {}{at}", self.id, self.version)
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserved => f.write_str("the id is the canary's"),
            Self::LongId { bytes } => write!(f, "its key would have {bytes} bytes, S3 takes {MAX_KEY_BYTES}"),
            Self::SameId { other } => write!(f, "another document has the same id: {other}"),
            Self::LowerVersion { other } => write!(f, "a higher version is in force: {other}"),
            Self::SameVersion { other, .. } => write!(f, "this version is in force with other content: {other}"),
            Self::ForeignBucket { locations, inbox } => {
                write!(f, "{} cannot match the inbox {inbox}", locations.join(", "))
            }
            Self::Overlap { location, other, other_location, example_bucket, example_key } => write!(
                f,
                "{location} overlaps with {other_location} of {other}: both claim s3://{example_bucket}/{example_key}"
            ),
            Self::KeyTaken { key, other } => write!(f, "its key {key} holds {other}"),
        }
    }
}

/// What publishing the documents would do, all of them held against what is in force and against each other.
///
/// # Errors
/// Every reason not to; then nothing is to be written.
pub fn plan(
    candidates: Vec<Candidate>,
    in_force: &ContractsInForce,
    inbox: &str,
    now: Timestamp,
) -> Result<Vec<PublishStep>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut first: BTreeMap<&str, &Candidate> = BTreeMap::new();
    for candidate in &candidates {
        refusals.extend(reasons(candidate, in_force, inbox).into_iter().map(|reason| refusal(candidate, reason)));
        match first.get(candidate.contract.id.as_str()) {
            Some(other) => {
                let reason = RefusalReason::SameId { other: OtherDocument::candidate(other) };
                refusals.push(refusal(candidate, reason));
            }
            None => {
                first.insert(&candidate.contract.id, candidate);
            }
        }
    }
    refusals.extend(overlaps(&candidates, in_force, inbox));
    if refusals.is_empty() {
        Ok(candidates.into_iter().map(|candidate| step(candidate, in_force, inbox, now)).collect())
    } else {
        Err(refusals)
    }
}

fn refusal(candidate: &Candidate, reason: RefusalReason) -> Refusal {
    let Contract { id, version, .. } = candidate.contract.as_ref();
    Refusal { name: candidate.name.clone(), id: id.clone(), version: version.clone(), reason }
}

/// What speaks against a document by itself, and beside the one that is in force under its id.
fn reasons(candidate: &Candidate, in_force: &ContractsInForce, inbox: &str) -> Vec<RefusalReason> {
    let Candidate { text, contract, .. } = candidate;
    let mut reasons = Vec::new();
    let key = contract_key(&contract.id);
    if contract.id == CANARY_ID {
        reasons.push(RefusalReason::Reserved);
    }
    if key.len() > MAX_KEY_BYTES {
        reasons.push(RefusalReason::LongId { bytes: key.len() });
    }
    let stranger = in_force.contracts.values().chain(&in_force.copies).find(|stored| stored.key == key);
    if let Some(stored) = stranger.filter(|stored| stored.contract.id != contract.id) {
        reasons.push(RefusalReason::KeyTaken { key, other: OtherDocument::in_force(stored) });
    }
    if let Some(stored) = in_force.contracts.get(&contract.id) {
        if stored.text == *text {
            return reasons;
        }
        let other = OtherDocument::in_force(stored);
        match compare_versions(&contract.version, &stored.contract.version) {
            Ordering::Greater => {}
            Ordering::Less => reasons.push(RefusalReason::LowerVersion { other }),
            Ordering::Equal => {
                let changes = compatibility::compare(&stored.contract, contract).len();
                reasons.push(RefusalReason::SameVersion { other, changes });
            }
        }
    }
    let locations = idle(contract, inbox);
    if !locations.is_empty() && locations.len() == contract.feeds.len() {
        reasons.push(RefusalReason::ForeignBucket { locations, inbox: inbox.to_owned() });
    }
    reasons
}

/// The locations that cannot match the inbox.
fn idle(contract: &Contract, inbox: &str) -> Vec<String> {
    let feeds = contract.feeds.iter().filter(|feed| !feed.location.may_match_bucket(inbox));
    feeds.map(|feed| feed.location.to_string()).collect()
}

/// What overlaps once all documents are in force. What is in force already with the same content is not judged again.
fn overlaps(candidates: &[Candidate], in_force: &ContractsInForce, inbox: &str) -> Vec<Refusal> {
    let ids: BTreeSet<&str> = candidates.iter().map(|candidate| candidate.contract.id.as_str()).collect();
    // The canary keeps its folder, whatever wider location spans it.
    let is_other = |stored: &&StoredContract| !stored.contract.is_canary() && !ids.contains(&*stored.contract.id);
    let staying: Vec<_> = in_force.contracts.values().filter(is_other).collect();
    let mut refusals = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let is_unchanged = |candidate: &Candidate| {
            in_force.contracts.get(&candidate.contract.id).is_some_and(|stored| stored.text == candidate.text)
        };
        if !is_unchanged(candidate) {
            for stored in &staying {
                refusals.extend(overlap_of(candidate, &stored.contract, OtherDocument::in_force(stored), inbox));
            }
            refusals.extend(overlap_within(candidate, inbox));
        }
        for earlier in &candidates[..at] {
            let both_unchanged = is_unchanged(candidate) && is_unchanged(earlier);
            if earlier.contract.id != candidate.contract.id && !both_unchanged {
                refusals.extend(overlap_of(candidate, &earlier.contract, OtherDocument::candidate(earlier), inbox));
            }
        }
    }
    refusals
}

/// The first overlap of a document with another.
fn overlap_of(candidate: &Candidate, other: &Contract, document: OtherDocument, inbox: &str) -> Option<Refusal> {
    let pairs = candidate.contract.feeds.iter().flat_map(|feed| other.feeds.iter().map(move |other| (feed, other)));
    overlap_in(candidate, pairs, document, inbox)
}

/// The first overlap of two feeds of a document.
fn overlap_within(candidate: &Candidate, inbox: &str) -> Option<Refusal> {
    let feeds = &candidate.contract.feeds;
    let pairs = feeds.iter().enumerate().flat_map(|(at, feed)| feeds[..at].iter().map(move |other| (feed, other)));
    overlap_in(candidate, pairs, OtherDocument::candidate(candidate), inbox)
}

fn overlap_in<'a>(
    candidate: &Candidate,
    mut pairs: impl Iterator<Item = (&'a Feed, &'a Feed)>,
    other: OtherDocument,
    inbox: &str,
) -> Option<Refusal> {
    pairs.find_map(|(feed, other_feed)| {
        let example = overlap(&within(&feed.location, inbox)?, &within(&other_feed.location, inbox)?)?;
        let reason = RefusalReason::Overlap {
            location: feed.location.to_string(),
            other: other.clone(),
            other_location: other_feed.location.to_string(),
            example_bucket: example.bucket,
            example_key: example.key,
        };
        Some(refusal(candidate, reason))
    })
}

/// What a location claims of the inbox; `None` when that is nothing. What it claims of other buckets takes no file from
/// anybody here.
fn within(location: &Location, inbox: &str) -> Option<Location> {
    location.may_match_bucket(inbox).then(|| Location { bucket: inbox.to_owned(), key: location.key.clone() })
}

fn step(candidate: Candidate, in_force: &ContractsInForce, inbox: &str, now: Timestamp) -> PublishStep {
    let contract = &candidate.contract;
    let key = contract_key(&contract.id);
    let stored = in_force.contracts.get(&contract.id);
    let action = match stored {
        None => PublishAction::New,
        Some(stored) if stored.text != candidate.text => PublishAction::Update,
        Some(stored) if stored.key != key => PublishAction::Move,
        Some(_) => PublishAction::Unchanged,
    };
    let seen = || in_force.etag_at(&key).map_or(Condition::Absent, |etag| Condition::Matches(etag.to_owned()));
    let copies = in_force.documents(&contract.id).filter(|copy| copy.key != key);
    PublishStep {
        action,
        replaces: stored.map(|stored| stored.contract.version.clone()),
        changes: stored.map(|stored| compatibility::compare(&stored.contract, contract)).unwrap_or_default(),
        first_published: stored
            .filter(|stored| locations(&stored.contract) == locations(contract))
            .and_then(StoredContract::locations_since)
            .unwrap_or(now),
        idle: idle(contract, inbox),
        condition: (action != PublishAction::Unchanged).then(seen),
        copies: copies.map(|copy| (copy.key.clone(), copy.etag.clone())).collect(),
        key,
        candidate,
    }
}

fn locations(contract: &Contract) -> BTreeSet<String> {
    contract.feeds.iter().map(|feed| feed.location.to_string()).collect()
}
