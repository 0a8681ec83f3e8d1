//! A file's record in words, the same wherever it is told.

use std::fmt::Write as _;

use atalaya_cloud::FileRecord;
use atalaya_contract::{Counts, FailureNote, FileState, Skipped, format::counted, inert};
use clap::builder::styling::Style;

use crate::reject::{first_of_each_kind, in_words, sentence};
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// Most characters of why a file failed.
const FAILURE: usize = 8000;
/// How many rejects are told in words.
const IN_WORDS: usize = 3;

/// A state with its sign, coloured.
pub(crate) fn state(state: FileState) -> String {
    paint(colour(state), format!("{} {state}", sign(state)))
}

/// The colour of a state.
pub(crate) const fn colour(state: FileState) -> Style {
    match state {
        FileState::Available => style::GOOD,
        FileState::Rejected | FileState::Failed => style::BAD,
        FileState::Duplicate | FileState::Unroutable | FileState::Discarded => style::WARN,
        FileState::Received | FileState::Processing => style::DIM,
    }
}

const fn sign(state: FileState) -> char {
    match state {
        FileState::Available => '✓',
        FileState::Rejected | FileState::Failed => '✗',
        FileState::Duplicate | FileState::Unroutable | FileState::Discarded => '!',
        FileState::Received | FileState::Processing => '…',
    }
}

/// `✓ available  flights/2013.csv  file 3f9a0b12`.
pub(crate) fn headline(record: &FileRecord) -> String {
    let id = paint(style::DIM, format!("file {}", record.file.file_id.short()));
    format!("{}  {}  {id}", state(record.state), paint(style::STRONG, inert::name(&record.file.key)))
}

/// What the state means for people, indented, with what to do where something is to be done.
pub(crate) fn consequences(record: &FileRecord) -> String {
    let width = table::terminal_width();
    let mut lines = Vec::new();
    if let Some(rows) = record.rows {
        lines.push(format!("  rows: {}", balance(rows)));
    }
    lines.extend(skipped(record.skipped).map(|skipped| format!("  {skipped}")));
    if let Some(outputs) = &record.outputs {
        lines.extend(outputs.parquet.iter().map(|address| format!("  data at {}", inert::name(address))));
    }
    // Of a file whose rows were rejected the balance says it.
    let balanced = record.state == FileState::Rejected && record.rows.is_some_and(|rows| rows.rejected > 0);
    if let Some(why) = record.why().filter(|_| !balanced) {
        lines.push(human::wrap(&inert::sentence(&why).at_most(FAILURE).to_string(), "  ", width));
    }
    let shown = first_of_each_kind(&record.first_rejects).into_iter().take(IN_WORDS);
    let before = lines.len();
    lines.extend(shown.map(in_words));
    let expired = expired_samples(record);
    if expired.is_none() && record.rejects.iter().map(|kind| kind.count).sum::<u64>() > (lines.len() - before) as u64 {
        lines.push(paint(style::DIM, format!("  … all of them: atalaya rejects {}", record.file.file_id.short())));
    }
    lines.extend(expired);
    lines.extend(record.warnings.iter().map(|words| warning(words)));
    if lines.is_empty() {
        lines.push(paint(style::DIM, format!("  atalaya file {}", record.file.file_id.short())));
    }
    lines.join("\n")
}

/// Why no cell is shown though rejects were counted: samples do not outlast the list of rejects.
pub(crate) fn expired_samples(record: &FileRecord) -> Option<String> {
    record.samples_have_expired().then(|| {
        let why =
            "the samples of its rejects have expired, as the list of them has (RejectsRetentionDays); the counts stay";
        paint(style::DIM, format!("  {why}"))
    })
}

/// `warning the column …`.
pub(crate) fn warning(words: &str) -> String {
    format!("  {} {}", paint(style::WARN, "warning"), sentence(words))
}

/// Why the pipeline could not finish a file, on one line.
pub(crate) fn failure(error: &FailureNote) -> String {
    inert::sentence(&atalaya_cloud::why::failure(error)).at_most(FAILURE).to_string()
}

/// Why a file ended as it did, on one line, for the states in which it has no rows to speak for it.
pub(crate) fn why(record: &FileRecord) -> Option<String> {
    match record.state {
        FileState::Failed => record.error.as_ref().map(failure),
        FileState::Unroutable => record.reason.as_deref().map(|reason| sentence(reason).to_string()),
        _ => None,
    }
}

/// `passed over: 3 blank rows, 2 comment lines`; nothing where nothing was.
pub(crate) fn skipped(skipped: Skipped) -> Option<String> {
    let counts = [(skipped.blank_rows, "blank row"), (skipped.comment_lines, "comment line")];
    let counted: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(count, noun)).collect();
    (!counted.is_empty()).then(|| format!("passed over: {}", counted.join(", ")))
}

/// `336,776 read = 336,772 accepted + 4 rejected`.
pub(crate) fn balance(rows: Counts) -> String {
    let mut text = format!("{} read = {} accepted + ", human::count(rows.read), human::count(rows.accepted));
    let rejected = format!("{} rejected", human::count(rows.rejected));
    // Writing to a string cannot fail.
    let _ = write!(text, "{}", if rows.rejected == 0 { rejected } else { paint(style::WARN, rejected) });
    text
}

#[cfg(test)]
pub(crate) mod tests {
    use atalaya_cloud::testing::{received, reject, summary};
    use atalaya_contract::{ContractRef, DuplicateOf, FileId, Outputs, Reject, RejectSummary};

    use super::*;

    /// The record with `given` wherever somebody else writes into one.
    pub(crate) fn with_everywhere(record: &FileRecord, given: &str) -> FileRecord {
        let text = || given.to_owned();
        let mut record = record.clone();
        (record.file.key, record.file.version_id) = (text(), text());
        record.dataset = Some(text());
        record.contract =
            Some(ContractRef { bucket: text(), key: text(), version_id: text(), id: text(), version: text() });
        record.outputs = Some(Outputs { parquet: vec![text()], rejects: Some(text()) });
        record.duplicate_of =
            Some(DuplicateOf { key: text(), file_id: FileId::from("3f9a".to_owned()), state: FileState::Available });
        record.reason = Some(text());
        record.error = Some(FailureNote { kind: text(), message: text() });
        record.warnings = vec![text()];
        record.rejects = vec![RejectSummary { code: text(), column: Some(text()), rule: Some(text()), count: 2 }];
        record.first_rejects = vec![Reject {
            row: Some(1),
            line: Some(2),
            byte: None,
            column: Some(text()),
            code: text(),
            rule: Some(text()),
            message: text(),
            hint: Some(text()),
            value: Some(text()),
            tolerated: false,
        }];
        for step in &mut record.history {
            step.note = Some(text());
        }
        record
    }

    #[test]
    fn samples_that_have_expired_are_said_to_have() {
        let record = FileRecord { state: FileState::Rejected, rejects: summary(), ..received("orders", "a.csv", 1) };
        let text = consequences(&record);
        assert!(text.contains("the samples of its rejects have expired"), "{text}");
        assert!(!text.contains("atalaya rejects"), "the list has expired too: {text}");
        let record = FileRecord { first_rejects: vec![reject("type-error", "ten")], ..record };
        let text = consequences(&record);
        assert!(text.contains("found \"ten\"") && !text.contains("expired"), "{text}");
    }
}
