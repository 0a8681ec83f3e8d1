//! The names of lines and shares, with their newest values.

use super::{
    area::Area,
    canvas::{Anchor, Canvas},
    font::{Style, Weight},
    theme::Palette,
};
use atalaya_cloudwatch_dashboard::Colour;

/// Height of a row in px.
pub(super) const ROW: f64 = 18.0;
/// From the left edge of an entry to its name.
const SWATCH: f64 = 15.0;
/// Between a name and its value, and between entries.
const GAP: f64 = 6.0;
const ENTRY_GAP: f64 = 16.0;
const SIZE: f64 = 11.5;

/// A name with its colour and newest value.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub(super) label: &'a str,
    pub(super) value: String,
    pub(super) colour: Colour,
}

/// Entries that are to be drawn.
#[derive(Debug)]
pub(super) struct Entries<'a> {
    entries: Vec<Entry<'a>>,
    name: Style,
    value: Style,
}

impl<'a> Entries<'a> {
    pub(super) fn new(entries: Vec<Entry<'a>>, palette: &Palette) -> Self {
        let name = Style { size: SIZE, weight: Weight::Regular, colour: palette.muted };
        Self { entries, name, value: Style { weight: Weight::SemiBold, colour: palette.text, ..name } }
    }

    fn width(&self, entry: &Entry<'_>) -> f64 {
        SWATCH + self.name.width(entry.label) + GAP + self.value.width(&entry.value)
    }

    /// How tall they are under a graph that is `width` px wide, at most `most` rows.
    pub(super) fn height(&self, width: f64, most: usize) -> f64 {
        let rows = self.flow(width).last().map_or(0, |(row, ..)| row + 1);
        rows.min(most) as f64 * ROW
    }

    /// The row, left edge and width of each, as words flow.
    fn flow(&self, width: f64) -> Vec<(usize, f64, f64)> {
        let (mut row, mut x) = (0, 0.0);
        let place = |entry| {
            let wanted = self.width(entry).min(width);
            if x > 0.0 && x + wanted > width {
                (row, x) = (row + 1, 0.0);
            }
            let place = (row, x, wanted);
            x += wanted + ENTRY_GAP;
            place
        };
        self.entries.iter().map(place).collect()
    }

    /// Draws them in rows; what does not fit is counted at the end of the last one.
    pub(super) fn draw_under(&self, canvas: &mut Canvas, area: Area) {
        let rows = ((area.height + 0.5) / ROW).floor() as usize;
        let places = self.flow(area.width);
        let more = |left: usize| format!("+{left} more");
        let mut shown = places.iter().take_while(|(row, ..)| *row < rows).count();
        // Entries of the last row make place for the count of the others.
        while shown > 0 && shown < places.len() {
            let (row, x, width) = places[shown - 1];
            let count = self.name.width(&more(places.len() - shown));
            if row + 1 < rows || x + width + ENTRY_GAP + count <= area.width {
                break;
            }
            shown -= 1;
        }
        for (entry, (row, x, width)) in self.entries.iter().zip(&places).take(shown) {
            let at = Area::new(area.x + x, area.y + *row as f64 * ROW, *width, ROW);
            self.draw_entry(canvas, entry, at, false);
        }
        if shown < places.len() && rows > 0 {
            let after = places[..shown].last().filter(|(row, ..)| row + 1 == rows);
            let x = area.x + after.map_or(0.0, |(_, x, width)| x + width + ENTRY_GAP);
            let at = (x, area.y + (rows - 1) as f64 * ROW + 13.0);
            canvas.text(at, area.right() - x, &more(places.len() - shown), self.name, Anchor::Start);
        }
    }

    /// How wide they want to be beside a graph.
    pub(super) fn column_width(&self) -> f64 {
        self.entries.iter().map(|entry| self.width(entry)).fold(0.0, f64::max) + GAP
    }

    /// Draws them below each other, with the values at the right edge.
    pub(super) fn draw_beside(&self, canvas: &mut Canvas, area: Area) {
        let rows = (area.height / ROW).floor() as usize;
        let shown = if self.entries.len() > rows { rows.saturating_sub(1) } else { self.entries.len() };
        for (row, entry) in self.entries.iter().take(shown).enumerate() {
            let at = Area::new(area.x, area.y + row as f64 * ROW, area.width, ROW);
            self.draw_entry(canvas, entry, at, true);
        }
        if shown < self.entries.len() && rows > 0 {
            let at = (area.x + SWATCH, area.y + shown as f64 * ROW + 13.0);
            let more = format!("+{} more", self.entries.len() - shown);
            canvas.text(at, area.width - SWATCH, &more, self.name, Anchor::Start);
        }
    }

    fn draw_entry(&self, canvas: &mut Canvas, entry: &Entry<'_>, at: Area, is_spread: bool) {
        let swatch = Area::new(at.x, at.y + 6.5, 10.0, 4.0);
        canvas.rect(swatch, 2.0, Some(entry.colour.into()), None);
        let value = self.value.width(&entry.value).min(at.width - SWATCH);
        let baseline = at.y + 13.0;
        let free = at.width - SWATCH - value - GAP;
        let used = canvas.text((at.x + SWATCH, baseline), free + 0.5, entry.label, self.name, Anchor::Start);
        if is_spread {
            canvas.text((at.right(), baseline), value, &entry.value, self.value, Anchor::End);
        } else {
            canvas.text((at.x + SWATCH + used + GAP, baseline), value + 0.5, &entry.value, self.value, Anchor::Start);
        }
    }
}
