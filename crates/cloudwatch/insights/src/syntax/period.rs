//! Periods of time: `5m`, `1 hour`.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    count: i64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// So many milliseconds.
    Fixed(i64),
    /// From Monday to Sunday. On which day CloudWatch begins a week is not published.
    Week,
    /// So many calendar months.
    Months(i64),
}

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// The first Monday after the epoch, a Thursday.
const FIRST_MONDAY: i64 = 4 * DAY;

/// The units with their words. Those of several letters may have an `s` (user guide, "stats", units of `bin`).
const UNITS: [(&[&str], Unit); 9] = [
    (&["ms", "msec", "millisecond"], Unit::Fixed(1)),
    (&["s", "sec", "second"], Unit::Fixed(SECOND)),
    (&["m", "min", "minute"], Unit::Fixed(MINUTE)),
    (&["h", "hr", "hour"], Unit::Fixed(HOUR)),
    (&["d", "day"], Unit::Fixed(DAY)),
    (&["w", "week"], Unit::Week),
    (&["mo", "mon", "month"], Unit::Months(1)),
    (&["q", "qtr", "quarter"], Unit::Months(3)),
    (&["y", "yr", "year"], Unit::Months(12)),
];

/// The most of a unit: more is cut to it, so that `bin(300s)` is `bin(60s)` (user guide, "stats").
fn cap(unit: Unit) -> i64 {
    match unit {
        Unit::Fixed(1) => 1000,
        Unit::Fixed(SECOND | MINUTE) => 60,
        Unit::Fixed(HOUR) => 24,
        // For longer units no cap is published; this one keeps the calendar's arithmetic in range.
        Unit::Fixed(_) | Unit::Week | Unit::Months(_) => 10_000,
    }
}

impl Period {
    /// The period of a number and a unit's word; `None` where there is no such unit or the number is 0.
    pub(crate) fn new(count: i64, word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let is_word = |known: &str| known == word || (known.len() > 1 && word.strip_suffix('s') == Some(known));
        let (_, unit) = UNITS.into_iter().find(|(words, _)| words.iter().any(|known| is_word(known)))?;
        (count > 0).then(|| Self { count: count.min(cap(unit)), unit })
    }

    /// Its length in milliseconds; that of the shortest where it is months.
    pub(crate) fn length(self) -> i64 {
        match self.unit {
            Unit::Fixed(length) => self.count * length,
            Unit::Week => self.count * WEEK,
            Unit::Months(months) if (self.count * months) % 12 == 0 => self.count * months / 12 * 365 * DAY,
            Unit::Months(months) => self.count * months * 28 * DAY,
        }
    }

    /// The beginning of the bucket that the time lies in. Buckets are counted from the epoch.
    pub(crate) fn floor(self, at: i64) -> i64 {
        match self.unit {
            Unit::Fixed(_) => at - at.rem_euclid(self.length()),
            Unit::Week => at - (at - FIRST_MONDAY).rem_euclid(self.length()),
            Unit::Months(months) => beginning_of(month_of(at).div_euclid(self.count * months) * self.count * months),
        }
    }

    /// The end of the bucket that the time lies in, or the time where it is the beginning of one. What CloudWatch says
    /// there is not published.
    pub(crate) fn ceil(self, at: i64) -> i64 {
        let floor = self.floor(at);
        match self.unit {
            _ if floor == at => at,
            Unit::Months(months) => beginning_of(month_of(floor) + self.count * months),
            Unit::Fixed(_) | Unit::Week => floor + self.length(),
        }
    }
}

/// How many months after January 1970 a time is, in UTC.
fn month_of(at: i64) -> i64 {
    let date = timestamp(at).to_zoned(TimeZone::UTC);
    (i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1
}

/// The first millisecond of a month, by its number after January 1970.
fn beginning_of(month: i64) -> i64 {
    let year = 1970 + month.div_euclid(12);
    let date = i16::try_from(year).ok().and_then(|year| Date::new(year, (month.rem_euclid(12) + 1) as i8, 1).ok());
    let start = date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    start.map_or(if month < 0 { Timestamp::MIN } else { Timestamp::MAX }.as_millisecond(), |start| {
        start.timestamp().as_millisecond()
    })
}

/// The moment, or the nearest one that the calendar has.
pub(crate) fn timestamp(at: i64) -> Timestamp {
    let (least, most) = (Timestamp::MIN.as_second() * 1000, Timestamp::MAX.as_second() * 1000);
    Timestamp::from_millisecond(at.clamp(least, most)).expect("the millisecond is inside the calendar")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().expect(text).as_millisecond()
    }

    #[test]
    fn times_fall_into_buckets() {
        let at = ms("2024-07-05T15:19:31.234Z");
        for (count, unit, floor, ceil) in [
            (100, "ms", "2024-07-05T15:19:31.200Z", "2024-07-05T15:19:31.300Z"),
            (30, "s", "2024-07-05T15:19:30Z", "2024-07-05T15:20:00Z"),
            (5, "m", "2024-07-05T15:15:00Z", "2024-07-05T15:20:00Z"),
            (5, "MINUTES", "2024-07-05T15:15:00Z", "2024-07-05T15:20:00Z"),
            (2, "hrs", "2024-07-05T14:00:00Z", "2024-07-05T16:00:00Z"),
            (1, "d", "2024-07-05T00:00:00Z", "2024-07-06T00:00:00Z"),
            (1, "week", "2024-07-01T00:00:00Z", "2024-07-08T00:00:00Z"),
            (1, "mo", "2024-07-01T00:00:00Z", "2024-08-01T00:00:00Z"),
            (1, "quarters", "2024-07-01T00:00:00Z", "2024-10-01T00:00:00Z"),
            (1, "y", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
            (300, "s", "2024-07-05T15:19:00Z", "2024-07-05T15:20:00Z"),
            (90, "min", "2024-07-05T15:00:00Z", "2024-07-05T16:00:00Z"),
            (48, "h", "2024-07-05T00:00:00Z", "2024-07-06T00:00:00Z"),
            (5000, "ms", "2024-07-05T15:19:31Z", "2024-07-05T15:19:32Z"),
        ] {
            let period = Period::new(count, unit).expect(unit);
            assert_eq!((period.floor(at), period.ceil(at)), (ms(floor), ms(ceil)), "{count} {unit}");
            assert_eq!(period.ceil(ms(floor)), ms(floor), "a beginning stays: {count} {unit}");
        }
        assert_eq!(
            Period::new(1, "mo").expect("a month").floor(ms("1969-12-31T23:59:59Z")),
            ms("1969-12-01T00:00:00Z")
        );
        for (count, unit) in [(0, "m"), (5, "ss"), (5, "x"), (5, "")] {
            assert_eq!(Period::new(count, unit), None, "{count} {unit}");
        }
    }

    #[test]
    fn far_times_do_not_overflow() {
        for (_, unit) in UNITS {
            for count in [1, 10_000] {
                let period = Period { count, unit };
                for at in [0, Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond()] {
                    assert!(period.floor(at) <= period.ceil(at), "{period:?} {at}");
                }
            }
        }
    }
}
