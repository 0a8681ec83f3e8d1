//! How Parquet stores values.

use arrow_schema::DataType;

/// A value of a type with a fixed size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar {
    Bool(bool),
    I32(i32),
    I64(i64),
    I128(i128),
    F64(f64),
}

/// Parquet's physical types, as far as columns have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Physical {
    Bool,
    I32,
    I64,
    F64,
    /// Whole numbers of this many bytes, the highest first.
    Fixed(usize),
    Text,
}

impl Physical {
    /// The physical type that a column of an Arrow type is stored as.
    pub(crate) fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Bool,
            DataType::Date32 => Self::I32,
            DataType::Float64 => Self::F64,
            DataType::Decimal128(1..=9, _) => Self::I32,
            DataType::Decimal128(10..=18, _) => Self::I64,
            DataType::Decimal128(precision, _) => Self::Fixed(fixed_size(*precision)),
            DataType::Utf8 => Self::Text,
            _ => Self::I64,
        }
    }

    /// Appends a value in the encoding `PLAIN`. Booleans, of which eight share a byte, take a whole one here.
    #[inline]
    pub(crate) fn plain(self, value: Scalar, out: &mut Vec<u8>) {
        match (self, value) {
            (_, Scalar::Bool(value)) => out.push(u8::from(value)),
            (_, Scalar::I32(value)) => out.extend_from_slice(&value.to_le_bytes()),
            (_, Scalar::I64(value)) => out.extend_from_slice(&value.to_le_bytes()),
            (_, Scalar::F64(value)) => out.extend_from_slice(&value.to_le_bytes()),
            // The precision bounds the value to what the type holds.
            (Self::I32, Scalar::I128(value)) => out.extend_from_slice(&(value as i32).to_le_bytes()),
            (Self::I64, Scalar::I128(value)) => out.extend_from_slice(&(value as i64).to_le_bytes()),
            (Self::Fixed(size), Scalar::I128(value)) => out.extend_from_slice(&value.to_be_bytes()[16 - size..]),
            (_, Scalar::I128(value)) => out.extend_from_slice(&value.to_be_bytes()),
        }
    }

    /// Appends a text in the encoding `PLAIN`.
    #[inline]
    pub(crate) fn plain_text(text: &[u8], out: &mut Vec<u8>) {
        // A text is shorter than a record, which is shorter than memory; its length fits 32 bits.
        out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        out.extend_from_slice(text);
    }
}

/// The fewest bytes that hold every number of so many digits, with its sign.
fn fixed_size(precision: u8) -> usize {
    let bits = f64::from(precision) * std::f64::consts::LOG2_10 + 1.0;
    (bits / 8.0).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_sizes_hold_their_digits_and_no_more() {
        for precision in 19..=38_u8 {
            let size = fixed_size(precision);
            let largest = 10_i128.pow(u32::from(precision)) - 1;
            let fits = |bytes: usize| bytes == 16 || largest < 1_i128 << (bytes * 8 - 1);
            assert!(fits(size) && !fits(size - 1), "{precision}");
        }
    }
}
