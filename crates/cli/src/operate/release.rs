//! `atalaya release` and `atalaya discard`: a person decides about a file that the contract turned down.

use atalaya_cloud::ledger::{BrowseFiles, KeepAudit, RecoverFiles};
use atalaya_cloud::{FileRecord, WatchExecutions};
use atalaya_contract::{FileState, RecoveryKind};

use crate::args::{CareArgs, DiscardArgs, GlobalArgs, ReleaseArgs};
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

/// A decision as the command line says it.
pub(super) struct Decided<'a> {
    pub(super) kind: RecoveryKind,
    pub(super) id: &'a str,
    pub(super) reason: &'a str,
}

/// Loads the accepted rows of a rejected file.
pub(crate) async fn release(args: &ReleaseArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let decided = Decided { kind: RecoveryKind::Release, id: &args.id, reason: &args.reason };
    decide(&decided, args.care, args.wait, global, output).await
}

/// Gives a file up.
pub(crate) async fn discard(args: &DiscardArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let decided = Decided { kind: RecoveryKind::Discard, id: &args.id, reason: &args.reason };
    decide(&decided, args.care, false, global, output).await
}

async fn decide(
    decided: &Decided<'_>,
    care: CareArgs,
    wait: bool,
    global: &GlobalArgs,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    if decided.reason.trim().is_empty() {
        return Err(Failure::usage("--reason is empty").hint("say why: the notice to readers and senders quotes it"));
    }
    let stack = Stack::find(global, output).await?;
    let desk = Desk::of(&stack).await;
    let chosen = choose(&desk, decided).await?;
    let frame = Frame::new(output, care, proposal(decided));
    run::run(&desk, frame, chosen, &Manner { nothing: "nothing to do", wait, left_is_no: true }).await
}

fn proposal(decided: &Decided<'_>) -> Proposal {
    let verb = if decided.kind == RecoveryKind::Release { "release" } else { "discard" };
    Proposal {
        command: format!("{verb} {}", decided.id),
        subject: decided.id.to_owned(),
        reason: Some(decided.reason.to_owned()),
        noun: "file",
        verb,
        notes: Vec::new(),
    }
}

/// The one file, with what is to be done.
///
/// # Errors
/// The decision does not fit the file as it stands; or it cannot be asked how that is.
pub(super) async fn choose<L, E>(desk: &Desk<L, E>, decided: &Decided<'_>) -> Result<Chosen, Failure>
where
    L: BrowseFiles + RecoverFiles + KeepAudit,
    E: WatchExecutions,
{
    let record = file::find(&desk.ledger, decided.id).await?;
    if let Some(chosen) = decided_before(desk, &record, decided.kind).await? {
        return Ok(chosen);
    }
    record.may_recover(decided.kind).map_err(|_| refusal::refused(&record, decided.kind))?;
    let (state, will) = words(&record, decided.kind);
    let begin = Begin::anew(decided.kind, &desk.by, Some(decided.reason), None);
    let step = FileStep { record, begin };
    let notes =
        vec![format!("The notice to its readers and senders says that you decided so, and why: {}", decided.reason)];
    Ok(Chosen { targets: vec![attempt::target(step, state, will)], notes, ..Chosen::default() })
}

/// What is left to do where the same decision was taken before, by an earlier run of this command; `None` where it was
/// not.
///
/// # Errors
/// Another decision, or the first attempt, has not come to its end.
pub(super) async fn decided_before<L, E: WatchExecutions>(
    desk: &Desk<L, E>,
    record: &FileRecord,
    kind: RecoveryKind,
) -> Result<Option<Chosen>, Failure> {
    let earlier = record.recovery.as_ref().filter(|recovery| recovery.kind == kind);
    let has_come_true = matches!(
        (kind, record.state),
        (RecoveryKind::Release, FileState::Available) | (RecoveryKind::Discard, FileState::Discarded)
    );
    if record.state.is_final() && !(has_come_true && earlier.is_some()) {
        return Ok(None);
    }
    let Some(earlier) = earlier else { return Err(refusal::unfinished(record)) };
    let note = format!("{} was {} by {} before", attempt::name(record), kind.done(), earlier.by);
    let mut chosen = Chosen { notes: vec![note], ..Chosen::default() };
    if kind == RecoveryKind::Release && has_come_true {
        return Ok(Some(chosen));
    }
    match attempt::underway(&desk.executions, record).await.map_err(connect::cloud)? {
        // The decision stands in the ledger, and nobody was told of it yet.
        Underway::Unstarted => {
            let step = FileStep { record: record.clone(), begin: Begin::Before };
            let will = "begun before: its execution is started";
            chosen.targets.push(attempt::target(step, record.state.to_string(), will));
        }
        Underway::Running | Underway::Abandoned(_) if has_come_true => {}
        Underway::Running => {
            let file_id = record.file.file_id.clone();
            chosen.awaited.push(Awaited { file_id, attempt: record.attempt });
        }
        Underway::Abandoned(_) => return Err(refusal::unfinished(record)),
    }
    Ok(Some(chosen))
}

/// How the file stands, and what becomes of it.
fn words(record: &FileRecord, kind: RecoveryKind) -> (String, String) {
    let rows = record.rows.unwrap_or_default();
    let (accepted, rejected) = (human::counted(rows.accepted, "row"), human::counted(rows.rejected, "row"));
    match (kind, record.rows) {
        (RecoveryKind::Release, _) => (
            format!("rejected: {accepted} accepted, {rejected} rejected"),
            format!("{accepted} loaded; {rejected} stay in the list of rejects"),
        ),
        (_, Some(_)) if record.state == FileState::Rejected => (
            format!("rejected: {accepted} accepted, {rejected} rejected"),
            "discarded: nothing of it is loaded, now or later".to_owned(),
        ),
        _ => (record.state.to_string(), "discarded: nothing of it is loaded, now or later".to_owned()),
    }
}
