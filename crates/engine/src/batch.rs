//! A stretch of rows that is judged at once.

use std::borrow::Cow;

use crate::{
    scan::{Cells, Marks},
    source::Positions,
};

/// Where a row starts in the text, and on which line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Physical line of the file, from 1.
    pub(crate) line: u64,
    /// Offset in the decoded text of the file.
    pub(crate) text: u64,
}

/// Where the rows of a batch start.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Places<'a> {
    /// Each row is one line, and the cells lie in the file's text as they are.
    Lines { first: Place },
    /// One place for each row.
    Listed(&'a [Place]),
}

/// A fault in the shape of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShapeFault {
    /// The row has this many cells only.
    Short { cells: usize },
    /// The row has this many cells, more than there are columns; whether the last one is empty.
    Long { cells: usize, ends_empty: bool },
    /// Text stands between a cell's closing quote and its end.
    Quote { cell: usize },
    /// A blank row where none may be; it stands before the batch's row of the same index.
    Blank { place: Place },
}

/// Rows, each `width` cells wide: missing cells are there as empty ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch<'a> {
    /// The text that the cells' offsets mean.
    pub(crate) text: &'a [u8],
    pub(crate) cells: &'a Cells,
    pub(crate) width: usize,
    pub(crate) rows: usize,
    /// The quote that stands around some cells and is not part of them.
    pub(crate) quote: Option<u8>,
    /// Whether escapes may stand in cells.
    pub(crate) escaped: bool,
    /// Whether `text` is UTF-8 as far as cells go.
    pub(crate) is_utf8: bool,
    pub(crate) places: Places<'a>,
    /// Faults in rows' shapes, by row.
    pub(crate) shapes: &'a [(u32, ShapeFault)],
}

impl<'a> Batch<'a> {
    /// How many bytes stand between the end of the cell before and the start of a cell in a column of the file.
    #[inline]
    pub(crate) fn gap(&self, column: usize) -> u32 {
        if column == 0 { self.cells.row_gap } else { 1 }
    }

    /// Start and end of a cell's content, without the quotes around it.
    #[inline(always)]
    pub(crate) fn content(&self, start: usize, end: usize) -> (usize, usize) {
        let is_quoted = self.quote.is_some() && start < end && self.text.get(start).copied() == self.quote;
        if is_quoted { (start + 1, end - 1) } else { (start, end) }
    }

    /// Calls `each` with every row's cell in a column of the file.
    #[inline]
    pub(crate) fn each_cell(&self, column: usize, mut each: impl FnMut(u32, &'a [u8])) {
        let gap = self.gap(column);
        // A batch of blank rows alone has no cells at all.
        let rows = self.cells.ends.get(column..).unwrap_or_default().windows(2).step_by(self.width).take(self.rows);
        for (row, ends) in rows.enumerate() {
            let (start, end) = self.content(ends[0].wrapping_add(gap) as usize, ends[1] as usize);
            each(row as u32, &self.text[start..end]);
        }
    }

    /// One cell.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &'a [u8] {
        let at = row * self.width + column;
        let start = self.cells.ends[at].wrapping_add(self.gap(column)) as usize;
        let (start, end) = self.content(start, self.cells.ends[at + 1] as usize);
        &self.text[start..end]
    }

    /// The text of a cell without the escapes in it.
    #[inline]
    pub(crate) fn unescape<'c>(&self, marks: &Marks, cell: &'c [u8]) -> Cow<'c, [u8]> {
        if self.escaped { marks.unescape(cell) } else { Cow::Borrowed(cell) }
    }

    /// The text of a cell: without the blanks and the escapes that the dialect takes away.
    pub(crate) fn text(&self, row: usize, column: usize, marks: &Marks) -> Cow<'a, [u8]> {
        self.unescape(marks, marks.trim(self.cell(row, column)))
    }

    /// Line and byte offset in the file of a row.
    pub(crate) fn place(&self, row: usize, positions: &Positions) -> (u64, u64) {
        let place = match self.places {
            Places::Listed(places) => places[row],
            Places::Lines { first } => {
                let start = self.cells.ends[row * self.width].wrapping_add(self.cells.row_gap);
                Place { line: first.line + row as u64, text: first.text + u64::from(start) }
            }
        };
        (place.line, positions.file(place.text))
    }

    /// Whether a cell of the file's column is missing, or its content is in doubt.
    pub(crate) fn is_void(&self, row: usize, column: usize) -> bool {
        self.faults(row).any(|fault| match fault {
            ShapeFault::Short { cells } => column >= cells,
            ShapeFault::Quote { cell } => column == cell,
            ShapeFault::Long { .. } | ShapeFault::Blank { .. } => false,
        })
    }

    /// Whether cells of a row may belong to other columns than those that they stand in.
    pub(crate) fn is_shifted(&self, row: usize) -> bool {
        self.faults(row).any(|fault| !matches!(fault, ShapeFault::Blank { .. }))
    }

    fn faults(&self, row: usize) -> impl Iterator<Item = ShapeFault> {
        let start = self.shapes.partition_point(|(faulty, _)| (*faulty as usize) < row);
        self.shapes[start..].iter().take_while(move |(faulty, _)| *faulty as usize == row).map(|(_, fault)| *fault)
    }
}
