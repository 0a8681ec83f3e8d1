//! Words for cells that are not of their type: what was expected, and what to do.
//!
//! The words never repeat the cell: its column may be masked.

use super::{Kind, NumberMarks, Target, Temporal, numeral};

/// What the contract expects of a cell, as the end of a sentence.
pub(crate) fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Integer(_) => "an integer".to_owned(),
        Kind::Float(_) => "a number".to_owned(),
        Kind::FixedPoint(kind) => {
            let (precision, scale) = (kind.format().precision, kind.format().scale);
            format!("a number with at most {} digits before and {scale} after the decimal mark", precision - scale)
        }
        Kind::Boolean(_) => "a boolean, `true` or `false`".to_owned(),
        Kind::Date(kind) | Kind::Time(kind) | Kind::Timestamp(kind) => {
            let name = match kind.target {
                Target::Date => "date",
                Target::Time => "time",
                Target::Timestamp => "timestamp",
            };
            format!("a {name} written `{}`", kind.pattern)
        }
        Kind::Text(_) => "text".to_owned(),
    }
}

/// Texts that commonly stand for a missing value.
const MISSING: [&str; 14] =
    ["na", "n/a", "#n/a", "null", "none", "nil", "nan", "-", "--", "?", ".", "\\n", "unknown", "missing"];

/// What to do about a cell that is not of its type, where its looks tell.
pub(crate) fn type_hint(kind: &Kind, marks: NumberMarks, cell: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(cell).ok()?;
    let bare = text.trim();
    if bare.is_empty() {
        return Some(
            "the cell is empty or blank: name the text that means null in `nullTokens`, or set `trim`".to_owned(),
        );
    }
    if bare.len() < text.len() {
        return Some(
            "blanks stand around the text: take them out, or set `trim: both` in the contract's csvDialect".to_owned(),
        );
    }
    if MISSING.contains(&text.to_ascii_lowercase().as_str()) {
        return Some(
            "the text looks like a mark for a missing value: leave the cell empty, or add the mark to `nullTokens` in the contract's csvDialect"
                .to_owned(),
        );
    }
    match kind {
        Kind::Integer(_) => integer(text, marks),
        Kind::Float(_) | Kind::FixedPoint(_) => number(kind, text, marks),
        Kind::Boolean(_) => {
            matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "y" | "n" | "t" | "f" | "0" | "1")
                .then(|| "write `true` or `false`".to_owned())
        }
        Kind::Date(kind) | Kind::Time(kind) | Kind::Timestamp(kind) => temporal(kind, text),
        Kind::Text(_) => None,
    }
}

fn integer(text: &str, marks: NumberMarks) -> Option<String> {
    let digits = text.trim_start_matches(['+', '-']);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("integers reach from -9223372036854775808 to 9223372036854775807: use a string or a number with a `physicalType` such as DECIMAL(38,0)".to_owned());
    }
    if let Some(hint) = grouped(text, marks) {
        return Some(hint);
    }
    let numeral = numeral::read(text.as_bytes()).or_else(|| numeral::read(text.replace(',', ".").as_bytes()));
    numeral.map(|_| {
        "integers have no decimal mark and no exponent: write the digits alone, or make the column a `number`"
            .to_owned()
    })
}

fn number(kind: &Kind, text: &str, marks: NumberMarks) -> Option<String> {
    let normal = marks.normal(text.as_bytes());
    if let (Kind::FixedPoint(_), Some(_)) = (kind, normal.and_then(|normal| numeral::read(&normal))) {
        return Some("round the number, or widen `physicalType` in the contract".to_owned());
    }
    if let Some(hint) = grouped(text, marks) {
        return Some(hint);
    }
    let other = if marks.decimal == '.' { ',' } else { '.' };
    if text.matches(other).count() == 1 && numeral::read(text.replace(other, ".").as_bytes()).is_some() {
        return Some(format!(
            "the text has `{other}` as decimal mark, the contract says `{}`: write that, or set `decimalChar` in the contract's csvDialect",
            marks.decimal
        ));
    }
    text.starts_with(['$', '€', '£'])
        .then(|| "write the number without a currency sign".to_owned())
        .or_else(|| text.ends_with('%').then(|| "write the number without a percent sign".to_owned()))
}

/// A hint when the text is digits in groups of three.
fn grouped(text: &str, marks: NumberMarks) -> Option<String> {
    let digits = text.trim_start_matches(['+', '-']);
    let group = digits.chars().find(|mark| matches!(mark, ',' | '.' | ' ' | '\'' | '\u{a0}' | '\u{202f}'))?;
    if Some(group) == marks.group || group == marks.decimal && marks.group.is_some() {
        return None;
    }
    let whole = digits.split(if group == ',' { '.' } else { ',' }).next()?;
    let mut parts = whole.split(group);
    let first = parts.next()?;
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = parts.collect();
    let in_threes = is_digits(first) && first.len() <= 3 && rest.iter().all(|part| part.len() == 3 && is_digits(part));
    // One group could as well be decimals.
    (in_threes && (rest.len() > 1 || group != marks.decimal)).then(|| {
        format!("digits stand in groups: write them without `{group}`, or set `groupChar` in the contract's csvDialect")
    })
}

/// Ways to write dates, by what the digits leave when each becomes a zero.
const WRITINGS: [(&str, &str); 13] = [
    ("0000-00-00", "yyyy-MM-dd"),
    ("0000/00/00", "yyyy/MM/dd"),
    ("00000000", "yyyyMMdd"),
    ("00/00/0000", "dd/MM/yyyy or MM/dd/yyyy"),
    ("00-00-0000", "dd-MM-yyyy or MM-dd-yyyy"),
    ("00.00.0000", "dd.MM.yyyy"),
    ("0/0/0000", "d/M/yyyy or M/d/yyyy"),
    ("00/0/0000", "d/M/yyyy or M/d/yyyy"),
    ("0/00/0000", "d/M/yyyy or M/d/yyyy"),
    ("0000-00-00 00:00:00", "yyyy-MM-dd HH:mm:ss"),
    ("0000-00-00T00:00:00", "yyyy-MM-dd'T'HH:mm:ss"),
    ("0000-00-00T00:00:00Z", "yyyy-MM-dd'T'HH:mm:ssX"),
    ("00:00", "HH:mm"),
];

fn temporal(kind: &Temporal, text: &str) -> Option<String> {
    let shape: String = text.chars().map(|mark| if mark.is_ascii_digit() { '0' } else { mark }).collect();
    if shape == shape_of(&kind.pattern) {
        return Some("the text is written as it should be, but no calendar or clock shows it".to_owned());
    }
    let writing = WRITINGS.iter().find(|(known, _)| *known == shape).map(|(_, writing)| *writing);
    if let Some(writing) = writing {
        return Some(format!(
            "the text looks like {writing}: write it as `{}`, or set `format` in the contract's logicalTypeOptions",
            kind.pattern
        ));
    }
    let unix = matches!(shape.len(), 10 | 13) && shape.bytes().all(|byte| byte == b'0');
    unix.then(|| format!("the text looks like seconds or milliseconds since 1970: write it as `{}`", kind.pattern))
}

/// What a text by the pattern leaves when each digit becomes a zero, for patterns of digits and marks only.
fn shape_of(pattern: &str) -> String {
    let plain = pattern.replace("[.S]", "").replace("XXX", "Z").replace('\'', "");
    plain.chars().map(|letter| if "yuMdHhmsSD".contains(letter) { '0' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use atalaya_contract::{Bounds, DateTimePattern, NumberOptions, TemporalOptions};

    use super::*;
    use crate::column::{Boolean, Float, Integer};

    const PLAIN: NumberMarks = NumberMarks { decimal: '.', group: None };

    fn date() -> Kind {
        let options = TemporalOptions {
            format: DateTimePattern::iso_date(),
            bounds: Bounds::default(),
            has_zone: false,
            default_zone: "UTC".to_owned(),
        };
        Kind::Date(Temporal::new(&options, Target::Date).expect("a date"))
    }

    #[test]
    fn the_looks_of_a_cell_tell_what_to_do() {
        let integer = || Kind::Integer(Integer::new(&NumberOptions::default(), PLAIN));
        let number = || Kind::Float(Float::new(&NumberOptions::default(), PLAIN));
        for (kind, cell, word) in [
            (integer(), "1.0", "no decimal mark"),
            (integer(), "NA", "nullTokens"),
            (integer(), "1,234", "groupChar"),
            (integer(), " 7", "trim"),
            (integer(), "99999999999999999999", "DECIMAL"),
            (number(), "1,5", "decimalChar"),
            (number(), "1,234,567.8", "groupChar"),
            (number(), "$5", "currency"),
            (Kind::Boolean(Boolean), "yes", "`true`"),
            (date(), "31/12/2013", "dd/MM/yyyy"),
            (date(), "2013-02-30", "calendar"),
            (date(), "2013-02-03T10:00:00Z", "ssX"),
        ] {
            let hint = type_hint(&kind, PLAIN, cell.as_bytes()).unwrap_or_default();
            assert!(hint.contains(word), "{cell:?}: {hint}");
        }
        assert_eq!(type_hint(&integer(), PLAIN, b"abc"), None);
    }
}
