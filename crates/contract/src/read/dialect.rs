//! `csvDialect`: how bytes become records and cells.

use atalaya_document::Content;

use super::Reader;
use crate::{Compression, CsvDialect, GroupSizes, Trim, cursor::Cursor};

const KEYS: &[&str] = &[
    "delimiter",
    "quoteChar",
    "doubleQuote",
    "escapeChar",
    "header",
    "encoding",
    "commentPrefix",
    "skipBlankRows",
    "trim",
    "decimalChar",
    "groupChar",
    "groupSizes",
    "nullTokens",
    "compression",
];

impl Reader {
    pub(super) fn dialect(&mut self, at: &Cursor<'_>) -> CsvDialect {
        let mut dialect = CsvDialect::default();
        if !matches!(at.node.content, Content::Map(_)) {
            let hint = "write value: {delimiter: \";\", header: true}";
            self.problem(at, format!("csvDialect must be a mapping, not {}", at.node.kind()), hint);
            return dialect;
        }
        self.unknown_keys(at, KEYS);
        for (entry, value) in at.entries() {
            self.dialect_key(&entry.key, &value, &mut dialect);
        }
        self.check_dialect(at, &dialect);
        dialect
    }

    fn dialect_key(&mut self, key: &str, at: &Cursor<'_>, dialect: &mut CsvDialect) {
        match key {
            "delimiter" => {
                if let Some(byte) = self.byte(at) {
                    dialect.delimiter = byte;
                }
            }
            "quoteChar" => dialect.quote_char = self.byte_or_none(at),
            "escapeChar" => dialect.escape_char = self.byte_or_none(at),
            "doubleQuote" => dialect.double_quote = self.flag(at),
            "header" => dialect.header = self.flag(at),
            "skipBlankRows" => dialect.skip_blank_rows = self.flag(at),
            "encoding" => self.encoding(at, dialect),
            "commentPrefix" => dialect.comment_prefix = self.comment_prefix(at),
            "trim" => dialect.trim = self.trim(at),
            "decimalChar" => {
                if let Some(letter) = self.mark(at) {
                    dialect.decimal_char = letter;
                }
            }
            "groupChar" => dialect.group_char = if is_none(at) { None } else { self.mark(at) },
            "groupSizes" => dialect.group_sizes = self.group_sizes(at),
            "nullTokens" => dialect.null_tokens = self.texts(at),
            "compression" => {
                let choices = [("auto", Compression::Auto), ("none", Compression::None), ("gzip", Compression::Gzip)];
                dialect.compression = self.choice(at, choices);
            }
            _ => {}
        }
    }

    /// One ASCII character that is no line end.
    fn byte(&mut self, at: &Cursor<'_>) -> Option<u8> {
        let text = at.node.text().unwrap_or_default();
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0) => Some(*byte),
            _ => {
                let hint = match text {
                    "none" | "None" | "false" | "off" => {
                        "leave the key out, or write \"\" for no quoteChar or escapeChar"
                    }
                    "\\t" | "tab" | "TAB" => "write \"\\t\" in double quotes for a tab",
                    _ => "write one ASCII character in quotes, such as \";\" or \"\\t\"",
                };
                let found =
                    if text.is_empty() { at.node.kind().to_owned() } else { format!("`{}`", text.escape_debug()) };
                self.problem(
                    at,
                    format!("must be one ASCII character other than NUL and the ends of lines, not {found}"),
                    hint,
                );
                None
            }
        }
    }

    fn byte_or_none(&mut self, at: &Cursor<'_>) -> Option<u8> {
        if is_none(at) { None } else { self.byte(at) }
    }

    fn flag(&mut self, at: &Cursor<'_>) -> bool {
        let Content::Bool(flag) = at.node.content else {
            let hint = match at.node.source().unwrap_or_default().to_ascii_lowercase().as_str() {
                "yes" | "y" | "on" | "true" | "1" => "write true, without quotes",
                "no" | "n" | "off" | "false" | "0" => "write false, without quotes",
                _ => "write true or false, without quotes",
            };
            self.problem(at, format!("must be true or false, not {}", at.node.kind()), hint);
            return true;
        };
        flag
    }

    fn encoding(&mut self, at: &Cursor<'_>, dialect: &mut CsvDialect) {
        if self.encoding_label(at).is_some() {
            dialect.encoding = at.node.text().unwrap_or_default().to_owned();
        }
    }

    fn comment_prefix(&mut self, at: &Cursor<'_>) -> Option<String> {
        match at.node.text() {
            Some(text) if !text.is_empty() && !text.contains(['\r', '\n']) => Some(text.to_owned()),
            _ if is_null(at) => None,
            _ => {
                self.problem(at, "must be text on one line", "write for example \"#\", or null for no comments");
                None
            }
        }
    }

    fn trim(&mut self, at: &Cursor<'_>) -> Trim {
        match at.node.content {
            Content::Bool(true) => Trim::Both,
            Content::Bool(false) => Trim::None,
            _ => self
                .choice(at, [("none", Trim::None), ("start", Trim::Start), ("end", Trim::End), ("both", Trim::Both)]),
        }
    }

    /// A mark inside numbers: one character that numbers themselves do not use.
    fn mark(&mut self, at: &Cursor<'_>) -> Option<char> {
        let text = at.node.text().unwrap_or_default();
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if !letter.is_ascii_alphanumeric() && !matches!(letter, '+' | '-' | '\r' | '\n') => {
                Some(letter)
            }
            _ => {
                let hint = match text.to_lowercase().as_str() {
                    "point" | "dot" | "period" => "write \".\"",
                    "space" => "write \" \"",
                    "none" | "off" | "false" => "leave the key out",
                    _ => "write it in quotes: \",\" or \".\", say",
                };
                self.problem(at, "must be one character that is no letter, digit or sign", hint);
                None
            }
        }
    }

    /// The sizes of groups of digits: one for all, or the last and the others.
    fn group_sizes(&mut self, at: &Cursor<'_>) -> GroupSizes {
        let items: Vec<Cursor<'_>> = at.items().collect();
        let size = |at: &Cursor<'_>| match &at.node.content {
            Content::Number(text) => text.parse::<u8>().ok().filter(|size| (1..=9).contains(size)),
            _ => None,
        };
        let sizes: Option<Vec<u8>> = items.iter().map(size).collect();
        match sizes.as_deref() {
            Some(&[all]) => GroupSizes { primary: all, secondary: all },
            Some(&[primary, secondary]) => GroupSizes { primary, secondary },
            _ => {
                let hint = "write [3] for 1,234,567, or [3, 2] for 12,34,567";
                self.problem(at, "must be a list of one or two numbers of digits, 1 to 9", hint);
                GroupSizes::default()
            }
        }
    }

    /// Texts as the author wrote them: `0x0` and `TRUE` stand for themselves, and so does `null`.
    fn texts(&mut self, at: &Cursor<'_>) -> Vec<String> {
        let items = self.list(at, "texts", "[\"\", NA]");
        let text = |item: &Cursor<'_>| {
            let text = item.node.source().map(std::borrow::Cow::into_owned);
            if text.is_none() {
                self.problem(item, format!("must be text, not {}", item.node.kind()), "write the text in quotes");
            }
            if text.as_ref().is_some_and(|text| text.contains(char::is_control)) {
                self.notes.one(item, "the text holds a control character: write a backslash in single quotes");
            }
            text
        };
        items.iter().filter_map(text).collect()
    }

    /// Two characters with one meaning each cannot be the same.
    fn check_dialect(&mut self, at: &Cursor<'_>, dialect: &CsvDialect) {
        let delimiter = Some(dialect.delimiter);
        let clashes = [
            (dialect.quote_char == delimiter, "delimiter and quoteChar are the same byte"),
            (dialect.escape_char == delimiter, "delimiter and escapeChar are the same byte"),
            (
                dialect.escape_char.is_some() && dialect.escape_char == dialect.quote_char,
                "quoteChar and escapeChar are the same byte",
            ),
            (dialect.group_char == Some(dialect.decimal_char), "decimalChar and groupChar are the same character"),
            (
                dialect.group_char.is_none() && at.key("groupSizes").is_some(),
                "groupSizes say where a groupChar stands, and there is none",
            ),
            (
                dialect.comment_prefix.as_deref().is_some_and(|prefix| prefix.as_bytes()[0] == dialect.delimiter),
                "commentPrefix begins with the delimiter",
            ),
            (
                dialect.comment_prefix.as_deref().is_some_and(|prefix| {
                    let first = Some(prefix.as_bytes()[0]);
                    first == dialect.quote_char || first == dialect.escape_char
                }),
                "commentPrefix begins with quoteChar or escapeChar: rows that begin so would be comments",
            ),
        ];
        let marks = [("decimalChar", Some(dialect.decimal_char)), ("groupChar", dialect.group_char)];
        for (name, _) in marks.iter().filter(|(_, mark)| *mark == Some(char::from(dialect.delimiter))) {
            self.notes.one(at, format!("{name} is the delimiter too: numbers with it have to stand in quotes"));
        }
        for (_, message) in clashes.into_iter().filter(|(clash, _)| *clash) {
            let hint = match message {
                message if message.starts_with("quoteChar") => "leave escapeChar out and write doubleQuote: true",
                message if message.starts_with("groupSizes") => "add groupChar, or leave groupSizes out",
                _ => "give each its own",
            };
            self.problem(at, message, hint);
        }
    }
}

/// Null, or a text of no characters.
fn is_none(at: &Cursor<'_>) -> bool {
    is_null(at) || at.node.text() == Some("")
}

fn is_null(at: &Cursor<'_>) -> bool {
    at.node.content == Content::Null
}
