//! The parts of a day, a time and a zone, and what they are together.

use jiff::{
    SignedDuration, civil,
    tz::{AmbiguousOffset, TimeZone},
};

use super::{super::calendar, Unread};

/// What a text says, part by part.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) year: Option<i32>,
    pub(super) month: Option<u32>,
    pub(super) day: Option<u32>,
    pub(super) day_of_year: Option<u32>,
    pub(super) weekday: Option<usize>,
    pub(super) hour: Option<u32>,
    /// Hour of the twelve-hour clock.
    pub(super) half_hour: Option<u32>,
    pub(super) minute: Option<u32>,
    pub(super) second: Option<u32>,
    pub(super) nanos: Option<u32>,
    pub(super) afternoon: Option<bool>,
    pub(super) offset: Option<i64>,
    pub(super) zone: Option<TimeZone>,
}

/// Puts a part in its place; the text may say it again, but not otherwise.
#[inline]
pub(super) fn set<T: PartialEq>(place: &mut Option<T>, part: T) -> Result<(), Unread> {
    if place.as_ref().is_some_and(|earlier| *earlier != part) {
        return Err(Unread::Conflict);
    }
    *place = Some(part);
    Ok(())
}

impl Parts {
    pub(super) fn days(&self) -> Result<i32, Unread> {
        let year = self.year.ok_or(Unread::Written)?;
        if year == 0 {
            return Err(Unread::Year);
        }
        let days = match (self.month, self.day) {
            (Some(month), Some(day)) => calendar::days(year, month, day).ok_or(Unread::Day)?,
            _ => self.day_in_year(year)?,
        };
        if self.day_of_year.is_some() && self.day_in_year(year)? != days {
            return Err(Unread::Conflict);
        }
        match self.weekday {
            Some(weekday) if weekday != calendar::weekday(days) => Err(Unread::Conflict),
            _ => Ok(days),
        }
    }

    /// The day that the day of the year says.
    fn day_in_year(&self, year: i32) -> Result<i32, Unread> {
        let day = self.day_of_year.ok_or(Unread::Written)?;
        let length = if calendar::is_leap(year) { 366 } else { 365 };
        let first = calendar::days(year, 1, 1).ok_or(Unread::Day)?;
        if (1..=length).contains(&day) { Ok(first + day as i32 - 1) } else { Err(Unread::Day) }
    }

    /// Whole seconds since midnight.
    pub(super) fn seconds(&self) -> Result<i64, Unread> {
        let hour = self.hour_of_day()?;
        let (minute, second) = (self.minute.unwrap_or(0), self.second.unwrap_or(0));
        if hour > 23 || minute > 59 || second > 59 {
            return Err(Unread::Clock);
        }
        Ok(i64::from(hour * 3600 + minute * 60 + second))
    }

    fn hour_of_day(&self) -> Result<u32, Unread> {
        let Some(half_hour) = self.half_hour else {
            let hour = self.hour.ok_or(Unread::Written)?;
            let is_afternoon = hour > 11;
            return if self.afternoon.is_none_or(|afternoon| afternoon == is_afternoon) {
                Ok(hour)
            } else {
                Err(Unread::Conflict)
            };
        };
        let afternoon = self.afternoon.ok_or(Unread::NoHalf)?;
        if !(1..=12).contains(&half_hour) {
            return Err(Unread::Clock);
        }
        // Twelve at night is hour 0, twelve at noon is hour 12.
        let hour = half_hour % 12 + if afternoon { 12 } else { 0 };
        match self.hour {
            Some(other) if other != hour => Err(Unread::Conflict),
            _ => Ok(hour),
        }
    }

    /// The point in time at which the local clock shows `local`, in seconds, and whether it shows that twice: the
    /// earlier one counts.
    pub(super) fn utc(&self, local: i64, default: Option<&TimeZone>) -> Result<(i64, bool), Unread> {
        let zone = self.zone.as_ref().or(default.filter(|_| self.offset.is_none()));
        let (seconds, repeated) = match (self.offset, zone) {
            (Some(offset), None) => (local - offset, false),
            (None, None) => (local, false),
            (offset, Some(zone)) => in_zone(zone, local, offset)?,
        };
        if (FIRST_SECOND..=LAST_SECOND).contains(&seconds) { Ok((seconds, repeated)) } else { Err(Unread::Year) }
    }
}

/// The years 1 to 9999, in seconds since 1970.
const FIRST_SECOND: i64 = -62_135_596_800;
const LAST_SECOND: i64 = 253_402_300_799;

/// The point in time at which the zone's clock shows `local`; an offset that the text says as well must be one of it.
fn in_zone(zone: &TimeZone, local: i64, offset: Option<i64>) -> Result<(i64, bool), Unread> {
    let epoch = civil::date(1970, 1, 1).at(0, 0, 0, 0);
    let clock = epoch.checked_add(SignedDuration::from_secs(local)).map_err(|_| Unread::Year)?;
    let (first, second) = match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Unambiguous { offset } => (offset, offset),
        AmbiguousOffset::Gap { .. } => return Err(Unread::Skipped),
        AmbiguousOffset::Fold { before, after } => (before, after),
    };
    let (first, second) = (i64::from(first.seconds()), i64::from(second.seconds()));
    match offset {
        // Before the clock is put back it is further ahead: the greater offset is the earlier point in time.
        None => Ok((local - first.max(second), first != second)),
        Some(offset) if offset == first || offset == second => Ok((local - offset, false)),
        Some(_) => Err(Unread::Conflict),
    }
}
