//! The last look at what goes to a terminal.

use std::borrow::Cow;

use super::characters::{escape, is_unseen};

/// What begins a colour.
const BEGIN: &str = "\u{1b}[";

/// `text` as a terminal may have it: ends of lines and colours stay, everything else that cannot be shown is escaped.
/// Colours that would hide words are not among those that stay.
#[must_use]
pub fn screen(text: &str) -> Cow<'_, str> {
    if !text.contains(|char: char| char != '\n' && is_unseen(char)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let mut taken = char.len_utf8();
        if let Some(colour) = colour(rest) {
            taken = colour.len();
            out.push_str(colour);
        } else if char != '\n' && is_unseen(char) {
            escape(char, &mut out);
        } else {
            out.push(char);
        }
        rest = &rest[taken..];
    }
    Cow::Owned(out)
}

/// The colour that `text` begins with.
fn colour(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix(BEGIN)?;
    let end = parameters.find(|char: char| !(char.is_ascii_digit() || char == ';'))?;
    (parameters[end..].starts_with('m') && is_seen(&parameters[..end])).then(|| &text[..BEGIN.len() + end + 1])
}

/// Whether words stay readable under these parameters: the default, bold, dim and underlined ones, and the palette's
/// fifteen colours that are not black, as foreground.
fn is_seen(parameters: &str) -> bool {
    if let Some(index) = parameters.strip_prefix("38;5;") {
        return index.parse().is_ok_and(|index: u8| (1..=15).contains(&index));
    }
    parameters.split(';').all(|parameter| {
        matches!(parameter, "" | "0" | "1" | "2" | "4" | "22" | "24" | "39")
            || parameter.parse().is_ok_and(|number: u8| matches!(number, 31..=37 | 90..=97))
    })
}
