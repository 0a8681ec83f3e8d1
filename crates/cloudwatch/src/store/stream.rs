//! The samples of one metric in one unit, by the hour and within it by the second.
//!
//! A period of any start and length is read by adding up whole hours from their totals and the seconds of the hours at
//! its ends.

use std::{collections::VecDeque, ops::Range};

use super::slot::{Addition, Slot};
use crate::{
    Unit,
    statistic::{Totals, samples::Sample},
};

const HOUR: i64 = 3600;
const MINUTE: i64 = 60;

/// The samples of one metric in one unit.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) unit: Unit,
    /// Ascending, without the hours that have no sample.
    hours: VecDeque<Hour>,
}

#[derive(Debug)]
struct Hour {
    /// Hours since the Unix epoch.
    number: i64,
    /// Of all its samples.
    totals: Totals,
    /// Whether a sample lies on another second than the first of a minute.
    fine: bool,
    /// Ascending, without the seconds that have no sample.
    slots: Vec<Slot>,
}

impl Stream {
    pub(super) fn new(unit: Unit) -> Self {
        Self { unit, hours: VecDeque::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hours.is_empty()
    }

    /// Adds samples at the second that they count for.
    pub(super) fn add(&mut self, second: i64, addition: &Addition) {
        let number = second.div_euclid(HOUR);
        let place = match self.place(number) {
            Ok(place) => place,
            Err(place) => {
                // An hour mostly gets as many samples as the one before it.
                let slots = Vec::with_capacity(self.hours.back().map_or(1, |hour| hour.slots.len()));
                self.hours.insert(place, Hour { number, totals: Totals::EMPTY, fine: false, slots });
                place
            }
        };
        self.hours[place].add(second_of_hour(second), addition);
    }

    /// Adds the totals of the samples in `[from, to)`.
    pub(super) fn totals_into(&self, from: i64, to: i64, totals: &mut Totals) {
        for hour in self.hours_from(from, to) {
            if from <= hour.start() && hour.end() <= to {
                totals.add(&hour.totals);
            } else {
                hour.slots_in(from, to).iter().for_each(|slot| totals.add(&slot.totals()));
            }
        }
    }

    /// Appends the samples in `[from, to)`: each slot's ascending, one slot after the other.
    pub(super) fn samples_into(&self, from: i64, to: i64, samples: &mut Vec<Sample>) {
        for hour in self.hours_from(from, to) {
            hour.slots_in(from, to).iter().for_each(|slot| slot.samples_into(samples));
        }
    }

    /// Whether any sample is negative.
    pub(super) fn has_negative(&self) -> bool {
        self.hours.iter().any(|hour| hour.totals.minimum < 0.0)
    }

    /// The latest second with a sample.
    pub(super) fn latest(&self) -> Option<i64> {
        let hour = self.hours.back()?;
        Some(hour.start() + i64::from(hour.slots.last()?.second()))
    }

    /// Forgets the hours that end at or before `oldest`, and keeps those that end at or before `coarse` by the minute
    /// only.
    pub(super) fn age(&mut self, oldest: i64, coarse: i64) {
        while self.hours.front().is_some_and(|hour| hour.end() <= oldest) {
            self.hours.pop_front();
        }
        // The newest hours are few and the older ones are coarse already, so the walk ends soon.
        for hour in self.hours.iter_mut().filter(|hour| hour.fine && hour.end() <= coarse) {
            hour.coarsen();
        }
    }

    fn place(&self, number: i64) -> Result<usize, usize> {
        locate(self.hours.len(), |index| self.hours[index].number, number, 1)
    }

    fn hours_from(&self, from: i64, to: i64) -> impl Iterator<Item = &Hour> {
        let first = self.place(from.div_euclid(HOUR)).unwrap_or_else(|place| place);
        self.hours.range(first..).take_while(move |hour| hour.start() < to)
    }
}

impl Hour {
    fn start(&self) -> i64 {
        self.number * HOUR
    }

    fn end(&self) -> i64 {
        self.start() + HOUR
    }

    fn add(&mut self, second: u16, addition: &Addition) {
        self.totals.add(&addition.totals());
        self.fine |= i64::from(second) % MINUTE != 0;
        match self.place(i64::from(second)) {
            Ok(place) => self.slots[place].add(addition),
            Err(place) => self.slots.insert(place, Slot::new(second, addition)),
        }
    }

    fn place(&self, second: i64) -> Result<usize, usize> {
        let step = if self.fine { 1 } else { MINUTE };
        locate(self.slots.len(), |index| i64::from(self.slots[index].second()), second, step)
    }

    fn slots_in(&self, from: i64, to: i64) -> &[Slot] {
        let first = if from <= self.start() { 0 } else { self.first_slot(from) };
        let last = if self.end() <= to { self.slots.len() } else { self.first_slot(to) };
        let range: Range<usize> = first..last.max(first);
        &self.slots[range]
    }

    /// The first slot at or after a second of this hour.
    fn first_slot(&self, second: i64) -> usize {
        self.place(second - self.start()).unwrap_or_else(|place| place)
    }

    /// Moves every sample to the first second of its minute.
    fn coarsen(&mut self) {
        let mut coarse: Vec<Slot> = Vec::with_capacity(60);
        for slot in self.slots.drain(..) {
            let minute = slot.second() - slot.second() % MINUTE as u16;
            match coarse.last_mut() {
                Some(last) if last.second() == minute => last.merge(&slot),
                _ => coarse.push(slot.at(minute)),
            }
        }
        self.slots = coarse;
        self.fine = false;
    }
}

fn second_of_hour(second: i64) -> u16 {
    u16::try_from(second.rem_euclid(HOUR)).expect("an hour has 3600 seconds")
}

/// Where a key lies among ascending ones, or where it would. Keys mostly follow each other by `step`, so the place
/// counted back from the last is tried before the search.
fn locate(count: usize, key_at: impl Fn(usize) -> i64, key: i64, step: i64) -> Result<usize, usize> {
    let Some(last) = count.checked_sub(1) else { return Err(0) };
    let behind = key_at(last) - key;
    if behind < 0 {
        return Err(count);
    }
    let guess = usize::try_from(behind / step).ok().and_then(|behind| last.checked_sub(behind)).unwrap_or(0);
    if key_at(guess) == key {
        return Ok(guess);
    }
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if key_at(middle) < key { low = middle + 1 } else { high = middle }
    }
    if low < count && key_at(low) == key { Ok(low) } else { Err(low) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_with_gaps_and_without() {
        for keys in [vec![], vec![5], vec![1, 2, 3, 4], vec![1, 4, 9, 16, 25, 36], vec![-7, 0, 1]] {
            for key in -10..40 {
                for step in [1, 3] {
                    assert_eq!(
                        locate(keys.len(), |index| keys[index], key, step),
                        keys.binary_search(&key),
                        "{keys:?}"
                    );
                }
            }
        }
    }

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
                    stream.totals_into(*from, *to, &mut totals);
                    totals.sum
                })
                .collect()
        };
        let periods = [(0, 10), (10, 60), (60, 120), (0, 3600), (3600, 3660), (3605, 3606)];
        assert_eq!(sums(&stream, &periods), [0.0, 6.0, 4.0, 10.0, 5.0, 5.0]);
        stream.age(0, 3600);
        assert_eq!(sums(&stream, &periods), [6.0, 0.0, 4.0, 10.0, 5.0, 5.0]);
        let mut samples = Vec::new();
        stream.samples_into(0, 60, &mut samples);
        assert_eq!(samples, [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0)]);
        stream.age(3600, 3600);
        assert_eq!(sums(&stream, &periods), [0.0, 0.0, 0.0, 0.0, 5.0, 5.0]);
        assert_eq!(stream.latest(), Some(3605));
    }

    #[test]
    fn a_slot_of_one_sample_is_small() {
        assert_eq!(size_of::<Slot>(), 16);
    }
}
