//! A kind of document for tests.

use crate::{Dialect, Fault, Meaning, MergeKeys, scalar};

/// A kind of document that allows everything, with one function, `!Ref`.
pub(crate) const PLAIN: Dialect = Dialect {
    noun: "document",
    if_empty: Some("write something"),
    max_depth: 64,
    max_nodes: 100_000,
    plain: scalar::core,
    tag: |tag, place| match tag.name {
        "Ref" => Ok(Meaning::Under("Ref".to_owned())),
        name => Err(Fault::new(place, format!("no tag is named {name}"))),
    },
    merge_keys: MergeKeys::Resolved,
};
