//! Words for cells that are no numbers.

use super::super::{Kind, NumberMarks, numeral};

pub(super) fn integer(text: &str, marks: NumberMarks) -> Option<String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("integers reach from -9223372036854775808 to 9223372036854775807: use a string or a number with a `physicalType` such as DECIMAL(38,0)".to_owned());
    }
    if let Some(hint) = grouped(text, marks) {
        return Some(hint);
    }
    let normal = marks.normal(text.as_bytes()).and_then(|normal| numeral::read(&normal));
    let numeral =
        normal.or_else(|| numeral::read(text.as_bytes())).or_else(|| numeral::read(text.replace(',', ".").as_bytes()));
    let hint = "integers have no decimal mark and no exponent: write the digits alone, or make the column a `number`";
    numeral.map(|_| hint.to_owned())
}

pub(super) fn number(kind: &Kind, text: &str, marks: NumberMarks) -> Option<String> {
    if marks.normal(text.as_bytes()).is_some_and(|normal| numeral::read(&normal).is_some()) {
        let hint = match kind {
            Kind::FixedPoint(_) => "write the number with fewer digits, or widen `physicalType` in the contract",
            _ => {
                "64-bit binary numbers reach to about 1.8e308: use a string, or a `physicalType` such as DECIMAL(38,0)"
            }
        };
        return Some(hint.to_owned());
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
    let is_negative = text.starts_with('(') && text.ends_with(')') || text.ends_with('-');
    text.starts_with(['$', '€', '£'])
        .then(|| "write the number without a currency sign".to_owned())
        .or_else(|| text.ends_with('%').then(|| "write the number without a percent sign".to_owned()))
        .or_else(|| is_negative.then(|| "write a negative number with a minus before it".to_owned()))
}

/// Marks between groups of digits that are in use somewhere.
fn is_mark(letter: char) -> bool {
    matches!(letter, ',' | '.' | ' ' | '\'' | '\u{2019}' | '_' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// A hint when the text is digits with marks between groups of them.
fn grouped(text: &str, marks: NumberMarks) -> Option<String> {
    let digits = text.trim_start_matches(['+', '-']);
    let mark = digits.chars().find(|letter| is_mark(*letter))?;
    if !digits.chars().all(|letter| letter.is_ascii_digit() || is_mark(letter)) {
        return None;
    }
    if Some(mark) == marks.group {
        if marks.normal(text.as_bytes()).is_some() {
            return None;
        }
        let size = match (marks.sizes.primary, marks.sizes.secondary) {
            (all, other) if all == other => all.to_string(),
            (last, others) => format!("{last}, and before them {others},"),
        };
        return Some(format!(
            "`{mark}` marks groups of {size} digits before the decimal mark `{0}`, and does not stand so here: write the number without `{mark}` if it marks thousands, with `{0}` if it is the decimal mark",
            marks.decimal
        ));
    }
    let whole = digits.split(|letter| letter != mark && is_mark(letter)).next()?;
    let groups: Vec<&str> = whole.split(mark).collect();
    let is_first = |part: &str| (1..=3).contains(&part.len()) && !part.starts_with('0');
    let in_threes = is_first(groups[0]) && groups[1..].iter().all(|part| part.len() == 3);
    if !in_threes || groups.len() < 2 {
        return None;
    }
    // One group behind a comma or a point could as well be decimals, and then the number is another one.
    let is_sure = groups.len() > 2 || !matches!(mark, ',' | '.') || whole.len() < digits.len();
    if !is_sure {
        return (mark != marks.decimal).then(|| {
            format!(
                "`{mark}` may mark thousands or decimals: write the number without it if it marks thousands, with `{}` if it is the decimal mark",
                marks.decimal
            )
        });
    }
    let setting = match mark == marks.decimal {
        true => String::new(),
        false => ", or set `groupChar` in the contract's csvDialect".to_owned(),
    };
    Some(format!("digits stand in groups: write them without `{mark}`{setting}"))
}
