//! Words in braces that stand for a value of the day.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Serialize, Serializer};

/// A value that a page leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// `{file_id}`: the file that the trouble is about.
    FileId,
    /// `{dataset}`: the feed.
    Dataset,
    /// `{function}`: the function, by its role: `process`.
    Function,
    /// `{queue}`: the queue of dead letters, by its role: `intake`.
    Queue,
}

impl Placeholder {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::FileId, Self::Dataset, Self::Function, Self::Queue];

    /// The word between the braces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FileId => "file_id",
            Self::Dataset => "dataset",
            Self::Function => "function",
            Self::Queue => "queue",
        }
    }

    /// The placeholders in a text; other words in braces are none.
    pub(crate) fn in_text(text: &str) -> impl Iterator<Item = Self> {
        braced(text).filter_map(|word| Self::named(word.name))
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|placeholder| placeholder.as_str() == name)
    }
}

impl fmt::Display for Placeholder {
    /// As a page writes it, with the braces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.as_str())
    }
}

impl Serialize for Placeholder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A text in which something stays open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no value is known for {}", missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
pub struct Unfilled {
    /// The text with everything filled that has a value.
    pub text: String,
    /// What has none.
    pub missing: BTreeSet<Placeholder>,
}

/// Puts values in the place of placeholders.
///
/// # Errors
/// When a placeholder has no value; the text that is as far filled as possible is in the error.
pub fn fill(text: &str, values: &BTreeMap<Placeholder, String>) -> Result<String, Unfilled> {
    let (mut filled, mut missing, mut from) = (String::with_capacity(text.len()), BTreeSet::new(), 0);
    for word in braced(text) {
        let Some(placeholder) = Placeholder::named(word.name) else { continue };
        match values.get(&placeholder) {
            Some(value) => {
                filled.push_str(&text[from..word.start]);
                filled.push_str(value);
                from = word.start + word.name.len() + 2;
            }
            None => {
                missing.insert(placeholder);
            }
        }
    }
    filled.push_str(&text[from..]);
    if missing.is_empty() { Ok(filled) } else { Err(Unfilled { text: filled, missing }) }
}

/// Words in braces that would be placeholders and are none.
pub(crate) fn unknown(text: &str) -> impl Iterator<Item = Braced<'_>> {
    braced(text).filter(|word| Placeholder::named(word.name).is_none())
}

/// A word in braces.
pub(crate) struct Braced<'a> {
    pub(crate) name: &'a str,
    /// Where the opening brace is, in bytes.
    pub(crate) start: usize,
}

/// `{word}` of small letters and underscores, but not the shell's `${word}`.
fn braced(text: &str) -> impl Iterator<Item = Braced<'_>> {
    text.match_indices('{').filter_map(|(start, _)| {
        let inside = &text[start + 1..];
        let name = &inside[..inside.find('}')?];
        let word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        (word && !text[..start].ends_with('$')).then_some(Braced { name, start })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(Placeholder, &str)]) -> BTreeMap<Placeholder, String> {
        pairs.iter().map(|(placeholder, value)| (*placeholder, (*value).to_owned())).collect()
    }

    #[test]
    fn values_stand_where_the_placeholders_stood() {
        let known = values(&[(Placeholder::FileId, "abc"), (Placeholder::Dataset, "orders")]);
        let text = "atalaya file {file_id} # {dataset} ${file_id} {} {x y} { $.a = \"{file_id}\" } {{dataset}}";
        let expected = "atalaya file abc # orders ${file_id} {} {x y} { $.a = \"abc\" } {orders}";
        assert_eq!(fill(text, &known).as_deref(), Ok(expected));
        assert_eq!(fill("nothing, žluť {", &known).as_deref(), Ok("nothing, žluť {"));
    }

    #[test]
    fn what_has_no_value_stays_and_is_named() {
        let unfilled =
            fill("{dataset} {file_id} {queue}", &values(&[(Placeholder::FileId, "abc")])).expect_err("two are open");
        assert_eq!(unfilled.text, "{dataset} abc {queue}");
        assert_eq!(unfilled.missing, BTreeSet::from([Placeholder::Dataset, Placeholder::Queue]));
        assert_eq!(unfilled.to_string(), "no value is known for {dataset}, {queue}");
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_is_not_filled_again() {
        let known = values(&[(Placeholder::Dataset, "{file_id}"), (Placeholder::FileId, "abc")]);
        assert_eq!(fill("{dataset}", &known).as_deref(), Ok("{file_id}"));
    }
}
