//! One column at a time: null tokens, types, and the rules that look at one cell.

mod boolean;
mod calendar;
mod decimal;
mod direct;
mod float;
mod hint;
mod integer;
mod literal;
mod memo;
mod nulls;
pub(crate) mod numeral;
mod task;
mod temporal;
mod text;

use ::parquet::errors::ParquetError;

use crate::{
    batch::Batch,
    fault::Rules,
    keys::{scalar_part, text_part},
    parquet::{Chunk, Compressor, Full, NULL, PageSize, Scalar},
    plan::{ColumnPlan, Common},
};

pub(crate) use boolean::Boolean;
pub(crate) use decimal::FixedPoint;
pub(crate) use float::Float;
pub(crate) use hint::{expected, is_invisible, type_hint};
pub(crate) use integer::Integer;
pub(crate) use literal::literal_part;
pub(crate) use nulls::NullTokens;
pub(crate) use numeral::Marks as NumberMarks;
pub(crate) use temporal::{Target, Temporal};
pub(crate) use text::{Text, TextValues};

use direct::Direct;
use memo::{Key, Memo, first_word};
use task::{Coded, Found, Task};

/// What a column's cells are, and how they are read.
#[derive(Debug)]
pub(crate) enum Kind {
    Integer(Integer),
    Float(Float),
    FixedPoint(FixedPoint),
    Boolean(Boolean),
    Date(Temporal),
    Time(Temporal),
    Timestamp(Temporal),
    Text(Text),
}

impl Kind {
    /// The value of a cell that is no null, with the rules that it breaks; `None` when it is not of the type, and for
    /// text, which is no scalar.
    fn scalar(&self, cell: &[u8]) -> Option<(Scalar, Rules)> {
        match self {
            Self::Integer(kind) => kind.read(cell).map(|(value, rules)| (Scalar::I64(value), rules)),
            Self::Float(kind) => kind.read(cell).map(|(value, rules)| (Scalar::F64(value), rules)),
            Self::FixedPoint(kind) => kind.read(cell).map(|(value, rules)| (Scalar::I128(value), rules)),
            Self::Boolean(kind) => kind.read(cell).map(|(value, rules)| (Scalar::Bool(value), rules)),
            Self::Date(kind) => temporal::Days(kind).read(cell).map(|(value, rules)| (Scalar::I32(value), rules)),
            Self::Time(kind) | Self::Timestamp(kind) => {
                kind.read(cell).map(|(value, rules)| (Scalar::I64(value), rules))
            }
            Self::Text(_) => None,
        }
    }
}

impl Kind {
    /// The value of a cell that is no null in 128 bits; `None` when it is not of the type.
    pub(crate) fn part(&self, cell: &[u8]) -> Option<u128> {
        match self {
            Self::Text(_) => Some(text_part(cell)),
            kind => kind.scalar(cell).map(|(value, _)| scalar_part(value)),
        }
    }
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It equals a null token.
    Null,
    /// It has a value (which may break a rule).
    Value,
    /// It has no value: not of the type, or not in the encoding.
    Unusable,
    /// There is no cell, or its content is in doubt.
    Absent,
}

/// The values of a column in a batch, one for each row; a row without a value has some placeholder.
#[derive(Debug)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    I128(Vec<i128>),
    F64(Vec<f64>),
    Text(TextValues),
}

/// A cell that breaks rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Broken {
    pub(crate) row: u32,
    pub(crate) rules: Rules,
}

/// A column: its cells in the batch, judged, and its values on their way to the output.
pub(crate) struct Column {
    /// What became of each cell; only where values are wanted.
    pub(crate) states: Vec<State>,
    /// The value of each cell; only where values are wanted.
    pub(crate) values: Values,
    pub(crate) broken: Vec<Broken>,
    /// Rows whose value stands for a clock time that its zone shows twice.
    pub(crate) repeated_hours: Vec<u32>,
    pub(crate) chunk: Chunk,
    /// Whether keys or quality rules look at the column's values.
    needs_values: bool,
    memo: Memo,
    /// Codes by value, for integers that are no more than their digits.
    direct: Option<Direct>,
    /// The code of each cell, unless `states` and `values` tell.
    codes: Vec<u16>,
    by_code: bool,
}

/// Most texts that a table's columns remember together, and one column alone.
const REMEMBERED: usize = 1 << 18;
const REMEMBERED_BY_COLUMN: usize = 1 << 13;

/// Most columns of a table whose small integers are known by their values: each takes 40 KB.
const DIRECT_COLUMNS: usize = 200;

/// A type of cells: reads one and checks its rules.
trait Read {
    type Value: Copy + Default;

    /// The value of a cell that is no null, with the rules that it breaks; `None` when it is not of the type.
    fn read(&self, cell: &[u8]) -> Option<(Self::Value, Rules)>;
}

impl Column {
    /// A column of a table of `columns` columns.
    pub(crate) fn new(plan: &ColumnPlan, common: &Common, columns: usize) -> Self {
        let is_plain = matches!(&plan.kind, Kind::Integer(kind) if kind.is_plain()) && !common.nulls.hold_digits();
        let is_direct = is_plain && columns <= DIRECT_COLUMNS;
        let values = match plan.kind {
            Kind::Integer(_) | Kind::Time(_) | Kind::Timestamp(_) => Values::I64(Vec::new()),
            Kind::Float(_) => Values::F64(Vec::new()),
            Kind::FixedPoint(_) => Values::I128(Vec::new()),
            Kind::Boolean(_) => Values::Bool(Vec::new()),
            Kind::Date(_) => Values::I32(Vec::new()),
            Kind::Text(_) => Values::Text(TextValues::default()),
        };
        Self {
            states: Vec::new(),
            values,
            broken: Vec::new(),
            repeated_hours: Vec::new(),
            chunk: Chunk::new(&plan.field(), PageSize::of(columns)),
            needs_values: plan.needs_values,
            memo: Memo::new((REMEMBERED / columns).min(REMEMBERED_BY_COLUMN)),
            direct: is_direct.then(Direct::new),
            codes: Vec::new(),
            by_code: false,
        }
    }

    /// Judges column `position` of the file's columns.
    pub(crate) fn judge(&mut self, plan: &ColumnPlan, common: &Common, batch: &Batch<'_>, position: usize) {
        let task = Task { plan, common, batch, position };
        self.by_code = !self.needs_values && self.chunk.is_coded() && self.judge_codes(&task).is_ok();
        if !self.by_code {
            self.judge_values(&task);
        }
    }

    /// Judges by remembered texts. An error means that there are too many values; nothing is told then.
    fn judge_codes(&mut self, task: &Task<'_>) -> Result<(), Full> {
        self.broken.clear();
        self.repeated_hours.clear();
        self.codes.clear();
        self.codes.resize(task.batch.rows, NULL);
        let bare = !task.common.marks.trims() && task.batch.quote.is_none();
        // One loop for each way, so that none decides it again for each cell.
        match (self.direct.is_some(), bare) {
            (true, true) => self.judge_codes_by::<true, true>(task),
            (true, false) => self.judge_codes_by::<true, false>(task),
            (false, true) => self.judge_codes_by::<false, true>(task),
            (false, false) => self.judge_codes_by::<false, false>(task),
        }
    }

    /// `DIRECT`: small integers are known by their values. `BARE`: no quotes or blanks stand around cells' contents.
    fn judge_codes_by<const DIRECT: bool, const BARE: bool>(&mut self, task: &Task<'_>) -> Result<(), Full> {
        let mut codes = std::mem::take(&mut self.codes);
        let judged = self.find_codes::<DIRECT, BARE>(task, &mut codes);
        self.codes = codes;
        judged
    }

    fn find_codes<const DIRECT: bool, const BARE: bool>(
        &mut self,
        task: &Task<'_>,
        codes: &mut [u16],
    ) -> Result<(), Full> {
        let (text, ends) = (task.batch.text, &task.batch.cells.ends[..]);
        let gap = task.batch.gap(task.position);
        let mut at = task.position;
        for (row, code) in codes.iter_mut().enumerate() {
            let mut start = ends[at].wrapping_add(gap) as usize;
            let mut end = ends[at + 1] as usize;
            at += task.batch.width;
            if !BARE {
                (start, end) = task.batch.content(start, end);
                (start, end) = task.common.marks.trim_within(text, start, end);
            }
            let cell = &text[start..end];
            let word = first_word(text, start, end);
            if DIRECT
                && let Some(direct) = &self.direct
                && let Some(known) = Direct::place(word, cell.len()).and_then(|place| direct.get(place))
            {
                *code = known;
                continue;
            }
            if let Some(known) = self.memo.get(Key::new(word, cell)) {
                *code = known;
                continue;
            }
            *code = self.learn(task, row as u32, word, cell)?;
        }
        Ok(())
    }

    /// Judges a cell whose text is not remembered: its code. Apart from the loop over cells, most of which are known, so
    /// that it does not take the processor's registers from it.
    #[inline(never)]
    fn learn(&mut self, task: &Task<'_>, row: u32, word: u64, cell: &[u8]) -> Result<u16, Full> {
        match task.code(cell, &mut self.chunk)? {
            Coded::Broken(rules) => {
                self.broken.push(Broken { row, rules });
                Ok(NULL)
            }
            // Not remembered, so that each such cell is seen.
            Coded::RepeatedHour(new) => {
                self.repeated_hours.push(row);
                Ok(new)
            }
            Coded::Value(new) => {
                match (self.direct.as_mut(), Direct::place(word, cell.len())) {
                    (Some(direct), Some(place)) => direct.insert(place, new),
                    _ => self.memo.insert(Key::new(word, cell), new),
                }
                Ok(new)
            }
        }
    }

    fn judge_values(&mut self, task: &Task<'_>) {
        self.states.clear();
        self.broken.clear();
        self.repeated_hours.clear();
        let mut found =
            Found { states: &mut self.states, broken: &mut self.broken, repeated_hours: &mut self.repeated_hours };
        let found = &mut found;
        match (&task.plan.kind, &mut self.values) {
            (Kind::Integer(kind), Values::I64(values)) => task.run(kind, Scalar::I64, values, found),
            (Kind::Float(kind), Values::F64(values)) => task.run(kind, Scalar::F64, values, found),
            (Kind::FixedPoint(kind), Values::I128(values)) => task.run(kind, Scalar::I128, values, found),
            (Kind::Boolean(kind), Values::Bool(values)) => task.run(kind, Scalar::Bool, values, found),
            (Kind::Date(kind), Values::I32(values)) => task.run(&temporal::Days(kind), Scalar::I32, values, found),
            (Kind::Time(kind) | Kind::Timestamp(kind), Values::I64(values)) => {
                task.run(kind, Scalar::I64, values, found)
            }
            (Kind::Text(kind), Values::Text(values)) => task.run_text(kind, values, found),
            _ => unreachable!("a column's values are made for its kind"),
        }
    }

    /// Takes note that some rows have no cell here, or one whose content is in doubt.
    pub(crate) fn void(&mut self, is_void: impl Fn(usize) -> bool) {
        for (row, state) in self.states.iter_mut().enumerate() {
            if is_void(row) {
                *state = State::Absent;
            }
        }
        self.broken.retain(|broken| !is_void(broken.row as usize));
        self.repeated_hours.retain(|row| !is_void(*row as usize));
    }

    /// Passes the batch's values on, but those of rejected rows; `rejected` is empty when none is.
    pub(crate) fn append(&mut self, rejected: &[bool], compressor: &mut Compressor) -> Result<(), ParquetError> {
        if !self.by_code && self.chunk.is_coded() {
            self.by_code = self.code_values().is_ok();
        }
        if self.by_code {
            self.chunk.append_codes(&self.codes, rejected, compressor)
        } else {
            self.chunk.append_values(&self.values, &self.states, rejected, compressor)
        }
    }

    /// Finds the codes of the batch's values. An error means that there are too many values.
    fn code_values(&mut self) -> Result<(), Full> {
        self.codes.clear();
        for (row, state) in self.states.iter().enumerate() {
            let code = match (state, &self.values) {
                (State::Value, Values::Text(values)) => self.chunk.text_code(values.get(row))?,
                (State::Value, values) => self.chunk.code(values.scalar(row))?,
                _ => NULL,
            };
            self.codes.push(code);
        }
        Ok(())
    }

    /// Forgets texts whose codes mean nothing any more.
    pub(crate) fn forget_codes(&mut self) {
        self.memo.clear();
        if let Some(direct) = &mut self.direct {
            direct.clear();
        }
    }
}

impl Values {
    /// The value of a row; of text, which is no scalar, none is asked for.
    pub(crate) fn scalar(&self, row: usize) -> Scalar {
        match self {
            Self::Bool(values) => Scalar::Bool(values[row]),
            Self::I32(values) => Scalar::I32(values[row]),
            Self::I64(values) => Scalar::I64(values[row]),
            Self::I128(values) => Scalar::I128(values[row]),
            Self::F64(values) => Scalar::F64(values[row]),
            Self::Text(_) => unreachable!("texts are coded as texts"),
        }
    }
}
