//! Writes that take place only while an object is as it was seen, and everything that happened to it.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;

use super::Stored;
use crate::CloudError;

/// What has to hold for a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// No object is at the key.
    Absent,
    /// The object at the key has this entity tag, without quotes.
    Matches(String),
}

/// What an object is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content<'a> {
    /// Its media type.
    pub content_type: &'a str,
    /// Its user metadata: names in small letters, values in printable ASCII.
    pub metadata: BTreeMap<String, String>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Writes that nobody else's write is lost by (`s3:PutObject`, `s3:DeleteObject`, `s3:GetObject`).
pub trait WriteConditionally: Send + Sync {
    /// Stores an object at once, if the condition holds.
    ///
    /// # Errors
    /// `Conflict` when it does not hold; also `NotFound` where an object was to match and none is there. `InFlight` when
    /// another write of the same key is under way.
    fn put_if(
        &self,
        bucket: &str,
        key: &str,
        content: Content<'_>,
        condition: &Condition,
    ) -> impl Future<Output = Result<Stored, CloudError>> + Send;

    /// Takes an object away, if it has this entity tag.
    ///
    /// # Errors
    /// `Conflict` when it has another one; `NotFound` when it is gone already.
    fn delete_if(&self, bucket: &str, key: &str, etag: &str) -> impl Future<Output = Result<(), CloudError>> + Send;
}

/// One thing that happened to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionMeta {
    /// The object's key.
    pub key: String,
    /// The version that it made.
    pub version_id: String,
    /// When.
    pub stored_at: Option<Timestamp>,
    /// Whether the object was deleted; then the version has no bytes.
    pub is_deletion: bool,
}

/// Lists versions with their times (`s3:ListBucketVersions`).
pub trait ListHistory: Send + Sync {
    /// Everything that happened to the objects whose keys begin with `prefix`, those of one key newest first.
    fn history(&self, bucket: &str, prefix: &str) -> impl Future<Output = Result<Vec<VersionMeta>, CloudError>> + Send;
}
