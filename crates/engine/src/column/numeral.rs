//! Numerals: digits with marks, apart from what they are stored as.

use atalaya_contract::Decimal;

/// The marks of a dialect's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) decimal: char,
    pub(crate) group: Option<char>,
}

impl Marks {
    /// Whether numbers stand as programs write them: a point, and no groups.
    pub(crate) fn are_plain(self) -> bool {
        self.decimal == '.' && self.group.is_none()
    }

    /// `cell` with group marks taken out and the decimal mark made a point; `None` when it holds a point that the
    /// dialect gives no meaning, or is not text.
    pub(crate) fn normal(self, cell: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(cell.len());
        for mark in std::str::from_utf8(cell).ok()?.chars() {
            if Some(mark) == self.group {
                continue;
            }
            if mark == self.decimal {
                out.push(b'.');
            } else if mark == '.' || !mark.is_ascii() {
                return None;
            } else {
                out.push(mark as u8);
            }
        }
        Some(out)
    }
}

/// `±mantissa × 10^exponent`, as far as it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numeral {
    pub(crate) negative: bool,
    /// All digits as one number, when they fit.
    pub(crate) mantissa: Option<u64>,
    pub(crate) exponent: i32,
}

/// Reads `[+-] digits [. digits] [e [+-] digits]`; `None` when `cell` is not of that form. Digits may be missing on
/// one side of the point.
#[inline]
pub(crate) fn read(cell: &[u8]) -> Option<Numeral> {
    let (negative, rest) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    let mut mantissa = Some(0_u64);
    let whole = digits(rest, &mut mantissa);
    let (mut fraction, mut used) = (0, whole);
    if rest.get(whole) == Some(&b'.') {
        fraction = digits(&rest[whole + 1..], &mut mantissa);
        used += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    let mut exponent = i32::try_from(fraction).ok()?.wrapping_neg();
    match rest.get(used) {
        None => {}
        Some(b'e' | b'E') => exponent = exponent.saturating_add(exponent_of(&rest[used + 1..])?),
        Some(_) => return None,
    }
    Some(Numeral { negative, mantissa, exponent })
}

/// Adds the digits that `text` starts with to `mantissa`: how many.
#[inline]
fn digits(text: &[u8], mantissa: &mut Option<u64>) -> usize {
    let mut count = 0;
    // Nineteen digits fit in any case; the sum of both sides' digits is what counts, so each step is checked after ten.
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        *mantissa = match *mantissa {
            Some(value) if value <= (u64::MAX - 9) / 10 => Some(value * 10 + u64::from(digit)),
            _ => None,
        };
        count += 1;
    }
    count
}

/// Reads `[+-] digits`; a size beyond any type's range is cut, so that its sign still tells too large from too small.
fn exponent_of(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0_i32, |size, digit| (size * 10 + i32::from(digit - b'0')).min(100_000));
    Some(if negative { -size } else { size })
}

/// The number that `cell`, a numeral, writes, when its significant digits fit in 38; zeros at the end do not count.
pub(crate) fn decimal(cell: &[u8]) -> Option<Decimal> {
    let numeral = read(cell)?;
    let end = cell.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(cell.len());
    let digits = cell[..end].iter().filter(|byte| byte.is_ascii_digit());
    let zeros = digits.clone().rev().take_while(|byte| **byte == b'0').count();
    let count = digits.clone().count() - zeros;
    let mut mantissa = 0_i128;
    for digit in digits.take(count) {
        mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    if mantissa == 0 {
        return Some(Decimal::from(0));
    }
    let exponent = numeral.exponent.checked_add(i32::try_from(zeros).ok()?)?;
    let size = 10_i128.checked_pow(exponent.unsigned_abs())?;
    let scale = if exponent < 0 { exponent.unsigned_abs() } else { 0 };
    let mantissa = if exponent > 0 { mantissa.checked_mul(size)? } else { mantissa };
    Some(Decimal { mantissa: if numeral.negative { -mantissa } else { mantissa }, scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numerals_and_nothing_else() {
        let numeral = |text: &str| read(text.as_bytes()).map(|n| (n.negative, n.mantissa, n.exponent));
        assert_eq!(numeral("-12.50"), Some((true, Some(1250), -2)));
        assert_eq!(numeral("+.5"), Some((false, Some(5), -1)));
        assert_eq!(numeral("5."), Some((false, Some(5), 0)));
        assert_eq!(numeral("1.5E+3"), Some((false, Some(15), 2)));
        assert_eq!(numeral("99999999999999999999"), Some((false, None, 0)));
        for text in ["", ".", "-", "+-1", "1e", "1e+", "NaN", "inf", "1.2.3", "1,5", " 1", "1 ", "0x10", "1_0"] {
            assert_eq!(numeral(text), None, "{text:?}");
        }
    }

    #[test]
    fn decimals_keep_every_digit_that_counts() {
        let text = |text: &str| decimal(text.as_bytes()).map(|decimal| decimal.to_string());
        assert_eq!(text(&format!("-1.5{}", "0".repeat(80))).as_deref(), Some("-1.5"));
        assert_eq!(text(&format!("{}7e-1", "0".repeat(80))).as_deref(), Some("0.7"));
        assert_eq!(text("12e2").as_deref(), Some("1200"));
        assert_eq!(text("0e99999").as_deref(), Some("0"));
        assert_eq!(text(&"1".repeat(40)), None);
    }

    #[test]
    fn marks_become_those_of_programs() {
        let marks = Marks { decimal: ',', group: Some('.') };
        assert_eq!(marks.normal("1.234.567,89".as_bytes()).as_deref(), Some(&b"1234567.89"[..]));
        assert_eq!(Marks { decimal: ',', group: None }.normal(b"1.5"), None);
        let marks = Marks { decimal: '.', group: Some('\u{202f}') };
        assert_eq!(marks.normal("12\u{202f}345".as_bytes()).as_deref(), Some(&b"12345"[..]));
    }
}
