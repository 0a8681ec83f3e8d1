//! What is wrong with a document's text.

use crate::Place;

/// One fault of syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it is.
    pub place: Place,
    /// The way to it from the root, such as `schema[0].name`; empty where the text cannot be read at all.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault of the text at a place.
    #[must_use]
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, path: String::new(), message: message.into(), hint: None }
    }

    /// The fault, with what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// A key that stands twice in the mapping at `path`.
    pub(crate) fn duplicate(place: Place, path: &str, key: &str, first: Place) -> Self {
        let fault = Self::new(place, format!("the key `{key}` stands here a second time"));
        Self { path: join(path, key), ..fault }.hint(format!("the first is in line {}; keep one", first.line))
    }
}

/// `path.key`.
#[must_use]
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
