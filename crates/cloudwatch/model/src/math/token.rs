//! An expression's words.

use std::ops::Range;

use crate::query_error::{Fault, Problem};

/// A word of an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    /// An id, a function, `AND`, `REPEAT`.
    Name(&'a str),
    /// What stands between quotes. Nothing is escaped: CloudWatch has no rule for it.
    Text(&'a str),
    /// An operator, a bracket or a comma.
    Symbol(&'static str),
    End,
}

/// Longer ones first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 20] =
    ["==", "!=", "<=", ">=", "&&", "||", "+", "-", "*", "/", "^", "<", ">", "(", ")", "[", "]", ",", "{", "}"];

/// Reads an expression word by word.
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
        let rest = self.text[self.at..].trim_start();
        let start = self.text.len() - rest.len();
        let (token, length) = read(rest, start)?;
        self.at = start + length;
        Ok((token, start..self.at))
    }
}

fn read(rest: &str, start: usize) -> Result<(Token<'_>, usize), Problem> {
    let Some(first) = rest.chars().next() else { return Ok((Token::End, 0)) };
    if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|next: char| next.is_ascii_digit())) {
        return number(rest, start);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let length = length_while(rest, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        return Ok((Token::Name(&rest[..length]), length));
    }
    if matches!(first, '\'' | '"') {
        return match rest[1..].find(first) {
            Some(length) => Ok((Token::Text(&rest[1..=length]), length + 2)),
            None => {
                let message = format!("the text that begins here has no closing {first}");
                Err(Problem::new(Fault::Syntax, start..start + rest.len(), message))
            }
        };
    }
    match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
        Some(symbol) => Ok((Token::Symbol(symbol), symbol.len())),
        None => Err(Problem::new(Fault::Syntax, start..start + first.len_utf8(), stray(first))),
    }
}

fn stray(character: char) -> String {
    match character {
        '=' => "a single `=` is no operator; values are compared with `==`".to_owned(),
        '!' => "there is no operator `!`; compare with `== 0` or `!=`".to_owned(),
        '&' => "a single `&` is no operator; write `&&` or `AND`".to_owned(),
        '|' => "a single `|` is no operator; write `||` or `OR`".to_owned(),
        '%' => "there is no operator `%`; metric math has + - * / ^".to_owned(),
        _ => "this character has no meaning in metric math".to_owned(),
    }
}

/// Digits with decimals and an exponent. That CloudWatch reads exponents is not published.
fn number(rest: &str, start: usize) -> Result<(Token<'_>, usize), Problem> {
    let digits = |from: usize| length_while(&rest[from..], |byte| byte.is_ascii_digit());
    let mut length = digits(0);
    if rest[length..].starts_with('.') {
        length += 1 + digits(length + 1);
    }
    if rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    if rest[length..].starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '.')) {
        length += length_while(&rest[length..], |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        let message = "this is neither a number nor an id; ids begin with a lower-case letter";
        return Err(Problem::new(Fault::Syntax, start..start + length, message));
    }
    match rest[..length].parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), length)),
        _ => Err(Problem::new(Fault::Syntax, start..start + length, "this number is out of range")),
    }
}

fn length_while(text: &str, accept: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !accept(byte)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<Token<'_>>, Problem> {
        let mut tokens = Tokens::new(text);
        let mut words = Vec::new();
        loop {
            match tokens.next()?.0 {
                Token::End => return Ok(words),
                word => words.push(word),
            }
        }
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(
            all("FILL(m_1,.5e1)<=2"),
            Ok(vec![
                Token::Name("FILL"),
                Token::Symbol("("),
                Token::Name("m_1"),
                Token::Symbol(","),
                Token::Number(5.0),
                Token::Symbol(")"),
                Token::Symbol("<="),
                Token::Number(2.0),
            ])
        );
        assert_eq!(all(r#"' a "b" ' "it's""#), Ok(vec![Token::Text(r#" a "b" "#), Token::Text("it's")]));
    }

    #[test]
    fn what_is_no_word_is_told_with_its_place() {
        for (text, span) in
            [("m1 = 2", 3..4), ("'abc", 0..4), ("1 + 2x", 4..6), ("1.2.3", 0..5), ("a ö", 2..4), ("1e999", 0..5)]
        {
            assert_eq!(all(text).expect_err(text).span, span, "{text}");
        }
    }
}
