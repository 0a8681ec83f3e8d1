//! Why a file is not to be touched so, and what to do instead.

use atalaya_cloud::FileRecord;
use atalaya_contract::{FileState, RecoveryKind};

use atalaya_terminal::exit::Failure;

use super::attempt::name;

/// What the ledger's own rule says against the decision.
pub(super) fn refused(record: &FileRecord, kind: RecoveryKind) -> Failure {
    let why = record.may_recover(kind).err().unwrap_or_else(|| format!("it is {}", record.state));
    Failure::refused(format!("{} cannot be {}: {why}", name(record), kind.done())).hint(hint(record, kind))
}

/// The file waits for its first execution.
pub(super) fn unstarted(record: &FileRecord) -> Failure {
    Failure::refused(format!("{} is received, and its first execution was not started yet", name(record))).hint(
        "a pause may hold it (`atalaya resume`), or the intake could not take it (`atalaya dlq show intake`, then \
         `atalaya dlq redrive intake`)",
    )
}

/// Another decision about the file has not come to its end.
pub(super) fn unfinished(record: &FileRecord) -> Failure {
    let id = record.file.file_id.short();
    let message = match &record.recovery {
        Some(recovery) => format!(
            "{} is {} in attempt {}: it was {} by {}",
            name(record),
            record.state,
            record.attempt,
            recovery.kind.done(),
            recovery.by
        ),
        None => format!("{} has no outcome yet: it is {}", name(record), record.state),
    };
    Failure::refused(message)
        .hint(format!("wait for its outcome (`atalaya file {id}`); if it never comes, `atalaya redrive {id}`"))
}

fn hint(record: &FileRecord, kind: RecoveryKind) -> String {
    let id = record.file.file_id.short();
    match record.state {
        FileState::Available => format!("judge it again with `atalaya replay {id}`"),
        FileState::Rejected if kind == RecoveryKind::ReplayRejects => {
            format!(
                "nothing of it was loaded: `atalaya replay {id}` judges it whole, `atalaya release {id}` loads what is good"
            )
        }
        FileState::Rejected => format!(
            "`atalaya rejects {id}` shows what is wrong; when the contract is corrected, `atalaya replay {id}`; else \
             `atalaya discard {id}`"
        ),
        FileState::Failed => format!("`atalaya redrive {id}` tries again what failed"),
        FileState::Duplicate => match &record.duplicate_of {
            Some(first) => {
                format!("the same content came first as {}: `atalaya file {}`", first.key, first.file_id.short())
            }
            None => format!("`atalaya file {id}` tells of which file"),
        },
        FileState::Unroutable => {
            format!("publish a contract that claims it (`atalaya contract publish`), then `atalaya redrive {id}`")
        }
        FileState::Discarded => "send the object again: a new version of it is a new file".to_owned(),
        FileState::Received | FileState::Processing => format!("`atalaya file {id}` tells how far it is"),
    }
}
