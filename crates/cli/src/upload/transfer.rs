//! A file's bytes on their way to S3: one call when it is small, parts beside each other when it is large.

use std::io;
use std::path::Path;

use atalaya_cloud::objects::{PART_BYTES, Part, Stored, Upload, WriteObjects};
use bytes::Bytes;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tokio::task::JoinSet;

use crate::connect;
use atalaya_terminal::exit::Failure;

/// Parts in flight at once; each is held in memory.
const IN_FLIGHT: usize = 4;
/// The most parts that S3 takes.
const MOST_PARTS: u64 = 10_000;
/// What the inbox is told about every file; its contract knows better.
pub(crate) const CONTENT_TYPE: &str = "application/octet-stream";
/// Smaller files are sent before a bar could be read.
const WORTH_A_BAR: u64 = 4 << 20;

/// Sends the file at `path`, and says what was stored and how many bytes.
pub(crate) async fn send<O>(
    objects: &O,
    path: &Path,
    bucket: &str,
    key: &str,
    bar: &ProgressBar,
) -> Result<(Stored, u64), Failure>
where
    O: WriteObjects + Clone + 'static,
{
    let mut file = File::open(path).await.map_err(|error| cannot_read(path, &error))?;
    let size = file.metadata().await.map_err(|error| cannot_read(path, &error))?.len();
    let part_bytes = (size.div_ceil(MOST_PARTS)).max(PART_BYTES as u64);
    let first = read(&mut file, part_bytes, path).await?;
    if (first.len() as u64) < part_bytes {
        let length = first.len() as u64;
        let stored = objects.put(bucket, key, CONTENT_TYPE, first).await.map_err(connect::cloud)?;
        bar.finish_and_clear();
        return Ok((stored, length));
    }
    let upload = objects.begin_upload(bucket, key, CONTENT_TYPE).await.map_err(connect::cloud)?;
    let sent = parts(objects, &upload, first, &mut file, part_bytes, path, bar).await;
    bar.finish_and_clear();
    let (parts, length) = match sent {
        Ok(sent) => sent,
        Err(failure) => {
            // What the abort cannot take away, the bucket's lifecycle does.
            let _ = objects.abort_upload(&upload).await;
            return Err(failure);
        }
    };
    let stored = objects.complete_upload(&upload, &parts).await.map_err(connect::cloud)?;
    Ok((stored, length))
}

/// Sends every part, and gives them back in order, with the bytes that they hold.
async fn parts<O>(
    objects: &O,
    upload: &Upload,
    first: Bytes,
    file: &mut File,
    part_bytes: u64,
    path: &Path,
    bar: &ProgressBar,
) -> Result<(Vec<Part>, u64), Failure>
where
    O: WriteObjects + Clone + 'static,
{
    let mut flying = JoinSet::new();
    let mut done = Vec::new();
    let (mut chunk, mut number, mut length) = (first, 0_u32, 0_u64);
    while !chunk.is_empty() {
        if flying.len() == IN_FLIGHT {
            landed(&mut flying, &mut done, bar).await?;
        }
        number += 1;
        length += chunk.len() as u64;
        let (objects, upload, bytes) = (objects.clone(), upload.clone(), chunk);
        flying.spawn(async move {
            let size = bytes.len() as u64;
            objects.upload_part(&upload, number, bytes).await.map(|part| (part, size))
        });
        chunk = read(file, part_bytes, path).await?;
    }
    while !flying.is_empty() {
        landed(&mut flying, &mut done, bar).await?;
    }
    done.sort_unstable_by_key(|part: &Part| part.number);
    Ok((done, length))
}

/// Waits for one part.
async fn landed(
    flying: &mut JoinSet<Result<(Part, u64), atalaya_cloud::CloudError>>,
    done: &mut Vec<Part>,
    bar: &ProgressBar,
) -> Result<(), Failure> {
    let Some(result) = flying.join_next().await else { return Ok(()) };
    let (part, size) = result
        .map_err(|error| Failure::internal(format!("sending a part broke off: {error}")))?
        .map_err(connect::cloud)?;
    bar.inc(size);
    done.push(part);
    Ok(())
}

/// The next `length` bytes; fewer at the end of the file.
async fn read(file: &mut File, length: u64, path: &Path) -> Result<Bytes, Failure> {
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).await.map_err(|error| cannot_read(path, &error))?;
    Ok(bytes.into())
}

/// The failure that names the file.
pub(crate) fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::unreadable(format!("cannot read {}: {error}", path.display()))
        .hint("check the path, and that you may read it")
}

/// A bar on stderr for a large file, where stderr is a terminal and no script reads.
pub(crate) fn bar(path: &Path, hidden: bool) -> ProgressBar {
    let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if hidden || size < WORTH_A_BAR {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("  {bar:30} {bytes:>10} of {total_bytes}, {bytes_per_sec}, {eta} left")
        .expect("the template is right: a test renders it");
    ProgressBar::new(size).with_style(style)
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::MemoryObjects;

    use super::*;

    fn sample(length: usize) -> (tempfile::NamedTempFile, Vec<u8>) {
        let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), &bytes).expect("written");
        (file, bytes)
    }

    #[tokio::test]
    async fn small_and_large_files_arrive_whole() {
        for length in [0, 1000, PART_BYTES, 2 * PART_BYTES + 17, 6 * PART_BYTES] {
            let (file, expected) = sample(length);
            let objects = MemoryObjects::default();
            let (_, sent) = send(&objects, file.path(), "inbox", "k", &ProgressBar::hidden()).await.expect("sent");
            assert_eq!(sent, length as u64);
            assert!(objects.bytes("inbox", "k").expect("is there") == expected, "{length} bytes differ");
            assert_eq!(objects.open_uploads(), 0);
        }
    }

    #[tokio::test]
    async fn a_part_that_fails_leaves_no_upload_behind() {
        let (file, _) = sample(3 * PART_BYTES);
        let objects = MemoryObjects::default();
        objects.fail_next("UploadPart", atalaya_cloud::ErrorKind::Denied);
        let result = send(&objects, file.path(), "inbox", "k", &ProgressBar::hidden()).await;
        assert!(result.is_err());
        assert_eq!((objects.open_uploads(), objects.bytes("inbox", "k")), (0, None));
    }

    #[test]
    fn the_bar_s_template_is_valid() {
        let (file, _) = sample(WORTH_A_BAR as usize);
        assert_eq!(bar(file.path(), false).length(), Some(WORTH_A_BAR));
    }
}
