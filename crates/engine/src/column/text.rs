//! Text.

use atalaya_contract::{Matcher, StringOptions};

use crate::fault::Rules;

#[derive(Debug)]
pub(crate) struct Text {
    pattern: Option<Matcher>,
    min_length: u64,
    max_length: u64,
    unruled: bool,
}

impl Text {
    pub(crate) fn new(options: &StringOptions) -> Self {
        let pattern = options.pattern.as_ref().map(|pattern| pattern.matcher().clone());
        let unruled = pattern.is_none() && options.min_length.is_none() && options.max_length.is_none();
        let min_length = options.min_length.unwrap_or(0);
        Self { pattern, min_length, max_length: options.max_length.unwrap_or(u64::MAX), unruled }
    }

    /// The rules that a cell breaks whose bytes are UTF-8.
    #[inline]
    pub(crate) fn check(&self, cell: &[u8]) -> Rules {
        if self.unruled { Rules::NONE } else { self.check_each(cell) }
    }

    fn check_each(&self, cell: &[u8]) -> Rules {
        let Ok(text) = std::str::from_utf8(cell) else { return Rules::ENCODING };
        let length = if text.is_ascii() { text.len() } else { text.chars().count() } as u64;
        Rules::MIN_LENGTH
            .when(length < self.min_length)
            .and(Rules::MAX_LENGTH.when(length > self.max_length))
            .and(Rules::PATTERN.when(self.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(text))))
    }
}

/// Texts one after the other.
#[derive(Debug, Default)]
pub(crate) struct TextValues {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<u32>,
}

impl TextValues {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    #[inline]
    pub(crate) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
    }

    pub(crate) fn get(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.bytes[start..self.ends[row] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters_and_patterns_search() {
        let options =
            StringOptions { pattern: Some("b".parse().expect("a pattern")), min_length: Some(2), max_length: Some(3) };
        let text = Text::new(&options);
        assert_eq!(text.check("äbö".as_bytes()), Rules::NONE);
        assert_eq!(text.check("é".as_bytes()), Rules::MIN_LENGTH.and(Rules::PATTERN));
        assert_eq!(text.check(b"abcd"), Rules::MAX_LENGTH);
    }
}
