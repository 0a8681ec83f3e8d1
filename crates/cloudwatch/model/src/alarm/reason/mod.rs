//! Why an alarm is in its state, in CloudWatch's words. The words are not documented; they are those of published
//! notifications.

mod data;
mod number;
mod text;

pub(crate) use data::reason_data;
pub(crate) use text::threshold_crossed;

use crate::Frame;
use crate::alarm::{Comparison, MissingData, State};

/// The reason of an alarm that nothing has evaluated yet.
pub(crate) const CREATED: &str = "Unchecked: Initial alarm creation";

/// A period of the evaluation range as the evaluation read it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    /// Its value, where it has data.
    pub(crate) value: Option<f64>,
    /// How many samples the value is of; `None` for metric math.
    pub(crate) sample_count: Option<f64>,
}

/// A period that an evaluation looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Looked {
    /// First second of the period.
    pub(crate) at: i64,
    /// What it had.
    pub(crate) reading: Reading,
}

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Findings {
    /// The periods that decided, newest first: with N real points or more the newest N of them, else all real points
    /// and as many of the newest gaps as make N.
    pub(crate) looked: Vec<Looked>,
    /// The state they led to.
    pub(crate) state: State,
    /// N.
    pub(crate) periods: usize,
    /// M, where the alarm says it.
    pub(crate) datapoints: Option<usize>,
    /// What values are compared with.
    pub(crate) threshold: f64,
    /// How.
    pub(crate) comparison: Comparison,
    /// What gaps counted as.
    pub(crate) missing: MissingData,
}

impl Findings {
    /// The real points, newest first: their times and values.
    fn real(&self) -> impl DoubleEndedIterator<Item = (i64, f64)> {
        self.looked.iter().filter_map(|looked| looked.reading.value.map(|value| (looked.at, value)))
    }
}

/// The periods of `frame` that decide for N, newest first; see [`Findings::looked`]. Which gaps the real service lists
/// beside real points is not published; the newest are this library's choice.
pub(crate) fn looked_at(frame: &Frame, readings: &[Reading], periods: usize) -> Vec<Looked> {
    let real = readings.iter().filter(|reading| reading.value.is_some()).count();
    let (mut points, mut gaps) = (periods.min(real), periods.saturating_sub(real));
    let mut looked = Vec::with_capacity(periods);
    for (index, reading) in readings.iter().enumerate().rev() {
        let left = if reading.value.is_some() { &mut points } else { &mut gaps };
        if *left > 0 {
            *left -= 1;
            looked.push(Looked { at: frame.time(index), reading: *reading });
        }
    }
    looked
}
