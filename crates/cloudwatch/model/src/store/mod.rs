//! Where the samples of all metrics are kept, and read by any statistic over any periods.
//!
//! A sample of standard resolution counts for the first second of its minute, one of high resolution for its second
//! (CloudWatch user guide, Metrics concepts). A period holds the samples that count for one of its seconds.

mod hour;
mod list;
mod series;
mod slot;
mod stream;

use std::collections::BTreeMap;

pub use list::{DimensionFilter, ListFilter};

use self::{series::Series, slot::Addition};
use crate::{DatumError, Frame, MetricDatum, MetricId, Resolution, Statistic, Unit, Values, statistic::Totals};

/// How long samples are kept, in seconds: three periods of a week, which is the widest stretch that an alarm looks at,
/// and a day beyond it. Graphs of minutes go back 15 days. CloudWatch keeps coarser data for longer.
pub const RETENTION: i64 = 22 * 86_400;
/// How long samples are kept by the second, in seconds; later only by the minute (CloudWatch user guide, Metrics
/// retention).
pub const HIGH_RESOLUTION_RETENTION: i64 = 3 * 3600;

/// The value of a statistic in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The value, in the unit of the metric, or a number or a share of samples.
    pub value: f64,
    /// How many samples the period has.
    pub sample_count: f64,
}

impl Point {
    fn of(value: Option<f64>, totals: &Totals) -> Option<Self> {
        value.map(|value| Self { value, sample_count: totals.count })
    }
}

/// A short name of a metric in one store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(u32);

/// The metrics of one account and region.
#[derive(Debug)]
pub struct MetricStore {
    ids: BTreeMap<MetricId, SeriesId>,
    series: Vec<Series>,
    /// The latest second heard of. What is kept and for how long is counted back from it.
    clock: i64,
    /// When old samples are looked for again.
    next_ageing: i64,
}

impl MetricStore {
    /// A store without metrics.
    #[must_use]
    pub fn new() -> Self {
        Self { ids: BTreeMap::new(), series: Vec::new(), clock: i64::MIN, next_ageing: i64::MIN }
    }

    /// Takes a datum that arrives at `now` (epoch seconds), as `PutMetricData` does.
    ///
    /// # Errors
    ///
    /// The rule that the datum breaks; nothing of it is kept then.
    pub fn put(&mut self, datum: &MetricDatum, now: i64) -> Result<(), DatumError> {
        datum.check(now)?;
        self.advance(now);
        let series = self.series(&datum.metric);
        let second = datum.resolution.stored_at(datum.at);
        match &datum.values {
            Values::Samples(samples) => {
                for &(value, count) in samples {
                    self.add_at(series, datum.unit, second, &Addition::Samples { value, count });
                }
            }
            Values::StatisticSet { sample_count, sum, minimum, maximum } => {
                let addition = of_statistic_set(*sample_count, *sum, *minimum, *maximum);
                self.add_at(series, datum.unit, second, &addition);
            }
        }
        Ok(())
    }

    /// The short name of a metric, which need not have samples yet.
    pub fn series(&mut self, metric: &MetricId) -> SeriesId {
        if let Some(series) = self.find(metric) {
            return series;
        }
        let series = SeriesId(u32::try_from(self.series.len()).expect("fewer than 2^32 metrics"));
        self.series.push(Series::default());
        self.ids.insert(metric.clone(), series);
        series
    }

    /// The short name of a metric that has one.
    #[must_use]
    pub fn find(&self, metric: &MetricId) -> Option<SeriesId> {
        self.ids.get(metric).copied()
    }

    /// Adds one sample of standard resolution, taken at `at` (epoch seconds), without checking it: it must be a number
    /// within the range of [`crate::datum::MAX_MAGNITUDE`]. A sample older than [`RETENTION`] is dropped.
    ///
    /// # Panics
    ///
    /// When the series is not one of this store.
    pub fn add(&mut self, series: SeriesId, unit: Unit, at: i64, value: f64) {
        self.add_at(series, unit, Resolution::Standard.stored_at(at), &Addition::Samples { value, count: 1.0 });
    }

    /// The statistic in each period of the frame, whose start may be any second. `None` where the period has no
    /// sample, and where its statistic cannot be told: a percentile of negative samples or of a statistic set, a mean
    /// of no sample inside the bounds.
    ///
    /// # Panics
    ///
    /// When the series is not one of this store.
    #[must_use]
    pub fn read(&self, series: SeriesId, stat: &Statistic, unit: Option<Unit>, frame: &Frame) -> Vec<Option<Point>> {
        let mut out = Vec::new();
        self.read_into(series, stat, unit, frame, &mut out);
        out
    }

    /// [`read`](Self::read) into a vector of the caller's, which is emptied first. Plain statistics are read without
    /// allocation once it has room.
    ///
    /// # Panics
    ///
    /// When the series is not one of this store.
    pub fn read_into(
        &self,
        series: SeriesId,
        stat: &Statistic,
        unit: Option<Unit>,
        frame: &Frame,
        out: &mut Vec<Option<Point>>,
    ) {
        let earliest = self.earliest_readable(frame.period);
        out.clear();
        self.series[series.0 as usize].read_into(stat, unit, frame, earliest, out);
    }

    /// Every metric that has samples, by namespace, name and dimensions.
    pub fn metrics(&self) -> impl Iterator<Item = (&MetricId, SeriesId)> {
        let kept = |series: &SeriesId| !self.series[series.0 as usize].is_empty();
        self.ids.iter().filter(move |(_, series)| kept(series)).map(|(metric, series)| (metric, *series))
    }

    /// The metrics that `ListMetrics` tells at `now` (epoch seconds): those that match and have a data point in the
    /// last two weeks.
    #[must_use]
    pub fn list(&self, filter: &ListFilter, now: i64) -> Vec<&MetricId> {
        let since = filter.since(now);
        let active = |series: SeriesId| self.series[series.0 as usize].latest().is_some_and(|latest| latest >= since);
        self.metrics()
            .filter(|(metric, series)| filter.matches(metric) && active(*series))
            .map(|found| found.0)
            .collect()
    }

    /// The units of the samples that a metric has, in the order of [`Unit`].
    ///
    /// # Panics
    ///
    /// When the series is not one of this store.
    #[must_use]
    pub fn units(&self, series: SeriesId) -> Vec<Unit> {
        self.series[series.0 as usize].units()
    }

    fn add_at(&mut self, series: SeriesId, unit: Unit, second: i64, addition: &Addition) {
        self.advance(second);
        if second >= self.clock.saturating_sub(RETENTION) {
            self.series[series.0 as usize].add(unit, second, addition);
        }
    }

    /// Moves the clock on, and once an hour drops what is too old.
    fn advance(&mut self, now: i64) {
        if now <= self.clock {
            return;
        }
        self.clock = now;
        if now >= self.next_ageing {
            self.next_ageing = now.saturating_add(3600);
            let (oldest, coarse) = (now.saturating_sub(RETENTION), now.saturating_sub(HIGH_RESOLUTION_RETENTION));
            self.series.iter_mut().for_each(|series| series.age(oldest, coarse));
        }
    }

    /// The first second that periods of this length are read from: shorter ones than a minute go back
    /// [`HIGH_RESOLUTION_RETENTION`] only.
    fn earliest_readable(&self, period: u32) -> i64 {
        if period < 60 { self.clock.saturating_sub(HIGH_RESOLUTION_RETENTION) } else { i64::MIN }
    }
}

impl Default for MetricStore {
    fn default() -> Self {
        Self::new()
    }
}

/// A statistic set: as samples where they can be told from it, which is where all are equal; by its totals otherwise.
fn of_statistic_set(count: f64, sum: f64, minimum: f64, maximum: f64) -> Addition {
    if minimum == maximum && sum == minimum * count {
        Addition::Samples { value: minimum, count }
    } else {
        Addition::Summary(Totals { count, sum, minimum, maximum, summarised: true })
    }
}

#[cfg(test)]
mod tests;
