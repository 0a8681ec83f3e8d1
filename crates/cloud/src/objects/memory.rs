//! Objects in memory, with versions, multipart uploads and failures on demand.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use jiff::Timestamp;

use super::{
    LinkObjects, ListObjects, ListVersions, Metadata, ObjectBody, ObjectMeta, ObjectVersion, Part, ReadObjects, Stored,
    Upload, WriteObjects,
};
use crate::{CloudError, ErrorKind, failures::Failures};

/// Bytes of one chunk of a body, small so that tests see many.
const CHUNK_BYTES: usize = 64 * 1024;

/// Buckets in memory; every write makes a version. Clones share the memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryObjects(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    versions: BTreeMap<(String, String), Vec<Version>>,
    uploads: BTreeMap<String, BTreeMap<u32, Bytes>>,
    writes: u64,
    time: Option<Timestamp>,
    failures: Failures,
    calls: BTreeMap<&'static str, u32>,
}

#[derive(Debug, Clone)]
struct Version {
    id: String,
    /// `None`: the object was deleted.
    bytes: Option<Bytes>,
    metadata: Metadata,
    modified_at: Option<Timestamp>,
}

impl MemoryObjects {
    /// Lets the next call of `operation` (such as `PutObject`) fail with `kind`.
    pub fn fail_next(&self, operation: &str, kind: ErrorKind) {
        self.state().failures.ask(operation, kind);
    }

    /// Lets the call of `operation` that comes after `passed` others fail with `kind`.
    pub fn fail_after(&self, operation: &str, passed: u32, kind: ErrorKind) {
        self.state().failures.ask_after(operation, passed, kind);
    }

    /// What is written from now on is written at this time; before, the time is not known.
    pub fn set_time(&self, time: Timestamp) {
        self.state().time = Some(time);
    }

    /// How often `operation` was called.
    #[must_use]
    pub fn calls(&self, operation: &str) -> u32 {
        self.state().calls.get(operation).copied().unwrap_or(0)
    }

    /// The latest version's bytes, if the object is there.
    #[must_use]
    pub fn bytes(&self, bucket: &str, key: &str) -> Option<Bytes> {
        self.state().versions.get(&(bucket.to_owned(), key.to_owned()))?.last()?.bytes.clone()
    }

    /// Keys of the objects that are there.
    #[must_use]
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let state = self.state();
        let present = state.versions.iter().filter(|(_, versions)| versions.last().is_some_and(|v| v.bytes.is_some()));
        present.filter(|((b, _), _)| b == bucket).map(|((_, key), _)| key.clone()).collect()
    }

    /// How many uploads have begun and neither been completed nor aborted.
    #[must_use]
    pub fn open_uploads(&self) -> usize {
        self.state().uploads.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn called(&self, operation: &'static str, target: &str) -> Result<MutexGuard<'_, State>, CloudError> {
        let mut state = self.state();
        *state.calls.entry(operation).or_default() += 1;
        state.failures.meet(operation, || format!("{operation} {target}"))?;
        Ok(state)
    }
}

impl State {
    fn store(&mut self, bucket: &str, key: &str, bytes: Option<Bytes>, metadata: Metadata) -> Stored {
        self.writes += 1;
        let id = format!("v{}", self.writes);
        let etag = etag(bytes.as_deref().unwrap_or_default());
        let versions = self.versions.entry((bucket.to_owned(), key.to_owned())).or_default();
        versions.push(Version { id: id.clone(), bytes, metadata, modified_at: self.time });
        Stored { etag, version_id: id }
    }

    /// The version and its bytes; `None` where there is none, or the object was deleted.
    fn find(&self, bucket: &str, key: &str, version_id: Option<&str>) -> Option<(ObjectMeta, Bytes)> {
        let versions = self.versions.get(&(bucket.to_owned(), key.to_owned()))?;
        let version = match version_id {
            Some(id) => versions.iter().find(|version| version.id == id),
            None => versions.last(),
        }?;
        let listed = listed(key, Some(version.id.clone()), version)?;
        Some((ObjectMeta { metadata: version.metadata.clone(), ..listed }, version.bytes.clone()?))
    }
}

/// A tag that changes with the content.
fn etag(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The version as a listing tells of it; `None` when it says that the object was deleted.
fn listed(key: &str, version_id: Option<String>, version: &Version) -> Option<ObjectMeta> {
    let bytes = version.bytes.as_ref()?;
    Some(ObjectMeta {
        key: key.to_owned(),
        version_id,
        etag: etag(bytes),
        size: bytes.len() as u64,
        modified_at: version.modified_at,
        metadata: Metadata::new(),
    })
}

impl LinkObjects for MemoryObjects {
    async fn link(&self, bucket: &str, key: &str, lasts: Duration) -> Result<String, CloudError> {
        let link = format!("memory://{bucket}/{key}?seconds={}", lasts.as_secs());
        let _state = self.called("link", &link)?;
        Ok(link)
    }
}

impl ReadObjects for MemoryObjects {
    async fn get(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> Result<(ObjectMeta, ObjectBody), CloudError> {
        let target = format!("s3://{bucket}/{key}");
        let found = self.called("GetObject", &target)?.find(bucket, key, version_id);
        let (meta, bytes) =
            found.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("GetObject {target}"), "NoSuchKey"))?;
        let chunks: Vec<_> = bytes.chunks(CHUNK_BYTES).map(|chunk| Ok(bytes.slice_ref(chunk))).collect();
        Ok((meta, ObjectBody::new(stream::iter(chunks))))
    }

    async fn head(&self, bucket: &str, key: &str, version_id: Option<&str>) -> Result<ObjectMeta, CloudError> {
        let target = format!("s3://{bucket}/{key}");
        let found = self.called("HeadObject", &target)?.find(bucket, key, version_id);
        let (meta, _) =
            found.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("HeadObject {target}"), "NotFound"))?;
        Ok(meta)
    }
}

impl ListObjects for MemoryObjects {
    async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectMeta>, CloudError> {
        let state = self.called("ListObjectsV2", &format!("s3://{bucket}/{prefix}"))?;
        let in_bucket = state.versions.iter().filter(|((b, key), _)| b == bucket && key.starts_with(prefix));
        Ok(in_bucket.filter_map(|((_, key), versions)| listed(key, None, versions.last()?)).collect())
    }
}

impl ListVersions for MemoryObjects {
    async fn versions(&self, bucket: &str, key: &str) -> Result<Vec<ObjectVersion>, CloudError> {
        let state = self.called("ListObjectVersions", &format!("s3://{bucket}/{key}"))?;
        let versions = state.versions.get(&(bucket.to_owned(), key.to_owned())).map(Vec::as_slice).unwrap_or_default();
        let version =
            |version: &Version| ObjectVersion { version_id: version.id.clone(), is_deletion: version.bytes.is_none() };
        Ok(versions.iter().rev().map(version).collect())
    }

    async fn all_versions(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectMeta>, CloudError> {
        let state = self.called("ListObjectVersions", &format!("s3://{bucket}/{prefix}"))?;
        let in_bucket = state.versions.iter().filter(|((b, key), _)| b == bucket && key.starts_with(prefix));
        let of_object = |((_, key), versions): (&(String, String), &Vec<Version>)| {
            let is_deleted = versions.last().is_none_or(|last| last.bytes.is_none());
            let versions = if is_deleted { &[][..] } else { versions };
            let stored = versions.iter().filter_map(|one| listed(key, Some(one.id.clone()), one));
            stored.collect::<Vec<_>>()
        };
        Ok(in_bucket.flat_map(of_object).collect())
    }
}

impl WriteObjects for MemoryObjects {
    async fn put_with_metadata(
        &self,
        bucket: &str,
        key: &str,
        _content_type: &str,
        metadata: &Metadata,
        bytes: Bytes,
    ) -> Result<Stored, CloudError> {
        let mut state = self.called("PutObject", &format!("s3://{bucket}/{key}"))?;
        Ok(state.store(bucket, key, Some(bytes), metadata.clone()))
    }

    async fn begin_upload(&self, bucket: &str, key: &str, _content_type: &str) -> Result<Upload, CloudError> {
        let mut state = self.called("CreateMultipartUpload", &format!("s3://{bucket}/{key}"))?;
        state.writes += 1;
        let id = format!("upload-{}", state.writes);
        state.uploads.insert(id.clone(), BTreeMap::new());
        Ok(Upload { bucket: bucket.to_owned(), key: key.to_owned(), id })
    }

    async fn upload_part(&self, upload: &Upload, number: u32, bytes: Bytes) -> Result<Part, CloudError> {
        let mut state = self.called("UploadPart", &upload.key)?;
        let part = Part { number, etag: etag(&bytes) };
        let parts = state.uploads.get_mut(&upload.id).ok_or_else(|| no_upload("UploadPart", upload))?;
        parts.insert(number, bytes);
        Ok(part)
    }

    async fn complete_upload(&self, upload: &Upload, parts: &[Part]) -> Result<Stored, CloudError> {
        let action = "CompleteMultipartUpload";
        let mut state = self.called(action, &upload.key)?;
        let sent = state.uploads.remove(&upload.id).ok_or_else(|| no_upload(action, upload))?;
        let mut whole = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let bytes = sent.get(&part.number).filter(|bytes| etag(bytes) == part.etag);
            let small = bytes.is_some_and(|bytes| bytes.len() < 5 * 1024 * 1024) && index + 1 < parts.len();
            match bytes {
                Some(bytes) if !small => whole.extend_from_slice(bytes),
                _ => return Err(CloudError::new(ErrorKind::Invalid, action, "EntityTooSmall or InvalidPart")),
            }
        }
        Ok(state.store(&upload.bucket, &upload.key, Some(whole.into()), Metadata::new()))
    }

    async fn abort_upload(&self, upload: &Upload) -> Result<(), CloudError> {
        self.called("AbortMultipartUpload", &upload.key)?.uploads.remove(&upload.id);
        Ok(())
    }

    async fn delete(&self, bucket: &str, key: &str) -> Result<(), CloudError> {
        self.called("DeleteObject", &format!("s3://{bucket}/{key}"))?.store(bucket, key, None, Metadata::new());
        Ok(())
    }
}

fn no_upload(operation: &str, upload: &Upload) -> CloudError {
    CloudError::new(ErrorKind::NotFound, format!("{operation} {}", upload.key), "NoSuchUpload")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn versions_are_told_newest_first_with_deletions() {
        let objects = MemoryObjects::default();
        assert_eq!(objects.versions("b", "k").await.expect("listed"), []);
        let first = objects.put("b", "k", "text/plain", Bytes::from_static(b"1")).await.expect("stored");
        objects.delete("b", "k").await.expect("deleted");
        let last = objects.put("b", "k", "text/plain", Bytes::from_static(b"2")).await.expect("stored");
        objects.put("b", "k2", "text/plain", Bytes::new()).await.expect("stored");
        let versions = objects.versions("b", "k").await.expect("listed");
        assert_eq!(versions.iter().map(|version| version.is_deletion).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!((&versions[0].version_id, &versions[2].version_id), (&last.version_id, &first.version_id));
        objects.delete("b", "k2").await.expect("deleted");
        let all = objects.all_versions("b", "k").await.expect("listed");
        let ids: Vec<_> = all.iter().map(|one| one.version_id.as_deref().unwrap_or_default()).collect();
        assert_eq!(ids, [&first.version_id, &last.version_id], "of what is not deleted, all that is stored");
    }

    #[tokio::test]
    async fn metadata_and_time_are_those_of_the_version() {
        let objects = MemoryObjects::default();
        let metadata = Metadata::from([("first-published".to_owned(), "2026-03-01T00:00:00Z".to_owned())]);
        let put = objects.put_with_metadata("b", "k", "text/plain", &metadata, Bytes::from_static(b"1"));
        let first = put.await.expect("stored").version_id;
        objects.set_time(crate::testing::at(5));
        objects.put("b", "k", "text/plain", Bytes::from_static(b"2")).await.expect("stored");
        let before = objects.head("b", "k", Some(&first)).await.expect("there");
        assert_eq!((&before.metadata, before.modified_at), (&metadata, None));
        let (now, _) = objects.get("b", "k", None).await.expect("there");
        assert_eq!((now.metadata.len(), now.modified_at), (0, Some(crate::testing::at(5))));
        let listed = objects.list("b", "").await.expect("listed").remove(0);
        assert_eq!((listed.metadata.len(), listed.modified_at), (0, Some(crate::testing::at(5))));
    }
}
