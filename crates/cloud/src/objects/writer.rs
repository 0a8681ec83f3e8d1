//! Writes an object of unknown length: in parts once it is large, at once when it stays small.

use bytes::{Bytes, BytesMut};

use super::{Part, Stored, Upload, WriteObjects};
use crate::CloudError;

/// Bytes of one part. S3 takes no less than 5 MiB and 10,000 parts at most, so an object may reach 78 GiB.
pub const PART_BYTES: usize = 8 * 1024 * 1024;

/// An object being written. Nothing is visible before [`ObjectWriter::complete`], and at most one part is held in
/// memory. [`ObjectWriter::abort`] it on every way that does not complete it.
#[derive(Debug)]
pub struct ObjectWriter<'a, W> {
    objects: &'a W,
    bucket: String,
    key: String,
    content_type: &'static str,
    pending: BytesMut,
    upload: Option<Upload>,
    parts: Vec<Part>,
    written: u64,
}

impl<'a, W: WriteObjects> ObjectWriter<'a, W> {
    /// Prepares an object; nothing is sent yet.
    #[must_use]
    pub fn new(objects: &'a W, bucket: &str, key: &str, content_type: &'static str) -> Self {
        Self {
            objects,
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            content_type,
            pending: BytesMut::new(),
            upload: None,
            parts: Vec::new(),
            written: 0,
        }
    }

    /// `s3://bucket/key`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// Bytes taken so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Takes bytes, and sends parts that are full.
    ///
    /// # Errors
    /// As the store's.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), CloudError> {
        self.written += bytes.len() as u64;
        self.pending.extend_from_slice(bytes);
        while self.pending.len() >= PART_BYTES {
            let part = self.pending.split_to(PART_BYTES).freeze();
            self.send(part).await?;
        }
        Ok(())
    }

    async fn send(&mut self, bytes: Bytes) -> Result<(), CloudError> {
        if self.upload.is_none() {
            self.upload = Some(self.objects.begin_upload(&self.bucket, &self.key, self.content_type).await?);
        }
        let upload = self.upload.as_ref().expect("the upload has just begun");
        let number = u32::try_from(self.parts.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.parts.push(self.objects.upload_part(upload, number, bytes).await?);
        Ok(())
    }

    /// Makes the object visible, with all bytes taken. After an error the writer can only be aborted.
    ///
    /// # Errors
    /// As the store's.
    pub async fn complete(&mut self) -> Result<Stored, CloudError> {
        if self.upload.is_none() {
            let bytes = self.pending.split().freeze();
            return self.objects.put(&self.bucket, &self.key, self.content_type, bytes).await;
        }
        if !self.pending.is_empty() {
            let rest = self.pending.split().freeze();
            self.send(rest).await?;
        }
        let upload = self.upload.as_ref().expect("looked at above");
        let stored = self.objects.complete_upload(upload, &self.parts).await?;
        self.upload = None;
        Ok(stored)
    }

    /// Throws away what was sent.
    ///
    /// # Errors
    /// As the store's; the bucket's lifecycle ends forgotten uploads.
    pub async fn abort(&mut self) -> Result<(), CloudError> {
        self.pending.clear();
        self.parts.clear();
        match self.upload.take() {
            Some(upload) => self.objects.abort_upload(&upload).await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, MemoryObjects};

    fn bytes(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at % 251) as u8).collect()
    }

    #[tokio::test]
    async fn a_small_object_takes_one_call() {
        let objects = MemoryObjects::default();
        let mut writer = ObjectWriter::new(&objects, "b", "k", "text/plain");
        writer.write(b"one ").await.expect("buffered");
        writer.write(b"two").await.expect("buffered");
        assert_eq!(objects.keys("b"), Vec::<String>::new());
        writer.complete().await.expect("stored");
        assert_eq!(objects.bytes("b", "k").expect("stored"), "one two");
        assert_eq!((objects.calls("PutObject"), objects.calls("CreateMultipartUpload")), (1, 0));
    }

    #[tokio::test]
    async fn a_large_object_goes_in_parts_and_is_seen_only_when_complete() {
        let objects = MemoryObjects::default();
        let content = bytes(2 * PART_BYTES + 17);
        let mut writer = ObjectWriter::new(&objects, "b", "k", "text/plain");
        for chunk in content.chunks(1_000_003) {
            writer.write(chunk).await.expect("sent");
        }
        assert_eq!((objects.keys("b").len(), objects.open_uploads()), (0, 1));
        writer.complete().await.expect("completed");
        assert_eq!(objects.bytes("b", "k").expect("stored"), content);
        assert_eq!((objects.calls("UploadPart"), objects.open_uploads()), (3, 0));
    }

    #[tokio::test]
    async fn aborting_leaves_nothing() {
        let objects = MemoryObjects::default();
        let mut writer = ObjectWriter::new(&objects, "b", "k", "text/plain");
        writer.write(&bytes(PART_BYTES)).await.expect("sent");
        objects.fail_next("UploadPart", ErrorKind::Unavailable);
        writer.write(&bytes(PART_BYTES)).await.expect_err("asked to fail");
        writer.abort().await.expect("aborted");
        assert_eq!((objects.keys("b").len(), objects.open_uploads()), (0, 0));
    }
}
