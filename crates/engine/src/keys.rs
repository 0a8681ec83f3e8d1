//! Keys: values that may stand only once in a file.

use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use atalaya_contract::Object;
use hashbrown::HashSet;

use crate::column::{Column, State, Values};

/// What a repeated key breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeySort {
    /// `unique` of a property.
    Unique,
    /// `primaryKey` of the object.
    Primary,
    /// A quality rule, which only counts: index into the plan's rules.
    Quality(usize),
}

/// Columns whose values together may stand only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyRule {
    pub(crate) sort: KeySort,
    /// Indices into the plan's columns.
    pub(crate) columns: Vec<usize>,
}

impl KeyRule {
    /// The keys that properties and the primary key ask for. A column that is the whole primary key is not also
    /// compared as `unique`: one fault, one reject.
    pub(crate) fn of_object(object: &Object) -> Vec<Self> {
        let mut rules = Vec::new();
        if !object.primary_key.is_empty() {
            rules.push(Self { sort: KeySort::Primary, columns: object.primary_key.clone() });
        }
        let unique = object.properties.iter().enumerate().filter(|(_, property)| property.unique);
        for (at, _) in unique.filter(|(at, _)| object.primary_key != [*at]) {
            rules.push(Self { sort: KeySort::Unique, columns: vec![at] });
        }
        rules
    }
}

/// The keys seen so far, one set for each rule, in bounded memory.
#[derive(Debug)]
pub(crate) struct Keys {
    sets: Vec<HashSet<u128, BuildHasherDefault<Mixer>>>,
    /// Bytes for all sets together.
    limit: usize,
}

/// A column whose values can be compared.
pub(crate) trait Valued {
    /// The column's values, when there is one for the row.
    fn value(&self, row: usize) -> Option<&Values>;
}

impl Valued for Column {
    fn value(&self, row: usize) -> Option<&Values> {
        (self.states[row] == State::Value).then_some(&self.values)
    }
}

/// The sets would need more memory than they may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OverLimit;

impl Keys {
    pub(crate) fn new(rules: usize, limit: usize) -> Self {
        Self { sets: (0..rules).map(|_| HashSet::default()).collect(), limit }
    }

    /// Takes the keys of some of a batch's rows, and calls `repeated` with each row whose key an earlier row has.
    pub(crate) fn take(
        &mut self,
        which: usize,
        rule: &KeyRule,
        columns: &[impl Valued],
        rows: impl Iterator<Item = usize>,
        mut repeated: impl FnMut(usize),
    ) -> Result<(), OverLimit> {
        for row in rows {
            let Some(key) = key(rule, columns, row) else { continue };
            let set = &self.sets[which];
            if set.len() == set.capacity() && !set.contains(&key) {
                // While a set grows, the old table and one of twice its size stand beside each other.
                let held: usize = self.sets.iter().map(HashSet::allocation_size).sum();
                if held + 2 * set.allocation_size() > self.limit {
                    return Err(OverLimit);
                }
            }
            if !self.sets[which].insert(key) {
                repeated(row);
            }
        }
        Ok(())
    }
}

/// The key of a row in 128 bits; `None` when a part of it has no value. Short keys are their own bits, so that only
/// keys longer than fifteen bytes can collide, by chance of one in 2^120.
fn key(rule: &KeyRule, columns: &[impl Valued], row: usize) -> Option<u128> {
    if let [only] = rule.columns[..] {
        return columns[only].value(row).map(|values| part(values, row));
    }
    if rule.columns.iter().any(|at| columns[*at].value(row).is_none()) {
        return None;
    }
    let parts = rule.columns.iter().filter_map(|at| columns[*at].value(row)).map(|values| part(values, row));
    Some(fingerprint(|hasher| parts.clone().for_each(|part| part.hash(hasher))))
}

/// One value in 128 bits.
fn part(values: &Values, row: usize) -> u128 {
    match values {
        Values::Bool(values) => u128::from(values[row]),
        Values::I32(values) => values[row] as u128,
        Values::I64(values) => values[row] as u128,
        Values::I128(values) => values[row] as u128,
        // Zero has two signs and is one number.
        Values::F64(values) => u128::from((values[row] + 0.0).to_bits()),
        Values::Text(values) => {
            let text = values.get(row);
            if text.len() < 16 {
                let mut bytes = [0; 16];
                bytes[..text.len()].copy_from_slice(text);
                bytes[15] = text.len() as u8;
                u128::from_le_bytes(bytes)
            } else {
                // The last byte tells it from short texts, whose last byte is their length.
                fingerprint(|hasher| text.hash(hasher)) | 0xff << 120
            }
        }
    }
}

/// Two independent 64-bit hashes of what `feed` hashes.
fn fingerprint(feed: impl Fn(&mut DefaultHasher)) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        feed(&mut hasher);
        u128::from(hasher.finish())
    };
    half(1) << 64 | half(2)
}

/// Spreads the bits of a key, of which neighbours may differ in the lowest only.
#[derive(Debug, Default)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u128(u128::from(*byte));
        }
    }

    fn write_u128(&mut self, key: u128) {
        let folded = self.0 ^ (key as u64) ^ ((key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let product = u128::from(folded).wrapping_mul(0x2d35_8dcc_aa6c_78a5_8bb8_4b93_962e_acc9);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::TextValues;

    /// The parts of a column that keys look at.
    struct Cells {
        states: Vec<State>,
        values: Values,
    }

    fn texts(cells: &[&str]) -> Cells {
        let mut values = TextValues::default();
        cells.iter().for_each(|cell| values.push(cell.as_bytes()));
        Cells { states: vec![State::Value; cells.len()], values: Values::Text(values) }
    }

    impl Valued for Cells {
        fn value(&self, row: usize) -> Option<&Values> {
            (self.states[row] == State::Value).then_some(&self.values)
        }
    }

    #[test]
    fn repeats_are_found_and_nulls_are_not_compared() {
        let long = "x".repeat(40);
        let mut column = texts(&["a", "", "a", "a\0", &long, "", &long]);
        column.states[1] = State::Null;
        let rule = KeyRule { sort: KeySort::Unique, columns: vec![0] };
        let mut keys = Keys::new(1, 1 << 20);
        let mut repeated = Vec::new();
        keys.take(0, &rule, &[column], 0..7, |row| repeated.push(row)).expect("within the limit");
        assert_eq!(repeated, [2, 6]);
    }

    #[test]
    fn composite_keys_compare_part_by_part() {
        let columns = [texts(&["ab", "a", "ab"]), texts(&["c", "bc", "c"])];
        let rule = KeyRule { sort: KeySort::Primary, columns: vec![0, 1] };
        let mut repeated = Vec::new();
        Keys::new(1, 1 << 20).take(0, &rule, &columns, 0..3, |row| repeated.push(row)).expect("within the limit");
        assert_eq!(repeated, [2]);
    }

    #[test]
    fn memory_has_a_limit() {
        let values = Values::I64((0..10_000).collect());
        let column = Cells { states: vec![State::Value; 10_000], values };
        let rule = KeyRule { sort: KeySort::Unique, columns: vec![0] };
        let mut keys = Keys::new(1, 20_000);
        assert_eq!(keys.take(0, &rule, &[column], 0..10_000, |_| {}), Err(OverLimit));
        assert!(keys.sets[0].allocation_size() <= 20_000);
    }
}
