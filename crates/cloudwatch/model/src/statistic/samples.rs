//! Percentiles and the trimmed statistics, computed from the samples themselves.
//!
//! How CloudWatch interpolates is not published. Its user guide calls p99 the greatest value of the remaining 99 %,
//! which is the nearest rank: of `n` samples in ascending order, `p` is sample `ceil(p / 100 * n)`, at least the
//! first. Percent bounds follow from it: sample `k` of `n` is kept where `low < k / n`, up to and including the
//! nearest rank of `high`, so that a range is never empty.

use super::{Bound, Bounds, Statistic};

/// A value and how often it was seen.
pub(crate) type Sample = (f64, f64);

/// A statistic of samples in ascending order of value. `None` for no sample, for a mean of which no sample lies
/// inside the bounds, and for a statistic that [`Totals`](super::Totals) tells.
pub(crate) fn statistic(statistic: &Statistic, ascending: &[Sample]) -> Option<f64> {
    let all = ascending.iter().map(|(_, count)| count).sum();
    if all <= 0.0 {
        return None;
    }
    match statistic {
        Statistic::Percentile(share) => value_at(ascending, rank(*share, all).nearest),
        Statistic::TrimmedMean(bounds) => {
            let (count, sum) = inside(ascending, all, bounds);
            (count > 0.0).then(|| sum / count)
        }
        Statistic::TrimmedCount(bounds) => Some(inside(ascending, all, bounds).0),
        Statistic::TrimmedSum(bounds) => Some(inside(ascending, all, bounds).1),
        Statistic::PercentileRank(bounds) => Some(inside(ascending, all, bounds).0 * 100.0 / all),
        Statistic::WinsorizedMean(bounds) => winsorized_sum(ascending, all, bounds).map(|sum| sum / all),
        Statistic::SampleCount | Statistic::Average | Statistic::Sum | Statistic::Minimum | Statistic::Maximum => None,
    }
}

/// A share of a number of samples, as ranks that count from 1.
struct Rank {
    /// Of the sample that the percentile names: the share rounded up, at least 1.
    nearest: f64,
    /// Of the last sample that lies wholly inside the share; 0 for none.
    whole: f64,
}

/// The ranks of `share` percent of `all` samples. Shares have at most ten decimals, so with a whole number of samples
/// the arithmetic is one of whole numbers: 7 % of 100 is 7, and never 7.000000000000001.
fn rank(share: f64, all: f64) -> Rank {
    const DECIMALS: f64 = 1e10;
    const WHOLE: u64 = 1_000_000_000_000;
    /// So many times 100 % fit into 64 bits.
    const MOST: f64 = 1e7;
    let (whole, nearest) = if all.fract() == 0.0 && all <= MOST {
        let product = (share * DECIMALS).round() as u64 * all as u64;
        ((product / WHOLE) as f64, product.div_ceil(WHOLE) as f64)
    } else {
        let part = share / 100.0 * all;
        (part.floor(), part.ceil())
    };
    Rank { nearest: nearest.max(1.0), whole }
}

/// The value of the sample of a rank; the greatest beyond the last.
fn value_at(ascending: &[Sample], rank: f64) -> Option<f64> {
    let mut seen = 0.0;
    let reached = ascending.iter().find(|(_, count)| {
        seen += count;
        seen >= rank
    });
    reached.or(ascending.last()).map(|(value, _)| *value)
}

/// Number and sum of the samples inside the bounds.
fn inside(ascending: &[Sample], all: f64, bounds: &Bounds) -> (f64, f64) {
    let (first, last) = kept_ranks(all, bounds);
    let above = |value: f64| !matches!(bounds.low, Some(Bound::Value(low)) if value <= low);
    let below = |value: f64| !matches!(bounds.high, Some(Bound::Value(high)) if value > high);
    let (mut seen, mut kept, mut sum) = (0.0_f64, 0.0, 0.0);
    for &(value, count) in ascending {
        let before = seen;
        seen += count;
        let part = seen.min(last) - before.max(first);
        if part > 0.0 && above(value) && below(value) {
            kept += part;
            sum += value * part;
        }
    }
    (kept, sum)
}

/// The ranks that percent bounds keep: after the first, up to and including the last.
fn kept_ranks(all: f64, bounds: &Bounds) -> (f64, f64) {
    let first = match bounds.low {
        Some(Bound::Percent(low)) => rank(low, all).whole,
        _ => 0.0,
    };
    let last = match bounds.high {
        Some(Bound::Percent(high)) => rank(high, all).nearest.min(all),
        _ => all,
    };
    (first, last)
}

/// The sum of all samples with those outside the bounds moved to the bound: to the value of a bound that is one, to
/// the outermost sample that is kept of a bound in percent.
fn winsorized_sum(ascending: &[Sample], all: f64, bounds: &Bounds) -> Option<f64> {
    let (first, last) = kept_ranks(all, bounds);
    let low = match bounds.low {
        Some(Bound::Value(low)) => low,
        Some(Bound::Percent(_)) => value_at(ascending, first + 1.0)?,
        None => f64::NEG_INFINITY,
    };
    let high = match bounds.high {
        Some(Bound::Value(high)) => high,
        Some(Bound::Percent(_)) => value_at(ascending, last)?,
        None => f64::INFINITY,
    };
    Some(ascending.iter().map(|&(value, count)| value.max(low).min(high) * count).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statistic of ascending whole samples, each seen once.
    fn of(text: &str, values: &[f64]) -> Option<f64> {
        let samples: Vec<Sample> = values.iter().map(|value| (*value, 1.0)).collect();
        statistic(&text.parse().expect(text), &samples)
    }

    fn to(last: u32) -> Vec<f64> {
        (1..=last).map(f64::from).collect()
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        // n = 5: p30 -> ceil(1.5) = 2nd, p40 -> ceil(2.0) = 2nd, p50 -> ceil(2.5) = 3rd, p100 -> 5th.
        let values = [15.0, 20.0, 35.0, 40.0, 50.0];
        for (text, value) in [("p0", 15.0), ("p5", 15.0), ("p30", 20.0), ("p40", 20.0), ("p50", 35.0), ("p100", 50.0)] {
            assert_eq!(of(text, &values), Some(value), "{text}");
        }
        // n = 100: sample k is k, so that p7 is 7 although 0.07 * 100 is a little more than 7 in floating point.
        assert_eq!(of("p7", &to(100)), Some(7.0));
        assert_eq!(of("p99.9", &to(1000)), Some(999.0));
        // ceil(0.9995 * 1000) = ceil(999.5)
        assert_eq!(of("p99.95", &to(1000)), Some(1000.0));
        assert_eq!(of("p50", &[]), None);
    }

    #[test]
    fn a_value_counts_as_often_as_it_was_seen() {
        // 1 1 1 9: p75 -> rank 3 -> 1; p76 -> ceil(3.04) = 4 -> 9; TM(:75%) = (1 + 1 + 1) / 3.
        let samples = [(1.0, 3.0), (9.0, 1.0)];
        let of = |text: &str| statistic(&text.parse().expect(text), &samples);
        assert_eq!(of("p75"), Some(1.0));
        assert_eq!(of("p76"), Some(9.0));
        assert_eq!(of("tm75"), Some(1.0));
        // Two of the four: ranks 2 and 3.
        assert_eq!(of("TC(25%:75%)"), Some(2.0));
        // Half a sample of 4 and half a one of 8: n = 1, rank 1 is reached with the second.
        assert_eq!(statistic(&Statistic::Percentile(10.0), &[(4.0, 0.5), (8.0, 0.5)]), Some(8.0));
    }

    #[test]
    fn percent_bounds_drop_the_outermost_samples() {
        // n = 10, TM(10%:90%): ranks 2 to 9: 2 + … + 9 = 44, 44 / 8 = 5.5.
        assert_eq!(of("TM(10%:90%)", &to(10)), Some(5.5));
        assert_eq!(of("TS(10%:90%)", &to(10)), Some(44.0));
        assert_eq!(of("TC(10%:90%)", &to(10)), Some(8.0));
        // tm90: ranks 1 to 9: 45 / 9 = 5; TM(10%:): ranks 2 to 10: 54 / 9 = 6.
        assert_eq!(of("tm90", &to(10)), Some(5.0));
        assert_eq!(of("TM(10%:)", &to(10)), Some(6.0));
        assert_eq!((of("tc90", &to(10)), of("ts90", &to(10))), (Some(9.0), Some(45.0)));
        // IQM of 8: ranks 3 to 6: (3 + 4 + 5 + 6) / 4 = 4.5.
        assert_eq!(of("IQM", &to(8)), Some(4.5));
        // n = 3: 25 % holds no whole sample and 75 % reaches into the third: all are kept.
        assert_eq!(of("IQM", &to(3)), Some(2.0));
        assert_eq!(of("TM(10%:90%)", &[7.0]), Some(7.0));
    }

    #[test]
    fn value_bounds_exclude_the_lower_and_include_the_upper() {
        // 150 < v <= 300: 200 and 300.
        let values = [100.0, 150.0, 200.0, 300.0, 301.0];
        assert_eq!(of("TC(150:300)", &values), Some(2.0));
        assert_eq!(of("TS(150:300)", &values), Some(500.0));
        assert_eq!(of("TM(150:300)", &values), Some(250.0));
        // 4 of 5 are at most 300; 2 of 5 lie in (150, 300]; 1 of 5 is above 300.
        assert_eq!(of("PR(:300)", &values), Some(80.0));
        assert_eq!(of("PR(150:300)", &values), Some(40.0));
        assert_eq!(of("PR(300:)", &values), Some(20.0));
        // Nothing inside: a count and a sum of 0, and no mean.
        assert_eq!(of("TC(400:)", &values), Some(0.0));
        assert_eq!(of("TS(400:)", &values), Some(0.0));
        assert_eq!(of("PR(400:)", &values), Some(0.0));
        assert_eq!(of("TM(400:)", &values), None);
    }

    #[test]
    fn winsorized_samples_move_to_the_bound() {
        // WM(10%:90%) of 1 … 10: 1 becomes 2 and 10 becomes 9: (2 + 44 + 9) / 10 = 5.5.
        assert_eq!(of("WM(10%:90%)", &to(10)), Some(5.5));
        // wm80 of 1 2 3 4 100: ranks up to 4; 100 becomes 4: (1 + 2 + 3 + 4 + 4) / 5 = 2.8.
        assert_eq!(of("wm80", &[1.0, 2.0, 3.0, 4.0, 100.0]), Some(2.8));
        // WM(2:4) of the same: (2 + 2 + 3 + 4 + 4) / 5 = 3.
        assert_eq!(of("WM(2:4)", &[1.0, 2.0, 3.0, 4.0, 100.0]), Some(3.0));
        // WM(:4): (1 + 2 + 3 + 4 + 4) / 5 = 2.8.
        assert_eq!(of("WM(:4)", &[1.0, 2.0, 3.0, 4.0, 100.0]), Some(2.8));
    }
}
