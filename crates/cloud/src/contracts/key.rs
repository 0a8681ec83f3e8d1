//! Where a contract is stored: its key follows from its id, whatever the file was called that it came from.

use std::{cmp::Ordering, collections::BTreeMap};

use atalaya_contract::compare_versions;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What every key of a contract ends with.
const SUFFIX: &str = ".odcs.yaml";
/// Everything but `A-Z a-z 0-9 . _ -`.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-');

/// The key of the contract with this id in the contracts bucket: the id, percent-encoded outside `[A-Za-z0-9._-]`, and
/// `.odcs.yaml`. Two ids never share a key.
#[must_use]
pub fn contract_key(id: &str) -> String {
    format!("{}{SUFFIX}", utf8_percent_encode(id, &ENCODED))
}

/// A document of the bucket, as far as it decides which of several with the same id counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredAs<'a> {
    /// Where it is stored.
    pub(super) key: &'a str,
    /// `id` in the document.
    pub(super) id: &'a str,
    /// `version` in the document.
    pub(super) version: &'a str,
}

impl StoredAs<'_> {
    /// The one under the id's own key, else the one with the highest version, else the one with the first key.
    fn precedence(&self, other: &Self) -> Ordering {
        let own = |copy: &Self| copy.key == contract_key(copy.id);
        own(self)
            .cmp(&own(other))
            .then_with(|| compare_versions(self.version, other.version))
            .then_with(|| other.key.cmp(self.key))
    }
}

/// The indices of the documents that count: one for each id.
pub(super) fn prevailing<'a>(copies: impl IntoIterator<Item = StoredAs<'a>>) -> Vec<usize> {
    let mut best: BTreeMap<&str, (usize, StoredAs<'a>)> = BTreeMap::new();
    for (at, copy) in copies.into_iter().enumerate() {
        let found = best.entry(copy.id).or_insert((at, copy));
        if copy.precedence(&found.1) == Ordering::Greater {
            *found = (at, copy);
        }
    }
    let mut indices: Vec<_> = best.into_values().map(|(at, _)| at).collect();
    indices.sort_unstable();
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_id_and_never_that_of_another() {
        for (id, key) in [
            ("atalaya-canary", "atalaya-canary.odcs.yaml"),
            ("urn:acme:orders/eu", "urn%3Aacme%3Aorders%2Feu.odcs.yaml"),
            ("a%3Ab", "a%253Ab.odcs.yaml"),
            ("Größe 1_a.b", "Gr%C3%B6%C3%9Fe%201_a.b.odcs.yaml"),
            ("..", "...odcs.yaml"),
        ] {
            assert_eq!(contract_key(id), key);
        }
    }

    #[test]
    fn of_several_documents_with_one_id_the_one_under_its_own_key_counts() {
        let copy = |key, id, version| StoredAs { key, id, version };
        let orders = copy("acme-orders.odcs.yaml", "acme-orders", "1.0.0");
        let old = copy("orders.yaml", "acme-orders", "2.0.0");
        let older = copy("a-orders.yaml", "acme-orders", "1.9.0");
        let other = copy("prices.yaml", "prices", "1");
        assert_eq!(prevailing([old, orders, other]), [1, 2]);
        assert_eq!(prevailing([older, other, old]), [1, 2]);
        assert_eq!(prevailing([old, copy("b.yaml", "acme-orders", "2.0.0")]), [1], "the first key");
        assert_eq!(prevailing([]), Vec::<usize>::new());
    }
}
