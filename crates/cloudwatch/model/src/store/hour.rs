//! The samples of one hour.
//!
//! A stretch of it is summed up from the totals of whole chunks and the slots at its ends.

use std::ops::Range;

use super::slot::{Addition, Slot};
use crate::statistic::Totals;

/// Seconds.
pub(super) const HOUR: i64 = 3600;
/// Seconds.
const MINUTE: u16 = 60;
/// How many slots have totals of their own.
const CHUNK: usize = 10;

#[derive(Debug)]
pub(super) struct Hour {
    /// Hours since the Unix epoch.
    number: i64,
    /// Whether a sample lies on another second than the first of a minute.
    fine: bool,
    /// Of all its samples.
    totals: Totals,
    /// Ascending, without the seconds that have no sample.
    slots: Vec<Slot>,
    /// Of each [`CHUNK`] slots; the last may have fewer.
    chunks: Vec<Totals>,
}

impl Hour {
    /// An hour without samples, with room for them.
    pub(super) fn new(number: i64, expected: usize) -> Self {
        let (slots, chunks) = (Vec::with_capacity(expected), Vec::with_capacity(expected.div_ceil(CHUNK)));
        Self { number, fine: false, totals: Totals::EMPTY, slots, chunks }
    }

    pub(super) fn number(&self) -> i64 {
        self.number
    }

    /// First second after it.
    pub(super) fn end(&self) -> i64 {
        (self.number + 1) * HOUR
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn is_fine(&self) -> bool {
        self.fine
    }

    pub(super) fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The latest second with a sample.
    pub(super) fn latest(&self) -> Option<i64> {
        Some(self.number * HOUR + i64::from(self.slots.last()?.second()))
    }

    /// Adds samples at a second of this hour.
    pub(super) fn add(&mut self, second: i64, addition: &Addition) {
        let second = u16::try_from(second.rem_euclid(HOUR)).expect("an hour has 3600 seconds");
        let totals = addition.totals();
        self.totals.add(&totals);
        self.fine |= !second.is_multiple_of(MINUTE);
        match self.place(second) {
            Ok(place) => {
                self.slots[place].add(addition);
                self.chunks[place / CHUNK].add(&totals);
            }
            Err(place) if place == self.slots.len() => {
                self.slots.push(Slot::new(second, addition));
                match self.chunks.get_mut(place / CHUNK) {
                    Some(chunk) => chunk.add(&totals),
                    None => self.chunks.push(totals),
                }
            }
            Err(place) => {
                self.slots.insert(place, Slot::new(second, addition));
                self.sum_up_from(place / CHUNK);
            }
        }
    }

    /// The first slot at or after a second that is not before this hour.
    pub(super) fn first_slot(&self, second: i64) -> usize {
        match u16::try_from(second - self.number * HOUR) {
            Ok(second) => self.place(second).unwrap_or_else(|place| place),
            Err(_) if second < self.end() => 0,
            Err(_) => self.slots.len(),
        }
    }

    pub(super) fn slots(&self, range: Range<usize>) -> &[Slot] {
        &self.slots[range]
    }

    /// Adds the totals of these slots.
    pub(super) fn totals_into(&self, range: Range<usize>, totals: &mut Totals) {
        if range.len() == self.slots.len() {
            return totals.add(&self.totals);
        }
        let (first, last) = (range.start.div_ceil(CHUNK), range.end / CHUNK);
        let mut add = |range: Range<usize>| self.slots[range].iter().for_each(|slot| slot.totals_into(totals));
        if first >= last {
            return add(range);
        }
        add(range.start..first * CHUNK);
        add(last * CHUNK..range.end);
        self.chunks[first..last].iter().for_each(|chunk| totals.add(chunk));
    }

    /// Moves every sample to the first second of its minute.
    pub(super) fn coarsen(&mut self) {
        if !self.fine {
            return;
        }
        let mut coarse: Vec<Slot> = Vec::with_capacity(60);
        for slot in self.slots.drain(..) {
            let minute = slot.second() - slot.second() % MINUTE;
            match coarse.last_mut() {
                Some(last) if last.second() == minute => last.merge(&slot),
                _ => coarse.push(slot.at(minute)),
            }
        }
        self.slots = coarse;
        self.fine = false;
        self.sum_up_from(0);
    }

    /// Computes the totals of the chunks from this one on again.
    fn sum_up_from(&mut self, chunk: usize) {
        self.chunks.truncate(chunk);
        for slots in self.slots[chunk * CHUNK..].chunks(CHUNK) {
            let mut totals = Totals::EMPTY;
            slots.iter().for_each(|slot| slot.totals_into(&mut totals));
            self.chunks.push(totals);
        }
    }

    /// Whether slot `n` is minute `n`.
    fn has_every_minute(&self) -> bool {
        !self.fine && self.slots.len() == 60
    }

    fn place(&self, second: u16) -> Result<usize, usize> {
        if self.has_every_minute() {
            let minute = usize::from(second / MINUTE);
            return if second.is_multiple_of(MINUTE) { Ok(minute) } else { Err(minute + 1) };
        }
        let Some(last) = self.slots.last() else { return Err(0) };
        let seconds = i64::from(last.second()) - i64::from(second);
        let behind = if self.fine { seconds } else { seconds.div_euclid(i64::from(MINUTE)) };
        locate(self.slots.len(), |index| self.slots[index].second(), second, behind)
    }
}

/// Where a key lies among ascending ones, or where it would. It is tried first `behind` places before the last, where
/// it lies if none is missing in between; less than 0 is after the last.
pub(super) fn locate<K: Ord>(count: usize, key_at: impl Fn(usize) -> K, key: K, behind: i64) -> Result<usize, usize> {
    let Ok(behind) = usize::try_from(behind) else { return Err(count) };
    if let Some(guess) = count.checked_sub(behind + 1)
        && key_at(guess) == key
    {
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
        for keys in [vec![5], vec![1, 2, 3, 4], vec![1, 4, 9, 16, 25, 36], vec![-7_i64, 0, 1]] {
            for key in -10..40 {
                let behind = keys.last().expect("a key") - key;
                assert_eq!(locate(keys.len(), |index| keys[index], key, behind), keys.binary_search(&key), "{keys:?}");
            }
        }
    }

    /// Slot `n` has one sample of value `n`.
    fn has_the_totals_of_its_slots(hour: &Hour) {
        for first in 0..=hour.len() {
            for last in first..=hour.len() {
                let mut totals = Totals::EMPTY;
                hour.totals_into(first..last, &mut totals);
                assert_eq!(totals.count as usize, last - first);
                assert_eq!(totals.sum as usize, (first..last).sum::<usize>(), "{first}..{last}");
            }
        }
    }

    #[test]
    fn every_stretch_has_the_totals_of_its_slots() {
        let sample = |value: i64| Addition::Samples { value: value as f64, count: 1.0 };
        // The even minutes come first, so that the odd ones are put in between.
        let mut hour = Hour::new(0, 0);
        (0..59).step_by(2).chain((1..59).step_by(2)).for_each(|minute| hour.add(minute * 60, &sample(minute)));
        has_the_totals_of_its_slots(&hour);
        assert_eq!(hour.len(), 59);

        // Two seconds of each minute, of no sample and one, which become one slot.
        let mut fine = Hour::new(0, 0);
        for minute in 0..60 {
            fine.add(minute * 60 + 7, &Addition::Summary(Totals::EMPTY));
            fine.add(minute * 60 + 8, &sample(minute));
        }
        assert_eq!(fine.len(), 120);
        fine.coarsen();
        assert_eq!(fine.len(), 60);
        has_the_totals_of_its_slots(&fine);
        assert_eq!(
            [fine.first_slot(0), fine.first_slot(1), fine.first_slot(3540), fine.first_slot(3541)],
            [0, 1, 59, 60]
        );
    }

    #[test]
    fn a_slot_of_one_sample_is_small() {
        assert_eq!(size_of::<Slot>(), 16);
    }
}
