//! From offsets in the decoded text to offsets in the file.

use std::collections::VecDeque;

/// Known pairs of offsets: from each pair on, both count alike until the next pair.
///
/// Pairs are exact wherever they stand at a line's start, which is where records start.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    pairs: VecDeque<(u64, u64)>,
}

impl Positions {
    /// Notes that the text's offset `text` is the file's offset `file`. Offsets grow from call to call.
    pub(crate) fn note(&mut self, text: u64, file: u64) {
        if let Some(&(last_text, last_file)) = self.pairs.back() {
            if file.wrapping_sub(last_file) == text.wrapping_sub(last_text) {
                return;
            }
            if last_text == text {
                self.pairs.pop_back();
            }
        }
        self.pairs.push_back((text, file));
    }

    /// The file's offset of the text's offset `text`.
    pub(crate) fn file(&self, text: u64) -> u64 {
        let after = self.pairs.partition_point(|pair| pair.0 <= text);
        match after.checked_sub(1).and_then(|at| self.pairs.get(at)) {
            Some((known_text, known_file)) => known_file + (text - known_text),
            None => text,
        }
    }

    /// How many pairs are remembered: no more than lines have begun since the offset that [`Self::forget_before`] named.
    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Forgets what only offsets before `text` need.
    pub(crate) fn forget_before(&mut self, text: u64) {
        while self.pairs.get(1).is_some_and(|pair| pair.0 <= text) {
            self.pairs.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_alike_between_pairs() {
        let mut positions = Positions::default();
        assert_eq!(positions.file(5), 5);
        positions.note(0, 3);
        positions.note(10, 13);
        positions.note(20, 33);
        assert_eq!(positions.pairs.len(), 2, "a pair that follows from the last is not kept");
        assert_eq!([positions.file(0), positions.file(19), positions.file(25)], [3, 22, 38]);
        positions.forget_before(21);
        assert_eq!(positions.file(25), 38);
    }
}
