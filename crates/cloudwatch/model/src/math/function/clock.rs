//! Functions of a period's time, in UTC.

use jiff::{Timestamp, tz::Offset};

use crate::{Frame, math::value::Points};

/// A part of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockPart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 7, Monday first.
    Day,
    /// 1 to 31.
    Date,
    /// 1 to 12.
    Month,
    Year,
    /// Seconds since the Unix epoch.
    Epoch,
}

impl ClockPart {
    /// Its value in each period of the frame: "a new non-sparse time series".
    pub(crate) fn of(self, frame: &Frame) -> Points {
        (0..frame.count).map(|index| self.at(frame.time(index))).collect()
    }

    /// Its value at a second; none beyond the years that can be written.
    fn at(self, second: i64) -> Option<f64> {
        if self == Self::Epoch {
            return Some(second as f64);
        }
        let time = Offset::UTC.to_datetime(Timestamp::from_second(second).ok()?);
        Some(f64::from(match self {
            Self::Minute => i16::from(time.minute()),
            Self::Hour => i16::from(time.hour()),
            Self::Day => i16::from(time.weekday().to_monday_one_offset()),
            Self::Date => i16::from(time.day()),
            Self::Month => i16::from(time.month()),
            Self::Year | Self::Epoch => time.year(),
        }))
    }
}
