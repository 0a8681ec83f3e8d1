//! The text of a notice: what happened to which file, and what its reader is to do now, if anything.

use std::fmt::Write as _;

use atalaya_cloud::readable;
use atalaya_contract::{
    EventKind, FileEvent, FileState, RecoveryKind, Reject, RejectSummary,
    figures::{counted, elapsed, grouped},
};

use crate::recovered;

/// Most kinds of faults that a text counts.
const KINDS: usize = 10;

/// The text of an event's notice.
#[must_use]
pub fn text(kind: EventKind, event: &FileEvent) -> String {
    let mut text = match kind {
        EventKind::FileAvailable => available(event),
        EventKind::FileRejected => rejected(event),
        EventKind::FileFailed => failed(event),
        EventKind::FileDuplicate => duplicate(event),
        EventKind::FileUnroutable => unroutable(event),
        EventKind::FileDiscarded => discarded(event),
    };
    for warning in &event.warnings {
        line(&mut text, &format!("Note: {warning}"));
    }
    text.push('\n');
    identify(&mut text, event);
    text
}

fn available(event: &FileEvent) -> String {
    let rows = event.rows.unwrap_or_default();
    let dataset = event.dataset.as_deref().unwrap_or_default();
    let (accepted, key) = (counted(rows.accepted, "row"), &event.file.key);
    let mut text = String::new();
    line(
        &mut text,
        &match recovered::added(event) {
            None => format!("{accepted} of {key} can be read now, in the dataset {dataset}."),
            Some(0) => {
                format!("No row was added to {key}: {accepted} of it can be read, as before, in the dataset {dataset}.")
            }
            Some(added) => format!(
                "{} {} added to {key}: {accepted} of it can be read now, in the dataset {dataset}.",
                counted(added, "row"),
                if added == 1 { "was" } else { "were" },
            ),
        },
    );
    if recovered::is_decided(event, RecoveryKind::Replay) {
        optional(&mut text, recovered::before(event, "are replaced"));
    }
    optional(&mut text, recovered::sentence(event));
    for address in event.outputs.iter().flat_map(|outputs| &outputs.parquet) {
        line(&mut text, &format!("The data: {address}"));
    }
    if event.recovery.is_none() {
        let took = elapsed(event.file.created_at, event.occurred_at);
        line(&mut text, &format!("From arrival to availability: {took}."));
    }
    if rows.rejected > 0 {
        line(&mut text, &format!("\n{}", recovered::left_out(event, rows)));
        faults(&mut text, event);
    }
    text
}

fn rejected(event: &FileEvent) -> String {
    let rows = event.rows.unwrap_or_default();
    let contract = event.contract.as_ref().map(|contract| format!(" `{}` {}", contract.id, contract.version));
    let contract = contract.unwrap_or_default();
    let mut text = String::new();
    if rows.rejected > 0 {
        line(
            &mut text,
            &format!(
                "{} was rejected: {} of {} {} the contract{contract}. Nothing of the file was loaded.",
                event.file.key,
                grouped(rows.rejected),
                counted(rows.read, "row"),
                if rows.rejected == 1 { "breaks" } else { "break" },
            ),
        );
    } else {
        line(
            &mut text,
            &format!(
                "{} was rejected: the file as a whole breaks the contract{contract}. Nothing of it was loaded.",
                event.file.key
            ),
        );
    }
    optional(&mut text, recovered::before(event, "are taken away"));
    optional(&mut text, recovered::sentence(event));
    line(&mut text, "\nThe first faults:");
    faults(&mut text, event);
    line(&mut text, "\nWhat to do: correct the file and send it again, under any name.");
    text
}

/// The first faults, what there is of each kind, and where all of them stand.
fn faults(text: &mut String, event: &FileEvent) {
    for reject in &event.first_rejects {
        line(text, &format!("- {}", fault(reject)));
    }
    let told = event.first_rejects.len() as u64;
    if event.rejects.iter().map(|summary| summary.count).sum::<u64>() > told {
        let kinds: Vec<_> = event.rejects.iter().take(KINDS).map(kind_of_fault).collect();
        let more = event.rejects.len().saturating_sub(KINDS);
        let more = if more > 0 { format!("; {}", counted(more as u64, "other kind")) } else { String::new() };
        line(text, &format!("All faults: {}{more}.", kinds.join("; ")));
    }
    if let Some(address) = event.outputs.as_ref().and_then(|outputs| outputs.rejects.as_ref()) {
        line(text, &format!("The full list, one JSON line a fault: {address}"));
    }
}

fn fault(reject: &Reject) -> String {
    let mut place = match (reject.row, reject.line) {
        (Some(row), Some(line)) => format!("row {} (line {})", grouped(row), grouped(line)),
        (Some(row), None) => format!("row {}", grouped(row)),
        (None, Some(line)) => format!("line {}", grouped(line)),
        (None, None) => "the whole file".to_owned(),
    };
    if let Some(column) = &reject.column {
        let _ = write!(place, ", column `{column}`");
    }
    let message = reject.message.trim_end_matches('.');
    let hint = reject.hint.as_deref().map(|hint| format!("; {}", hint.trim_end_matches('.'))).unwrap_or_default();
    let value = reject.value.as_deref().filter(|value| !message.contains(value));
    let value = value.map(|value| format!(" (it holds {value:?})")).unwrap_or_default();
    format!("{place}: {message}{value}{hint} [{}]", reject.code)
}

fn kind_of_fault(summary: &RejectSummary) -> String {
    let RejectSummary { code, column, rule, count } = summary;
    let column = column.as_deref().map(|column| format!(" in `{column}`")).unwrap_or_default();
    let rule = rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
    format!("{} × {code}{column}{rule}", grouped(*count))
}

fn failed(event: &FileEvent) -> String {
    let mut text = String::new();
    line(&mut text, &format!("{} could not be processed; the fault is not in the file's content.", event.file.key));
    line(&mut text, "The operators have been told. Nothing needs to be sent again unless the reason below says so.");
    optional(&mut text, recovered::before(event, "can be read still"));
    optional(&mut text, recovered::sentence(event));
    if let Some(error) = event.error.as_ref().map(readable) {
        line(&mut text, &format!("\nThe reason: {} ({})", error.message, error.kind));
    }
    text
}

fn duplicate(event: &FileEvent) -> String {
    let mut text = String::new();
    let Some(first) = &event.duplicate_of else {
        line(&mut text, &format!("{} holds what was sent before. Nothing was loaded twice.", event.file.key));
        return text;
    };
    line(
        &mut text,
        &format!(
            "{} holds the same bytes as {}, which was sent first (file id {}).",
            event.file.key, first.key, first.file_id
        ),
    );
    optional(&mut text, recovered::before(event, "are taken away"));
    optional(&mut text, recovered::sentence(event));
    line(
        &mut text,
        match first.state {
            FileState::Rejected => {
                "The first was rejected, so this file is too: correct its content before you send it again."
            }
            _ => {
                "The first is available. Nothing was loaded twice, and nothing needs to be done. To load such files all \
                 the same, the contract sets `onDuplicateContent: process`."
            }
        },
    );
    text
}

fn discarded(event: &FileEvent) -> String {
    let mut text = String::new();
    line(&mut text, &format!("{} was given up: nothing of it is loaded, and it is not tried again.", event.file.key));
    optional(&mut text, recovered::sentence(event));
    line(&mut text, "\nWhat to do: nothing, unless the data are still wanted; then send them in a new file.");
    text
}

fn unroutable(event: &FileEvent) -> String {
    let mut text = String::new();
    let reason = event.reason.as_deref().unwrap_or("no contract claims this object");
    line(&mut text, &format!("{} was not loaded: {reason}.", event.file.key));
    line(
        &mut text,
        "\nWhat to do: send the file to a location that exactly one contract claims, or publish a contract that claims \
         this one and send the file again.",
    );
    text
}

fn identify(text: &mut String, event: &FileEvent) {
    let file = &event.file;
    line(
        text,
        &format!(
            "File: s3://{}/{}, {}, created {}",
            file.bucket,
            file.key,
            counted(file.size, "byte"),
            file.created_at
        ),
    );
    line(text, &format!("File id: {} (`atalaya file {}` tells its story)", file.file_id, file.file_id));
}

fn optional(text: &mut String, sentence: Option<String>) {
    if let Some(sentence) = sentence {
        line(text, &sentence);
    }
}

fn line(text: &mut String, sentence: &str) {
    text.push_str(sentence);
    text.push('\n');
}
