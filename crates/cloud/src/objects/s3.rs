//! Amazon S3.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use atalaya_telemetry::Telemetry;
use aws_config::SdkConfig;
use aws_sdk_s3::{
    Client,
    operation::{get_object::GetObjectOutput, head_object::HeadObjectOutput},
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart, DeleteMarkerEntry},
};
use bytes::Bytes;
use futures_util::stream;

use super::{
    Condition, Content, LinkObjects, ListHistory, ListObjects, ListVersions, NO_VERSION, ObjectBody, ObjectMeta,
    ObjectVersion, Part, ReadObjects, Stored, Upload, VersionMeta, WriteConditionally, WriteObjects,
    requests::CountRequests,
};
use crate::{CloudError, ErrorKind, SdkResult as _, time::timestamp};

/// Amazon S3.
#[derive(Debug, Clone)]
pub struct S3Objects(Client);

impl S3Objects {
    /// All buckets that the configuration's credentials reach.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(crate::connect::s3_client(config))
    }

    /// The same, with every request counted as S3 prices it.
    #[must_use]
    pub fn counted(config: &SdkConfig, telemetry: Telemetry) -> Self {
        let config = crate::connect::s3_config(config).interceptor(CountRequests::new(telemetry));
        Self(Client::from_conf(config.build()))
    }
}

impl ReadObjects for S3Objects {
    async fn get(
        &self,
        bucket: &str,
        key: &str,
        version_id: Option<&str>,
    ) -> Result<(ObjectMeta, ObjectBody), CloudError> {
        let action = format!("GetObject {}", address(bucket, key, version_id));
        let answer = self
            .0
            .get_object()
            .bucket(bucket)
            .key(key)
            .set_version_id(asked_version(version_id))
            .send()
            .await
            .of_call(|| &action)?;
        Ok((got_meta(key, &answer), body(answer.body, action)))
    }

    async fn head(&self, bucket: &str, key: &str, version_id: Option<&str>) -> Result<ObjectMeta, CloudError> {
        let action = || format!("HeadObject {}", address(bucket, key, version_id));
        let answer = self
            .0
            .head_object()
            .bucket(bucket)
            .key(key)
            .set_version_id(asked_version(version_id))
            .send()
            .await
            .of_call(action)?;
        Ok(head_meta(key, &answer))
    }
}

impl ListObjects for S3Objects {
    async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectMeta>, CloudError> {
        let mut pages = self.0.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator().send();
        let mut all = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| {
                CloudError::from_sdk(error, format!("ListObjectsV2 {}", address(bucket, prefix, None)))
            })?;
            all.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| {
                Some(ObjectMeta {
                    key: object.key?,
                    version_id: None,
                    etag: bare_etag(object.e_tag),
                    size: size(object.size),
                    modified_at: object.last_modified.as_ref().and_then(timestamp),
                    metadata: BTreeMap::new(),
                })
            }));
        }
        Ok(all)
    }
}

impl ListVersions for S3Objects {
    async fn versions(&self, bucket: &str, key: &str) -> Result<Vec<ObjectVersion>, CloudError> {
        // S3 tells versions and deletions apart, each newest first: their times bring them together again.
        let (stored, deleted) = self.listed_versions(bucket, key).await?;
        let stored = stored.into_iter().map(|one| (one.key, one.version_id, one.is_latest, one.last_modified, false));
        let deleted = deleted.into_iter().map(|one| (one.key, one.version_id, one.is_latest, one.last_modified, true));
        let mut found = Vec::new();
        for (of, id, is_latest, at, is_deletion) in stored.chain(deleted) {
            // Longer keys begin with this one too.
            if of.as_deref() == Some(key) {
                let age = (!is_latest.unwrap_or(false), std::cmp::Reverse(at.as_ref().and_then(timestamp)));
                found.push((age, ObjectVersion { version_id: version(id), is_deletion }));
            }
        }
        found.sort_by_key(|(age, _)| *age);
        Ok(found.into_iter().map(|(_, version)| version).collect())
    }

    async fn all_versions(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectMeta>, CloudError> {
        let (stored, deleted) = self.listed_versions(bucket, prefix).await?;
        let deleted = deleted.into_iter().filter(|one| one.is_latest == Some(true));
        let deleted: BTreeSet<_> = deleted.filter_map(|one| one.key).collect();
        let meta = |one: aws_sdk_s3::types::ObjectVersion| {
            Some(ObjectMeta {
                key: one.key?,
                version_id: Some(version(one.version_id)),
                etag: bare_etag(one.e_tag),
                size: size(one.size),
                modified_at: one.last_modified.as_ref().and_then(timestamp),
                metadata: BTreeMap::new(),
            })
        };
        let stored = stored.into_iter().filter(|one| one.key.as_ref().is_some_and(|key| !deleted.contains(key)));
        Ok(stored.filter_map(meta).collect())
    }
}

impl S3Objects {
    /// The stored versions and the deletions of all keys that begin with `prefix`, all pages.
    async fn listed_versions(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> Result<(Vec<aws_sdk_s3::types::ObjectVersion>, Vec<DeleteMarkerEntry>), CloudError> {
        let (mut stored, mut deleted) = (Vec::new(), Vec::new());
        let mut next = (None, None);
        loop {
            let call = self.0.list_object_versions().bucket(bucket).prefix(prefix);
            let call = call.set_key_marker(next.0).set_version_id_marker(next.1);
            let page = call.send().await.of_call(|| format!("ListObjectVersions {}", address(bucket, prefix, None)))?;
            stored.extend(page.versions.unwrap_or_default());
            deleted.extend(page.delete_markers.unwrap_or_default());
            if !page.is_truncated.unwrap_or(false) {
                return Ok((stored, deleted));
            }
            next = (page.next_key_marker, page.next_version_id_marker);
        }
    }
}

impl WriteObjects for S3Objects {
    async fn put(&self, bucket: &str, key: &str, content_type: &str, bytes: Bytes) -> Result<Stored, CloudError> {
        let answer = self
            .0
            .put_object()
            .bucket(bucket)
            .key(key)
            .content_type(content_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .of_call(|| format!("PutObject {}", address(bucket, key, None)))?;
        Ok(Stored { etag: bare_etag(answer.e_tag), version_id: version(answer.version_id) })
    }

    async fn begin_upload(&self, bucket: &str, key: &str, content_type: &str) -> Result<Upload, CloudError> {
        let action = || format!("CreateMultipartUpload {}", address(bucket, key, None));
        let answer = self
            .0
            .create_multipart_upload()
            .bucket(bucket)
            .key(key)
            .content_type(content_type)
            .send()
            .await
            .of_call(action)?;
        let id = answer
            .upload_id
            .ok_or_else(|| CloudError::new(ErrorKind::Unavailable, action(), "the answer holds no upload id"))?;
        Ok(Upload { bucket: bucket.to_owned(), key: key.to_owned(), id })
    }

    async fn upload_part(&self, upload: &Upload, number: u32, bytes: Bytes) -> Result<Part, CloudError> {
        let answer = self
            .0
            .upload_part()
            .bucket(&upload.bucket)
            .key(&upload.key)
            .upload_id(&upload.id)
            .part_number(part_number(number))
            .body(ByteStream::from(bytes))
            .send()
            .await
            .of_call(|| upload_action("UploadPart", upload))?;
        Ok(Part { number, etag: answer.e_tag.unwrap_or_default() })
    }

    async fn complete_upload(&self, upload: &Upload, parts: &[Part]) -> Result<Stored, CloudError> {
        let parts = parts
            .iter()
            .map(|part| CompletedPart::builder().part_number(part_number(part.number)).e_tag(&part.etag).build())
            .collect();
        let answer = self
            .0
            .complete_multipart_upload()
            .bucket(&upload.bucket)
            .key(&upload.key)
            .upload_id(&upload.id)
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
            .send()
            .await
            .of_call(|| upload_action("CompleteMultipartUpload", upload))?;
        Ok(Stored { etag: bare_etag(answer.e_tag), version_id: version(answer.version_id) })
    }

    async fn abort_upload(&self, upload: &Upload) -> Result<(), CloudError> {
        let answer = self
            .0
            .abort_multipart_upload()
            .bucket(&upload.bucket)
            .key(&upload.key)
            .upload_id(&upload.id)
            .send()
            .await
            .of_call(|| upload_action("AbortMultipartUpload", upload));
        match answer {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn delete(&self, bucket: &str, key: &str) -> Result<(), CloudError> {
        self.0
            .delete_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
            .of_call(|| format!("DeleteObject {}", address(bucket, key, None)))?;
        Ok(())
    }
}

impl WriteConditionally for S3Objects {
    async fn put_if(
        &self,
        bucket: &str,
        key: &str,
        content: Content<'_>,
        condition: &Condition,
    ) -> Result<Stored, CloudError> {
        let call = self
            .0
            .put_object()
            .bucket(bucket)
            .key(key)
            .content_type(content.content_type)
            .set_metadata(Some(content.metadata.into_iter().collect()))
            .body(ByteStream::from(content.bytes));
        let call = match condition {
            Condition::Absent => call.if_none_match("*"),
            Condition::Matches(etag) => call.if_match(quoted(etag)),
        };
        let answer = call.send().await;
        let answer = answer.of_call(|| format!("PutObject {}", address(bucket, key, None)))?;
        Ok(Stored { etag: bare_etag(answer.e_tag), version_id: version(answer.version_id) })
    }

    async fn delete_if(&self, bucket: &str, key: &str, etag: &str) -> Result<(), CloudError> {
        let answer = self.0.delete_object().bucket(bucket).key(key).if_match(quoted(etag)).send().await;
        let action = || format!("DeleteObject {}", address(bucket, key, None));
        answer.map(drop).of_call(action)
    }
}

impl ListHistory for S3Objects {
    async fn history(&self, bucket: &str, prefix: &str) -> Result<Vec<VersionMeta>, CloudError> {
        let (stored, deleted) = self.listed_versions(bucket, prefix).await?;
        let stored = stored.into_iter().map(|one| (one.key, one.version_id, one.is_latest, one.last_modified, false));
        let deleted = deleted.into_iter().map(|one| (one.key, one.version_id, one.is_latest, one.last_modified, true));
        let found = stored.chain(deleted).filter_map(|(key, id, is_latest, at, is_deletion)| {
            let stored_at = at.as_ref().and_then(timestamp);
            let meta = VersionMeta { key: key?, version_id: version(id), stored_at, is_deletion };
            Some((!is_latest.unwrap_or(false), meta))
        });
        let mut found: Vec<_> = found.collect();
        // S3 tells versions and deletions apart, each newest first: their times bring them together again.
        found.sort_by(|(left_old, left), (right_old, right)| {
            let newest_first = || right.stored_at.cmp(&left.stored_at);
            left.key.cmp(&right.key).then(left_old.cmp(right_old)).then_with(newest_first)
        });
        Ok(found.into_iter().map(|(_, meta)| meta).collect())
    }
}

impl LinkObjects for S3Objects {
    async fn link(&self, bucket: &str, key: &str, lasts: Duration) -> Result<String, CloudError> {
        let action = || format!("sign a link to {}", address(bucket, key, None));
        let lasts = PresigningConfig::expires_in(lasts)
            .map_err(|error| CloudError::caused_by(ErrorKind::Invalid, action(), error))?;
        let request = self.0.get_object().bucket(bucket).key(key).presigned(lasts).await;
        let request = request.of_call(action)?;
        Ok(request.uri().to_owned())
    }
}

fn body(stream: ByteStream, action: String) -> ObjectBody {
    ObjectBody::new(stream::unfold((stream, action), |(mut stream, action)| async move {
        let chunk = stream.next().await?;
        let chunk = chunk.map_err(|error| CloudError::caused_by(ErrorKind::Connection, action.clone(), error));
        Some((chunk, (stream, action)))
    }))
}

fn got_meta(key: &str, answer: &GetObjectOutput) -> ObjectMeta {
    ObjectMeta {
        key: key.to_owned(),
        version_id: Some(version(answer.version_id.clone())),
        etag: bare_etag(answer.e_tag.clone()),
        size: size(answer.content_length),
        modified_at: answer.last_modified.as_ref().and_then(timestamp),
        metadata: user_metadata(answer.metadata.as_ref()),
    }
}

fn head_meta(key: &str, answer: &HeadObjectOutput) -> ObjectMeta {
    ObjectMeta {
        key: key.to_owned(),
        version_id: Some(version(answer.version_id.clone())),
        etag: bare_etag(answer.e_tag.clone()),
        size: size(answer.content_length),
        modified_at: answer.last_modified.as_ref().and_then(timestamp),
        metadata: user_metadata(answer.metadata.as_ref()),
    }
}

fn address(bucket: &str, key: &str, version_id: Option<&str>) -> String {
    match asked_version(version_id) {
        Some(version) => format!("s3://{bucket}/{key} at version {version}"),
        None => format!("s3://{bucket}/{key}"),
    }
}

fn upload_action(operation: &str, upload: &Upload) -> String {
    format!("{operation} {}", address(&upload.bucket, &upload.key, None))
}

/// An object in a bucket without versions has no version to ask for.
fn asked_version(version_id: Option<&str>) -> Option<String> {
    version_id.filter(|version| *version != NO_VERSION).map(str::to_owned)
}

fn version(version_id: Option<String>) -> String {
    version_id.unwrap_or_else(|| NO_VERSION.to_owned())
}

/// S3 puts an entity tag in quotes in some answers and bare in events.
fn bare_etag(etag: Option<String>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}

/// As a condition of a request has it.
fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

fn user_metadata(metadata: Option<&HashMap<String, String>>) -> BTreeMap<String, String> {
    let metadata = metadata.into_iter().flatten();
    metadata.map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect()
}

fn size(length: Option<i64>) -> u64 {
    length.and_then(|length| u64::try_from(length).ok()).unwrap_or(0)
}

fn part_number(number: u32) -> i32 {
    i32::try_from(number).expect("S3 numbers at most 10,000 parts")
}
