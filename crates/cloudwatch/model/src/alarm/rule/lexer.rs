//! The words of a rule.

use std::fmt;

use super::RuleError;

/// A reader of a rule's text, which always stands at a word or a sign.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut lexer = Self { text, at: 0 };
        lexer.skip_blanks();
        lexer
    }

    /// Bytes from the rule's start.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Takes the sign, if it is next.
    pub(super) fn take(&mut self, sign: char) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len_utf8();
            self.skip_blanks();
        }
        found
    }

    /// Takes the sign or says what stands there.
    pub(super) fn expect(&mut self, sign: char, after: &str) -> Result<(), RuleError> {
        if self.take(sign) { Ok(()) } else { Err(self.error(format_args!("expected `{sign}` {after}"))) }
    }

    /// Letters and underscores that are next, without taking them.
    fn word(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_')).unwrap_or(rest.len());
        &rest[..end]
    }

    /// Takes the word, if it is next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        if found {
            self.at += word.len();
            self.skip_blanks();
        }
        found
    }

    /// Takes digits.
    pub(super) fn number(&mut self) -> Result<u32, RuleError> {
        let word = self.word();
        let number = word.parse().map_err(|_| self.error(format_args!("expected a whole number")))?;
        self.at += word.len();
        self.skip_blanks();
        Ok(number)
    }

    /// Takes the name or ARN of an alarm, bare or in quotes.
    pub(super) fn reference(&mut self) -> Result<String, RuleError> {
        let start = self.at;
        let name = if self.rest().starts_with('"') { self.quoted()? } else { self.bare() };
        if name.is_empty() {
            self.at = start;
            return Err(self.error(format_args!("expected the name or ARN of an alarm")));
        }
        self.skip_blanks();
        Ok(name)
    }

    fn bare(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(needs_quotes).unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }

    fn quoted(&mut self) -> Result<String, RuleError> {
        let mut name = String::new();
        let mut signs = self.rest().char_indices().skip(1);
        while let Some((index, sign)) = signs.next() {
            match sign {
                '"' => {
                    self.at += index + 1;
                    return Ok(name);
                }
                '\\' => match signs.next() {
                    Some((_, escaped @ ('"' | '\\'))) => name.push(escaped),
                    Some((_, other)) => name.extend(['\\', other]),
                    None => break,
                },
                other => name.push(other),
            }
        }
        Err(self.error(format_args!("the quoted name does not end with `\"`")))
    }

    /// An error at this place, with what stands there.
    pub(super) fn error(&self, what: fmt::Arguments<'_>) -> RuleError {
        let found = match (self.word(), self.rest().chars().next()) {
            (_, None) => "the end".to_owned(),
            ("", Some(sign)) => format!("`{sign}`"),
            (word, _) => format!("`{word}`"),
        };
        RuleError { at: self.at, what: format!("{what}, found {found}") }
    }
}

fn needs_quotes(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '(' | ')' | ',' | '"' | '\\')
}

/// A name or ARN as a rule writes it: bare where it may be.
pub(super) struct Reference<'a>(pub(super) &'a str);

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(needs_quotes) {
            write!(f, "\"{}\"", self.0.replace('\\', r"\\").replace('"', "\\\""))
        } else {
            f.write_str(self.0)
        }
    }
}
