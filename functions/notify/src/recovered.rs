//! What a notice says of a file that a person had a hand in: who decided what and why, and what readers had before.

use atalaya_contract::{
    Counts, FileEvent, Loaded, Recovery, RecoveryKind,
    format::{counted, grouped},
};

use crate::words;

/// Who decided about the file.
pub(crate) fn decision(event: &FileEvent) -> Option<&Recovery> {
    event.recovery.as_ref()
}

/// The decision, where it is this one.
pub(crate) fn is_decided(event: &FileEvent, kind: RecoveryKind) -> bool {
    decision(event).is_some_and(|recovery| recovery.kind == kind)
}

/// What readers could read before this attempt.
pub(crate) fn loaded(event: &FileEvent) -> Option<&Loaded> {
    decision(event)?.loaded.as_ref()
}

/// How many rows a replay of rejects has added; `None` for anything else.
pub(crate) fn added(event: &FileEvent) -> Option<u64> {
    let loaded = loaded(event).filter(|_| is_decided(event, RecoveryKind::ReplayRejects))?;
    Some(event.rows.unwrap_or_default().accepted.saturating_sub(loaded.rows.accepted))
}

/// Who decided what, when and why. A redrive is the operators' own business: users are only told that there was one.
pub(crate) fn sentence(event: &FileEvent) -> Option<String> {
    let recovery = decision(event)?;
    if recovery.kind == RecoveryKind::Redrive {
        return Some(format!("An earlier attempt at the file had failed; this was attempt {}.", event.attempt));
    }
    let Recovery { kind, by, at, reason, .. } = recovery;
    let reason = reason.as_deref().map(|reason| reason.trim_end_matches('.'));
    let reason = reason.map(|reason| format!(": {}", words::sentence(reason))).unwrap_or_default();
    Some(format!("The file was {} by {} at {at:.0}{reason}.", kind.done(), words::name(by)))
}

/// What has become of the rows that could be read before.
pub(crate) fn before(event: &FileEvent, are: &str) -> Option<String> {
    let rows = loaded(event)?.rows.accepted;
    Some(format!("{} of it that could be read before {are}.", counted(rows, "row")))
}

/// Why rows are left out of an available file.
pub(crate) fn left_out(event: &FileEvent, rows: Counts) -> String {
    let share = format!("{} of {}", grouped(rows.rejected), counted(rows.read, "row"));
    let why = match decision(event).map(|recovery| recovery.kind) {
        Some(RecoveryKind::Release) => "which break the contract: by that decision the others were loaded all the same",
        Some(RecoveryKind::ReplayRejects) => "which break the contract still",
        _ => "within what the contract tolerates",
    };
    format!("Left out: {share}, {why}. The first faults:")
}
