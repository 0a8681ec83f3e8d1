//! A query's words.

use std::ops::Range;

use atalaya_cloudwatch::query_error::{Fault, Problem};

/// A word of a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Whole(i64),
    Real(f64),
    /// A number with a word right after it: `5m`.
    Counted(i64, &'a str),
    /// The names between the dots of a field, a keyword or a function.
    Name(Name<'a>),
    /// What stands between quotes, with its escapes read.
    Text(String),
    /// An operator, a bracket, a comma or a bar.
    Symbol(&'static str),
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name<'a> {
    pub(super) parts: Vec<&'a str>,
    /// Whether a part stands in backticks, so that it is no keyword.
    pub(super) is_quoted: bool,
}

impl Name<'_> {
    /// Whether it is this keyword. Keywords are read in any case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        !self.is_quoted && self.parts.len() == 1 && self.parts[0].eq_ignore_ascii_case(keyword)
    }
}

/// Longer ones first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 21] =
    ["!=", "<=", ">=", "=~", "=", "<", ">", "!", "+", "-", "*", "/", "%", "^", "(", ")", "[", "]", ",", "|", "."];

/// Reads a query word by word.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next word and where it stands; [`Token::End`] for ever after the last one.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Range<usize>), Problem> {
        self.skip_blanks_and_comments();
        let start = self.at;
        let token = self.read()?;
        Ok((token, start..self.at))
    }

    /// The regular expression that begins with the `/` at `start`. Only the parser knows whether a `/` divides.
    pub(super) fn regex(&mut self, start: usize) -> Result<(String, Range<usize>), Problem> {
        let mut pattern = String::new();
        let mut characters = self.text[start + 1..].char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '/' => {
                    self.at = start + 1 + at + 1;
                    return Ok((pattern, start..self.at));
                }
                '\\' => match characters.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, escaped)) => pattern.extend(['\\', escaped]),
                    None => break,
                },
                _ => pattern.push(character),
            }
        }
        let message = "the regular expression that begins here has no closing /";
        Err(Problem::new(Fault::Syntax, start..self.text.len(), message))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    fn read(&mut self) -> Result<Token<'a>, Problem> {
        let rest = self.rest();
        let start = self.at;
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|next: char| next.is_ascii_digit())) {
            return self.number();
        }
        if is_name_start(first) || first == '`' {
            return self.name();
        }
        if matches!(first, '\'' | '"') {
            return self.quoted(first);
        }
        match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            Some("=") if rest.starts_with("==") => {
                Err(Problem::new(Fault::Syntax, start..start + 2, "values are compared with a single `=`"))
            }
            Some(symbol) => {
                self.at += symbol.len();
                Ok(Token::Symbol(symbol))
            }
            None => Err(Problem::new(Fault::Syntax, start..start + first.len_utf8(), stray(first))),
        }
    }

    /// Digits with decimals, and then an exponent or a unit of time.
    fn number(&mut self) -> Result<Token<'a>, Problem> {
        let start = self.at;
        self.at += length_while(self.rest(), |it| it.is_ascii_digit());
        let is_real = self.rest().starts_with('.') && !self.rest()[1..].starts_with(is_name_start);
        if is_real {
            self.at += 1 + length_while(&self.rest()[1..], |it| it.is_ascii_digit());
        }
        let digits = &self.text[start..self.at];
        let word = &self.rest()[..length_while(self.rest(), is_name)];
        let exponent = exponent_length(self.rest());
        let fault = |end: usize, message: &str| Err(Problem::new(Fault::Syntax, start..end, message));
        if exponent > 0 && exponent >= word.len() {
            self.at += exponent;
            return match self.text[start..self.at].parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Token::Real(value)),
                _ => fault(self.at, "this number is out of range"),
            };
        }
        if !word.is_empty() {
            self.at += word.len();
            return match digits.parse::<i64>() {
                Ok(count) => Ok(Token::Counted(count, word)),
                Err(_) => fault(self.at, "this is neither a number nor a name; a name like this stands in backticks"),
            };
        }
        if is_real {
            return digits.parse().map(Token::Real).or_else(|_| fault(self.at, "this is no number"));
        }
        digits.parse().map(Token::Whole).or_else(|_| fault(self.at, "this number is out of range"))
    }

    fn name(&mut self) -> Result<Token<'a>, Problem> {
        let mut name = Name { parts: Vec::new(), is_quoted: false };
        loop {
            if self.rest().starts_with('`') {
                name.is_quoted = true;
                name.parts.push(self.backticked()?);
            } else {
                let length = length_while(self.rest(), is_name);
                name.parts.push(&self.rest()[..length]);
                self.at += length;
            }
            let after_dot = self.rest().strip_prefix('.');
            if !after_dot.is_some_and(|rest| rest.starts_with(|next| is_name(next) || next == '`')) {
                return Ok(Token::Name(name));
            }
            self.at += 1;
        }
    }

    fn backticked(&mut self) -> Result<&'a str, Problem> {
        let start = self.at;
        match self.rest()[1..].find('`') {
            Some(0) => Err(Problem::new(Fault::Syntax, start..start + 2, "there is no name between these backticks")),
            Some(length) => {
                self.at += length + 2;
                Ok(&self.text[start + 1..start + 1 + length])
            }
            None => {
                let message = "the name that begins here has no closing backtick";
                Err(Problem::new(Fault::Syntax, start..self.text.len(), message))
            }
        }
    }

    /// A text, in which `\` stands before a quote or itself. Before anything else it is a character like others: which
    /// escapes CloudWatch reads is not published.
    fn quoted(&mut self, quote: char) -> Result<Token<'a>, Problem> {
        let start = self.at;
        let mut text = String::new();
        let mut characters = self.rest()[1..].char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\'' | '\\')) {
                    Some((_, escaped)) => text.push(escaped),
                    None => text.push('\\'),
                },
                _ if character == quote => {
                    self.at = start + 1 + at + 1;
                    return Ok(Token::Text(text));
                }
                _ => text.push(character),
            }
        }
        let message = format!("the text that begins here has no closing {quote}");
        Err(Problem::new(Fault::Syntax, start..self.text.len(), message))
    }
}

fn is_name_start(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, '_' | '@')
}

fn is_name(character: char) -> bool {
    is_name_start(character) || character.is_ascii_digit()
}

fn stray(character: char) -> String {
    match character {
        '&' => "conditions are joined with `and`".to_owned(),
        ';' => "commands are separated by `|`".to_owned(),
        '{' | '}' => "lists stand in `[ ]`; braces have no meaning here".to_owned(),
        _ => "this character has no meaning here; a name with it stands in backticks, a text in quotes".to_owned(),
    }
}

/// The length of `e-5` at the beginning of a text, 0 where there is none.
fn exponent_length(text: &str) -> usize {
    if !text.starts_with(['e', 'E']) {
        return 0;
    }
    let sign = usize::from(text[1..].starts_with(['+', '-']));
    match length_while(&text[1 + sign..], |it| it.is_ascii_digit()) {
        0 => 0,
        digits => 1 + sign + digits,
    }
}

fn length_while(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|character| !accept(character)).unwrap_or(text.len())
}
