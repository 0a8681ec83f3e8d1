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

    /// Whether `self` is `of` times a whole number; false when `of` is zero.
    #[must_use]
    pub fn is_multiple_of(self, of: Self) -> bool {
        let scale = self.scale.max(of.scale);
        match (self.rescale(scale), of.rescale(scale)) {
            (Some(value), Some(step)) if step != 0 => value % step == 0,
            _ => false,
        }
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
    fn multiples_are_decimal_not_binary() {
        assert!(decimal("0.3").is_multiple_of(decimal("0.1")));
        assert!(!decimal("0.35").is_multiple_of(decimal("0.1")));
        assert!(!decimal("1").is_multiple_of(decimal("0")));
    }
}
