//! Whole numbers of 64 bits with sign.

use atalaya_contract::{Bounds, Decimal, NumberOptions};

use super::{NumberMarks, Read};
use crate::fault::Rules;

#[derive(Debug)]
pub(crate) struct Integer {
    marks: NumberMarks,
    bounds: Bounds<Decimal>,
    multiple_of: Option<Decimal>,
    /// The least and the greatest value within all bounds.
    range: (i64, i64),
}

impl Integer {
    pub(crate) fn new(options: &NumberOptions, marks: NumberMarks) -> Self {
        let bounds = options.bounds.clone();
        let lows = [bounds.min.map(ceiling), bounds.exclusive_min.map(|bound| floor(bound).saturating_add(1))];
        let highs = [bounds.max.map(floor), bounds.exclusive_max.map(|bound| ceiling(bound).saturating_sub(1))];
        let low = lows.into_iter().flatten().max().unwrap_or(i128::MIN);
        let high = highs.into_iter().flatten().min().unwrap_or(i128::MAX);
        // An empty range stays empty when it is brought into 64 bits.
        let range = if low > high || low > i128::from(i64::MAX) || high < i128::from(i64::MIN) {
            (1, 0)
        } else {
            let within = |bound: i128| bound.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
            (within(low), within(high))
        };
        Self { marks, bounds, multiple_of: options.multiple_of, range }
    }

    /// Whether an integer is no more than its sign and its digits.
    pub(crate) fn is_plain(&self) -> bool {
        self.marks.group.is_none()
    }

    #[inline]
    fn check(&self, value: i64) -> Rules {
        if self.multiple_of.is_none() && self.range.0 <= value && value <= self.range.1 {
            return Rules::NONE;
        }
        self.check_each(value)
    }

    #[cold]
    fn check_each(&self, value: i64) -> Rules {
        let value = Decimal::from(value);
        broken_bounds(&self.bounds, &value)
            .and(Rules::MULTIPLE_OF.when(self.multiple_of.is_some_and(|step| !value.is_multiple_of(step))))
    }
}

/// The bounds that `value` breaks.
pub(super) fn broken_bounds<T: PartialOrd>(bounds: &Bounds<T>, value: &T) -> Rules {
    let breaks = |bound: &Option<T>, test: fn(&T, &T) -> bool| bound.as_ref().is_some_and(|bound| test(value, bound));
    Rules::MINIMUM
        .when(breaks(&bounds.min, |value, bound| value < bound))
        .and(Rules::MAXIMUM.when(breaks(&bounds.max, |value, bound| value > bound)))
        .and(Rules::EXCLUSIVE_MINIMUM.when(breaks(&bounds.exclusive_min, |value, bound| value <= bound)))
        .and(Rules::EXCLUSIVE_MAXIMUM.when(breaks(&bounds.exclusive_max, |value, bound| value >= bound)))
}

fn floor(number: Decimal) -> i128 {
    // A factor that does not fit is larger than any mantissa.
    match 10_i128.checked_pow(number.scale) {
        Some(factor) => number.mantissa.div_euclid(factor),
        None => number.mantissa.signum().min(0),
    }
}

fn ceiling(number: Decimal) -> i128 {
    -floor(Decimal { mantissa: -number.mantissa, scale: number.scale })
}

impl Read for Integer {
    type Value = i64;

    #[inline]
    fn read(&self, cell: &[u8]) -> Option<(i64, Rules)> {
        let value = if self.marks.group.is_none() {
            parse(cell)?
        } else {
            // A decimal mark becomes a point, which no integer holds.
            parse(&self.marks.normal(cell)?)?
        };
        Some((value, self.check(value)))
    }
}

/// Reads `[+-] digits` within 64 bits.
#[inline]
pub(crate) fn parse(cell: &[u8]) -> Option<i64> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    if digits.is_empty() {
        return None;
    }
    // Eighteen digits cannot overflow.
    if digits.len() > 18 {
        return parse_long(negative, digits);
    }
    let mut value = 0_i64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

#[cold]
fn parse_long(negative: bool, digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |value, byte| {
        let digit = i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        let value = value.checked_mul(10)?;
        if negative { value.checked_sub(digit) } else { value.checked_add(digit) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_whole_range_and_nothing_else() {
        for value in [0, 7, -7, 12_345_678, 123_456_789_012_345_678, i64::MAX, i64::MIN] {
            assert_eq!(parse(value.to_string().as_bytes()), Some(value));
        }
        assert_eq!(parse(b"+0042"), Some(42));
        assert_eq!(parse(b"00000000000000000000000000007"), Some(7));
        for text in
            ["", "-", "+", "1.0", "1e3", " 1", "1 ", "9223372036854775808", "-9223372036854775809", "1_000", "١"]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn bounds_between_whole_numbers_count() {
        let decimal = |text: &str| text.parse::<Decimal>().expect("decimal");
        let bounds = Bounds { min: Some(decimal("-1.5")), exclusive_max: Some(decimal("3")), ..Bounds::default() };
        let options = NumberOptions { bounds, ..NumberOptions::default() };
        let integer = Integer::new(&options, NumberMarks::PLAIN);
        assert_eq!(integer.range, (-1, 2));
        assert_eq!(integer.read(b"-2"), Some((-2, Rules::MINIMUM)));
        assert_eq!(integer.read(b"3"), Some((3, Rules::EXCLUSIVE_MAXIMUM)));
        assert_eq!(integer.read(b"2"), Some((2, Rules::NONE)));
    }
}
