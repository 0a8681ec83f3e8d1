//! The samples of one metric in one unit, by the hour.

use std::collections::VecDeque;

use super::{
    hour::{HOUR, Hour, locate},
    slot::{Addition, Slot},
};
use crate::{Unit, statistic::Totals};

/// The samples of one metric in one unit.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) unit: Unit,
    /// Ascending, without the hours that have no sample.
    hours: VecDeque<Hour>,
    /// Whether an hour has samples on other seconds than the first of a minute.
    fine: bool,
}

impl Stream {
    pub(super) fn new(unit: Unit) -> Self {
        Self { unit, hours: VecDeque::new(), fine: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hours.is_empty()
    }

    /// Adds samples at the second that they count for.
    pub(super) fn add(&mut self, second: i64, addition: &Addition) {
        let number = second.div_euclid(HOUR);
        let place = self.place(number).unwrap_or_else(|place| {
            // An hour mostly gets as many samples as the one before it.
            let expected = self.hours.back().map_or(1, Hour::len);
            self.hours.insert(place, Hour::new(number, expected));
            place
        });
        let hour = &mut self.hours[place];
        hour.add(second, addition);
        self.fine |= hour.is_fine();
    }

    /// A reader that begins at a second.
    pub(super) fn cursor(&self, from: i64) -> Cursor<'_> {
        match self.place(from.div_euclid(HOUR)) {
            Ok(hour) => Cursor { stream: self, hour, slot: self.hours[hour].first_slot(from) },
            Err(hour) => Cursor { stream: self, hour, slot: 0 },
        }
    }

    /// Whether any sample is negative.
    pub(super) fn has_negative(&self) -> bool {
        self.hours.iter().any(|hour| hour.totals().minimum < 0.0)
    }

    /// The latest second with a sample.
    pub(super) fn latest(&self) -> Option<i64> {
        self.hours.back().and_then(Hour::latest)
    }

    /// Forgets the hours that end at or before `oldest`, and keeps those that end at or before `coarse` by the minute
    /// only.
    pub(super) fn age(&mut self, oldest: i64, coarse: i64) {
        while self.hours.front().is_some_and(|hour| hour.end() <= oldest) {
            self.hours.pop_front();
        }
        if self.fine {
            self.hours.iter_mut().filter(|hour| hour.end() <= coarse).for_each(Hour::coarsen);
            self.fine = self.hours.iter().any(Hour::is_fine);
        }
    }

    fn place(&self, number: i64) -> Result<usize, usize> {
        let Some(last) = self.hours.back() else { return Err(0) };
        locate(self.hours.len(), |index| self.hours[index].number(), number, last.number() - number)
    }
}

/// Reads a stream forwards, one period after the other.
pub(super) struct Cursor<'a> {
    stream: &'a Stream,
    hour: usize,
    /// The next one of that hour.
    slot: usize,
}

impl<'a> Cursor<'a> {
    /// Adds the totals of the samples from here until `end`, which is where the cursor stands then.
    pub(super) fn totals_until(&mut self, end: i64, totals: &mut Totals) {
        while let Some((hour, last)) = self.part(end) {
            hour.totals_into(self.slot..last, totals);
            if !self.go_on(hour, end, last) {
                break;
            }
        }
    }

    /// Visits the slots from here until `end`, which is where the cursor stands then.
    pub(super) fn slots_until(&mut self, end: i64, mut visit: impl FnMut(&'a Slot)) {
        while let Some((hour, last)) = self.part(end) {
            hour.slots(self.slot..last).iter().for_each(&mut visit);
            if !self.go_on(hour, end, last) {
                break;
            }
        }
    }

    /// The hour at the cursor and the end of its slots that lie before `end`.
    fn part(&self, end: i64) -> Option<(&'a Hour, usize)> {
        let hour = self.stream.hours.get(self.hour)?;
        let last = if hour.end() <= end { hour.len() } else { hour.first_slot(end).max(self.slot) };
        Some((hour, last))
    }

    /// Moves behind that part; whether there may be more before `end`.
    fn go_on(&mut self, hour: &Hour, end: i64, last: usize) -> bool {
        let is_whole = hour.end() <= end;
        (self.hour, self.slot) = if is_whole { (self.hour + 1, 0) } else { (self.hour, last) };
        is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_hours_are_kept_by_the_minute_and_then_forgotten() {
        let mut stream = Stream::new(Unit::None);
        for (second, value) in [(10, 1.0), (10, 2.0), (59, 3.0), (61, 4.0), (3605, 5.0)] {
            stream.add(second, &Addition::Samples { value, count: 1.0 });
        }
        let sums = |stream: &Stream, periods: &[(i64, i64)]| -> Vec<f64> {
            periods
                .iter()
                .map(|(from, to)| {
                    let mut totals = Totals::EMPTY;
                    stream.cursor(*from).totals_until(*to, &mut totals);
                    totals.sum
                })
                .collect()
        };
        let periods = [(0, 10), (10, 60), (60, 120), (0, 3600), (3600, 3660), (3605, 3606)];
        assert_eq!(sums(&stream, &periods), [0.0, 6.0, 4.0, 10.0, 5.0, 5.0]);
        stream.age(0, 3600);
        assert_eq!(sums(&stream, &periods), [6.0, 0.0, 4.0, 10.0, 5.0, 5.0]);
        let mut samples = Vec::new();
        stream.cursor(0).slots_until(60, |slot| slot.samples_into(&mut samples));
        assert_eq!(samples, [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0)]);
        stream.age(3600, 3600);
        assert_eq!(sums(&stream, &periods), [0.0, 0.0, 0.0, 0.0, 5.0, 5.0]);
        assert_eq!(stream.latest(), Some(3605));
    }
}
