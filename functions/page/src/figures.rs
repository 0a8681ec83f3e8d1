//! Values, spans and times as people read them in a page.

use atalaya_contract::figures::grouped;
use jiff::Timestamp;

/// Digits that matter of a value with a fraction.
const DIGITS: i32 = 3;

/// A metric's value: whole ones with commas between thousands, others to three digits.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let size = value.abs();
    if size >= 1e15 {
        return format!("{value:e}");
    }
    if size.fract() == 0.0 {
        return format!("{sign}{}", whole(size));
    }
    let decimals = (DIGITS - 1 - size.log10().floor() as i32).clamp(0, 12);
    let text = format!("{size:.*}", decimals.unsigned_abs() as usize);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    match text.split_once('.') {
        Some((before, after)) => format!("{sign}{}.{after}", whole(before.parse().unwrap_or(size))),
        None => format!("{sign}{}", whole(text.parse().unwrap_or(size))),
    }
}

/// A whole number that is not negative and below 1e15.
fn whole(size: f64) -> String {
    grouped(size as u64)
}

/// A length of time in its largest whole unit: `30 s`, `5 min`, `6 h`, `90 s`.
pub(crate) fn span(seconds: u32) -> String {
    match seconds {
        0 => "0 s".to_owned(),
        seconds if seconds.is_multiple_of(86_400) => format!("{} d", seconds / 86_400),
        seconds if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

/// A time to the second.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A time of the day to the minute.
pub(crate) fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M UTC").to_string()
}

/// What stands behind a value of this unit, as CloudWatch spells it; nothing behind a count.
pub(crate) fn unit(name: &str) -> &'static str {
    match name {
        "Microseconds" => " µs",
        "Milliseconds" => " ms",
        "Seconds" => " s",
        "Bytes" => " bytes",
        "Percent" => " %",
        _ => "",
    }
}

/// The text's first characters, with an ellipsis where some are left out.
pub(crate) fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_with_the_digits_that_matter() {
        for (value, text) in [
            (0.0, "0"),
            (3.0, "3"),
            (-2.0, "-2"),
            (1_234_567.0, "1,234,567"),
            (0.071_234_5, "0.0712"),
            (12.5, "12.5"),
            (66.666_67, "66.7"),
            (999.96, "1,000"),
            (1234.56, "1,235"),
            (0.1, "0.1"),
            (0.000_012_3, "0.0000123"),
            (-0.25, "-0.25"),
            (1e15, "1e15"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(value), text, "{value}");
        }
    }

    #[test]
    fn spans_are_told_in_whole_units() {
        for (seconds, text) in
            [(10, "10 s"), (60, "1 min"), (90, "90 s"), (300, "5 min"), (3600, "1 h"), (21_600, "6 h"), (86_400, "1 d")]
        {
            assert_eq!(span(seconds), text);
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!((cut("ñandú", 5), cut("ñandú", 4), cut("ñ andú", 2)), ("ñandú".into(), "ñand…".into(), "ñ…".into()));
    }
}
