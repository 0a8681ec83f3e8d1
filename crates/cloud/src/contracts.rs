//! The contracts as they lie in their bucket: read when they change, parsed once.

mod change;
mod history;
mod key;
mod publication;
mod registry;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use atalaya_contract::{Catalog, CatalogEntry, Contract, ContractRef, Overlap, Violations};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use tokio::sync::Mutex;

pub use change::PublishedContract;
pub use history::{HistoryEntry, HistoryEvent, versions};
pub use key::contract_key;
pub use publication::{Candidate, OtherDocument, PublishAction, PublishStep, Refusal, RefusalReason, plan};
pub use registry::{
    ContractRegistry, ContractsInForce, FIRST_PUBLISHED, PUBLISHED_BY, StoredContract, UnusableDocument,
};

use crate::{
    CloudError, ErrorKind,
    objects::{ListObjects, NO_VERSION, ObjectMeta, ReadObjects},
};

/// How many contracts are read at a time.
const READERS: usize = 8;
/// The largest document that is taken for a contract.
pub const MAX_CONTRACT_BYTES: u64 = 4 * 1024 * 1024;

/// The contracts bucket, with what was read from it so far. Adding a feed takes no deployment: the next
/// [`ContractStore::refresh`] sees it.
#[derive(Debug)]
pub struct ContractStore<O> {
    objects: O,
    bucket: String,
    listed: Mutex<Listed>,
    loaded: Mutex<HashMap<(String, String), Arc<Contract>>>,
    parse: ParseContract,
}

/// Reads a document.
type ParseContract = fn(&str) -> Result<Contract, Violations>;

#[derive(Debug)]
struct Listed {
    entries: BTreeMap<String, Entry>,
    contracts: Arc<Contracts>,
}

#[derive(Debug, Clone)]
struct Entry {
    /// Entity tag and time as they were listed: they change with the stored version.
    listed: (String, Option<Timestamp>),
    outcome: Result<Valid, InvalidContract>,
}

#[derive(Debug, Clone)]
struct Valid {
    reference: ContractRef,
    contract: Arc<Contract>,
    in_force_since: Option<Timestamp>,
}

/// All contracts of the bucket at one time.
#[derive(Debug)]
pub struct Contracts {
    /// Routes objects to the feeds of those that are valid.
    pub catalog: Arc<Catalog<ContractRef>>,
    /// Those that are not. They claim nothing, and do not stand in the way of the others.
    pub invalid: Vec<InvalidContract>,
    /// Keys of [`Contracts::invalid`] that were seen for the first time at this version of theirs.
    pub newly_invalid: Vec<String>,
    /// Those that claim objects of an earlier one, which keeps them.
    pub overlapping: Vec<OverlappingContract>,
    /// Keys of [`Contracts::overlapping`] that were seen for the first time at this version of theirs.
    pub newly_overlapping: Vec<String>,
    /// Whether the locations were too many or too intricate to look for all overlaps.
    pub overlaps_are_partial: bool,
}

/// A contract that claims objects of an earlier one. It gets what that does not claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlappingContract {
    /// Its stored version.
    pub contract: ContractRef,
    /// The one that is in force longer.
    pub earlier: ContractRef,
    /// Both feeds, and an object that both claim, as a sentence.
    pub reason: String,
}

impl From<Overlap<'_, ContractRef>> for OverlappingContract {
    fn from(overlap: Overlap<'_, ContractRef>) -> Self {
        let Overlap { earlier, later, example } = overlap;
        let reason = format!(
            "{} claims files of {}, which is in force longer and keeps them; both claim for example {example}",
            later.name(),
            earlier.name()
        );
        Self { contract: later.entry.clone(), earlier: earlier.entry.clone(), reason }
    }
}

/// A document in the contracts bucket that is no contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidContract {
    /// Its key.
    pub key: String,
    /// What is wrong with it, one violation a line.
    pub violations: String,
}

impl<O: ReadObjects> ContractStore<O> {
    /// The contracts in `bucket`.
    #[must_use]
    pub fn new(objects: O, bucket: impl Into<String>) -> Self {
        let listed = Listed { entries: BTreeMap::new(), contracts: Arc::new(Contracts::of(&BTreeMap::new())) };
        Self {
            objects,
            bucket: bucket.into(),
            listed: Mutex::new(listed),
            loaded: Mutex::default(),
            parse: atalaya_contract::parse,
        }
    }

    /// The contract at the version that a request names; each version is read once.
    ///
    /// # Errors
    /// `NotFound` when that version is gone, `Corrupt` when it is no valid contract, `Invalid` when it lies in another
    /// bucket: all permanent. Else as the store's.
    pub async fn load(&self, reference: &ContractRef) -> Result<Arc<Contract>, CloudError> {
        let ContractRef { bucket, key: name, version_id, .. } = reference;
        let action = || format!("read contract s3://{bucket}/{name} at version {version_id}");
        if *bucket != self.bucket {
            let message = format!("contracts are read from the bucket {} alone", self.bucket);
            return Err(CloudError::new(ErrorKind::Invalid, action(), message));
        }
        let key = (reference.key.clone(), reference.version_id.clone());
        let versioned = reference.version_id != NO_VERSION;
        if versioned && let Some(contract) = self.loaded.lock().await.get(&key) {
            return Ok(Arc::clone(contract));
        }
        let (_, text) = self.read(name, Some(version_id)).await?;
        let contract =
            self.parsed(&text).map_err(|violations| CloudError::new(ErrorKind::Corrupt, action(), violations))?;
        let contract = Arc::new(contract);
        if versioned {
            self.loaded.lock().await.insert(key, Arc::clone(&contract));
        }
        Ok(contract)
    }

    /// Reads a document. Whatever it holds, it concerns nobody but its own feeds: a reader that panics has found it
    /// invalid.
    fn parsed(&self, text: &str) -> Result<Contract, String> {
        match catch_unwind(AssertUnwindSafe(|| (self.parse)(text))) {
            Ok(parsed) => parsed.map_err(|violations| violations.to_string()),
            Err(_) => {
                Err("the document cannot be read: its reader broke off; `atalaya contract lint` shows where, and \
                           a simpler document may do"
                    .to_owned())
            }
        }
    }

    async fn read(&self, key: &str, version_id: Option<&str>) -> Result<(ObjectMeta, String), CloudError> {
        let (meta, body) = self.objects.get(&self.bucket, key, version_id).await?;
        let corrupt = |message: &str| {
            CloudError::new(ErrorKind::Corrupt, format!("read contract s3://{}/{key}", self.bucket), message)
        };
        if meta.size > MAX_CONTRACT_BYTES {
            return Err(corrupt("the document is larger than 4 MiB"));
        }
        let text = String::from_utf8(body.collect().await?).map_err(|_| corrupt("the document is not UTF-8 text"))?;
        Ok((meta, text))
    }
}

impl<O: ReadObjects + ListObjects> ContractStore<O> {
    /// Lists the bucket and reads what has changed since the last time: one call when nothing has.
    ///
    /// # Errors
    /// As the store's. An invalid contract is none: it stands in [`Contracts::invalid`].
    pub async fn refresh(&self) -> Result<Arc<Contracts>, CloudError> {
        let mut listed = self.listed.lock().await;
        let found: Vec<_> =
            self.objects.list(&self.bucket, "").await?.into_iter().filter(|object| is_contract(&object.key)).collect();
        let changed: Vec<_> = found
            .iter()
            .filter(|object| listed.entries.get(&object.key).is_none_or(|entry| entry.listed != as_listed(object)))
            .cloned()
            .collect();
        if changed.is_empty() && found.len() == listed.entries.len() {
            if !(listed.contracts.newly_invalid.is_empty() && listed.contracts.newly_overlapping.is_empty()) {
                listed.contracts = Arc::new(listed.contracts.without_news());
            }
            return Ok(Arc::clone(&listed.contracts));
        }
        let read: Vec<(String, Option<Entry>)> =
            stream::iter(changed).map(|object| self.entry(object)).buffer_unordered(READERS).try_collect().await?;

        listed.entries.retain(|key, _| found.iter().any(|object| object.key == *key));
        let mut changed = BTreeSet::new();
        for (key, entry) in read {
            match entry {
                Some(entry) => listed.entries.insert(key.clone(), entry),
                None => listed.entries.remove(&key),
            };
            changed.insert(key);
        }
        let contracts = Contracts::of(&listed.entries).since(&listed.contracts, &changed);
        listed.contracts = Arc::new(contracts);
        Ok(Arc::clone(&listed.contracts))
    }

    /// Reads one document; `None` when it was deleted since the listing.
    async fn entry(&self, object: ObjectMeta) -> Result<(String, Option<Entry>), CloudError> {
        let (key, listed) = (object.key.clone(), as_listed(&object));
        let invalid = |violations: String| Err(InvalidContract { key: key.clone(), violations });
        let outcome = match self.read(&key, None).await {
            Ok((meta, text)) => match self.parsed(&text) {
                Ok(contract) => {
                    let in_force_since = in_force_since(&meta);
                    let version_id = meta.version_id.unwrap_or_else(|| NO_VERSION.to_owned());
                    let reference = self.reference(&key, version_id, &contract);
                    Ok(Valid { reference, contract: Arc::new(contract), in_force_since })
                }
                Err(violations) => invalid(violations),
            },
            Err(error) if error.is_not_found() => return Ok((key, None)),
            Err(error) if error.kind == ErrorKind::Corrupt => invalid(error.message),
            Err(error) => return Err(error),
        };
        Ok((key.clone(), Some(Entry { listed, outcome })))
    }

    fn reference(&self, key: &str, version_id: String, contract: &Contract) -> ContractRef {
        ContractRef {
            bucket: self.bucket.clone(),
            key: key.to_owned(),
            version_id,
            id: contract.id.clone(),
            version: contract.version.clone(),
        }
    }
}

fn is_contract(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or(key);
    [".yaml", ".yml"].iter().any(|end| name.len() > end.len() && name.ends_with(end))
}

fn as_listed(object: &ObjectMeta) -> (String, Option<Timestamp>) {
    (object.etag.clone(), object.modified_at)
}

/// Since when the locations of a stored contract are in force: as its publisher says, else since it was stored.
fn in_force_since(meta: &ObjectMeta) -> Option<Timestamp> {
    let published = meta.metadata.get(FIRST_PUBLISHED).and_then(|text| text.parse().ok());
    published.or(meta.modified_at)
}

impl Contracts {
    fn of(entries: &BTreeMap<String, Entry>) -> Self {
        let (mut valid, mut invalid) = (Vec::new(), Vec::new());
        for entry in entries.values() {
            match &entry.outcome {
                Ok(Valid { reference, contract, in_force_since }) => valid.push(CatalogEntry {
                    entry: reference.clone(),
                    contract: Arc::clone(contract),
                    in_force_since: *in_force_since,
                }),
                Err(reason) => invalid.push(reason.clone()),
            }
        }
        // A contract that moves to its own key is there twice for a moment.
        let copies = valid.iter().map(|one: &CatalogEntry<ContractRef>| key::StoredAs {
            key: &one.entry.key,
            id: &one.entry.id,
            version: &one.entry.version,
        });
        let counting: BTreeSet<_> = key::prevailing(copies).into_iter().collect();
        let valid = valid.into_iter().enumerate().filter_map(|(at, one)| counting.contains(&at).then_some(one));
        let catalog = Catalog::in_force(valid.collect());
        invalid.extend(
            catalog
                .refused()
                .map(|(reference, fault)| InvalidContract { key: reference.key.clone(), violations: fault.to_owned() }),
        );
        let overlaps = catalog.overlaps();
        let overlaps_are_partial = overlaps.is_partial;
        let overlapping = overlaps.found.into_iter().map(OverlappingContract::from).collect();
        let (newly_invalid, newly_overlapping) = (Vec::new(), Vec::new());
        let catalog = Arc::new(catalog);
        Self { catalog, invalid, newly_invalid, overlapping, newly_overlapping, overlaps_are_partial }
    }

    /// The same, with what is new since `before`, of which the keys `changed` were read again.
    fn since(self, before: &Self, changed: &BTreeSet<String>) -> Self {
        let mut newly_invalid: Vec<_> =
            self.invalid.iter().map(|one| one.key.clone()).filter(|key| changed.contains(key)).collect();
        newly_invalid.sort_unstable();
        newly_invalid.dedup();
        let is_known = |contract: &ContractRef| before.overlapping.iter().any(|one| one.contract == *contract);
        let overlapping = self.overlapping.iter().map(|one| &one.contract).filter(|contract| !is_known(contract));
        let newly_overlapping = overlapping.map(|contract| contract.key.clone()).collect();
        Self { newly_invalid, newly_overlapping, ..self }
    }

    /// The same, seen again.
    fn without_news(&self) -> Self {
        Self {
            catalog: Arc::clone(&self.catalog),
            invalid: self.invalid.clone(),
            newly_invalid: Vec::new(),
            overlapping: self.overlapping.clone(),
            newly_overlapping: Vec::new(),
            overlaps_are_partial: self.overlaps_are_partial,
        }
    }
}

#[cfg(test)]
mod tests;
