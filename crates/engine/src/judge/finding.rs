//! What is wrong with a batch's cells and rows, before it is put in words.

use crate::{batch::ShapeFault, fault::Rules};

/// Something wrong with a row or a cell of the batch. There may be as many of them as the batch has cells, so that their
/// words are made one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finding {
    /// Row and column; a blank row comes before the row of the same index, a fault of a whole row after its cells'.
    pub(super) order: (u32, u32),
    pub(super) what: What,
}

/// What is wrong. Columns, checks and rules are indices into the plan's.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Shape(ShapeFault),
    /// A cell that breaks rules.
    Cell {
        column: usize,
        rules: Rules,
    },
    /// A row with a key that an earlier one has; whether the two write different numbers.
    Repeated {
        key: usize,
        differs: bool,
    },
    /// The same, of a quality rule that tolerates some.
    ToleratedRepeat {
        key: usize,
    },
    /// A cell that breaks a quality rule which tolerates some.
    ToleratedCell {
        rule: usize,
    },
}

impl Finding {
    pub(super) fn new(row: usize, position: usize, what: What) -> Self {
        // A batch has far fewer rows, and a file far fewer columns.
        Self { order: (row as u32 * 2 + 1, u32::try_from(position).unwrap_or(u32::MAX)), what }
    }

    pub(super) fn of_shape(row: usize, fault: ShapeFault) -> Self {
        match fault {
            ShapeFault::Blank { .. } => Self { order: (row as u32 * 2, 0), what: What::Shape(fault) },
            ShapeFault::Short { cells } => Self::new(row, cells, What::Shape(fault)),
            ShapeFault::Quote { cell } => Self::new(row, cell, What::Shape(fault)),
            ShapeFault::Long { .. } => Self::new(row, usize::MAX, What::Shape(fault)),
        }
    }

    /// The batch's row that it is of.
    pub(super) fn row(&self) -> Option<usize> {
        (self.order.0 % 2 == 1).then_some((self.order.0 / 2) as usize)
    }

    /// Whether the row is rejected for it.
    pub(super) fn rejects(&self) -> bool {
        !matches!(self.what, What::ToleratedRepeat { .. } | What::ToleratedCell { .. })
    }
}
