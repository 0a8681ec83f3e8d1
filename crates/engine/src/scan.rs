//! Where records and cells begin and end.
//!
//! [`grid`] is the fast way for the common case: a stretch of rows of equal width without quotes, whose cells lie in
//! the text as they are. [`record`] reads one record at a time in every dialect and with every fault, and copies the
//! cells' contents, with their escapes. Both fill the same [`Cells`]; wherever both can read a stretch they agree to the byte.

pub(crate) mod grid;
pub(crate) mod record;

use std::borrow::Cow;

use atalaya_contract::{CsvDialect, Trim};

/// The bytes that mean something, and how.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
    pub(crate) double_quote: bool,
    pub(crate) escape: Option<u8>,
    pub(crate) comment: Option<Vec<u8>>,
    pub(crate) trim_start: bool,
    pub(crate) trim_end: bool,
}

impl Marks {
    /// Takes the dialect's bytes, or says which two cannot live together.
    pub(crate) fn new(dialect: &CsvDialect) -> Result<Self, String> {
        // An escape that is the quote itself says what `doubleQuote` says.
        let same = dialect.escape_char.is_some() && dialect.escape_char == dialect.quote_char;
        let marks = Self {
            delimiter: dialect.delimiter,
            quote: dialect.quote_char,
            double_quote: dialect.double_quote || same,
            escape: dialect.escape_char.filter(|_| !same),
            comment: dialect
                .comment_prefix
                .as_ref()
                .filter(|text| !text.is_empty())
                .map(|text| text.clone().into_bytes()),
            trim_start: matches!(dialect.trim, Trim::Start | Trim::Both),
            trim_end: matches!(dialect.trim, Trim::End | Trim::Both),
        };
        let named = [("delimiter", Some(marks.delimiter)), ("quoteChar", marks.quote), ("escapeChar", marks.escape)];
        for (at, (name, byte)) in named.iter().enumerate() {
            let Some(byte) = byte else { continue };
            if !byte.is_ascii() || matches!(byte, b'\n' | b'\r') {
                return Err(format!("csvDialect.{name} must be one ASCII character that ends no line"));
            }
            if let Some((other, _)) = named[..at].iter().find(|(_, earlier)| *earlier == Some(*byte)) {
                return Err(format!("csvDialect.{name} and csvDialect.{other} are the same character"));
            }
        }
        Ok(marks)
    }

    /// The bytes with a meaning, which are no sign of binary data.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [Some(self.delimiter), self.quote, self.escape].into_iter().flatten().collect()
    }

    /// Whether `byte` is a blank that trimming takes away.
    pub(crate) fn is_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t') && byte != self.delimiter
    }

    /// Whether blanks are taken away at all.
    pub(crate) fn trims(&self) -> bool {
        self.trim_start || self.trim_end
    }

    /// Start and end of what trimming leaves of `text[start..end]`.
    #[inline]
    pub(crate) fn trim_within(&self, text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
        while self.trim_start && start < end && matches!(text[start], b' ' | b'\t') {
            start += 1;
        }
        while self.trim_end && start < end && matches!(text[end - 1], b' ' | b'\t') {
            end -= 1;
        }
        (start, end)
    }

    /// `cell` without the bytes that take away the meaning of the one after them.
    #[inline]
    pub(crate) fn unescape<'a>(&self, cell: &'a [u8]) -> Cow<'a, [u8]> {
        match self.escape {
            Some(escape) if memchr::memchr(escape, cell).is_some() => Cow::Owned(unescaped(escape, cell)),
            _ => Cow::Borrowed(cell),
        }
    }

    /// `cell` without the blanks that the dialect takes away.
    #[inline]
    pub(crate) fn trim<'a>(&self, cell: &'a [u8]) -> &'a [u8] {
        let (start, end) = self.trim_within(cell, 0, cell.len());
        &cell[start..end]
    }
}

fn unescaped(escape: u8, cell: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(cell.len());
    let mut bytes = cell.iter();
    while let Some(byte) = bytes.next() {
        let byte = if *byte == escape { bytes.next() } else { Some(byte) };
        out.extend(byte);
    }
    out
}

/// The cells of a stretch of rows, row by row, in one vector of offsets.
///
/// Cell `k` ends at `ends[k + 1]` and starts one byte after the end before it; the first cell of a row starts
/// `row_gap` bytes after it. `ends[0]` is such that this holds for the first cell too. Elements behind those of the
/// rows mean nothing.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) ends: Vec<u32>,
    pub(crate) row_gap: u32,
}

impl Cells {
    /// Forgets all cells; `ends` holds its first element then.
    pub(crate) fn clear(&mut self, row_gap: u32) {
        self.ends.clear();
        self.ends.push(0_u32.wrapping_sub(row_gap));
        self.row_gap = row_gap;
    }

    /// The same, with room for so many ends, which hold anything.
    pub(crate) fn clear_with_room(&mut self, row_gap: u32, room: usize) {
        // Vectors are zeroed where they grow; one that stays as it is costs nothing.
        if self.ends.len() <= room {
            self.ends.resize(room + 1, 0);
        }
        self.ends[0] = 0_u32.wrapping_sub(row_gap);
        self.row_gap = row_gap;
    }
}
