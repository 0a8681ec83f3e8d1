//! `atalaya reconcile`: objects of the inbox that the ledger does not know are handed to the intake.
//!
//! S3 tells of an object once. Where that event was lost (a rule was off, a queue was emptied) nobody knows of the
//! object, and no alarm names it; but it lies in the inbox. What is handed over is the event that S3 would have sent.
//! The claim in the ledger makes a second one harmless, so an object that is merely on its way comes to no harm.

use atalaya_cloud::ledger::ReadFiles;
use atalaya_cloud::objects::{ListVersions, ObjectMeta};
use atalaya_cloud::{CloudError, ErrorKind};
use atalaya_contract::{FileRef, write_arrival};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::args::{DeadLetterQueue, GlobalArgs, ReconcileArgs};
use crate::connect::{self, Stack};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;

use super::dlq::recipient::{Deployed, Recipient};
use super::follow::Awaited;
use super::frame::{Decision, Frame};
use super::run::{self, Desk};
use super::summary::{Item, Proposal};
use super::work::{AT_ONCE, Control, Step, Target};

/// Compares, and hands over what nobody knows.
pub(crate) async fn run(args: &ReconcileArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let inbox = stack.names.bucket("inbox");
    let targets = choose(&stack.ledger, &stack.objects, &inbox, args, Timestamp::now()).await?;
    let mut frame = Frame::new(output, args.how.care, proposal(args, &inbox));
    if let Decision::End(verdict) = frame.decide(&targets, "the ledger knows every object of the inbox")? {
        return Ok(verdict);
    }
    let intake = Deployed::of(&stack, DeadLetterQueue::Intake).await?;
    let desk = Desk::of(&stack).await;
    let control = Control::heeding_interrupts();
    let step = async |file: &FileRef| hand_over(&intake, file).await;
    let worked = frame.work(&desk.ledger, &desk.by, targets, &control, step).await?;
    if !args.how.wait {
        frame.tell(&worked, json!({}))?;
        return Ok(Verdict::Fine);
    }
    let awaited = worked.made().map(|file| Awaited { file_id: file.file_id.clone(), attempt: 1 }).collect();
    run::tell_outcomes(&desk.ledger, &mut frame, &worked, awaited, &control).await
}

/// The objects that the ledger does not know, the oldest first.
///
/// # Errors
/// The inbox cannot be listed, or the ledger not be asked.
pub(super) async fn choose(
    ledger: &impl ReadFiles,
    objects: &impl ListVersions,
    inbox: &str,
    args: &ReconcileArgs,
    now: Timestamp,
) -> Result<Vec<Target<FileRef>>, Failure> {
    let since = now.checked_sub(SignedDuration::from_secs(args.since)).unwrap_or(Timestamp::MIN);
    let stored = objects.all_versions(inbox, args.prefix.as_deref().unwrap_or_default()).await;
    let stored = stored.map_err(connect::cloud)?.into_iter();
    let files =
        stored.filter(|object| object.modified_at.is_none_or(|at| at >= since)).map(|object| file(inbox, object));
    // A folder that a console makes is no file, to the intake neither.
    let files = files.filter(|file| !file.is_folder());
    let asked = stream::iter(files).map(|file| async move {
        let known = ledger.get(&file.file_id).await.map_err(connect::cloud)?;
        Ok::<_, Failure>(known.is_none().then_some(file))
    });
    let mut unknown: Vec<_> =
        asked.buffer_unordered(AT_ONCE).try_filter_map(|file| async { Ok(file) }).try_collect().await?;
    unknown.sort_by(|left: &FileRef, right| (left.created_at, &left.file_id).cmp(&(right.created_at, &right.file_id)));
    Ok(unknown.into_iter().map(target).collect())
}

fn file(inbox: &str, object: ObjectMeta) -> FileRef {
    let ObjectMeta { key, version_id, size, modified_at, .. } = object;
    let (version_id, created_at) = (version_id.unwrap_or_default(), modified_at.unwrap_or_default());
    FileRef::new(inbox.to_owned(), key, version_id, size, created_at)
}

fn target(file: FileRef) -> Target<FileRef> {
    let item = Item {
        id: file.file_id.to_string(),
        name: file.key.clone(),
        dataset: None,
        state: "not in the ledger".to_owned(),
        will: "handed to the intake, as if it came now".to_owned(),
        change: format!("stored {}", human::time(file.created_at)),
    };
    Target { item, what: file }
}

fn proposal(args: &ReconcileArgs, inbox: &str) -> Proposal {
    let prefix = args.prefix.as_deref().unwrap_or_default();
    let option = if prefix.is_empty() { String::new() } else { format!(" --prefix {prefix}") };
    Proposal {
        command: format!("reconcile{option} --since {}", human::span(args.since).replace(' ', "")),
        subject: format!("s3://{inbox}/{prefix}"),
        reason: args.how.reason.clone(),
        noun: "file",
        verb: "take in",
        notes: Vec::new(),
    }
}

/// Hands one object to the intake; when this returns, its queue holds the event.
pub(super) async fn hand_over(intake: &impl Recipient, file: &FileRef) -> Result<Step, CloudError> {
    let taken = intake.take(&write_arrival(file)).await;
    taken
        .map(|()| Step::Done("handed to the intake"))
        .map_err(|failure| CloudError::new(ErrorKind::Unavailable, "hand it to the intake", failure.to_string()))
}
