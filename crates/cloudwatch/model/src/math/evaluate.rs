//! Computing a checked expression.

use std::{cell::Cell, ops::Range, rc::Rc};

use super::{
    function::{choose, fill_linear, fill_repeat, fill_with, fill_with_series, first, last, remove_empty, slice, sort},
    node::{Filler, Index, Node, SearchCall},
    operator::Operator,
    value::{Member, Origin, Points, Type, Value},
};
use crate::{
    Frame, MetricId, MetricStat,
    query_error::{Fault, Problem},
    search::MOST_SERIES,
};

/// Where the points of metrics come from.
pub(crate) trait Source {
    /// The statistic of a metric in each period of the frame.
    fn points(&self, wanted: &MetricStat, frame: &Frame) -> Points;

    /// The same for the metric of the query of this number.
    fn points_of(&self, query: usize, wanted: &MetricStat, frame: &Frame) -> Points {
        let _ = query;
        self.points(wanted, frame)
    }

    /// The metrics that have data in the two weeks before `now`, in an order that does not change.
    fn recent(&self, now: i64) -> Vec<&MetricId>;
}

/// What an expression is computed on.
#[derive(Clone, Copy)]
pub(crate) struct Evaluation<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) frame: &'a Frame,
    /// The time of asking, from which a SEARCH looks two weeks back.
    pub(crate) now: i64,
    pub(crate) account_id: &'a str,
    /// What the queries before this one are, by their numbers.
    pub(crate) values: &'a [Option<Value<'static>>],
    /// Set when a SEARCH found more series than it may give.
    pub(crate) cut: &'a Cell<bool>,
}

impl<'a> Evaluation<'a> {
    /// The value of an expression.
    pub(crate) fn value(&self, node: &Node) -> Result<Value<'a>, Problem> {
        Ok(match node {
            Node::Scalar(value) => Value::Scalar(*value),
            Node::Query(index) => self.query(*index),
            Node::Metrics(queries) => Value::Array(queries.iter().flat_map(|&it| self.members_of(it)).collect()),
            Node::Array(parts) => Value::Array(self.joined(parts)?),
            Node::Negation(inner) => self.value(inner)?.map(|value| Some(-value)),
            Node::Binary(..) => self.chain(node)?,
            Node::Point(function, inner) => self.value(inner)?.map(|value| function.apply(value)),
            Node::Fold(fold, inner) => match self.value(inner)? {
                Value::Array(members) => Value::series(fold.of_array(&members, self.frame.count)),
                Value::Series(points) => Value::Scalar(fold.of_series(&points)),
                Value::Scalar(_) => Value::Scalar(None),
            },
            Node::MetricCount(inner) => Value::Scalar(Some(self.array(inner)?.len() as f64)),
            Node::Fill(inner, filler) => self.filled(inner, filler)?,
            Node::If(it) => {
                let otherwise = it.otherwise.as_ref().map(|node| self.value(node)).transpose()?;
                let (condition, then) = (self.value(&it.condition)?, self.value(&it.then)?);
                choose(condition, it.compares_with_number, then, otherwise, self.frame.count)
            }
            Node::Step(step, inner) => self.value(inner)?.map_series(|points| step.apply(points, self.frame.period)),
            Node::Period => Value::Scalar(Some(f64::from(self.frame.period))),
            Node::TimeSeries(inner) => Value::series(vec![self.scalar(inner)?; self.frame.count]),
            Node::Clock(part) => Value::series(part.of(self.frame)),
            Node::First(inner) => first(self.array(inner)?, self.frame.count),
            Node::Last(inner) => last(self.array(inner)?, self.frame.count),
            Node::Sort(it) => {
                let limit = self.index(it.limit.as_ref())?;
                Value::Array(sort(self.array(&it.array)?, it.by, it.descending, limit))
            }
            Node::Slice(it) => {
                let start = self.index(Some(&it.start))?.unwrap_or(0);
                Value::Array(slice(self.array(&it.array)?, start, self.index(it.end.as_ref())?))
            }
            Node::RemoveEmpty(inner) => Value::Array(remove_empty(self.array(inner)?)),
            Node::Search(call) => Value::Array(self.found(call)),
        })
    }

    /// `a + b - c …`: such a chain hangs from its last operator and may be as long as the expression, so that it is
    /// followed by a loop and not by recursion.
    fn chain(&self, node: &Node) -> Result<Value<'a>, Problem> {
        let mut links = Vec::new();
        let mut first = node;
        while let Node::Binary(operator, left, right) = first {
            links.push((*operator, right));
            first = left;
        }
        let mut value = self.value(first)?;
        while let Some((operator, right)) = links.pop() {
            value = binary(operator, value, self.value(right)?);
        }
        Ok(value)
    }

    fn query(&self, index: usize) -> Value<'a> {
        self.values[index].as_ref().expect("a query is computed after those that it needs").view()
    }

    /// The series of a query, told where they come from.
    fn members_of(&self, index: usize) -> Vec<Member<'a>> {
        match self.query(index) {
            Value::Array(members) => members,
            Value::Series(points) => vec![Member { origin: Origin::Query(index), points }],
            Value::Scalar(_) => Vec::new(),
        }
    }

    fn joined(&self, parts: &[Node]) -> Result<Vec<Member<'a>>, Problem> {
        let mut members = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Node::Query(index) => members.extend(self.members_of(*index)),
                part => match self.value(part)? {
                    Value::Array(more) => members.extend(more),
                    Value::Series(points) => members.push(Member { origin: Origin::Nowhere, points }),
                    Value::Scalar(_) => {}
                },
            }
        }
        Ok(members)
    }

    fn array(&self, node: &Node) -> Result<Vec<Member<'a>>, Problem> {
        match self.value(node)? {
            Value::Array(members) => Ok(members),
            value => unreachable!("checked to be {}: {value:?}", Type::Array),
        }
    }

    fn scalar(&self, node: &Node) -> Result<Option<f64>, Problem> {
        match self.value(node)? {
            Value::Scalar(value) => Ok(value),
            value => unreachable!("checked to be {}: {value:?}", Type::Scalar),
        }
    }

    /// A number of series; fractions are cut off.
    fn index(&self, index: Option<&Index>) -> Result<Option<usize>, Problem> {
        let Some(index) = index else { return Ok(None) };
        match self.scalar(&index.value)? {
            Some(value) if value >= 0.0 => Ok(Some(value as usize)),
            value => Err(out_of_range(value, index.span.clone())),
        }
    }

    fn filled(&self, inner: &Node, filler: &Filler) -> Result<Value<'a>, Problem> {
        let value = self.value(inner)?;
        Ok(match filler {
            Filler::Repeat => value.map_series(fill_repeat),
            Filler::Linear => value.map_series(fill_linear),
            Filler::Value(filler) => match self.value(filler)? {
                Value::Scalar(number) => value.map_series(|points| fill_with(points, number)),
                Value::Series(with) => value.map_series(|points| fill_with_series(points, &with)),
                Value::Array(_) => value,
            },
        })
    }

    fn found(&self, call: &SearchCall) -> Vec<Member<'a>> {
        let mut found = self.source.recent(self.now);
        found.retain(|metric| call.search.matches(metric, self.account_id));
        if found.len() > MOST_SERIES {
            self.cut.set(true);
            found.truncate(MOST_SERIES);
        }
        let period = call.period.unwrap_or(self.frame.period);
        let member = |metric: &MetricId| {
            let stat = MetricStat { metric: metric.clone(), period, stat: call.stat, unit: None };
            let points = self.source.points(&stat, self.frame).into();
            Member { origin: Origin::Found(Rc::new(stat)), points }
        };
        found.into_iter().map(member).collect()
    }
}

fn out_of_range(value: Option<f64>, span: Range<usize>) -> Problem {
    let value = value.map_or("has no value".to_owned(), |value| format!("is {value}"));
    Problem::new(Fault::Arguments, span, format!("a number of series counts from 0, and this {value}"))
}

/// Two values joined by an operator: element by element where one is an array.
fn binary<'a>(operator: Operator, left: Value<'a>, right: Value<'a>) -> Value<'a> {
    match (left, right) {
        (Value::Scalar(left), Value::Scalar(right)) => {
            Value::Scalar(left.zip(right).and_then(|(left, right)| operator.apply(left, right)))
        }
        (left, Value::Scalar(right)) => left.map(|left| operator.apply(left, right?)),
        (Value::Scalar(left), right) => right.map(|right| operator.apply(left?, right)),
        (Value::Series(mut left), Value::Series(right)) => {
            join(left.to_mut(), &right, |left, right| operator.join(left, right));
            Value::Series(left)
        }
        (array, Value::Series(right)) => {
            array.map_series(|points| join(points, &right, |left, right| operator.join(left, right)))
        }
        (Value::Series(left), array) => {
            array.map_series(|points| join(points, &left, |right, left| operator.join(left, right)))
        }
        (Value::Array(_), Value::Array(_)) => unreachable!("checked not to join two arrays"),
    }
}

fn join(points: &mut [Option<f64>], others: &[Option<f64>], join: impl Fn(Option<f64>, Option<f64>) -> Option<f64>) {
    points.iter_mut().zip(others).for_each(|(point, other)| *point = join(*point, *other));
}
