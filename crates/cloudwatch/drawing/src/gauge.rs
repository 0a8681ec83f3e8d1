//! Figures on a dial.

use super::{
    area::Area,
    canvas::{Anchor, Canvas, Stroke},
    figure,
    font::{Style, Weight},
    theme::Palette,
    value_axis::{Extent, ValueAxis},
};
use atalaya_cloudwatch_dashboard::{Fill, Gauge, HorizontalAnnotation, Number};

/// The dial's ends, as shares of a turn from the top.
const FROM: f64 = -0.32;
const TO: f64 = 0.32;
const GAP: f64 = 14.0;
const LABEL: f64 = 18.0;

pub(super) fn draw(canvas: &mut Canvas, gauge: &Gauge, area: Area, palette: &Palette) {
    let count = gauge.numbers.len();
    let columns = ((area.width / 104.0) as usize).clamp(1, count.max(1));
    let rows = count.div_ceil(columns).min(((area.height / 80.0) as usize).max(1));
    let extent = Extent::of(gauge.numbers.iter().filter_map(|number| number.value));
    let axis = ValueAxis::new(extent, &gauge.axis, 4);
    for (index, number) in gauge.numbers.iter().take(columns * rows).enumerate() {
        let cell = area.cell(index, columns, rows, GAP);
        draw_dial(canvas, gauge, number, &axis, cell, palette.line(index, number.colour), palette);
    }
}

fn draw_dial(
    canvas: &mut Canvas,
    gauge: &Gauge,
    number: &Number,
    axis: &ValueAxis,
    cell: Area,
    colour: [u8; 3],
    palette: &Palette,
) {
    let radius = (cell.width / 2.0 - 4.0).min((cell.height - LABEL - 8.0) / 1.55).min(110.0);
    if radius < 16.0 {
        return;
    }
    let width = (radius * 0.17).clamp(5.0, 16.0);
    let free = cell.height - LABEL - radius * 1.45;
    let centre = (cell.centre().0, cell.y + (free / 2.0).max(0.0) + radius + 2.0);
    let ring = radius - width / 2.0;
    let arc = |canvas: &mut Canvas, from: f64, to: f64, colour, width| {
        canvas.path(&path(centre, ring, from, to), None, Some(Stroke { width, ..Stroke::hair(colour) }));
    };
    let turn = |value: f64| FROM + axis.share(value).clamp(0.0, 1.0) * (TO - FROM);
    arc(canvas, FROM, TO, palette.tint, width);
    let band = number.value.and_then(|value| gauge.bands.iter().find(|band| holds(band, value)));
    let colour = band.and_then(|band| band.colour).map_or(colour, |asked| palette.annotation(Some(asked)));
    if let Some(value) = number.value {
        arc(canvas, FROM, turn(value), colour, width);
    }
    // What the stretches are is told by a thin line outside.
    for band in &gauge.bands {
        let (from, to) = stretch(band, axis);
        let outside = path(centre, radius + 3.0, turn(from), turn(to));
        let colour = palette.annotation(band.colour);
        canvas.path(&outside, None, Some(Stroke { width: 2.0, ..Stroke::hair(colour) }));
    }
    let text = number.value.map_or(figure::NOTHING.to_owned(), figure::short);
    let style = Style { size: (radius * 0.42).clamp(13.0, 34.0), weight: Weight::SemiBold, colour: palette.text };
    canvas.text((centre.0, centre.1 + style.size * 0.3), ring * 1.7, &text, style, Anchor::Middle);
    let small = Style { size: 11.0, weight: Weight::Regular, colour: palette.muted };
    let foot = centre.1 - ring * (TO * std::f64::consts::TAU).cos() + 14.0;
    let side = ring * (TO * std::f64::consts::TAU).sin();
    let ends = [(centre.0 - side, figure::short(axis.min)), (centre.0 + side, figure::short(axis.max))];
    // Both or neither: half a scale would mislead.
    if ends.iter().all(|(_, text)| small.width(text) <= side * 1.5) {
        for (x, text) in ends {
            canvas.text((x, foot), side * 1.6, &text, small, Anchor::Middle);
        }
    }
    let label = Style { size: 11.5, ..small };
    canvas.text((centre.0, foot + LABEL - 2.0), cell.width, &number.label, label, Anchor::Middle);
}

/// A band's stretch of the dial.
fn stretch(band: &HorizontalAnnotation, axis: &ValueAxis) -> (f64, f64) {
    match (band.until, band.fill) {
        (Some(until), _) => (band.value.min(until), band.value.max(until)),
        (None, Fill::Short) => (axis.min, band.value),
        (None, Fill::Beyond) => (band.value, axis.max),
        (None, Fill::None) => (band.value, band.value),
    }
}

fn holds(band: &HorizontalAnnotation, value: f64) -> bool {
    match (band.until, band.fill) {
        (Some(until), _) => (band.value.min(until)..=band.value.max(until)).contains(&value),
        (None, Fill::Short) => value <= band.value,
        (None, Fill::Beyond) => value >= band.value,
        (None, Fill::None) => false,
    }
}

/// An arc as an SVG path, clockwise.
fn path((x, y): (f64, f64), radius: f64, from: f64, to: f64) -> String {
    let point = |share: f64| {
        let angle = share * std::f64::consts::TAU;
        format!("{:.2} {:.2}", x + radius * angle.sin(), y - radius * angle.cos())
    };
    let large = u8::from(to - from > 0.5);
    format!("M{}A{radius:.2} {radius:.2} 0 {large} 1 {}", point(from), point(to))
}
