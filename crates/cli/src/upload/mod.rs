//! `atalaya upload`.

pub(crate) mod destination;
pub(crate) mod transfer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use atalaya_cloud::{ContractStore, FileRecord, ledger::ReadFiles as _};
use atalaya_contract::{FileId, FileState, inert};
use serde::Serialize;

use crate::args::{GlobalArgs, UploadArgs};
use crate::connect::{self, Stack};
use crate::story;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

use destination::{Feeds, Wish};

/// How often the ledger is asked for a file's state.
const ASK_EVERY: Duration = Duration::from_millis(300);

/// What `--json` says about one file.
#[derive(Serialize)]
struct Sent {
    file: String,
    bucket: String,
    key: String,
    version_id: String,
    file_id: FileId,
    dataset: String,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<FileRecord>,
}

/// Finds each file's key, sends all, and waits for the outcomes where asked to.
pub(crate) async fn run(args: &UploadArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    if args.key.is_some() && args.files.len() > 1 {
        return Err(Failure::usage("--key names one object, but several files are to be sent")
            .hint("send them one by one, or use --dataset"));
    }
    for path in &args.files {
        readable(path)?;
    }
    let stack = Stack::find(global, output).await?;
    let contracts = ContractStore::new(stack.objects.clone(), stack.names.bucket("contracts"));
    let contracts = contracts.refresh().await.map_err(connect::cloud)?;
    for invalid in &contracts.invalid {
        let address = format!("s3://{}/{}", stack.names.bucket("contracts"), invalid.key);
        output.note(format!("{} {address} is no valid contract and claims nothing", paint(style::WARN, "warning")));
    }
    let feeds = Feeds(&contracts.catalog);
    // Every file's place is known before the first one is sent.
    let wish = Wish { dataset: args.dataset.as_deref(), key: args.key.as_deref() };
    let plans: Vec<_> = args
        .files
        .iter()
        .map(|path| Ok((path, feeds.destination(&stack.names.bucket("inbox"), path, &wish)?)))
        .collect::<Result<_, Failure>>()?;
    let mut sent = Vec::with_capacity(plans.len());
    for (path, destination) in plans {
        let one = send(&stack, path, destination, output).await?;
        output.line(format!(
            "{} {}  {}  {}",
            paint(style::GOOD, "✓ sent"),
            human::bytes(one.bytes),
            inert::name(&format!("s3://{}/{}", one.bucket, one.key)),
            paint(style::DIM, format!("file {}", one.file_id.short()))
        ))?;
        sent.push(one);
    }
    let verdict = if args.wait { wait(&stack, &mut sent, output).await? } else { hint(&sent, output)? };
    output.answer(&serde_json::json!({ "files": sent }))?;
    Ok(verdict)
}

/// A file that cannot be read is told before anything is sent.
fn readable(path: &PathBuf) -> Result<(), Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| transfer::cannot_read(path, &error))?;
    if metadata.is_file() {
        return Ok(());
    }
    Err(Failure::unreadable(format!("{} is not a file", path.display())).hint("name the files in it, one by one"))
}

async fn send(
    stack: &Stack,
    path: &Path,
    destination: destination::Destination,
    output: &Output,
) -> Result<Sent, Failure> {
    let bucket = stack.names.bucket("inbox");
    let bar = transfer::bar(path, output.is_json());
    let (stored, bytes) = transfer::send(&stack.objects, path, &bucket, &destination.key, &bar).await?;
    Ok(Sent {
        file: path.display().to_string(),
        file_id: FileId::new(&bucket, &destination.key, &stored.version_id),
        bucket,
        key: destination.key,
        version_id: stored.version_id,
        dataset: destination.dataset,
        bytes,
        outcome: None,
    })
}

/// How to go on without `--wait`.
fn hint(sent: &[Sent], output: &mut Output) -> Result<Verdict, Failure> {
    if let [one] = sent {
        output.line(paint(style::DIM, format!("see what becomes of it: atalaya file {}", one.file_id.short())))?;
    } else {
        output.line(paint(style::DIM, "see what becomes of them: atalaya files --watch"))?;
    }
    Ok(Verdict::Fine)
}

/// Waits for every outcome; one that is not `available` makes the answer a no.
async fn wait(stack: &Stack, sent: &mut [Sent], output: &mut Output) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::Fine;
    for one in sent {
        let record = loop {
            match stack.ledger.get(&one.file_id).await.map_err(connect::cloud)? {
                Some(record) if record.state.is_final() => break record,
                _ => tokio::time::sleep(ASK_EVERY).await,
            }
        };
        output.line(story::headline(&record))?;
        output.line(story::consequences(&record))?;
        if record.state != FileState::Available {
            verdict = Verdict::Negative;
        }
        one.outcome = Some(record);
    }
    Ok(verdict)
}
