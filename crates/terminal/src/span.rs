//! Lengths of time on the command line: `90m`, `3h`, `7d`.

use jiff::{Span, SpanRelativeTo};

/// Whole seconds of a text such as `1h30m`, more than none. A day has 24 hours.
pub fn seconds(text: &str) -> Result<i64, String> {
    let wrong = || "write a length of time as in 90m, 3h or 7d".to_owned();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    if length.as_secs() <= 0 { Err(wrong()) } else { Ok(length.as_secs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, expected) in
            [("90m", 5400), ("3h", 10_800), ("1h30m", 5400), ("7d", 604_800), ("45s", 45), ("2w", 1_209_600)]
        {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "3", "h", "-3h", "0m", "tomorrow", "1mo"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
