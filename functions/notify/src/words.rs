//! The text of a notice: what happened to which file, and what its reader is to do now, if anything.
//!
//! Every line begins with words of this module, and what comes from outside is [`inert`] within its line: neither a key
//! nor a label, message or reason can add a line, or a link that a reader of mail would click.

use std::fmt::Write as _;

use atalaya_cloud::why::{failure, rejection};
use atalaya_contract::{
    EventKind, FileEvent, FileState, RecoveryKind, Reject, RejectSummary,
    format::{counted, elapsed, grouped},
    inert::{self, Inert},
};

use crate::recovered;

/// Most kinds of faults that a text counts.
const KINDS: usize = 10;
/// Most warnings, and most addresses of data, that a text lists.
const LISTED: usize = 20;
/// Most characters of a name, of a sentence from outside, and of why the pipeline failed.
const NAME: usize = 200;
const SENTENCE: usize = 600;
const FAILURE: usize = 1500;
/// Most characters of a cell.
const CELL: usize = 80;

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
    for warning in event.warnings.iter().take(LISTED) {
        line(&mut text, &format!("Note: {}", sentence(warning)));
    }
    rest(&mut text, event.warnings.len(), "note");
    text.push('\n');
    identify(&mut text, event);
    text
}

fn available(event: &FileEvent) -> String {
    let rows = event.rows.unwrap_or_default();
    let dataset = name(event.dataset.as_deref().unwrap_or_default());
    let (accepted, key) = (counted(rows.accepted, "row"), key(&event.file.key));
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
    let addresses = event.outputs.as_ref().map(|outputs| outputs.parquet.as_slice()).unwrap_or_default();
    for address in addresses.iter().take(LISTED) {
        line(&mut text, &format!("The data: {}", self::key(address)));
    }
    rest(&mut text, addresses.len(), "Parquet file");
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
    let contract = event.contract.as_ref();
    let contract = contract.map(|contract| format!(" {} {}", code(&contract.id), name(&contract.version)));
    let (contract, why) = (contract.unwrap_or_default(), rejection(event.rows));
    let mut text = String::new();
    let key = key(&event.file.key);
    line(&mut text, &format!("The file {key} was rejected: {why}{contract}. Nothing of it was loaded."));
    optional(&mut text, recovered::before(event, "are taken away"));
    optional(&mut text, recovered::sentence(event));
    line(&mut text, "\nThe first faults:");
    faults(&mut text, event);
    line(
        &mut text,
        &format!(
            "\nWhat to do: correct the file and send it again. Its name must fit the location that the contract names; {} \
             fits.",
            self::key(&format!("s3://{}/{}", event.file.bucket, event.file.key)),
        ),
    );
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
        line(text, &format!("The full list, one JSON line a fault: {}", key(address)));
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
        let _ = write!(place, ", column {}", code(column));
    }
    let message = reject.message.trim_end_matches('.');
    let hint = reject.hint.as_deref().map(|hint| hint.trim_end_matches('.'));
    let hint = hint.map(|hint| format!("; {}", sentence(hint))).unwrap_or_default();
    let value = reject.value.as_deref().filter(|value| !message.contains(value));
    let value = value.map(|value| format!(" (it holds {})", inert::quoted(value).at_most(CELL).unlinked()));
    format!("{place}: {}{}{hint} [{}]", sentence(message), value.unwrap_or_default(), name(&reject.code))
}

fn kind_of_fault(summary: &RejectSummary) -> String {
    let RejectSummary { code, column, rule, count } = summary;
    let column = column.as_deref().map(|column| format!(" in {}", self::code(column))).unwrap_or_default();
    let rule = rule.as_deref().map(|rule| format!(" ({})", name(rule))).unwrap_or_default();
    format!("{} × {}{column}{rule}", grouped(*count), name(code))
}

fn failed(event: &FileEvent) -> String {
    let mut text = String::new();
    let key = key(&event.file.key);
    line(&mut text, &format!("The file {key} could not be processed; the fault is not in the file's content."));
    line(&mut text, "The operators have been told. Nothing needs to be sent again unless the reason below says so.");
    optional(&mut text, recovered::before(event, "can be read still"));
    optional(&mut text, recovered::sentence(event));
    if let Some(error) = &event.error {
        let why = failure(error);
        line(&mut text, &format!("\nThe reason: {}", inert::sentence(&why).at_most(FAILURE).unlinked()));
    }
    text
}

fn duplicate(event: &FileEvent) -> String {
    let mut text = String::new();
    let Some(first) = &event.duplicate_of else {
        let key = key(&event.file.key);
        line(&mut text, &format!("The file {key} holds what was sent before. Nothing was loaded twice."));
        return text;
    };
    line(
        &mut text,
        &format!(
            "The file {} holds the same bytes as {}, which was sent first (file id {}).",
            key(&event.file.key),
            key(&first.key),
            name(first.file_id.as_str()),
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
    let key = key(&event.file.key);
    line(&mut text, &format!("The file {key} was discarded: nothing of it is loaded, and it is not tried again."));
    optional(&mut text, recovered::sentence(event));
    line(&mut text, "\nWhat to do: nothing, unless the data are still wanted; then send them in a new file.");
    text
}

fn unroutable(event: &FileEvent) -> String {
    let mut text = String::new();
    let reason = event.reason.as_deref().unwrap_or("no contract claims this object");
    line(&mut text, &format!("The file {} was not loaded: {}.", key(&event.file.key), sentence(reason)));
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
            "File: {}, {}, created {}",
            key(&format!("s3://{}/{}", file.bucket, file.key)),
            counted(file.size, "byte"),
            file.created_at
        ),
    );
    let id = name(file.file_id.as_str());
    line(text, &format!("File id: {id} (`atalaya file {id}` tells its story)"));
}

/// A key, or an address with one.
fn key(key: &str) -> Inert<'_> {
    inert::name(key).at_most(inert::MAX_CHARS + 100).unlinked()
}

/// A name that is no key.
pub(crate) fn name(name: &str) -> Inert<'_> {
    inert::name(name).at_most(NAME).unlinked()
}

/// A name that a contract or a file's header writes.
fn code(name: &str) -> Inert<'_> {
    inert::code(name).at_most(NAME).unlinked()
}

/// Words of somebody else.
pub(crate) fn sentence(words: &str) -> Inert<'_> {
    inert::sentence(words).at_most(SENTENCE).unlinked()
}

/// How many of a list are left out.
fn rest(text: &mut String, length: usize, noun: &str) {
    let more = length.saturating_sub(LISTED) as u64;
    if more > 0 {
        line(text, &format!("And {}.", counted(more, &format!("more {noun}"))));
    }
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
