//! A verdict cut to the size that travels: the ledger's item, the state machine's payload and the event on the bus
//! take 256 KiB at most, while a cell, a column's name or a rule's may be as long as a file. Counted is what is sent:
//! bytes of JSON, in which a character takes up to six.

use atalaya_cloud::ledger::Outcome;
use atalaya_contract::{FileState, Outputs, ProcessRequest, Reject, RejectSummary, Skipped};
use atalaya_engine::Verdict;
use jiff::Timestamp;
use serde::Serialize;

/// Most bytes of a state of Step Functions, and of an entry on the bus.
const STATE_BYTES: usize = 256 * 1024;
/// Bytes of it that are left for what is neither the request nor the lists: the event's own fields, outputs, counts.
const SPARE_BYTES: usize = 16 * 1024;
/// Most bytes of the lists, however much the state could take: readers pay for each event that they get.
const LISTS_BYTES: usize = 96 * 1024;
/// Bytes that stay free for the warnings which say what is left out.
const LEFT_OUT_BYTES: usize = 1024;
/// Most kinds of rejects that are told.
const SUMMARIES: usize = 100;
/// Most single rejects that are told.
pub(crate) const FIRST_REJECTS: usize = 10;
/// Most warnings that are told.
const WARNINGS: usize = 50;
/// Most characters of a cell's text.
const VALUE_CHARS: usize = 200;
/// Most characters of a sentence or a name, of a column or a rule.
const SENTENCE_CHARS: usize = 500;

/// What is told of a verdict besides its counts.
pub(crate) struct TruncatedVerdict {
    pub(crate) skipped: Skipped,
    pub(crate) rejects: Vec<RejectSummary>,
    pub(crate) first_rejects: Vec<Reject>,
    pub(crate) warnings: Vec<String>,
}

/// Bytes that the lists may take in the answer to this request. The state that follows holds the request, and its event
/// repeats the request's parts; outputs that are loaded already are named once more.
pub(crate) fn room(request: &ProcessRequest) -> usize {
    let taken = 3 * json_bytes(request) + SPARE_BYTES;
    STATE_BYTES.saturating_sub(taken).min(LISTS_BYTES)
}

impl TruncatedVerdict {
    /// As much of a verdict as travels.
    pub(crate) fn of(verdict: Verdict, room: usize) -> Self {
        Self::new(verdict.skipped, verdict.rejects, verdict.first_rejects, verdict.warnings, room)
    }

    /// As much of the rejects and the warnings as travels in `room` bytes. What is left out is said.
    pub(crate) fn new(
        skipped: Skipped,
        rejects: Vec<RejectSummary>,
        first_rejects: Vec<Reject>,
        warnings: Vec<String>,
        room: usize,
    ) -> Self {
        let room = room.saturating_sub(LEFT_OUT_BYTES);
        let rejects = rejects.into_iter().map(|summary| RejectSummary {
            column: summary.column.map(sentence),
            rule: summary.rule.map(sentence),
            ..summary
        });
        let first_rejects = first_rejects.into_iter().map(|reject| Reject {
            column: reject.column.map(sentence),
            rule: reject.rule.map(sentence),
            message: sentence(reject.message),
            hint: reject.hint.map(sentence),
            value: reject.value.map(|value| cut(value, VALUE_CHARS)),
            ..reject
        });
        let (rejects, kinds_left_out) = fitting(rejects, SUMMARIES, room / 2);
        // That there are more of these than travel is usual, and nothing is lost: they stand in the list of rejects.
        let (first_rejects, _) = fitting(first_rejects, FIRST_REJECTS, room / 4);
        let (mut warnings, warnings_left_out) = fitting(warnings.into_iter().map(sentence), WARNINGS, room / 4);
        if kinds_left_out > 0 {
            warnings.push(format!(
                "{kinds_left_out} more kinds of rejects are left out here; the list of rejects has them"
            ));
        }
        if warnings_left_out > 0 {
            warnings.push(format!("{warnings_left_out} more warnings are left out here"));
        }
        Self { skipped, rejects, first_rejects, warnings }
    }

    /// The outcome of a file whose outputs are written.
    pub(crate) fn outcome(self, state: FileState, at: Timestamp, outputs: Outputs) -> Outcome {
        let Self { skipped, rejects, first_rejects, warnings } = self;
        Outcome { skipped, outputs: Some(outputs), rejects, first_rejects, warnings, ..Outcome::new(state, at) }
    }
}

/// The first of `items`, at most `most` and of at most `room` bytes; and how many are left out.
fn fitting<T: Serialize>(items: impl IntoIterator<Item = T>, most: usize, room: usize) -> (Vec<T>, usize) {
    let (mut kept, mut left_out, mut taken) = (Vec::new(), 0, 0);
    for item in items {
        // And a comma.
        let size = if left_out == 0 && kept.len() < most { json_bytes(&item) + 1 } else { 0 };
        if size > 0 && taken + size <= room {
            taken += size;
            kept.push(item);
        } else {
            left_out += 1;
        }
    }
    (kept, left_out)
}

fn json_bytes(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX / 8, |json| json.len())
}

fn sentence(text: String) -> String {
    cut(text, SENTENCE_CHARS)
}

/// The text's first characters, with an ellipsis where some are left out.
fn cut(mut text: String, chars: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(chars) {
        text.truncate(at);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
