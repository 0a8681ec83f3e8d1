//! The course of a series: where its line breaks, and what of it can be seen.

use atalaya_cloudwatch::TimeRange;

/// A point: seconds and a value.
pub(crate) type At = (f64, f64);

/// The stretches of points in a range without a gap of more than a period (seconds) between two.
pub(crate) fn runs(points: &[(i64, f64)], period: u32, range: TimeRange) -> impl Iterator<Item = &[(i64, f64)]> {
    let start = points.partition_point(|(at, _)| *at < range.start);
    let end = points.partition_point(|(at, _)| *at <= range.end);
    let period = i64::from(period.max(1));
    points.get(start..end).unwrap_or_default().chunk_by(move |before, after| after.0.saturating_sub(before.0) <= period)
}

/// A run as numbers that can be calculated with.
pub(crate) fn finite(run: &[(i64, f64)]) -> Vec<At> {
    /// Differences of values are numbers too.
    const FARTHEST: f64 = 1e300;
    run.iter().map(|(at, value)| (*at as f64, value.clamp(-FARTHEST, FARTHEST))).collect()
}

/// The stretches of a line that lie between two values, cut exactly where it crosses one.
pub(crate) fn between(line: &[At], low: f64, high: f64) -> Vec<Vec<At>> {
    let mut pieces: Vec<Vec<At>> = Vec::new();
    let mut is_open = false;
    for pair in line.windows(2) {
        let Some((enters, leaves)) = shares_between(pair[0].1, pair[1].1, low, high) else {
            is_open = false;
            continue;
        };
        let on = |share: f64| {
            let (at, value) =
                (pair[0].0 + share * (pair[1].0 - pair[0].0), pair[0].1 + share * (pair[1].1 - pair[0].1));
            (at, value.clamp(low, high))
        };
        match pieces.last_mut().filter(|_| is_open && enters == 0.0) {
            Some(piece) => piece.push(on(leaves)),
            None => pieces.push(vec![on(enters), on(leaves)]),
        }
        is_open = leaves == 1.0;
    }
    pieces
}

/// From where to where, as shares of the way, values lie between `low` and `high`.
fn shares_between(from: f64, to: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    let way = to - from;
    if way == 0.0 {
        return (low..=high).contains(&from).then_some((0.0, 1.0));
    }
    let (one, other) = ((low - from) / way, (high - from) / way);
    let (enters, leaves) = (one.min(other).max(0.0), one.max(other).min(1.0));
    (enters < leaves).then_some((enters, leaves))
}

/// A line that follows another one between two values, and the nearer of both where that leaves them.
pub(crate) fn held(line: &[At], low: f64, high: f64) -> Vec<At> {
    let hold = |(at, value): At| (at, value.clamp(low, high));
    let mut out: Vec<At> = line.first().copied().map(hold).into_iter().collect();
    for pair in line.windows(2) {
        if let Some((enters, leaves)) = shares_between(pair[0].1, pair[1].1, low, high) {
            for share in [enters, leaves].into_iter().filter(|share| (f64::EPSILON..1.0).contains(share)) {
                let value = pair[0].1 + share * (pair[1].1 - pair[0].1);
                out.push(hold((pair[0].0 + share * (pair[1].0 - pair[0].0), value)));
            }
        }
        out.push(hold(pair[1]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_more_than_a_period_breaks_the_line() {
        let points = [(0, 1.0), (60, 2.0), (180, 3.0), (300, 4.0), (360, 5.0), (900, 6.0)];
        let range = TimeRange { start: 60, end: 800 };
        let lengths: Vec<_> = runs(&points, 60, range).map(<[_]>::len).collect();
        assert_eq!(lengths, [1, 1, 2]);
        assert_eq!(runs(&points, 60, TimeRange { start: 10, end: 20 }).count(), 0);
    }

    #[test]
    fn a_line_is_cut_where_it_crosses_an_edge() {
        let line = [(0.0, 0.0), (10.0, 20.0), (20.0, 0.0), (30.0, 5.0)];
        assert_eq!(
            between(&line, 0.0, 10.0),
            [vec![(0.0, 0.0), (5.0, 10.0)], vec![(15.0, 10.0), (20.0, 0.0), (30.0, 5.0)]]
        );
        assert!(between(&line, 50.0, 60.0).is_empty());
        let held = held(&line, 0.0, 10.0);
        assert_eq!(held, [(0.0, 0.0), (5.0, 10.0), (10.0, 10.0), (15.0, 10.0), (20.0, 0.0), (30.0, 5.0)]);
    }
}
