//! Numbers and times as people read them, the same on the terminal, in a notice and in a page.

use jiff::Timestamp;

/// A number with a comma between thousands: `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun, whose plural adds an `s`: `1 row`, `2 rows`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// The time between two times, to a tenth of a second below a minute: `0.8 s`, `1 min 1 s`, `2 h 1 min`.
#[must_use]
pub fn elapsed(from: Timestamp, to: Timestamp) -> String {
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
