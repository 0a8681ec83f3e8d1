//! Tables without borders that fit a terminal and stay easy to cut when piped.

use atalaya_contract::{FileState, inert};
use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table, presets};

/// Blanks between two columns.
pub(crate) const GAP: u16 = 2;

/// A table with these column headings.
pub(crate) fn new<const N: usize>(headings: [&str; N]) -> Table {
    with_headings(headings)
}

/// The same with headings that are not known before.
pub(crate) fn with_headings<T: Into<Cell>>(headings: impl IntoIterator<Item = T>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(headings);
    for column in table.column_iter_mut() {
        // The blanks after the last column go, and the indent takes their place: the terminal's width is used whole.
        column.set_padding((0, GAP));
    }
    table
}

/// The terminal's width; `None` where the output goes elsewhere.
pub(crate) fn terminal_width() -> Option<usize> {
    Table::new().width().map(usize::from)
}

/// Numbers stand at the right.
pub(crate) fn right_align(table: &mut Table, columns: &[usize]) {
    for index in columns {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// The table's text, each line indented by two and without blanks at its end.
pub(crate) fn render(table: &Table) -> String {
    let lines: Vec<_> = table.lines().map(|line| format!("  {}", line.trim_end())).collect();
    lines.join("\n")
}

/// A text from outside, on one line of its cell.
pub(crate) fn cell(text: &str) -> Cell {
    Cell::new(inert::text(text))
}

/// A state, in its colour where a terminal shows it.
pub(crate) fn state_cell(state: FileState) -> Cell {
    let cell = Cell::new(state);
    match state {
        FileState::Available => cell.fg(Color::Green),
        FileState::Rejected | FileState::Failed => cell.fg(Color::Red),
        FileState::Duplicate | FileState::Unroutable | FileState::Discarded => cell.fg(Color::Yellow),
        FileState::Received | FileState::Processing => cell,
    }
}
