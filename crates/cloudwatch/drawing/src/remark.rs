//! Why something is not shown.

use super::{
    area::Area,
    canvas::{Anchor, Canvas},
    font::{Style, Weight},
    theme::Palette,
};

/// Where nobody says why.
const NO_DATA: &str = "no data";
const LINE: f64 = 18.0;
/// Lines that are longer are hard to read.
const WIDEST: f64 = 460.0;

/// In the middle of a panel that shows nothing else.
pub(super) fn draw_alone(canvas: &mut Canvas, remarks: &[String], area: Area, palette: &Palette) {
    let style = Style { size: 12.5, weight: Weight::Regular, colour: palette.muted };
    let most = (area.height / LINE).floor() as usize;
    let remarks = if remarks.is_empty() { &[NO_DATA.to_owned()][..] } else { remarks };
    let width = area.width.min(WIDEST);
    let mut lines: Vec<String> = Vec::new();
    for remark in remarks {
        lines.extend(style.wrap(remark, width, most.saturating_sub(lines.len())));
    }
    let (x, y) = area.centre();
    let top = y - lines.len() as f64 * LINE / 2.0;
    for (row, line) in lines.iter().enumerate() {
        canvas.text((x, top + row as f64 * LINE + 13.0), width + 0.5, line, style, Anchor::Middle);
    }
}

/// Under what a panel does show. The area that is left is told.
pub(super) fn draw_under(canvas: &mut Canvas, remarks: &[String], area: Area, palette: &Palette) -> Area {
    const HEIGHT: f64 = 16.0;
    if remarks.is_empty() || area.height < 4.0 * HEIGHT {
        return area;
    }
    let style = Style { size: 11.0, weight: Weight::Regular, colour: palette.muted };
    let at = (area.x, area.bottom() - 2.0);
    canvas.text(at, area.width, &remarks.join(" · "), style, Anchor::Start);
    area.above(HEIGHT + 2.0)
}
