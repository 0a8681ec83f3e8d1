//! Shares of a sum, as a ring with the sum in the middle.

use super::{
    area::Area,
    canvas::{Anchor, Canvas, Stroke},
    figure,
    font::{Style, Weight},
    legend::{Entries, Entry},
    theme::Palette,
};
use atalaya_cloudwatch_dashboard::{Legend, Shares};

/// The hole, as a share of the radius.
const HOLE: f64 = 0.64;

pub(super) fn draw(canvas: &mut Canvas, shares: &Shares, area: Area, palette: &Palette) {
    let size = |value: Option<f64>| value.filter(|value| *value > 0.0).unwrap_or(0.0).min(1e300);
    let total: f64 = shares.numbers.iter().map(|number| size(number.value)).sum();
    let entries = shares.numbers.iter().enumerate().map(|(index, number)| Entry {
        label: &number.label,
        value: match number.value {
            Some(value) if value > 0.0 && total > 0.0 => {
                format!("{} · {:.0}%", figure::short(value), size(Some(value)) / total * 100.0)
            }
            Some(value) => figure::short(value),
            None => figure::NOTHING.to_owned(),
        },
        colour: palette.line(index, number.colour),
    });
    let entries = Entries::new(entries.collect(), palette);
    let is_beside = shares.legend != Legend::Hidden && area.width >= area.height * 1.3 && area.width >= 220.0;
    let ring = match shares.legend {
        Legend::Hidden => area,
        _ if is_beside => {
            let width = entries.column_width().min(area.width - area.height.min(area.width * 0.5) - 20.0);
            let column = area.beside(area.width - width);
            let inset = ((column.height - shares.numbers.len() as f64 * super::legend::ROW) / 2.0).max(0.0);
            entries.draw_beside(canvas, column.below(inset));
            Area::new(area.x, area.y, area.width - width - 20.0, area.height)
        }
        _ => {
            let height = entries.height(area.width, (area.height * 0.4 / super::legend::ROW) as usize);
            entries.draw_under(canvas, area.below(area.height - height));
            area.above(height + 8.0)
        }
    };
    let radius = (ring.width.min(ring.height) / 2.0 - 1.0).min(120.0);
    if radius < 10.0 || total <= 0.0 {
        return;
    }
    let centre = ring.centre();
    let mut from = 0.0;
    for (index, number) in shares.numbers.iter().enumerate() {
        let to = from + size(number.value) / total;
        if to > from {
            let colour = palette.line(index, number.colour);
            let edge = Stroke { width: 1.5, ..Stroke::hair(palette.ground) };
            canvas.path(&sector(centre, radius, from, to), Some(colour.into()), Some(edge));
        }
        from = to;
    }
    let hole = radius * HOLE * 1.7;
    let style = Style { size: (radius * 0.34).clamp(11.0, 26.0), weight: Weight::SemiBold, colour: palette.text };
    let at = (centre.0, centre.1 + style.size * 0.36);
    canvas.text(at, hole, &figure::short(total), style, Anchor::Middle);
}

/// A part of the ring, as an SVG path; shares of a turn from the top, clockwise.
fn sector((x, y): (f64, f64), radius: f64, from: f64, to: f64) -> String {
    // A whole turn would begin where it ends, which draws nothing.
    let to = to.min(from + 0.999_9);
    let point = |share: f64, radius: f64| {
        let angle = share * std::f64::consts::TAU;
        format!("{:.2} {:.2}", x + radius * angle.sin(), y - radius * angle.cos())
    };
    let (hole, large) = (radius * HOLE, u8::from(to - from > 0.5));
    format!(
        "M{}A{radius:.2} {radius:.2} 0 {large} 1 {}L{}A{hole:.2} {hole:.2} 0 {large} 0 {}Z",
        point(from, radius),
        point(to, radius),
        point(to, hole),
        point(from, hole)
    )
}
