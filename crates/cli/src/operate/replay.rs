//! `atalaya replay`: a file is judged again, whole or in its rejected rows alone, under a contract that is named or
//! the newest one.

mod version;

use atalaya_cloud::ledger::{BrowseFiles, KeepAudit, RecoverFiles};
use atalaya_cloud::objects::{ListVersions, ReadObjects};
use atalaya_cloud::{FileRecord, WatchExecutions};
use atalaya_contract::{ContractRef, FileState, MOST_LISTED_REJECTS, RecoveryKind};

use crate::args::{GlobalArgs, ReplayArgs};
use crate::connect::Stack;
use crate::file;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;

use super::attempt::{self, Begin, FileStep};
use super::frame::Frame;
use super::refusal;
use super::release::decided_before;
use super::run::{self, Chosen, Desk, Manner};
use super::summary::Proposal;

/// Chooses the contract and begins the new attempt.
pub(crate) async fn run(args: &ReplayArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let desk = Desk::of(&stack).await;
    let chosen = choose(&desk, &stack.objects, args).await?;
    let frame = Frame::new(output, args.how.care, proposal(args));
    run::run(&desk, frame, chosen, &Manner { nothing: "nothing to replay", wait: args.how.wait, left_is_no: true })
        .await
}

fn kind(args: &ReplayArgs) -> RecoveryKind {
    if args.rejects_only { RecoveryKind::ReplayRejects } else { RecoveryKind::Replay }
}

fn proposal(args: &ReplayArgs) -> Proposal {
    let mut command = format!("replay {}", args.id);
    if let Some(version) = &args.contract {
        command.push_str(&format!(" --contract {version}"));
    }
    if args.rejects_only {
        command.push_str(" --rejects-only");
    }
    if args.again {
        command.push_str(" --again");
    }
    let (subject, reason) = (args.id.clone(), args.how.reason.clone());
    Proposal { command, subject, reason, noun: "file", verb: "replay", notes: Vec::new() }
}

/// The one file, with the contract that is to judge it.
///
/// # Errors
/// The file cannot be replayed so as it stands, or there is no such contract; or it cannot be asked how that is.
pub(super) async fn choose<L, E, O>(desk: &Desk<L, E>, objects: &O, args: &ReplayArgs) -> Result<Chosen, Failure>
where
    L: BrowseFiles + RecoverFiles + KeepAudit,
    E: WatchExecutions,
    O: ReadObjects + ListVersions,
{
    let kind = kind(args);
    let record = file::find(&desk.ledger, &args.id).await?;
    if let Some(chosen) = decided_before(desk, &record, kind).await? {
        return Ok(chosen);
    }
    if let Some(note) = nothing_left(&record, kind) {
        return Ok(Chosen { notes: vec![note], ..Chosen::default() });
    }
    record.may_recover(kind).map_err(|_| refusal::refused(&record, kind))?;
    let (Some(before), Some(dataset)) = (&record.contract, &record.dataset) else {
        return Err(refusal::refused(&record, kind));
    };
    if kind == RecoveryKind::ReplayRejects {
        refuse_partial_list(&record)?;
    }
    let after = version::find(objects, before, args.contract.as_deref(), dataset).await?;
    if !args.again && is_done(&record, kind, &after) {
        let note = format!(
            "{} was {} under {} {} before and is {}: the same again would end the same; --again does it all the same",
            attempt::name(&record),
            kind.done(),
            after.id,
            after.version,
            record.state
        );
        return Ok(Chosen { notes: vec![note], ..Chosen::default() });
    }
    let notes = vec![from_to(before, &after)];
    let (state, will) = words(&record, kind);
    let begin = Begin::anew(kind, &desk.by, args.how.reason.as_deref(), Some(after));
    let step = FileStep { record, begin };
    Ok(Chosen { targets: vec![attempt::target(step, state, will)], notes, ..Chosen::default() })
}

/// Refuses to judge rejected rows again that are not all known: the list of rejects names them, as far as it goes.
pub(super) fn refuse_partial_list(record: &FileRecord) -> Result<(), Failure> {
    if record.rejects.iter().map(|kind| kind.count).sum::<u64>() <= MOST_LISTED_REJECTS {
        return Ok(());
    }
    let message =
        format!("{} has more rejects than its list names, so that not all its rows are known", attempt::name(record));
    Err(Failure::refused(message).hint("leave --rejects-only out: the whole file is judged again"))
}

/// What to say where an earlier replay of the rejects has left none.
fn nothing_left(record: &FileRecord, kind: RecoveryKind) -> Option<String> {
    let earlier = record.recovery.as_ref().filter(|recovery| recovery.kind == RecoveryKind::ReplayRejects)?;
    let is_clean = record.state == FileState::Available && !record.has_rejected_rows();
    (kind == RecoveryKind::ReplayRejects && is_clean).then(|| {
        format!(
            "{} was {} by {} before: no row of it is rejected any more",
            attempt::name(record),
            kind.done(),
            earlier.by
        )
    })
}

/// Whether the last attempt was this very replay, and came to its end.
fn is_done(record: &FileRecord, kind: RecoveryKind, contract: &ContractRef) -> bool {
    let was_it = record.recovery.as_ref().is_some_and(|recovery| recovery.kind == kind);
    was_it && record.state != FileState::Failed && record.contract.as_ref() == Some(contract)
}

fn from_to(before: &ContractRef, after: &ContractRef) -> String {
    if before == after {
        return format!(
            "It is judged under {} {}, as before: no newer version of {} is stored.",
            after.id, after.version, after.key
        );
    }
    format!(
        "It was judged under {} {} and is judged now under {} {} ({}, stored version {}).",
        before.id, before.version, after.id, after.version, after.key, after.version_id
    )
}

/// How the file stands, and what becomes of it.
fn words(record: &FileRecord, kind: RecoveryKind) -> (String, String) {
    let rows = record.loaded().map(|loaded| loaded.rows).or(record.rows).unwrap_or_default();
    let (accepted, rejected) = (human::counted(rows.accepted, "row"), human::counted(rows.rejected, "row"));
    let state = format!("{}: {accepted} accepted, {rejected} rejected", record.state);
    let will = match (kind, record.state) {
        (RecoveryKind::ReplayRejects, _) => {
            format!("{rejected} judged again; the good ones are added to the {accepted} that are loaded")
        }
        (_, FileState::Rejected) => "judged again, whole".to_owned(),
        _ => format!("judged again, whole; the {accepted} that are loaded stay readable until then"),
    };
    (state, will)
}
