//! A checked expression, ready to be computed: every name resolved, every type known.

use std::ops::Range;

use super::{
    function::{ClockPart, Fold, PointFunction, Reduction, Step},
    operator::Operator,
};
use crate::{Statistic, search::Search};

/// A part of a checked expression. Its type is known when it is built, so computing it cannot meet a wrong one.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Scalar(Option<f64>),
    /// The value of the query of this number.
    Query(usize),
    /// The plain metrics of the request, or those whose id holds a text.
    Metrics(Vec<usize>),
    Array(Vec<Node>),
    Negation(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    /// Point by point.
    Point(PointFunction, Box<Node>),
    /// Of a series a number; of an array a series.
    Fold(Fold, Box<Node>),
    MetricCount(Box<Node>),
    Fill(Box<Node>, Filler),
    If(Box<If>),
    /// From each point and those before it.
    Step(Step, Box<Node>),
    /// Length of a period in seconds.
    Period,
    TimeSeries(Box<Node>),
    /// Of the time of each period.
    Clock(ClockPart),
    First(Box<Node>),
    Last(Box<Node>),
    Sort(Box<Sort>),
    Slice(Box<Slice>),
    RemoveEmpty(Box<Node>),
    Search(Box<SearchCall>),
}

/// What FILL fills gaps with.
#[derive(Debug, Clone)]
pub(crate) enum Filler {
    /// A number or a series.
    Value(Box<Node>),
    Repeat,
    Linear,
}

/// An IF.
#[derive(Debug, Clone)]
pub(crate) struct If {
    pub(crate) condition: Node,
    /// Whether the condition is written as a series compared with a number; see [`super::function::choose`].
    pub(crate) compares_with_number: bool,
    pub(crate) then: Node,
    pub(crate) otherwise: Option<Node>,
}

/// A SORT.
#[derive(Debug, Clone)]
pub(crate) struct Sort {
    pub(crate) array: Node,
    pub(crate) by: Reduction,
    pub(crate) descending: bool,
    pub(crate) limit: Option<Index>,
}

/// A SLICE.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    pub(crate) array: Node,
    pub(crate) start: Index,
    pub(crate) end: Option<Index>,
}

/// A number that counts series of an array.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) value: Node,
    pub(crate) span: Range<usize>,
}

/// A SEARCH.
#[derive(Debug, Clone)]
pub(crate) struct SearchCall {
    pub(crate) search: Search,
    pub(crate) stat: Statistic,
    /// Length of a period in seconds, where the call says one.
    pub(crate) period: Option<u32>,
}

impl Node {
    /// Every SEARCH in it.
    pub(crate) fn searches(&self) -> Vec<&SearchCall> {
        let mut found = Vec::new();
        self.visit(&mut |node| {
            if let Self::Search(call) = node {
                found.push(&**call);
            }
        });
        found
    }

    fn visit<'a>(&'a self, each: &mut impl FnMut(&'a Self)) {
        each(self);
        match self {
            Self::Scalar(_) | Self::Query(_) | Self::Metrics(_) | Self::Period | Self::Clock(_) | Self::Search(_) => {}
            Self::Array(parts) => parts.iter().for_each(|part| part.visit(each)),
            Self::Binary(_, left, right) => {
                left.visit(each);
                right.visit(each);
            }
            Self::Fill(inner, filler) => {
                inner.visit(each);
                if let Filler::Value(value) = filler {
                    value.visit(each);
                }
            }
            Self::If(it) => {
                it.condition.visit(each);
                it.then.visit(each);
                it.otherwise.iter().for_each(|node| node.visit(each));
            }
            Self::Sort(sort) => {
                sort.array.visit(each);
                sort.limit.iter().for_each(|limit| limit.value.visit(each));
            }
            Self::Slice(slice) => {
                slice.array.visit(each);
                slice.start.value.visit(each);
                slice.end.iter().for_each(|end| end.value.visit(each));
            }
            Self::Negation(inner)
            | Self::Point(_, inner)
            | Self::Fold(_, inner)
            | Self::MetricCount(inner)
            | Self::Step(_, inner)
            | Self::TimeSeries(inner)
            | Self::First(inner)
            | Self::Last(inner)
            | Self::RemoveEmpty(inner) => inner.visit(each),
        }
    }
}
