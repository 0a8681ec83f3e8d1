//! Sizes, counts, durations and times as people read them.

use std::time::Duration;

pub use atalaya_contract::figures::{counted, grouped as count};
use jiff::{Timestamp, tz::TimeZone};

/// `31.1 MB`: powers of a thousand, three digits.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if number < 1000 {
        return format!("{number} B");
    }
    let mut value = number as f64 / 1000.0;
    let mut unit = 0;
    // What would be rounded to a thousand belongs to the next unit.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = if value < 99.95 { 1 } else { 0 };
    format!("{value:.decimals$} {}", UNITS[unit])
}

/// `8 ms`, `0.42 s`, `12.3 s`, `3 min 12 s`, `2 h 05 min`.
pub fn duration(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    let whole = seconds.round() as u64;
    match seconds {
        s if s < 0.0995 => format!("{:.0} ms", s * 1000.0),
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 59.95 => format!("{s:.1} s"),
        _ if whole < 3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// The time from `start` to `end`; zero when a clock ran backwards.
pub fn between(start: Timestamp, end: Timestamp) -> Duration {
    Duration::try_from(end.duration_since(start)).unwrap_or(Duration::ZERO)
}

/// `2026-07-20 10:11:12`, UTC: to the second.
pub fn time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    match between(at, now).as_secs() {
        s @ ..60 => format!("{s} s ago"),
        s @ ..3600 => format!("{} min ago", s / 60),
        s @ ..86_400 => format!("{} h ago", s / 3600),
        s => format!("{} d ago", s / 86_400),
    }
}

/// A measured number: `1,234`, `1,234.5`, `12.25`, `0.00123`; below 1 with three digits that count.
pub fn figure(number: f64) -> String {
    let size = number.abs();
    if !size.is_finite() || size >= 1e15 {
        return format!("{number:e}");
    }
    if size > 0.0 && size < 1e-6 {
        return format!("{number:.2e}");
    }
    let decimals = match size {
        s if s >= 100.0 => 1,
        s if s >= 1.0 || s == 0.0 => 2,
        s => (2.0 - s.log10().floor()) as usize,
    };
    let text = format!("{size:.decimals$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let rest = rest.trim_end_matches('0');
    let sign = if number < 0.0 { "-" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}")
}

/// A whole number of seconds as people say a period: `1 min`, `5 min`, `1 h`, `1 d`, `90 s`.
pub fn period(seconds: u32) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let whole = units.into_iter().find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length));
    whole.map_or_else(|| format!("{seconds} s"), |(length, unit)| format!("{} {unit}", seconds / length))
}

/// The same of a longer time.
pub fn span(seconds: i64) -> String {
    u32::try_from(seconds).map_or_else(|_| format!("{seconds} s"), period)
}

/// The first `characters` of `text`, with `…` when it goes on.
pub fn shorten(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// `text` with every line indented, and broken between words where it is longer than `width`; a word that is longer
/// itself, such as an address, stays whole. `None`: no line is broken.
pub fn wrap(text: &str, indent: &str, width: Option<usize>) -> String {
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(indent.chars().count()).max(20));
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut length = 0;
        for word in paragraph.split(' ') {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > room {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += word_length;
        }
        lines.push(line);
    }
    lines.iter().map(|line| format!("{indent}{line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// `[words](address)` becomes `words`.
pub fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('[') {
        out.push_str(before);
        match inside.split_once("](").and_then(|(words, after)| Some((words, after.split_once(')')?.1))) {
            Some((words, after)) if !words.contains('[') => {
                out.push_str(words);
                rest = after;
            }
            _ => {
                out.push('[');
                rest = inside;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_three() {
        let texts = [0, 7, 999, 1000, 336_776, 1_234_567].map(count);
        assert_eq!(texts, ["0", "7", "999", "1,000", "336,776", "1,234,567"]);
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(0, "row"), "0 rows");
    }

    #[test]
    fn sizes_never_show_a_thousand() {
        let texts = [0, 999, 1000, 1049, 999_499, 999_600, 31_053_850, 999_960_000, u64::MAX].map(bytes);
        let expected = ["0 B", "999 B", "1.0 kB", "1.0 kB", "999 kB", "1.0 MB", "31.1 MB", "1.0 GB", "18447 PB"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn durations_change_their_unit_with_their_length() {
        let texts = [0.0, 0.008, 0.42, 9.99, 12.34, 59.96, 192.0, 7500.0].map(|s| duration(Duration::from_secs_f64(s)));
        let expected = ["0 ms", "8 ms", "0.42 s", "9.99 s", "12.3 s", "1 min 00 s", "3 min 12 s", "2 h 05 min"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn figures_have_as_many_decimals_as_they_need() {
        let texts = [0.0, 8.0, 1234.0, 1234.56, 12.25, 0.5, 0.001_25, 0.000_5, -3.5, 99.999, 1e-9, 1e18].map(figure);
        let expected =
            ["0", "8", "1,234", "1,234.6", "12.25", "0.5", "0.00125", "0.0005", "-3.5", "100", "1.00e-9", "1e18"];
        assert_eq!(texts, expected);
        assert_eq!([60, 300, 3600, 86_400, 90, 10].map(period), ["1 min", "5 min", "1 h", "1 d", "90 s", "10 s"]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shorten("Gültig ab", 3), "Gül…");
        assert_eq!(shorten("Gül", 3), "Gül");
    }

    #[test]
    fn lines_are_broken_between_words() {
        let text = "the cell is not a date, write it as yyyy-MM-dd";
        assert_eq!(wrap(text, "  ", Some(30)), "  the cell is not a date,\n  write it as yyyy-MM-dd");
        assert_eq!(wrap(text, "  ", None), format!("  {text}"));
        let address = "s3://a-bucket-with-a-long-name/and/a/long/key.parquet";
        assert_eq!(wrap(&format!("at {address}"), "", Some(24)), format!("at\n{address}"));
    }
}
