//! The contracts as they lie in their bucket: read when they change, parsed once.

mod change;
mod history;
mod key;
mod publication;
mod registry;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use atalaya_contract::{Catalog, Contract, ContractRef};
use futures_util::{StreamExt, TryStreamExt, stream};
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
const MAX_CONTRACT_BYTES: u64 = 4 * 1024 * 1024;

/// The contracts bucket, with what was read from it so far. Adding a feed takes no deployment: the next
/// [`ContractStore::refresh`] sees it.
#[derive(Debug)]
pub struct ContractStore<O> {
    objects: O,
    bucket: String,
    listed: Mutex<Listed>,
    loaded: Mutex<HashMap<(String, String), Arc<Contract>>>,
}

#[derive(Debug)]
struct Listed {
    entries: BTreeMap<String, Entry>,
    contracts: Arc<Contracts>,
}

#[derive(Debug, Clone)]
struct Entry {
    etag: String,
    outcome: Result<(ContractRef, Arc<Contract>), InvalidContract>,
}

/// All contracts of the bucket at one time.
#[derive(Debug)]
pub struct Contracts {
    /// Routes objects to the feeds of those that are valid.
    pub catalog: Catalog<ContractRef>,
    /// Those that are not. They claim nothing, and do not stand in the way of the others.
    pub invalid: Vec<InvalidContract>,
    /// Keys of [`Contracts::invalid`] that were seen for the first time at this version of theirs.
    pub newly_invalid: Vec<String>,
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
        let contracts = Contracts { catalog: Catalog::new(Vec::new()), invalid: Vec::new(), newly_invalid: Vec::new() };
        let listed = Listed { entries: BTreeMap::new(), contracts: Arc::new(contracts) };
        Self { objects, bucket: bucket.into(), listed: Mutex::new(listed), loaded: Mutex::default() }
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
        let contract = atalaya_contract::parse(&text)
            .map_err(|violations| CloudError::new(ErrorKind::Corrupt, action(), violations.to_string()))?;
        let contract = Arc::new(contract);
        if versioned {
            self.loaded.lock().await.insert(key, Arc::clone(&contract));
        }
        Ok(contract)
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
            .filter(|object| listed.entries.get(&object.key).is_none_or(|entry| entry.etag != object.etag))
            .cloned()
            .collect();
        if changed.is_empty() && found.len() == listed.entries.len() {
            if !listed.contracts.newly_invalid.is_empty() {
                listed.contracts = Arc::new(contracts(&listed.entries, Vec::new()));
            }
            return Ok(Arc::clone(&listed.contracts));
        }
        let read: Vec<(String, Option<Entry>)> =
            stream::iter(changed).map(|object| self.entry(object)).buffer_unordered(READERS).try_collect().await?;

        listed.entries.retain(|key, _| found.iter().any(|object| object.key == *key));
        let mut newly_invalid = Vec::new();
        for (key, entry) in read {
            match entry {
                Some(entry) => {
                    if entry.outcome.is_err() {
                        newly_invalid.push(key.clone());
                    }
                    listed.entries.insert(key, entry);
                }
                None => {
                    listed.entries.remove(&key);
                }
            }
        }
        newly_invalid.sort_unstable();
        listed.contracts = Arc::new(contracts(&listed.entries, newly_invalid));
        Ok(Arc::clone(&listed.contracts))
    }

    /// Reads one document; `None` when it was deleted since the listing.
    async fn entry(&self, object: ObjectMeta) -> Result<(String, Option<Entry>), CloudError> {
        let ObjectMeta { key, .. } = object;
        let invalid = |violations: String| Err(InvalidContract { key: key.clone(), violations });
        let (etag, outcome) = match self.read(&key, None).await {
            Ok((meta, text)) => {
                let version_id = meta.version_id.unwrap_or_else(|| NO_VERSION.to_owned());
                let outcome = match atalaya_contract::parse(&text) {
                    Ok(contract) => {
                        let reference = self.reference(&key, version_id, &contract);
                        Ok((reference, Arc::new(contract)))
                    }
                    Err(violations) => invalid(violations.to_string()),
                };
                (meta.etag, outcome)
            }
            Err(error) if error.is_not_found() => return Ok((key, None)),
            Err(error) if error.kind == ErrorKind::Corrupt => (object.etag, invalid(error.message)),
            Err(error) => return Err(error),
        };
        Ok((key.clone(), Some(Entry { etag, outcome })))
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

fn contracts(entries: &BTreeMap<String, Entry>, newly_invalid: Vec<String>) -> Contracts {
    let mut valid = Vec::new();
    let mut invalid = Vec::new();
    for entry in entries.values() {
        match &entry.outcome {
            Ok((reference, contract)) => valid.push((reference.clone(), Arc::clone(contract))),
            Err(reason) => invalid.push(reason.clone()),
        }
    }
    // A contract that moves to its own key is there twice for a moment.
    let copies = valid.iter().map(|(reference, _)| key::StoredAs {
        key: &reference.key,
        id: &reference.id,
        version: &reference.version,
    });
    let counting = key::prevailing(copies);
    let valid = counting.into_iter().map(|at| valid[at].clone()).collect();
    Contracts { catalog: Catalog::new(valid), invalid, newly_invalid }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{MemoryObjects, objects::WriteObjects, testing::ORDERS_CONTRACT};

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
        objects
            .put("contracts", "binary.yml", "application/yaml", Bytes::from_static(b"\xff\xfe"))
            .await
            .expect("stored");
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
}
