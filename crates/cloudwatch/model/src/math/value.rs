//! What an expression can be: a number, a series, an array of series.

use std::{borrow::Cow, fmt, rc::Rc};

use crate::MetricStat;

/// The points of a series, one for each period of the frame; `None` where the period has none.
pub(crate) type Points = Vec<Option<f64>>;

/// What the documentation calls S, TS and TS\[\].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Scalar,
    Series,
    Array,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "a number",
            Self::Series => "a series",
            Self::Array => "an array of series",
        })
    }
}

/// Where a series of an array comes from, which its label tells.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// It was computed inside the expression.
    Nowhere,
    /// The query of this number.
    Query(usize),
    /// A SEARCH found it.
    Found(Rc<MetricStat>),
}

/// A series of an array.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    pub(crate) origin: Origin,
    pub(crate) points: Cow<'a, [Option<f64>]>,
}

/// A value. What another query has computed is borrowed from it.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    /// A number; nothing, where it has none: the average of no points, a division by zero.
    Scalar(Option<f64>),
    Series(Cow<'a, [Option<f64>]>),
    Array(Vec<Member<'a>>),
}

impl Value<'_> {
    /// The same value, its points borrowed.
    pub(crate) fn view(&self) -> Value<'_> {
        match self {
            Self::Scalar(value) => Value::Scalar(*value),
            Self::Series(points) => Value::Series(Cow::Borrowed(points)),
            Self::Array(members) => Value::Array(
                members
                    .iter()
                    .map(|member| Member { origin: member.origin.clone(), points: Cow::Borrowed(&*member.points) })
                    .collect(),
            ),
        }
    }

    /// The same value, its points its own.
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Scalar(value) => Value::Scalar(value),
            Self::Series(points) => Value::Series(Cow::Owned(points.into_owned())),
            Self::Array(members) => Value::Array(
                members
                    .into_iter()
                    .map(|member| Member { origin: member.origin, points: Cow::Owned(member.points.into_owned()) })
                    .collect(),
            ),
        }
    }
}

impl<'a> Value<'a> {
    /// The value with every point changed where it stands; a number too, where it has a value.
    pub(crate) fn map(self, change: impl Fn(f64) -> Option<f64>) -> Self {
        self.map_points(
            |value| value.and_then(&change),
            |points| points.iter_mut().for_each(|point| *point = point.and_then(&change)),
        )
    }

    /// The value with each of its series changed as a whole.
    pub(crate) fn map_series(self, change: impl Fn(&mut [Option<f64>])) -> Self {
        self.map_points(|value| value, change)
    }

    fn map_points(self, number: impl Fn(Option<f64>) -> Option<f64>, series: impl Fn(&mut [Option<f64>])) -> Self {
        match self {
            Self::Scalar(value) => Self::Scalar(number(value)),
            Self::Series(mut points) => {
                series(points.to_mut());
                Self::Series(points)
            }
            Self::Array(mut members) => {
                members.iter_mut().for_each(|member| series(member.points.to_mut()));
                Self::Array(members)
            }
        }
    }

    /// A value whose points are its own.
    pub(crate) fn series(points: Points) -> Self {
        Self::Series(Cow::Owned(points))
    }
}
