//! What is kept of one second or one minute.

use crate::statistic::{Totals, samples::Sample};

/// What is added to a stream.
#[derive(Debug, Clone, Copy)]
pub(super) enum Addition {
    /// Samples of one value.
    Samples {
        /// The value.
        value: f64,
        /// How often it was seen.
        count: f64,
    },
    /// Samples that are known by their totals only.
    Summary(Totals),
}

impl Addition {
    pub(super) fn totals(&self) -> Totals {
        match *self {
            Self::Samples { value, count } => Totals::sample(value, count),
            Self::Summary(totals) => totals,
        }
    }
}

/// The samples of one second of an hour; of its minute, where the resolution is standard. Most hold one sample and
/// take 16 bytes.
#[derive(Debug)]
pub(super) enum Slot {
    /// One sample.
    One {
        /// The second of the hour.
        second: u16,
        /// Its value.
        value: f64,
    },
    /// Any samples.
    Many {
        /// The second of the hour.
        second: u16,
        /// The samples.
        tally: Box<Tally>,
    },
}

/// Any samples.
#[derive(Debug)]
pub(super) struct Tally {
    totals: Totals,
    /// Distinct values, ascending; without those of statistic sets.
    samples: Vec<Sample>,
}

impl Slot {
    pub(super) fn new(second: u16, addition: &Addition) -> Self {
        match *addition {
            Addition::Samples { value, count: 1.0 } => Self::One { second, value },
            _ => {
                let mut tally = Tally { totals: Totals::EMPTY, samples: Vec::new() };
                tally.add(addition);
                Self::Many { second, tally: Box::new(tally) }
            }
        }
    }

    pub(super) const fn second(&self) -> u16 {
        match self {
            Self::One { second, .. } | Self::Many { second, .. } => *second,
        }
    }

    /// The same samples at another second.
    pub(super) fn at(self, second: u16) -> Self {
        match self {
            Self::One { value, .. } => Self::One { second, value },
            Self::Many { tally, .. } => Self::Many { second, tally },
        }
    }

    pub(super) fn add(&mut self, addition: &Addition) {
        self.tally().add(addition);
    }

    /// Takes in the samples of another slot.
    pub(super) fn merge(&mut self, other: &Self) {
        match other {
            Self::One { value, .. } => self.add(&Addition::Samples { value: *value, count: 1.0 }),
            Self::Many { tally: other, .. } => {
                let tally = self.tally();
                tally.totals.add(&other.totals);
                other.samples.iter().for_each(|(value, count)| tally.insert(*value, *count));
            }
        }
    }

    /// Adds the totals of its samples.
    pub(super) fn totals_into(&self, totals: &mut Totals) {
        match self {
            Self::One { value, .. } => totals.add(&Totals::sample(*value, 1.0)),
            Self::Many { tally, .. } => totals.add(&tally.totals),
        }
    }

    /// Appends the samples, ascending.
    pub(super) fn samples_into(&self, samples: &mut Vec<Sample>) {
        match self {
            Self::One { value, .. } => samples.push((*value, 1.0)),
            Self::Many { tally, .. } => samples.extend_from_slice(&tally.samples),
        }
    }

    fn tally(&mut self) -> &mut Tally {
        if let Self::One { second, value } = *self {
            let totals = Totals::sample(value, 1.0);
            *self = Self::Many { second, tally: Box::new(Tally { totals, samples: vec![(value, 1.0)] }) };
        }
        match self {
            Self::Many { tally, .. } => tally,
            Self::One { .. } => unreachable!("a single sample has just become a tally"),
        }
    }
}

impl Tally {
    fn add(&mut self, addition: &Addition) {
        self.totals.add(&addition.totals());
        if let Addition::Samples { value, count } = *addition {
            self.insert(value, count);
        }
    }

    fn insert(&mut self, value: f64, count: f64) {
        match self.samples.binary_search_by(|(other, _)| other.total_cmp(&value)) {
            Ok(place) => self.samples[place].1 += count,
            Err(place) => self.samples.insert(place, (value, count)),
        }
    }
}
