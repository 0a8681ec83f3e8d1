//! Matching a pattern.

use regex::{Regex, RegexBuilder, bytes};

/// Bytes that compiled patterns may take: the first of these that suffices is what one costs. The last is the limit; the
/// first counts for small ones too, since they take memory of their own while they are matched.
const SIZES: [usize; 4] = [1 << 16, 1 << 18, 1 << 20, MOST_BYTES];

/// Most bytes that a compiled pattern may take.
pub(crate) const MOST_BYTES: usize = 1 << 22;

/// Bytes that a pattern may take for what it learns of texts while it is matched.
const CACHE_BYTES: usize = 1 << 17;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Matcher {
    kind: Kind,
    /// What it takes compiled, at most.
    pub(super) bytes: usize,
}

#[derive(Debug, Clone)]
enum Kind {
    Plain(Regex),
    /// With `\B`, which by ASCII letters holds within a character of several bytes too. The engine is left to find it
    /// there, and what begins there is no match.
    Bytes(bytes::Regex),
}

impl Matcher {
    pub(super) fn new(translation: &str, has_no_boundary: bool) -> Result<Self, regex::Error> {
        let mut too_big = regex::Error::CompiledTooBig(0);
        for bytes in SIZES {
            match Self::within(translation, has_no_boundary, bytes) {
                Ok(kind) => return Ok(Self { kind, bytes }),
                Err(error @ regex::Error::CompiledTooBig(_)) => too_big = error,
                Err(error) => return Err(error),
            }
        }
        Err(too_big)
    }

    fn within(translation: &str, has_no_boundary: bool, bytes: usize) -> Result<Kind, regex::Error> {
        Ok(match has_no_boundary {
            true => {
                let mut builder = bytes::RegexBuilder::new(translation);
                Kind::Bytes(builder.size_limit(bytes).dfa_size_limit(CACHE_BYTES).build()?)
            }
            false => {
                let mut builder = RegexBuilder::new(translation);
                Kind::Plain(builder.size_limit(bytes).dfa_size_limit(CACHE_BYTES).build()?)
            }
        })
    }

    /// Whether the pattern matches somewhere in the text.
    #[must_use]
    #[inline]
    pub fn is_match(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Plain(regex) => regex.is_match(text),
            Kind::Bytes(regex) => regex.find_iter(text.as_bytes()).any(|found| text.is_char_boundary(found.start())),
        }
    }
}
