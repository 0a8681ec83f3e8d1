//! What else than CSV a text looks like: its first characters would only be read as an odd header.

use super::decode::Charset;
use crate::fault::{FileFault, code};

/// Another format of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resemblance {
    Json,
    Html,
    Xml,
}

/// How much of a file is looked at.
const LOOKED_AT: usize = 512;

impl Resemblance {
    /// What a file that begins with `head` looks like. It may be CSV all the same: it counts where the header is wrong.
    pub(crate) fn of(head: &[u8], charset: &Charset) -> Option<Self> {
        let text = charset.decode(&head[..head.len().min(LOOKED_AT)]);
        let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        let begins =
            |start: &str| text.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start));
        if ["<!doctype html", "<html", "<head", "<body", "<table"].into_iter().any(begins) {
            return Some(Self::Html);
        }
        if begins("<?xml") {
            return Some(Self::Xml);
        }
        if let Some(tag) = text.strip_prefix('<') {
            let is_tag = tag.starts_with(|letter: char| letter.is_ascii_alphabetic()) && tag.contains('>');
            return is_tag.then_some(Self::Xml);
        }
        if let Some(list) = text.strip_prefix('[') {
            let first = list.trim_start();
            return first.starts_with(['"', '[', '{', ']']).then_some(Self::Json);
        }
        let first = text.strip_prefix('{')?.trim_start();
        (first.starts_with(['"', '}']) || first.is_empty()).then_some(Self::Json)
    }

    pub(crate) fn fault(self) -> FileFault {
        let (name, hint) = match self {
            Self::Json => ("JSON", "export the data as CSV"),
            Self::Html => {
                ("an HTML page", "a server may have answered with an error or a log-in page: look into the file")
            }
            Self::Xml => ("XML", "export the data as CSV"),
        };
        FileFault::new(code::SOURCE, format!("the file holds {name}, not CSV")).hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_known_by_their_first_characters() {
        let utf8 = Charset::new("utf-8").expect("an encoding");
        for (head, found) in [
            ("{\"a\": 1}", Some(Resemblance::Json)),
            ("\u{feff}\n [\n  {\n \"a\": 1}]", Some(Resemblance::Json)),
            ("[{}]", Some(Resemblance::Json)),
            ("[\"a\", \"b\"]", Some(Resemblance::Json)),
            ("<Error><Code>AccessDenied</Code></Error>", Some(Resemblance::Xml)),
            ("<!DOCTYPE HTML>", Some(Resemblance::Html)),
            ("<?xml version=\"1.0\"?>", Some(Resemblance::Xml)),
            ("[id],[name]\n", None),
            ("{id},b\n", None),
            ("<5,>5\n", None),
            ("", None),
        ] {
            assert_eq!(Resemblance::of(head.as_bytes(), &utf8), found, "{head:?}");
        }
        let utf16: Vec<u8> = "{\"a\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let charset = Charset::new("utf-16le").expect("an encoding");
        assert_eq!(Resemblance::of(&utf16, &charset), Some(Resemblance::Json));
    }
}
