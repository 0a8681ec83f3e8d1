//! Where panels stand on a page of some width.

use super::{
    alarms,
    frame::{self, PADDING, TITLE},
    markdown, table,
};
use atalaya_cloudwatch_dashboard::{Content, Panel};

/// Columns of the grid (CloudWatch API reference, "Dashboard Body Structure and Syntax").
const COLUMNS: u32 = 24;
/// Height of a row of the grid, and what is free between panels, in px.
const ROW: u32 = 48;
const GAP: u32 = 12;
/// On pages that are narrower than the one the panels flow in the order of reading, and than the other below each other.
const MEDIUM: u32 = 1080;
const NARROW: u32 = 760;
/// The heights of panels on a narrow page.
const SMALL: u32 = 112;
const EMPTY: u32 = 120;
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

/// The places of panels, in their order, on a page of `width` px, and how tall it is. A wide page has the dashboard's
/// grid. On one that is narrower than 1080 px the panels are twice as wide, and flow in the order of reading; on one that
/// is narrower than 760 px each has the whole width and the height that it needs, and two small figures stand beside each
/// other.
#[must_use]
pub fn arrange(panels: &[Panel], width: u32) -> (Vec<Box>, u32) {
    let width = width.max(1);
    let boxes = if width < MEDIUM { in_reading_order(panels, width) } else { on_the_grid(panels, width) };
    let height = boxes.iter().map(|place| place.y.saturating_add(place.height)).max().unwrap_or(0);
    (boxes, height)
}

/// The px at which a column begins, where so many columns fill the page. The gap after the last one lies outside.
fn edge(column: u32, columns: u32, width: u32) -> u32 {
    (u64::from(width + GAP) * u64::from(column.min(columns)) / u64::from(columns.max(1))) as u32
}

fn on_the_grid(panels: &[Panel], width: u32) -> Vec<Box> {
    let place = |panel: &Panel| {
        let place = panel.place;
        let left = edge(place.x, COLUMNS, width);
        let right = edge(place.x.saturating_add(place.width), COLUMNS, width);
        Box {
            x: left,
            y: place.y.saturating_mul(ROW),
            width: right.saturating_sub(left + GAP).max(1),
            height: asked(panel),
        }
    };
    panels.iter().map(place).collect()
}

/// Shelves of panels, each as tall as its tallest one and filled to the right edge.
fn in_reading_order(panels: &[Panel], width: u32) -> Vec<Box> {
    let mut order: Vec<usize> = (0..panels.len()).collect();
    order.sort_by_key(|index| (panels[*index].place.y, panels[*index].place.x));
    let mut boxes = vec![Box { x: 0, y: 0, width, height: 1 }; panels.len()];
    let (mut y, mut rest) = (0_u32, order.as_slice());
    while !rest.is_empty() {
        let mut columns = 0;
        let fits = |index: &&usize| {
            columns += self::columns(&panels[**index], width);
            columns <= COLUMNS
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (shelf, others) = rest.split_at(count);
        let total = shelf.iter().map(|index| self::columns(&panels[*index], width)).sum();
        let mut column = 0;
        for &index in shelf {
            let left = edge(column, total, width);
            column += self::columns(&panels[index], width);
            let width = edge(column, total, width).saturating_sub(left + GAP).max(1);
            boxes[index] = Box { x: left, y, width, height: 1 };
        }
        let height = |&index: &usize| height(&panels[index], boxes[index].width, width);
        let tallest = shelf.iter().map(height).max().unwrap_or(1);
        for &index in shelf {
            boxes[index].height = tallest;
        }
        y = y.saturating_add(tallest).saturating_add(GAP);
        rest = others;
    }
    boxes
}

/// How many columns of a shelf a panel takes.
fn columns(panel: &Panel, page: u32) -> u32 {
    match page {
        0..NARROW if is_small(panel) => COLUMNS / 2,
        0..NARROW => COLUMNS,
        _ => panel.place.width.saturating_mul(2).clamp(1, COLUMNS),
    }
}

/// The height that the body asks for.
fn asked(panel: &Panel) -> u32 {
    panel.place.height.saturating_mul(ROW).saturating_sub(GAP).max(1)
}

/// A single figure.
fn is_small(panel: &Panel) -> bool {
    matches!(&panel.content, Content::Numbers(numbers) if numbers.numbers.len() == 1)
}

/// How tall a panel is that is `width` px wide on a shelf of a page.
fn height(panel: &Panel, width: u32, page: u32) -> u32 {
    let title = if panel.title.is_empty() { 0.0 } else { TITLE };
    let inner = f64::from(width) - 2.0 * PADDING;
    let framed = |height: f64| (height + title + 2.0 * PADDING).ceil() as u32;
    let asked = asked(panel);
    match &panel.content {
        Content::Text(text) => framed(markdown::height(&text.markdown, inner)),
        Content::Alarms(cards) if page >= NARROW => framed(alarms::height(cards, inner)).clamp(asked, MOST.max(asked)),
        _ if page >= NARROW => asked,
        _ if is_small(panel) => SMALL,
        content if frame::is_empty(content) => EMPTY,
        Content::Alarms(cards) if !cards.is_empty() => framed(alarms::height(cards, inner)),
        Content::Table(table) if !table.rows.is_empty() => framed(table::height(table)).min(asked.max(MOST)),
        Content::Numbers(numbers) if !numbers.numbers.is_empty() => {
            // Two beside each other.
            let rows = u32::try_from(numbers.numbers.len().div_ceil(2)).unwrap_or(u32::MAX);
            rows.saturating_mul(if numbers.sparkline { 110 } else { 64 }).saturating_add(framed(0.0))
        }
        _ => asked.clamp(LEAST, MOST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atalaya_cloudwatch_dashboard::{Place, Text};

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

    #[test]
    fn shelves_are_filled() {
        let (boxes, _) = arrange(&[text(0, 0, 6, 3), text(6, 0, 4, 3), text(10, 0, 8, 6)], 900);
        assert_eq!((boxes[0].width + GAP + boxes[1].width, boxes[1].x), (900, boxes[0].width + GAP));
        assert!(boxes[0].width > boxes[1].width && boxes[0].height == boxes[1].height);
        assert_eq!((boxes[2].x, boxes[2].y, boxes[2].width), (0, boxes[0].height + GAP, 900));
    }
}
