//! Rejects: in order, as JSON lines, counted.

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
    first: Vec<Reject>,
    /// Of the first, how many are about the whole file.
    of_file: usize,
}

impl Rejects {
    /// Adds a reject; rejects come in the order of the file.
    pub(crate) fn add(&mut self, reject: &Reject) {
        // The words of a reject are strings and numbers, which always serialise; a vector takes all bytes.
        serde_json::to_writer(&mut self.lines, reject).expect("a reject serialises");
        self.lines.push(b'\n');
        if self.first.len() < SHOWN {
            self.first.push(reject.clone());
        }
        let is_same = |known: &RejectSummary| {
            known.code == reject.code && known.column == reject.column && known.rule == reject.rule
        };
        // As many as the contract has columns and rules, and mostly the first few of them.
        match self.counts.iter_mut().find(|known| is_same(known)) {
            Some(known) => known.count += 1,
            None => self.counts.push(RejectSummary {
                code: reject.code.clone(),
                column: reject.column.clone(),
                rule: reject.rule.clone(),
                count: 1,
            }),
        }
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

    pub(crate) fn first(&self) -> Vec<Reject> {
        self.first.clone()
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
    match text.char_indices().nth(VALUE_CHARACTERS) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.into_owned(),
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
        };
        for _ in 0..20 {
            rejects.add(&row);
        }
        rejects.add_fault(FileFault::new(code::CONSTRAINT, "too few rows"));
        let first = rejects.first();
        assert_eq!(
            (first.len(), first[0].code.as_str(), first[1].code.as_str()),
            (10, code::CONSTRAINT, code::EXTRA_CELL)
        );
        assert_eq!(rejects.summary().iter().map(|s| s.count).collect::<Vec<_>>(), [20, 1]);
        assert_eq!(rejects.lines.iter().filter(|byte| **byte == b'\n').count(), 21);
    }
}
