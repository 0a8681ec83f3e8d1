//! FILL: values for the periods without one.

use crate::math::operator::finite;

/// Gaps become a number. A gap stays where the number has no value.
pub(crate) fn fill_with(points: &mut [Option<f64>], filler: Option<f64>) {
    points.iter_mut().for_each(|point| *point = point.or(filler));
}

/// Gaps become the points of another series; they stay where it has none.
pub(crate) fn fill_with_series(points: &mut [Option<f64>], filler: &[Option<f64>]) {
    points.iter_mut().zip(filler).for_each(|(point, filler)| *point = point.or(*filler));
}

/// Gaps become the last real value before them ("the most recent actual value of the metric before the missing
/// value"). A gap with nothing before it stays (unpublished).
pub(crate) fn fill_repeat(points: &mut [Option<f64>]) {
    let mut last = None;
    for point in points {
        last = point.or(last);
        *point = last;
    }
}

/// Gaps become the straight line "between the values at the beginning and the end of the gap". A gap that is open at
/// one end stays (unpublished).
pub(crate) fn fill_linear(points: &mut [Option<f64>]) {
    let mut before: Option<(usize, f64)> = None;
    for index in 0..points.len() {
        let Some(value) = points[index] else { continue };
        if let Some((start, from)) = before {
            let steps = (index - start) as f64;
            for (step, point) in points[start + 1..index].iter_mut().enumerate() {
                *point = finite(from + (value - from) * ((step + 1) as f64 / steps));
            }
        }
        before = Some((index, value));
    }
}
