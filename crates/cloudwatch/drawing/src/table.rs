//! Rows and columns.

use super::{
    area::Area,
    canvas::{Anchor, Canvas, Stroke},
    font::{Style, Weight},
    theme::Palette,
};
use atalaya_cloudwatch_dashboard::Table;

const ROW: f64 = 22.0;
const HEAD: f64 = 22.0;
const GAP: f64 = 16.0;
/// A column keeps this many px while there is room, and a wide one is cut.
const LEAST: f64 = 40.0;

/// The height of a table with all its rows.
pub(super) fn height(table: &Table) -> f64 {
    HEAD + table.rows.len() as f64 * ROW + 2.0
}

pub(super) fn draw(canvas: &mut Canvas, table: &Table, area: Area, palette: &Palette) {
    let head = Style { size: 11.0, weight: Weight::SemiBold, colour: palette.muted };
    let cell = Style { size: 12.0, weight: Weight::Regular, colour: palette.text };
    let free = ((area.height - HEAD) / ROW).floor().max(0.0) as usize;
    let shown = if table.rows.len() > free { free.saturating_sub(1) } else { table.rows.len() };
    if shown == 0 {
        return draw_rest(canvas, table.rows.len(), area, palette);
    }
    let widths = widths(table, &table.rows[..shown], area.width, head, cell);
    let mut x = area.x;
    for (index, (column, width)) in table.columns.iter().zip(&widths).enumerate() {
        let (at, anchor) = if column.is_numeric { (x + width, Anchor::End) } else { (x, Anchor::Start) };
        canvas.text((at, area.y + 13.0), *width + 0.5, &column.name, head, anchor);
        for (row, cells) in table.rows[..shown].iter().enumerate() {
            let text = cells.get(index).map_or("", String::as_str);
            let y = area.y + HEAD + row as f64 * ROW + 15.0;
            canvas.text((at, y), *width + 0.5, text, cell, anchor);
        }
        x += width + GAP;
    }
    for row in 0..=shown.saturating_sub(usize::from(shown == table.rows.len())) {
        let y = (area.y + HEAD + row as f64 * ROW - 1.0).floor() + 0.5;
        let colour = if row == 0 { palette.axis } else { palette.grid };
        if y < area.bottom() {
            canvas.line((area.x, y), (area.right(), y), Stroke::hair(colour));
        }
    }
    draw_rest(canvas, table.rows.len() - shown, area, palette);
}

/// How many rows are left, at the foot.
fn draw_rest(canvas: &mut Canvas, rows: usize, area: Area, palette: &Palette) {
    let style = Style { size: 11.5, weight: Weight::Regular, colour: palette.muted };
    let more = match rows {
        0 => return,
        1 => "+1 more row".to_owned(),
        rows => format!("+{rows} more rows"),
    };
    if area.height >= 14.0 {
        canvas.text((area.x, area.bottom() - 4.0), area.width, &more, style, Anchor::Start);
    }
}

/// The columns' widths: what their words need, and where that is too much the widest give way.
fn widths(table: &Table, rows: &[Vec<String>], width: f64, head: Style, cell: Style) -> Vec<f64> {
    let wanted = |(index, column): (usize, &atalaya_cloudwatch_dashboard::Column)| {
        let cells = rows.iter().filter_map(|row| row.get(index)).map(|text| cell.width(text));
        cells.fold(head.width(&column.name), f64::max)
    };
    let wanted: Vec<f64> = table.columns.iter().enumerate().map(wanted).collect();
    let room = (width - GAP * (wanted.len() as f64 - 1.0)).max(0.0);
    let total: f64 = wanted.iter().sum();
    if total <= room {
        // What is left goes to the words, so that numbers stand at the right edge.
        let left = room - total;
        let words = table.columns.iter().filter(|column| !column.is_numeric).count();
        let share = |column: &atalaya_cloudwatch_dashboard::Column| match words {
            0 => left / wanted.len() as f64,
            _ if column.is_numeric => 0.0,
            _ => left / words as f64,
        };
        return table.columns.iter().zip(&wanted).map(|(column, width)| width + share(column)).collect();
    }
    // The width that no column may pass, so that all of them together have room.
    let (mut low, mut high) = (0.0, room.max(LEAST));
    for _ in 0..32 {
        let most = f64::midpoint(low, high);
        let used: f64 = wanted.iter().map(|width| width.min(most)).sum();
        if used > room { high = most } else { low = most }
    }
    wanted.into_iter().map(|width| width.min(low)).collect()
}
