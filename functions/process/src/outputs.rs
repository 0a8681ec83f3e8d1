//! What a file's processing writes: the accepted rows as Parquet, the rejects as JSON lines. Both have names that
//! follow from the file, so that a repeat writes the same objects, and neither is visible before it is completed. Rows
//! that are added to a file that readers read already, and the rejects that remain then, have names that follow from
//! the attempt after which they were added.

use std::collections::BTreeSet;

use atalaya_cloud::{
    CloudError,
    objects::{ObjectWriter, WriteObjects, split_address},
};
use atalaya_contract::{FileId, Loaded};
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

/// Key of the rows that are added to a file after an attempt has made the others readable.
#[must_use]
pub fn added_parquet_key(dataset: &str, file_id: &FileId, after: u32) -> String {
    format!("{dataset}/{file_id}.after-{after}.parquet")
}

/// Key of the list of rejects that remain when rows are added so. The earlier list stays as it is: it says which rows
/// were judged again, to a redrive too.
#[must_use]
pub fn added_rejects_key(dataset: &str, file_id: &FileId, after: u32) -> String {
    format!("{dataset}/{file_id}.after-{after}.jsonl")
}

/// Keys of all Parquet that a file may have made visible in the bucket `curated`, given what is known to be loaded.
pub(crate) fn parquet_keys(
    curated: &str,
    dataset: &str,
    file_id: &FileId,
    loaded: Option<&Loaded>,
) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([parquet_key(dataset, file_id)]);
    if let Some(loaded) = loaded {
        keys.insert(added_parquet_key(dataset, file_id, loaded.attempt));
        let addresses = loaded.outputs.parquet.iter().filter_map(|address| split_address(address));
        keys.extend(addresses.filter(|(bucket, _)| *bucket == curated).map(|(_, key)| key.to_owned()));
    }
    keys
}

/// The two objects, being written.
pub(crate) struct OutputWriters<'a, W> {
    parquet: ObjectWriter<'a, W>,
    rejects: ObjectWriter<'a, W>,
}

impl<'a, W: WriteObjects> OutputWriters<'a, W> {
    /// The objects of a file's rows, or of those that are added to what is `loaded`.
    pub(crate) fn new(
        objects: &'a W,
        [curated, rejects]: [&str; 2],
        dataset: &str,
        file_id: &FileId,
        loaded: Option<&Loaded>,
    ) -> Self {
        let (parquet_key, rejects_key) = match loaded {
            None => (parquet_key(dataset, file_id), rejects_key(dataset, file_id)),
            Some(Loaded { attempt, .. }) => {
                (added_parquet_key(dataset, file_id, *attempt), added_rejects_key(dataset, file_id, *attempt))
            }
        };
        let parquet = ObjectWriter::new(objects, curated, &parquet_key, "application/vnd.apache.parquet");
        let rejects = ObjectWriter::new(objects, rejects, &rejects_key, "application/x-ndjson");
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
