//! Rectangles.

/// A rectangle in px; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    /// One with no negative extent.
    pub(super) fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width: width.max(0.0), height: height.max(0.0) }
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(super) fn centre(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// What is left when `across` px at the left and right and `down` px above and below are taken away.
    pub(super) fn inset(&self, across: f64, down: f64) -> Self {
        Self::new(self.x + across, self.y + down, self.width - 2.0 * across, self.height - 2.0 * down)
    }

    /// What is left under the upper `height` px.
    pub(super) fn below(&self, height: f64) -> Self {
        Self::new(self.x, self.y + height, self.width, self.height - height)
    }

    /// What is left above the lower `height` px.
    pub(super) fn above(&self, height: f64) -> Self {
        Self::new(self.x, self.y, self.width, self.height - height)
    }

    /// What is left beside the left `width` px.
    pub(super) fn beside(&self, width: f64) -> Self {
        Self::new(self.x + width, self.y, self.width - width, self.height)
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether all of `other` lies inside, half a px of rounding aside.
    pub(super) fn holds(&self, other: &Self) -> bool {
        const ROUNDING: f64 = 0.5;
        other.x >= self.x - ROUNDING
            && other.y >= self.y - ROUNDING
            && other.right() <= self.right() + ROUNDING
            && other.bottom() <= self.bottom() + ROUNDING
    }

    /// The cell of a grid over all of it that has `columns` and `rows` with `gap` px between them.
    pub(super) fn cell(&self, index: usize, columns: usize, rows: usize, gap: f64) -> Self {
        let (across, down) = (columns.max(1) as f64, rows.max(1) as f64);
        let width = (self.width - gap * (across - 1.0)) / across;
        let height = (self.height - gap * (down - 1.0)) / down;
        let (column, row) = ((index % columns.max(1)) as f64, (index / columns.max(1)) as f64);
        Self::new(self.x + column * (width + gap), self.y + row * (height + gap), width, height)
    }
}
