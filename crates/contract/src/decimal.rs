//! Exact decimal numbers, for bounds and multiples: `0.1` in a contract means one tenth, not the nearest binary number.

use std::{cmp::Ordering, fmt, str::FromStr};

/// The most digits that fit: those of Arrow's `Decimal128`.
const MAX_DIGITS: u32 = 38;

/// `mantissa × 10^-scale`.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    /// All digits as one whole number, with the sign.
    pub mantissa: i128,
    /// How many of the digits stand after the point.
    pub scale: u32,
}

/// A text that is no decimal number of at most 38 digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 38 digits")]
pub struct DecimalError;

impl Decimal {
    /// The number with its mantissa brought to `scale`, or `None` when digits would be lost or do not fit.
    #[must_use]
    pub fn rescale(self, scale: u32) -> Option<i128> {
        if scale >= self.scale {
            let factor = 10_i128.checked_pow(scale - self.scale)?;
            return self.mantissa.checked_mul(factor);
        }
        let factor = 10_i128.checked_pow(self.scale - scale)?;
        (self.mantissa % factor == 0).then(|| self.mantissa / factor)
    }

    /// The nearest binary number.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // Through the text, so that the result is the correctly rounded one.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Compares `numerator / denominator`, which is not negative, with `value`: exactly, whatever their sizes.
    ///
    /// # Panics
    /// `denominator` is zero.
    #[must_use]
    pub fn from_fraction_cmp(numerator: u128, denominator: u128, value: Self) -> Ordering {
        if value.mantissa < 0 {
            return Ordering::Greater;
        }
        // A scale is at most 38, whose power of ten fits.
        fraction_cmp((numerator, denominator), (value.mantissa.unsigned_abs(), 10_u128.pow(value.scale)))
    }

    /// Whether `self` is `of` times a whole number; false when `of` is zero.
    #[must_use]
    pub fn is_multiple_of(self, of: Self) -> bool {
        let scale = self.scale.max(of.scale);
        match (self.rescale(scale), of.rescale(scale)) {
            (_, Some(0)) => false,
            (Some(value), Some(step)) => value % step == 0,
            _ => of.divides(self.mantissa.unsigned_abs().to_string().as_bytes(), -i64::from(self.scale)),
        }
    }

    /// Whether `digits × 10^exponent`, of any number of digits, is this times a whole number; false when this is zero.
    #[must_use]
    pub fn divides(self, digits: &[u8], exponent: i64) -> bool {
        let step = self.mantissa.unsigned_abs();
        if step == 0 {
            return false;
        }
        // The number divided by the step is digits × 10^shift / step.
        let shift = exponent + i64::from(self.scale);
        let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        let cut = usize::try_from(-shift).unwrap_or(0);
        if cut > zeros && zeros < digits.len() {
            return false;
        }
        let kept = &digits[..digits.len() - cut.min(zeros)];
        let times_ten = |rest: u128| (0..9).fold(rest, |sum, _| sum_modulo(sum, rest, step));
        let digit = |rest: u128, digit: u8| sum_modulo(times_ten(rest), u128::from(digit) % step, step);
        let mut rest = kept.iter().fold(0, |rest, byte| digit(rest, byte - b'0'));
        // A factor of two or five at a time is taken from the step: after its 127 bits, more zeros change nothing.
        for _ in 0..shift.clamp(0, 256) {
            rest = times_ten(rest);
        }
        rest == 0
    }
}

/// `(left + right) % modulus` of two numbers below it, whose sum may not fit.
fn sum_modulo(left: u128, right: u128, modulus: u128) -> u128 {
    let room = modulus - left;
    if right >= room { right - room } else { left + right }
}

/// Compares two fractions by their continued fractions, whose terms never outgrow the fractions' own parts.
fn fraction_cmp(mut left: (u128, u128), mut right: (u128, u128)) -> Ordering {
    loop {
        let wholes = (left.0 / left.1).cmp(&(right.0 / right.1));
        let (rest_left, rest_right) = (left.0 % left.1, right.0 % right.1);
        if wholes.is_ne() || rest_left == 0 || rest_right == 0 {
            return wholes.then(rest_left.cmp(&0).cmp(&rest_right.cmp(&0)));
        }
        // Of two fractions below one the greater has the smaller reciprocal.
        (left, right) = ((right.1, rest_right), (left.1, rest_left));
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `[+-] digits [. digits] [e [+-] digits]`.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (number, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().map_err(|_| DecimalError)?),
            None => (text, 0),
        };
        let (negative, digits) = match number.as_bytes().first() {
            Some(b'-') => (true, &number[1..]),
            Some(b'+') => (false, &number[1..]),
            _ => (false, number),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(DecimalError);
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(DecimalError);
            }
            mantissa = mantissa.checked_mul(10).ok_or(DecimalError)?;
            mantissa = mantissa.checked_add(i128::from(byte - b'0')).ok_or(DecimalError)?;
        }
        let places = i32::try_from(fraction.len()).map_err(|_| DecimalError)?;
        let scale = places.checked_sub(exponent).ok_or(DecimalError)?;
        if negative {
            mantissa = -mantissa;
        }
        if scale >= 0 {
            let scale = scale.unsigned_abs();
            if scale > MAX_DIGITS {
                return Err(DecimalError);
            }
            return Ok(Self { mantissa, scale });
        }
        let factor = 10_i128.checked_pow(scale.unsigned_abs()).ok_or(DecimalError)?;
        Ok(Self { mantissa: mantissa.checked_mul(factor).ok_or(DecimalError)?, scale: 0 })
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self { mantissa: i128::from(value), scale: 0 }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.rescale(scale), other.rescale(scale)) {
            (Some(left), Some(right)) => left.cmp(&right),
            // Only one side can overflow at the common scale (its own is the smaller): that side is the larger in size.
            (None, _) => self.mantissa.cmp(&0),
            (_, None) => 0.cmp(&other.mantissa),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.mantissa);
        }
        let width = self.scale as usize + 1;
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs());
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[test]
    fn reads_and_prints_what_people_write() {
        for text in ["0", "-7", "0.10", "-0.05", "123456789012345678901234567890.12345678"] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal("1.5e3"), decimal("1500"));
        assert_eq!(decimal("15e-1"), decimal("1.50"));
        assert_eq!(decimal(".5"), decimal("0.5"));
        for text in ["", ".", "-", "1,5", "1e", "NaN", "1.2.3", "9e99"] {
            assert!(text.parse::<Decimal>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn compares_exactly_at_any_scale() {
        assert!(decimal("0.1") < decimal("0.1000000000000000000000000001"));
        assert!(decimal("-2") < decimal("-1.99"));
        let huge = decimal("99999999999999999999999999999999999999");
        assert!(huge > decimal("0.00000000000000000000000000000000000001"));
        assert!(decimal("0.00000000000000000000000000000000000001") < huge);
    }

    #[test]
    fn fractions_compare_as_their_cross_products_do() {
        for (numerator, denominator) in [(0, 1), (1, 3), (1, 7), (22, 7), (69, 375), (184, 1000), (999, 1000), (5, 2)] {
            for text in ["0", "0.1428571428571428571428571428", "0.184", "0.3333333333", "0.999", "2.5", "3.14", "-1"] {
                let value = decimal(text);
                let scaled = numerator * 10_i128.pow(value.scale);
                let expected = scaled.cmp(&(value.mantissa * denominator));
                let found = Decimal::from_fraction_cmp(numerator as u128, denominator as u128, value);
                assert_eq!(found, expected, "{numerator}/{denominator} and {text}");
            }
        }
    }

    #[test]
    fn multiples_are_decimal_not_binary() {
        assert!(decimal("0.3").is_multiple_of(decimal("0.1")));
        assert!(!decimal("0.35").is_multiple_of(decimal("0.1")));
        assert!(!decimal("1").is_multiple_of(decimal("0")));
        assert!(decimal("0").is_multiple_of(decimal("7")));
        for (value, step, is_multiple) in [
            ("123456789012", "1e-30", true),
            ("99999999999999999999999999999999999999", "1e-38", true),
            ("0.00000000000000000000000000000000000001", "10", false),
            ("99999999999999999999999999999999999999", "0.3", true),
            ("99999999999999999999999999999999999998", "0.3", false),
        ] {
            assert_eq!(decimal(value).is_multiple_of(decimal(step)), is_multiple, "{value} {step}");
        }
        let tiny = "0.00000000000000000000000000000000000000".parse::<Decimal>().expect("zero");
        assert!(tiny.is_multiple_of(decimal("1000000000")));
        assert!(
            decimal("3").divides(b"3", 40) && !decimal("3").divides(b"1", 40) && decimal("1e-10").divides(b"1", 30)
        );
        assert!(decimal("1024").divides(b"1", 10) && !decimal("2048").divides(b"1", 10));
    }
}
