//! The statistics of a period.

pub(crate) mod samples;
mod totals;

use std::{fmt, str::FromStr};

pub(crate) use totals::Totals;

/// One end of the range of a trimmed statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// A share of the samples, in percent.
    Percent(f64),
    /// A value of the metric.
    Value(f64),
}

/// The range of a trimmed statistic; an end that is left out is open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// The lower end; exclusive where it is a value.
    pub low: Option<Bound>,
    /// The upper end, inclusive.
    pub high: Option<Bound>,
}

/// What is said about the samples of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// How many there are.
    SampleCount,
    /// Their mean.
    Average,
    /// Their sum.
    Sum,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
    /// The value below or at which this share of them lies, in percent (`p99`).
    Percentile(f64),
    /// The mean of those inside the bounds (`tm90`, `TM(10%:90%)`; `IQM` is `TM(25%:75%)`).
    TrimmedMean(Bounds),
    /// The mean with those outside moved to the bounds (`wm90`, `WM(…)`).
    WinsorizedMean(Bounds),
    /// How many lie inside the bounds (`tc90`, `TC(…)`).
    TrimmedCount(Bounds),
    /// The sum of those inside the bounds (`ts90`, `TS(…)`).
    TrimmedSum(Bounds),
    /// The share of samples inside a range of values, in percent (`PR(:300)`).
    PercentileRank(Bounds),
}

impl Statistic {
    /// Whether it is computed from the single samples, which a statistic set does not have and which must not be
    /// negative (CloudWatch user guide, Percentiles): percentiles and the trimmed statistics.
    #[must_use]
    pub const fn needs_samples(&self) -> bool {
        !matches!(self, Self::SampleCount | Self::Average | Self::Sum | Self::Minimum | Self::Maximum)
    }
}

/// A text that is no statistic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no statistic; there are SampleCount, Average, Sum, Minimum, Maximum, p99, tm99, TM(10%:90%), IQM, wm99, tc99, ts99, PR(:300)"
)]
pub struct InvalidStatistic(pub String);

impl FromStr for Statistic {
    type Err = InvalidStatistic;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| InvalidStatistic(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Statistic> {
    let simple = match text {
        "SampleCount" => Some(Statistic::SampleCount),
        "Average" => Some(Statistic::Average),
        "Sum" => Some(Statistic::Sum),
        "Minimum" => Some(Statistic::Minimum),
        "Maximum" => Some(Statistic::Maximum),
        "IQM" => Some(Statistic::TrimmedMean(percents(25.0, 75.0))),
        _ => None,
    };
    if simple.is_some() {
        return simple;
    }
    if let Some(share) = text.strip_prefix('p') {
        return percent(share).map(Statistic::Percentile);
    }
    let (name, rest) = text.split_at_checked(2)?;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let bounds = bounds(inner)?;
        return match name {
            "TM" => Some(Statistic::TrimmedMean(bounds)),
            "WM" => Some(Statistic::WinsorizedMean(bounds)),
            "TC" => Some(Statistic::TrimmedCount(bounds)),
            "TS" => Some(Statistic::TrimmedSum(bounds)),
            "PR" if [bounds.low, bounds.high].iter().all(|end| !matches!(end, Some(Bound::Percent(_)))) => {
                Some(Statistic::PercentileRank(bounds))
            }
            _ => None,
        };
    }
    let bounds = Bounds { low: None, high: Some(Bound::Percent(percent(rest)?)) };
    match name {
        "tm" => Some(Statistic::TrimmedMean(bounds)),
        "wm" => Some(Statistic::WinsorizedMean(bounds)),
        "tc" => Some(Statistic::TrimmedCount(bounds)),
        "ts" => Some(Statistic::TrimmedSum(bounds)),
        _ => None,
    }
}

fn percents(low: f64, high: f64) -> Bounds {
    Bounds { low: Some(Bound::Percent(low)), high: Some(Bound::Percent(high)) }
}

/// Digits with at most ten decimals, between 0 and 100.
fn percent(text: &str) -> Option<f64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 10 {
        return None;
    }
    text.parse().ok().filter(|share| (0.0..=100.0).contains(share))
}

/// `10%:90%`, `:95%`, `150:1000`, `150:`.
fn bounds(text: &str) -> Option<Bounds> {
    let (low, high) = text.split_once(':')?;
    let end = |text: &str| match text {
        "" => Some(None),
        text => match text.strip_suffix('%') {
            Some(share) => percent(share).map(|share| Some(Bound::Percent(share))),
            None => text.parse().ok().filter(|value: &f64| value.is_finite()).map(|value| Some(Bound::Value(value))),
        },
    };
    let bounds = Bounds { low: end(low)?, high: end(high)? };
    let in_order = match (bounds.low, bounds.high) {
        (None, None) => false,
        (Some(Bound::Percent(low)), Some(Bound::Percent(high)))
        | (Some(Bound::Value(low)), Some(Bound::Value(high))) => low < high,
        (Some(_), Some(_)) => false,
        _ => true,
    };
    in_order.then_some(bounds)
}

impl fmt::Display for Statistic {
    /// As CloudWatch writes it; `tm90` and `IQM` as their ranges.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SampleCount => f.write_str("SampleCount"),
            Self::Average => f.write_str("Average"),
            Self::Sum => f.write_str("Sum"),
            Self::Minimum => f.write_str("Minimum"),
            Self::Maximum => f.write_str("Maximum"),
            Self::Percentile(share) => write!(f, "p{share}"),
            Self::TrimmedMean(bounds) => write!(f, "TM({bounds})"),
            Self::WinsorizedMean(bounds) => write!(f, "WM({bounds})"),
            Self::TrimmedCount(bounds) => write!(f, "TC({bounds})"),
            Self::TrimmedSum(bounds) => write!(f, "TS({bounds})"),
            Self::PercentileRank(bounds) => write!(f, "PR({bounds})"),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |end: Option<Bound>| end.map(|end| end.to_string()).unwrap_or_default();
        write!(f, "{}:{}", text(self.low), text(self.high))
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(share) => write!(f, "{share}%"),
            Self::Value(value) => write!(f, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_read_back() {
        for text in ["SampleCount", "Average", "Sum", "p99", "p99.95", "p0", "TM(10%:90%)", "TC(:300)", "PR(150:)"] {
            assert_eq!(text.parse::<Statistic>().expect(text).to_string(), text);
        }
        assert_eq!("tm90".parse(), "TM(:90%)".parse::<Statistic>());
        assert_eq!("IQM".parse(), "TM(25%:75%)".parse::<Statistic>());
    }

    #[test]
    fn what_is_no_statistic_is_refused() {
        for text in
            ["", "sum", "p", "p101", "p9.12345678901", "TM90", "tm(10%:90%)", "PR(10%:)", "TM(:)", "TM(9%:1%)", "p-1"]
        {
            assert!(text.parse::<Statistic>().is_err(), "{text}");
        }
    }
}
