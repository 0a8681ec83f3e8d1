//! The least and the greatest value of a column chunk.

use std::cmp::Ordering;

use parquet::{
    data_type::{ByteArray, FixedLenByteArray},
    file::statistics::{Statistics, ValueStatistics},
};

use super::physical::Physical;

/// Longest text in statistics; of longer ones none are kept.
const TEXT_BYTES: usize = 64;

/// The least and the greatest of some values in the encoding `PLAIN` (texts without their lengths).
#[derive(Debug, Clone, Default)]
pub(crate) struct Range {
    ends: Option<(Vec<u8>, Vec<u8>)>,
}

impl Range {
    /// Takes a value into account.
    #[inline]
    pub(crate) fn add(&mut self, physical: Physical, value: &[u8]) {
        let Some((least, greatest)) = &mut self.ends else {
            self.ends = Some((value.to_vec(), value.to_vec()));
            return;
        };
        if compare(physical, value, least).is_lt() {
            least.clear();
            least.extend_from_slice(value);
        } else if compare(physical, value, greatest).is_gt() {
            greatest.clear();
            greatest.extend_from_slice(value);
        }
    }

    /// As the file's footer holds it.
    pub(crate) fn statistics(&self, physical: Physical, nulls: u64) -> Statistics {
        let ends = self.ends.as_ref().filter(|(least, greatest)| {
            physical != Physical::Text || least.len() <= TEXT_BYTES && greatest.len() <= TEXT_BYTES
        });
        let nulls = Some(nulls);
        macro_rules! of {
            ($sort:ident, $value:expr) => {{
                let (least, greatest) = ends.map(|(least, greatest)| ($value(least), $value(greatest))).unzip();
                Statistics::$sort(ValueStatistics::new(least, greatest, None, nulls, false))
            }};
        }
        match physical {
            Physical::Bool => of!(Boolean, |value: &Vec<u8>| value[0] != 0),
            Physical::I32 => of!(Int32, |value: &Vec<u8>| int(value) as i32),
            Physical::I64 => of!(Int64, |value: &Vec<u8>| int(value)),
            Physical::F64 => {
                // Readers may take the two zeros apart: the range holds both.
                let ends = ends.map(|(least, greatest)| (float(least), float(greatest)));
                let least = ends.map(|(least, _)| if least == 0.0 { -0.0 } else { least });
                let greatest = ends.map(|(_, greatest)| if greatest == 0.0 { 0.0 } else { greatest });
                Statistics::Double(ValueStatistics::new(least, greatest, None, nulls, false))
            }
            Physical::Fixed(_) => {
                of!(FixedLenByteArray, |value: &Vec<u8>| FixedLenByteArray::from(value.clone()))
            }
            Physical::Text => of!(ByteArray, |value: &Vec<u8>| ByteArray::from(value.clone())),
        }
    }
}

fn compare(physical: Physical, left: &[u8], right: &[u8]) -> Ordering {
    match physical {
        Physical::Bool | Physical::Text => left.cmp(right),
        Physical::I32 | Physical::I64 => int(left).cmp(&int(right)),
        Physical::F64 => float(left).total_cmp(&float(right)),
        // Two's complement, the highest byte first: but for the sign the bytes' order is the numbers'.
        Physical::Fixed(_) => {
            let sign = |value: &[u8]| value.first().is_some_and(|byte| byte & 0x80 != 0);
            sign(right).cmp(&sign(left)).then_with(|| left.cmp(right))
        }
    }
}

/// A whole number of four or eight bytes.
fn int(value: &[u8]) -> i64 {
    match (value.first_chunk::<8>(), value.first_chunk::<4>()) {
        (Some(bytes), _) => i64::from_le_bytes(*bytes),
        (None, Some(bytes)) => i64::from(i32::from_le_bytes(*bytes)),
        (None, None) => 0,
    }
}

fn float(value: &[u8]) -> f64 {
    f64::from_bits(int(value) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(physical: Physical, values: &[&[u8]]) -> (Vec<u8>, Vec<u8>) {
        let mut range = Range::default();
        values.iter().for_each(|value| range.add(physical, value));
        range.ends.expect("values")
    }

    #[test]
    fn numbers_compare_as_numbers() {
        let ints: Vec<[u8; 8]> = [5_i64, -7, 300].map(i64::to_le_bytes).into();
        let ints: Vec<&[u8]> = ints.iter().map(|value| &value[..]).collect();
        assert_eq!(range(Physical::I64, &ints), ((-7_i64).to_le_bytes().to_vec(), 300_i64.to_le_bytes().to_vec()));
        let fixed = [[0, 1], [0xff, 0xfe], [0x7f, 0]];
        let fixed: Vec<&[u8]> = fixed.iter().map(|value| &value[..]).collect();
        assert_eq!(range(Physical::Fixed(2), &fixed), (vec![0xff, 0xfe], vec![0x7f, 0]));
        assert_eq!(range(Physical::Text, &[b"b", b"a\xff", b"a"]), (b"a".to_vec(), b"b".to_vec()));
    }
}
