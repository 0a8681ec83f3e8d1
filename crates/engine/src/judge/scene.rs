//! What is wrong with a batch's cells and rows, in words.

use atalaya_contract::Reject;

use super::finding::{Finding, What};

use crate::{
    batch::{Batch, Place, ShapeFault},
    check::{Cell, CellCheck},
    column::{Kind as Type, expected, numeral::Written, type_hint},
    fault::{FileFault, Rules, code},
    header::Layout,
    keys::{KeyRule, KeySort},
    plan::{ColumnPlan, Plan},
    rejects::{Kind, Rejects, RuleId, shown_value},
    source::Positions,
};

/// Most missing cells of a row that are listed one by one.
const MISSING_CELLS: usize = 3;

/// What every reject of a batch needs.
pub(super) struct Scene<'a> {
    pub(super) plan: &'a Plan,
    pub(super) layout: &'a Layout,
    pub(super) batch: &'a Batch<'a>,
    pub(super) positions: &'a Positions,
    /// Data rows before the batch.
    pub(super) rows_before: u64,
}

impl Scene<'_> {
    /// Adds the rejects of a finding; `is_after_rejected` is whether the first row with the same key is rejected too.
    pub(super) fn add(&self, finding: Finding, is_after_rejected: bool, rejects: &mut Rejects) {
        let row = (finding.order.0 / 2) as usize;
        match finding.what {
            What::Shape(fault) => self.shape(row, fault, rejects),
            What::Cell { column, rules } => self.broken_cell(row, column, rules, rejects),
            What::Repeated { key, differs } => {
                let rule = &self.plan.keys[key];
                let column = rule.only_column().map(|only| self.layout.position(only));
                let kind = Kind { code: repeated_words(rule).0, column, rule: RuleId::Key(key) };
                rejects.add(kind, || self.repeated_key(key, row, differs, is_after_rejected));
            }
            What::ToleratedRepeat { key } => {
                rejects.add_tolerated(|| tolerated(self.repeated_key(key, row, false, false)));
            }
            What::ToleratedCell { rule } => {
                let Some((column, check)) = self.plan.quality[rule].check() else { return };
                rejects.add_tolerated(|| tolerated(self.broken_check(column, row, check)));
            }
        }
    }

    fn reject(&self, row: usize, position: usize, code: &str, message: String) -> Reject {
        let (line, byte) = self.batch.place(row, self.positions);
        Reject {
            row: Some(self.rows_before + row as u64 + 1),
            line: Some(line),
            byte: Some(byte),
            column: self.layout.columns.get(position).map(|column| column.name.clone()),
            code: code.to_owned(),
            rule: None,
            message,
            hint: None,
            value: None,
            tolerated: false,
        }
    }

    /// What may be shown of a cell. In a row with too few or too many cells it may well be that of another column.
    fn shown(&self, row: usize, at: usize, cell: &[u8]) -> String {
        let columns = &self.plan.columns;
        let is_masked = columns[at].masked || self.batch.is_shifted(row) && columns.iter().any(|column| column.masked);
        shown_value(cell, is_masked)
    }

    pub(super) fn too_many_keys(&self, which: usize) -> FileFault {
        let columns = self.plan.keys.get(which).map(|rule| self.names(rule)).unwrap_or_default();
        let limit = self.plan.limits.key_bytes;
        let hint =
            "split the file, or take `unique`, `primaryKey` or `duplicateValues` off columns that do not need them";
        let message = format!("the distinct keys of {columns} need more memory than the limit of {limit} bytes");
        FileFault::new(code::SOURCE, message).rule("unique").hint(hint)
    }

    /// The names of a rule's columns.
    fn names(&self, rule: &KeyRule) -> String {
        let names = rule.columns.iter().map(|at| self.plan.columns[*at].name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// The column of a key that is one number rounded to 64 bits.
    pub(super) fn rounded_column(&self, rule: &KeyRule) -> Option<usize> {
        let is_rounded = |only: &usize| rule.rejects() && matches!(self.plan.columns[*only].kind, Type::Float(_));
        rule.only_column().filter(is_rounded)
    }

    /// The digits of a number as a row writes it.
    pub(super) fn significant(&self, row: usize, column: usize) -> Option<Written> {
        let cell = self.batch.text(row, self.layout.position(column), &self.plan.marks);
        let numbers = self.plan.common.numbers;
        if numbers.are_plain() { Written::new(&cell) } else { Written::new(&numbers.normal(&cell)?) }
    }

    /// One reject for each rule that a cell breaks.
    fn broken_cell(&self, row: usize, column: usize, rules: Rules, rejects: &mut Rejects) {
        let (plan, position) = (&self.plan.columns[column], self.layout.position(column));
        for (rule, name) in rules.each() {
            if rule == Rules::CHECKS {
                self.broken_checks(row, column, rejects);
                continue;
            }
            let kind = Kind { code: code_of(rule), column: Some(position), rule: RuleId::Named(name) };
            rejects.add(kind, || {
                let cell = self.batch.text(row, position, &self.plan.marks);
                let (message, hint) = self.words(plan, rule, &cell);
                let reject = self.reject(row, position, kind.code, message);
                Reject { rule: Some(name.to_owned()), hint, value: Some(self.shown(row, column, &cell)), ..reject }
            });
        }
    }

    /// One reject for each of the column's checks that a row breaks.
    fn broken_checks(&self, row: usize, at: usize, rejects: &mut Rejects) {
        let (plan, position) = (&self.plan.columns[at], self.layout.position(at));
        let raw = self.plan.marks.trim(self.batch.cell(row, position));
        let text = self.batch.unescape(&self.plan.marks, raw);
        let cell = match self.plan.common.nulls.contains(raw) {
            true => Some(Cell::Null(raw)),
            false => plan.kind.part(&text).map(|part| Cell::Value(part, &text)),
        };
        for (which, check) in plan.checks.iter().enumerate() {
            if cell.is_some_and(|cell| check.is_broken(cell)) {
                let kind = Kind { code: code::CONSTRAINT, column: Some(position), rule: RuleId::Check(which) };
                rejects.add(kind, || self.broken_check(at, row, check));
            }
        }
    }

    fn broken_check(&self, at: usize, row: usize, check: &CellCheck) -> Reject {
        let position = self.layout.position(at);
        let cell = self.batch.text(row, position, &self.plan.marks);
        Reject {
            rule: Some(check.name.clone()),
            hint: Some(check.hint()),
            value: Some(self.shown(row, at, &cell)),
            ..self.reject(row, position, code::CONSTRAINT, check.message())
        }
    }

    /// Message and hint of a broken rule. No words repeat the cell.
    fn words(&self, plan: &ColumnPlan, rule: Rules, cell: &[u8]) -> (String, Option<String>) {
        let limit = plan.limit(rule);
        let message = match rule {
            Rules::TYPE => {
                let hint = type_hint(&plan.kind, self.plan.common.numbers, cell);
                return (format!("the cell is not {}", expected(&plan.kind)), hint);
            }
            Rules::ENCODING => {
                let message = format!("the cell holds bytes that are not {}", self.plan.charset.name());
                let hint = "save the file in that encoding, or name the file's own (windows-1252, say) in `encoding` of the contract's csvDialect";
                return (message, Some(hint.to_owned()));
            }
            Rules::REQUIRED => {
                let hint = "fill the cell in, or take `required` (or the key) off the column in the contract";
                return ("the cell is null in a required column".to_owned(), Some(hint.to_owned()));
            }
            Rules::MINIMUM => format!("the value is less than the minimum {limit}"),
            Rules::MAXIMUM => format!("the value is greater than the maximum {limit}"),
            Rules::EXCLUSIVE_MINIMUM => format!("the value is not greater than {limit}"),
            Rules::EXCLUSIVE_MAXIMUM => format!("the value is not less than {limit}"),
            Rules::MULTIPLE_OF => format!("the value is not a multiple of {limit}"),
            Rules::MIN_LENGTH => format!("the text is shorter than {limit} characters"),
            Rules::MAX_LENGTH => format!("the text is longer than {limit} characters"),
            _ => format!("the text does not match the pattern {limit}"),
        };
        (message, None)
    }

    /// What to do about a row of too few cells.
    fn short_hint(&self, row: usize, cells: usize) -> String {
        let delimiter = self.plan.marks.delimiter;
        let other = |mark: &&u8| **mark != delimiter && memchr::memchr(**mark, self.batch.cell(row, 0)).is_some();
        if self.layout.ends_empty && cells + 1 == self.layout.width() {
            return "the file's other rows end with a delimiter: is a cell missing, or only that?".to_owned();
        }
        match [b';', b'\t', b',', b'|'].iter().find(other).filter(|_| cells == 1) {
            Some(mark) => format!(
                "the cell holds `{}`: is that the delimiter of the row? The contract's csvDialect says `{}`",
                char::from(*mark).escape_default(),
                char::from(delimiter).escape_default()
            ),
            None => {
                "add the cell, empty where there is no value; look for a line break in a cell without quotes".to_owned()
            }
        }
    }

    /// A row with a key that an earlier one has; `differs` when the two write different numbers.
    fn repeated_key(&self, which: usize, row: usize, differs: bool, is_after_rejected: bool) -> Reject {
        let rule = &self.plan.keys[which];
        let position = rule.only_column().map_or(usize::MAX, |only| self.layout.position(only));
        let (code, what) = repeated_words(rule);
        let earlier = if is_after_rejected { "an earlier row, rejected too, has" } else { "an earlier row has" };
        let mut message = format!("{earlier} the same {what}");
        if rule.columns.len() > 1 {
            message.push_str(&format!(" ({})", self.names(rule)));
        }
        let mut hint = "the first row with it stays: take the others out, or correct them";
        if differs {
            message.push_str(", after both were rounded to 64-bit binary numbers");
            hint = "give the column a `physicalType` such as DECIMAL(38,18), which keeps every digit";
        }
        if is_after_rejected {
            hint = "correct the earlier row, and take this one out or correct it too";
        }
        let value = rule.only_column().map(|only| {
            let cell = self.batch.text(row, position, &self.plan.marks);
            self.shown(row, only, &cell)
        });
        let (rule, hint) = (Some(rule.name.clone()), Some(hint.to_owned()));
        Reject { rule, hint, value, ..self.reject(row, position, code, message) }
    }

    fn shape(&self, row: usize, fault: ShapeFault, rejects: &mut Rejects) {
        let kind = |code, column| Kind { code, column, rule: RuleId::None };
        match fault {
            ShapeFault::Short { cells } => {
                let missing = self.layout.width() - cells;
                // A file with another delimiter would have as many rejects as columns for each row.
                let listed = if missing <= MISSING_CELLS { missing } else { 1 };
                for position in cells..cells + listed {
                    rejects.add(kind(code::MISSING_CELL, Some(position)), || {
                        self.missing_cell(row, position, cells, (listed < missing).then_some(missing - 1))
                    });
                }
            }
            ShapeFault::Long { cells, ends_empty } => {
                rejects.add(kind(code::EXTRA_CELL, None), || self.extra_cell(row, cells, ends_empty));
            }
            ShapeFault::Quote { cell } => {
                let kind = Kind { code: code::SOURCE, column: Some(cell), rule: RuleId::Named("quoteChar") };
                rejects.add(kind, || {
                    let message = "text stands between a closing quote and the end of the cell";
                    let hint = "double a quote that is part of the text, and quote the cell as a whole";
                    let reject = self.reject(row, cell, code::SOURCE, message.to_owned());
                    Reject { rule: Some("quoteChar".to_owned()), hint: Some(hint.to_owned()), ..reject }
                });
            }
            ShapeFault::Blank { place } => {
                let kind = Kind { code: code::BLANK_ROW, column: None, rule: RuleId::Named("skipBlankRows") };
                rejects.add(kind, || self.blank_row(place));
            }
        }
    }

    /// A cell that a row lacks, and `after` it so many more.
    fn missing_cell(&self, row: usize, position: usize, cells: usize, after: Option<usize>) -> Reject {
        let which = match after {
            Some(after) => format!("this one and the {after} after it are missing"),
            None => "this one is missing".to_owned(),
        };
        let message = format!("the row has {cells} of {} cells: {which}", self.layout.width());
        let reject = self.reject(row, position, code::MISSING_CELL, message);
        Reject { hint: Some(self.short_hint(row, cells)), ..reject }
    }

    fn extra_cell(&self, row: usize, cells: usize, ends_empty: bool) -> Reject {
        let width = self.layout.width();
        let wanted = width - usize::from(self.layout.ends_empty);
        let message = format!("the row has {cells} cells, {wanted} are wanted");
        let hint = match ends_empty && cells == width + 1 {
            _ if cells == width => {
                "the other rows end with a delimiter and nothing after it: take out what stands there"
            }
            true => "the row ends with a delimiter: take it away, or give the column a label",
            false => "take the extra cells out, or quote the cell that holds a delimiter",
        };
        Reject { hint: Some(hint.to_owned()), ..self.reject(row, usize::MAX, code::EXTRA_CELL, message) }
    }

    fn blank_row(&self, place: Place) -> Reject {
        let hint = "take the blank line out, or set `skipBlankRows: true` in the contract's csvDialect";
        Reject {
            row: None,
            line: Some(place.line),
            byte: Some(self.positions.file(place.text)),
            column: None,
            code: code::BLANK_ROW.to_owned(),
            rule: Some("skipBlankRows".to_owned()),
            message: "the row is blank".to_owned(),
            hint: Some(hint.to_owned()),
            value: None,
            tolerated: false,
        }
    }
}

/// The code of a cell that breaks a rule.
fn code_of(rule: Rules) -> &'static str {
    match rule {
        Rules::TYPE => code::TYPE,
        Rules::ENCODING => code::ENCODING,
        _ => code::CONSTRAINT,
    }
}

/// The code of a row that repeats a key, and what it repeats.
fn repeated_words(rule: &KeyRule) -> (&'static str, &'static str) {
    match rule.sort {
        KeySort::Primary => (code::PRIMARY_KEY, "primary key"),
        _ => (code::UNIQUE, "value"),
    }
}

/// The same, listed only: the row is not rejected.
fn tolerated(mut reject: Reject) -> Reject {
    reject.tolerated = true;
    reject.message.push_str("; the rule tolerates some, and the row is not rejected for it");
    reject
}
