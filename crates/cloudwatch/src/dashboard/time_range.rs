//! The stretch of time that a dashboard opens with, and how it is said.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{TimeRange, fault::Faults, fields::Fields};

/// The range of a dashboard whose body says none, in seconds: three hours, as in CloudWatch's console.
const DEFAULT_RANGE: i64 = 3 * 3600;
/// The most units of a relative start: far more than anything was measured ago, and far less than a calendar can count.
const LONGEST_COUNT: i64 = 100_000;
/// How far a range may end before now and is still called the last hours, in seconds.
const STILL_NOW: i64 = 120;

/// `start` and `end` of a body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Opening {
    /// The body says nothing.
    Default,
    /// `-PT6H`: so long until now.
    Last(i64, Unit),
    /// From a moment until another, or until now.
    Between(i64, Option<i64>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

impl Opening {
    /// Reads `start` and `end` (CloudWatch user guide, dashboard body structure, "Overall structure").
    pub(super) fn read(body: &Fields<'_>, faults: &mut Faults) -> Self {
        let start = body.text("start", faults);
        let end = body.text("end", faults).and_then(|text| moment(text, &body.at("end"), faults));
        let Some(start) = start else {
            if body.has("end") && !body.has("start") {
                faults.add(body.at("end"), "needs a start, which must be a time too, such as 2026-01-05T06:00:00Z");
            }
            return Self::Default;
        };
        if start.starts_with("-P") {
            if body.has("end") {
                let message = "stands only together with a start that is a time; a start such as -PT6H ends now";
                faults.add(body.at("end"), message);
            }
            return match last(start) {
                Some((count, unit)) => Self::Last(count, unit),
                None => {
                    let message = format!(
                        "`{start}` is no relative time; write -PT with M or H for minutes or hours (-PT6H), -P with D, W or M for days, weeks or months (-P7D)"
                    );
                    faults.add(body.at("start"), message);
                    Self::Default
                }
            };
        }
        let Some(start) = moment(start, &body.at("start"), faults) else { return Self::Default };
        if end.is_some_and(|end| end <= start) {
            faults.add(body.at("end"), "must be later than start");
        }
        Self::Between(start, end)
    }

    /// The range at a time.
    pub(super) fn at(&self, now: i64) -> TimeRange {
        match self {
            Self::Default => TimeRange { start: now - DEFAULT_RANGE, end: now },
            Self::Last(count, unit) => TimeRange { start: before(now, *count, *unit), end: now },
            Self::Between(start, end) => TimeRange { start: *start, end: end.unwrap_or(now) },
        }
    }
}

/// So long before, by the calendar of UTC; the earliest moment where the calendar does not go back so far.
fn before(now: i64, count: i64, unit: Unit) -> i64 {
    let span = match unit {
        Unit::Minutes => count.minutes(),
        Unit::Hours => count.hours(),
        Unit::Days => count.days(),
        Unit::Weeks => count.weeks(),
        Unit::Months => count.months(),
    };
    let now = Timestamp::from_second(now).unwrap_or(Timestamp::MAX).to_zoned(TimeZone::UTC);
    now.checked_sub(span).map_or(Timestamp::MIN.as_second(), |start| start.timestamp().as_second())
}

/// `-PT5M`, `-PT6H`, `-P7D`, `-P2W`, `-P3M`.
fn last(text: &str) -> Option<(i64, Unit)> {
    let (rest, units): (&str, &[(char, Unit)]) = match text.strip_prefix("-PT") {
        Some(rest) => (rest, &[('M', Unit::Minutes), ('H', Unit::Hours)]),
        None => (text.strip_prefix("-P")?, &[('D', Unit::Days), ('W', Unit::Weeks), ('M', Unit::Months)]),
    };
    let (unit, digits) = units.iter().find_map(|(letter, unit)| Some((*unit, rest.strip_suffix(*letter)?)))?;
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count = digits.parse().ok().filter(|count| (1..=LONGEST_COUNT).contains(count))?;
    Some((count, unit))
}

/// A moment in ISO 8601; otherwise a fault.
pub(super) fn moment(text: &str, path: &str, faults: &mut Faults) -> Option<i64> {
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(moment.as_second()),
        Err(_) => {
            faults.add(path, format!("`{text}` is no time in ISO 8601; write it as 2026-01-05T06:00:00Z"));
            None
        }
    }
}

impl TimeRange {
    /// How people say it at `now`: `the last 3 hours`, `2026-01-05 06:00 to 2026-01-05 09:00 UTC`.
    #[must_use]
    pub fn in_words(&self, now: i64) -> String {
        if (now - STILL_NOW..=now + STILL_NOW).contains(&self.end) {
            return format!("the last {}", length_in_words(self.end - self.start));
        }
        let written = |at: i64| {
            let at = at.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
            Timestamp::from_second(at)
                .expect("the second is inside the calendar")
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        };
        format!("{} to {} UTC", written(self.start), written(self.end))
    }
}

/// `3 hours`, `90 minutes`, `1 day`: in the largest unit of which it is a multiple, roundly.
pub(super) fn length_in_words(seconds: i64) -> String {
    let minutes = (seconds + 59).div_euclid(60).max(1);
    let (count, unit) = match minutes {
        minutes if minutes % 1440 == 0 => (minutes / 1440, "day"),
        minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes if minutes > 2 * 1440 => ((minutes + 720) / 1440, "day"),
        minutes if minutes > 6 * 60 => ((minutes + 30) / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    if count == 1 { unit.to_owned() } else { format!("{count} {unit}s") }
}
