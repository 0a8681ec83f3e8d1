//! Reads the letters of a date or time pattern.

use crate::{PatternError, PatternItem};

/// Reads `text` into items.
pub(crate) fn parse(text: &str) -> Result<Vec<PatternItem>, PatternError> {
    let mut parser = Parser { chars: text.chars().collect(), at: 0, is_open: false };
    if parser.chars.is_empty() {
        return Err(parser.error(0, "an empty pattern; write for example yyyy-MM-dd"));
    }
    if let Some((at, message)) = other_language(text) {
        return Err(parser.error(at, message));
    }
    let items = parser.sequence(0)?;
    let letter = text.find(['h', 'a']).unwrap_or(0);
    check_clock(&items).map_err(|error| PatternError { at: text[..letter].chars().count() + 1, ..error })?;
    Ok(items)
}

/// What is written in another language of formats: where, and what to write instead.
fn other_language(text: &str) -> Option<(usize, &'static str)> {
    let word = text.to_ascii_lowercase().replace(['-', '_', ' '], "");
    if matches!(word.as_str(), "iso" | "iso8601" | "rfc3339" | "date" | "time" | "datetime" | "timestamp") {
        return Some((
            0,
            "the name of a format; leave `format` out for ISO 8601, or write it in letters, as yyyy-MM-dd",
        ));
    }
    if matches!(word.as_str(), "epoch" | "unix" | "unixtime") {
        return Some((0, "seconds since 1970 are no date with letters; make the column an integer"));
    }
    if let Some(at) = text.find('%') {
        return Some((at, "`%` is of strftime; write letters alone, as yyyy-MM-dd HH:mm:ss"));
    }
    let of_sql = ["HH24", "HH12", "MI", "MON", "RRRR"].into_iter().find_map(|part| text.find(part));
    of_sql.map(|at| (at, "a format of SQL; write letters of Java, as dd-MMM-yyyy HH:mm:ss"))
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    /// Whether what is before can end in a number that takes one digit or two.
    is_open: bool,
}

impl Parser {
    fn error(&self, index: usize, message: impl Into<String>) -> PatternError {
        PatternError { at: index + 1, message: message.into() }
    }

    /// Items up to the end, or up to the bracket that closes `depth`.
    fn sequence(&mut self, depth: usize) -> Result<Vec<PatternItem>, PatternError> {
        let start = self.at;
        let mut items: Vec<PatternItem> = Vec::new();
        while let Some(&letter) = self.chars.get(self.at) {
            let index = self.at;
            match letter {
                '[' => {
                    self.at += 1;
                    let was_open = self.is_open;
                    let inner = self.sequence(depth + 1)?;
                    items.push(PatternItem::Optional(inner));
                    // It may be left out.
                    self.is_open |= was_open;
                }
                ']' if depth == 0 => return Err(self.error(index, "`]` without a `[` before it")),
                ']' => {
                    self.at += 1;
                    return Ok(items);
                }
                '\'' => {
                    self.quoted(&mut items)?;
                    self.is_open = false;
                }
                '{' | '}' | '#' => {
                    return Err(self.error(index, format!("`{letter}` is reserved; write '{letter}' in quotes")));
                }
                letter if letter.is_ascii_alphabetic() => self.field(letter, &mut items)?,
                letter => {
                    self.at += 1;
                    self.is_open = false;
                    push_literal(&mut items, letter);
                }
            }
        }
        if depth > 0 {
            return Err(self.error(start - 1, "`[` is never closed by `]`"));
        }
        Ok(items)
    }

    /// `'text'`, in which two quotes mean one; `''` outside is a quote too.
    fn quoted(&mut self, items: &mut Vec<PatternItem>) -> Result<(), PatternError> {
        let open = self.at;
        self.at += 1;
        if self.chars.get(self.at) == Some(&'\'') {
            self.at += 1;
            push_literal(items, '\'');
            return Ok(());
        }
        while let Some(&letter) = self.chars.get(self.at) {
            self.at += 1;
            if letter != '\'' {
                push_literal(items, letter);
            } else if self.chars.get(self.at) == Some(&'\'') {
                self.at += 1;
                push_literal(items, '\'');
            } else {
                return Ok(());
            }
        }
        Err(self.error(open, "the quote that opens here is never closed"))
    }

    /// A run of one letter.
    fn field(&mut self, letter: char, items: &mut Vec<PatternItem>) -> Result<(), PatternError> {
        let index = self.at;
        let count = self.chars[index..].iter().take_while(|&&next| next == letter).count();
        self.at += count;
        let item = item_of(letter, count).map_err(|message| self.error(index, message))?;
        if items.iter().any(|earlier| same_field(earlier, &item)) {
            let hint = match letter {
                'm' | 'M' => "months are M, minutes are m",
                's' | 'S' => "seconds are s, digits of a fraction S",
                _ => "leave one out",
            };
            return Err(self.error(index, format!("`{letter}` says again what an earlier letter says; {hint}")));
        }
        if self.is_open && is_numeric(&item) {
            let hint = "the digits before it would run into these; write the field before with two letters or put a \
                        separator between";
            return Err(self.error(index, format!("`{letter}`: {hint}")));
        }
        self.is_open = is_open_ended(&item);
        items.push(item);
        Ok(())
    }
}

fn push_literal(items: &mut Vec<PatternItem>, letter: char) {
    match items.last_mut() {
        Some(PatternItem::Literal(text)) => text.push(letter),
        _ => items.push(PatternItem::Literal(letter.to_string())),
    }
}

/// What `count` times `letter` means.
fn item_of(letter: char, count: usize) -> Result<PatternItem, String> {
    let min = u8::try_from(count).unwrap_or(u8::MAX);
    let run = || letter.to_string().repeat(count);
    let lengths = |wanted: &str| Err(format!("`{}` has the wrong length; write {wanted}", run()));
    Ok(match (letter, count) {
        ('y' | 'u', 1 | 4) => PatternItem::Year4,
        ('y' | 'u', 2) => PatternItem::Year2,
        ('y' | 'u', _) => return lengths("yyyy or yy"),
        ('M' | 'L', 1 | 2) => PatternItem::Month { min },
        ('M' | 'L', 3) => PatternItem::MonthName { short: true },
        ('M' | 'L', 4) => PatternItem::MonthName { short: false },
        ('M' | 'L', _) => return lengths("M, MM, MMM or MMMM"),
        ('d', 1 | 2) => PatternItem::Day { min },
        ('d', _) => return lengths("d or dd"),
        ('D', 3) => PatternItem::DayOfYear,
        ('D', _) => {
            return Err(format!(
                "`{}` is the day of the year; write dd for the day of the month, DDD for the day of the year",
                run()
            ));
        }
        ('E', 1..=3) => PatternItem::Weekday { short: true },
        ('E', 4) => PatternItem::Weekday { short: false },
        ('E', _) => return lengths("EEE or EEEE"),
        ('H', 1 | 2) => PatternItem::Hour { min },
        ('H', _) => return lengths("H or HH"),
        ('h', 1 | 2) => PatternItem::Hour12 { min },
        ('h', _) => return lengths("h or hh"),
        ('m', 1 | 2) => PatternItem::Minute { min },
        ('m', _) => return lengths("m or mm (minutes; months are M)"),
        ('s', 1 | 2) => PatternItem::Second { min },
        ('s', _) => return lengths("s or ss"),
        ('S', 1..=9) => PatternItem::Fraction { digits: min },
        ('S', _) => return lengths("one S a digit, at most nine"),
        ('a', 1) => PatternItem::AmPm,
        ('a', _) => return lengths("a"),
        ('X' | 'x', 1..=3) => PatternItem::Offset { zulu: letter == 'X', colon: count == 3, minutes: count > 1 },
        ('X' | 'x', _) => return lengths("X (+01), XX (+0100) or XXX (+01:00)"),
        ('Z', 1..=3) => PatternItem::Offset { zulu: false, colon: false, minutes: true },
        ('Z', 5) => PatternItem::Offset { zulu: true, colon: true, minutes: true },
        ('Z', _) => return lengths("Z (+0100) or ZZZZZ (+01:00)"),
        ('V', 2) | ('z', 1..=4) => PatternItem::ZoneId,
        ('V' | 'z', _) => return lengths("VV"),
        ('Y', _) => return Err(format!("`{}` is the year of the week calendar; write yyyy", run())),
        ('T', _) => return Err("a bare `T`; letters that stand as they are go into quotes: 'T'".to_owned()),
        ('k' | 'K', _) => {
            return Err(format!("`{}` is not supported; write HH (0 to 23) or hh with a (1 to 12)", run()));
        }
        ('n' | 'N' | 'A', _) => {
            return Err(format!("`{}` is not supported; write S for digits of a fraction of a second", run()));
        }
        ('G', _) => return Err("`G` (the era) is not supported; leave it out".to_owned()),
        ('O', _) => return Err("`O` is not supported; write XXX for an offset such as +01:00".to_owned()),
        ('e' | 'c', _) => return Err(format!("`{}` is not supported; write EEE or EEEE for the weekday", run())),
        _ => {
            return Err(format!(
                "`{letter}` is no letter of date patterns; text that stands as it is goes into quotes: '{}'",
                run()
            ));
        }
    })
}

/// Whether both items fix the same part of a date or time.
fn same_field(left: &PatternItem, right: &PatternItem) -> bool {
    use PatternItem::{Hour, Hour12, Literal, Month, MonthName, Offset, Optional, Year2, Year4, ZoneId};
    match (left, right) {
        // A numeric month beside its name, and an offset beside its zone (`+01:00[Europe/Madrid]`), are in real use.
        (Literal(_) | Optional(_), _) | (_, Literal(_) | Optional(_)) => false,
        (Year4 | Year2, Year4 | Year2) | (Hour { .. } | Hour12 { .. }, Hour { .. } | Hour12 { .. }) => true,
        (Month { .. }, MonthName { .. }) | (MonthName { .. }, Month { .. }) => true,
        (Offset { .. }, ZoneId) | (ZoneId, Offset { .. }) => false,
        (left, right) => std::mem::discriminant(left) == std::mem::discriminant(right),
    }
}

/// Whether the item takes one digit or two.
fn is_open_ended(item: &PatternItem) -> bool {
    use PatternItem::{Day, Hour, Hour12, Minute, Month, Second};
    let (Day { min } | Hour { min } | Hour12 { min } | Minute { min } | Month { min } | Second { min }) = item else {
        return false;
    };
    *min == 1
}

fn is_numeric(item: &PatternItem) -> bool {
    use PatternItem::{Day, DayOfYear, Fraction, Hour, Hour12, Minute, Month, Second, Year2, Year4};
    matches!(
        item,
        Year4
            | Year2
            | Month { .. }
            | Day { .. }
            | DayOfYear
            | Hour { .. }
            | Hour12 { .. }
            | Minute { .. }
            | Second { .. }
            | Fraction { .. }
    )
}

/// The twelve-hour clock needs its half of the day, and only that clock has one.
fn check_clock(items: &[PatternItem]) -> Result<(), PatternError> {
    let (twelve, half) = (holds(items, is_twelve), holds(items, is_half));
    let message = match (twelve, half) {
        (true, false) => "`h` counts 1 to 12 and needs `a` (AM or PM); write HH for 0 to 23",
        (false, true) => "`a` (AM or PM) needs `h`; with HH leave it out",
        _ => return Ok(()),
    };
    Err(PatternError { at: 1, message: message.to_owned() })
}

fn is_twelve(item: &PatternItem) -> bool {
    matches!(item, PatternItem::Hour12 { .. })
}

fn is_half(item: &PatternItem) -> bool {
    matches!(item, PatternItem::AmPm)
}

fn holds(items: &[PatternItem], wanted: fn(&PatternItem) -> bool) -> bool {
    items.iter().any(|item| matches!(item, PatternItem::Optional(inner) if holds(inner, wanted)) || wanted(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DateTimePattern;

    fn items(text: &str) -> Vec<PatternItem> {
        parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn reads_the_patterns_that_senders_use() {
        assert_eq!(items("yyyy-MM-dd"), DateTimePattern::iso_date().items);
        assert_eq!(
            items("M/d/yy h:mm a"),
            [
                PatternItem::Month { min: 1 },
                PatternItem::Literal("/".into()),
                PatternItem::Day { min: 1 },
                PatternItem::Literal("/".into()),
                PatternItem::Year2,
                PatternItem::Literal(" ".into()),
                PatternItem::Hour12 { min: 1 },
                PatternItem::Literal(":".into()),
                PatternItem::Minute { min: 2 },
                PatternItem::Literal(" ".into()),
                PatternItem::AmPm,
            ]
        );
        assert_eq!(
            items("uuuu-MM-dd'T'HH:mm:ss.SSSX")[5..],
            [
                PatternItem::Literal("T".into()),
                PatternItem::Hour { min: 2 },
                PatternItem::Literal(":".into()),
                PatternItem::Minute { min: 2 },
                PatternItem::Literal(":".into()),
                PatternItem::Second { min: 2 },
                PatternItem::Literal(".".into()),
                PatternItem::Fraction { digits: 3 },
                PatternItem::Offset { zulu: true, colon: false, minutes: false },
            ]
        );
        assert_eq!(items("yyyyMMdd").len(), 3);
        assert_eq!(items("yyyyDDD"), [PatternItem::Year4, PatternItem::DayOfYear]);
        assert_eq!(items("EEE, d MMMM")[4], PatternItem::MonthName { short: false });
        assert_eq!(items("HH[:mm[:ss]] VV").len(), 4);
        assert_eq!(items("h 'o''clock' a")[1], PatternItem::Literal(" o'clock ".into()));
        assert_eq!(items("HH''mm")[1], PatternItem::Literal("'".into()));
    }

    #[test]
    fn a_wrong_pattern_names_the_place_and_the_way_out() {
        for (text, at, part) in [
            ("", 1, "empty"),
            ("YYYY-MM-dd", 1, "yyyy"),
            ("yyyy-MM-DD", 9, "dd"),
            ("yyyy-MM-ddTHH:mm", 11, "'T'"),
            ("yyyy-MM-dd 'at", 12, "never closed"),
            ("yyyy[-MM", 5, "never closed"),
            ("yyyy]", 5, "without"),
            ("hh:mm", 1, "needs `a`"),
            ("HH:mm a", 7, "leave it out"),
            ("yyyy-MM-dd hh:mm", 12, "needs `a`"),
            ("yyyy-mm-dd HH:mm", 15, "months are M"),
            ("%Y-%m-%d", 1, "strftime"),
            ("HH24:MI:SS", 1, "SQL"),
            ("DD-MON-YYYY", 4, "SQL"),
            ("ISO 8601", 1, "leave `format` out"),
            ("dMyyyy", 2, "separator"),
            ("yyyy-M[-]d", 10, "separator"),
            ("d[.]M[.]yyyy", 5, "separator"),
            ("H[:]mm", 5, "separator"),
            ("yyyy-MM-yyyy", 9, "again"),
            ("yyy", 1, "length"),
            ("HH:mm:ss.SSSSSSSSSS", 10, "nine"),
            ("yyyy-MM-dd b", 12, "quotes"),
            ("kk:mm", 1, "HH"),
            ("{yyyy}", 1, "reserved"),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_pattern_says_what_it_fixes() {
        let pattern = |text| DateTimePattern::parse(text).expect("reads");
        assert!(pattern("dd.MM.yyyy").has_day() && !pattern("dd.MM.yyyy").has_hour());
        assert!(pattern("yyyyDDD").has_day() && !pattern("yyyy-MM").has_day());
        assert!(pattern("HH:mm[XXX]").has_zone() && !pattern("HH:mm").has_zone());
        assert!(DateTimePattern::iso_timestamp(true).has_zone() && !DateTimePattern::iso_timestamp(false).has_zone());
        assert!(DateTimePattern::iso_time().has_hour());
    }
}
