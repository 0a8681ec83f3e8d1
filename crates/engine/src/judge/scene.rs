//! What is wrong with a batch's cells and rows, in words.

use atalaya_contract::Reject;

use crate::{
    batch::{Batch, ShapeFault},
    check::{Cell, CellCheck},
    column::{Broken, Kind, expected, numeral::Written, type_hint},
    fault::{FileFault, Rules, code},
    header::Layout,
    keys::{KeyRule, KeySort},
    plan::{ColumnPlan, Plan},
    rejects::shown_value,
    source::Positions,
};

/// Most missing cells of a row that are told one by one.
const MISSING_CELLS: usize = 3;

/// A reject of the batch, before all are in order.
pub(super) struct Pending {
    /// Row and column; a blank row comes before the row of the same index, a fault of a whole row after its cells'.
    pub(super) order: (u64, usize),
    pub(super) reject: Reject,
    /// The rule and the key that an earlier row has.
    pub(super) repeated: Option<(usize, u128)>,
}

impl Pending {
    /// The batch's row that the reject is of.
    pub(super) fn row(&self) -> Option<usize> {
        self.reject.row.map(|_| (self.order.0 / 2) as usize)
    }

    /// The same, listed only: the row is not rejected.
    pub(super) fn tolerated(mut self) -> Self {
        self.reject.tolerated = true;
        self.reject.message.push_str("; the rule tolerates some, and the row is not rejected for it");
        self
    }

    /// Says of a repeated key that its first row is no good either.
    pub(super) fn after_a_rejected_row(&mut self) {
        self.reject.message = self.reject.message.replacen("an earlier row", "an earlier row, rejected too,", 1);
        self.reject.hint = Some("correct the earlier row, and take this one out or correct it too".to_owned());
    }
}

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
    fn pending(&self, row: usize, position: usize, code: &str, message: String) -> Pending {
        let (line, byte) = self.batch.place(row, self.positions);
        let reject = Reject {
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
        };
        Pending { order: (row as u64 * 2 + 1, position), reject, repeated: None }
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
        match rule.columns[..] {
            [only] if rule.rejects() && matches!(self.plan.columns[only].kind, Kind::Float(_)) => Some(only),
            _ => None,
        }
    }

    /// The digits of a number as a row writes it.
    pub(super) fn significant(&self, row: usize, column: usize) -> Option<Written> {
        let cell = self.batch.text(row, self.layout.position(column), &self.plan.marks);
        let numbers = self.plan.common.numbers;
        if numbers.are_plain() { Written::new(&cell) } else { Written::new(&numbers.normal(&cell)?) }
    }

    /// One reject for each rule that a cell breaks.
    pub(super) fn broken_cell(&self, at: usize, position: usize, broken: Broken) -> Vec<Pending> {
        let plan = &self.plan.columns[at];
        let row = broken.row as usize;
        let cell = self.batch.text(row, position, &self.plan.marks);
        let mut each = Vec::new();
        for (rule, name) in broken.rules.each() {
            if rule == Rules::CHECKS {
                each.extend(self.broken_checks(at, row));
                continue;
            }
            let (code, message, hint) = self.words(plan, rule, &cell);
            let mut pending = self.pending(row, position, code, message);
            pending.reject.rule = Some(name.to_owned());
            pending.reject.hint = hint;
            pending.reject.value = Some(self.shown(row, at, &cell));
            each.push(pending);
        }
        each
    }

    /// One reject for each of the column's checks that a row breaks.
    fn broken_checks(&self, at: usize, row: usize) -> Vec<Pending> {
        let plan = &self.plan.columns[at];
        let raw = self.plan.marks.trim(self.batch.cell(row, self.layout.position(at)));
        let text = self.batch.unescape(&self.plan.marks, raw);
        let cell = match self.plan.common.nulls.contains(raw) {
            true => Some(Cell::Null(raw)),
            false => plan.kind.part(&text).map(|part| Cell::Value(part, &text)),
        };
        let broken = plan.checks.iter().filter(|check| cell.is_some_and(|cell| check.is_broken(cell)));
        broken.map(|check| self.broken_check(at, row, check)).collect()
    }

    pub(super) fn broken_check(&self, at: usize, row: usize, check: &CellCheck) -> Pending {
        let position = self.layout.position(at);
        let mut pending = self.pending(row, position, code::CONSTRAINT, check.message());
        pending.reject.rule = Some(check.name.clone());
        pending.reject.hint = Some(check.hint());
        let cell = self.batch.text(row, position, &self.plan.marks);
        pending.reject.value = Some(self.shown(row, at, &cell));
        pending
    }

    /// Code, message and hint of a broken rule. No words repeat the cell.
    fn words(&self, plan: &ColumnPlan, rule: Rules, cell: &[u8]) -> (&'static str, String, Option<String>) {
        let limit = plan.limit(rule);
        let message = match rule {
            Rules::TYPE => {
                let hint = type_hint(&plan.kind, self.plan.common.numbers, cell);
                return (code::TYPE, format!("the cell is not {}", expected(&plan.kind)), hint);
            }
            Rules::ENCODING => {
                let message = format!("the cell holds bytes that are not {}", self.plan.charset.name());
                let hint = "save the file in that encoding, or name the file's own (windows-1252, say) in `encoding` of the contract's csvDialect";
                return (code::ENCODING, message, Some(hint.to_owned()));
            }
            Rules::REQUIRED => {
                let hint = "fill the cell in, or take `required` (or the key) off the column in the contract";
                return (code::CONSTRAINT, "the cell is null in a required column".to_owned(), Some(hint.to_owned()));
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
        (code::CONSTRAINT, message, None)
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
    pub(super) fn repeated_key(&self, which: usize, row: usize, key: u128, differs: bool) -> Pending {
        let rule = &self.plan.keys[which];
        let position = match rule.columns[..] {
            [only] => self.layout.position(only),
            _ => usize::MAX,
        };
        let (code, what) = match rule.sort {
            KeySort::Primary => (code::PRIMARY_KEY, "primary key"),
            _ => (code::UNIQUE, "value"),
        };
        let mut message = format!("an earlier row has the same {what}");
        if rule.columns.len() > 1 {
            message.push_str(&format!(" ({})", self.names(rule)));
        }
        let mut hint = "the first row with it stays: take the others out, or correct them";
        if differs {
            message.push_str(", after both were rounded to 64-bit binary numbers");
            hint = "give the column a `physicalType` such as DECIMAL(38,18), which keeps every digit";
        }
        let mut pending = self.pending(row, position, code, message);
        pending.repeated = Some((which, key));
        pending.reject.rule = Some(rule.name.clone());
        pending.reject.hint = Some(hint.to_owned());
        if let [only] = rule.columns[..] {
            let cell = self.batch.text(row, position, &self.plan.marks);
            pending.reject.value = Some(self.shown(row, only, &cell));
        }
        pending
    }

    pub(super) fn shape(&self, row: usize, fault: ShapeFault) -> Vec<Pending> {
        let width = self.layout.width();
        match fault {
            ShapeFault::Short { cells } => {
                let missing = width - cells;
                // A file with another delimiter would have as many rejects as columns for each row.
                let listed = if missing <= MISSING_CELLS { missing } else { 1 };
                let each = (cells..cells + listed).map(|position| {
                    let which = if listed < missing {
                        format!("this one and the {} after it are missing", missing - 1)
                    } else {
                        "this one is missing".to_owned()
                    };
                    let message = format!("the row has {cells} of {width} cells: {which}");
                    let mut pending = self.pending(row, position, code::MISSING_CELL, message);
                    pending.reject.hint = Some(self.short_hint(row, cells));
                    pending
                });
                each.collect()
            }
            ShapeFault::Long { cells, ends_empty } => {
                let wanted = width - usize::from(self.layout.ends_empty);
                let message = format!("the row has {cells} cells, {wanted} are wanted");
                let mut pending = self.pending(row, usize::MAX, code::EXTRA_CELL, message);
                let hint = match ends_empty && cells == width + 1 {
                    _ if cells == width => {
                        "the other rows end with a delimiter and nothing after it: take out what stands there"
                    }
                    true => "the row ends with a delimiter: take it away, or give the column a label",
                    false => "take the extra cells out, or quote the cell that holds a delimiter",
                };
                pending.reject.hint = Some(hint.to_owned());
                vec![pending]
            }
            ShapeFault::Quote { cell } => {
                let message = "text stands between a closing quote and the end of the cell";
                let mut pending = self.pending(row, cell, code::SOURCE, message.to_owned());
                pending.reject.rule = Some("quoteChar".to_owned());
                let hint = "double a quote that is part of the text, and quote the cell as a whole";
                pending.reject.hint = Some(hint.to_owned());
                vec![pending]
            }
            ShapeFault::Blank { place } => {
                let hint = "take the blank line out, or set `skipBlankRows: true` in the contract's csvDialect";
                let reject = Reject {
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
                };
                vec![Pending { order: (row as u64 * 2, 0), reject, repeated: None }]
            }
        }
    }
}
