//! Words for cells that are not of their type: what was expected, and what to do.
//!
//! The words never repeat the cell: its column may be masked.

mod clock;
mod number;

use super::{Kind, NumberMarks, Target};

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

/// Blanks that `trim` does not take away, and marks that nobody sees.
pub(crate) fn is_invisible(letter: char) -> bool {
    letter.is_whitespace() && !matches!(letter, ' ' | '\t')
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// What to do about a cell that is not of its type, where its looks tell.
pub(crate) fn type_hint(kind: &Kind, marks: NumberMarks, cell: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(cell).ok()?;
    let bare = text.trim_matches([' ', '\t']);
    if bare.is_empty() {
        return Some(
            "the cell is empty or blank: name the text that means null in `nullTokens`, or set `trim`".to_owned(),
        );
    }
    if bare.trim_matches(is_invisible).len() < bare.len() {
        return Some(
            "a no-break space, a line end or an invisible character stands around the text, which `trim` leaves: take it out where the file comes from"
                .to_owned(),
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
        Kind::Integer(_) => number::integer(text, marks),
        Kind::Float(_) | Kind::FixedPoint(_) => number::number(kind, text, marks),
        Kind::Boolean(_) => {
            matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "y" | "n" | "t" | "f" | "0" | "1")
                .then(|| "write `true` or `false`".to_owned())
        }
        Kind::Date(kind) | Kind::Time(kind) | Kind::Timestamp(kind) => clock::hint(kind, text),
        Kind::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use atalaya_contract::{Bounds, DateTimePattern, NumberOptions, TemporalOptions};

    use super::*;
    use crate::column::{Boolean, Float, Integer, Temporal};

    fn temporal(format: DateTimePattern, target: Target, zone: Option<&str>) -> Temporal {
        let options = TemporalOptions {
            format,
            bounds: Bounds::default(),
            precision: 6,
            has_zone: zone.is_some(),
            default_zone: zone.unwrap_or("UTC").to_owned(),
        };
        Temporal::new(&options, target).expect("a date or time")
    }

    fn date(format: &str) -> Kind {
        Kind::Date(temporal(DateTimePattern::parse(format).expect(format), Target::Date, None))
    }

    fn time(format: &str) -> Kind {
        Kind::Time(temporal(DateTimePattern::parse(format).expect(format), Target::Time, None))
    }

    fn timestamp(format: &str, zone: Option<&str>) -> Kind {
        Kind::Timestamp(temporal(DateTimePattern::parse(format).expect(format), Target::Timestamp, zone))
    }

    #[test]
    fn the_looks_of_a_cell_tell_what_to_do() {
        let integer = || Kind::Integer(Integer::new(&NumberOptions::default(), NumberMarks::PLAIN));
        let number = || Kind::Float(Float::new(&NumberOptions::default(), NumberMarks::PLAIN));
        for (kind, cell, word) in [
            (integer(), "1.0", "no decimal mark"),
            (integer(), "NA", "nullTokens"),
            (integer(), "1,234", "thousands"),
            (integer(), "1,234,567", "groupChar"),
            (number(), "0,500", "decimalChar"),
            (number(), "1,234", "thousands"),
            (number(), "1 234.5", "groupChar"),
            (number(), "1.234.567", "write them without"),
            (number(), "\u{a0}5", "`trim` leaves"),
            (number(), "5\u{a0}", "`trim` leaves"),
            (number(), "(5)", "minus"),
            (number(), "5-", "minus"),
            (number(), "1e400", "1.8e308"),
            (integer(), " 7", "trim"),
            (integer(), "99999999999999999999", "DECIMAL"),
            (number(), "1,5", "decimalChar"),
            (number(), "1,234,567.8", "groupChar"),
            (number(), "$5", "currency"),
            (Kind::Boolean(Boolean), "yes", "`true`"),
            (date("yyyy-MM-dd"), "31/12/2013", "dd/MM/yyyy"),
            (date("yyyy-MM-dd"), "2013-02-30", "no such day"),
            (date("yyyy-MM-dd"), "2013-02-03T10:00:00Z", "point in time"),
            (date("yyyy-MM-dd"), "29/02/2024", "like dd/MM/yyyy or d/M/yyyy: write"),
            (date("yyyy-MM-dd"), "31.11.2024", "no calendar"),
            (time("HH:mm:ss"), "2024-02-29", "a date"),
            (date("yyyy-MM-dd"), "0000-01-01", "0001 to 9999"),
            (date("yyyy-MM-dd"), "29-Dec-15", "dd-MMM-yy"),
            (date("dd-MMM-yy"), "29-DEC-15", "`Dec`"),
            (date("yyyy-MM-dd DDD"), "2024-02-01 100", "differ"),
            (time("h:mm a"), "1:05 pm", "AM or PM"),
            (time("h:mm a"), "13:05 PM", "no clock"),
            (time("h:mm[ a]"), "1:05", "AM or PM"),
            (time("HH:mm:ss.SSSSSSSSS"), "01:00:00.000000001", " TIME(9)"),
            (timestamp("yyyy-MM-dd'T'HH:mm:ss'Z'", None), "2024-01-01T00:00:00", "`Z`"),
            (timestamp("yyyy-MM-dd'T'HH:mm:ss", None), "2024-01-01T00:00:00+01:00", "an X"),
            (timestamp("yyyy-MM-dd'T'HH:mm:ss", None), "2024-01-01T00:00:00Z", "an X"),
            (timestamp("yyyy-MM-dd'T'HH:mm:ssXXX", None), "2024-01-01T00:00:00", "Z where the time is UTC"),
            (timestamp("yyyy-MM-dd HH:mm", Some("Europe/Madrid")), "2024-03-31 02:30", "put forward"),
            (timestamp("yyyy-MM-dd HH:mm VV", None), "2024-03-31 02:30 Europe/Atlantis", "IANA"),
        ] {
            let hint = type_hint(&kind, NumberMarks::PLAIN, cell.as_bytes()).unwrap_or_default();
            assert!(hint.contains(word), "{cell:?}: {hint}");
        }
        assert_eq!(type_hint(&integer(), NumberMarks::PLAIN, b"abc"), None);
    }

    /// Whatever a hint says to set, the cell would not become another number than the one that it writes.
    #[test]
    fn no_hint_says_to_set_what_would_change_the_value() {
        let hint = |marks, cell: &str| {
            let number = Kind::Float(Float::new(&NumberOptions::default(), marks));
            type_hint(&number, marks, cell.as_bytes()).unwrap_or_default()
        };
        for cell in ["0,500", "1,234", "12,345", "-1,5", "00,123"] {
            assert!(!hint(NumberMarks::PLAIN, cell).contains("groupChar"), "{cell}");
        }
        let german = NumberMarks { decimal: ',', group: Some('.'), ..NumberMarks::PLAIN };
        for cell in ["19.99", "1..5", ".5", "12.34", "1.23.456"] {
            let hint = hint(german, cell);
            assert!(
                hint.contains("groups of 3") && hint.contains("decimal mark") && !hint.contains("set `"),
                "{cell}: {hint}"
            );
        }
    }
}
