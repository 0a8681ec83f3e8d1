//! The axis of time, with ticks where people look for them: full minutes, hours, days, Mondays, months.

use std::ops::Range;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::Offset,
};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};

use atalaya_cloudwatch::TimeRange;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Distances of ticks in seconds, and how wide the place of one is in px.
const STEPS: [(i64, f64); 21] = [
    (1, 84.0),
    (2, 84.0),
    (5, 84.0),
    (10, 84.0),
    (15, 84.0),
    (30, 84.0),
    (MINUTE, 64.0),
    (2 * MINUTE, 64.0),
    (5 * MINUTE, 64.0),
    (10 * MINUTE, 64.0),
    (15 * MINUTE, 64.0),
    (30 * MINUTE, 64.0),
    (HOUR, 64.0),
    (2 * HOUR, 64.0),
    (3 * HOUR, 64.0),
    (6 * HOUR, 64.0),
    (12 * HOUR, 64.0),
    (DAY, 68.0),
    (2 * DAY, 68.0),
    (WEEK, 68.0),
    (2 * WEEK, 68.0),
];
const WEEK: i64 = 7 * DAY;
/// Distances of ticks in months.
const MONTHS: [i64; 8] = [1, 3, 6, 12, 24, 60, 120, 1200];
/// The place of a month's name.
const MONTH_PLACE: f64 = 68.0;
/// The first Monday after the epoch, in seconds.
const MONDAY: i64 = 4 * DAY;

/// The seconds that a calendar has.
const CALENDAR: Range<i64> = -62_000_000_000..253_000_000_000;

/// The time of a graph from its left to its right edge.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TimeAxis {
    pub(super) range: TimeRange,
    /// When, and what is written there.
    pub(super) ticks: Vec<(i64, String)>,
}

impl TimeAxis {
    /// One that is `width` px long; its clock is `timezone` seconds ahead of UTC.
    pub(super) fn new(range: TimeRange, timezone: i32, width: f64) -> Self {
        let start = range.start.clamp(CALENDAR.start, CALENDAR.end - 1);
        let range = TimeRange { start, end: range.end.clamp(start + 1, CALENDAR.end) };
        Self { range, ticks: ticks(range, i64::from(timezone), width) }
    }

    /// Where a second lies: 0 at the left edge, 1 at the right one.
    pub(super) fn share(&self, at: f64) -> f64 {
        (at - self.range.start as f64) / (self.range.end - self.range.start) as f64
    }

    pub(super) fn holds(&self, at: i64) -> bool {
        (self.range.start..=self.range.end).contains(&at)
    }
}

fn ticks(range: TimeRange, timezone: i64, width: f64) -> Vec<(i64, String)> {
    let local = (range.start + timezone)..=(range.end + timezone);
    let per_px = (range.end - range.start) as f64 / width.max(1.0);
    let wide_enough = |(step, place): &&(i64, f64)| *step as f64 >= place * per_px;
    let local_ticks: Vec<(i64, String)> = match STEPS.iter().find(wide_enough) {
        Some((step, _)) => {
            let origin = if *step >= WEEK { MONDAY } else { 0 };
            let first = (local.start() - origin).div_euclid(*step) * step + origin;
            (0..)
                .map(|number| first + number * step)
                .map(|at| (at, clock(at, *step)))
                .take_while(|(at, _)| at <= local.end())
                .collect()
        }
        None => {
            let month = 30.0 * DAY as f64;
            let wide_enough = |months: &i64| *months as f64 * month >= MONTH_PLACE * per_px;
            let every = MONTHS.into_iter().find(wide_enough);
            every.map(|every| months(*local.start(), *local.end(), every)).unwrap_or_default()
        }
    };
    local_ticks.into_iter().filter(|(at, _)| local.contains(at)).map(|(at, label)| (at - timezone, label)).collect()
}

/// The first days of every so many months.
fn months(start: i64, end: i64, every: i64) -> Vec<(i64, String)> {
    let first = civil(start).date();
    // Years are counted from zero, so that decades begin with one.
    let months = i64::from(first.year()) * 12 + i64::from(first.month()) - 1;
    let mut ticks = Vec::new();
    for month in (0..).map(|number| (months.div_euclid(every) + number) * every) {
        let Some(at) = first_of(month) else { break };
        if at > end {
            break;
        }
        let form = if every % 12 == 0 || month.rem_euclid(12) == 0 { "%Y" } else { "%b" };
        ticks.push((at, civil(at).strftime(form).to_string()));
    }
    ticks
}

/// The first second of a month, which is counted from the year zero.
fn first_of(month: i64) -> Option<i64> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let date = Date::new(year, 1, 1).ok()?.checked_add(month.rem_euclid(12).months()).ok()?;
    Offset::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok().map(Timestamp::as_second)
}

/// The calendar's day and time of a local second.
fn civil(local: i64) -> DateTime {
    let (least, most) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Offset::UTC.to_datetime(Timestamp::from_second(local.clamp(least, most)).expect("the second is in the calendar"))
}

/// What is written at a tick: the time, and the day where one begins.
fn clock(local: i64, step: i64) -> String {
    let form = match () {
        () if local.rem_euclid(DAY) == 0 && step >= MINUTE => "%-d %b",
        () if step < MINUTE => "%H:%M:%S",
        () => "%H:%M",
    };
    civil(local).strftime(form).to_string()
}

/// `22 Nov 14:03`, by a clock that is so many seconds ahead of UTC.
pub(super) fn moment(at: i64, timezone: i32) -> String {
    civil(at.saturating_add(i64::from(timezone))).strftime("%-d %b %H:%M").to_string()
}

impl Ranged for TimeAxis {
    type FormatOption = NoDefaultFormatting;
    /// Seconds: a line may cross an edge between two of them.
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = self.share(*value).clamp(-1.0, 2.0);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|(at, _)| *at as f64).collect()
    }

    fn range(&self) -> Range<f64> {
        self.range.start as f64..self.range.end as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2026-11-22 12:00:00 UTC, a Sunday.
    const NOON: i64 = 1_795_348_800;

    fn labels(seconds: i64, width: f64, timezone: i32) -> Vec<String> {
        let range = TimeRange { start: NOON - seconds, end: NOON };
        TimeAxis::new(range, timezone, width).ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_stand_at_times_that_people_know() {
        assert_eq!(labels(3 * HOUR, 500.0, 0), ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"]);
        assert_eq!(labels(3 * HOUR, 250.0, 0), ["09:00", "10:00", "11:00", "12:00"]);
        assert_eq!(
            labels(DAY, 520.0, 0),
            ["12:00", "15:00", "18:00", "21:00", "22 Nov", "03:00", "06:00", "09:00", "12:00"]
        );
        assert_eq!(labels(3 * DAY, 300.0, 0), ["20 Nov", "21 Nov", "22 Nov"]);
        assert_eq!(labels(30 * DAY, 500.0, 0), ["26 Oct", "2 Nov", "9 Nov", "16 Nov"]);
        assert_eq!(labels(300 * DAY, 800.0, 0), ["Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]);
        assert_eq!(labels(800 * DAY, 250.0, 0), ["2025", "2026"]);
        assert_eq!(labels(60, 500.0, 0), ["11:59:00", "11:59:15", "11:59:30", "11:59:45", "12:00:00"]);
        // The clock of India stands half an hour beside.
        assert_eq!(labels(3 * HOUR, 250.0, 19_800), ["15:00", "16:00", "17:00"]);
        assert_eq!(moment(NOON, 3600), "22 Nov 13:00");
    }

    proptest! {
        #[test]
        fn ticks_lie_in_the_range_and_have_room(
            start in any::<i64>(), length in prop_oneof![0..1_000_000_i64, any::<i64>()],
            timezone in -86_400..86_400, width in 1.0..4000.0,
        ) {
            let axis = TimeAxis::new(TimeRange { start, end: start.saturating_add(length) }, timezone, width);
            prop_assert!(axis.range.start < axis.range.end);
            prop_assert!(axis.ticks.iter().all(|(at, label)| axis.holds(*at) && !label.is_empty()));
            let places: Vec<_> = axis.ticks.iter().map(|(at, _)| axis.share(*at as f64) * width).collect();
            prop_assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 50.0), "{places:?}");
        }
    }
}
