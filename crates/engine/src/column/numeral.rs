//! Numerals: digits with marks, apart from what they are stored as.

use std::cmp::Ordering;

use atalaya_contract::{Decimal, GroupSizes};

/// The marks of a dialect's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) decimal: char,
    pub(crate) group: Option<char>,
    pub(crate) sizes: GroupSizes,
}

impl Marks {
    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { decimal: '.', group: None, sizes: GroupSizes { primary: 3, secondary: 3 } };

    /// Whether numbers stand as programs write them: a point, and no groups.
    pub(crate) fn are_plain(self) -> bool {
        self.decimal == '.' && self.group.is_none()
    }

    /// `cell` with group marks taken out and the decimal mark made a point; `None` when it holds a mark where the
    /// dialect has none, or is not text.
    pub(crate) fn normal(self, cell: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(cell).ok()?;
        let whole = self.whole(text);
        let (head, tail) = text.split_at(whole);
        let mut out = Vec::with_capacity(cell.len());
        match self.group.filter(|group| head.contains(*group)) {
            Some(group) => self.groups(head, group, &mut out)?,
            None => out.extend_from_slice(head.as_bytes()),
        }
        for mark in tail.chars() {
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

    /// Length of the sign and the integer part, with its group marks.
    fn whole(self, text: &str) -> usize {
        let is_whole = |mark: char| mark.is_ascii_digit() || matches!(mark, '+' | '-') || Some(mark) == self.group;
        text.find(|mark| !is_whole(mark)).unwrap_or(text.len())
    }

    /// Appends the digits of an integer part without the marks between their groups.
    fn groups(self, whole: &str, group: char, out: &mut Vec<u8>) -> Option<()> {
        let unsigned = whole.strip_prefix(['+', '-']).unwrap_or(whole);
        out.extend_from_slice(&whole.as_bytes()[..whole.len() - unsigned.len()]);
        let mut parts = unsigned.split(group).peekable();
        let mut is_first = true;
        while let Some(part) = parts.next() {
            let size = usize::from(if parts.peek().is_none() { self.sizes.primary } else { self.sizes.secondary });
            // No number is written with a zero in front and marks behind: that mark was meant for decimals.
            let fits = match is_first {
                true => (1..=size).contains(&part.len()) && !part.starts_with('0'),
                false => part.len() == size,
            };
            if !fits {
                return None;
            }
            out.extend_from_slice(part.as_bytes());
            is_first = false;
        }
        Some(())
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

/// Digits that every 64-bit binary number tells apart (DBL_DIG of IEEE 754's binary64).
const DOUBLE_DIGITS: usize = 15;

/// A number as it is written, whatever its size: equal numbers are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    negative: bool,
    /// Its digits without the zeros around them; none of zero.
    pub(crate) digits: Vec<u8>,
    /// The power of ten of the last digit.
    pub(crate) exponent: i64,
}

impl Written {
    /// The number that a numeral writes.
    pub(crate) fn new(cell: &[u8]) -> Option<Self> {
        let numeral = read(cell)?;
        let end = cell.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(cell.len());
        let mut digits: Vec<u8> = cell[..end].iter().copied().filter(u8::is_ascii_digit).collect();
        let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        digits.truncate(digits.len() - zeros);
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        let exponent = if digits.is_empty() { 0 } else { i64::from(numeral.exponent) + zeros as i64 };
        Some(Self { negative: numeral.negative && !digits.is_empty(), digits, exponent })
    }

    /// Whether numbers that are written otherwise can be the same 64-bit binary number: of so few digits, within the range
    /// of normal numbers, each has its own.
    pub(crate) fn may_be_rounded(&self) -> bool {
        let first = self.exponent + self.digits.len() as i64;
        self.digits.len() > DOUBLE_DIGITS || first < -300
    }

    /// Compares the number with another one.
    pub(crate) fn compare(&self, other: Decimal) -> Ordering {
        let other = Self::new(other.to_string().as_bytes()).unwrap_or(Self {
            negative: false,
            digits: Vec::new(),
            exponent: 0,
        });
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, negative) => {
                if negative {
                    -1
                } else {
                    1
                }
            }
        };
        let first = |number: &Self| number.exponent + number.digits.len() as i64;
        let size = first(self).cmp(&first(&other)).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(&other)).then(if self.negative { size.reverse() } else { size })
    }

    /// Whether the number is `step` times a whole number.
    pub(crate) fn is_multiple_of(&self, step: Decimal) -> bool {
        self.digits.is_empty() || step.divides(&self.digits, self.exponent)
    }
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
    fn equal_numbers_have_the_same_significant_digits() {
        let significant = |text: &str| Written::new(text.as_bytes()).expect(text);
        for (left, right) in [("1.50", "15e-1"), ("0.10", ".1"), ("1200", "12e2"), ("0", "0.00e7"), ("007", "7")] {
            assert_eq!(significant(left), significant(right), "{left} {right}");
        }
        assert_ne!(significant("0.1"), significant("0.10000000000000001"));
        assert_eq!(significant("0.10000000000000001").digits.len(), 17);
        assert!(significant("1e-400").may_be_rounded() && !significant("0").may_be_rounded());
    }

    #[test]
    fn numbers_of_any_length_compare_exactly() {
        let texts =
            ["-1e50", "-2", "-1.5", "-1e-50", "0", "1e-50", "0.1", "0.10000000000000000001", "9", "10", "11.5", "1e30"];
        for (at, left) in texts.iter().enumerate() {
            for (other, right) in texts.iter().enumerate().filter(|(_, text)| text.parse::<Decimal>().is_ok()) {
                let right = right.parse().expect("a decimal");
                assert_eq!(Written::new(left.as_bytes()).expect(left).compare(right), at.cmp(&other), "{left} {right}");
            }
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
    fn group_marks_stand_between_groups_of_the_integer_part() {
        let german = Marks { decimal: ',', group: Some('.'), ..Marks::PLAIN };
        for (cell, normal) in [
            ("1.234.567,89", Some("1234567.89")),
            ("-12.345", Some("-12345")),
            ("1234567,8", Some("1234567.8")),
            (",5", Some(".5")),
            ("1,5e3", Some("1.5e3")),
            ("19.99", None),
            ("1..5", None),
            (".5", None),
            ("1.234.", None),
            (".123", None),
            ("1234.567", None),
            ("1.23.456", None),
            ("12,345.678", None),
            ("1,5e1.000", None),
            ("0.500", None),
            ("-00.123", None),
        ] {
            assert_eq!(german.normal(cell.as_bytes()).as_deref(), normal.map(str::as_bytes), "{cell}");
        }
        assert_eq!(Marks { decimal: ',', ..Marks::PLAIN }.normal(b"1.5"), None);
        let narrow = Marks { group: Some('\u{202f}'), ..Marks::PLAIN };
        assert_eq!(narrow.normal("12\u{202f}345".as_bytes()).as_deref(), Some(&b"12345"[..]));
        assert_eq!(narrow.normal("12\u{a0}345".as_bytes()), None);
    }

    #[test]
    fn the_sizes_of_groups_are_those_of_the_dialect() {
        let indian = Marks { group: Some(','), sizes: GroupSizes { primary: 3, secondary: 2 }, ..Marks::PLAIN };
        for (cell, normal) in [
            ("12,34,567.5", Some("1234567.5")),
            ("1,234", Some("1234")),
            ("12,345", Some("12345")),
            ("123,456", None),
            ("1,234,567", None),
        ] {
            assert_eq!(indian.normal(cell.as_bytes()).as_deref(), normal.map(str::as_bytes), "{cell}");
        }
        let myriads = Marks { group: Some(','), sizes: GroupSizes { primary: 4, secondary: 4 }, ..Marks::PLAIN };
        assert_eq!(myriads.normal(b"1,2345,6789").as_deref(), Some(&b"123456789"[..]));
    }
}
