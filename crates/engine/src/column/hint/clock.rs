//! Words for cells that are no dates or times.

use atalaya_contract::DateTimePattern;

use super::super::{Target, Temporal, temporal::Unread};

/// Ways to write dates and times that are in use.
const WRITINGS: [&str; 27] = [
    "yyyy-MM-dd",
    "yyyy/MM/dd",
    "yyyyMMdd",
    "dd/MM/yyyy",
    "MM/dd/yyyy",
    "dd-MM-yyyy",
    "MM-dd-yyyy",
    "dd.MM.yyyy",
    "d/M/yyyy",
    "M/d/yyyy",
    "d.M.yyyy",
    "dd-MMM-yy",
    "dd-MMM-yyyy",
    "dd MMM yyyy",
    "d MMMM yyyy",
    "MMM d, yyyy",
    "MMMM d, yyyy",
    "HH:mm",
    "HH:mm:ss",
    "h:mm a",
    "yyyy-MM-dd HH:mm",
    "yyyy-MM-dd HH:mm:ss",
    "yyyy-MM-dd'T'HH:mm:ss",
    "yyyy-MM-dd'T'HH:mm:ssX",
    "yyyy-MM-dd'T'HH:mm:ss.SSSX",
    "dd/MM/yyyy HH:mm",
    "dd.MM.yyyy HH:mm:ss",
];

pub(super) fn hint(kind: &Temporal, text: &str) -> Option<String> {
    let hint = match kind.reason(text.as_bytes())? {
        Unread::Written => return other_writing(kind, text),
        Unread::Day => "the text is written as it should be, but the calendar has no such day",
        Unread::Clock => "the text is written as it should be, but no clock shows such a time",
        Unread::NoHalf => "hours of `h` count from 1 to 12: write AM or PM after the time",
        Unread::Year => "years reach from 0001 to 9999",
        Unread::Conflict => "parts of the text that say the same differ: a weekday, a day of the year, an offset",
        Unread::Skipped => {
            "in this time zone the clock was put forward over this time, so that it never was: correct it, or write times with an offset"
        }
        Unread::Zone => "no time zone has this name: write an IANA name such as Europe/Madrid",
        Unread::Fine => {
            let name = if kind.target == Target::Time { "TIME" } else { "TIMESTAMP" };
            return Some(format!(
                "the column holds {} digits of a fraction of a second: round the time, or set `physicalType: {name}(9)` in the contract",
                kind.precision()
            ));
        }
        Unread::Range => {
            "with nanoseconds, times reach from 1677-09-21 to 2262-04-11: set `physicalType: TIMESTAMP(6)` in the contract for others"
        }
    };
    Some(hint.to_owned())
}

/// How the text seems to be written instead.
fn other_writing(kind: &Temporal, text: &str) -> Option<String> {
    let pattern = &kind.pattern;
    if kind.reason(in_usual_case(text).as_bytes()) != Some(Unread::Written) {
        return Some(format!(
            "letters are written as `{pattern}` has them, T and Z in capitals, months such as `Dec` or `December`, AM or PM in capitals"
        ));
    }
    if kind.reason(format!("{text}Z").as_bytes()) != Some(Unread::Written) {
        return Some(match DateTimePattern::parse(pattern).is_ok_and(|format| format.has_zone()) {
            true => format!(
                "the offset is missing at the end, which `{pattern}` asks for: write it, +02:00 say, or Z where the time is UTC"
            ),
            false => format!(
                "the letter `Z` is missing at the end, which `{pattern}` asks for: write it, or change `format` in the contract"
            ),
        });
    }
    if let Some(bare) = without_offset(text)
        && kind.reason(bare.as_bytes()) != Some(Unread::Written)
    {
        let way = match kind.target {
            Target::Timestamp if DateTimePattern::iso_timestamp(false).text == *pattern => "set `timezone: true`",
            Target::Timestamp => "write an X for it in `format`",
            Target::Date | Target::Time => "make the column a timestamp",
        };
        return Some(format!(
            "the text ends with an offset, and `{pattern}` has none: {way} in the contract, or write the time without it"
        ));
    }
    if let Some(hint) = known_writing(kind, text) {
        return Some(hint);
    }
    let unix = matches!(text.len(), 10 | 13) && text.bytes().all(|byte| byte.is_ascii_digit());
    unix.then(|| format!("the text looks like seconds or milliseconds since 1970: write it as `{pattern}`"))
}

/// What the text says in a writing that is in use: only a format that reads it, and that the column can have, is advised.
fn known_writing(kind: &Temporal, text: &str) -> Option<String> {
    let pattern = &kind.pattern;
    let formats = || WRITINGS.into_iter().filter_map(|text| DateTimePattern::parse(text).ok());
    let of_target = |format: &DateTimePattern, target: Target| match target {
        Target::Date => !format.has_clock_part(),
        Target::Time => !format.has_day_part(),
        Target::Timestamp => format.has_day() && format.has_hour(),
    };
    let reason =
        |format: &DateTimePattern, target: Target| kind.as_target(format.clone(), target).reason(text.as_bytes());
    let fitting: Vec<String> = formats()
        .filter(|format| of_target(format, kind.target) && (kind.has_zone() || !format.has_zone()))
        .filter(|format| reason(format, kind.target).is_none())
        .map(|format| format.text)
        .collect();
    if !fitting.is_empty() {
        let names = fitting.join(" or ");
        return Some(format!(
            "the text looks like {names}: write it as `{pattern}`, or set `format` in the contract's logicalTypeOptions"
        ));
    }
    let targets = [(Target::Date, "a date"), (Target::Time, "a time of day"), (Target::Timestamp, "a point in time")];
    for (target, noun) in targets {
        let found = formats().find(|format| of_target(format, target) && reason(format, target).is_none());
        if let Some(format) = found {
            return Some(format!("the text looks like {noun} written {}: write it as `{pattern}`", format.text));
        }
    }
    let unreal = formats().find(|format| matches!(reason(format, kind.target), Some(Unread::Day | Unread::Clock)));
    unreal.filter(|format| of_target(format, kind.target)).map(|format| {
        format!("the text looks like {}, and no calendar or clock shows it: write it as `{pattern}`", format.text)
    })
}

/// The text with names as they are usually written: `29-Dec-15`, `1:05 PM`.
fn in_usual_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|letter: char| !letter.is_ascii_alphabetic()) {
        let letters = word.trim_end_matches(|letter: char| !letter.is_ascii_alphabetic());
        let upper = letters.to_ascii_uppercase();
        match upper.as_str() {
            "AM" | "PM" | "T" | "Z" => out.push_str(&upper),
            _ => {
                let (first, rest) = upper.split_at(upper.len().min(1));
                out.push_str(first);
                out.push_str(&rest.to_ascii_lowercase());
            }
        }
        out.push_str(&word[letters.len()..]);
    }
    out
}

/// The text without `Z` or `±hh:mm` at its end.
fn without_offset(text: &str) -> Option<&str> {
    if let Some(bare) = text.strip_suffix('Z') {
        return Some(bare);
    }
    let at = text.rfind(['+', '-'])?;
    let digits = text[at + 1..].chars().filter(char::is_ascii_digit).count();
    let is_offset = text[at + 1..].chars().all(|mark| mark.is_ascii_digit() || mark == ':') && matches!(digits, 2 | 4);
    (is_offset && text[..at].contains(':')).then(|| &text[..at])
}
