//! Functions of a point and those before it.

use crate::math::operator::finite;

/// What is said of a point and the existing points before it. A missing point stays missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value less the one before. The first point has none before it and is dropped (unpublished).
    Difference,
    /// Seconds since the one before.
    Seconds,
    /// The difference for each of those seconds.
    Rate,
    /// The sum of all up to here.
    RunningSum,
}

impl Step {
    /// Changes the points of a series whose periods have this length in seconds.
    pub(crate) fn apply(self, points: &mut [Option<f64>], period: u32) {
        if self == Self::RunningSum {
            return running_sum(points);
        }
        let mut before: Option<(usize, f64)> = None;
        for (index, point) in points.iter_mut().enumerate() {
            let Some(value) = *point else { continue };
            *point = before.and_then(|(earlier, from)| {
                let seconds = (index - earlier) as f64 * f64::from(period);
                finite(match self {
                    Self::Difference => value - from,
                    Self::Seconds => seconds,
                    Self::Rate | Self::RunningSum => (value - from) / seconds,
                })
            });
            before = Some((index, value));
        }
    }
}

fn running_sum(points: &mut [Option<f64>]) {
    let mut sum = 0.0;
    for point in points {
        if let Some(value) = *point {
            sum += value;
            *point = finite(sum);
        }
    }
}
