//! Rejects in words and in numbers, the same wherever they are told.

use std::collections::HashSet;
use std::fmt::Write as _;

use atalaya_contract::inert::{self, Inert};
use atalaya_contract::{Reject, RejectSummary};

use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// How many kinds of rejects the table lists.
pub(crate) const KINDS: usize = 15;
/// How much of a cell's text is shown.
const VALUE: usize = 40;
/// How much of a message or of a hint is shown: a contract may quote a pattern of any length.
const SENTENCE: usize = 2000;
/// What stands in place of a value that must not be shown.
const MASK: &str = "***";

/// The table of rejects by code, column and rule.
pub(crate) fn summary_table(rejects: &[RejectSummary]) -> String {
    let mut summary = table::new(["rejects", "code", "column", "rule"]);
    for kind in rejects.iter().take(KINDS) {
        summary.add_row([
            human::count(kind.count),
            inert::text(&kind.code).to_string(),
            inert::text(kind.column.as_deref().unwrap_or("–")).to_string(),
            inert::text(kind.rule.as_deref().unwrap_or("–")).to_string(),
        ]);
    }
    table::right_align(&mut summary, &[0]);
    table::render(&summary)
}

/// The first reject of each kind, so that a hundred of one do not hide the others.
pub(crate) fn first_of_each_kind(rejects: &[Reject]) -> Vec<&Reject> {
    let kind = |reject: &Reject| (reject.code.clone(), reject.column.clone(), reject.rule.clone());
    let mut seen = HashSet::new();
    rejects.iter().filter(|reject| seen.insert(kind(reject))).collect()
}

/// `row 7 (line 9), column: message, found "…"`, and the hint below it, indented.
pub(crate) fn in_words(reject: &Reject) -> String {
    let width = table::terminal_width();
    let mut text = human::wrap(&format!("{}: {}", place(reject), fault(reject)), "  ", width);
    if let Some(hint) = &reject.hint {
        let _ = write!(text, "\n{}", paint(style::DIM, human::wrap(&sentence(hint).to_string(), "    ", width)));
    }
    text
}

/// What is wrong, and with which text; a masked one is not worth a word.
pub(crate) fn fault(reject: &Reject) -> String {
    let message = sentence(&reject.message);
    match reject.value.as_deref() {
        None | Some(MASK) => message.to_string(),
        Some(value) => format!("{message}, found {}", inert::quoted(value).at_most(VALUE)),
    }
}

/// A message or a hint, which may quote the contract or the file.
pub(crate) fn sentence(words: &str) -> Inert<'_> {
    inert::sentence(words).at_most(SENTENCE)
}

fn place(reject: &Reject) -> String {
    let mut place = match (reject.row, reject.line) {
        (Some(row), Some(line)) => format!("row {} (line {})", human::count(row), human::count(line)),
        (Some(row), None) => format!("row {}", human::count(row)),
        (None, Some(line)) => format!("line {}", human::count(line)),
        (None, None) => "the file".to_owned(),
    };
    if let Some(column) = &reject.column {
        // Writing to a string cannot fail.
        let _ = write!(place, ", {}", inert::name(column));
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reject_names_its_place_and_shows_what_was_found() {
        let mut reject = Reject {
            row: Some(1200),
            line: Some(1201),
            byte: Some(9),
            column: Some("wind".to_owned()),
            code: "constraint-error".to_owned(),
            rule: Some("maximum".to_owned()),
            message: "the value is too large".to_owned(),
            hint: None,
            value: Some("10\t48".to_owned()),
            tolerated: false,
        };
        assert_eq!(in_words(&reject), "  row 1,200 (line 1,201), wind: the value is too large, found \"10\\t48\"");
        // A contract may hold what steers a terminal.
        let hostile =
            Reject { column: Some("a\u{1b}[2J".to_owned()), message: "no \u{7}".to_owned(), ..reject.clone() };
        assert!(!in_words(&hostile).contains(char::is_control), "{}", in_words(&hostile));
        (reject.row, reject.line, reject.column, reject.value) = (None, None, None, None);
        assert_eq!(in_words(&reject), "  the file: the value is too large");
    }
}
