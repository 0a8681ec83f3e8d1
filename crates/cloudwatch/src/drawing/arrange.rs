//! Where panels stand on a page of some width.

use super::{
    alarms,
    frame::{PADDING, TITLE},
    markdown, table,
};
use crate::dashboard::{Content, Panel};

/// Columns of the grid (CloudWatch API reference, "Dashboard Body Structure and Syntax").
const COLUMNS: u32 = 24;
/// Height of a row of the grid, and what is free between panels, in px.
const ROW: u32 = 48;
const GAP: u32 = 12;
/// On pages that are narrower than this the panels stand in reading order.
const NARROW: u32 = 760;
/// The heights of panels on a narrow page.
const SMALL: u32 = 112;
const LEAST: u32 = 180;
const MOST: u32 = 320;

/// A panel's place on a page, in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Box {
    /// Its left edge.
    pub x: u32,
    /// Its upper edge.
    pub y: u32,
    /// Its width, at least 1.
    pub width: u32,
    /// Its height, at least 1.
    pub height: u32,
}

/// The places of panels, in their order, on a page of `width` px, and how tall it is. A page of 760 px and more has the
/// dashboard's grid; a narrower one shows the panels below each other in the order of reading, each as tall as it needs,
/// and two small figures beside each other.
#[must_use]
pub fn arrange(panels: &[Panel], width: u32) -> (Vec<Box>, u32) {
    let width = width.max(1);
    let boxes = if width < NARROW { in_reading_order(panels, width) } else { on_the_grid(panels, width) };
    let height = boxes.iter().map(|place| place.y + place.height).max().unwrap_or(0);
    (boxes, height)
}

fn on_the_grid(panels: &[Panel], width: u32) -> Vec<Box> {
    // The gap at the right of the last column lies outside of the page.
    let edge = |column: u32| ((u64::from(width + GAP) * u64::from(column.min(COLUMNS))) / u64::from(COLUMNS)) as u32;
    let place = |panel: &Panel| {
        let place = panel.place;
        let (left, right) = (edge(place.x), edge(place.x.saturating_add(place.width)));
        Box {
            x: left,
            y: place.y.saturating_mul(ROW),
            width: right.saturating_sub(left + GAP).max(1),
            height: place.height.saturating_mul(ROW).saturating_sub(GAP).max(1),
        }
    };
    panels.iter().map(place).collect()
}

fn in_reading_order(panels: &[Panel], width: u32) -> Vec<Box> {
    let mut order: Vec<usize> = (0..panels.len()).collect();
    order.sort_by_key(|index| (panels[*index].place.y, panels[*index].place.x));
    let mut boxes = vec![Box { x: 0, y: 0, width, height: 1 }; panels.len()];
    let (mut y, mut next) = (0, 0);
    while let Some(&index) = order.get(next) {
        let partner = order.get(next + 1).filter(|partner| is_small(&panels[index]) && is_small(&panels[**partner]));
        let half = width.saturating_sub(GAP) / 2;
        let height = match partner.filter(|_| half > 0) {
            Some(&partner) => {
                boxes[index] = Box { x: 0, y, width: half, height: SMALL };
                boxes[partner] = Box { x: width - half, y, width: half, height: SMALL };
                next += 1;
                SMALL
            }
            None => {
                let height = height(&panels[index], width);
                boxes[index] = Box { x: 0, y, width, height };
                height
            }
        };
        next += 1;
        y += height + GAP;
    }
    boxes
}

/// A single figure.
fn is_small(panel: &Panel) -> bool {
    matches!(&panel.content, Content::Numbers(numbers) if numbers.numbers.len() == 1)
}

/// How tall a panel is where it has the whole width of a narrow page.
fn height(panel: &Panel, width: u32) -> u32 {
    let title = if panel.title.is_empty() { 0.0 } else { TITLE };
    let inner = f64::from(width) - 2.0 * PADDING;
    let framed = |height: f64| (height + title + 2.0 * PADDING).ceil() as u32;
    let asked = panel.place.height.saturating_mul(ROW).saturating_sub(GAP).max(1);
    match &panel.content {
        Content::Text(text) => framed(markdown::height(&text.markdown, inner)),
        Content::Alarms(cards) if !cards.is_empty() => framed(alarms::height(cards, inner)),
        Content::Table(table) if !table.rows.is_empty() => framed(table::height(table)).min(asked.max(MOST)),
        Content::Numbers(numbers) if !numbers.numbers.is_empty() => {
            // Two beside each other.
            let rows = numbers.numbers.len().div_ceil(2) as u32;
            rows * if numbers.sparkline { 110 } else { 64 } + framed(0.0)
        }
        _ => asked.clamp(LEAST, MOST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::{Place, Text};

    fn text(x: u32, y: u32, width: u32, height: u32) -> Panel {
        let text = Text { markdown: "words ".repeat(40), is_transparent: false };
        let (place, content) = (Place { x, y, width, height }, Content::Text(text));
        Panel { index: 0, place, title: String::new(), content, remarks: Vec::new() }
    }

    #[test]
    fn a_wide_page_has_the_grid() {
        let (boxes, height) = arrange(&[text(0, 0, 12, 3), text(12, 0, 12, 3), text(0, 3, 24, 2)], 1200);
        assert_eq!(boxes[0], Box { x: 0, y: 0, width: 594, height: 132 });
        assert_eq!(boxes[1], Box { x: 606, y: 0, width: 594, height: 132 });
        assert_eq!(boxes[2], Box { x: 0, y: 144, width: 1200, height: 84 });
        assert_eq!(height, 228);
    }

    #[test]
    fn a_narrow_page_is_read_from_the_top() {
        let panels = [text(12, 0, 12, 3), text(0, 0, 12, 3)];
        let (boxes, height) = arrange(&panels, 390);
        assert!(boxes.iter().all(|place| place.x == 0 && place.width == 390), "{boxes:?}");
        assert!(boxes[1].y == 0 && boxes[0].y == boxes[1].height + GAP && height == boxes[0].y + boxes[0].height);
        // Narrower words need more lines.
        assert!(boxes[0].height < arrange(&panels, 200).0[0].height);
        assert_eq!(arrange(&[], 390), (Vec::new(), 0));
    }
}
