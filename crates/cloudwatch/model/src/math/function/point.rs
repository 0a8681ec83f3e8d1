//! Functions of one point.

use crate::math::operator::finite;

/// A function of each point by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PointFunction {
    Abs,
    Ceil,
    Floor,
    /// The natural logarithm.
    Log,
    Log10,
}

impl PointFunction {
    /// Its value at a point. The logarithm of zero or less has none: unpublished; the point is dropped, as for a
    /// division by zero.
    pub(crate) fn apply(self, value: f64) -> Option<f64> {
        finite(match self {
            Self::Abs => value.abs(),
            Self::Ceil => value.ceil(),
            Self::Floor => value.floor(),
            Self::Log => value.ln(),
            Self::Log10 => value.log10(),
        })
    }
}
