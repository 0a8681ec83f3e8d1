//! `atalaya redrive`: new attempts for files that the pipeline could not finish, or that no feed claimed.

mod unroutable;

use std::collections::BTreeSet;

use atalaya_cloud::ledger::{BrowseFiles, FileQuery, Pauses};
use atalaya_cloud::objects::{ListObjects, ReadObjects};
use atalaya_cloud::{ContractStore, Contracts, FileRecord, WatchExecutions};
use atalaya_contract::{FileState, RecoveryKind};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use crate::args::{GlobalArgs, RedriveArgs};
use crate::connect::{self, Stack};
use crate::file;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;

use super::attempt::{self, Begin, FileStep, Underway};
use super::follow::Awaited;
use super::frame::Frame;
use super::refusal;
use super::run::{self, Chosen, Desk, Manner};
use super::summary::Proposal;
use super::work::{AT_ONCE, Target};

/// A file that moved so short a while ago is on its way, and nobody is asked about its execution.
const YOUNG: SignedDuration = SignedDuration::from_secs(60);

/// Chooses the files and begins their new attempts.
pub(crate) async fn run(args: &RedriveArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let desk = Desk::of(&stack).await;
    let contracts = ContractStore::new(stack.objects.clone(), stack.names.bucket("contracts"));
    let chosen = choose(&desk, &contracts, args, Timestamp::now()).await?;
    let frame = Frame::new(output, args.how.care, proposal(args));
    let manner = Manner { nothing: "nothing to redrive", wait: args.how.wait, left_is_no: !args.is_bulk() };
    run::run(&desk, frame, chosen, &manner).await
}

/// The files that the command line means, each with what is to be done.
///
/// # Errors
/// A file that is named and not to be redriven; the ledger, Step Functions or the contracts cannot be asked.
pub(super) async fn choose<L, E, O>(
    desk: &Desk<L, E>,
    contracts: &ContractStore<O>,
    args: &RedriveArgs,
    now: Timestamp,
) -> Result<Chosen, Failure>
where
    L: BrowseFiles + Pauses,
    E: WatchExecutions,
    O: ReadObjects + ListObjects,
{
    let mut records = if args.failed {
        candidates(desk, args, now).await?
    } else if args.unroutable {
        unroutable::candidates(&desk.ledger, since(args, now)).await?
    } else {
        named(desk, &args.ids).await?
    };
    let is_any_unroutable = records.iter().any(|record| record.state == FileState::Unroutable);
    let contracts = if is_any_unroutable { Some(contracts.refresh().await.map_err(connect::cloud)?) } else { None };
    // First come, first served.
    records.sort_by(|left, right| {
        let age = |record: &FileRecord| (record.file.created_at, record.file.file_id.clone());
        age(left).cmp(&age(right))
    });
    let reason = args.how.reason.as_deref();
    let mut found =
        stream::iter(records).map(|record| fit(desk, contracts.as_deref(), record, reason)).buffered(AT_ONCE);
    let mut chosen = Chosen::default();
    let mut unclaimed = Vec::new();
    while let Some(fit) = found.try_next().await? {
        match fit {
            Fit::Target(target) if is_of(&target, args.dataset.as_deref()) => chosen.targets.push(*target),
            // No contract claims it, so it is not of the dataset that was named.
            Fit::Unclaimed(_) if args.dataset.is_some() => {}
            // Of all files only those that need it are spoken of.
            Fit::Unclaimed(note) => unclaimed.push(note),
            Fit::Underway(awaited, note) if !args.is_bulk() => {
                chosen.awaited.push(awaited);
                chosen.notes.push(note);
            }
            Fit::Well(note) if !args.is_bulk() => chosen.notes.push(note),
            Fit::Refused(failure) if !args.is_bulk() => return Err(failure),
            Fit::Target(_) | Fit::Underway(..) | Fit::Well(_) | Fit::Refused(_) => {}
        }
    }
    if !args.is_bulk() && !unclaimed.is_empty() {
        return Err(unroutable::refused(unclaimed));
    }
    chosen.notes.extend(unroutable::shortened(unclaimed));
    Ok(chosen)
}

fn proposal(args: &RedriveArgs) -> Proposal {
    let (command, subject) = if args.is_bulk() {
        let since = args.since.map(human::span).unwrap_or_default();
        let option = |name: &str, value: &str| match value {
            "" => String::new(),
            value => format!(" {name} {}", value.replace(' ', "")),
        };
        let dataset = args.dataset.as_deref().unwrap_or_default();
        let options = format!("{}{}", option("--dataset", dataset), option("--since", &since));
        let state = if args.failed { "failed" } else { "unroutable" };
        (format!("redrive --{state}{options}"), format!("{state} files"))
    } else {
        (format!("redrive {}", args.ids.join(" ")), args.ids.join(", "))
    };
    Proposal { command, subject, reason: args.how.reason.clone(), noun: "file", verb: "redrive", notes: Vec::new() }
}

async fn named<L: BrowseFiles, E>(desk: &Desk<L, E>, ids: &[String]) -> Result<Vec<FileRecord>, Failure> {
    let mut records: Vec<FileRecord> = Vec::with_capacity(ids.len());
    for id in ids {
        let record = file::find(&desk.ledger, id).await?;
        if records.iter().all(|known| known.file.file_id != record.file.file_id) {
            records.push(record);
        }
    }
    Ok(records)
}

/// Files that may need a new attempt: the failed ones, and those that have no outcome although they should.
async fn candidates<L, E>(desk: &Desk<L, E>, args: &RedriveArgs, now: Timestamp) -> Result<Vec<FileRecord>, Failure>
where
    L: BrowseFiles + Pauses,
{
    let since = since(args, now);
    let query = |state| FileQuery { state: Some(state), dataset: args.dataset.clone(), since, limit: usize::MAX };
    let mut records = desk.ledger.list(&query(FileState::Failed)).await.map_err(connect::cloud)?;
    let mut known: BTreeSet<_> = records.iter().map(|record| record.file.file_id.clone()).collect();
    // What a pause holds is not forgotten: `resume` starts it.
    known.extend(desk.ledger.held(args.dataset.as_deref()).await.map_err(connect::cloud)?);
    for state in FileState::UNDER_WAY {
        let underway = desk.ledger.list(&query(state)).await.map_err(connect::cloud)?;
        records.extend(
            underway.into_iter().filter(|record| is_suspect(record, now) && known.insert(record.file.file_id.clone())),
        );
    }
    Ok(records)
}

/// Whether the file belongs to the dataset from now on; to any where none is named.
fn is_of(target: &Target<FileStep>, dataset: Option<&str>) -> bool {
    dataset.is_none_or(|dataset| target.what.dataset() == Some(dataset))
}

fn since(args: &RedriveArgs, now: Timestamp) -> Option<Timestamp> {
    args.since.and_then(|seconds| now.checked_sub(SignedDuration::from_secs(seconds)).ok())
}

/// Whether a file without an outcome may be nobody's business any more.
fn is_suspect(record: &FileRecord, now: Timestamp) -> bool {
    let begun_by_a_command = record.state == FileState::Received && record.attempt > 1;
    let moved = record.history.last().map_or(record.received_at, |step| step.at);
    begun_by_a_command || now.duration_since(moved) >= YOUNG
}

/// What the command makes of a file.
enum Fit {
    Target(Box<Target<FileStep>>),
    Underway(Awaited, String),
    Well(String),
    Refused(Failure),
    /// No contract claims it today either; why, with its name.
    Unclaimed(String),
}

async fn fit<L, E>(
    desk: &Desk<L, E>,
    contracts: Option<&Contracts>,
    record: FileRecord,
    reason: Option<&str>,
) -> Result<Fit, Failure>
where
    L: BrowseFiles,
    E: WatchExecutions,
{
    let anew = |record: FileRecord, state: String, will: String| {
        let begin = Begin::anew(RecoveryKind::Redrive, &desk.by, reason, None);
        let step = FileStep { record, begin };
        Fit::Target(Box::new(attempt::target(step, state, will)))
    };
    match record.state {
        FileState::Failed => {
            let will = will(&record);
            Ok(anew(record, "failed".to_owned(), will))
        }
        FileState::Received | FileState::Processing => {
            match attempt::underway(&desk.executions, &record).await.map_err(connect::cloud)? {
                Underway::Unstarted if record.attempt > 1 => {
                    let step = FileStep { record, begin: Begin::Before };
                    let will = "begun before: its execution is started";
                    Ok(Fit::Target(Box::new(attempt::target(step, "received", will))))
                }
                Underway::Unstarted => Ok(Fit::Refused(refusal::unstarted(&record))),
                Underway::Running => {
                    let note = format!("{} is on its way, in attempt {}", attempt::name(&record), record.attempt);
                    let awaited = Awaited { file_id: record.file.file_id.clone(), attempt: record.attempt };
                    Ok(Fit::Underway(awaited, note))
                }
                Underway::Abandoned(status) => {
                    let now = desk.ledger.get(&record.file.file_id).await.map_err(connect::cloud)?.unwrap_or(record);
                    Ok(match now.state {
                        FileState::Failed => {
                            let will = will(&now);
                            anew(now, "failed".to_owned(), will)
                        }
                        state if state.is_final() => ended(&now),
                        state => {
                            let status = status.to_lowercase().replace('_', " ");
                            anew(now, state.to_string(), format!("its execution ended ({status}): a new attempt"))
                        }
                    })
                }
            }
        }
        _ => Ok(match contracts.filter(|_| record.state == FileState::Unroutable) {
            Some(contracts) => unroutable::fit(contracts, record, &desk.by, reason),
            None => ended(&record),
        }),
    }
}

/// A file with an outcome: of an earlier redrive, or of something that a redrive does not change.
fn ended(record: &FileRecord) -> Fit {
    match &record.recovery {
        Some(recovery) => {
            let done = format!("{} by {}", recovery.kind.done(), recovery.by);
            Fit::Well(format!("{} was {done} and is {} now", attempt::name(record), record.state))
        }
        None => Fit::Refused(refusal::refused(record, RecoveryKind::Redrive)),
    }
}

/// What a redrive of the failed file does: again what the failed attempt was for.
fn will(record: &FileRecord) -> String {
    let earlier = record.recovery.as_ref().map(|recovery| recovery.kind);
    match earlier {
        Some(RecoveryKind::Replay) => "its replay is tried again",
        Some(RecoveryKind::ReplayRejects) => "the replay of its rejects is tried again",
        Some(RecoveryKind::Release) => "its release is tried again",
        Some(RecoveryKind::Redrive | RecoveryKind::Discard) | None => "a new attempt, under the same contract",
    }
    .to_owned()
}
