//! What a file's processing writes: the accepted rows as Parquet, the rejects as JSON lines. Both have names that
//! follow from the file, so that a repeat writes the same objects, and neither is visible before it is completed.

use atalaya_cloud::{
    CloudError,
    objects::{ObjectWriter, WriteObjects},
};
use atalaya_contract::FileId;
use atalaya_engine::Engine;

/// Key of a file's Parquet in the curated bucket.
#[must_use]
pub fn parquet_key(dataset: &str, file_id: &FileId) -> String {
    format!("{dataset}/{file_id}.parquet")
}

/// Key of a file's list of rejects in the rejects bucket.
#[must_use]
pub fn rejects_key(dataset: &str, file_id: &FileId) -> String {
    format!("{dataset}/{file_id}.jsonl")
}

/// The two objects, being written.
pub(crate) struct OutputWriters<'a, W> {
    parquet: ObjectWriter<'a, W>,
    rejects: ObjectWriter<'a, W>,
}

impl<'a, W: WriteObjects> OutputWriters<'a, W> {
    pub(crate) fn new(objects: &'a W, curated: &str, rejects: &str, dataset: &str, file_id: &FileId) -> Self {
        let parquet =
            ObjectWriter::new(objects, curated, &parquet_key(dataset, file_id), "application/vnd.apache.parquet");
        let rejects = ObjectWriter::new(objects, rejects, &rejects_key(dataset, file_id), "application/x-ndjson");
        Self { parquet, rejects }
    }

    /// Passes on what the engine has made since the last time.
    pub(crate) async fn drain(&mut self, engine: &mut Engine) -> Result<(), CloudError> {
        let parquet = engine.take_parquet();
        if !parquet.is_empty() {
            self.parquet.write(&parquet).await?;
        }
        let rejects = engine.take_rejects();
        if !rejects.is_empty() {
            self.rejects.write(&rejects).await?;
        }
        Ok(())
    }

    /// Makes the list of rejects visible, if there are any; returns its address.
    pub(crate) async fn complete_rejects(&mut self) -> Result<Option<String>, CloudError> {
        if self.rejects.written() == 0 {
            return Ok(None);
        }
        self.rejects.complete().await?;
        Ok(Some(self.rejects.address()))
    }

    /// Makes the accepted rows visible; returns their address.
    pub(crate) async fn complete_parquet(&mut self) -> Result<String, CloudError> {
        self.parquet.complete().await?;
        Ok(self.parquet.address())
    }

    /// Bytes of the list of rejects.
    pub(crate) fn rejects_bytes(&self) -> u64 {
        self.rejects.written()
    }

    /// Bytes of the Parquet.
    pub(crate) fn parquet_bytes(&self) -> u64 {
        self.parquet.written()
    }

    /// Throws away what has not been completed. A failure costs storage until the bucket's lifecycle ends the upload,
    /// so it is logged and no more.
    pub(crate) async fn abort(&mut self) {
        for aborted in [self.parquet.abort().await, self.rejects.abort().await] {
            if let Err(error) = aborted {
                tracing::warn!(error = &error as &dyn std::error::Error, "an unfinished upload stays behind");
            }
        }
    }
}
