//! The distinct values of a column in a row group.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

/// Most values: an index has 16 bits, of which the last value is kept free.
const MOST_VALUES: usize = 0xfff0;

/// Most bytes of values: more would not be worth repeating in every row group.
const MOST_BYTES: usize = 1 << 20;

/// The dictionary has no room for another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// Values in the encoding `PLAIN`, numbered in the order in which they came.
#[derive(Default)]
pub(crate) struct Dictionary {
    /// The body of the dictionary's page.
    pub(crate) plain: Vec<u8>,
    /// Where each value ends in it.
    pub(crate) ends: Vec<u32>,
    index: HashTable<u16>,
    /// Seeded, so that nobody can make values that all collide.
    hasher: RandomState,
}

impl Dictionary {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The index of a value, new or known.
    pub(crate) fn index(&mut self, value: &[u8]) -> Result<u16, Full> {
        let hash = self.hasher.hash_one(value);
        let (plain, ends) = (&self.plain, &self.ends);
        if let Some(index) = self.index.find(hash, |index| get(plain, ends, usize::from(*index)) == value) {
            return Ok(*index);
        }
        if self.ends.len() >= MOST_VALUES || self.plain.len() + value.len() > MOST_BYTES {
            return Err(Full);
        }
        let index = self.ends.len() as u16;
        self.plain.extend_from_slice(value);
        self.ends.push(self.plain.len() as u32);
        let (plain, ends) = (&self.plain, &self.ends);
        let hasher = &self.hasher;
        self.index.insert_unique(hash, index, |index| hasher.hash_one(get(plain, ends, usize::from(*index))));
        Ok(index)
    }

    /// All values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|index| get(&self.plain, &self.ends, index))
    }

    pub(crate) fn clear(&mut self) {
        self.plain.clear();
        self.ends.clear();
        self.index.clear();
    }
}

fn get<'a>(plain: &'a [u8], ends: &[u32], index: usize) -> &'a [u8] {
    let start = index.checked_sub(1).map_or(0, |before| ends[before] as usize);
    &plain[start..ends[index] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_knows_where_a_value_stands() {
        let [first, second] = [Dictionary::default(), Dictionary::default()].map(|one| one.hasher.hash_one(b"value"));
        assert_ne!(first, second);
    }

    #[test]
    fn values_keep_their_numbers_until_there_are_too_many() {
        let mut dictionary = Dictionary::default();
        for round in 0..2 {
            for value in 0..MOST_VALUES as u32 {
                assert_eq!(dictionary.index(&value.to_le_bytes()), Ok(value as u16), "round {round}");
            }
        }
        assert_eq!(dictionary.index(b"another"), Err(Full));
        assert_eq!(dictionary.values().nth(7), Some(&7_u32.to_le_bytes()[..]));
    }
}
