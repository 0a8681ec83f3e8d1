//! Changes of the contracts bucket: a contract is published, moved to its own key, or withdrawn.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{
    ContractRegistry,
    publication::{PublishAction, PublishStep},
    registry::{FIRST_PUBLISHED, PUBLISHED_BY, StoredContract},
};
use crate::{
    CloudError, ErrorKind,
    objects::{Condition, Content, ReadObjects, WriteConditionally},
};

const CONTENT_TYPE: &str = "application/yaml";
/// What a header cannot carry, and the sign of the encoding itself.
const ENCODED: AsciiSet = CONTROLS.add(b'%');

/// A contract in the contracts bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedContract {
    /// Its key: it follows from the id.
    pub key: String,
    /// `id` in the document.
    pub id: String,
    /// `version` in the document.
    pub version: String,
    /// The object's version in the bucket.
    pub version_id: String,
    /// What publishing it came to.
    pub action: PublishAction,
}

impl<O: ReadObjects + WriteConditionally> ContractRegistry<O> {
    /// Does what was planned for one document: writes it under its key, then deletes what has the same id under other
    /// keys. Broken off in between, a new plan finishes it.
    ///
    /// # Errors
    /// `Conflict` when the bucket is no longer as the plan saw it; else as the store's.
    pub async fn publish(&self, step: &PublishStep, by: &str) -> Result<PublishedContract, CloudError> {
        let version_id = match &step.condition {
            Some(condition) => self.write(step, condition, by).await?,
            None => self.store.objects.head(self.bucket(), &step.key, None).await?.version_id.unwrap_or_default(),
        };
        for (key, etag) in &step.copies {
            self.delete(key, etag).await?;
        }
        Ok(PublishedContract {
            key: step.key.clone(),
            id: step.candidate.contract.id.clone(),
            version: step.candidate.contract.version.clone(),
            version_id,
            action: step.action,
        })
    }

    async fn write(&self, step: &PublishStep, condition: &Condition, by: &str) -> Result<String, CloudError> {
        let text = &step.candidate.text;
        let metadata = BTreeMap::from([
            (FIRST_PUBLISHED.to_owned(), step.first_published.to_string()),
            (PUBLISHED_BY.to_owned(), utf8_percent_encode(by, &ENCODED).to_string()),
        ]);
        let content = Content { content_type: CONTENT_TYPE, metadata, bytes: text.clone().into() };
        match self.store.objects.put_if(self.bucket(), &step.key, content, condition).await {
            Ok(stored) => Ok(stored.version_id),
            // The answer to the first try of this very write may have been lost, and the client have tried again.
            Err(error) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::NotFound) => {
                match self.store.read(&step.key, None).await {
                    Ok((meta, stored)) if stored == *text => Ok(meta.version_id.unwrap_or_default()),
                    _ => Err(self.changed_meanwhile(&step.key)),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Deletes one document of a contract; its versions stay in the bucket. To withdraw a contract, delete its copies
    /// first: as long as the document in force is there none of them counts.
    ///
    /// # Errors
    /// `Conflict` when the document is no longer the one that was seen; else as the store's.
    pub async fn withdraw(&self, stored: &StoredContract) -> Result<(), CloudError> {
        self.delete(&stored.key, &stored.etag).await
    }

    async fn delete(&self, key: &str, etag: &str) -> Result<(), CloudError> {
        match self.store.objects.delete_if(self.bucket(), key, etag).await {
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) if error.kind == ErrorKind::Conflict => {
                match self.store.objects.head(self.bucket(), key, None).await {
                    // Deleted by the first try of this very call.
                    Err(gone) if gone.is_not_found() => Ok(()),
                    _ => Err(self.changed_meanwhile(key)),
                }
            }
            other => other,
        }
    }

    fn changed_meanwhile(&self, key: &str) -> CloudError {
        let action = format!("change s3://{}/{key}", self.bucket());
        CloudError::new(
            ErrorKind::Conflict,
            action,
            "somebody else changed it at the same time; run the command again, which looks at what is there now",
        )
    }
}
