//! A verdict cut to the size that travels: the ledger's item, the state machine's payload and the event on the bus
//! take 256 KiB at most, while a cell may be as long as a file.

use atalaya_cloud::ledger::Outcome;
use atalaya_contract::{FileState, Outputs, Reject, RejectSummary, Skipped};
use atalaya_engine::Verdict;
use jiff::Timestamp;

/// Most kinds of rejects that are told.
const SUMMARIES: usize = 100;
/// Most single rejects that are told.
pub(crate) const FIRST_REJECTS: usize = 10;
/// Most warnings that are told.
const WARNINGS: usize = 50;
/// Most characters of a cell's text.
const VALUE_CHARS: usize = 200;
/// Most characters of a sentence or a name.
const SENTENCE_CHARS: usize = 500;

/// What is told of a verdict besides its counts.
pub(crate) struct Brief {
    pub(crate) skipped: Skipped,
    pub(crate) rejects: Vec<RejectSummary>,
    pub(crate) first_rejects: Vec<Reject>,
    pub(crate) warnings: Vec<String>,
}

impl From<Verdict> for Brief {
    fn from(verdict: Verdict) -> Self {
        Self::new(verdict.skipped, verdict.rejects, verdict.first_rejects, verdict.warnings)
    }
}

impl Brief {
    /// As much of the rejects and the warnings as travels.
    pub(crate) fn new(
        skipped: Skipped,
        rejects: Vec<RejectSummary>,
        first_rejects: Vec<Reject>,
        warnings: Vec<String>,
    ) -> Self {
        let rejects = rejects
            .into_iter()
            .take(SUMMARIES)
            .map(|summary| RejectSummary { column: summary.column.map(sentence), ..summary });
        let first_rejects = first_rejects.into_iter().take(FIRST_REJECTS).map(|reject| Reject {
            column: reject.column.map(sentence),
            message: sentence(reject.message),
            hint: reject.hint.map(sentence),
            value: reject.value.map(|value| cut(value, VALUE_CHARS)),
            ..reject
        });
        let told = warnings.len().min(WARNINGS);
        let left_out = warnings.len() - told;
        let mut warnings: Vec<_> = warnings.into_iter().take(told).map(sentence).collect();
        if left_out > 0 {
            warnings.push(format!("{left_out} more warnings are left out here"));
        }
        Self { skipped, rejects: rejects.collect(), first_rejects: first_rejects.collect(), warnings }
    }

    /// The outcome of a file whose outputs are written.
    pub(crate) fn outcome(self, state: FileState, at: Timestamp, outputs: Outputs) -> Outcome {
        let Self { skipped, rejects, first_rejects, warnings } = self;
        Outcome { skipped, outputs: Some(outputs), rejects, first_rejects, warnings, ..Outcome::new(state, at) }
    }
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
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("ñandú".to_owned(), 5), "ñandú");
        assert_eq!(cut("ñandú".to_owned(), 4), "ñand…");
        assert_eq!(cut(String::new(), 0), "");
    }
}
