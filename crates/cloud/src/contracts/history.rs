//! Every stored version of a contract, under whichever key.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use super::{
    ContractRegistry, READERS, is_contract,
    key::contract_key,
    registry::{Document, StoredContract},
};
use crate::{
    CloudError,
    objects::{ListHistory, ReadObjects, VersionMeta},
};

/// One thing that happened to a contract.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// When.
    pub at: Option<Timestamp>,
    /// The key of the object.
    pub key: String,
    /// The version of the object.
    pub version_id: String,
    /// What.
    pub event: HistoryEvent,
}

/// What can happen to a contract.
#[derive(Debug, Clone)]
pub enum HistoryEvent {
    /// A document was stored.
    Stored(Box<StoredContract>),
    /// Something was stored under its key that no feed can run by; what is wrong with it, one violation a line.
    Unusable(String),
    /// The document under its own key was deleted.
    Withdrawn,
    /// A document under another key was deleted, since one under its own key had taken its place.
    Moved,
}

impl HistoryEntry {
    /// The document, where it is one.
    #[must_use]
    pub fn stored(&self) -> Option<&StoredContract> {
        match &self.event {
            HistoryEvent::Stored(stored) => Some(stored),
            _ => None,
        }
    }
}

impl<O: ReadObjects + ListHistory> ContractRegistry<O> {
    /// Everything that happened to the contract with this id, newest first; empty when there never was one.
    ///
    /// # Errors
    /// As the store's.
    pub async fn history(&self, id: &str) -> Result<Vec<HistoryEntry>, CloudError> {
        let mut by_key: BTreeMap<String, Vec<VersionMeta>> = BTreeMap::new();
        for version in self.store.objects.history(self.bucket(), "").await? {
            if is_contract(&version.key) {
                by_key.entry(version.key.clone()).or_default().push(version);
            }
        }
        let own_key = contract_key(id);
        let held: BTreeSet<String> = self.keys_of(id, &own_key, &by_key).await?;
        let mut entries = Vec::new();
        for (key, versions) in by_key.iter().filter(|(key, _)| held.contains(*key)) {
            entries.extend(self.entries(id, key, *key == own_key, versions).await?);
        }
        let had_own = entries.iter().any(|entry| entry.key == own_key && entry.stored().is_some());
        for entry in &mut entries {
            if had_own && entry.key != own_key && matches!(entry.event, HistoryEvent::Withdrawn) {
                entry.event = HistoryEvent::Moved;
            }
        }
        // Stable: what happened under one key at the same second keeps its order.
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        Ok(entries)
    }

    /// The keys under which the contract was ever stored: its own, and those whose newest or oldest document has the id.
    async fn keys_of(
        &self,
        id: &str,
        own_key: &str,
        by_key: &BTreeMap<String, Vec<VersionMeta>>,
    ) -> Result<BTreeSet<String>, CloudError> {
        let ends = by_key.iter().filter(|(key, _)| *key != own_key).flat_map(|(_, versions)| {
            let mut stored = versions.iter().filter(|version| !version.is_deletion);
            [stored.next(), stored.next_back()]
        });
        let documents = ends.flatten().map(|version| async move {
            let is_of_id = self.contract(version).await?.is_some_and(|stored| stored.contract.id == id);
            Ok::<_, CloudError>(is_of_id.then(|| version.key.clone()))
        });
        let found: Vec<_> = stream::iter(documents).buffer_unordered(READERS).try_collect().await?;
        Ok(found.into_iter().flatten().chain([own_key.to_owned()]).collect())
    }

    async fn contract(&self, version: &VersionMeta) -> Result<Option<StoredContract>, CloudError> {
        Ok(match self.document(&version.key, Some(&version.version_id)).await? {
            Some(Document::Usable(stored)) => Some(*stored),
            _ => None,
        })
    }

    /// What happened under one key, newest first. A key may have held documents of other ids.
    async fn entries(
        &self,
        id: &str,
        key: &str,
        is_own: bool,
        versions: &[VersionMeta],
    ) -> Result<Vec<HistoryEntry>, CloudError> {
        let documents = versions.iter().map(|version| async move {
            match version.is_deletion {
                true => Ok::<_, CloudError>(None),
                false => self.document(&version.key, Some(&version.version_id)).await,
            }
        });
        let documents: Vec<_> = stream::iter(documents).buffered(READERS).try_collect().await?;
        let mut entries = Vec::new();
        // From the oldest on: a deletion is one of the document before it.
        let mut held_by_id = false;
        for (version, document) in versions.iter().zip(documents).rev() {
            let event = match document {
                _ if version.is_deletion => held_by_id.then_some(HistoryEvent::Withdrawn),
                Some(Document::Usable(stored)) => {
                    held_by_id = stored.contract.id == id;
                    held_by_id.then_some(HistoryEvent::Stored(stored))
                }
                Some(Document::Unusable(unusable)) => {
                    (is_own || held_by_id).then_some(HistoryEvent::Unusable(unusable.violations))
                }
                None => None,
            };
            if version.is_deletion {
                held_by_id = false;
            }
            let (at, version_id) = (version.stored_at, version.version_id.clone());
            entries.extend(event.map(|event| HistoryEntry { at, key: key.to_owned(), version_id, event }));
        }
        entries.reverse();
        Ok(entries)
    }

    /// The stored contract that says this version, the one stored last of several.
    ///
    /// # Errors
    /// As the store's.
    pub async fn version(&self, id: &str, version: &str) -> Result<Option<StoredContract>, CloudError> {
        let entries = self.history(id).await?;
        let mut stored = entries.into_iter().filter_map(|entry| match entry.event {
            HistoryEvent::Stored(stored) => Some(*stored),
            _ => None,
        });
        Ok(stored.find(|stored| stored.contract.version == version))
    }
}

/// Versions that the documents of a history say, newest first, each once.
#[must_use]
pub fn versions(history: &[HistoryEntry]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for stored in history.iter().filter_map(HistoryEntry::stored) {
        let version = stored.contract.version.as_str();
        if !found.contains(&version) {
            found.push(version);
        }
    }
    found
}
