//! The store against a plain computation over all samples.

use atalaya_cloudwatch::{
    Bound, Bounds, Frame, MetricDatum, MetricId, MetricStore, Resolution, Statistic, Unit, Values,
};
use proptest::{prelude::*, sample::select};

const START: i64 = 1_767_225_600;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// What is known of the samples of a period, one by one, and of its statistic sets.
#[derive(Default)]
struct Period {
    samples: Vec<f64>,
    sets: Vec<[f64; 4]>,
}

impl Period {
    fn of(data: &[MetricDatum], unit: Option<Unit>, from: i64, to: i64) -> Self {
        let mut period = Self::default();
        for datum in data.iter().filter(|datum| unit.is_none_or(|unit| unit == datum.unit)) {
            if !(from..to).contains(&datum.resolution.stored_at(datum.at)) {
                continue;
            }
            match &datum.values {
                Values::Samples(samples) => {
                    for (value, count) in samples {
                        period.samples.extend(std::iter::repeat_n(*value, *count as usize));
                    }
                }
                Values::StatisticSet { sample_count, sum, minimum, maximum } => {
                    period.sets.push([*sample_count, *sum, *minimum, *maximum]);
                }
            }
        }
        period.samples.sort_by(f64::total_cmp);
        period
    }

    fn count(&self) -> f64 {
        self.samples.len() as f64 + self.sets.iter().map(|set| set[0]).sum::<f64>()
    }

    fn sum(&self) -> f64 {
        self.samples.iter().sum::<f64>() + self.sets.iter().map(|set| set[1]).sum::<f64>()
    }

    fn statistic(&self, statistic: &Statistic) -> Option<f64> {
        if self.count() == 0.0 {
            return None;
        }
        match statistic {
            Statistic::SampleCount => Some(self.count()),
            Statistic::Sum => Some(self.sum()),
            Statistic::Average => Some(self.sum() / self.count()),
            Statistic::Minimum => {
                self.samples.iter().copied().chain(self.sets.iter().map(|set| set[2])).reduce(f64::min)
            }
            Statistic::Maximum => {
                self.samples.iter().copied().chain(self.sets.iter().map(|set| set[3])).reduce(f64::max)
            }
            _ if !self.sets.is_empty() => None,
            // The least sample that at least this share of all is not above.
            Statistic::Percentile(share) => {
                let n = self.samples.len() as f64;
                (1..=self.samples.len()).find(|k| *k as f64 * 100.0 >= share * n).map(|k| self.samples[k - 1])
            }
            Statistic::TrimmedMean(bounds) => {
                let inside = self.inside(bounds);
                (!inside.is_empty()).then(|| inside.iter().sum::<f64>() / inside.len() as f64)
            }
            Statistic::TrimmedCount(bounds) => Some(self.inside(bounds).len() as f64),
            Statistic::TrimmedSum(bounds) => Some(self.inside(bounds).iter().sum()),
            Statistic::PercentileRank(bounds) => {
                Some(self.inside(bounds).len() as f64 * 100.0 / self.samples.len() as f64)
            }
            Statistic::WinsorizedMean(bounds) => Some(self.winsorized(bounds)),
        }
    }

    /// Sample k of n is inside percent bounds where a part of its share of all, from (k-1)/n to k/n, is.
    fn inside(&self, bounds: &Bounds) -> Vec<f64> {
        let n = self.samples.len() as f64;
        let above = |k: f64, value: f64| match bounds.low {
            Some(Bound::Percent(low)) => k * 100.0 > low * n,
            Some(Bound::Value(low)) => value > low,
            None => true,
        };
        let below = |k: f64, value: f64| match bounds.high {
            Some(Bound::Percent(high)) => (k - 1.0) * 100.0 < high * n,
            Some(Bound::Value(high)) => value <= high,
            None => true,
        };
        let ranked = self.samples.iter().zip(1..);
        ranked
            .filter(|(value, k)| above(f64::from(*k), **value) && below(f64::from(*k), **value))
            .map(|(v, _)| *v)
            .collect()
    }

    fn winsorized(&self, bounds: &Bounds) -> f64 {
        let kept = self.inside(bounds);
        let edge = |bound: Option<Bound>, kept: Option<&f64>| match bound {
            Some(Bound::Value(value)) => Some(value),
            Some(Bound::Percent(_)) => kept.copied(),
            None => None,
        };
        let (low, high) = (edge(bounds.low, kept.first()), edge(bounds.high, kept.last()));
        let moved = self.samples.iter().map(|value| {
            let value = low.map_or(*value, |low| value.max(low));
            high.map_or(value, |high| value.min(high))
        });
        moved.sum::<f64>() / self.samples.len() as f64
    }
}

fn metric() -> MetricId {
    MetricId::new("Acme", "Latency", [("Function", "orders")])
}

/// Data of one metric in the first `span` seconds. Values are whole numbers, so that their sums are exact.
fn data(span: i64) -> impl Strategy<Value = Vec<MetricDatum>> {
    let value = || (0..30_i32).prop_map(f64::from);
    let samples = prop::collection::vec((value(), (1..4_i32).prop_map(f64::from)), 1..6).prop_map(Values::Samples);
    let set = (2..5_i32, value(), 1..9_i32).prop_map(|(count, minimum, width)| {
        let maximum = minimum + f64::from(width);
        let sum = minimum * f64::from(count - 1) + maximum;
        Values::StatisticSet { sample_count: f64::from(count), sum, minimum, maximum }
    });
    let values = prop_oneof![8 => samples, 1 => set];
    let units = select(vec![Unit::Milliseconds, Unit::Milliseconds, Unit::Milliseconds, Unit::Seconds]);
    let resolution = select(vec![Resolution::Standard, Resolution::High]);
    let datum = (0..span, units, resolution, values).prop_map(|(after, unit, resolution, values)| MetricDatum {
        metric: metric(),
        at: START + after,
        unit,
        resolution,
        values,
    });
    prop::collection::vec(datum, 1..60)
}

fn statistic() -> impl Strategy<Value = Statistic> {
    let texts = vec![
        "SampleCount",
        "Sum",
        "Average",
        "Minimum",
        "Maximum",
        "p0",
        "p7",
        "p50",
        "p90",
        "p99.9",
        "p100",
        "tm90",
        "IQM",
        "TM(10%:)",
        "TM(3:20)",
        "TC(10%:90%)",
        "TC(:15)",
        "ts75",
        "TS(15:)",
        "wm80",
        "WM(20%:70%)",
        "WM(5:12)",
        "PR(:9)",
        "PR(4:19)",
    ];
    select(texts).prop_map(|text| text.parse().expect(text))
}

fn put_all(data: &[MetricDatum]) -> MetricStore {
    let mut store = MetricStore::new();
    for datum in data {
        store.put(datum, datum.at).expect("a right datum");
    }
    store
}

fn check(store: &MetricStore, data: &[MetricDatum], statistic: &Statistic, unit: Option<Unit>, frame: &Frame) {
    let series = store.find(&metric()).expect("the metric");
    let points = store.read(series, statistic, unit, frame);
    assert_eq!(points.len(), frame.count);
    for (index, point) in points.iter().enumerate() {
        let period = Period::of(data, unit, frame.time(index), frame.time(index + 1));
        match (point, period.statistic(statistic)) {
            (None, None) => {}
            (Some(point), Some(expected)) => {
                assert_eq!(point.sample_count, period.count(), "{statistic} in period {index} of {frame:?}");
                // Sums are exact; a mean is of the same quotient.
                assert_eq!(point.value, expected, "{statistic} in period {index} of {frame:?}");
            }
            (found, expected) => panic!("{statistic} in period {index} of {frame:?}: {found:?}, not {expected:?}"),
        }
    }
}

fn unit() -> impl Strategy<Value = Option<Unit>> {
    select(vec![None, None, Some(Unit::Milliseconds), Some(Unit::Seconds), Some(Unit::Count)])
}

proptest! {
    /// Within the three hours that seconds are kept for: any start, any period.
    #[test]
    fn any_frame_of_recent_data_is_what_its_samples_say(
        data in data(2 * HOUR),
        statistic in statistic(),
        unit in unit(),
        start in -HOUR..2 * HOUR,
        period in prop_oneof![1..120_u32, 1..8000_u32, Just(60), Just(300)],
        count in 0..12_usize,
    ) {
        check(&put_all(&data), &data, &statistic, unit, &Frame { start: START + start, period, count });
    }

    /// Over weeks, where seconds have become minutes: any minute as start, any number of minutes as period.
    #[test]
    fn any_frame_of_old_data_is_what_its_samples_say(
        data in data(20 * DAY),
        statistic in statistic(),
        unit in unit(),
        start in -DAY / 60..20 * DAY / 60,
        period in prop_oneof![1..90_u32, Just(1440), Just(10_080), 1..30_000_u32],
        count in 0..12_usize,
    ) {
        check(&put_all(&data), &data, &statistic, unit, &Frame { start: START + start * 60, period: period * 60, count });
    }

    /// The order in which data arrive says nothing.
    #[test]
    fn the_order_of_arrival_means_nothing(
        (data, shuffled) in data(20 * DAY).prop_flat_map(|data| (Just(data.clone()), Just(data).prop_shuffle())),
        statistic in statistic(),
        period in prop_oneof![Just(1), Just(60), Just(1440)],
    ) {
        let (one, other) = (put_all(&data), put_all(&shuffled));
        let count = usize::try_from(20 * DAY / 60 / i64::from(period)).expect("a number of periods");
        let frame = Frame { start: START, period: period * 60, count };
        let read = |store: &MetricStore| {
            let series = store.find(&metric()).expect("the metric");
            (store.read(series, &statistic, None, &frame), store.units(series))
        };
        prop_assert_eq!(read(&one), read(&other));
    }
}
