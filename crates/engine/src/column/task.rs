//! One column of one batch: each cell compared with the null tokens, read, and checked.

use super::{Broken, Kind, Read, State, Text, TextValues};
use crate::{
    batch::Batch,
    check::Cell,
    fault::Rules,
    keys::{scalar_part, text_part},
    parquet::{Chunk, Full, NULL, Scalar},
    plan::{ColumnPlan, Common},
};

/// One column of one batch.
pub(super) struct Task<'a> {
    pub(super) plan: &'a ColumnPlan,
    pub(super) common: &'a Common,
    pub(super) batch: &'a Batch<'a>,
    pub(super) position: usize,
}

/// Where what is found about a column's cells goes.
pub(super) struct Found<'a> {
    pub(super) states: &'a mut Vec<State>,
    pub(super) broken: &'a mut Vec<Broken>,
    pub(super) repeated_hours: &'a mut Vec<u32>,
}

impl Found<'_> {
    #[inline]
    fn push(&mut self, row: u32, state: State, mut rules: Rules) {
        self.states.push(state);
        if rules.contains(Rules::REPEATED_HOUR) {
            self.repeated_hours.push(row);
            rules = rules.without(Rules::REPEATED_HOUR);
        }
        if !rules.is_empty() {
            self.broken.push(Broken { row, rules });
        }
    }
}

/// What a cell becomes in the output.
pub(super) enum Coded {
    Value(u16),
    /// A value for a clock time that its zone shows twice.
    RepeatedHour(u16),
    Broken(Rules),
}

impl Task<'_> {
    /// The code of a cell as it is written, or the rules that it breaks.
    pub(super) fn code(&self, cell: &[u8], chunk: &mut Chunk) -> Result<Coded, Full> {
        if self.common.nulls.contains(cell) {
            let rules = self.plan.null_rules(cell);
            return Ok(if rules.is_empty() { Coded::Value(NULL) } else { Coded::Broken(rules) });
        }
        let content = self.batch.unescape(&self.common.marks, cell);
        let cell = &*content;
        if let Kind::Text(kind) = &self.plan.kind {
            let rules = self.text_rules(kind, cell);
            return if rules.is_empty() { chunk.text_code(cell).map(Coded::Value) } else { Ok(Coded::Broken(rules)) };
        }
        let Some((value, rules)) = self.plan.kind.scalar(cell) else { return Ok(Coded::Broken(unread(cell))) };
        let rules = rules.and(self.plan.check_rules(|| Cell::Value(scalar_part(value), cell)));
        match rules.without(Rules::REPEATED_HOUR) {
            broken if !broken.is_empty() => Ok(Coded::Broken(broken)),
            _ if rules.is_empty() => chunk.code(value).map(Coded::Value),
            _ => chunk.code(value).map(Coded::RepeatedHour),
        }
    }

    /// The rules that a text breaks; one that is no text breaks that of the encoding.
    fn text_rules(&self, kind: &Text, cell: &[u8]) -> Rules {
        let valid = self.batch.is_utf8 || std::str::from_utf8(cell).is_ok();
        if !valid {
            return Rules::ENCODING;
        }
        kind.check(cell).and(self.plan.check_rules(|| Cell::Value(text_part(cell), cell)))
    }

    pub(super) fn run<R: Read>(
        &self,
        kind: &R,
        scalar: fn(R::Value) -> Scalar,
        values: &mut Vec<R::Value>,
        found: &mut Found<'_>,
    ) {
        values.clear();
        values.reserve(self.batch.rows);
        found.states.reserve(self.batch.rows);
        self.batch.each_cell(self.position, |row, cell| {
            let cell = self.common.marks.trim(cell);
            if self.common.nulls.contains(cell) {
                values.push(R::Value::default());
                return found.push(row, State::Null, self.plan.null_rules(cell));
            }
            let content = self.batch.unescape(&self.common.marks, cell);
            let cell = &*content;
            let (value, state, rules) = match kind.read(cell) {
                Some((value, rules)) => {
                    let checks = self.plan.check_rules(|| Cell::Value(scalar_part(scalar(value)), cell));
                    (value, State::Value, rules.and(checks))
                }
                None => (R::Value::default(), State::Unusable, unread(cell)),
            };
            values.push(value);
            found.push(row, state, rules);
        });
    }

    pub(super) fn run_text(&self, kind: &Text, values: &mut TextValues, found: &mut Found<'_>) {
        values.clear();
        found.states.reserve(self.batch.rows);
        self.batch.each_cell(self.position, |row, cell| {
            let cell = self.common.marks.trim(cell);
            if self.common.nulls.contains(cell) {
                values.push(b"");
                return found.push(row, State::Null, self.plan.null_rules(cell));
            }
            let content = self.batch.unescape(&self.common.marks, cell);
            let cell = &*content;
            match self.text_rules(kind, cell) {
                Rules::ENCODING => {
                    values.push(b"");
                    found.push(row, State::Unusable, Rules::ENCODING);
                }
                rules => {
                    values.push(cell);
                    found.push(row, State::Value, rules);
                }
            }
        });
    }
}

/// Why a cell could not be read: not of the type, or not even text.
#[cold]
fn unread(cell: &[u8]) -> Rules {
    if std::str::from_utf8(cell).is_ok() { Rules::TYPE } else { Rules::ENCODING }
}
