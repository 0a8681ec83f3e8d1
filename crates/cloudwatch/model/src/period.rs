//! Periods, and the grid of the clock that a graph's periods lie on.

use crate::{
    Frame,
    query_error::{Fault, QueryError},
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// The most periods that one answer may hold of a series. Far above what CloudWatch answers in one call; it protects
/// the memory from a long range cut into seconds.
const MOST_PERIODS: i64 = 1_000_000;

/// Whether metrics have periods of so many seconds: 1, 5, 10, 20, 30 or a multiple of 60.
pub fn valid_period(seconds: f64) -> bool {
    const LONGEST: f64 = u32::MAX as f64;
    [1.0, 5.0, 10.0, 20.0, 30.0].contains(&seconds) || (seconds > 0.0 && seconds % 60.0 == 0.0 && seconds <= LONGEST)
}

/// The start of a request as CloudWatch rounds it down: to a minute within 15 days, to five within 63, else to an
/// hour; for a period below a minute to that period (`GetMetricData`, `StartTime`).
fn rounded_start(start: i64, period: u32, now: i64) -> i64 {
    let step = match now - start {
        _ if i64::from(period) < MINUTE => i64::from(period),
        age if age < 15 * DAY => MINUTE,
        age if age < 63 * DAY => 5 * MINUTE,
        _ => HOUR,
    };
    start.div_euclid(step) * step
}

/// The periods of a request: from the one that holds its rounded start up to the last that begins before its end.
/// They begin at multiples of the period since the Unix epoch (unpublished). A request for one period alone begins with
/// the request: a dashboard's figure of its whole time range (`setPeriodToTimeRange`) is asked so, and could not be one
/// figure otherwise (unpublished too).
pub fn frame_of_range(start: i64, end: i64, period: u32, now: i64) -> Result<Frame, QueryError> {
    let length = i64::from(period);
    if end - start == length {
        return Ok(Frame { start: rounded_start(start, period, now), period, count: 1 });
    }
    let start = rounded_start(start, period, now).div_euclid(length) * length;
    let count = (end - start + length - 1).div_euclid(length);
    if count > MOST_PERIODS {
        let message = format!(
            "the range has {count} periods of {period} s, and an answer at most {MOST_PERIODS}; ask for less time or longer periods"
        );
        return Err(QueryError::list(Fault::Limit, message));
    }
    Ok(Frame { start, period, count: usize::try_from(count).unwrap_or(0) })
}

/// Whether a point of this age in seconds can still be read at this period: points below a minute are kept for 3
/// hours, of a minute for 15 days, of five minutes for 63 days, of an hour for 455 (CloudWatch user guide, "Metrics
/// retention").
pub fn is_kept(age: i64, period: u32) -> bool {
    let period = i64::from(period);
    match age {
        age if age <= 3 * HOUR => true,
        age if age <= 15 * DAY => period % MINUTE == 0,
        age if age <= 63 * DAY => period % (5 * MINUTE) == 0,
        age => age <= 455 * DAY && period % HOUR == 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_225_600 + 100 * DAY;

    #[test]
    fn periods_are_seconds_of_a_minute_or_minutes() {
        for seconds in [1.0, 5.0, 10.0, 20.0, 30.0, 60.0, 300.0, 86_400.0, 604_800.0] {
            assert!(valid_period(seconds), "{seconds}");
        }
        for seconds in [0.0, -60.0, 2.0, 15.0, 45.0, 61.0, 90.0, 60.5, f64::NAN, 1e12] {
            assert!(!valid_period(seconds), "{seconds}");
        }
    }

    #[test]
    fn the_start_is_rounded_by_its_age() {
        let at = |age: i64| NOW - age + 59 * MINUTE + 59;
        assert_eq!(rounded_start(at(DAY), 60, NOW), NOW - DAY + 59 * MINUTE);
        assert_eq!(rounded_start(at(20 * DAY), 60, NOW), NOW - 20 * DAY + 55 * MINUTE);
        assert_eq!(rounded_start(at(70 * DAY), 60, NOW), NOW - 70 * DAY);
        assert_eq!(rounded_start(NOW - 1, 20, NOW), NOW - 20);
        assert_eq!(rounded_start(NOW - 1, 1, NOW), NOW - 1);
    }

    #[test]
    fn periods_begin_on_the_grid_and_before_the_end() {
        // 00:07:30 to 00:20:00 in periods of 5 minutes: 00:05, 00:10, 00:15; the one of 00:20 begins at the end.
        let at = |minutes: i64| NOW + minutes * MINUTE;
        assert_eq!(frame_of_range(at(7) + 30, at(20), 300, at(60)), Ok(Frame { start: at(5), period: 300, count: 3 }));
        assert_eq!(frame_of_range(at(7), at(20) + 1, 300, at(60)).map(|frame| frame.count), Ok(4));
        assert_eq!(frame_of_range(at(7), at(7), 60, at(60)).map(|frame| frame.count), Ok(0));
        assert!(frame_of_range(0, NOW, 1, NOW).is_err());
    }

    #[test]
    fn one_period_alone_begins_with_its_request() {
        let at = |minutes: i64| NOW + minutes * MINUTE;
        let one = |start: i64, end: i64, period| {
            frame_of_range(start, end, period, at(300)).map(|frame| (frame.start, frame.count))
        };
        assert_eq!(one(at(7), at(127), 7200), Ok((at(7), 1)));
        assert_eq!(one(at(7) + 9, at(127) + 9, 7200), Ok((at(7), 1)));
        assert_eq!(one(at(7), at(126), 7200), Ok((at(0), 2)));
    }

    #[test]
    fn old_points_are_kept_in_long_periods_only() {
        let kept = |age| [1, 60, 300, 3600, 90 * 60].map(|period| is_kept(age, period));
        assert_eq!(kept(3 * HOUR), [true; 5]);
        assert_eq!(kept(DAY), [false, true, true, true, true]);
        assert_eq!(kept(16 * DAY), [false, false, true, true, true]);
        assert_eq!(kept(64 * DAY), [false, false, false, true, false]);
        assert_eq!(kept(456 * DAY), [false; 5]);
    }
}
