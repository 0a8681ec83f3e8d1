//! Regular expressions as ECMA-262 has them, which ODCS prescribes for `pattern`.
//!
//! A pattern is read as browsers read it without flags (ECMA-262, annex B.1.2), but by code points, and written anew for
//! an engine that takes linear time: what needs backtracking is a fault. It is unanchored.

mod class;
mod escape;
mod group;
mod matcher;

use std::str::FromStr;

use group::Groups;

pub(crate) use matcher::MOST_BYTES;

pub use matcher::Matcher;

/// Longest pattern, in characters.
const LONGEST: usize = 10_000;

/// A regular expression that can be matched in linear time.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    matcher: Matcher,
    remarks: Vec<String>,
}

/// The same text is the same pattern.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

/// A pattern that cannot be matched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {message}")]
pub struct PatternFault {
    /// What is wrong, as the end of a sentence.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl PatternFault {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }

    fn unreadable(index: usize, reason: &str) -> Self {
        Self::new(
            format!("cannot be read at its character {}: {reason}", index + 1),
            "put a backslash before a character that stands for itself, and write the pattern in single quotes",
        )
    }

    /// The same fault with another hint.
    fn hint(self, hint: &str) -> Self {
        Self { hint: hint.to_owned(), ..self }
    }
}

impl Pattern {
    /// The pattern as the contract writes it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The pattern, ready to be matched.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// Bytes that the compiled pattern takes, at most.
    #[must_use]
    pub fn compiled_bytes(&self) -> usize {
        self.matcher.bytes
    }

    /// What in the pattern means something else than in other dialects of regular expressions, a sentence each.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }
}

impl FromStr for Pattern {
    type Err = PatternFault;

    /// Reads a pattern. Look-around, back-references and flags cannot be matched, nor what is too large when compiled.
    fn from_str(source: &str) -> Result<Self, PatternFault> {
        if source.chars().nth(LONGEST).is_some() {
            return Err(PatternFault::new(
                format!("is longer than {LONGEST} characters"),
                "list what is valid in `enum` or `validValues` instead, or describe it by fewer alternatives",
            ));
        }
        let mut translator = Translator::new(source);
        translator.translate()?;
        if let Some((_, flags)) = source.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'))
            && flags.chars().all(|letter| "dgimsuvy".contains(letter))
        {
            let remark = "slashes around a pattern are part of it, and letters behind them too: take them away";
            translator.remark(remark.to_owned());
        }
        if source.contains(char::is_control) {
            let remark = "the pattern holds a control character, such as the end of a line: write it in single quotes, on one line";
            translator.remark(remark.to_owned());
        }
        let Translator { out, has_no_boundary, remarks, .. } = translator;
        match Matcher::new(&out, has_no_boundary) {
            Ok(matcher) => Ok(Self { source: source.to_owned(), matcher, remarks }),
            Err(regex::Error::CompiledTooBig(limit)) => Err(PatternFault::new(
                format!("is too large: compiled it takes more than {limit} bytes"),
                "repeat less: counts such as {1,1000} multiply what they follow; say lengths by minLength and maxLength",
            )),
            Err(_) => Err(PatternFault::new(
                "nests too many groups",
                "take groups out that no alternative or repetition needs",
            )),
        }
    }
}

/// What stands before a quantifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Assertion,
    Atom,
}

/// Writes a pattern anew, from left to right.
struct Translator {
    chars: Vec<char>,
    at: usize,
    out: String,
    /// Whether `\B` stands in the pattern.
    has_no_boundary: bool,
    before: Before,
    groups: Groups,
    remarks: Vec<String>,
}

/// `.` without the flag s: all but ECMA-262's line terminators.
const ANY: &str = r"[^\n\r\x{2028}\x{2029}]";

impl Translator {
    fn new(source: &str) -> Self {
        let chars: Vec<char> = source.chars().collect();
        let groups = Groups::count(&chars);
        Self {
            chars,
            at: 0,
            out: String::new(),
            has_no_boundary: false,
            before: Before::Nothing,
            groups,
            remarks: Vec::new(),
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn peek_second(&self) -> Option<char> {
        self.chars.get(self.at + 1).copied()
    }

    /// Passes `wanted` if it comes next.
    fn pass(&mut self, wanted: &str) -> bool {
        let length = wanted.chars().count();
        let is_next = self.chars[self.at..].iter().take(length).copied().eq(wanted.chars());
        self.at += if is_next { length } else { 0 };
        is_next
    }

    fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    fn atom(&mut self, translation: &str) {
        self.out.push_str(translation);
        self.before = Before::Atom;
    }

    fn literal(&mut self, code: u32) {
        let text = one(code);
        self.atom(&text);
    }

    fn assertion(&mut self, translation: &str) {
        self.out.push_str(translation);
        self.before = Before::Assertion;
    }

    fn translate(&mut self) -> Result<(), PatternFault> {
        while let Some(letter) = self.peek() {
            let start = self.at;
            match letter {
                '(' => self.open_group()?,
                ')' => self.close_group()?,
                '|' => {
                    self.at += 1;
                    self.out.push('|');
                    self.before = Before::Nothing;
                }
                '[' => self.class()?,
                '\\' => self.escape()?,
                '*' | '+' | '?' => {
                    self.at += 1;
                    self.quantifier(start, &letter.to_string())?;
                }
                '{' => match self.counts(start)? {
                    Some(counts) => self.quantifier(start, &counts)?,
                    None => self.plain(letter),
                },
                '^' | '$' | '.' => {
                    self.at += 1;
                    match letter {
                        '^' => self.assertion(r"\A"),
                        '$' => self.assertion(r"\z"),
                        _ => self.atom(ANY),
                    }
                }
                letter => self.plain(letter),
            }
        }
        self.groups.all_closed()
    }

    fn plain(&mut self, letter: char) {
        self.at += 1;
        self.literal(u32::from(letter));
    }

    /// Writes a quantifier, with the `?` that makes it lazy: it changes what is found, not whether anything is.
    fn quantifier(&mut self, start: usize, counts: &str) -> Result<(), PatternFault> {
        match self.before {
            Before::Atom => {}
            Before::Nothing => {
                return Err(PatternFault::unreadable(start, "there is nothing to repeat")
                    .hint("take it away, or put a backslash before it if it stands for itself"));
            }
            Before::Assertion => return Err(PatternFault::unreadable(start, "a place in the text cannot be repeated")),
        }
        self.out.push_str(counts);
        self.pass("?");
        self.before = Before::Nothing;
        Ok(())
    }

    /// Passes `{n}`, `{n,}` or `{n,m}`; any other brace stands for itself.
    fn counts(&mut self, start: usize) -> Result<Option<String>, PatternFault> {
        let Some(length) = self.chars[start..].iter().position(|letter| *letter == '}') else { return Ok(None) };
        let inner: String = self.chars[start + 1..start + length].iter().collect();
        let (least, most) = inner.split_once(',').map_or((inner.as_str(), None), |(least, most)| (least, Some(most)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if least.is_empty() && most.is_some_and(is_number) {
            self.remark(format!("`{{{inner}}}` is text in ECMA-262, no count: write {{0{inner}}}"));
        }
        if !is_number(least) || most.is_some_and(|most| !most.is_empty() && !is_number(most)) {
            return Ok(None);
        }
        // Counts beyond 32 bits are too large in any case.
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        if most.is_some_and(|most| !most.is_empty() && number(most) < number(least)) {
            return Err(PatternFault::unreadable(start, "the second count is less than the first")
                .hint("write the lesser count first"));
        }
        let too_many = [Some(least), most].into_iter().flatten().any(|text| !text.is_empty() && number(text) > 100_000);
        if too_many {
            return Err(PatternFault::new("repeats more than 100,000 times", "say lengths by minLength and maxLength"));
        }
        self.at = start + length + 1;
        Ok(Some(format!("{{{inner}}}")))
    }
}

/// A code point as the other syntax writes it; one half of a surrogate pair, which no text holds, matches nothing.
fn one(code: u32) -> String {
    match char::from_u32(code) {
        Some(letter) if letter.is_ascii_alphanumeric() => letter.to_string(),
        Some(letter) => format!("\\x{{{:X}}}", u32::from(letter)),
        None => class::NOTHING.to_owned(),
    }
}

#[cfg(test)]
mod tests;
