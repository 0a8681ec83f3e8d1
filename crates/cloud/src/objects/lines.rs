//! An object's lines, one at a time, however long the object is.

use super::{ObjectBody, ReadObjects};
use crate::{CloudError, ErrorKind};

/// Bucket and key of an address such as `s3://bucket/some/key`; `None` for anything else.
#[must_use]
pub fn split_address(address: &str) -> Option<(&str, &str)> {
    address.strip_prefix("s3://")?.split_once('/').filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
}

/// The lines of an object.
#[derive(Debug)]
pub struct ObjectLines {
    body: ObjectBody,
    pending: Vec<u8>,
    /// Where the next line starts in `pending`.
    start: usize,
    ended: bool,
}

impl ObjectLines {
    /// Opens the latest version of the object at an address such as `s3://bucket/some/key`.
    ///
    /// # Errors
    /// `Corrupt` for what is no address; else as the store's.
    pub async fn open(objects: &impl ReadObjects, address: &str) -> Result<Self, CloudError> {
        let (bucket, key) = split_address(address).ok_or_else(|| {
            CloudError::new(
                ErrorKind::Corrupt,
                format!("open `{address}`"),
                "this is no address such as s3://bucket/key",
            )
        })?;
        let (_, body) = objects.get(bucket, key, None).await?;
        Ok(Self { body, pending: Vec::new(), start: 0, ended: false })
    }

    /// The next line without its end; `None` after the last.
    ///
    /// # Errors
    /// `Connection` when the stream breaks off.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, CloudError> {
        loop {
            let rest = &self.pending[self.start..];
            if let Some(length) = rest.iter().position(|byte| *byte == b'\n') {
                let line = rest[..length].to_vec();
                self.start += length + 1;
                return Ok(Some(line));
            }
            self.pending.drain(..self.start);
            self.start = 0;
            if self.ended {
                let rest = std::mem::take(&mut self.pending);
                return Ok((!rest.is_empty()).then_some(rest));
            }
            match self.body.next().await? {
                Some(chunk) => self.pending.extend_from_slice(&chunk),
                None => self.ended = true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryObjects, objects::WriteObjects as _};

    #[tokio::test]
    async fn lines_are_cut_wherever_the_chunks_are() {
        let text: String = (0..40_000).map(|at| format!("line {at}\n")).collect();
        let objects = MemoryObjects::default();
        objects.put("rejects", "a/b.jsonl", "application/jsonl", (text.clone() + "last").into()).await.expect("put");
        let mut lines = ObjectLines::open(&objects, "s3://rejects/a/b.jsonl").await.expect("opens");
        let mut read = Vec::new();
        while let Some(line) = lines.next().await.expect("reads") {
            read.push(String::from_utf8(line).expect("is text"));
        }
        assert_eq!(read.join("\n"), text + "last");
    }

    #[tokio::test]
    async fn what_is_no_address_is_named() {
        for address in ["", "s3://", "s3://bucket", "s3://bucket/", "https://bucket/key"] {
            let error = ObjectLines::open(&MemoryObjects::default(), address).await.expect_err(address);
            assert_eq!(error.kind, ErrorKind::Corrupt, "{error}");
        }
    }
}
