//! Rows of equal width whose cells stand in the text as they are: every delimiter and line feed outside quotes ends a
//! cell, and quotes stand around whole cells only.

use super::{Cells, Marks};

/// Bytes looked at in one step.
const BLOCK: usize = 64;

/// What a stretch of text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) rows: usize,
    /// Bytes up to and with the last row's line end.
    pub(crate) consumed: usize,
    /// The quote that stands around some cells.
    pub(crate) quote: Option<u8>,
}

/// Reads all whole rows of `text`, which starts at a record, when they make a grid `width` cells wide; `None` when
/// anything in it needs a closer look. No row may be longer than `longest`, line end and all.
pub(crate) fn read(text: &[u8], marks: &Marks, width: usize, longest: usize, cells: &mut Cells) -> Option<Grid> {
    let consumed = memchr::memrchr(b'\n', text)? + 1;
    let text = &text[..consumed];
    let stands = |byte: &u8| memchr::memchr(*byte, text).is_some();
    if marks.escape.as_ref().is_some_and(stands) || u32::try_from(text.len()).is_err() {
        return None;
    }
    let quote = marks.quote.filter(stands);
    let rows = memchr::memchr_iter(b'\n', text).count();
    let returns = if stands(&b'\r') { memchr::memchr_iter(b'\r', text).count() } else { 0 };
    let crlf = returns > 0;
    if crlf && returns != rows {
        return None;
    }
    // Writing in whole blocks needs room for one more.
    cells.clear_with_room(if crlf { 2 } else { 1 }, text.len() + BLOCK);
    let found = match quote {
        None => {
            separators(text, |block| bits(block, |byte| byte == marks.delimiter || byte == b'\n'), &mut cells.ends[1..])
        }
        Some(quote) => {
            let mut quotes = Quotes::new(marks.delimiter, quote);
            let found = separators(text, |block| quotes.separators(block), &mut cells.ends[1..]);
            if quotes.are_odd {
                return None;
            }
            found
        }
    };
    if found != rows * width {
        return None;
    }
    let mut start = 0;
    for row in 1..=rows {
        let end = &mut cells.ends[row * width];
        let feed = *end as usize;
        let mut stop = feed;
        if crlf {
            stop = feed.checked_sub(1)?;
            *end = stop as u32;
        }
        let row = text.get(start..stop)?;
        if text[feed] != b'\n' || crlf && text[stop] != b'\r' || row.len() + 2 > longest || needs_a_look(row, marks) {
            return None;
        }
        start = feed + 1;
    }
    Some(Grid { rows, consumed, quote })
}

/// Whether the last cell of every row is empty.
pub(crate) fn ends_empty(grid: &Grid, cells: &Cells, width: usize) -> bool {
    (1..=grid.rows).all(|row| cells.ends[row * width] == cells.ends[row * width - 1] + 1)
}

/// Whether a row is a comment or blank.
#[inline]
fn needs_a_look(row: &[u8], marks: &Marks) -> bool {
    let is_empty =
        |byte: &u8| *byte == marks.delimiter || Some(*byte) == marks.quote || marks.trims() && marks.is_blank(*byte);
    let comment = marks.comment.as_ref().is_some_and(|prefix| row.starts_with(prefix));
    comment || row.first().is_none_or(is_empty) && row.iter().all(is_empty)
}

/// Writes the offset of every separator that `find` marks in a block to `ends`: how many.
fn separators(text: &[u8], mut find: impl FnMut(&[u8; BLOCK]) -> u64, ends: &mut [u32]) -> usize {
    let mut found = 0;
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut base = 0_u32;
    for block in blocks {
        found += write(find(block), base, &mut ends[found..]);
        base += BLOCK as u32;
    }
    // The padding equals no mark, since they are ASCII.
    let mut last = [0xff; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    found + write(find(&last) & !(u64::MAX << rest.len()), base, &mut ends[found..])
}

/// Which bytes of a block satisfy `test`, the first in the lowest bit.
#[inline(always)]
fn bits(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    let mut hits = [0_u8; BLOCK];
    for (hit, byte) in hits.iter_mut().zip(block) {
        *hit = u8::from(test(*byte));
    }
    let mut mask = 0;
    for (at, eight) in hits.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bit of eight bytes into one byte.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (at * 8);
    }
    mask
}

/// Writes the offsets of a block's separators to the start of `ends`: how many. Further elements may be overwritten.
#[inline(always)]
fn write(mut mask: u64, base: u32, ends: &mut [u32]) -> usize {
    let count = mask.count_ones() as usize;
    // Writing in eights costs fewer mispredicted branches than stopping at the exact count.
    for eight in ends.as_chunks_mut::<8>().0.iter_mut().take(count.div_ceil(8)) {
        for end in eight {
            *end = base + mask.trailing_zeros();
            mask &= mask.wrapping_sub(1);
        }
    }
    count
}

/// Tells the separators outside quotes, block by block.
struct Quotes {
    delimiter: u8,
    quote: u8,
    /// All ones when the next block starts inside quotes.
    inside: u64,
    /// One when the last byte was a separator (or there was none), and when it was a closing quote.
    after_separator: u64,
    after_closing: u64,
    /// Whether a quote stood elsewhere than around a whole cell.
    are_odd: bool,
}

impl Quotes {
    fn new(delimiter: u8, quote: u8) -> Self {
        Self { delimiter, quote, inside: 0, after_separator: 1, after_closing: 0, are_odd: false }
    }

    #[inline(always)]
    fn separators(&mut self, block: &[u8; BLOCK]) -> u64 {
        let quotes = bits(block, |byte| byte == self.quote);
        let marks = bits(block, |byte| byte == self.delimiter || byte == b'\n');
        let returns = bits(block, |byte| byte == b'\r');
        // From each opening quote up to the byte before the closing one.
        let quoted = odd_before(quotes) ^ self.inside;
        let separators = marks & !quoted;
        let (opening, closing) = (quotes & quoted, quotes & !quoted);
        let misplaced = opening & !(separators << 1 | self.after_separator);
        // A carriage return may stand before a line feed only, which the rows' ends are compared with.
        let unfinished = (closing << 1 | self.after_closing) & !(separators | returns);
        // What pads the last block is no part of the text: no separator follows its last byte, which is a line feed.
        self.are_odd |= misplaced | unfinished != 0;
        self.inside = 0_u64.wrapping_sub(quoted >> 63);
        self.after_separator = separators >> 63;
        self.after_closing = closing >> 63;
        separators
    }
}

/// For each bit, whether an odd number of bits is set up to and with it.
#[inline(always)]
fn odd_before(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use atalaya_contract::CsvDialect;

    use super::*;

    fn grid(text: &str, width: usize) -> Option<(Grid, Vec<String>)> {
        let marks = Marks::new(&CsvDialect::default()).expect("default marks");
        let mut cells = Cells::default();
        let grid = read(text.as_bytes(), &marks, width, 1000, &mut cells)?;
        let texts = (0..grid.rows * width).map(|k| {
            let gap = if k % width == 0 { cells.row_gap } else { 1 };
            let start = cells.ends[k].wrapping_add(gap) as usize;
            let cell = &text[start..cells.ends[k + 1] as usize];
            cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell).to_owned()
        });
        Some((grid, texts.collect()))
    }

    #[test]
    fn reads_whole_rows_and_leaves_the_rest() {
        let (found, texts) = grid("a,b\n,1\nlong cell,x\nrest", 2).expect("a grid");
        assert_eq!(found, Grid { rows: 3, consumed: 19, quote: None });
        assert_eq!(texts, ["a", "b", "", "1", "long cell", "x"]);
        let (_, texts) = grid("a,b\r\n,1\r\n", 2).expect("a grid");
        assert_eq!(texts, ["a", "b", "", "1"]);
    }

    #[test]
    fn quotes_around_whole_cells_do_no_harm() {
        let (found, texts) = grid("\"a\",b\nc,\"d,e\"\n\"\",\"f\"\n", 2).expect("a grid");
        assert_eq!((found.rows, found.quote), (3, Some(b'"')));
        assert_eq!(texts, ["a", "b", "c", "d,e", "", "f"]);
        let (_, texts) = grid("a,\"b\"\r\n\"c\",d\r\n", 2).expect("a grid");
        assert_eq!(texts, ["a", "b", "c", "d"]);
        assert_eq!(grid("a,\"b\"\r,c\n", 2), None);
        let text: String = (0..1000).map(|i| format!("\"{i}\",\"{}\"\n", ",x".repeat(i % 70))).collect();
        let (found, texts) = grid(&text, 2).expect("a grid");
        assert_eq!((found.rows, &texts[201][..]), (1000, &",x".repeat(30)[..]));
    }

    #[test]
    fn leaves_everything_else_to_the_careful_reader() {
        for text in ["a,b", "a\nb,c,d\n", "a,b\n\nc,d\n", "a,b\rc,d\n", "a,b\nc,d\r\n", "a,b\n,\nc,d\n", "a,b\nc,d,\n"]
        {
            assert_eq!(grid(text, 2), None, "{text:?}");
        }
        assert_eq!(grid("a\n\nb\n", 1), None);
    }

    #[test]
    fn finds_separators_across_blocks() {
        let text: String = (0..1000).map(|i| format!("{i},{}\n", "x".repeat(i % 70))).collect();
        let (found, texts) = grid(&text, 2).expect("a grid");
        assert_eq!((found.rows, found.consumed), (1000, text.len()));
        for (i, pair) in texts.chunks(2).enumerate() {
            assert_eq!(pair, [i.to_string(), "x".repeat(i % 70)]);
        }
    }
}
