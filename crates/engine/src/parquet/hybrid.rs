//! Parquet's hybrid of run lengths and bit packing, for dictionary indices and definition levels.

/// Values packed together.
const GROUP: usize = 8;

/// Appends `values`, each below `2^width`, to `out`. `width` is 0 to 16.
pub(crate) fn encode(values: &[u16], width: u8, out: &mut Vec<u8>) {
    let mut literals = 0;
    let mut at = 0;
    while let Some(group) = values.get(at..at + GROUP) {
        let first = group[0];
        // Folding instead of stopping at the first difference lets the comparison be done on all eight at once.
        if group.iter().fold(0, |difference, value| difference | (value ^ first)) != 0 {
            at += GROUP;
            continue;
        }
        let run = values[at..].iter().position(|value| *value != first).unwrap_or(values.len() - at);
        if run < 2 * GROUP {
            at += GROUP;
            continue;
        }
        pack(&values[literals..at], width, out);
        varint((run as u64) << 1, out);
        out.extend_from_slice(&first.to_le_bytes()[..usize::from(width.div_ceil(8))]);
        at += run;
        literals = at;
    }
    pack(&values[literals..], width, out);
}

/// Appends a run of one value.
pub(crate) fn run(value: u16, count: usize, width: u8, out: &mut Vec<u8>) {
    varint((count as u64) << 1, out);
    out.extend_from_slice(&value.to_le_bytes()[..usize::from(width.div_ceil(8))]);
}

fn pack(values: &[u16], width: u8, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    varint((values.len().div_ceil(GROUP) as u64) << 1 | 1, out);
    match width {
        0 => {}
        1 => pack_width::<1>(values, out),
        2 => pack_width::<2>(values, out),
        3 => pack_width::<3>(values, out),
        4 => pack_width::<4>(values, out),
        5 => pack_width::<5>(values, out),
        6 => pack_width::<6>(values, out),
        7 => pack_width::<7>(values, out),
        8 => pack_width::<8>(values, out),
        9 => pack_width::<9>(values, out),
        10 => pack_width::<10>(values, out),
        11 => pack_width::<11>(values, out),
        12 => pack_width::<12>(values, out),
        13 => pack_width::<13>(values, out),
        14 => pack_width::<14>(values, out),
        15 => pack_width::<15>(values, out),
        _ => pack_width::<16>(values, out),
    }
}

fn pack_width<const WIDTH: usize>(values: &[u16], out: &mut Vec<u8>) {
    let (groups, rest) = values.as_chunks::<GROUP>();
    out.reserve((groups.len() + 1) * WIDTH);
    for group in groups {
        out.extend_from_slice(&packed::<WIDTH>(group)[..WIDTH]);
    }
    if !rest.is_empty() {
        let mut group = [0; GROUP];
        group[..rest.len()].copy_from_slice(rest);
        out.extend_from_slice(&packed::<WIDTH>(&group)[..WIDTH]);
    }
}

/// Eight values in as many bytes as one has bits.
#[inline]
fn packed<const WIDTH: usize>(group: &[u16; GROUP]) -> [u8; 16] {
    let half = |values: &[u16]| values.iter().rev().fold(0_u64, |bits, value| bits << WIDTH | u64::from(*value));
    let (low, high) = (half(&group[..4]), half(&group[4..]));
    (u128::from(low) | u128::from(high) << (4 * WIDTH)).to_le_bytes()
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Bits that the values below `count` need.
pub(crate) fn width(count: usize) -> u8 {
    // At most 16 for the indices of a dictionary.
    (usize::BITS - count.saturating_sub(1).leading_zeros()) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A decoder as the format's page describes it.
    fn decode(mut bytes: &[u8], width: u8, count: usize) -> Vec<u16> {
        let mut values = Vec::new();
        while values.len() < count {
            let (mut header, mut shift) = (0_u64, 0);
            loop {
                let byte = bytes[0];
                bytes = &bytes[1..];
                header |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            let amount = (header >> 1) as usize;
            if header & 1 == 0 {
                let size = usize::from(width.div_ceil(8));
                let value = bytes[..size].iter().rev().fold(0, |value, byte| value << 8 | u16::from(*byte));
                values.extend(std::iter::repeat_n(value, amount));
                bytes = &bytes[size..];
            } else {
                for at in 0..amount * 8 {
                    let bit = |k: usize| {
                        u16::from(bytes[(at * usize::from(width) + k) / 8] >> ((at * usize::from(width) + k) % 8) & 1)
                    };
                    values.push((0..usize::from(width)).fold(0, |value, k| value | bit(k) << k));
                }
                bytes = &bytes[amount * usize::from(width)..];
            }
        }
        assert!(bytes.is_empty());
        values.truncate(count);
        values
    }

    #[test]
    fn what_is_encoded_decodes() {
        for width in 0..=16_u8 {
            let mut values = Vec::new();
            let mut state = 12_345_u32;
            for step in 0..500_u32 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let value = ((state >> 16) & ((1 << width) - 1)) as u16;
                let times = if step % 7 == 0 { (state >> 8) % 60 } else { 1 };
                values.extend(std::iter::repeat_n(value, times as usize));
            }
            for count in [0, 1, 7, 8, 9, 16, 100, values.len()] {
                let mut bytes = Vec::new();
                encode(&values[..count], width, &mut bytes);
                assert_eq!(decode(&bytes, width, count), values[..count], "width {width}");
            }
        }
        assert_eq!(
            [width(0), width(1), width(2), width(3), width(256), width(257), width(65_535)],
            [0, 0, 1, 2, 8, 9, 16]
        );
    }
}
