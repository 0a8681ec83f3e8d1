//! Numbers stored as 64-bit floating point.

use std::cmp::Ordering;

use atalaya_contract::{Bounds, Decimal, NumberOptions};

use super::{NumberMarks, Read, integer::broken_bounds, numeral};
use crate::fault::Rules;

#[derive(Debug)]
pub(crate) struct Float {
    marks: NumberMarks,
    bounds: Bounds<Decimal>,
    multiple_of: Option<Decimal>,
    /// The bounds' nearest values; a value strictly between them is within the exact bounds too.
    between: (f64, f64),
}

impl Float {
    pub(crate) fn new(options: &NumberOptions, marks: NumberMarks) -> Self {
        let bounds = options.bounds.clone();
        let lows = [bounds.min, bounds.exclusive_min].into_iter().flatten().map(Decimal::to_f64);
        let highs = [bounds.max, bounds.exclusive_max].into_iter().flatten().map(Decimal::to_f64);
        let between = (lows.fold(f64::NEG_INFINITY, f64::max), highs.fold(f64::INFINITY, f64::min));
        Self { marks, bounds, multiple_of: options.multiple_of, between }
    }

    #[inline]
    fn check(&self, value: f64, cell: &[u8]) -> Rules {
        if self.multiple_of.is_none() && self.between.0 < value && value < self.between.1 {
            return Rules::NONE;
        }
        self.check_each(cell)
    }

    /// Compares the number as it is written, since the value's nearest binary number may lie on a bound's other side.
    #[cold]
    fn check_each(&self, cell: &[u8]) -> Rules {
        match numeral::decimal(cell) {
            Some(exact) => broken_bounds(&self.bounds, &exact)
                .and(Rules::MULTIPLE_OF.when(self.multiple_of.is_some_and(|step| !exact.is_multiple_of(step)))),
            // More digits than any bound can have.
            None => {
                let Some(number) = numeral::Written::new(cell) else { return Rules::TYPE };
                let Bounds { min, max, exclusive_min, exclusive_max } = self.bounds;
                let breaks = |bound: Option<Decimal>, test: fn(Ordering) -> bool| {
                    bound.is_some_and(|bound| test(number.compare(bound)))
                };
                Rules::MINIMUM
                    .when(breaks(min, Ordering::is_lt))
                    .and(Rules::MAXIMUM.when(breaks(max, Ordering::is_gt)))
                    .and(Rules::EXCLUSIVE_MINIMUM.when(breaks(exclusive_min, Ordering::is_le)))
                    .and(Rules::EXCLUSIVE_MAXIMUM.when(breaks(exclusive_max, Ordering::is_ge)))
                    .and(Rules::MULTIPLE_OF.when(self.multiple_of.is_some_and(|step| !number.is_multiple_of(step))))
            }
        }
    }
}

impl Read for Float {
    type Value = f64;

    #[inline]
    fn read(&self, cell: &[u8]) -> Option<(f64, Rules)> {
        if self.marks.are_plain() {
            let value = parse(cell)?;
            return Some((value, self.check(value, cell)));
        }
        let cell = self.marks.normal(cell)?;
        let value = parse(&cell)?;
        Some((value, self.check(value, &cell)))
    }
}

/// Powers of ten that are exact in 64 bits.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The nearest 64-bit number; `None` for a text that is no number, or one beyond the range.
#[inline]
pub(crate) fn parse(cell: &[u8]) -> Option<f64> {
    let numeral = numeral::read(cell)?;
    // Both operands are exact, so the one rounding of the operation is the right one.
    if let Some(mantissa @ 0..=0x20_0000_0000_0000) = numeral.mantissa
        && let Some(power) = POWERS.get(numeral.exponent.unsigned_abs() as usize)
    {
        let mantissa = mantissa as f64;
        let size = if numeral.exponent < 0 { mantissa / power } else { mantissa * power };
        return Some(if numeral.negative { -size } else { size });
    }
    let value: f64 = std::str::from_utf8(cell).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_standard_library_reads() {
        for text in [
            "0",
            "-0",
            "1.5",
            ".5",
            "5.",
            "-1e-7",
            "9007199254740993",
            "0.1",
            "1e22",
            "1e23",
            "123456789.123456789e-30",
            "4.9e-324",
            "1.7976931348623157e308",
        ] {
            let expected: f64 = text.parse().expect(text);
            assert_eq!(parse(text.as_bytes()).map(f64::to_bits), Some(expected.to_bits()), "{text}");
        }
        for text in ["nan", "inf", "1e309", "-1e999999999999", "", "infinity", "1,5"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn bounds_are_those_of_the_text() {
        let bounds = Bounds { max: Some("0.3".parse().expect("decimal")), ..Bounds::default() };
        let options = NumberOptions { bounds, multiple_of: None, decimal: None };
        let float = Float::new(&options, NumberMarks::PLAIN);
        assert_eq!(float.read(b"0.3").map(|read| read.1), Some(Rules::NONE));
        // The same binary number, but more than 0.3.
        assert_eq!(float.read(b"0.30000000000000000001").map(|read| read.1), Some(Rules::MAXIMUM));
        let longer = format!("0.3{}1", "0".repeat(60));
        assert_eq!(float.read(longer.as_bytes()).map(|read| read.1), Some(Rules::MAXIMUM));
        assert_eq!(float.read(format!("-{longer}").as_bytes()).map(|read| read.1), Some(Rules::NONE));
        let step = NumberOptions { multiple_of: Some(Decimal::from(3)), ..NumberOptions::default() };
        let step = Float::new(&step, NumberMarks::PLAIN);
        assert_eq!(step.read(b"3e40").map(|read| read.1), Some(Rules::NONE));
        assert_eq!(step.read(b"1e40").map(|read| read.1), Some(Rules::MULTIPLE_OF));
    }
}
