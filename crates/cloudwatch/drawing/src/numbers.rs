//! Large figures.

use super::{
    area::Area,
    canvas::{Anchor, Canvas},
    figure,
    font::{Style, Weight},
    sparkline,
    theme::Palette,
};
use atalaya_cloudwatch_dashboard::{Number, Numbers};

/// The least width and height of a figure with its name, in px.
const LEAST: (f64, f64) = (96.0, 42.0);
const GAP: f64 = 14.0;
const LABEL: f64 = 18.0;
/// The largest letters of a figure, in px.
const LARGEST: f64 = 40.0;

/// Columns and rows for so many figures: those that leave each the most room.
pub(super) fn grid(count: usize, width: f64, height: f64) -> (usize, usize) {
    let most = (((width + GAP) / (LEAST.0 + GAP)) as usize).clamp(1, count.max(1));
    let size = |columns: usize| {
        let cell = Area::new(0.0, 0.0, width, height).cell(0, columns, count.div_ceil(columns), GAP);
        // A figure is about four letters wide.
        (cell.width / 2.6).min((cell.height - LABEL) * 0.8).min(LARGEST)
    };
    // Of the same size, the grid with the fewest empty cells.
    let empty = |columns: usize| count.div_ceil(columns) * columns - count;
    let better =
        |one: &usize, other: &usize| size(*one).total_cmp(&size(*other)).then_with(|| empty(*other).cmp(&empty(*one)));
    let columns = (1..=most).max_by(better).unwrap_or(1);
    (columns, count.div_ceil(columns))
}

pub(super) fn draw(canvas: &mut Canvas, numbers: &Numbers, area: Area, palette: &Palette) {
    let (columns, rows) = grid(numbers.numbers.len(), area.width, area.height);
    // Rows that have no room are left out.
    let rows = rows.min((((area.height + GAP) / (LEAST.1 + GAP)) as usize).max(1));
    let written = |number: &Number| match number.value {
        None => figure::NOTHING.to_owned(),
        Some(value) if numbers.full_precision => figure::full(value),
        Some(value) => figure::short(value),
    };
    let shown: Vec<_> = numbers.numbers.iter().take(columns * rows).map(|number| (number, written(number))).collect();
    let cell = area.cell(0, columns, rows, GAP);
    let size = size(shown.iter().map(|(_, text)| text.as_str()), cell, numbers.sparkline);
    for (index, (number, text)) in shown.iter().enumerate() {
        let cell = area.cell(index, columns, rows, GAP);
        let figure = Style { size, weight: Weight::SemiBold, colour: palette.text };
        let top = if numbers.sparkline { cell.y } else { cell.y + ((cell.height - size - LABEL) / 2.0).max(0.0) };
        draw_number(canvas, number, text, (Area { y: top, ..cell }, cell.bottom()), figure, palette);
        if numbers.sparkline {
            let course = cell.below(size + LABEL + 8.0);
            let colour = palette.line(index, number.colour);
            sparkline::draw(canvas, number, numbers.range, course.above(2.0), colour);
        }
    }
}

/// The size at which all figures fit.
fn size<'a>(texts: impl Iterator<Item = &'a str>, cell: Area, has_course: bool) -> f64 {
    let em = Style { size: 1.0, weight: Weight::SemiBold, colour: [0; 3] };
    let widest = texts.map(|text| em.width(text)).fold(1.0, f64::max);
    let tall = (cell.height - LABEL) * if has_course { 0.42 } else { 0.8 };
    (cell.width * 0.88 / widest).min(tall).clamp(12.0, LARGEST).floor()
}

/// The figure, and under it its name with the colour that the body asks for.
fn draw_number(
    canvas: &mut Canvas,
    number: &Number,
    text: &str,
    (cell, bottom): (Area, f64),
    figure: Style,
    palette: &Palette,
) {
    let baseline = cell.y + figure.size * 0.86;
    canvas.text((cell.x, baseline), cell.width + 0.5, text, figure, Anchor::Start);
    let label = Style { size: 11.5, weight: Weight::Regular, colour: palette.muted };
    let y = baseline + LABEL;
    if number.label.is_empty() || y > bottom + 3.0 {
        return;
    }
    let mut x = cell.x;
    if number.colour.is_some() {
        let swatch = Area::new(x, y - 6.0, 10.0, 4.0);
        canvas.rect(swatch, 2.0, Some(palette.annotation(number.colour).into()), None);
        x += 15.0;
    }
    canvas.text((x, y), cell.right() - x, &number.label, label, Anchor::Start);
}
