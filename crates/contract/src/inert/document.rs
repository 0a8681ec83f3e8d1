//! The last look at a JSON document.

use std::{borrow::Cow, fmt::Write as _};

use super::characters::is_unseen;

/// The same JSON document, with `\u` for what serialisers leave as it is and nobody can see: DEL and C1, marks of
/// bidirectional text and their like. Such characters stand within texts only, so the data stay the same; whoever
/// prints the document, or puts it into XML, need not care.
#[must_use]
pub fn json(document: &str) -> Cow<'_, str> {
    let is_escaped = |char: char| !char.is_ascii_control() && is_unseen(char) || char == '\u{7f}';
    if !document.contains(is_escaped) {
        return Cow::Borrowed(document);
    }
    let mut out = String::with_capacity(document.len() + document.len() / 8);
    for char in document.chars() {
        if is_escaped(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(char);
        }
    }
    Cow::Owned(out)
}
