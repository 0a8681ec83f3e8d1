//! What a graph or a log query looks at.

use jiff::Timestamp;

/// How far a range may end before now and is still called the last hours, in seconds.
const STILL_NOW: i64 = 120;

/// A stretch of time, from `start` until just before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// Its first second.
    pub start: i64,
    /// The first second after it.
    pub end: i64,
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
fn length_in_words(seconds: i64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_614_400;

    #[test]
    fn ranges_are_said_in_words() {
        let words = |seconds: i64, ago: i64| TimeRange { start: NOW - ago - seconds, end: NOW - ago }.in_words(NOW);
        for (seconds, expected) in [
            (3 * 3600, "the last 3 hours"),
            (3600, "the last hour"),
            (86_400, "the last day"),
            (60, "the last minute"),
            (90 * 60, "the last 90 minutes"),
            (14 * 86_400, "the last 14 days"),
            (7 * 3600 + 60, "the last 7 hours"),
            (3 * 86_400 + 50_000, "the last 4 days"),
        ] {
            assert_eq!(words(seconds, 30), expected);
        }
        assert_eq!(words(3600, 3600), "2026-01-05 10:00 to 2026-01-05 11:00 UTC");
    }
}
