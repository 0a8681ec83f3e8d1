//! Small integers, by their value.
//!
//! Most integer cells have at most four digits. Their value is found without a loop and without a branch on the
//! digits, and is itself the place where the code stands: small tables that stay near the processor.

/// Digits that are read together.
const DIGITS: usize = 4;

/// Values of one sign.
const VALUES: usize = 10_usize.pow(DIGITS as u32);

/// No code is known for the value.
const UNKNOWN: u16 = u16::MAX - 1;

/// The codes of the integers from -9999 to 9999.
pub(crate) struct Direct {
    codes: Vec<u16>,
}

impl Direct {
    pub(crate) fn new() -> Self {
        Self { codes: vec![UNKNOWN; 2 * VALUES] }
    }

    /// Where the code of a cell of `length` bytes stands, whose first bytes are in `word`; `None` for a cell that is no
    /// small integer.
    #[inline(always)]
    pub(crate) fn place(word: u64, length: usize) -> Option<usize> {
        let negative = usize::from(word as u8 == b'-');
        // An empty cell wraps around to a huge length.
        let missing = DIGITS.wrapping_sub(length.wrapping_sub(negative));
        if missing >= DIGITS {
            return None;
        }
        // Digits become their values; what is not in the cell becomes zeros in front.
        let digits = ((word >> (negative * 8)) as u32 ^ 0x3030_3030) << (missing * 8);
        if (digits | digits.wrapping_add(0x7676_7676)) & 0x8080_8080 != 0 {
            return None;
        }
        let pairs = (digits.wrapping_mul(10) + (digits >> 8)) & 0x00ff_00ff;
        let value = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0xffff;
        Some(value as usize + negative * VALUES)
    }

    /// The code at a place, if it is known.
    #[inline(always)]
    pub(crate) fn get(&self, place: usize) -> Option<u16> {
        self.codes.get(place).copied().filter(|code| *code != UNKNOWN)
    }

    pub(crate) fn insert(&mut self, place: usize, code: u16) {
        self.codes[place] = code;
    }

    pub(crate) fn clear(&mut self) {
        self.codes.fill(UNKNOWN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(cell: &str) -> Option<usize> {
        let text = format!("7,{cell},12345678");
        Direct::place(crate::column::memo::first_word(text.as_bytes(), 2, 2 + cell.len()), cell.len())
    }

    #[test]
    fn places_are_values() {
        for value in 0..VALUES {
            assert_eq!(place(&value.to_string()), Some(value));
            assert_eq!(place(&format!("-{value}")), Some(value + VALUES));
            assert_eq!(place(&format!("{value:04}")), Some(value));
        }
        for cell in ["", "-", "--1", "+1", "12345", "-12345", "NA", "1.5", "1a", "a1", " 1", "1 ", "/", ":", "é", "1-1"]
        {
            assert_eq!(place(cell), None, "{cell:?}");
        }
    }
}
