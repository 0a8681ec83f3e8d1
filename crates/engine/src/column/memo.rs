//! Cells that were read before, by their text.
//!
//! In most columns few texts make up most cells. What a text was found to be (null, or a value that breaks no rule) is
//! looked up by its bytes, which is cheaper than to trim, parse and check it again and to find its value in the
//! dictionary. Slots are as small as their keys allow: what a lookup costs is mostly the way to memory.
//!
//! Places are found by multiplication with an odd number that is drawn by lot (multiply-shift hashing of Dietzfelbinger
//! et al., 1997), so that nobody can make texts that all want the same place.

use std::hash::{BuildHasher, RandomState};

/// The longest text that is remembered.
const LONGEST: usize = 32;

/// Texts with the codes of their values.
pub(crate) struct Memo {
    /// The odd number.
    factor: u64,
    tiny: Table<TinySlot>,
    short: Table<Slot<()>>,
    long: Table<Slot<[u64; 4]>>,
}

/// A text of up to 32 bytes as a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    /// Up to five bytes, and the length and one in the sixth.
    Tiny(u64),
    /// Up to seven bytes, and the length in the eighth.
    Short(u64),
    /// The first and the last sixteen bytes (of shorter texts: eight), which overlap; with the length, they are the
    /// text.
    Long([u64; 4], u64),
    /// A text too long to be remembered.
    None,
}

impl Key {
    /// The key of `cell`, whose first bytes are in `word`.
    #[inline(always)]
    pub(crate) fn new(word: u64, cell: &[u8]) -> Self {
        let length = cell.len();
        if length < 8 {
            let word = word & !(u64::MAX << (length * 8));
            return if length < 6 {
                Self::Tiny(word | (length as u64 + 1) << 40)
            } else {
                Self::Short(word | (length as u64) << 56)
            };
        }
        if length > LONGEST {
            return Self::None;
        }
        let word = |at: usize| {
            let bytes = cell[at..].first_chunk::<8>().expect("eight bytes of the cell stand from each place asked for");
            u64::from_le_bytes(*bytes)
        };
        let words = if length <= 16 {
            [word(0), word(length - 8), 0, 0]
        } else {
            [word(0), word(8), word(length - 16), word(length - 8)]
        };
        Self::Long(words, length as u64)
    }
}

/// The eight bytes from the start of the cell `text[start..end]`, whatever follows it; at the text's end, those of the
/// cell.
#[inline(always)]
pub(crate) fn first_word(text: &[u8], start: usize, end: usize) -> u64 {
    match text.get(start..).and_then(|bytes| bytes.first_chunk::<8>()) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => last_word(&text[start..end]),
    }
}

/// The word of a short text at the very end of the batch's text.
#[cold]
fn last_word(cell: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes[..cell.len()].copy_from_slice(cell);
    u64::from_le_bytes(bytes)
}

impl Memo {
    /// A memory for at most `most` texts of each size.
    pub(crate) fn new(most: usize) -> Self {
        let factor = RandomState::new().hash_one(most) | 1;
        Self { factor, tiny: Table::new(most, factor), short: Table::new(most, factor), long: Table::new(most, factor) }
    }

    /// The code of a text that is known.
    #[inline(always)]
    pub(crate) fn get(&self, key: Key) -> Option<u16> {
        match key {
            Key::Tiny(word) => self.tiny.get(word, ()),
            Key::Short(word) => self.short.get(word, ()),
            Key::Long(words, length) => self.long.get(fold(words, length, self.factor), words),
            Key::None => None,
        }
    }

    pub(crate) fn insert(&mut self, key: Key, code: u16) {
        match key {
            Key::Tiny(word) => self.tiny.insert(word, (), code),
            Key::Short(word) => self.short.insert(word, (), code),
            Key::Long(words, length) => self.long.insert(fold(words, length, self.factor), words, code),
            Key::None => {}
        }
    }

    pub(crate) fn clear(&mut self) {
        self.tiny.clear();
        self.short.clear();
        self.long.clear();
    }
}

/// One word that tells most texts apart. It holds the length, which the words of the text do not.
#[inline(always)]
fn fold(words: [u64; 4], length: u64, factor: u64) -> u64 {
    let mut folded = length;
    for word in words {
        folded = (folded ^ word).wrapping_mul(factor).rotate_left(29);
    }
    folded | 1
}

/// A place of a table. The word of a key is never zero.
trait Place: Copy + Default {
    /// What makes up a key beside its word.
    type Rest: Copy;
    fn new(word: u64, rest: Self::Rest, code: u16) -> Self;
    fn is_free(&self) -> bool;
    fn holds(&self, word: u64, rest: Self::Rest) -> bool;
    fn parts(&self) -> (u64, Self::Rest, u16);
}

/// A word of 48 bits and, above it, the code.
#[derive(Clone, Copy, Default)]
struct TinySlot(u64);

impl Place for TinySlot {
    type Rest = ();

    fn new(word: u64, (): (), code: u16) -> Self {
        Self(word | u64::from(code) << 48)
    }

    #[inline(always)]
    fn is_free(&self) -> bool {
        self.0 == 0
    }

    #[inline(always)]
    fn holds(&self, word: u64, (): ()) -> bool {
        (self.0 ^ word) << 16 == 0
    }

    #[inline(always)]
    fn parts(&self) -> (u64, (), u16) {
        (self.0 << 16 >> 16, (), (self.0 >> 48) as u16)
    }
}

#[derive(Clone, Copy, Default)]
struct Slot<R> {
    word: u64,
    rest: R,
    code: u16,
}

impl<R: Copy + Default + PartialEq> Place for Slot<R> {
    type Rest = R;

    fn new(word: u64, rest: R, code: u16) -> Self {
        Self { word, rest, code }
    }

    #[inline(always)]
    fn is_free(&self) -> bool {
        self.word == 0
    }

    #[inline(always)]
    fn holds(&self, word: u64, rest: R) -> bool {
        self.word == word && self.rest == rest
    }

    #[inline(always)]
    fn parts(&self) -> (u64, R, u16) {
        (self.word, self.rest, self.code)
    }
}

/// Open addressing, at most half full.
struct Table<P> {
    slots: Vec<P>,
    used: usize,
    most: usize,
    /// What a word is multiplied by, and how far the product is shifted, to become a place.
    factor: u64,
    shift: u32,
}

impl<P: Place> Table<P> {
    const FIRST_SLOTS: usize = 64;

    fn new(most: usize, factor: u64) -> Self {
        Self { slots: Vec::new(), used: 0, most, factor, shift: 0 }
    }

    #[inline(always)]
    fn place(&self, word: u64) -> usize {
        (word.wrapping_mul(self.factor) >> self.shift) as usize
    }

    #[inline(always)]
    fn get(&self, word: u64, rest: P::Rest) -> Option<u16> {
        let mut at = self.place(word);
        loop {
            // Past the last slot the search ends: see `insert`.
            let slot = self.slots.get(at)?;
            if slot.holds(word, rest) {
                return Some(slot.parts().2);
            }
            if slot.is_free() {
                return None;
            }
            at += 1;
        }
    }

    fn insert(&mut self, word: u64, rest: P::Rest, code: u16) {
        if self.used >= self.most {
            return;
        }
        if (self.used + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mut at = self.place(word);
        // Keys that would stand past the last slot are not remembered: they are few, and a search needs no wrapping.
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.is_free() {
                *slot = P::new(word, rest, code);
                self.used += 1;
                return;
            }
            at += 1;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(Self::FIRST_SLOTS);
        let slots = std::mem::replace(&mut self.slots, vec![P::default(); size]);
        self.shift = 64 - size.trailing_zeros();
        self.used = 0;
        for (word, rest, code) in slots.iter().filter(|slot| !slot.is_free()).map(P::parts) {
            self.insert(word, rest, code);
        }
    }

    fn clear(&mut self) {
        self.slots.fill(P::default());
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        cell(text.as_bytes(), 0, text.len())
    }

    fn cell(text: &[u8], start: usize, end: usize) -> Key {
        Key::new(first_word(text, start, end), &text[start..end])
    }

    #[test]
    fn texts_are_told_apart() {
        let mut texts: Vec<String> = (0..40_usize).map(|length| "a".repeat(length)).collect();
        texts.extend((0..40).map(|length| "a".repeat(length) + "\0"));
        texts.extend((1..40).map(|length| "b".to_owned() + &"a".repeat(length)));
        texts.extend((0..3000).map(|number| number.to_string()));
        texts.extend((0..3000).map(|number| format!("N{number}AA")));
        texts.sort();
        texts.dedup();
        let mut memo = Memo::new(10_000);
        for (code, text) in texts.iter().enumerate() {
            assert_eq!(memo.get(key(text)), None, "{text:?}");
            memo.insert(key(text), code as u16);
        }
        let known = texts.iter().enumerate().filter(|(code, text)| memo.get(key(text)) == Some(*code as u16)).count();
        let long = texts.iter().filter(|text| text.len() > LONGEST).count();
        assert!(known + long + 8 >= texts.len(), "{known} of {}", texts.len());
        memo.clear();
        assert_eq!(memo.get(key("a")), None);
    }

    #[test]
    fn nobody_knows_where_a_text_stands() {
        let places = |memo: &mut Memo| {
            (0..1_000).for_each(|number| memo.insert(key(&format!("{number:06}")), number));
            memo.short.slots.iter().map(|slot| slot.parts().2).collect::<Vec<_>>()
        };
        assert_ne!(places(&mut Memo::new(1_000)), places(&mut Memo::new(1_000)));
    }

    #[test]
    fn what_follows_a_cell_makes_no_difference() {
        let mut memo = Memo::new(100);
        memo.insert(cell(b"12,34,56,78", 0, 2), 7);
        assert_eq!(memo.get(cell(b"12", 0, 2)), Some(7));
        assert_eq!(memo.get(cell(b"9,12\n", 2, 4)), Some(7));
        assert_eq!(memo.get(cell(b"9,12\n", 2, 5)), None);
    }
}
