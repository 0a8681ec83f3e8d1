//! What one kind of document allows.

use crate::{Content, Fault, Place};

/// What one kind of document allows, and how its faults call it.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// What such a document is, such as `template`.
    pub noun: &'static str,
    /// What to do about an empty one.
    pub if_empty: Option<&'static str>,
    /// How deep it may nest; the bound keeps recursion over the tree safe.
    pub max_depth: usize,
    /// How many nodes it may have, with those that aliases repeat, so that a small text cannot fill the memory.
    pub max_nodes: usize,
    /// What an unquoted scalar means.
    pub plain: fn(&str) -> Content,
    /// What a tag means that is none of YAML's core schema.
    pub tag: fn(Tag<'_>, Place) -> Result<Meaning, Fault>,
    /// What `<<` means.
    pub merge_keys: MergeKeys,
}

/// What the key `<<` means, which is no part of YAML 1.2 but widely known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeKeys {
    /// Its mappings are put in; of equal keys those that stand there themselves count, then the first.
    Resolved,
    /// It is a fault.
    Refused {
        /// Who does not know it.
        message: &'static str,
        /// What to write instead.
        hint: &'static str,
    },
}

/// A tag, such as `!Ref` or `!!str`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'t> {
    /// `!` for a tag of the document's own kind; for one of YAML's core schema `!!`, however it was written; else what
    /// stands before the name.
    pub handle: &'t str,
    /// The name.
    pub name: &'t str,
}

/// What a tag says of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing: the value speaks for itself.
    Value,
    /// It is text.
    Text,
    /// It is a mapping of this one key to the value, which is text if it is a scalar.
    Under(String),
}

impl Tag<'_> {
    /// What a tag of YAML's core schema means (YAML 1.2, 10.3), and `!` alone, which makes any scalar a text.
    pub(crate) fn core_meaning(self) -> Option<Meaning> {
        match (self.handle, self.name) {
            ("!!", "str") | ("", "!") => Some(Meaning::Text),
            ("!!", "int" | "float" | "bool" | "null" | "map" | "seq") => Some(Meaning::Value),
            _ => None,
        }
    }
}

impl Meaning {
    pub(crate) fn key(self) -> Option<String> {
        match self {
            Self::Under(key) => Some(key),
            Self::Value | Self::Text => None,
        }
    }
}
