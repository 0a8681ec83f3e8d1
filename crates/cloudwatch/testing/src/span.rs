//! Lengths of time as tests write them: `5m`, `1h30m`, `90s`, `2d`.

/// Units from the longest to the shortest; within a text they come in this order.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

/// Whole seconds of a text such as `1h30m`; `None` when it is no such text.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let mut total = 0_i64;
    let mut units = UNITS.iter();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: i64 = rest[..end].parse().ok()?;
        let letter = rest[end..].chars().next()?;
        let (_, length) = units.find(|(unit, _)| *unit == letter)?;
        total = total.checked_add(number.checked_mul(*length)?)?;
        rest = &rest[end + letter.len_utf8()..];
    }
    (!text.is_empty()).then_some(total)
}

/// The shortest such text: `5m`, `1h30m`, `0m`.
pub(super) fn text(seconds: i64) -> String {
    if seconds < 0 {
        return format!("-{}", text(-seconds));
    }
    let mut rest = seconds;
    let mut text = String::new();
    for (unit, length) in UNITS {
        if rest >= length {
            text.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if text.is_empty() { "0m".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (span, length) in
            [("0m", 0), ("5m", 300), ("1h30m", 5400), ("90s", 90), ("2d", 172_800), ("1d2h3m4s", 93_784)]
        {
            assert_eq!(seconds(span), Some(length), "{span}");
            assert_eq!(seconds(&text(length)), Some(length), "{span}");
        }
        assert_eq!((text(5400), text(-60)), ("1h30m".to_owned(), "-1m".to_owned()));
        for wrong in ["", "5", "m", "5 m", "30m1h", "5min", "-5m", "1.5h", "5m5m", "99999999999999999999d"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
