//! Rejects: counted, and listed in order as JSON lines, as far as the list goes.

use std::{cmp::Reverse, collections::HashMap};

use atalaya_contract::{MOST_LISTED_REJECTS as LISTED, REJECTS_NOT_LISTED, Reject, RejectSummary, format::grouped};

use crate::fault::FileFault;

/// How many rejects are kept to be shown.
const SHOWN: usize = 10;

/// Longest value in a reject, in characters.
const VALUE_CHARACTERS: usize = 200;

/// Most bytes of a list. Nobody repairs more by hand, and a file of few bytes can have rejects without end.
const LISTED_BYTES: u64 = 32 << 20;

/// Most kinds of rejects that are counted apart.
const KINDS: usize = 10_000;

/// What rejects have in common that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    /// The column's place in the file; `None` for a fault of a whole row.
    pub(crate) column: Option<usize>,
    pub(crate) rule: RuleId,
}

/// A rule, without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RuleId {
    None,
    /// One that the standard names.
    Named(&'static str),
    /// One of the checks of the kind's column.
    Check(usize),
    /// One of the plan's keys.
    Key(usize),
}

/// All rejects of a file: their lines as far as not taken yet, their counts, and the first of them.
#[derive(Debug, Default)]
pub(crate) struct Rejects {
    /// JSON lines not taken yet.
    lines: Vec<u8>,
    /// How many rejects and bytes have been listed, and how many more rejects have not.
    listed: u64,
    listed_bytes: u64,
    not_listed: u64,
    counts: Vec<RejectSummary>,
    /// Where in `counts` a kind stands.
    kinds: HashMap<Kind, usize>,
    /// Where in `counts` kinds stand that are too many to be told apart.
    other_kinds: HashMap<&'static str, usize>,
    first: Vec<Reject>,
    /// Of the first, how many are about the whole file.
    of_file: usize,
    /// The first cells that break a rule which tolerates some.
    first_tolerated: Vec<Reject>,
}

impl Rejects {
    /// Adds a reject; rejects come in the order of the file. Its words are made only where they are needed.
    pub(crate) fn add(&mut self, kind: Kind, words: impl FnOnce() -> Reject) {
        let is_listed = self.has_room();
        if let Some(known) = self.kinds.get(&kind)
            && !is_listed
            && self.first.len() == SHOWN
        {
            self.counts[*known].count += 1;
            self.not_listed += 1;
            return;
        }
        let reject = words();
        let counted = self.kinds.get(&kind).copied().unwrap_or_else(|| self.count_apart(kind, &reject));
        self.counts[counted].count += 1;
        self.list(&reject, is_listed);
        if self.first.len() < SHOWN {
            self.first.push(reject);
        }
    }

    /// Adds a cell that a rule tolerates, which is not counted.
    pub(crate) fn add_tolerated(&mut self, words: impl FnOnce() -> Reject) {
        let is_listed = self.has_room();
        if is_listed || self.first_tolerated.len() < SHOWN {
            let reject = words();
            self.list(&reject, is_listed);
            if self.first_tolerated.len() < SHOWN {
                self.first_tolerated.push(reject);
            }
        } else {
            self.not_listed += 1;
        }
    }

    /// Where a kind of rejects that is seen for the first time is counted: by its code alone where there are many.
    fn count_apart(&mut self, kind: Kind, reject: &Reject) -> usize {
        let next = self.counts.len();
        let Reject { code, column, rule, .. } = reject.clone();
        if self.kinds.len() < KINDS {
            self.kinds.insert(kind, next);
            self.counts.push(RejectSummary { code, column, rule, count: 0 });
            return next;
        }
        let of_code = *self.other_kinds.entry(kind.code).or_insert(next);
        if of_code == next {
            self.counts.push(RejectSummary { code, column: None, rule: None, count: 0 });
        }
        of_code
    }

    fn has_room(&self) -> bool {
        self.listed < LISTED && self.listed_bytes < LISTED_BYTES
    }

    fn list(&mut self, reject: &Reject, is_listed: bool) {
        if is_listed {
            self.listed += 1;
            self.write(reject);
        } else {
            self.not_listed += 1;
        }
    }

    fn write(&mut self, reject: &Reject) {
        let before = self.lines.len();
        // The words of a reject are strings and numbers, which always serialise; a vector takes all bytes.
        serde_json::to_writer(&mut self.lines, reject).expect("a reject serialises");
        self.lines.push(b'\n');
        self.listed_bytes += (self.lines.len() - before) as u64;
    }

    /// Ends the list. Where it does not hold all rejects its last line says how many it leaves out, and so does the
    /// sentence that is returned.
    pub(crate) fn end_list(&mut self) -> Option<String> {
        if self.not_listed == 0 {
            return None;
        }
        let (listed, more) = (grouped(self.listed), grouped(self.not_listed));
        let message = format!("the list of rejects holds the first {listed}; {more} more are counted and not listed");
        let hint = "repair what the listed ones have in common, and send the file again: the rest may well be the same";
        self.write(&Reject {
            row: None,
            line: None,
            byte: None,
            column: None,
            code: REJECTS_NOT_LISTED.to_owned(),
            rule: None,
            message: message.clone(),
            hint: Some(hint.to_owned()),
            value: None,
            tolerated: false,
        });
        Some(message)
    }

    /// The lines made since the last call.
    pub(crate) fn take_lines(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.lines)
    }

    /// How many bytes [`Self::take_lines`] would return.
    pub(crate) fn waiting(&self) -> usize {
        self.lines.len()
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
        // Such a fault decides the outcome by itself, and there are no more of them than columns and rules: it is listed
        // however long the list is.
        self.write(&reject);
        let Reject { code, column, rule, .. } = reject.clone();
        match self.counts.iter_mut().find(|kind| (&kind.code, &kind.column, &kind.rule) == (&code, &column, &rule)) {
            Some(kind) => kind.count += 1,
            None => self.counts.push(RejectSummary { code, column, rule, count: 1 }),
        }
        if self.of_file < SHOWN {
            self.first.truncate(SHOWN - 1);
            self.first.insert(self.of_file, reject);
            self.of_file += 1;
        }
    }

    /// Counts by code, column and rule, most first.
    pub(crate) fn summary(&self) -> Vec<RejectSummary> {
        let mut summary = self.counts.clone();
        let name =
            |a: &RejectSummary, b: &RejectSummary| (&a.code, &a.column, &a.rule).cmp(&(&b.code, &b.column, &b.rule));
        summary.sort_by(name);
        // Two rules may have one name.
        summary.dedup_by(|next, kept| {
            let is_same = name(next, kept).is_eq();
            kept.count += if is_same { next.count } else { 0 };
            is_same
        });
        summary.sort_by_key(|summary| Reverse(summary.count));
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

    const EXTRA: Kind = Kind { code: code::EXTRA_CELL, column: None, rule: RuleId::None };

    fn row(number: u64) -> Reject {
        Reject {
            row: Some(number),
            line: Some(number + 1),
            byte: Some(3),
            column: None,
            code: code::EXTRA_CELL.to_owned(),
            rule: None,
            message: String::new(),
            hint: None,
            value: None,
            tolerated: false,
        }
    }

    fn lines(rejects: &mut Rejects) -> Vec<Reject> {
        let lines = String::from_utf8(rejects.take_lines()).expect("text");
        lines.lines().map(|line| serde_json::from_str(line).expect("a reject")).collect()
    }

    #[test]
    fn faults_of_the_file_are_shown_first() {
        let mut rejects = Rejects::default();
        (0..20).for_each(|number| rejects.add(EXTRA, || row(number)));
        rejects.add_fault(FileFault::new(code::CONSTRAINT, "too few rows"));
        let first = rejects.first(false);
        assert_eq!(
            (first.len(), first[0].code.as_str(), first[1].code.as_str()),
            (10, code::CONSTRAINT, code::EXTRA_CELL)
        );
        assert_eq!(rejects.summary().iter().map(|s| s.count).collect::<Vec<_>>(), [20, 1]);
        assert_eq!((rejects.end_list(), lines(&mut rejects).len()), (None, 21));
    }

    #[test]
    fn cells_that_a_rule_tolerates_are_listed_and_not_counted() {
        let mut rejects = Rejects::default();
        let cell = Reject { tolerated: true, ..row(1) };
        rejects.add_tolerated(|| cell.clone());
        assert_eq!((rejects.summary(), rejects.first(false)), (Vec::new(), Vec::new()));
        assert_eq!((rejects.first(true), lines(&mut rejects)), (vec![cell.clone()], vec![cell]));
    }

    #[test]
    fn a_long_list_ends_with_what_it_leaves_out() {
        let mut rejects = Rejects::default();
        (0..LISTED + 2_345).for_each(|number| rejects.add(EXTRA, || row(number)));
        rejects.add_tolerated(|| row(0));
        let sentence = rejects.end_list().expect("some are not listed");
        assert!(sentence.contains("the first 100,000; 2,346 more"), "{sentence}");
        assert_eq!(rejects.summary()[0].count, LISTED + 2_345);
        let lines = lines(&mut rejects);
        let last = lines.last().expect("a line");
        assert_eq!((lines.len() as u64, last.code.as_str(), last.row), (LISTED + 1, REJECTS_NOT_LISTED, None));
        assert_eq!(last.message, sentence);
    }

    #[test]
    fn a_list_of_long_lines_ends_sooner() {
        let mut rejects = Rejects::default();
        let long = || Reject { message: "x".repeat(1 << 20), ..row(1) };
        (0..40).for_each(|_| rejects.add(EXTRA, long));
        assert!(rejects.waiting() as u64 <= LISTED_BYTES + (1 << 20), "{}", rejects.waiting());
        assert!(rejects.end_list().is_some());
        assert_eq!(rejects.summary()[0].count, 40);
    }

    #[test]
    fn very_many_kinds_are_counted_by_their_code() {
        let mut rejects = Rejects::default();
        for column in 0..KINDS + 500 {
            let kind = Kind { column: Some(column), ..EXTRA };
            rejects.add(kind, || Reject { column: Some(format!("c{column}")), ..row(1) });
        }
        let summary = rejects.summary();
        assert_eq!((summary.len(), summary[0].column.as_deref(), summary[0].count), (KINDS + 1, None, 500));
    }
}
