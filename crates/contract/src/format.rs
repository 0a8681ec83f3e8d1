//! Numbers, sizes, lengths of time and times as people read them: the same on the terminal, in a notice, in a page, in the
//! console and in the drills' tables. Axes of graphs and reasons of alarms are CloudWatch's own and not of this kind.
//!
//! `format/examples.json` holds pairs that the tests of this module and those of the console's `format.js` read, so that
//! the two cannot differ.

use std::time::Duration;

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

/// A measured number: `1,234`, `1,234.6`, `12.25`, `0.00123`. One decimal from 100 on, two from 1 on, below that three
/// digits that count; none of them zeros at the end.
#[must_use]
pub fn number(value: f64) -> String {
    let size = value.abs();
    if !size.is_finite() || size >= 1e15 {
        return format!("{value:e}");
    }
    if size > 0.0 && size < 1e-6 {
        return format!("{value:.2e}");
    }
    let decimals = match size {
        size if size >= 100.0 => 1,
        size if size >= 1.0 || size == 0.0 => 2,
        size => (2.0 - size.log10().floor()) as usize,
    };
    let text = format!("{size:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0.0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// What follows a number of this unit, as CloudWatch spells it: ` s` of `Seconds`; nothing follows a count.
#[must_use]
pub fn unit(name: &str) -> &'static str {
    match name {
        "Microseconds" => " µs",
        "Milliseconds" => " ms",
        "Seconds" => " s",
        "Bytes" => " bytes",
        "Percent" => " %",
        _ => "",
    }
}

/// A number of bytes: `31.1 MB`, in powers of a thousand and three digits.
#[must_use]
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

/// A measured length of time: `8 ms`, `0.42 s`, `12.3 s`, `3 min 12 s`, `2 h 05 min`.
#[must_use]
pub fn duration(length: Duration) -> String {
    let seconds = length.as_secs_f64();
    let whole = seconds.round() as u64;
    match seconds {
        s if s < 0.0995 => format!("{:.0} ms", s * 1000.0),
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 59.95 => format!("{s:.1} s"),
        _ if whole < 3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// The time from `from` to `to`; zero where a clock ran backwards.
#[must_use]
pub fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

/// The time from `from` to `to`, as [`duration`] writes it.
#[must_use]
pub fn elapsed(from: Timestamp, to: Timestamp) -> String {
    duration(between(from, to))
}

/// A length of time that somebody set, in seconds, in its largest whole unit: `1 min`, `5 min`, `1 h`, `1 d`, `90 s`.
#[must_use]
pub fn period(seconds: u32) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let whole = units.into_iter().find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length));
    whole.map_or_else(|| format!("{seconds} s"), |(length, unit)| format!("{} {unit}", seconds / length))
}

/// How old something is, in its largest unit, the rest left out: `12 s`, `3 min`, `5 h`, `2 d`.
#[must_use]
pub fn age(age: Duration) -> String {
    match age.as_secs() {
        s @ ..60 => format!("{s} s"),
        s @ ..3600 => format!("{} min", s / 60),
        s @ ..86_400 => format!("{} h", s / 3600),
        s => format!("{} d", s / 86_400),
    }
}

/// How long before `now` something was: `3 min ago`.
#[must_use]
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", age(between(at, now)))
}

/// A time to the second, of UTC: `2026-07-20 10:11:12`.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A time to the second that names its zone, for texts that leave the house: `2026-07-20 10:11:12 UTC`.
#[must_use]
pub fn time_utc(at: Timestamp) -> String {
    format!("{} UTC", time(at))
}

/// A time of the day to the minute: `10:11 UTC`.
#[must_use]
pub fn clock_utc(at: Timestamp) -> String {
    at.strftime("%H:%M UTC").to_string()
}

/// The first `characters` of `text`, with `…` when it goes on.
#[must_use]
pub fn shorten(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
