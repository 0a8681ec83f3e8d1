//! The judgement of a batch: columns, keys and quality; what breaks a rule becomes a reject.

use atalaya_contract::Reject;

use crate::{
    batch::{Batch, ShapeFault},
    column::{Broken, Column, expected, type_hint},
    fault::{FileFault, Rules, code},
    header::Layout,
    keys::{KeyRule, KeySort, Keys},
    plan::{ColumnPlan, Plan},
    rejects::{Rejects, shown_value},
    scan::record::QuoteFault,
    selection::Scope,
    source::Positions,
};

/// Most missing cells of a row that are told one by one.
const MISSING_CELLS: usize = 3;

/// Judges a file's batches, one after the other.
pub(crate) struct Judge {
    pub(crate) columns: Vec<Column>,
    /// Which rows of the last batch are not to be written, being rejected or not selected; empty when all are.
    pub(crate) rejected: Vec<bool>,
    /// How many rows of the last batch are not selected.
    pub(crate) left_out: u64,
    scope: Scope,
    pub(crate) keys: Keys,
    /// For each quality rule, what it has counted.
    pub(crate) counts: Vec<u64>,
    pending: Vec<Pending>,
}

/// A reject of the batch, before all are in order.
struct Pending {
    /// Row and column; a blank row comes before the row of the same index, a fault of a whole row after its cells'.
    order: (u64, usize),
    reject: Reject,
}

/// What every reject of a batch needs.
struct Scene<'a> {
    plan: &'a Plan,
    layout: &'a Layout,
    batch: &'a Batch<'a>,
    positions: &'a Positions,
    /// Data rows before the batch.
    rows_before: u64,
}

impl Judge {
    /// `taken` are keys that no judged row may have.
    pub(crate) fn new(plan: &Plan, scope: Scope, taken: Option<Keys>) -> Self {
        Self {
            columns: plan.columns.iter().map(|column| Column::new(column, &plan.common, plan.columns.len())).collect(),
            rejected: Vec::new(),
            left_out: 0,
            scope,
            keys: taken.unwrap_or_else(|| Keys::new(plan.keys.len(), plan.limits.key_bytes)),
            counts: vec![0; plan.quality.len()],
            pending: Vec::new(),
        }
    }

    /// Judges a batch and adds its rejects; the columns then hold its values.
    pub(crate) fn batch(
        &mut self,
        plan: &Plan,
        layout: &Layout,
        batch: &Batch<'_>,
        positions: &Positions,
        rows_before: u64,
        rejects: &mut Rejects,
    ) -> Result<(), FileFault> {
        let scene = Scene { plan, layout, batch, positions, rows_before };
        self.rejected.clear();
        if let Scope::Selected(selection) | Scope::Others(selection) = &mut self.scope {
            selection.choose(batch, positions, rows_before)?;
        }
        for (row, fault) in batch.shapes {
            self.pending.extend(scene.shape(*row as usize, *fault));
        }
        for (position, column) in layout.columns.iter().enumerate() {
            if let Some(at) = column.bound {
                self.column(&scene, position, at);
            }
        }
        for which in 0..plan.keys.len() {
            self.key(&scene, which)?;
        }
        for (rule, count) in plan.quality.iter().zip(&mut self.counts) {
            *count += rule.count(batch, &self.columns, &plan.common, |column| layout.position(column));
        }
        self.settle(batch.rows, rejects);
        Ok(())
    }

    fn column(&mut self, scene: &Scene<'_>, position: usize, at: usize) {
        let (plan, batch) = (&scene.plan.columns[at], scene.batch);
        let column = &mut self.columns[at];
        column.judge(plan, &scene.plan.common, batch, position);
        if !batch.shapes.is_empty() {
            column.void(|row| batch.is_void(row, position));
        }
        for broken in &column.broken {
            self.pending.extend(scene.broken_cell(plan, position, *broken));
        }
    }

    fn key(&mut self, scene: &Scene<'_>, which: usize) -> Result<(), FileFault> {
        let rule = &scene.plan.keys[which];
        let (pending, counts) = (&mut self.pending, &mut self.counts);
        let repeated = |row| match rule.sort {
            KeySort::Quality(rule) => counts[rule] += 1,
            sort => pending.push(scene.repeated_key(rule, sort, row)),
        };
        let rows = 0..scene.batch.rows;
        let taken = match &self.scope {
            Scope::All => self.keys.take(which, rule, &self.columns, rows, repeated),
            // A quality rule measures the whole file.
            Scope::Selected(_) if matches!(rule.sort, KeySort::Quality(_)) => {
                self.keys.take(which, rule, &self.columns, rows, repeated)
            }
            Scope::Selected(selection) => {
                self.keys.take(which, rule, &self.columns, rows.filter(|row| selection.chosen[*row]), repeated)
            }
            Scope::Others(_) if matches!(rule.sort, KeySort::Quality(_)) => Ok(()),
            Scope::Others(selection) => {
                self.keys.take(which, rule, &self.columns, rows.filter(|row| !selection.chosen[*row]), |_| {})
            }
        };
        taken.map_err(|_| {
            let names: Vec<&str> = rule.columns.iter().map(|at| scene.plan.columns[*at].name.as_str()).collect();
            FileFault::new(
                code::SOURCE,
                format!(
                    "the distinct keys of {} need more memory than the limit of {} bytes",
                    names.join(", "),
                    scene.plan.limits.key_bytes
                ),
            )
            .rule("unique")
            .hint(
                "split the file, or take `unique`, `primaryKey` or `duplicateValues` off columns that do not need them",
            )
        })
    }

    /// Hands the batch's rejects over in their order and notes the rows that they are of.
    fn settle(&mut self, rows: usize, rejects: &mut Rejects) {
        let chosen = match &self.scope {
            Scope::All if self.pending.is_empty() => return,
            Scope::All => None,
            Scope::Selected(selection) => Some(&selection.chosen),
            Scope::Others(_) => return self.pending.clear(),
        };
        let is_chosen = |row: usize| chosen.is_none_or(|chosen| chosen[row]);
        self.rejected.extend((0..rows).map(|row| !is_chosen(row)));
        self.left_out = self.rejected.iter().filter(|left_out| **left_out).count() as u64;
        self.pending.sort_by_key(|pending| pending.order);
        for pending in self.pending.drain(..) {
            if pending.reject.row.is_some() {
                let row = (pending.order.0 / 2) as usize;
                if !is_chosen(row) {
                    continue;
                }
                self.rejected[row] = true;
            }
            rejects.add(&pending.reject);
        }
    }
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
        };
        Pending { order: (row as u64 * 2 + 1, position), reject }
    }

    /// One reject for each rule that a cell breaks.
    fn broken_cell(&self, plan: &ColumnPlan, position: usize, broken: Broken) -> Vec<Pending> {
        let row = broken.row as usize;
        let cell = self.plan.marks.trim(self.batch.cell(row, position));
        let each = broken.rules.each().map(|(rule, name)| {
            let (code, message, hint) = self.words(plan, rule, cell);
            let mut pending = self.pending(row, position, code, message);
            pending.reject.rule = Some(name.to_owned());
            pending.reject.hint = hint;
            pending.reject.value = Some(shown_value(cell, plan.masked));
            pending
        });
        each.collect()
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

    fn repeated_key(&self, rule: &KeyRule, sort: KeySort, row: usize) -> Pending {
        let names: Vec<&str> = rule.columns.iter().map(|at| self.plan.columns[*at].name.as_str()).collect();
        let position = match rule.columns[..] {
            [only] => self.layout.position(only),
            _ => usize::MAX,
        };
        let (code, name, what) = match sort {
            KeySort::Primary => (code::PRIMARY_KEY, "primaryKey", "primary key"),
            _ => (code::UNIQUE, "unique", "value"),
        };
        let mut message = format!("an earlier row has the same {what}");
        if names.len() > 1 {
            message.push_str(&format!(" ({})", names.join(", ")));
        }
        let mut pending = self.pending(row, position, code, message);
        pending.reject.rule = Some(name.to_owned());
        pending.reject.hint = Some("the first row with it stays: take the others out, or correct them".to_owned());
        if let [only] = rule.columns[..] {
            let cell = self.plan.marks.trim(self.batch.cell(row, position));
            pending.reject.value = Some(shown_value(cell, self.plan.columns[only].masked));
        }
        pending
    }

    fn shape(&self, row: usize, fault: ShapeFault) -> Vec<Pending> {
        let width = self.layout.width();
        match fault {
            ShapeFault::Short { cells } => {
                let missing = width - cells;
                // A file with another delimiter would have as many rejects as columns for each row.
                let told = if missing <= MISSING_CELLS { missing } else { 1 };
                let each = (cells..cells + told).map(|position| {
                    let which = if told < missing {
                        format!("this one and the {} after it are missing", missing - 1)
                    } else {
                        "this one is missing".to_owned()
                    };
                    let message = format!("the row has {cells} of {width} cells: {which}");
                    let mut pending = self.pending(row, position, code::MISSING_CELL, message);
                    let hint =
                        "add the cell, empty where there is no value; look for a line break in a cell without quotes";
                    pending.reject.hint = Some(hint.to_owned());
                    pending
                });
                each.collect()
            }
            ShapeFault::Long { cells } => {
                let message = format!("the row has {cells} cells, {width} are wanted");
                let mut pending = self.pending(row, usize::MAX, code::EXTRA_CELL, message);
                pending.reject.hint =
                    Some("take the extra cells out, or quote the cell that holds a delimiter".to_owned());
                vec![pending]
            }
            ShapeFault::Quote { cell, fault } => vec![self.quote(row, cell, fault)],
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
                };
                vec![Pending { order: (row as u64 * 2, 0), reject }]
            }
        }
    }

    fn quote(&self, row: usize, cell: usize, fault: QuoteFault) -> Pending {
        let (message, hint) = match fault {
            QuoteFault::TextAfterQuote => (
                "text stands between a closing quote and the end of the cell",
                "double a quote that is part of the text, and quote the cell as a whole",
            ),
            QuoteFault::NeverClosed => (
                "a quote opens the cell and the file ends before one closes it",
                "close the quote: from there on everything, line ends too, was read as one cell",
            ),
        };
        let mut pending = self.pending(row, cell, code::SOURCE, message.to_owned());
        pending.reject.rule = Some("quoteChar".to_owned());
        pending.reject.hint = Some(hint.to_owned());
        pending
    }
}
