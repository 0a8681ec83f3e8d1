//! Functions that make one number of many: of a series' points, or of the points of one period across an array.

use crate::math::{
    operator::finite,
    value::{Member, Points},
};

/// What SORT can order by, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reduction {
    Sum,
    Average,
    Minimum,
    Maximum,
}

/// A function of a series that gives a number, and of an array that gives a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    Reduction(Reduction),
    Deviation,
    /// DATAPOINT_COUNT.
    Count,
}

/// What the sum of squares is divided by less than by the number of points: 0 for the deviation of a population, 1
/// for that of a sample. Unpublished.
const DEVIATION_OF_SAMPLE: usize = 0;

/// Whether DATAPOINT_COUNT of an array says 0 for a period in which no series has a point. Unpublished; without one
/// the period is treated as by the operators, which give no point there.
const COUNT_OF_NONE: Option<f64> = None;

impl Reduction {
    /// Its value over a series' points. Of no points there is none, for SUM too (unpublished).
    pub(crate) fn of(self, points: &[Option<f64>]) -> Option<f64> {
        let values = || points.iter().flatten().copied();
        match self {
            Self::Sum => values().reduce(|sum, value| sum + value).and_then(finite),
            Self::Average => {
                let count = values().count();
                finite(values().sum::<f64>() / count as f64)
            }
            Self::Minimum => values().reduce(f64::min),
            Self::Maximum => values().reduce(f64::max),
        }
    }
}

impl Fold {
    /// Its value over the points of one series.
    pub(crate) fn of_series(self, points: &[Option<f64>]) -> Option<f64> {
        match self {
            Self::Reduction(reduction) => reduction.of(points),
            Self::Deviation => deviation(points),
            Self::Count => Some(points.iter().flatten().count() as f64),
        }
    }

    /// Its value in each of `periods` periods across the series. A period in which none has a point has no value.
    /// The average divides by the number of series ("Missing values are treated as 0"); least, greatest and
    /// deviation are those of the points that exist (unpublished).
    pub(crate) fn of_array(self, members: &[Member<'_>], periods: usize) -> Points {
        let mut column = Vec::with_capacity(members.len());
        (0..periods)
            .map(|period| {
                column.clear();
                column.extend(members.iter().map(|member| member.points[period]).filter(Option::is_some));
                match self {
                    Self::Count if column.is_empty() => COUNT_OF_NONE,
                    Self::Reduction(Reduction::Average) => {
                        Reduction::Sum.of(&column).and_then(|sum| finite(sum / members.len() as f64))
                    }
                    _ => self.of_series(&column),
                }
            })
            .collect()
    }
}

fn deviation(points: &[Option<f64>]) -> Option<f64> {
    let mean = Reduction::Average.of(points)?;
    let squares: f64 = points.iter().flatten().map(|value| (value - mean).powi(2)).sum();
    let count = points.iter().flatten().count();
    finite((squares / count.saturating_sub(DEVIATION_OF_SAMPLE) as f64).sqrt())
}
