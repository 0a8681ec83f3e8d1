//! The contracts bucket as those see it who publish: what is in force, under which key, since when and by whom.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use atalaya_contract::Contract;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use super::{
    ContractStore, READERS, is_contract,
    key::{StoredAs, contract_key, prevailing},
};
use crate::{
    CloudError, ErrorKind,
    objects::{ListObjects, NO_VERSION, ObjectMeta, ReadObjects},
};

/// User metadata of a contract's object: since when its set of locations is in force, as RFC 3339. The intake lets the
/// earliest keep its files where two overlap.
pub const FIRST_PUBLISHED: &str = "first-published";
/// User metadata of a contract's object: who published this version, percent-encoded outside of printable ASCII.
pub const PUBLISHED_BY: &str = "published-by";

/// The contracts of a stack, to be looked at and changed. Each change is a conditional write: two people who publish at
/// the same time do not overwrite each other unseen.
#[derive(Debug)]
pub struct ContractRegistry<O> {
    pub(super) store: ContractStore<O>,
    pub(super) inbox: String,
}

/// A contract as one version of an object holds it.
#[derive(Debug, Clone)]
pub struct StoredContract {
    /// The object's key.
    pub key: String,
    /// The object's version.
    pub version_id: String,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// When this version was stored.
    pub stored_at: Option<Timestamp>,
    /// Who published it; `None` for what was put there otherwise.
    pub published_by: Option<String>,
    /// Since when its locations are in force, as the object says.
    pub first_published: Option<Timestamp>,
    /// The document.
    pub text: String,
    /// The same, read.
    pub contract: Arc<Contract>,
}

impl StoredContract {
    /// Whether it lies under the key that follows from its id.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        self.key == contract_key(&self.contract.id)
    }

    /// Since when its locations are in force: what the object says, else when it was stored.
    #[must_use]
    pub fn locations_since(&self) -> Option<Timestamp> {
        self.first_published.or(self.stored_at)
    }
}

/// A document in the bucket that no feed can run by.
#[derive(Debug, Clone)]
pub struct UnusableDocument {
    /// The object's key.
    pub key: String,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// What is wrong with it, one violation a line.
    pub violations: String,
}

/// What the bucket holds at one time.
#[derive(Debug, Clone, Default)]
pub struct ContractsInForce {
    /// The contracts that are in force, by their ids.
    pub contracts: BTreeMap<String, StoredContract>,
    /// Further documents with the id of one of them, under other keys: they count for nothing.
    pub copies: Vec<StoredContract>,
    /// What cannot be used.
    pub unusable: Vec<UnusableDocument>,
}

impl ContractsInForce {
    /// All documents with this id, the one in force last.
    pub fn documents<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a StoredContract> {
        self.copies.iter().filter(move |copy| copy.contract.id == id).chain(self.contracts.get(id))
    }

    /// The entity tag of whatever lies at a key.
    pub(super) fn etag_at(&self, key: &str) -> Option<&str> {
        let usable = self.contracts.values().chain(&self.copies).map(|stored| (&stored.key, &stored.etag));
        let unusable = self.unusable.iter().map(|document| (&document.key, &document.etag));
        usable.chain(unusable).find(|(at, _)| *at == key).map(|(_, etag)| etag.as_str())
    }

    fn new(documents: Vec<Document>) -> Self {
        let mut found = Self::default();
        let mut usable = Vec::new();
        for document in documents {
            match document {
                Document::Usable(stored) => usable.push(*stored),
                Document::Unusable(unusable) => found.unusable.push(unusable),
            }
        }
        let copy = |stored: &'_ StoredContract| (stored.key.clone(), Arc::clone(&stored.contract));
        let copies: Vec<_> = usable.iter().map(copy).collect();
        let counting = prevailing(copies.iter().map(|(key, contract)| StoredAs {
            key,
            id: &contract.id,
            version: &contract.version,
        }));
        for (at, stored) in usable.into_iter().enumerate() {
            match counting.contains(&at) {
                true => drop(found.contracts.insert(stored.contract.id.clone(), stored)),
                false => found.copies.push(stored),
            }
        }
        found
    }
}

/// One document of the bucket.
pub(super) enum Document {
    Usable(Box<StoredContract>),
    Unusable(UnusableDocument),
}

impl<O> ContractRegistry<O> {
    /// The contracts in the bucket `contracts`, for the files of the bucket `inbox`.
    pub fn new(objects: O, contracts: impl Into<String>, inbox: impl Into<String>) -> Self
    where
        O: ReadObjects,
    {
        Self { store: ContractStore::new(objects, contracts), inbox: inbox.into() }
    }

    /// The bucket that holds the contracts.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.store.bucket
    }

    /// The bucket that holds the files.
    #[must_use]
    pub fn inbox(&self) -> &str {
        &self.inbox
    }
}

impl<O: ReadObjects> ContractRegistry<O> {
    /// Reads a document at a version, or at its latest; `None` when it is gone.
    pub(super) async fn document(&self, key: &str, version_id: Option<&str>) -> Result<Option<Document>, CloudError> {
        match self.store.read(key, version_id).await {
            Ok((meta, text)) => Ok(Some(read(meta, text))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) if error.kind == ErrorKind::Corrupt => {
                let unusable = |etag| UnusableDocument { key: key.to_owned(), etag, violations: error.message };
                match self.store.objects.head(self.bucket(), key, version_id).await {
                    Ok(meta) => Ok(Some(Document::Unusable(unusable(meta.etag)))),
                    Err(gone) if gone.is_not_found() => Ok(None),
                    Err(other) => Err(other),
                }
            }
            Err(error) => Err(error),
        }
    }
}

impl<O: ReadObjects + ListObjects> ContractRegistry<O> {
    /// Reads every document of the bucket, and says which are in force.
    ///
    /// # Errors
    /// As the store's. A document that cannot be used is none: it stands in [`ContractsInForce::unusable`].
    pub async fn in_force(&self) -> Result<ContractsInForce, CloudError> {
        let listed = self.store.objects.list(self.bucket(), "").await?;
        let keys = listed.into_iter().map(|object| object.key).filter(|key| is_contract(key));
        let read = keys.map(|key| async move { self.document(&key, None).await });
        let documents: Vec<_> = stream::iter(read).buffered(READERS).try_collect().await?;
        Ok(ContractsInForce::new(documents.into_iter().flatten().collect()))
    }
}

fn read(meta: ObjectMeta, text: String) -> Document {
    let ObjectMeta { key, version_id, etag, modified_at, metadata, .. } = meta;
    match atalaya_contract::parse(&text) {
        Ok(contract) => Document::Usable(Box::new(StoredContract {
            version_id: version_id.unwrap_or_else(|| NO_VERSION.to_owned()),
            stored_at: modified_at,
            published_by: metadata.get(PUBLISHED_BY).map(|by| decoded(by)),
            first_published: metadata.get(FIRST_PUBLISHED).and_then(|at| at.parse().ok()),
            contract: Arc::new(contract),
            key,
            etag,
            text,
        })),
        Err(violations) => Document::Unusable(UnusableDocument { key, etag, violations: violations.to_string() }),
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
