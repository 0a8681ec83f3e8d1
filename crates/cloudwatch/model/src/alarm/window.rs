//! When an alarm is evaluated, and over what stretch of time.

use crate::Frame;

/// Seconds between evaluations of an alarm with a period below a minute.
const HIGH_RESOLUTION: i64 = 10;
/// Seconds between evaluations of other alarms.
const MINUTE: i64 = 60;
/// Seconds between evaluations of an alarm that looks back further than a day.
const HOUR: i64 = 3600;
/// What an alarm may look back on, in seconds, before it counts as one of several days.
const DAY: u64 = 86_400;

/// How many periods an evaluation fetches for N periods that decide. CloudWatch asks for more than N and does not say
/// how many; both examples in its user guide have N = 3 and five points. This is the library's choice.
#[must_use]
pub const fn evaluation_range(periods: usize) -> usize {
    let third = periods / 3;
    periods + if third > 2 { third } else { 2 }
}

/// The sliding evaluation window of an alarm: its periods end at the time of the evaluation, not on the grid of the
/// clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Length of a period in seconds.
    pub period: u32,
    /// N: how many periods decide.
    pub periods: u32,
}

impl Window {
    /// Seconds between two evaluations: 10 for periods below a minute, an hour for an alarm over more than a day,
    /// else a minute (user guide, "Alarm evaluation").
    #[must_use]
    pub fn interval(&self) -> i64 {
        if u64::from(self.period) * u64::from(self.periods) > DAY {
            HOUR
        } else if i64::from(self.period) < MINUTE {
            HIGH_RESOLUTION
        } else {
            MINUTE
        }
    }

    /// Whether the alarm is evaluated at this second.
    #[must_use]
    pub fn is_due(&self, now: i64) -> bool {
        now.rem_euclid(self.interval()) == 0
    }

    /// The periods that an evaluation at this second fetches. The newest ends at the last full minute; at the last
    /// full hour for an alarm over more than a day. That those of high resolution end at the last full ten seconds is
    /// this library's choice.
    #[must_use]
    pub fn frame(&self, now: i64) -> Frame {
        let interval = self.interval();
        let end = now.div_euclid(interval) * interval;
        Frame::ending(end, self.period, evaluation_range(self.periods as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(window: Window, now: i64, count: usize) -> Vec<i64> {
        let frame = window.frame(now);
        (0..frame.count).rev().take(count).map(|index| frame.time(index)).collect()
    }

    const H: i64 = 3600;

    #[test]
    fn a_window_slides_with_the_minute() {
        // Seen in real notifications: a 300 s alarm at 17:19:14 used 17:14; at 08:34:06 it used 08:29, 08:24, 08:19.
        let window = Window { period: 300, periods: 3 };
        assert_eq!(newest(window, 17 * H + 19 * 60 + 14, 1), [17 * H + 14 * 60]);
        let eight = 8 * H;
        assert_eq!(newest(window, eight + 34 * 60 + 6, 3), [eight + 29 * 60, eight + 24 * 60, eight + 19 * 60]);
        assert_eq!(window.frame(600).count, 5, "the range of the published examples");
    }

    #[test]
    fn several_days_are_seen_by_the_full_hour() {
        // Published: a failure at 10:02 is not seen at 10:03, and is at 11:03.
        let window = Window { period: 86_400, periods: 3 };
        assert_eq!(window.frame(10 * H + 180).end(), 10 * H);
        assert_eq!(window.frame(11 * H + 180).end(), 11 * H);
        assert_eq!(window.interval(), H);
        assert_eq!(Window { period: 86_400, periods: 1 }.interval(), 60, "one day is not more than a day");
    }

    #[test]
    fn high_resolution_is_seen_every_ten_seconds() {
        let window = Window { period: 10, periods: 1 };
        assert!(window.is_due(130) && !window.is_due(135));
        assert_eq!(window.frame(139).end(), 130);
    }

    #[test]
    fn the_range_grows_with_the_periods() {
        assert_eq!([1, 3, 6, 9, 30].map(evaluation_range), [3, 5, 8, 12, 40]);
    }
}
