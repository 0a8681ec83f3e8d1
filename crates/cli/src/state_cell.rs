//! The state of a file in a table.

use atalaya_contract::FileState;
use comfy_table::{Cell, Color};

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
