//! Expressions that are ready to be evaluated.

use std::borrow::Cow;

use super::{
    function::{self, Function},
    order,
    syntax::{Matcher, Operator, Period, Step},
    value::{Value, part},
};

/// An expression whose fields are places in a row.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Value(Value<'static>),
    Slot(usize),
    Access(Box<Node>, Vec<Step>),
    Negation(Box<Node>),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Operator, Box<Node>, Box<Node>),
    Arithmetic(Operator, Box<Node>, Box<Node>),
    In {
        value: Box<Node>,
        list: Vec<Node>,
        negated: bool,
    },
    Like {
        value: Box<Node>,
        matcher: Matcher,
        negated: bool,
    },
    Floor(Box<Node>, Period),
    Ceil(Box<Node>, Period),
    Call(Function, Vec<Node>),
    /// The time of the query, in seconds.
    Now,
}

impl Node {
    /// Its value in a row, at `now` (epoch seconds).
    pub(crate) fn of<'v>(&'v self, row: &'v [Value<'_>], now: i64) -> Value<'v> {
        match self {
            Self::Value(value) => value.borrowed(),
            Self::Slot(slot) => row[*slot].borrowed(),
            Self::Access(node, steps) => match &**node {
                Self::Slot(slot) => access(&row[*slot], steps),
                node => access(&node.of(row, now), steps).into_owned(),
            },
            Self::Negation(node) => negated(&node.of(row, now)),
            Self::Not(node) => Value::Flag(!node.of(row, now).holds()),
            Self::And(left, right) => Value::Flag(left.of(row, now).holds() && right.of(row, now).holds()),
            Self::Or(left, right) => Value::Flag(left.of(row, now).holds() || right.of(row, now).holds()),
            Self::Compare(operator, left, right) => {
                Value::Flag(order::compares(*operator, &left.of(row, now), &right.of(row, now)))
            }
            Self::Arithmetic(operator, left, right) => arithmetic(*operator, &left.of(row, now), &right.of(row, now)),
            Self::In { value, list, negated } => {
                let value = value.of(row, now);
                let is_in = |node: &Node| order::compares(Operator::Equal, &value, &node.of(row, now));
                test(value.text().is_some(), *negated, || list.iter().any(is_in))
            }
            Self::Like { value, matcher, negated } => {
                let value = value.of(row, now);
                let text = value.text();
                test(text.is_some(), *negated, || matches(matcher, &text.unwrap_or_default()))
            }
            Self::Floor(node, period) => moved(&node.of(row, now), |at| period.floor(at)),
            Self::Ceil(node, period) => moved(&node.of(row, now), |at| period.ceil(at)),
            Self::Call(function, arguments) => function::call(*function, arguments, row, now),
            Self::Now => Value::Whole(now),
        }
    }
}

/// Whether `in` or `like` holds. Of a missing value neither they nor their negations do, as comparisons (seen of
/// `!=`, not documented).
fn test<'v>(is_present: bool, negated: bool, holds: impl FnOnce() -> bool) -> Value<'v> {
    Value::Flag(is_present && holds() != negated)
}

fn matches(matcher: &Matcher, text: &str) -> bool {
    match matcher {
        Matcher::Part(part) => text.contains(part.as_str()),
        Matcher::Regex(regex) => regex.is_match(text),
    }
}

fn access<'v>(value: &'v Value<'_>, steps: &[Step]) -> Value<'v> {
    match value {
        Value::Structure(structure) => part(structure, steps),
        _ => Value::Null,
    }
}

/// The time that a value is, in milliseconds: a time, or a number of milliseconds.
pub(crate) fn moment(value: &Value<'_>) -> Option<i64> {
    const FARTHEST: f64 = 9e15;
    value.whole().or_else(|| value.number().map(|number| number as i64)).filter(|at| (*at as f64).abs() < FARTHEST)
}

fn moved<'v>(value: &Value<'_>, by: impl FnOnce(i64) -> i64) -> Value<'v> {
    moment(value).map_or(Value::Null, |at| Value::Time(by(at)))
}

fn negated<'v>(value: &Value<'_>) -> Value<'v> {
    match (value.whole().and_then(i64::checked_neg), value.number()) {
        (Some(whole), _) => Value::Whole(whole),
        (None, Some(number)) => Value::real(-number),
        (None, None) => Value::Null,
    }
}

/// Numbers of numbers; nothing where one side is none. Whole numbers stay whole but in divisions and powers.
fn arithmetic<'v>(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Value<'v> {
    if let (Some(left), Some(right)) = (left.whole(), right.whole()) {
        let whole = match operator {
            Operator::Add => left.checked_add(right),
            Operator::Subtract => left.checked_sub(right),
            Operator::Multiply => left.checked_mul(right),
            Operator::Remainder => left.checked_rem(right),
            _ => None,
        };
        if let Some(whole) = whole {
            return Value::Whole(whole);
        }
    }
    let (Some(left), Some(right)) = (left.number(), right.number()) else { return Value::Null };
    Value::real(match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Remainder => left % right,
        Operator::Power => left.powf(right),
        _ => return Value::Null,
    })
}

/// The text of an argument; `None` where it has none.
pub(crate) fn text_of<'v>(node: &'v Node, row: &'v [Value<'_>], now: i64) -> Option<Cow<'v, str>> {
    match node.of(row, now) {
        Value::Text(text) => Some(text),
        other => other.text().map(|text| Cow::Owned(text.into_owned())),
    }
}
