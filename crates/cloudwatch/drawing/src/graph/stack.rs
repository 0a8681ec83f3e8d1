//! Areas on top of each other.

use super::course::{self, At};
use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_dashboard::Series;

/// A stretch of a series in a stack: when, and from where to where it reaches.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Band {
    /// The lower edge.
    pub(super) low: Vec<At>,
    /// The upper edge, at the same times.
    pub(super) high: Vec<At>,
}

/// The bands of each series, which stands on the sum of those before it. Between two of its points a series is taken
/// for a straight line, in a gap for nothing. A point alone is as wide as its period.
pub(super) fn bands(series: &[&Series], range: TimeRange) -> Vec<Vec<Band>> {
    let grid = grid(series, range);
    let mut base = vec![0.0; grid.len()];
    let mut stacked = Vec::with_capacity(series.len());
    for one in series {
        let mut bands = Vec::new();
        for run in course::runs(&one.points, one.period, range) {
            let run = course::finite(run);
            let (first, last) = (place(&grid, run[0].0), place(&grid, run[run.len() - 1].0));
            let mut band = Band { low: Vec::new(), high: Vec::new() };
            let mut segment = 0;
            for index in first..=last {
                let at = grid[index];
                while segment + 2 < run.len() && run[segment + 1].0 <= at {
                    segment += 1;
                }
                let low: f64 = base[index];
                // A sum of the largest numbers would be none.
                let high = (low + value_at(&run, segment, at)).clamp(-1e300, 1e300);
                base[index] = high;
                band.low.push((at, low));
                band.high.push((at, high));
            }
            bands.push(widened(band, one.period, range));
        }
        stacked.push(bands);
    }
    stacked
}

/// All times of points.
fn grid(series: &[&Series], range: TimeRange) -> Vec<f64> {
    let points = series.iter().flat_map(|series| course::runs(&series.points, series.period, range)).flatten();
    let mut times: Vec<i64> = points.map(|(at, _)| *at).collect();
    times.sort_unstable();
    times.dedup();
    times.into_iter().map(|at| at as f64).collect()
}

fn place(grid: &[f64], at: f64) -> usize {
    grid.partition_point(|time| *time < at)
}

/// The value of a run on the straight line that begins at a point.
fn value_at(run: &[At], segment: usize, at: f64) -> f64 {
    let (from, value) = run[segment];
    let Some((to, next)) = run.get(segment + 1).copied().filter(|(to, _)| *to > from) else { return value };
    value + (next - value) * ((at - from) / (to - from)).clamp(0.0, 1.0)
}

/// A band of one point as a column over its period.
fn widened(mut band: Band, period: u32, range: TimeRange) -> Band {
    if let ([low], [high]) = (band.low.as_slice(), band.high.as_slice()) {
        let end = (low.0 + f64::from(period)).min(range.end as f64);
        (band.low, band.high) = (vec![*low, (end, low.1)], vec![*high, (end, high.1)]);
    }
    band
}

#[cfg(test)]
mod tests {
    use super::*;
    use atalaya_cloudwatch_dashboard::Side;

    fn series(points: &[(i64, f64)]) -> Series {
        Series { label: String::new(), colour: None, axis: Side::Left, period: 60, points: points.to_vec() }
    }

    #[test]
    fn each_stands_on_the_ones_before() {
        let (below, above) = (series(&[(0, 1.0), (60, 2.0), (120, 3.0)]), series(&[(0, 10.0), (60, 10.0), (300, 4.0)]));
        let stacked = bands(&[&below, &above], TimeRange { start: 0, end: 330 });
        assert_eq!(stacked[0][0].high, [(0.0, 1.0), (60.0, 2.0), (120.0, 3.0)]);
        assert_eq!(stacked[1][0].low, [(0.0, 1.0), (60.0, 2.0)]);
        assert_eq!(stacked[1][0].high, [(0.0, 11.0), (60.0, 12.0)]);
        // Alone: as wide as its period, as far as the graph goes.
        assert_eq!(stacked[1][1].high, [(300.0, 4.0), (330.0, 4.0)]);
    }

    #[test]
    fn a_longer_period_below_is_a_straight_line() {
        let (below, above) =
            (Series { period: 120, ..series(&[(0, 0.0), (120, 4.0)]) }, series(&[(0, 1.0), (60, 1.0)]));
        let stacked = bands(&[&below, &above], TimeRange { start: 0, end: 200 });
        assert_eq!(stacked[0][0].high, [(0.0, 0.0), (60.0, 2.0), (120.0, 4.0)]);
        assert_eq!(stacked[1][0].high, [(0.0, 1.0), (60.0, 3.0)]);
    }
}
