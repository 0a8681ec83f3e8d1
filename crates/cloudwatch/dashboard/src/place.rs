//! Where widgets stand that do not say it.

use super::{Place, fault::Faults, fields::Fields};

/// Columns of the grid.
const COLUMNS: u32 = 24;
/// The width and height of a widget that does not say them.
const DEFAULT_SIDE: u32 = 6;
const MOST_ROWS: u32 = 1000;
/// The last row that a widget may begin in. The user guide allows any number; this one keeps sums of rows in range.
const LAST_ROW: u32 = 1_000_000;

/// What a widget says of its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    position: Option<(u32, u32)>,
    width: u32,
    height: u32,
}

impl Asked {
    /// Reads `x`, `y`, `width` and `height` (dashboard body structure, "Widgets array").
    pub(super) fn read(widget: &Fields<'_>, faults: &mut Faults) -> Self {
        let width = widget.whole("width", 1..=COLUMNS, faults).unwrap_or(DEFAULT_SIDE);
        let height = widget.whole("height", 1..=MOST_ROWS, faults).unwrap_or(DEFAULT_SIDE);
        for (one, other) in [("x", "y"), ("y", "x")] {
            if widget.has(other) {
                widget.needs(one, &format!("a widget with `{other}` needs it too, or neither"), faults);
            }
        }
        let x = widget.whole("x", 0..=COLUMNS - 1, faults);
        let y = widget.whole("y", 0..=LAST_ROW, faults);
        if let Some(x) = x.filter(|x| x + width > COLUMNS) {
            let message = format!(
                "a widget of {width} columns that begins in column {x} reaches beyond the grid's {COLUMNS}; begin it at most in column {}",
                COLUMNS - width
            );
            faults.add(widget.at("x"), message);
        }
        Self { position: x.zip(y), width, height }
    }
}

/// The places of widgets. Those that say theirs stand there; each other one stands in the next free place, from left to
/// right and from the top down, not above the one before it that did not say its own. What CloudWatch's "next available
/// position" is exactly is unpublished.
pub(super) fn arrange(asked: &[Asked]) -> Vec<Place> {
    let said = |asked: &Asked| asked.position.map(|(x, y)| Place { x, y, width: asked.width, height: asked.height });
    let mut taken: Vec<Place> = asked.iter().filter_map(said).collect();
    let mut row = 0;
    let mut places = Vec::with_capacity(asked.len());
    for asked in asked {
        let place = said(asked).unwrap_or_else(|| {
            let place = next_free(&taken, row, asked.width, asked.height);
            row = place.y;
            taken.push(place);
            place
        });
        places.push(place);
    }
    places
}

/// The first free place of this size from a row on.
fn next_free(taken: &[Place], first_row: u32, width: u32, height: u32) -> Place {
    let block = (1_u32 << width) - 1;
    let mut y = first_row;
    loop {
        let beside: Vec<&Place> =
            taken.iter().filter(|place| place.y < y + height && y < place.y + place.height).collect();
        let columns = beside.iter().fold(0_u32, |columns, place| columns | ((1 << place.width) - 1) << place.x);
        if let Some(x) = (0..=COLUMNS - width).find(|x| columns & (block << x) == 0) {
            return Place { x, y, width, height };
        }
        y = beside.iter().map(|place| place.y + place.height).min().expect("what is not free is taken by somebody");
    }
}
