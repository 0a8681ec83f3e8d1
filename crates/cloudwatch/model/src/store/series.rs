//! The samples of one metric.

use super::{Point, slot::Addition, stream::Stream};
use crate::{
    Frame, Statistic, Unit,
    statistic::{
        Totals,
        samples::{self, Sample},
    },
};

/// The samples of one metric.
#[derive(Debug, Default)]
pub(super) struct Series {
    /// One of each unit seen.
    streams: Vec<Stream>,
    /// Whether a sample that is kept is negative.
    negative: bool,
}

impl Series {
    /// Adds samples at the second that they count for.
    pub(super) fn add(&mut self, unit: Unit, second: i64, addition: &Addition) {
        self.negative |= addition.totals().minimum < 0.0;
        let known = self.streams.iter().position(|stream| stream.unit == unit);
        let place = known.unwrap_or_else(|| {
            self.streams.push(Stream::new(unit));
            self.streams.len() - 1
        });
        self.streams[place].add(second, addition);
    }

    /// Appends the statistic in each period of the frame, without what lies before `earliest`.
    pub(super) fn read_into(
        &self,
        stat: &Statistic,
        unit: Option<Unit>,
        frame: &Frame,
        earliest: i64,
        out: &mut Vec<Option<Point>>,
    ) {
        let periods = (0..frame.count).map(|index| (frame.time(index).max(earliest), frame.time(index + 1)));
        if stat.needs_samples() {
            let mut samples = Vec::new();
            return out.extend(periods.map(|(from, to)| self.point_of_samples(stat, unit, from, to, &mut samples)));
        }
        let mut streams = self.streams(unit);
        match (streams.next(), streams.next()) {
            (None, _) => out.extend(periods.map(|_| None)),
            // The usual case: one unit, read in one go.
            (Some(stream), None) => {
                let mut cursor = stream.cursor(frame.start.max(earliest));
                out.extend(periods.map(|(_, to)| {
                    let mut totals = Totals::EMPTY;
                    cursor.totals_until(to, &mut totals);
                    Point::of(totals.statistic(stat), &totals)
                }));
            }
            _ => out.extend(periods.map(|(from, to)| {
                let mut totals = Totals::EMPTY;
                self.streams(unit).for_each(|stream| stream.cursor(from).totals_until(to, &mut totals));
                Point::of(totals.statistic(stat), &totals)
            })),
        }
    }

    /// The units of the samples, in the order of [`Unit`].
    pub(super) fn units(&self) -> Vec<Unit> {
        let with_samples = self.streams.iter().filter(|stream| !stream.is_empty());
        let mut units: Vec<_> = with_samples.map(|stream| stream.unit).collect();
        units.sort_unstable();
        units
    }

    pub(super) fn is_empty(&self) -> bool {
        self.streams.iter().all(Stream::is_empty)
    }

    /// The latest second with a sample.
    pub(super) fn latest(&self) -> Option<i64> {
        self.streams.iter().filter_map(Stream::latest).max()
    }

    /// See [`Stream::age`].
    pub(super) fn age(&mut self, oldest: i64, coarse: i64) {
        self.streams.iter_mut().for_each(|stream| stream.age(oldest, coarse));
        self.negative = self.negative && self.streams.iter().any(Stream::has_negative);
    }

    /// The streams of a unit. Where none is asked for the samples of all units are taken together: CloudWatch leaves
    /// open what it does then.
    fn streams(&self, unit: Option<Unit>) -> impl Iterator<Item = &Stream> {
        self.streams.iter().filter(move |stream| unit.is_none_or(|unit| unit == stream.unit))
    }

    /// A statistic in `[from, to)` that needs the samples themselves; they are gathered in `samples`.
    fn point_of_samples(
        &self,
        stat: &Statistic,
        unit: Option<Unit>,
        from: i64,
        to: i64,
        samples: &mut Vec<Sample>,
    ) -> Option<Point> {
        let mut totals = Totals::EMPTY;
        samples.clear();
        for stream in self.streams(unit) {
            stream.cursor(from).slots_until(to, |slot| {
                slot.totals_into(&mut totals);
                slot.samples_into(samples);
            });
        }
        if !self.tells_percentiles(&totals) {
            return None;
        }
        // Stable, since that sort is quick on runs that ascend already.
        samples.sort_by(|one, other| one.0.total_cmp(&other.0));
        Point::of(samples::statistic(stat, samples), &totals)
    }

    /// Whether percentiles and trimmed statistics can be told: not of samples known by their totals only, and of no
    /// metric that has a negative sample (CloudWatch user guide, Percentiles). The guide says so of the metric and not
    /// of the period; how long a negative sample counts is not published: here, as long as it is kept.
    fn tells_percentiles(&self, totals: &Totals) -> bool {
        !totals.summarised && !self.negative
    }
}
