//! Keys: values that may stand only once in a file.

use std::hash::{DefaultHasher, Hash, Hasher, RandomState};

use atalaya_contract::Object;
use hashbrown::HashSet;

use crate::{
    column::{Column, State, Values},
    parquet::Scalar,
};

/// What a repeated key breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeySort {
    /// `unique` of a property.
    Unique,
    /// `primaryKey` of the object.
    Primary,
    /// A quality rule that allows no duplicates.
    Duplicates,
    /// A quality rule that only counts: index into the plan's rules.
    Quality(usize),
}

/// Columns whose values together may stand only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyRule {
    pub(crate) sort: KeySort,
    /// The rule's name in the contract.
    pub(crate) name: String,
    /// Indices into the plan's columns.
    pub(crate) columns: Vec<usize>,
}

impl KeyRule {
    /// The keys that properties and the primary key ask for. A column that is the whole primary key is not also
    /// compared as `unique`: one fault, one reject.
    pub(crate) fn of_object(object: &Object) -> Vec<Self> {
        let mut rules = Vec::new();
        if !object.primary_key.is_empty() {
            let columns = object.primary_key.clone();
            rules.push(Self { sort: KeySort::Primary, name: "primaryKey".to_owned(), columns });
        }
        let unique = object.properties.iter().enumerate().filter(|(_, property)| property.unique);
        for (at, _) in unique.filter(|(at, _)| object.primary_key != [*at]) {
            rules.push(Self { sort: KeySort::Unique, name: "unique".to_owned(), columns: vec![at] });
        }
        rules
    }

    /// The rule's column, where it has one only.
    pub(crate) fn only_column(&self) -> Option<usize> {
        match self.columns[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether a row that repeats a key is rejected.
    pub(crate) fn rejects(&self) -> bool {
        !matches!(self.sort, KeySort::Quality(_))
    }
}

/// The keys seen so far, one set for each rule, in bounded memory.
#[derive(Debug)]
pub(crate) struct Keys {
    sets: Vec<Set>,
    /// For each rule what is to be remembered of some of its keys, as fingerprints.
    marks: Vec<Set>,
    /// Bytes for all sets together.
    limit: usize,
}

/// Seeded, so that nobody can make keys that all collide.
type Set = HashSet<u128, RandomState>;

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

/// What is remembered of a key.
#[derive(Debug, Clone, Copy, Hash)]
pub(crate) enum Mark<'a> {
    /// The first row that has it was rejected.
    Rejected,
    /// The first row that has it writes a number of more digits than a column of doubles tells apart.
    Rounded,
    /// The first row that has it writes the number so: its digits without zeros around them, and their exponent.
    Written(&'a [u8], i64),
}

impl Keys {
    pub(crate) fn new(rules: usize, limit: usize) -> Self {
        let sets = || (0..rules).map(|_| Set::default()).collect();
        Self { sets: sets(), marks: sets(), limit }
    }

    /// Takes the keys of some of a batch's rows, and calls `each` with each row that has one, its key, and whether an
    /// earlier row has it too.
    pub(crate) fn take(
        &mut self,
        which: usize,
        rule: &KeyRule,
        columns: &[impl Valued],
        rows: impl Iterator<Item = usize>,
        mut each: impl FnMut(&mut Self, usize, u128, bool) -> Result<(), OverLimit>,
    ) -> Result<(), OverLimit> {
        for row in rows {
            let Some(key) = key(rule, columns, row) else { continue };
            self.make_room(&self.sets[which], key)?;
            let is_new = self.sets[which].insert(key);
            each(self, row, key, !is_new)?;
        }
        Ok(())
    }

    /// Whether there is memory for another key.
    fn make_room(&self, set: &Set, key: u128) -> Result<(), OverLimit> {
        if set.len() == set.capacity() && !set.contains(&key) {
            // While a set grows, the old table and one of twice its size stand beside each other.
            let held: usize = self.sets.iter().chain(&self.marks).map(HashSet::allocation_size).sum();
            if held + 2 * set.allocation_size() > self.limit {
                return Err(OverLimit);
            }
        }
        Ok(())
    }

    /// Remembers something of a key.
    pub(crate) fn mark(&mut self, which: usize, key: u128, mark: Mark<'_>) -> Result<(), OverLimit> {
        let mark = fingerprint(|hasher| (key, mark).hash(hasher));
        self.make_room(&self.marks[which], mark)?;
        self.marks[which].insert(mark);
        Ok(())
    }

    pub(crate) fn is_marked(&self, which: usize, key: u128, mark: Mark<'_>) -> bool {
        let marks = &self.marks[which];
        !marks.is_empty() && marks.contains(&fingerprint(|hasher| (key, mark).hash(hasher)))
    }
}

/// The key of a row in 128 bits; `None` when a part of it has no value. Short keys are their own bits, so that only
/// keys longer than fifteen bytes can collide, by chance of one in 2^120.
pub(crate) fn key(rule: &KeyRule, columns: &[impl Valued], row: usize) -> Option<u128> {
    if let [only] = rule.columns[..] {
        return columns[only].value(row).map(|values| part(values, row));
    }
    if rule.columns.iter().any(|at| columns[*at].value(row).is_none()) {
        return None;
    }
    let parts = rule.columns.iter().filter_map(|at| columns[*at].value(row)).map(|values| part(values, row));
    Some(fingerprint(|hasher| parts.clone().for_each(|part| part.hash(hasher))))
}

/// One value of a batch in 128 bits.
pub(crate) fn part(values: &Values, row: usize) -> u128 {
    match values {
        Values::Text(values) => text_part(values.get(row)),
        values => scalar_part(values.scalar(row)),
    }
}

/// A value of a fixed size in 128 bits.
pub(crate) fn scalar_part(value: Scalar) -> u128 {
    match value {
        Scalar::Bool(value) => u128::from(value),
        Scalar::I32(value) => value as u128,
        Scalar::I64(value) => value as u128,
        Scalar::I128(value) => value as u128,
        // Zero has two signs and is one number.
        Scalar::F64(value) => u128::from((value + 0.0).to_bits()),
    }
}

/// A text in 128 bits.
pub(crate) fn text_part(text: &[u8]) -> u128 {
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

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher as _;

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

    fn rule(columns: &[usize]) -> KeyRule {
        KeyRule { sort: KeySort::Unique, name: "unique".to_owned(), columns: columns.to_vec() }
    }

    fn repeated(keys: &mut Keys, rule: &KeyRule, columns: &[Cells], rows: usize) -> Vec<usize> {
        let mut repeated = Vec::new();
        let taken = keys.take(0, rule, columns, 0..rows, |_, row, _, is_repeated| {
            repeated.extend(is_repeated.then_some(row));
            Ok(())
        });
        taken.expect("within the limit");
        repeated
    }

    #[test]
    fn repeats_are_found_and_nulls_are_not_compared() {
        let long = "x".repeat(40);
        let mut column = texts(&["a", "", "a", "a\0", &long, "", &long]);
        column.states[1] = State::Null;
        assert_eq!(repeated(&mut Keys::new(1, 1 << 20), &rule(&[0]), &[column], 7), [2, 6]);
    }

    #[test]
    fn composite_keys_compare_part_by_part() {
        let columns = [texts(&["ab", "a", "ab"]), texts(&["c", "bc", "c"])];
        assert_eq!(repeated(&mut Keys::new(1, 1 << 20), &rule(&[0, 1]), &columns, 3), [2]);
    }

    /// Keys that the multiplication which once spread them maps to one place: decimals of which the upper half makes up
    /// for the lower.
    fn colliding() -> impl Iterator<Item = u128> {
        (0..20_000_u64).map(|upper| u128::from(upper) << 64 | u128::from(upper.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    #[test]
    fn nobody_can_make_keys_that_collide() {
        let keys = Keys::new(2, 1 << 20);
        let hashes =
            |set: &Set| colliding().map(|key| set.hasher().hash_one(key)).collect::<std::collections::HashSet<_>>();
        let [first, second] = [&keys.sets[0], &keys.sets[1]].map(hashes);
        assert_eq!((first.len(), second.len()), (20_000, 20_000));
        assert!(first.is_disjoint(&second), "each set has a seed of its own");
    }

    #[test]
    fn memory_has_a_limit() {
        let values = Values::I64((0..10_000).collect());
        let column = Cells { states: vec![State::Value; 10_000], values };
        let mut keys = Keys::new(1, 20_000);
        assert_eq!(keys.take(0, &rule(&[0]), &[column], 0..10_000, |_, _, _, _| Ok(())), Err(OverLimit));
        assert!(keys.sets[0].allocation_size() <= 20_000);
    }

    #[test]
    fn what_is_remembered_of_a_key_is_of_that_key_and_within_the_limit() {
        let mut keys = Keys::new(2, 20_000);
        keys.mark(0, 7, Mark::Rejected).expect("within the limit");
        keys.mark(0, 8, Mark::Written(b"15", -1)).expect("within the limit");
        assert!(keys.is_marked(0, 7, Mark::Rejected) && keys.is_marked(0, 8, Mark::Written(b"15", -1)));
        assert!(!keys.is_marked(0, 8, Mark::Rejected) && !keys.is_marked(1, 7, Mark::Rejected));
        assert!(!keys.is_marked(0, 8, Mark::Written(b"15", 0)) && !keys.is_marked(0, 8, Mark::Rounded));
        assert!((0..10_000).any(|key| keys.mark(1, key, Mark::Rejected) == Err(OverLimit)));
    }
}
