//! Matching a pattern.

use regex::{Regex, bytes};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Matcher(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Plain(Regex),
    /// With `\B`, which by ASCII letters holds within a character of several bytes too. The engine is left to find it
    /// there, and what begins there is no match.
    Bytes(bytes::Regex),
}

impl Matcher {
    pub(super) fn new(translation: &str, has_no_boundary: bool) -> Result<Self, regex::Error> {
        let plain = Regex::new(translation)?;
        Ok(Self(match has_no_boundary {
            true => Kind::Bytes(bytes::Regex::new(translation)?),
            false => Kind::Plain(plain),
        }))
    }

    /// Whether the pattern matches somewhere in the text.
    #[must_use]
    #[inline]
    pub fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Kind::Plain(regex) => regex.is_match(text),
            Kind::Bytes(regex) => regex.find_iter(text.as_bytes()).any(|found| text.is_char_boundary(found.start())),
        }
    }
}
