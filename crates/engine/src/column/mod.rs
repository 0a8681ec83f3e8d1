//! One column at a time: null tokens, types, and the rules that look at one cell.

mod boolean;
mod calendar;
mod decimal;
mod float;
mod hint;
mod integer;
mod numeral;
mod temporal;
mod text;

use crate::{
    batch::Batch,
    fault::Rules,
    plan::{ColumnPlan, Common},
};

pub(crate) use boolean::Boolean;
pub(crate) use decimal::FixedPoint;
pub(crate) use float::Float;
pub(crate) use hint::{expected, type_hint};
pub(crate) use integer::Integer;
pub(crate) use numeral::Marks as NumberMarks;
pub(crate) use temporal::{Target, Temporal};
pub(crate) use text::{Text, TextValues};

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

/// A column of a batch, judged.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) states: Vec<State>,
    pub(crate) values: Values,
    pub(crate) broken: Vec<Broken>,
}

/// A type of cells: reads one and checks its rules.
trait Read {
    type Value: Copy + Default;

    /// The value of a cell that is no null, with the rules that it breaks; `None` when it is not of the type.
    fn read(&self, cell: &[u8]) -> Option<(Self::Value, Rules)>;
}

impl Column {
    pub(crate) fn new(kind: &Kind) -> Self {
        let values = match kind {
            Kind::Integer(_) | Kind::Time(_) | Kind::Timestamp(_) => Values::I64(Vec::new()),
            Kind::Float(_) => Values::F64(Vec::new()),
            Kind::FixedPoint(_) => Values::I128(Vec::new()),
            Kind::Boolean(_) => Values::Bool(Vec::new()),
            Kind::Date(_) => Values::I32(Vec::new()),
            Kind::Text(_) => Values::Text(TextValues::default()),
        };
        Self { states: Vec::new(), values, broken: Vec::new() }
    }

    /// Judges column `position` of the file's columns.
    pub(crate) fn judge(&mut self, plan: &ColumnPlan, common: &Common, batch: &Batch<'_>, position: usize) {
        self.states.clear();
        self.broken.clear();
        let task = Task { required: plan.required, common, batch, position };
        let (states, broken) = (&mut self.states, &mut self.broken);
        match (&plan.kind, &mut self.values) {
            (Kind::Integer(kind), Values::I64(values)) => task.run(kind, values, states, broken),
            (Kind::Float(kind), Values::F64(values)) => task.run(kind, values, states, broken),
            (Kind::FixedPoint(kind), Values::I128(values)) => task.run(kind, values, states, broken),
            (Kind::Boolean(kind), Values::Bool(values)) => task.run(kind, values, states, broken),
            (Kind::Date(kind), Values::I32(values)) => task.run(&temporal::Days(kind), values, states, broken),
            (Kind::Time(kind) | Kind::Timestamp(kind), Values::I64(values)) => task.run(kind, values, states, broken),
            (Kind::Text(kind), Values::Text(values)) => task.run_text(kind, values, states, broken),
            _ => unreachable!("a column's values are made for its kind"),
        }
    }
}

/// One column of one batch.
struct Task<'a> {
    required: bool,
    common: &'a Common,
    batch: &'a Batch<'a>,
    position: usize,
}

impl Task<'_> {
    /// What the null test says of a cell, with the faults of a null.
    #[inline]
    fn null_rules(&self) -> Rules {
        Rules::REQUIRED.when(self.required)
    }

    fn run<R: Read>(&self, kind: &R, values: &mut Vec<R::Value>, states: &mut Vec<State>, broken: &mut Vec<Broken>) {
        values.clear();
        values.reserve(self.batch.rows);
        states.reserve(self.batch.rows);
        self.batch.each_cell(self.position, |row, cell| {
            let cell = self.common.marks.trim(cell);
            let (value, state, rules) = if self.common.nulls.contains(cell) {
                (R::Value::default(), State::Null, self.null_rules())
            } else if let Some((value, rules)) = kind.read(cell) {
                (value, State::Value, rules)
            } else {
                (R::Value::default(), State::Unusable, unread(cell))
            };
            values.push(value);
            states.push(state);
            if !rules.is_empty() {
                broken.push(Broken { row, rules });
            }
        });
    }

    fn run_text(&self, kind: &Text, values: &mut TextValues, states: &mut Vec<State>, broken: &mut Vec<Broken>) {
        values.clear();
        states.reserve(self.batch.rows);
        let valid = self.batch.is_utf8;
        self.batch.each_cell(self.position, |row, cell| {
            let cell = self.common.marks.trim(cell);
            let (content, state, rules): (&[u8], _, _) = if self.common.nulls.contains(cell) {
                (b"", State::Null, self.null_rules())
            } else if !valid && std::str::from_utf8(cell).is_err() {
                (b"", State::Unusable, Rules::ENCODING)
            } else {
                (cell, State::Value, kind.check(cell))
            };
            values.push(content);
            states.push(state);
            if !rules.is_empty() {
                broken.push(Broken { row, rules });
            }
        });
    }
}

/// Why a cell could not be read: not of the type, or not even text.
#[cold]
fn unread(cell: &[u8]) -> Rules {
    if std::str::from_utf8(cell).is_ok() { Rules::TYPE } else { Rules::ENCODING }
}

/// The texts that mean null.
#[derive(Debug, Clone)]
pub(crate) struct NullTokens {
    empty: bool,
    /// Whether a token starts with the byte: most cells are told apart by their first byte alone.
    starts: Box<[bool; 256]>,
    tokens: Vec<Vec<u8>>,
}

impl NullTokens {
    pub(crate) fn new(tokens: &[String]) -> Self {
        let mut starts = Box::new([false; 256]);
        for token in tokens {
            if let Some(byte) = token.as_bytes().first() {
                starts[usize::from(*byte)] = true;
            }
        }
        let empty = tokens.iter().any(String::is_empty);
        let tokens = tokens.iter().filter(|token| !token.is_empty()).map(|token| token.clone().into_bytes()).collect();
        Self { empty, starts, tokens }
    }

    #[inline]
    pub(crate) fn contains(&self, cell: &[u8]) -> bool {
        match cell.first() {
            None => self.empty,
            Some(byte) => self.starts[usize::from(*byte)] && self.tokens.iter().any(|token| token == cell),
        }
    }
}
