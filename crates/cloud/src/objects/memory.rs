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
    Condition, Content, LinkObjects, ListHistory, ListObjects, ListVersions, ObjectBody, ObjectMeta, ObjectVersion,
    Part, ReadObjects, Stored, Upload, VersionMeta, WriteConditionally, WriteObjects,
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
    now: Option<Timestamp>,
    failures: Failures,
    calls: BTreeMap<&'static str, u32>,
}

#[derive(Debug, Clone)]
struct Version {
    id: String,
    /// `None`: the object was deleted.
    bytes: Option<Bytes>,
    metadata: BTreeMap<String, String>,
    stored_at: Option<Timestamp>,
}

impl Version {
    /// What is known about it; `None` where it says that the object was deleted.
    fn meta(&self, key: &str) -> Option<ObjectMeta> {
        let bytes = self.bytes.as_ref()?;
        Some(ObjectMeta {
            key: key.to_owned(),
            version_id: Some(self.id.clone()),
            etag: etag(bytes),
            size: bytes.len() as u64,
            modified_at: self.stored_at,
            metadata: self.metadata.clone(),
        })
    }

    /// The same as a listing tells it.
    fn listed(&self, key: &str) -> Option<ObjectMeta> {
        Some(ObjectMeta { version_id: None, metadata: BTreeMap::new(), ..self.meta(key)? })
    }
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

    /// What is written from now on is stored at this time. Until a time is set none is known.
    pub fn set_time(&self, now: Timestamp) {
        self.state().now = Some(now);
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
    fn store(&mut self, bucket: &str, key: &str, bytes: Option<Bytes>, metadata: BTreeMap<String, String>) -> Stored {
        self.writes += 1;
        let id = format!("v{}", self.writes);
        let etag = etag(bytes.as_deref().unwrap_or_default());
        let stored_at = self.now;
        let versions = self.versions.entry((bucket.to_owned(), key.to_owned())).or_default();
        versions.push(Version { id: id.clone(), bytes, metadata, stored_at });
        Stored { etag, version_id: id }
    }

    fn find(&self, bucket: &str, key: &str, version_id: Option<&str>) -> Option<(ObjectMeta, Bytes)> {
        let versions = self.versions.get(&(bucket.to_owned(), key.to_owned()))?;
        let version = match version_id {
            Some(id) => versions.iter().find(|version| version.id == id),
            None => versions.last(),
        }?;
        Some((version.meta(key)?, version.bytes.clone()?))
    }

    /// The tag of the object that is there.
    fn etag(&self, bucket: &str, key: &str) -> Option<String> {
        self.find(bucket, key, None).map(|(meta, _)| meta.etag)
    }
}

/// A tag that changes with the content.
fn etag(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
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
        Ok(in_bucket.filter_map(|((_, key), versions)| versions.last()?.listed(key)).collect())
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
            let stored = versions.iter().filter_map(|one| {
                let meta = one.meta(key)?;
                Some(ObjectMeta { metadata: BTreeMap::new(), ..meta })
            });
            stored.collect::<Vec<_>>()
        };
        Ok(in_bucket.flat_map(of_object).collect())
    }
}

impl WriteObjects for MemoryObjects {
    async fn put(&self, bucket: &str, key: &str, _content_type: &str, bytes: Bytes) -> Result<Stored, CloudError> {
        Ok(self.called("PutObject", &format!("s3://{bucket}/{key}"))?.store(bucket, key, Some(bytes), BTreeMap::new()))
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
        Ok(state.store(&upload.bucket, &upload.key, Some(whole.into()), BTreeMap::new()))
    }

    async fn abort_upload(&self, upload: &Upload) -> Result<(), CloudError> {
        self.called("AbortMultipartUpload", &upload.key)?.uploads.remove(&upload.id);
        Ok(())
    }

    async fn delete(&self, bucket: &str, key: &str) -> Result<(), CloudError> {
        self.called("DeleteObject", &format!("s3://{bucket}/{key}"))?.store(bucket, key, None, BTreeMap::new());
        Ok(())
    }
}

impl WriteConditionally for MemoryObjects {
    async fn put_if(
        &self,
        bucket: &str,
        key: &str,
        content: Content<'_>,
        condition: &Condition,
    ) -> Result<Stored, CloudError> {
        let target = format!("s3://{bucket}/{key}");
        let mut state = self.called("PutObject", &target)?;
        let fails = |kind, message| Err(CloudError::new(kind, format!("PutObject {target}"), message));
        match (condition, state.etag(bucket, key)) {
            (Condition::Absent, None) => {}
            (Condition::Matches(wanted), Some(found)) if *wanted == found => {}
            (Condition::Matches(_), None) => return fails(ErrorKind::NotFound, "NoSuchKey"),
            _ => return fails(ErrorKind::Conflict, "PreconditionFailed"),
        }
        Ok(state.store(bucket, key, Some(content.bytes), content.metadata))
    }

    async fn delete_if(&self, bucket: &str, key: &str, etag: &str) -> Result<(), CloudError> {
        let target = format!("s3://{bucket}/{key}");
        let mut state = self.called("DeleteObject", &target)?;
        let fails = |kind, message| Err(CloudError::new(kind, format!("DeleteObject {target}"), message));
        match state.etag(bucket, key) {
            None => fails(ErrorKind::NotFound, "NoSuchKey"),
            Some(found) if found != etag => fails(ErrorKind::Conflict, "PreconditionFailed"),
            Some(_) => {
                state.store(bucket, key, None, BTreeMap::new());
                Ok(())
            }
        }
    }
}

impl ListHistory for MemoryObjects {
    async fn history(&self, bucket: &str, prefix: &str) -> Result<Vec<VersionMeta>, CloudError> {
        let state = self.called("ListObjectVersions", &format!("s3://{bucket}/{prefix}"))?;
        let in_bucket = state.versions.iter().filter(|((b, key), _)| b == bucket && key.starts_with(prefix));
        let of_object = |((_, key), versions): (&(String, String), &Vec<Version>)| {
            let version = |version: &Version| VersionMeta {
                key: key.clone(),
                version_id: version.id.clone(),
                stored_at: version.stored_at,
                is_deletion: version.bytes.is_none(),
            };
            versions.iter().rev().map(version).collect::<Vec<_>>()
        };
        Ok(in_bucket.flat_map(of_object).collect())
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
    async fn a_conditional_write_loses_nobody_s_write() {
        let objects = MemoryObjects::default();
        let content = |text: &'static str| Content {
            content_type: "text/plain",
            metadata: BTreeMap::from([("by".to_owned(), text.to_owned())]),
            bytes: Bytes::from_static(text.as_bytes()),
        };
        let kind = |error: CloudError| error.kind;
        let matches = |etag: &str| Condition::Matches(etag.to_owned());
        let early = objects.put_if("b", "k", content("1"), &matches("x")).await.map_err(kind);
        assert_eq!(early, Err(ErrorKind::NotFound));
        let first = objects.put_if("b", "k", content("1"), &Condition::Absent).await.expect("nothing is there");
        let again = objects.put_if("b", "k", content("2"), &Condition::Absent).await.map_err(kind);
        assert_eq!(again, Err(ErrorKind::Conflict));
        let second = objects.put_if("b", "k", content("2"), &matches(&first.etag)).await.expect("as it was seen");
        let late = objects.put_if("b", "k", content("3"), &matches(&first.etag)).await.map_err(kind);
        assert_eq!(late, Err(ErrorKind::Conflict));
        let meta = objects.head("b", "k", None).await.expect("is there");
        assert_eq!(meta.metadata.get("by").map(String::as_str), Some("2"));
        assert_eq!(objects.delete_if("b", "k", &first.etag).await.map_err(kind), Err(ErrorKind::Conflict));
        objects.delete_if("b", "k", &second.etag).await.expect("as it was seen");
        assert_eq!(objects.delete_if("b", "k", &second.etag).await.map_err(kind), Err(ErrorKind::NotFound));
        let history = objects.history("b", "").await.expect("listed");
        assert_eq!(history.iter().map(|one| one.is_deletion).collect::<Vec<_>>(), [true, false, false]);
    }
}
