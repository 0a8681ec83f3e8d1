//! Pauses of the intake: files are claimed but held, until somebody resumes.
//!
//! The intake looks at the pauses, remembers a held file, and looks again; who resumes takes the pause away first and
//! starts the held files then. Whichever comes first, one of the two starts each file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atalaya_contract::{CANARY_DATASET, FileId};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DynamoLedger, MemoryLedger, item, table::Written};
use crate::{CloudError, ErrorKind};

/// Partition of all pauses.
pub(super) const PAUSE: &str = "pause";
/// Partition of all held files, by dataset.
const HELD: &str = "held";
/// Sort key of the pause of all feeds. No dataset is named so.
const ALL_FEEDS: &str = "*";

/// A pause of one feed, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The feed; absent for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// Who paused.
    pub by: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Pause {
    /// Whether the pause holds files of a dataset. Canary files are never held: they prove the way.
    #[must_use]
    pub fn holds(&self, dataset: &str) -> bool {
        dataset != CANARY_DATASET && self.dataset.as_deref().is_none_or(|paused| paused == dataset)
    }
}

/// What became of a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PauseSet {
    /// It is in force now.
    New,
    /// It was in force; this is how it stands, unchanged.
    Already(Pause),
}

/// Pauses the intake (`dynamodb:GetItem`, `dynamodb:PutItem`, `dynamodb:DeleteItem`, `dynamodb:Query`).
pub trait Pauses: Send + Sync {
    /// Puts a pause in force.
    fn pause(&self, pause: &Pause) -> impl Future<Output = Result<PauseSet, CloudError>> + Send;

    /// Takes the pause of a feed, or of all feeds, out of force; the pause that was.
    fn unpause(&self, dataset: Option<&str>) -> impl Future<Output = Result<Option<Pause>, CloudError>> + Send;

    /// The pauses in force, as of now.
    fn pauses(&self) -> impl Future<Output = Result<Vec<Pause>, CloudError>> + Send;

    /// Remembers a file of a paused feed; once more is the same.
    fn hold(&self, file_id: &FileId, dataset: &str) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// The held files of a feed, or of all, as of now.
    fn held(&self, dataset: Option<&str>) -> impl Future<Output = Result<Vec<FileId>, CloudError>> + Send;

    /// Forgets a held file, since its execution runs; once more is the same.
    fn let_go(&self, file_id: &FileId, dataset: &str) -> impl Future<Output = Result<(), CloudError>> + Send;
}

fn sort_key(dataset: Option<&str>) -> &str {
    dataset.unwrap_or(ALL_FEEDS)
}

/// A held file's entry.
#[derive(Debug, Serialize, Deserialize)]
struct Held {
    dataset: String,
    file_id: FileId,
}

fn held_key(file_id: &FileId, dataset: &str) -> item::Item {
    item::key(HELD, format!("{dataset}#{file_id}"))
}

impl Pauses for DynamoLedger {
    async fn pause(&self, pause: &Pause) -> Result<PauseSet, CloudError> {
        let mut entry = item::attributes(pause);
        entry.extend(item::key(PAUSE, sort_key(pause.dataset.as_deref())));
        match self.table().put(entry, "attribute_not_exists(pk)", HashMap::new(), HashMap::new()).await? {
            Written::Done(_) => Ok(PauseSet::New),
            Written::Refused(Some(standing)) => Ok(PauseSet::Already(item::record(&standing)?)),
            Written::Refused(None) => Err(CloudError::new(
                ErrorKind::Conflict,
                format!("pause {}", sort_key(pause.dataset.as_deref())),
                "somebody resumed at the same moment; pause again if that is still wanted",
            )),
        }
    }

    async fn unpause(&self, dataset: Option<&str>) -> Result<Option<Pause>, CloudError> {
        self.table().delete(item::key(PAUSE, sort_key(dataset))).await?.as_ref().map(item::record).transpose()
    }

    async fn pauses(&self) -> Result<Vec<Pause>, CloudError> {
        self.table().partition(PAUSE, None).await?.iter().map(item::record).collect()
    }

    async fn hold(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        let mut entry = item::attributes(&Held { dataset: dataset.to_owned(), file_id: file_id.clone() });
        entry.extend(held_key(file_id, dataset));
        // Whatever stands there says the same.
        self.table().put(entry, "attribute_not_exists(pk)", HashMap::new(), HashMap::new()).await.map(|_| ())
    }

    async fn held(&self, dataset: Option<&str>) -> Result<Vec<FileId>, CloudError> {
        let prefix = dataset.map(|dataset| AttributeValue::S(format!("{dataset}#")));
        let entries = self.table().partition(HELD, prefix).await?;
        let entries = entries.iter().map(item::record::<Held>).collect::<Result<Vec<_>, _>>()?;
        // The name of a dataset may begin as another one's with a `#` after it.
        let wanted = entries.into_iter().filter(|held| dataset.is_none_or(|dataset| held.dataset == dataset));
        Ok(wanted.map(|held| held.file_id).collect())
    }

    async fn let_go(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        self.table().delete(held_key(file_id, dataset)).await.map(|_| ())
    }
}

/// The pauses and the held files in memory, in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct PauseBook {
    pauses: BTreeMap<String, Pause>,
    held: BTreeSet<(String, FileId)>,
}

impl Pauses for MemoryLedger {
    async fn pause(&self, pause: &Pause) -> Result<PauseSet, CloudError> {
        let pauses = &mut self.called("pause")?.pauses.pauses;
        let key = sort_key(pause.dataset.as_deref());
        if let Some(standing) = pauses.get(key) {
            return Ok(PauseSet::Already(standing.clone()));
        }
        pauses.insert(key.to_owned(), pause.clone());
        Ok(PauseSet::New)
    }

    async fn unpause(&self, dataset: Option<&str>) -> Result<Option<Pause>, CloudError> {
        Ok(self.called("unpause")?.pauses.pauses.remove(sort_key(dataset)))
    }

    async fn pauses(&self) -> Result<Vec<Pause>, CloudError> {
        Ok(self.called("pauses")?.pauses.pauses.values().cloned().collect())
    }

    async fn hold(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        self.called("hold")?.pauses.held.insert((dataset.to_owned(), file_id.clone()));
        Ok(())
    }

    async fn held(&self, dataset: Option<&str>) -> Result<Vec<FileId>, CloudError> {
        let state = self.called("held")?;
        let held = state.pauses.held.iter().filter(|(of, _)| dataset.is_none_or(|dataset| of == dataset));
        Ok(held.map(|(_, file_id)| file_id.clone()).collect())
    }

    async fn let_go(&self, file_id: &FileId, dataset: &str) -> Result<(), CloudError> {
        self.called("let_go")?.pauses.held.remove(&(dataset.to_owned(), file_id.clone()));
        Ok(())
    }
}
