//! Text from outside made inert: it cannot begin a line, drive a terminal, turn a line round or become a link.
//!
//! Keys, labels, names of datasets, texts of contracts and people's reasons are data of somebody else. Wherever one is
//! put into words for people it goes through this module, which is the only one that escapes:
//!
//! - [`text`], [`name`], [`quoted`] and [`code`] display one such text within a sentence, always on one line and
//!   bounded; [`sentence`] does so with a whole sentence that quotes some;
//! - [`quoted_lines`] displays one of several lines, each marked as quoted;
//! - [`shell_word`] is for a command to copy;
//! - [`screen`] is the last look at what goes to a terminal, and [`json`] at a JSON document: both leave everything
//!   alone that has come through the others.
//!
//! Programs get data as they are: `--json`, the documents on SQS, the fields of the JSON logs.
//!
//! **Notation.** What cannot be shown is written `\n`, `\r`, `\t` or `\u{202e}`, the code point in hexadecimal. A
//! backslash stands for itself, so patterns such as `\d+` stay readable; it is doubled only where it would read as the
//! begin of an escape. Different texts therefore stay different, as long as they are not cut. (Not in [`sentence`], which
//! leaves backslashes alone.)

mod characters;
mod document;
mod screen;
mod shell;
#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};

use characters::{escape, is_link, is_unseen};
pub use document::json;
pub use screen::screen;
pub use shell::{is_shell_plain, shell_word};

use crate::format::counted;

/// Most characters of one text, unless [`Inert::at_most`] says otherwise: as many as the longest key of S3 has bytes.
pub const MAX_CHARS: usize = 1024;

/// A text from outside, to be displayed. It takes [`MAX_CHARS`] characters, an escape counting as many as it has; what
/// is longer ends in an ellipsis that says how long the text was.
#[derive(Debug, Clone, Copy)]
pub struct Inert<'a> {
    text: &'a str,
    form: Form,
    limit: usize,
    /// Whether it is a sentence of ours, whose backslashes are meant as they stand.
    prose: bool,
    /// Whether nothing in it may become a link.
    unlinked: bool,
    /// Whether no sign in it may be read as markup.
    unmarked: bool,
}

/// How a text stands among other words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As it is.
    Text,
    /// In quotes.
    Quoted,
    /// In quotes, unless it is plainly one word.
    Name,
    /// In backticks.
    Code,
}

/// A text within a sentence or a cell of a table.
#[must_use]
pub const fn text(text: &str) -> Inert<'_> {
    Inert { text, form: Form::Text, limit: MAX_CHARS, prose: false, unlinked: false, unmarked: false }
}

/// A sentence of ours that may quote somebody's text, such as a fault or an error. Its backslashes are left alone: it may
/// tell people to write one.
#[must_use]
pub const fn sentence(text: &str) -> Inert<'_> {
    Inert { prose: true, ..self::text(text) }
}

/// A name within a sentence, such as a key: in double quotes unless it is plainly one word, so that it cannot pass for
/// words of the sentence.
#[must_use]
pub const fn name(text: &str) -> Inert<'_> {
    Inert { form: Form::Name, ..self::text(text) }
}

/// What somebody wrote, in double quotes.
#[must_use]
pub const fn quoted(text: &str) -> Inert<'_> {
    Inert { form: Form::Quoted, ..self::text(text) }
}

/// A name in backticks, such as a column's.
#[must_use]
pub const fn code(text: &str) -> Inert<'_> {
    Inert { form: Form::Code, ..self::text(text) }
}

/// Whether the text is inert as it is: one line of characters that can be seen.
#[must_use]
pub fn is_inert(text: &str) -> bool {
    !text.contains(is_unseen)
}

impl Inert<'_> {
    /// At most so many characters, quotes and ellipsis not counted.
    #[must_use]
    pub const fn at_most(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// For mail, whose readers make links of bare addresses: in a word that has `://` (but for `s3://`) or `www.`,
    /// colons and dots are escaped.
    #[must_use]
    pub const fn unlinked(self) -> Self {
        Self { unlinked: true, ..self }
    }

    /// For chat, whose clients read markup: what makes links, mentions, code or emphasis is escaped.
    #[must_use]
    pub const fn unmarked(self) -> Self {
        Self { unmarked: true, ..self }
    }

    /// The sign around the text.
    fn quote(&self) -> Option<char> {
        let plain = |char: char| !(char.is_whitespace() || matches!(char, '"' | '`') || is_unseen(char));
        match self.form {
            Form::Text => None,
            Form::Code => Some('`'),
            Form::Name if !self.text.is_empty() && self.text.chars().all(plain) => None,
            Form::Name | Form::Quoted => Some('"'),
        }
    }

    /// Whether the character cannot stand as it is.
    fn is_escaped(&self, char: char, quote: Option<char>, in_link: bool) -> bool {
        is_unseen(char)
            || Some(char) == quote
            || (in_link && matches!(char, ':' | '.'))
            || (self.unmarked && matches!(char, '<' | '>' | '[' | ']' | '*' | '`'))
    }

    /// Whether a backslash with `rest` behind it would be read as the begin of an escape.
    fn is_ambiguous(&self, rest: &str, quote: Option<char>, in_link: bool) -> bool {
        let mut rest = rest.chars();
        match rest.next() {
            // The closing quote would be taken for one of the text.
            None => quote.is_some(),
            Some('\\' | 'n' | 'r' | 't') => true,
            Some('u') => rest.next() == Some('{'),
            Some(next) => self.is_escaped(next, quote, in_link),
        }
    }

    fn write(&self, out: &mut String) {
        let quote = self.quote();
        out.extend(quote);
        let (mut length, mut in_link, mut word_ends) = (0, false, 0);
        let mut is_cut = false;
        for (at, char) in self.text.char_indices() {
            if self.unlinked && at >= word_ends {
                let word = self.text[at..].split(char::is_whitespace).next().unwrap_or_default();
                word_ends = at + word.len().max(1);
                in_link = is_link(word);
            }
            let rest = &self.text[at + char.len_utf8()..];
            let begin = out.len();
            if self.is_escaped(char, quote, in_link) {
                escape(char, out);
            } else if char == '\\' && !self.prose && self.is_ambiguous(rest, quote, in_link) {
                out.push_str(r"\\");
            } else {
                out.push(char);
            }
            length += out[begin..].chars().count();
            if length > self.limit {
                out.truncate(begin);
                is_cut = true;
                break;
            }
        }
        out.extend(quote);
        if is_cut {
            // Writing to a string cannot fail.
            let _ = write!(out, "… ({})", counted(self.text.chars().count() as u64, "character"));
        }
    }
}

impl fmt::Display for Inert<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::with_capacity(self.text.len().min(self.limit) + 2);
        self.write(&mut out);
        f.pad(&out)
    }
}

impl From<Inert<'_>> for String {
    fn from(inert: Inert<'_>) -> Self {
        inert.to_string()
    }
}

/// A text of several lines from outside, each of its lines behind `> ` and displayed as `show` says. At most `lines` are
/// shown; where there are more, a last line says how many.
#[must_use]
pub fn quoted_lines(text: &str, lines: usize, show: fn(&str) -> Inert<'_>) -> String {
    let mut quoted: Vec<_> = text.lines().take(lines).map(|line| format!("> {}", show(line))).collect();
    let more = text.lines().skip(lines).count();
    if more > 0 {
        quoted.push(format!("… and {}", counted(more as u64, "more line")));
    }
    quoted.join("\n")
}

/// Most characters of a value of a message's attribute.
const MAX_ATTRIBUTE_CHARS: usize = 256;

/// `value` as an attribute of a message can have it in SNS: not empty, bounded, and of characters that XML has. Plain
/// values are as they were, so that subscriptions can filter by them.
#[must_use]
pub fn attribute(value: &str) -> String {
    if value.is_empty() { "-".to_owned() } else { text(value).at_most(MAX_ATTRIBUTE_CHARS).to_string() }
}
