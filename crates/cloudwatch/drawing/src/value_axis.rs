//! An axis of values, with ticks at 1, 2 or 5 times a power of ten.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};

use super::figure;
use atalaya_cloudwatch_dashboard::Axis;

/// The largest magnitude that is drawn: twice of it still is a number.
const FARTHEST: f64 = 1e300;
/// How much values that are all positive must differ, as a share of the greatest one, for the axis to begin at zero:
/// shares of success between 99.1 and 100 percent would be one flat line otherwise.
const FLAT: f64 = 0.2;

/// What is to be seen on an axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether there are only whole numbers, which have no ticks between them.
    pub(super) is_whole: bool,
}

impl Extent {
    /// Of all values; `None` without any.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        values.filter(|value| value.is_finite()).fold(None, |extent: Option<Self>, value| {
            let value = value.clamp(-FARTHEST, FARTHEST);
            let is_whole = value.fract() == 0.0;
            Some(extent.map_or(Self { low: value, high: value, is_whole }, |extent| Self {
                low: extent.low.min(value),
                high: extent.high.max(value),
                is_whole: extent.is_whole && is_whole,
            }))
        })
    }

    /// Reaching to `value` too, which is no value of its own.
    pub(super) fn with(self, value: f64) -> Self {
        let value = if value.is_finite() { value.clamp(-FARTHEST, FARTHEST) } else { return self };
        Self { low: self.low.min(value), high: self.high.max(value), ..self }
    }
}

/// A value axis with both ends and its ticks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ValueAxis {
    pub(super) min: f64,
    pub(super) max: f64,
    step: f64,
}

impl ValueAxis {
    /// One that shows the extent with about `ticks` ticks. An end that the body gives is kept, the others are at a
    /// tick.
    pub(super) fn new(extent: Option<Extent>, asked: &Axis, ticks: usize) -> Self {
        let (low, high) = ends(extent, asked);
        let step = step((high - low) / ticks.max(1) as f64, low, high);
        let step = if extent.is_none_or(|extent| extent.is_whole) { step.max(1.0) } else { step };
        let min = if asked.min.is_some() { low } else { ((low / step).floor() * step).min(low) };
        let max = if asked.max.is_some() { high } else { ((high / step).ceil() * step).max(high) };
        Self { min, max, step }
    }

    /// Where a value lies between the ends: 0 at the lower one, 1 at the upper one.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value.clamp(-FARTHEST, FARTHEST) - self.min) / (self.max - self.min)
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        /// More are never asked for; ends that a body gives may be far away.
        const MOST: usize = 64;
        let first = (self.min / self.step - 1e-9).ceil();
        let tick = |number: usize| (first + number as f64) * self.step;
        (0..MOST).map(tick).take_while(|tick| *tick <= self.max + self.step * 1e-9).collect()
    }

    pub(super) fn label(&self, tick: f64) -> String {
        figure::tick(tick, self.step)
    }
}

/// Both ends before they are moved to ticks; the second one is greater.
fn ends(extent: Option<Extent>, asked: &Axis) -> (f64, f64) {
    let finite = |end: Option<f64>| end.filter(|end| end.is_finite()).map(|end| end.clamp(-FARTHEST, FARTHEST));
    let (asked_min, asked_max) = (finite(asked.min), finite(asked.max));
    let Extent { mut low, mut high, .. } = extent.unwrap_or(Extent { low: 0.0, high: 1.0, is_whole: true });
    if low >= 0.0 && (high - low > FLAT * high || high - low <= high * 1e-9) {
        low = 0.0;
    }
    if high <= 0.0 && high - low <= low.abs() * 1e-9 {
        high = 0.0;
    }
    (low, high) = (asked_min.unwrap_or(low), asked_max.unwrap_or(high));
    // What cannot be told apart is made room for, on the side that is free.
    if high - low <= f64::max(low.abs(), high.abs()) * 1e-9 || high - low < 1e-290 {
        let room = |end: f64| if end.abs() < 1e-290 { 1.0 } else { end.abs() * 0.5 };
        match (asked_min, asked_max) {
            (None, Some(max)) => (low, high) = (max - room(max), max),
            _ => high = low + room(low),
        }
    }
    (low, high)
}

/// The smallest of 1, 2 and 5 times a power of ten that is no smaller than `least`.
fn step(least: f64, low: f64, high: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= least * (1.0 - 1e-9));
    let step = step.unwrap_or(least);
    let moves = low + step > low && high - step < high && step.is_finite();
    if moves { step } else { high - low }
}

impl Ranged for ValueAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        // What is far outside is cut off before; the bound keeps what is left a whole number.
        let share = self.share(*value).clamp(-1.0, 2.0);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks()
    }

    fn range(&self) -> Range<f64> {
        self.min..self.max
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(values: &[f64], asked: &Axis) -> Vec<String> {
        let axis = ValueAxis::new(Extent::of(values.iter().copied()), asked, 4);
        axis.ticks().into_iter().map(|tick| axis.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        let free = Axis::default();
        assert_eq!(labels(&[3.0, 187.0], &free), ["0", "50", "100", "150", "200"]);
        assert_eq!(labels(&[0.0, 1.0], &free), ["0", "1"]);
        assert_eq!(labels(&[0.1, 0.9], &free), ["0", "0.5", "1"]);
        assert_eq!(labels(&[99.2, 100.0], &free), ["99.2", "99.4", "99.6", "99.8", "100"]);
        assert_eq!(labels(&[-40.0, 35.5], &free), ["-40", "-20", "0", "20", "40"]);
        assert_eq!(labels(&[7.5], &free), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels(&[0.0], &free), ["0", "1"]);
        assert_eq!(labels(&[], &free), ["0", "1"]);
        assert_eq!(labels(&[1200.0, 10.0], &free), ["0", "500", "1K", "1.5K"]);
        let asked = Axis { label: None, min: Some(0.0), max: Some(100.0) };
        assert_eq!(labels(&[12.0], &asked), ["0", "50", "100"]);
    }

    fn anything() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>(),
            -1e6..1e6,
            Just(0.0),
            Just(5e-324),
            Just(f64::MAX),
            Just(-f64::MAX),
            (-20_i32..20).prop_map(|exponent| 10_f64.powi(exponent))
        ]
    }

    proptest! {
        #[test]
        fn every_value_lies_between_the_ends(
            values in proptest::collection::vec(anything(), 0..8),
            min in proptest::option::of(anything()),
            max in proptest::option::of(anything()),
            count in 1..10_usize,
        ) {
            let axis = ValueAxis::new(Extent::of(values.iter().copied()), &Axis { label: None, min, max }, count);
            prop_assert!(axis.min < axis.max && axis.min.is_finite() && axis.max.is_finite(), "{axis:?}");
            let ticks = axis.ticks();
            prop_assert!(ticks.len() <= 64 && ticks.windows(2).all(|pair| pair[0] < pair[1]), "{ticks:?}");
            if min.is_none() && max.is_none() {
                for value in values.into_iter().filter(|value| value.is_finite()) {
                    let share = axis.share(value);
                    prop_assert!((-1e-9..=1.0 + 1e-9).contains(&share), "{axis:?} {value} {share}");
                }
                prop_assert!((2..=count + 3).contains(&ticks.len()), "{axis:?} {ticks:?}");
            }
        }
    }
}
