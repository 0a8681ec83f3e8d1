//! Rows of equal width without quotes: every delimiter and line feed in the text ends a cell.

use super::{Cells, Marks};

/// Bytes looked at in one step.
const BLOCK: usize = 64;

/// What a stretch of text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) rows: usize,
    /// Bytes up to and with the last row's line end.
    pub(crate) consumed: usize,
}

/// Reads all whole rows of `text`, which starts at a record, when they make a grid `width` cells wide; `None` when
/// anything in it needs a closer look. No row may be longer than `longest`, line end and all.
pub(crate) fn read(text: &[u8], marks: &Marks, width: usize, longest: usize, cells: &mut Cells) -> Option<Grid> {
    let consumed = memchr::memrchr(b'\n', text)? + 1;
    let text = &text[..consumed];
    let absent = |byte: Option<u8>| byte.is_none_or(|byte| memchr::memchr(byte, text).is_none());
    if !absent(marks.quote) || !absent(marks.escape) || u32::try_from(text.len()).is_err() {
        return None;
    }
    let rows = memchr::memchr_iter(b'\n', text).count();
    let returns = if absent(Some(b'\r')) { 0 } else { memchr::memchr_iter(b'\r', text).count() };
    let crlf = returns > 0;
    if crlf && returns != rows {
        return None;
    }
    // Writing in whole blocks needs room for one more.
    cells.clear_with_room(if crlf { 2 } else { 1 }, text.len() + BLOCK);
    if separators(text, marks.delimiter, &mut cells.ends[1..]) != rows * width {
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
    Some(Grid { rows, consumed })
}

/// Whether a row is a comment or blank.
#[inline]
fn needs_a_look(row: &[u8], marks: &Marks) -> bool {
    let is_empty = |byte: &u8| *byte == marks.delimiter || marks.trims() && marks.is_blank(*byte);
    let comment = marks.comment.as_ref().is_some_and(|prefix| row.starts_with(prefix));
    comment || row.first().is_none_or(is_empty) && row.iter().all(is_empty)
}

/// Writes the offset of every delimiter and line feed to `ends`: how many.
fn separators(text: &[u8], delimiter: u8, ends: &mut [u32]) -> usize {
    let mut found = 0;
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut base = 0_u32;
    for block in blocks {
        found += mark(block, delimiter, base, &mut ends[found..]);
        base += BLOCK as u32;
    }
    // The padding equals neither mark, since a delimiter is ASCII.
    let mut last = [0xff; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    found + mark(&last, delimiter, base, &mut ends[found..])
}

/// Writes the offsets of a block's separators to the start of `ends`: how many. Further elements may be overwritten.
#[inline]
fn mark(block: &[u8; BLOCK], delimiter: u8, base: u32, ends: &mut [u32]) -> usize {
    let mut hits = [0_u8; BLOCK];
    for (hit, byte) in hits.iter_mut().zip(block) {
        *hit = u8::from(*byte == delimiter) | u8::from(*byte == b'\n');
    }
    let mut mask = 0_u64;
    for (at, eight) in hits.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bit of eight bytes into one byte.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (at * 8);
    }
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
            text[start..cells.ends[k + 1] as usize].to_owned()
        });
        Some((grid, texts.collect()))
    }

    #[test]
    fn reads_whole_rows_and_leaves_the_rest() {
        let (found, texts) = grid("a,b\n,1\nlong cell,x\nrest", 2).expect("a grid");
        assert_eq!(found, Grid { rows: 3, consumed: 19 });
        assert_eq!(texts, ["a", "b", "", "1", "long cell", "x"]);
        let (_, texts) = grid("a,b\r\n,1\r\n", 2).expect("a grid");
        assert_eq!(texts, ["a", "b", "", "1"]);
    }

    #[test]
    fn leaves_everything_else_to_the_careful_reader() {
        for text in [
            "a,b",
            "a,\"b\"\n",
            "a\nb,c,d\n",
            "a,b\n\nc,d\n",
            "a,b\rc,d\n",
            "a,b\nc,d\r\n",
            "a,b\n,\nc,d\n",
            "a,b\nc,d,\n",
        ] {
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
