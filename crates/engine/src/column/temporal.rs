//! Dates, times of day and timestamps by a pattern.

mod parts;
mod text;

use atalaya_contract::{Bounds, DateTimePattern, PatternItem, TemporalOptions};
use jiff::{SignedDuration, civil, tz::TimeZone};

use super::{Read, integer::broken_bounds};
use crate::fault::Rules;

use parts::Parts;
use text::Text;

/// Units of a second in values of microseconds and of nanoseconds.
const MICROS: i64 = 1_000_000;
const NANOS: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

/// What a text is turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Days since 1970-01-01.
    Date,
    /// Microseconds or nanoseconds since midnight.
    Time,
    /// Microseconds or nanoseconds since 1970-01-01T00:00:00.
    Timestamp,
}

#[derive(Debug)]
pub(crate) struct Temporal {
    items: Vec<PatternItem>,
    pub(super) pattern: String,
    pub(super) target: Target,
    has_zone: bool,
    /// The zone of texts that name none; `None` is UTC.
    zone: Option<TimeZone>,
    /// Units of a second in the column's values.
    units: i64,
    /// Nanoseconds that every value is a multiple of.
    step: u32,
    bounds: Bounds<i64>,
}

/// Why a text is no value of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is not written as the pattern says.
    Written,
    /// No calendar has such a day.
    Day,
    /// No clock shows such a time.
    Clock,
    /// A hour of the twelve-hour clock without its half of the day.
    NoHalf,
    /// The year 0, or one beyond 9999.
    Year,
    /// Parts that say the same differ: a weekday, a day of the year, an offset that the zone does not have then.
    Conflict,
    /// The clock of the zone is put forward over this time.
    Skipped,
    /// No zone has this name.
    Zone,
    /// Finer than the column's values.
    Fine,
    /// Beyond what nanoseconds since 1970 can count.
    Range,
}

/// A value, and whether its clock time came twice in its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Instant {
    value: i64,
    repeated: bool,
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
        if options.precision > 9 {
            return Err("a second has no more than nine digits of a fraction".to_owned());
        }
        Ok(Self {
            items: format.items.clone(),
            pattern: format.text.clone(),
            target,
            has_zone: options.has_zone,
            zone,
            units: if options.precision > 6 { NANOS } else { MICROS },
            step: 10_u32.pow(9 - u32::from(options.precision)),
            bounds: options.bounds.clone(),
        })
    }

    /// Whether values stand for points in time.
    pub(crate) fn has_zone(&self) -> bool {
        self.has_zone
    }

    /// Whether values count nanoseconds.
    pub(crate) fn has_nanoseconds(&self) -> bool {
        self.units == NANOS
    }

    /// A column of such texts, as far as their format goes.
    pub(super) fn as_target(&self, format: DateTimePattern, target: Target) -> Self {
        Self { target, has_zone: self.has_zone || format.has_zone(), ..self.with_format(format) }
    }

    /// The same column with another format.
    pub(super) fn with_format(&self, format: DateTimePattern) -> Self {
        Self {
            items: format.items,
            pattern: format.text,
            zone: self.zone.clone(),
            bounds: self.bounds.clone(),
            ..*self
        }
    }

    /// A value as ISO 8601 writes it.
    pub(crate) fn iso(&self, value: i64) -> String {
        let epoch = civil::date(1970, 1, 1).at(0, 0, 0, 0);
        let elapsed = match (self.target, self.units) {
            (Target::Date, _) => SignedDuration::from_hours(value.saturating_mul(24)),
            (_, NANOS) => SignedDuration::from_nanos(value),
            _ => SignedDuration::from_micros(value),
        };
        match (self.target, epoch.checked_add(elapsed)) {
            (Target::Date, Ok(clock)) => clock.date().to_string(),
            (Target::Time, Ok(clock)) => clock.time().to_string(),
            (Target::Timestamp, Ok(clock)) if self.has_zone => format!("{clock}Z"),
            (Target::Timestamp, Ok(clock)) => clock.to_string(),
            // Beyond the years that calendars are printed for.
            (_, Err(_)) => value.to_string(),
        }
    }

    /// Most digits of a fraction of a second in a value.
    pub(super) fn precision(&self) -> u32 {
        9 - self.step.ilog10()
    }

    /// Why a cell is no value.
    pub(super) fn reason(&self, cell: &[u8]) -> Option<Unread> {
        self.parse(cell).err()
    }

    fn parse(&self, cell: &[u8]) -> Result<Instant, Unread> {
        let parts = Text::read(cell, &self.items)?;
        let well = |value| Ok(Instant { value, repeated: false });
        match self.target {
            Target::Date => well(i64::from(parts.days()?)),
            Target::Time => well(parts.seconds()? * self.units + self.fraction(&parts)?),
            Target::Timestamp => {
                let local = i64::from(parts.days()?) * DAY_SECONDS + parts.seconds()?;
                let (seconds, repeated) =
                    if self.has_zone { parts.utc(local, self.zone.as_ref())? } else { (local, false) };
                let fraction = self.fraction(&parts)?;
                // The product alone may be beyond the range, and the sum within it.
                let value = i128::from(seconds) * i128::from(self.units) + i128::from(fraction);
                Ok(Instant { value: i64::try_from(value).map_err(|_| Unread::Range)?, repeated })
            }
        }
    }

    /// The fraction of a second in the column's units.
    fn fraction(&self, parts: &Parts) -> Result<i64, Unread> {
        let nanos = parts.nanos.unwrap_or(0);
        if !nanos.is_multiple_of(self.step) {
            return Err(Unread::Fine);
        }
        Ok(i64::from(nanos) / (NANOS / self.units))
    }
}

impl Read for Temporal {
    type Value = i64;

    #[inline]
    fn read(&self, cell: &[u8]) -> Option<(i64, Rules)> {
        let Instant { value, repeated } = self.parse(cell).ok()?;
        Some((value, broken_bounds(&self.bounds, &value).and(Rules::REPEATED_HOUR.when(repeated))))
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

#[cfg(test)]
mod tests;
