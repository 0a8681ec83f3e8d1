//! What the plain statistics are computed from.

use super::Statistic;

/// Number, sum and extremes of samples: enough for the plain statistics, and two of them add up to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Totals {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
    /// Whether a statistic set is part of them whose single samples nobody knows; percentiles cannot be told then.
    pub(crate) summarised: bool,
}

impl Totals {
    /// Those of no sample.
    pub(crate) const EMPTY: Self =
        Self { count: 0.0, sum: 0.0, minimum: f64::INFINITY, maximum: f64::NEG_INFINITY, summarised: false };

    /// Those of `count` samples of one value.
    pub(crate) fn sample(value: f64, count: f64) -> Self {
        Self { count, sum: value * count, minimum: value, maximum: value, summarised: false }
    }

    /// Adds the others to these.
    pub(crate) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        // Values are numbers, so that comparing is enough; `f64::min` would take care of others and more time.
        self.minimum = if other.minimum < self.minimum { other.minimum } else { self.minimum };
        self.maximum = if other.maximum > self.maximum { other.maximum } else { self.maximum };
        self.summarised |= other.summarised;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0.0
    }

    /// A plain statistic; `None` for no sample, and for a statistic that needs the samples themselves.
    pub(crate) fn statistic(&self, statistic: &Statistic) -> Option<f64> {
        if self.is_empty() {
            return None;
        }
        match statistic {
            Statistic::SampleCount => Some(self.count),
            Statistic::Sum => Some(self.sum),
            Statistic::Average => Some(self.sum / self.count),
            Statistic::Minimum => Some(self.minimum),
            Statistic::Maximum => Some(self.maximum),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_add_up() {
        // 2 + 2 + 2 and 7: four samples, sum 13, mean 3.25.
        let mut totals = Totals::sample(2.0, 3.0);
        totals.add(&Totals::sample(7.0, 1.0));
        let of = |statistic| totals.statistic(&statistic);
        assert_eq!(of(Statistic::SampleCount), Some(4.0));
        assert_eq!(of(Statistic::Sum), Some(13.0));
        assert_eq!(of(Statistic::Average), Some(3.25));
        assert_eq!(of(Statistic::Minimum), Some(2.0));
        assert_eq!(of(Statistic::Maximum), Some(7.0));
        assert_eq!(of(Statistic::Percentile(50.0)), None);
    }

    #[test]
    fn of_nothing_nothing_is_told() {
        assert_eq!(Totals::EMPTY.statistic(&Statistic::Sum), None);
        assert_eq!(Totals::EMPTY.statistic(&Statistic::SampleCount), None);
    }
}
