//! Dates, times of day and timestamps by a pattern.

use atalaya_contract::{Bounds, PatternItem, TemporalOptions};
use jiff::{civil, tz::TimeZone};

use super::{Read, calendar, integer::broken_bounds};
use crate::fault::Rules;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What a text is turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Days since 1970-01-01.
    Date,
    /// Microseconds since midnight.
    Time,
    /// Microseconds since 1970-01-01T00:00:00.
    Timestamp,
}

impl Target {
    /// A value as ISO 8601 writes it.
    pub(crate) fn iso(self, value: i64) -> String {
        let epoch = civil::date(1970, 1, 1).at(0, 0, 0, 0);
        let elapsed = match self {
            Self::Date => jiff::SignedDuration::from_hours(value.saturating_mul(24)),
            Self::Time | Self::Timestamp => jiff::SignedDuration::from_micros(value),
        };
        match (self, epoch.checked_add(elapsed)) {
            (Self::Date, Ok(clock)) => clock.date().to_string(),
            (Self::Time, Ok(clock)) => clock.time().to_string(),
            (Self::Timestamp, Ok(clock)) => clock.to_string(),
            // Beyond the years that calendars are printed for.
            (_, Err(_)) => value.to_string(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Temporal {
    items: Vec<PatternItem>,
    pub(super) pattern: String,
    pub(super) target: Target,
    has_zone: bool,
    /// The zone of texts that name none; `None` is UTC.
    zone: Option<TimeZone>,
    bounds: Bounds<i64>,
}

impl Temporal {
    pub(crate) fn new(options: &TemporalOptions, target: Target) -> Result<Self, String> {
        let zone = match options.default_zone.as_str() {
            "" | "UTC" | "Z" | "Etc/UTC" => None,
            name => Some(TimeZone::get(name).map_err(|error| format!("unknown time zone `{name}`: {error}"))?),
        };
        let format = &options.format;
        if target != Target::Time && !format.has_day() {
            return Err(format!("the format `{}` does not tell the day", format.text));
        }
        if target == Target::Time && !format.has_hour() {
            return Err(format!("the format `{}` does not tell the hour", format.text));
        }
        Ok(Self {
            items: format.items.clone(),
            pattern: format.text.clone(),
            target,
            has_zone: options.has_zone,
            zone,
            bounds: options.bounds.clone(),
        })
    }

    /// Whether values stand for points in time.
    pub(crate) fn has_zone(&self) -> bool {
        self.has_zone
    }

    fn parse(&self, cell: &[u8]) -> Option<i64> {
        let mut text = Text { cell, parts: Parts::default() };
        text.items(&self.items)?;
        if !text.cell.is_empty() {
            return None;
        }
        let parts = text.parts;
        match self.target {
            Target::Date => parts.days().map(i64::from),
            Target::Time => parts.micros(),
            Target::Timestamp => {
                let local = i64::from(parts.days()?) * DAY + parts.micros()?;
                if self.has_zone { parts.utc(local, self.zone.as_ref()) } else { Some(local) }
            }
        }
    }
}

impl Read for Temporal {
    type Value = i64;

    #[inline]
    fn read(&self, cell: &[u8]) -> Option<(i64, Rules)> {
        let value = self.parse(cell)?;
        Some((value, broken_bounds(&self.bounds, &value)))
    }
}

/// A date, whose days fit 32 bits.
pub(super) struct Days<'a>(pub(super) &'a Temporal);

impl Read for Days<'_> {
    type Value = i32;

    #[inline]
    fn read(&self, cell: &[u8]) -> Option<(i32, Rules)> {
        let (days, rules) = self.0.read(cell)?;
        Some((i32::try_from(days).ok()?, rules))
    }
}

/// What a text has told so far.
#[derive(Debug, Clone, Default)]
struct Parts {
    year: i32,
    month: u32,
    day: u32,
    day_of_year: u32,
    weekday: Option<usize>,
    hour: u32,
    minute: u32,
    second: u32,
    micros: u32,
    afternoon: Option<bool>,
    offset: Option<i64>,
    zone: Option<TimeZone>,
}

impl Parts {
    fn days(&self) -> Option<i32> {
        let days = if self.day_of_year > 0 {
            let length = if calendar::is_leap(self.year) { 366 } else { 365 };
            let first = calendar::days(self.year, 1, 1)?;
            (self.day_of_year <= length).then(|| first + self.day_of_year as i32 - 1)?
        } else {
            calendar::days(self.year, self.month, self.day)?
        };
        self.weekday.is_none_or(|weekday| weekday == calendar::weekday(days)).then_some(days)
    }

    /// Microseconds since midnight.
    fn micros(&self) -> Option<i64> {
        let hour = match self.afternoon {
            None => self.hour,
            Some(afternoon) => {
                // Twelve at night is hour 0, twelve at noon is hour 12.
                (1..=12).contains(&self.hour).then(|| self.hour % 12 + if afternoon { 12 } else { 0 })?
            }
        };
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let seconds = i64::from(hour * 3600 + self.minute * 60 + self.second);
        Some(seconds * SECOND + i64::from(self.micros))
    }

    /// The point in time that the local clock `local` shows, in microseconds.
    fn utc(&self, local: i64, default: Option<&TimeZone>) -> Option<i64> {
        if let Some(offset) = self.offset {
            return Some(local - offset * SECOND);
        }
        let Some(zone) = self.zone.as_ref().or(default) else { return Some(local) };
        let epoch = civil::date(1970, 1, 1).at(0, 0, 0, 0);
        let clock = epoch.checked_add(jiff::SignedDuration::from_micros(local)).ok()?;
        zone.to_timestamp(clock).ok().map(|timestamp| timestamp.as_microsecond())
    }
}

/// What is left of a text, and what the part before has told.
struct Text<'a> {
    cell: &'a [u8],
    parts: Parts,
}

impl Text<'_> {
    fn items(&mut self, items: &[PatternItem]) -> Option<()> {
        for item in items {
            self.item(item)?;
        }
        Some(())
    }

    #[inline]
    fn item(&mut self, item: &PatternItem) -> Option<()> {
        match item {
            PatternItem::Year4 => self.parts.year = self.digits(4, 4)? as i32,
            PatternItem::Year2 => self.parts.year = 2000 + self.digits(2, 2)? as i32,
            PatternItem::Month { min } => self.parts.month = self.digits(*min, 2)?,
            PatternItem::MonthName { short } => self.parts.month = self.name(&MONTHS, *short)? as u32 + 1,
            PatternItem::Day { min } => self.parts.day = self.digits(*min, 2)?,
            PatternItem::DayOfYear => {
                let day = self.digits(3, 3)?;
                self.parts.day_of_year = (day > 0).then_some(day)?;
            }
            PatternItem::Weekday { short } => self.parts.weekday = Some(self.name(&WEEKDAYS, *short)?),
            PatternItem::Hour { min } | PatternItem::Hour12 { min } => self.parts.hour = self.digits(*min, 2)?,
            PatternItem::Minute { min } => self.parts.minute = self.digits(*min, 2)?,
            PatternItem::Second { min } => self.parts.second = self.digits(*min, 2)?,
            PatternItem::Fraction { digits } => self.fraction(*digits, *digits)?,
            PatternItem::OptionalFraction => {
                if let [b'.', rest @ ..] = self.cell {
                    self.cell = rest;
                    self.fraction(1, 9)?;
                }
            }
            PatternItem::AmPm => self.parts.afternoon = Some(self.name(&["AM", "PM"], false)? == 1),
            PatternItem::Offset { zulu, colon, minutes } => self.offset(*zulu, *colon, *minutes)?,
            PatternItem::ZoneId => self.zone()?,
            PatternItem::Literal(text) => self.cell = self.cell.strip_prefix(text.as_bytes())?,
            PatternItem::Optional(items) => {
                let before = (self.cell, self.parts.clone());
                if self.items(items).is_none() {
                    (self.cell, self.parts) = before;
                }
            }
        }
        Some(())
    }

    /// Takes `min` to `max` digits, as many as there are.
    #[inline]
    fn digits(&mut self, min: u8, max: u8) -> Option<u32> {
        let mut value = 0;
        let mut count = 0;
        while count < max
            && let Some(digit) = self.cell.get(usize::from(count)).map(|byte| byte.wrapping_sub(b'0'))
            && digit <= 9
        {
            value = value * 10 + u32::from(digit);
            count += 1;
        }
        self.cell = &self.cell[usize::from(count)..];
        (count >= min).then_some(value)
    }

    /// Takes a fraction of a second; digits finer than microseconds are read and dropped.
    fn fraction(&mut self, min: u8, max: u8) -> Option<()> {
        let before = self.cell.len();
        let value = self.digits(min, max)?;
        let count = (before - self.cell.len()) as u32;
        self.parts.micros = if count <= 6 { value * 10_u32.pow(6 - count) } else { value / 10_u32.pow(count - 6) };
        Some(())
    }

    /// Takes one of `names`: its index.
    fn name(&mut self, names: &[&str], short: bool) -> Option<usize> {
        let cut = |name: &str| if short { 3 } else { name.len() };
        let at = names.iter().position(|name| self.cell.starts_with(&name.as_bytes()[..cut(name)]))?;
        self.cell = &self.cell[cut(names[at])..];
        Some(at)
    }

    fn offset(&mut self, zulu: bool, colon: bool, minutes: bool) -> Option<()> {
        let sign = match self.cell.first()? {
            b'Z' if zulu => {
                self.cell = &self.cell[1..];
                self.parts.offset = Some(0);
                return Some(());
            }
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.cell = &self.cell[1..];
        let hours = self.digits(2, 2)?;
        let has_minutes = minutes || self.cell.first().is_some_and(u8::is_ascii_digit);
        let mut rest = 0;
        if has_minutes {
            if colon {
                self.cell = self.cell.strip_prefix(b":")?;
            }
            rest = self.digits(2, 2)?;
        }
        // The range of offsets that Java's formatter reads.
        if rest > 59 || hours * 60 + rest > 18 * 60 {
            return None;
        }
        self.parts.offset = Some(sign * i64::from(hours * 3600 + rest * 60));
        Some(())
    }

    fn zone(&mut self) -> Option<()> {
        let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'+' | b'-');
        let length = self.cell.iter().position(|byte| !of_name(byte)).unwrap_or(self.cell.len());
        let (name, rest) = self.cell.split_at(length);
        let name = std::str::from_utf8(name).ok()?;
        self.parts.zone = Some(if name == "Z" { TimeZone::UTC } else { TimeZone::get(name).ok()? });
        self.cell = rest;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use atalaya_contract::DateTimePattern;

    use super::*;

    fn temporal(pattern: &str, target: Target, has_zone: bool, zone: &str) -> Temporal {
        let format = match pattern {
            "iso" => DateTimePattern::iso_timestamp(has_zone),
            text => DateTimePattern::parse(text).expect(text),
        };
        let options = TemporalOptions { format, bounds: Bounds::default(), has_zone, default_zone: zone.to_owned() };
        Temporal::new(&options, target).expect(pattern)
    }

    fn read(temporal: &Temporal, text: &str) -> Option<i64> {
        temporal.read(text.as_bytes()).map(|read| read.0)
    }

    #[test]
    fn dates_are_exact() {
        let iso = temporal("yyyy-MM-dd", Target::Date, false, "UTC");
        assert_eq!(read(&iso, "1970-01-02"), Some(1));
        for text in ["1970-1-2", "1970-02-30", "1970-01-02 ", "70-01-02", "1970/01/02", "1970-13-01", "", "1970-01"] {
            assert_eq!(read(&iso, text), None, "{text:?}");
        }
        let short = temporal("d/M/yyyy", Target::Date, false, "UTC");
        assert_eq!(read(&short, "2/1/1970"), Some(1));
        assert_eq!(read(&short, "02/01/1970"), Some(1));
        let named = temporal("EEE, dd MMM yy", Target::Date, false, "UTC");
        assert_eq!(read(&named, "Sat, 01 Jan 00"), Some(10_957));
        assert_eq!(read(&named, "Sun, 01 Jan 00"), None);
    }

    #[test]
    fn times_count_microseconds() {
        let clock = temporal("h:mm a", Target::Time, false, "UTC");
        assert_eq!(read(&clock, "12:30 AM"), Some(30 * 60 * SECOND));
        assert_eq!(read(&clock, "1:05 PM"), Some((13 * 60 + 5) * 60 * SECOND));
        assert_eq!(read(&clock, "13:05 PM"), None);
        let fine = temporal("HH:mm:ss.SSSSSSSSS", Target::Time, false, "UTC");
        assert_eq!(read(&fine, "00:00:01.000001999"), Some(SECOND + 1));
        assert_eq!(read(&fine, "00:00:60.000000000"), None);
    }

    #[test]
    fn timestamps_become_utc_where_they_are_points_in_time() {
        let iso = temporal("iso", Target::Timestamp, true, "UTC");
        assert_eq!(read(&iso, "1970-01-01T00:00:01Z"), Some(SECOND));
        assert_eq!(read(&iso, "1970-01-01T02:00:00.5+02:00"), Some(SECOND / 2));
        let madrid = temporal("yyyy-MM-dd HH:mm:ss", Target::Timestamp, true, "Europe/Madrid");
        assert_eq!(read(&madrid, "2024-07-01 02:00:00"), read(&iso, "2024-07-01T00:00:00Z"));
        assert_eq!(read(&madrid, "2024-01-01 01:00:00"), read(&iso, "2024-01-01T00:00:00Z"));
        // The clock goes from 02:00 to 03:00: as if it had not.
        assert_eq!(read(&madrid, "2024-03-31 02:30:00"), read(&iso, "2024-03-31T01:30:00Z"));
        let wall = temporal("iso", Target::Timestamp, false, "UTC");
        assert_eq!(read(&wall, "1970-01-01T00:00:01"), Some(SECOND));
        let zoned = temporal("yyyy-MM-dd HH:mm VV", Target::Timestamp, true, "UTC");
        assert_eq!(read(&zoned, "2024-07-01 02:00 Europe/Madrid"), read(&iso, "2024-07-01T00:00:00Z"));
        assert_eq!(read(&zoned, "2024-07-01 02:00 Europe/Atlantis"), None);
    }
}
