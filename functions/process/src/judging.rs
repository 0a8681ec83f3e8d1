//! Reading of a file: its bytes through the engine, and through a hash that names its content.

use std::sync::Arc;

use atalaya_cloud::{
    CloudError,
    objects::{ObjectBody, ReadObjects, WriteObjects},
};
use atalaya_engine::{Engine, OtherKeys, Plan, Rows, Taken, Verdict};
use atalaya_telemetry::FileAttempt;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::{Attempt, Process, ProcessError, outputs::OutputWriters};

/// What reading a file has shown.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) sha256: String,
}

/// A file being read. Every byte goes through the hash, whoever else wants it.
struct Reading<'a> {
    body: ObjectBody,
    sha256: Sha256,
    telling: &'a mut FileAttempt,
    read: u64,
}

impl Reading<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>, CloudError> {
        let chunk = self.body.next().await?;
        if let Some(chunk) = &chunk {
            self.read += chunk.len() as u64;
            self.telling.bytes_read(self.read);
            self.sha256.update(chunk);
        }
        Ok(chunk)
    }

    fn judged(self, verdict: Verdict) -> Judged {
        let sha256 = self.sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Judged { verdict, sha256 }
    }
}

impl<O, L, C> Process<O, L, C>
where
    O: ReadObjects + WriteObjects,
{
    /// Streams the object through the engine; outputs go up as they are made. With `again` only those rows are judged.
    pub(crate) async fn judge(
        &self,
        attempt: &Attempt<'_>,
        plan: Arc<Plan>,
        again: Option<&Arc<Rows>>,
        outputs: &mut OutputWriters<'_, O>,
        telling: &mut FileAttempt,
    ) -> Result<Judged, ProcessError> {
        let mut read_before = 0;
        let mut engine = match again {
            None => Engine::new(plan)?,
            Some(rows) if !plan.compares_rows() => Engine::for_rows(plan, Arc::clone(rows), None)?,
            Some(rows) => {
                let mut reading = self.open(attempt, 0, telling).await?;
                match others(&mut reading, &plan, rows).await? {
                    Err(verdict) => return Ok(reading.judged(*verdict)),
                    Ok(keys) => {
                        read_before = reading.read;
                        Engine::for_rows(plan, Arc::clone(rows), Some(keys))?
                    }
                }
            }
        };
        let mut reading = self.open(attempt, read_before, telling).await?;
        while let Some(chunk) = reading.next().await? {
            // Once a fault of the whole file is known the rest is read for its hash alone.
            let mut rest = &chunk[..];
            while !rest.is_empty() && !engine.is_settled() {
                let taken = engine.feed(rest)?;
                rest = &rest[taken..];
                outputs.drain(&mut engine).await?;
            }
        }
        let verdict = engine.finish()?;
        outputs.drain(&mut engine).await?;
        Ok(reading.judged(verdict))
    }

    async fn open<'a>(
        &self,
        attempt: &Attempt<'_>,
        read_before: u64,
        telling: &'a mut FileAttempt,
    ) -> Result<Reading<'a>, ProcessError> {
        let file = &attempt.request.file;
        let opened = self.objects.get(&file.bucket, &file.key, Some(&file.version_id)).await;
        let (_, body) = opened.map_err(|source| match source.is_not_found() {
            true => ProcessError::Gone { file: Box::new(file.clone()), source },
            false => source.into(),
        })?;
        Ok(Reading { body, sha256: Sha256::new(), telling, read: read_before })
    }
}

/// The keys of the rows that are loaded already; the verdict on a file that cannot be judged at all.
async fn others(
    reading: &mut Reading<'_>,
    plan: &Arc<Plan>,
    rows: &Arc<Rows>,
) -> Result<Result<Taken, Box<Verdict>>, ProcessError> {
    let mut keys = OtherKeys::new(Arc::clone(plan), Arc::clone(rows))?;
    while let Some(chunk) = reading.next().await? {
        if !keys.is_settled() {
            keys.feed(&chunk)?;
        }
    }
    Ok(keys.finish()?)
}
