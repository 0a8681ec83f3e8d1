//! Figures as people read them.

pub(crate) use atalaya_contract::figures::{counted, grouped};
use jiff::Timestamp;

/// The time between two times, to a tenth of a second below a minute.
pub(crate) fn elapsed(from: Timestamp, to: Timestamp) -> String {
    let tenths = (to.as_millisecond() - from.as_millisecond()).max(0) / 100;
    let seconds = tenths / 10;
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{}.{} s", seconds, tenths % 10),
        (0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_and_counted() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (336_776, "336,776"), (1_000_000, "1,000,000")]
        {
            assert_eq!(grouped(number), text);
        }
        assert_eq!((counted(1, "row"), counted(2, "row")), ("1 row".to_owned(), "2 rows".to_owned()));
    }

    #[test]
    fn times_are_told_in_the_unit_that_matters() {
        let from: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a time");
        for (millis, text) in
            [(-5, "0.0 s"), (840, "0.8 s"), (59_999, "59.9 s"), (61_000, "1 min 1 s"), (7_260_000, "2 h 1 min")]
        {
            let to = Timestamp::from_millisecond(from.as_millisecond() + millis).expect("a time");
            assert_eq!(elapsed(from, to), text);
        }
    }
}
