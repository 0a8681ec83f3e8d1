//! Numbers of a fixed precision and scale, stored exactly.

use atalaya_contract::{Bounds, Decimal, DecimalType, NumberOptions};

use super::{NumberMarks, Read, integer::broken_bounds, numeral};
use crate::fault::Rules;

#[derive(Debug)]
pub(crate) struct FixedPoint {
    marks: NumberMarks,
    format: DecimalType,
    bounds: Bounds<Decimal>,
    multiple_of: Option<Decimal>,
    /// The first size that has too many digits.
    limit: i128,
}

impl FixedPoint {
    /// `format.precision` is 1 to 38.
    pub(crate) fn new(options: &NumberOptions, format: DecimalType, marks: NumberMarks) -> Self {
        let limit = 10_i128.pow(u32::from(format.precision));
        Self { marks, format, bounds: options.bounds.clone(), multiple_of: options.multiple_of, limit }
    }

    pub(crate) fn format(&self) -> DecimalType {
        self.format
    }

    /// Whether a number of the column's scale has no more digits than its precision.
    pub(crate) fn holds(&self, mantissa: i128) -> bool {
        mantissa.abs() < self.limit
    }

    fn check(&self, mantissa: i128) -> Rules {
        let value = Decimal { mantissa, scale: u32::from(self.format.scale) };
        broken_bounds(&self.bounds, &value)
            .and(Rules::MULTIPLE_OF.when(self.multiple_of.is_some_and(|step| !value.is_multiple_of(step))))
    }

    #[inline]
    fn parse(&self, cell: &[u8]) -> Option<i128> {
        let numeral = numeral::read(cell)?;
        let places = numeral.exponent.saturating_add(i32::from(self.format.scale));
        let mantissa = match numeral.mantissa {
            // The common case: at least as many places as digits after the point.
            Some(mantissa) if (0..=18).contains(&places) => i128::from(mantissa) * 10_i128.pow(places.unsigned_abs()),
            _ => numeral::decimal(cell)?.rescale(u32::from(self.format.scale))?.abs(),
        };
        (mantissa < self.limit).then_some(if numeral.negative { -mantissa } else { mantissa })
    }
}

impl Read for FixedPoint {
    type Value = i128;

    #[inline]
    fn read(&self, cell: &[u8]) -> Option<(i128, Rules)> {
        let value = if self.marks.are_plain() { self.parse(cell)? } else { self.parse(&self.marks.normal(cell)?)? };
        Some((value, self.check(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(precision: u8, scale: u8, text: &str) -> Option<i128> {
        let marks = NumberMarks::PLAIN;
        let kind = FixedPoint::new(&NumberOptions::default(), DecimalType { precision, scale }, marks);
        kind.read(text.as_bytes()).map(|read| read.0)
    }

    #[test]
    fn keeps_every_digit_or_refuses() {
        assert_eq!(read(5, 2, "123.45"), Some(12345));
        assert_eq!(read(5, 2, "-.5"), Some(-50));
        assert_eq!(read(5, 2, "1.500000"), Some(150));
        assert_eq!(read(5, 2, "1e2"), Some(10_000));
        assert_eq!(read(5, 2, "0e999999"), Some(0));
        assert_eq!(read(38, 0, "99999999999999999999999999999999999999"), Some(10_i128.pow(38) - 1));
        for text in ["1000", "1.005", "1e9", "x", "1e-99999"] {
            assert_eq!(read(5, 2, text), None, "{text}");
        }
    }
}
