//! Rejects: in order, as JSON lines, counted.

use std::collections::HashMap;

use atalaya_contract::{Reject, RejectSummary};

use crate::fault::FileFault;

/// How many rejects are kept to be shown.
const SHOWN: usize = 10;

/// Longest value in a reject, in characters.
const VALUE_CHARACTERS: usize = 200;

/// All rejects of a file: their lines as far as not taken yet, their counts, and the first of them.
#[derive(Debug, Default)]
pub(crate) struct Rejects {
    /// JSON lines not taken yet.
    pub(crate) lines: Vec<u8>,
    counts: Vec<RejectSummary>,
    /// Where in `counts` a kind stands: code, column and rule.
    kinds: HashMap<(String, Option<String>, Option<String>), usize>,
    first: Vec<Reject>,
    /// Of the first, how many are about the whole file.
    of_file: usize,
    /// The first cells that break a rule which tolerates some.
    first_tolerated: Vec<Reject>,
}

impl Rejects {
    /// Adds a reject; rejects come in the order of the file.
    pub(crate) fn add(&mut self, reject: &Reject) {
        // The words of a reject are strings and numbers, which always serialise; a vector takes all bytes.
        serde_json::to_writer(&mut self.lines, reject).expect("a reject serialises");
        self.lines.push(b'\n');
        if reject.tolerated {
            if self.first_tolerated.len() < SHOWN {
                self.first_tolerated.push(reject.clone());
            }
            return;
        }
        if self.first.len() < SHOWN {
            self.first.push(reject.clone());
        }
        let kind = (reject.code.clone(), reject.column.clone(), reject.rule.clone());
        let known = *self.kinds.entry(kind).or_insert_with_key(|(code, column, rule)| {
            let (code, column, rule) = (code.clone(), column.clone(), rule.clone());
            self.counts.push(RejectSummary { code, column, rule, count: 0 });
            self.counts.len() - 1
        });
        self.counts[known].count += 1;
    }

    /// Adds a fault of the whole file.
    pub(crate) fn add_fault(&mut self, fault: FileFault) {
        let fault = fault.into_parts();
        let (line, byte) = fault.place.unzip();
        let reject = Reject {
            row: None,
            line,
            byte,
            column: fault.column,
            code: fault.code.to_owned(),
            rule: fault.rule,
            message: fault.message,
            hint: fault.hint,
            value: None,
            tolerated: false,
        };
        if self.first.len() == SHOWN && self.of_file < SHOWN {
            self.first.pop();
        }
        let shown = self.first.len();
        self.add(&reject);
        if shown < self.first.len()
            && let Some(last) = self.first.pop()
        {
            self.first.insert(self.of_file, last);
            self.of_file += 1;
        }
    }

    /// Counts by code, column and rule, most first.
    pub(crate) fn summary(&self) -> Vec<RejectSummary> {
        let mut summary = self.counts.clone();
        summary.sort_by(|a, b| {
            let sort = |summary: &RejectSummary| (summary.code.clone(), summary.column.clone(), summary.rule.clone());
            b.count.cmp(&a.count).then_with(|| sort(a).cmp(&sort(b)))
        });
        summary
    }

    /// The first rejects; with cells that rules tolerate where such a rule is broken.
    pub(crate) fn first(&self, with_tolerated: bool) -> Vec<Reject> {
        let tolerated = if with_tolerated { &self.first_tolerated[..] } else { &[] };
        self.first.iter().chain(tolerated).take(SHOWN).cloned().collect()
    }
}

/// A cell as a reject shows it.
pub(crate) fn shown_value(cell: &[u8], masked: bool) -> String {
    if masked {
        return "***".to_owned();
    }
    // A character has at most four bytes, and a broken sequence becomes one character.
    let head = &cell[..cell.len().min(VALUE_CHARACTERS * 4 + 4)];
    let text = String::from_utf8_lossy(head);
    cut(&text, VALUE_CHARACTERS)
}

/// The first `characters` of a text, with `…` when it goes on.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::code;

    #[test]
    fn values_are_masked_and_cut() {
        assert_eq!(shown_value(b"secret", true), "***");
        assert_eq!(shown_value(b"a\xffb", false), "a\u{fffd}b");
        let shown = shown_value("é".repeat(500).as_bytes(), false);
        assert_eq!(shown.chars().count(), VALUE_CHARACTERS + 1);
    }

    #[test]
    fn faults_of_the_file_are_shown_first() {
        let mut rejects = Rejects::default();
        let row = Reject {
            row: Some(1),
            line: Some(2),
            byte: Some(3),
            column: None,
            code: code::EXTRA_CELL.to_owned(),
            rule: None,
            message: String::new(),
            hint: None,
            value: None,
            tolerated: false,
        };
        for _ in 0..20 {
            rejects.add(&row);
        }
        rejects.add_fault(FileFault::new(code::CONSTRAINT, "too few rows"));
        let first = rejects.first(false);
        assert_eq!(
            (first.len(), first[0].code.as_str(), first[1].code.as_str()),
            (10, code::CONSTRAINT, code::EXTRA_CELL)
        );
        assert_eq!(rejects.summary().iter().map(|s| s.count).collect::<Vec<_>>(), [20, 1]);
        assert_eq!(rejects.lines.iter().filter(|byte| **byte == b'\n').count(), 21);
    }

    #[test]
    fn cells_that_a_rule_tolerates_are_listed_and_not_counted() {
        let mut rejects = Rejects::default();
        let cell = Reject {
            row: Some(1),
            line: Some(2),
            byte: Some(3),
            column: None,
            code: code::CONSTRAINT.to_owned(),
            rule: Some("few nulls".to_owned()),
            message: String::new(),
            hint: None,
            value: None,
            tolerated: true,
        };
        rejects.add(&cell);
        assert!(String::from_utf8_lossy(&rejects.lines).contains("\"tolerated\":true"));
        assert_eq!((rejects.summary(), rejects.first(false)), (Vec::new(), Vec::new()));
        assert_eq!(rejects.first(true), [cell]);
    }
}
