//! The stretch of time that a dashboard opens with.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{fault::Faults, fields::Fields};
use atalaya_cloudwatch::TimeRange;

/// The range of a dashboard whose body says none, in seconds: three hours, as in CloudWatch's console.
const DEFAULT_RANGE: i64 = 3 * 3600;
/// The most units of a relative start: far more than anything was measured ago, and far less than a calendar can count.
const LONGEST_COUNT: i64 = 100_000;

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
