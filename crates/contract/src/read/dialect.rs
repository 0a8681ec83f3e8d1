//! `csvDialect`: how bytes become records and cells.

use encoding_rs::Encoding;

use atalaya_document::Content;

use super::Reader;
use crate::{Compression, CsvDialect, Trim, at::At};

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
    "nullTokens",
    "compression",
];

impl Reader {
    pub(super) fn dialect(&mut self, at: &At<'_>) -> CsvDialect {
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

    fn dialect_key(&mut self, key: &str, at: &At<'_>, dialect: &mut CsvDialect) {
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
            "groupChar" => dialect.group_char = if is_null(at) { None } else { self.mark(at) },
            "nullTokens" => dialect.null_tokens = self.texts(at),
            "compression" => {
                let choices = [("auto", Compression::Auto), ("none", Compression::None), ("gzip", Compression::Gzip)];
                dialect.compression = self.choice(at, choices);
            }
            _ => {}
        }
    }

    /// One ASCII character that is no line end.
    fn byte(&mut self, at: &At<'_>) -> Option<u8> {
        let text = at.node.text().unwrap_or_default();
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0) => Some(*byte),
            _ => {
                let hint = match text {
                    "\\t" | "tab" | "TAB" => "write \"\\t\" in double quotes for a tab",
                    _ => "write one ASCII character in quotes, such as \";\" or \"\\t\"",
                };
                let found =
                    if text.is_empty() { at.node.kind().to_owned() } else { format!("`{}`", text.escape_debug()) };
                self.problem(at, format!("must be one byte, not {found}"), hint);
                None
            }
        }
    }

    fn byte_or_none(&mut self, at: &At<'_>) -> Option<u8> {
        if is_null(at) || at.node.text() == Some("") { None } else { self.byte(at) }
    }

    fn flag(&mut self, at: &At<'_>) -> bool {
        let Content::Bool(flag) = at.node.content else {
            self.problem(at, format!("must be true or false, not {}", at.node.kind()), "write it without quotes");
            return true;
        };
        flag
    }

    fn encoding(&mut self, at: &At<'_>, dialect: &mut CsvDialect) {
        let label = at.node.text().unwrap_or_default();
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(_) => dialect.encoding = label.to_owned(),
            None => {
                let hint =
                    "write a label of the WHATWG Encoding Standard, such as utf-8, windows-1252, iso-8859-15, utf-16le";
                self.problem(at, format!("`{label}` is no known encoding"), hint);
            }
        }
    }

    fn comment_prefix(&mut self, at: &At<'_>) -> Option<String> {
        match at.node.text() {
            Some(text) if !text.is_empty() && !text.contains(['\r', '\n']) => Some(text.to_owned()),
            _ if is_null(at) => None,
            _ => {
                self.problem(at, "must be text on one line", "write for example \"#\", or null for no comments");
                None
            }
        }
    }

    fn trim(&mut self, at: &At<'_>) -> Trim {
        match at.node.content {
            Content::Bool(true) => Trim::Both,
            Content::Bool(false) => Trim::None,
            _ => self
                .choice(at, [("none", Trim::None), ("start", Trim::Start), ("end", Trim::End), ("both", Trim::Both)]),
        }
    }

    /// A mark inside numbers: one character that numbers themselves do not use.
    fn mark(&mut self, at: &At<'_>) -> Option<char> {
        let text = at.node.text().unwrap_or_default();
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if !letter.is_ascii_alphanumeric() && !matches!(letter, '+' | '-' | '\r' | '\n') => {
                Some(letter)
            }
            _ => {
                self.problem(at, "must be one character that is no letter, digit or sign", "write for example \",\"");
                None
            }
        }
    }

    /// Texts; a number stands for the way it is written.
    fn texts(&mut self, at: &At<'_>) -> Vec<String> {
        if !matches!(at.node.content, Content::List(_)) {
            self.problem(
                at,
                format!("must be a list of texts, not {}", at.node.kind()),
                "write for example [\"\", NA]",
            );
        }
        at.items().filter_map(|item| self.cell_text(&item)).collect()
    }

    /// The text of a cell that a scalar stands for. Null has none.
    pub(super) fn cell_text(&mut self, at: &At<'_>) -> Option<String> {
        match &at.node.content {
            Content::Text(text) | Content::Number(text) => Some(text.clone()),
            Content::Bool(flag) => Some(flag.to_string()),
            _ => {
                self.problem(at, format!("must be text, not {}", at.node.kind()), "write the text in quotes");
                None
            }
        }
    }

    /// Two characters with one meaning each cannot be the same.
    fn check_dialect(&mut self, at: &At<'_>, dialect: &CsvDialect) {
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
                dialect.comment_prefix.as_deref().is_some_and(|prefix| prefix.as_bytes()[0] == dialect.delimiter),
                "commentPrefix begins with the delimiter",
            ),
        ];
        for (_, message) in clashes.into_iter().filter(|(clash, _)| *clash) {
            let hint = match message.starts_with("quoteChar") {
                true => "leave escapeChar out and write doubleQuote: true",
                false => "give each its own",
            };
            self.problem(at, message, hint);
        }
    }
}

fn is_null(at: &At<'_>) -> bool {
    at.node.content == Content::Null
}
