//! Objects in buckets: the capability, and what it speaks of.

mod conditional;
mod lines;
mod memory;
mod requests;
mod s3;
mod writer;

use std::{collections::BTreeMap, pin::Pin, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;

pub use conditional::{Condition, Content, ListHistory, VersionMeta, WriteConditionally};
pub use lines::{ObjectLines, split_address};
pub use memory::MemoryObjects;
pub use s3::S3Objects;
pub use writer::{ObjectWriter, PART_BYTES};

use crate::CloudError;

/// The version id of an object in a bucket without versions, as S3 spells it.
pub const NO_VERSION: &str = "null";

/// What is known about one version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectMeta {
    /// Its key, decoded.
    pub key: String,
    /// Its version, [`NO_VERSION`] in a bucket without versions. A listing does not tell it: there it is `None`.
    pub version_id: Option<String>,
    /// Entity tag without quotes; it changes when the content does.
    pub etag: String,
    /// Bytes.
    pub size: u64,
    /// When it was stored.
    pub modified_at: Option<Timestamp>,
    /// Its user metadata, names in small letters. A listing does not tell it: there it is empty.
    pub metadata: BTreeMap<String, String>,
}

/// What a write made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Entity tag without quotes.
    pub etag: String,
    /// The new version, [`NO_VERSION`] in a bucket without versions.
    pub version_id: String,
}

/// A multipart upload that has begun: nothing is visible before it is completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The bucket.
    pub bucket: String,
    /// The key that the object will have.
    pub key: String,
    /// The service's name for the upload.
    pub id: String,
}

/// One part of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// From 1; the object is the parts in this order.
    pub number: u32,
    /// Entity tag of the part.
    pub etag: String,
}

/// An object's bytes as they arrive.
pub struct ObjectBody(Pin<Box<dyn Stream<Item = Result<Bytes, CloudError>> + Send>>);

impl ObjectBody {
    /// Wraps a stream of chunks.
    pub fn new(chunks: impl Stream<Item = Result<Bytes, CloudError>> + Send + 'static) -> Self {
        Self(Box::pin(chunks))
    }

    /// The next chunk, of any size; `None` at the end.
    ///
    /// # Errors
    /// `Connection` when the stream breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, CloudError> {
        self.0.next().await.transpose()
    }

    /// All bytes. For objects that are known to be small.
    ///
    /// # Errors
    /// As [`ObjectBody::next`].
    pub async fn collect(mut self) -> Result<Vec<u8>, CloudError> {
        let mut all = Vec::new();
        while let Some(chunk) = self.next().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }
}

impl std::fmt::Debug for ObjectBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ObjectBody")
    }
}

/// Reads objects (`s3:GetObject`, `s3:GetObjectVersion`).
pub trait ReadObjects: Send + Sync {
    /// Opens an object, at a version or at its latest.
    fn get(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> impl Future<Output = Result<(ObjectMeta, ObjectBody), CloudError>> + Send;

    /// What is known about an object, without its bytes.
    fn head(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> impl Future<Output = Result<ObjectMeta, CloudError>> + Send;
}

/// Lists objects (`s3:ListBucket`).
pub trait ListObjects: Send + Sync {
    /// Every object whose key begins with `prefix`, in the order of keys, all pages.
    fn list(&self, bucket: &str, prefix: &str) -> impl Future<Output = Result<Vec<ObjectMeta>, CloudError>> + Send;
}

/// One stored version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectVersion {
    /// Its version id.
    pub version_id: String,
    /// Whether it says that the object was deleted; then it has no bytes.
    pub is_deletion: bool,
}

/// Lists versions (`s3:ListBucketVersions`).
pub trait ListVersions: Send + Sync {
    /// Every version of the object at `key`, newest first; empty when there never was one.
    fn versions(&self, bucket: &str, key: &str) -> impl Future<Output = Result<Vec<ObjectVersion>, CloudError>> + Send;

    /// Every stored version of every object whose key begins with `prefix`, but for objects that are deleted, in no
    /// order that is worth anything.
    fn all_versions(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> impl Future<Output = Result<Vec<ObjectMeta>, CloudError>> + Send;
}

/// Writes objects (`s3:PutObject`, `s3:AbortMultipartUpload`, `s3:DeleteObject`).
pub trait WriteObjects: Send + Sync {
    /// Stores an object at once.
    fn put(
        &self,
        bucket: &str,
        key: &str,
        content_type: &str,
        bytes: Bytes,
    ) -> impl Future<Output = Result<Stored, CloudError>> + Send;

    /// Begins an upload in parts.
    fn begin_upload(
        &self,
        bucket: &str,
        key: &str,
        content_type: &str,
    ) -> impl Future<Output = Result<Upload, CloudError>> + Send;

    /// Sends one part; all but the last are of 5 MiB at least, numbers run from 1 to 10,000.
    fn upload_part(
        &self,
        upload: &Upload,
        number: u32,
        bytes: Bytes,
    ) -> impl Future<Output = Result<Part, CloudError>> + Send;

    /// Makes the object visible.
    fn complete_upload(
        &self,
        upload: &Upload,
        parts: &[Part],
    ) -> impl Future<Output = Result<Stored, CloudError>> + Send;

    /// Throws the parts away. An upload that is gone already is no error.
    fn abort_upload(&self, upload: &Upload) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Takes an object away. One that is gone already is no error.
    fn delete(&self, bucket: &str, key: &str) -> impl Future<Output = Result<(), CloudError>> + Send;
}

/// Makes links that open one object without credentials, with the permission of who makes them (`s3:GetObject`).
pub trait LinkObjects: Send + Sync {
    /// A link that ends after `lasts`, of seven days at most, or with the credentials that sign it, whichever is
    /// sooner. Nothing is asked of the store: whether the object is there shows when the link is opened.
    fn link(&self, bucket: &str, key: &str, lasts: Duration)
    -> impl Future<Output = Result<String, CloudError>> + Send;
}

/// Everything that can be done with stored objects.
pub trait Objects: ReadObjects + ListObjects + WriteObjects {}

impl<T: ReadObjects + ListObjects + WriteObjects> Objects for T {}
