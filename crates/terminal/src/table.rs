//! Tables without borders that fit a terminal and stay easy to cut when piped.

use atalaya_contract::inert;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

/// Blanks between two columns.
pub const GAP: u16 = 2;

/// A table with these column headings.
pub fn new<const N: usize>(headings: [&str; N]) -> Table {
    with_headings(headings)
}

/// The same with headings that are not known before.
pub fn with_headings<T: Into<Cell>>(headings: impl IntoIterator<Item = T>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(headings);
    for column in table.column_iter_mut() {
        // The blanks after the last column go, and the indent takes their place: the terminal's width is used whole.
        column.set_padding((0, GAP));
    }
    table
}

/// The terminal's width; `None` where the output goes elsewhere.
pub fn terminal_width() -> Option<usize> {
    Table::new().width().map(usize::from)
}

/// Numbers stand at the right.
pub fn right_align(table: &mut Table, columns: &[usize]) {
    for index in columns {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// The table's text, each line indented by two and without blanks at its end.
pub fn render(table: &Table) -> String {
    let lines: Vec<_> = table.lines().map(|line| format!("  {}", line.trim_end())).collect();
    lines.join("\n")
}

/// A text from outside, on one line of its cell.
pub fn cell(text: &str) -> Cell {
    Cell::new(inert::text(text))
}
