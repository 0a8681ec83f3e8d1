//! `atalaya pause` and `atalaya resume`: the intake holds what arrives, and lets it go.

use std::collections::BTreeSet;

use atalaya_cloud::ledger::{KeepAudit, Pause, PauseSet, Pauses, ReadFiles};
use atalaya_cloud::objects::{ListObjects, ReadObjects};
use atalaya_cloud::{CloudError, ContractStore, Executions, FileRecord};
use atalaya_contract::{CANARY_DATASET, FileId, FileState, inert};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde_json::json;

use crate::args::{GlobalArgs, PauseArgs, ResumeArgs};
use crate::connect::{self, Stack};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

use super::attempt;
use super::frame::{Decision, Frame};
use super::run::Desk;
use super::summary::{Item, Proposal};
use super::work::{self, AT_ONCE, Control, Step, Target, Worked};

/// Puts a pause in force.
pub(crate) async fn pause(args: &PauseArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let dataset = args.dataset.as_deref();
    if let Some(dataset) = dataset {
        known(stack.objects.clone(), stack.names.bucket("contracts"), dataset).await?;
    }
    let desk = Desk::of(&stack).await;
    let standing = desk.ledger.pauses().await.map_err(connect::cloud)?;
    let proposal = Proposal {
        command: with_dataset("pause", dataset),
        subject: feeds(dataset),
        reason: args.reason.clone(),
        noun: "pause",
        verb: "begin",
        notes: vec![
            "What arrives is entered in the ledger and waits there; nothing is lost, canary files go on.".to_owned(),
            format!(
                "It waits until `atalaya {}`; `atalaya files --status received` shows it.",
                with_dataset("resume", dataset)
            ),
        ],
    };
    let mut frame = Frame::new(output, args.care, proposal);
    let already = standing.iter().find(|pause| pause.dataset.as_deref() == dataset);
    let targets: Vec<_> = match already {
        Some(_) => Vec::new(),
        None => vec![Target { item: item(dataset, "running", "held: what arrives waits"), what: () }],
    };
    let nothing = already.map(told).unwrap_or_default();
    if let Decision::End(verdict) = frame.decide(&targets, &nothing)? {
        return Ok(verdict);
    }
    let pause =
        Pause { dataset: args.dataset.clone(), by: desk.by.clone(), reason: args.reason.clone(), at: Timestamp::now() };
    let set = async |(): &()| match desk.ledger.pause(&pause).await? {
        PauseSet::New => Ok(Step::Done("put in force")),
        PauseSet::Already(pause) => Ok(Step::Left(told(&pause))),
    };
    let worked = frame.work(&desk.ledger, &desk.by, targets, &Control::default(), set).await?;
    frame.tell(&worked, json!({}))?;
    Ok(Verdict::Fine)
}

/// Takes a pause out of force and lets go what waits.
pub(crate) async fn resume(args: &ResumeArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let desk = Desk::of(&stack).await;
    let dataset = args.dataset.as_deref();
    let found = look(&desk.ledger, dataset).await?;
    if let Some(failure) = other_pause(&found, dataset) {
        return Err(failure);
    }
    let mut notes = Vec::new();
    notes.extend(found.pause.as_ref().map(told));
    notes.extend(found.others.iter().map(|other| format!("Goes on waiting: {}", told(other))));
    // Without a file that waits there is still the pause to end.
    let (verb, noun, planned) = match &found.pause {
        Some(_) if found.targets.is_empty() => ("end", "pause", vec![the_pause(dataset)]),
        Some(_) => ("end the pause and let go", "held file", items(&found.targets)),
        None => ("let go", "held file", items(&found.targets)),
    };
    let (command, subject, reason) = (with_dataset("resume", dataset), feeds(dataset), args.reason.clone());
    let proposal = Proposal { command, subject, reason, noun, verb, notes };
    let mut frame = Frame::new(output, args.care, proposal);
    if let Decision::End(verdict) = frame.decide(&planned, &not_paused(dataset))? {
        return Ok(verdict);
    }
    let control = Control::heeding_interrupts();
    let worked = let_go(&desk, &frame.proposal, dataset, found.targets.len(), &control).await?;
    frame.tell(&worked, json!({ "pause_ended": found.pause }))?;
    if worked.targets.is_empty() {
        frame.output.line(format!("{} the pause is over; nothing was waiting", paint(style::GOOD, "✓")))?;
    }
    Ok(Verdict::Fine)
}

/// Ends the pause first, then starts what waits: a file that the intake holds in between is found, and one that it
/// holds afterwards the intake starts itself, since it looks again.
///
/// # Errors
/// The audit record or the end of the pause cannot be written, or what waits cannot be listed.
pub(super) async fn let_go<L, E>(
    desk: &Desk<L, E>,
    proposal: &Proposal,
    dataset: Option<&str>,
    planned: usize,
    control: &Control,
) -> Result<Worked<FileId>, Failure>
where
    L: Pauses + ReadFiles + KeepAudit,
    E: Executions,
{
    let operation = work::begin(&desk.ledger, proposal, &desk.by, planned).await?;
    desk.ledger.unpause(dataset).await.map_err(connect::cloud)?;
    let targets = look(&desk.ledger, dataset).await?.targets;
    let step = async |file_id: &FileId| start(desk, file_id).await;
    let worked = work::make(targets, control, step).await;
    work::end(&desk.ledger, operation, &worked).await;
    Ok(worked)
}

/// Starts a file's execution, then forgets that it was held.
async fn start<L, E>(desk: &Desk<L, E>, file_id: &FileId) -> Result<Step, CloudError>
where
    L: Pauses + ReadFiles,
    E: Executions,
{
    let Some(record) = desk.ledger.get(file_id).await? else {
        return Ok(Step::Left("the ledger does not hold it".to_owned()));
    };
    let waits = record.state == FileState::Received;
    if waits {
        attempt::start(&desk.executions, &record).await?;
    }
    if let Some(dataset) = &record.dataset {
        desk.ledger.let_go(file_id, dataset).await?;
    }
    Ok(Step::Done(if waits { "let go" } else { "on its way already" }))
}

/// What is paused and waits.
#[derive(Debug)]
pub(super) struct Found {
    /// The pause that is to end.
    pub(super) pause: Option<Pause>,
    /// The other pauses in force.
    pub(super) others: Vec<Pause>,
    /// The files that wait for this pause alone.
    pub(super) targets: Vec<Target<FileId>>,
}

/// Looks at the pauses and at what waits for the end of `dataset`'s, or of the one of every feed.
pub(super) async fn look<L: Pauses + ReadFiles>(ledger: &L, dataset: Option<&str>) -> Result<Found, Failure> {
    let standing = ledger.pauses().await.map_err(connect::cloud)?;
    let (mut ours, others): (Vec<_>, Vec<_>) =
        standing.into_iter().partition(|pause| pause.dataset.as_deref() == dataset);
    let held = ledger.held(dataset).await.map_err(connect::cloud)?;
    let mut records = stream::iter(held)
        .map(|file_id| async move { ledger.get(&file_id).await.map(|record| (file_id, record)) })
        .buffered(AT_ONCE);
    let mut targets = Vec::new();
    while let Some((file_id, record)) = records.try_next().await.map_err(connect::cloud)? {
        let of = record.as_ref().and_then(|record| record.dataset.as_deref());
        if !of.is_some_and(|of| others.iter().any(|pause| pause.holds(of))) {
            targets.push(Target { item: held_item(&file_id, record), what: file_id });
        }
    }
    drop(records);
    Ok(Found { pause: ours.pop(), others, targets })
}

fn held_item(file_id: &FileId, record: Option<FileRecord>) -> Item {
    let id = file_id.to_string();
    let will = "let go: its execution is started".to_owned();
    match record {
        Some(record) => Item {
            id,
            name: record.file.key,
            dataset: record.dataset,
            state: record.state.to_string(),
            will,
            change: format!("since {}", human::time(record.received_at)),
        },
        None => Item {
            id,
            name: "not in the ledger".to_owned(),
            dataset: None,
            state: "unknown".to_owned(),
            will,
            change: String::new(),
        },
    }
}

/// Why ending this pause would change nothing, where another one is meant.
fn other_pause(found: &Found, dataset: Option<&str>) -> Option<Failure> {
    if found.pause.is_some() || !found.targets.is_empty() {
        return None;
    }
    let relevant = |pause: &&Pause| dataset.is_none() || pause.dataset.is_none();
    let other = found.others.iter().find(relevant)?;
    let command = with_dataset("resume", other.dataset.as_deref());
    Some(Failure::refused(format!("{}, but {}", not_paused(dataset), told(other))).hint(format!("atalaya {command}")))
}

/// `orders is paused since …, by …: why`.
pub(super) fn told(pause: &Pause) -> String {
    let why = pause.reason.as_ref().map(|reason| format!(": {}", inert::text(reason))).unwrap_or_default();
    let by = inert::name(&pause.by);
    format!("{} paused since {} UTC by {by}{why}", are(pause.dataset.as_deref()), human::time(pause.at))
}

fn are(dataset: Option<&str>) -> String {
    dataset.map_or_else(|| "all feeds are".to_owned(), |dataset| format!("{} is", inert::name(dataset)))
}

fn not_paused(dataset: Option<&str>) -> String {
    dataset.map_or_else(
        || "no pause of all feeds is in force".to_owned(),
        |dataset| format!("{} is not paused by itself", inert::name(dataset)),
    )
}

fn feeds(dataset: Option<&str>) -> String {
    dataset.map_or_else(|| "all feeds".to_owned(), str::to_owned)
}

fn with_dataset(command: &str, dataset: Option<&str>) -> String {
    // It is copied into a shell. A name with a NUL, which no argument can hold, cannot come from one either.
    let word = dataset.and_then(inert::shell_word);
    word.map_or_else(|| command.to_owned(), |word| format!("{command} --dataset {word}"))
}

fn item(dataset: Option<&str>, state: &str, will: &str) -> Item {
    Item {
        id: dataset.unwrap_or("*").to_owned(),
        name: feeds(dataset),
        dataset: None,
        state: state.to_owned(),
        will: will.to_owned(),
        change: String::new(),
    }
}

fn the_pause(dataset: Option<&str>) -> Target<()> {
    Target { item: item(dataset, "paused", "runs again; nothing waits"), what: () }
}

fn items(targets: &[Target<FileId>]) -> Vec<Target<()>> {
    targets.iter().map(|target| Target { item: target.item.clone(), what: () }).collect()
}

/// A dataset that no contract has would be paused in vain.
async fn known<O: ReadObjects + ListObjects>(objects: O, bucket: String, dataset: &str) -> Result<(), Failure> {
    if dataset == CANARY_DATASET {
        return Err(Failure::usage("canary files are never held: they prove that the way is open")
            .hint("to stop them, set CanaryState to DISABLED in the pipeline's stack"));
    }
    let contracts = ContractStore::new(objects, bucket).refresh().await.map_err(connect::cloud)?;
    let names: BTreeSet<_> = contracts
        .catalog
        .entries()
        .flat_map(|(_, contract)| contract.feeds.iter().map(|feed| feed.dataset.clone()))
        .collect();
    if names.contains(dataset) {
        return Ok(());
    }
    let names: Vec<_> = names.into_iter().filter(|name| name != CANARY_DATASET).collect();
    Err(Failure::usage(format!("no published contract has a dataset {}", inert::code(dataset)))
        .hint(format!("there is {}", names.join(", "))))
}
