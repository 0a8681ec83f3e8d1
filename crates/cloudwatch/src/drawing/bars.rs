//! Figures beside each other, as bars.

use super::{
    area::Area,
    canvas::{Anchor, Canvas, Stroke},
    figure,
    font::{Style, Weight},
    theme::Palette,
    value_axis::{Extent, ValueAxis},
};
use crate::dashboard::Shares;

/// The least height of a bar with the space around it.
const ROW: f64 = 18.0;
const WIDEST_ROW: f64 = 44.0;
const TICKS: f64 = 16.0;

pub(super) fn draw(canvas: &mut Canvas, shares: &Shares, area: Area, palette: &Palette) {
    let name = Style { size: 11.5, weight: Weight::Regular, colour: palette.text };
    let value = Style { weight: Weight::SemiBold, ..name };
    let values = shares.numbers.iter().filter_map(|number| number.value);
    let annotations = shares.annotations.iter().flat_map(|line| [Some(line.value), line.until]).flatten();
    let extent = Extent::of(values.chain(annotations)).map(|extent| extent.with(0.0));
    let names = shares.numbers.iter().map(|number| name.width(&number.label)).fold(0.0, f64::max);
    let names = names.min(area.width * 0.38);
    let texts = shares.numbers.iter().map(|number| number.value.map_or(figure::NOTHING.to_owned(), figure::short));
    let texts: Vec<String> = texts.collect();
    let figures = texts.iter().map(|text| value.width(text)).fold(0.0, f64::max);
    let bars = Area::new(area.x + names + 10.0, area.y, area.width - names - figures - 18.0, area.height);
    let has_ticks = area.height >= 100.0 && bars.width >= 80.0;
    let bars = if has_ticks { bars.above(TICKS) } else { bars };
    if bars.width < 8.0 || bars.height < ROW {
        return;
    }
    let axis = ValueAxis::new(extent, &shares.axis, ((bars.width / 90.0) as usize).max(1));
    let x = |value: f64| bars.x + axis.share(value).clamp(0.0, 1.0) * bars.width;
    let rows = (bars.height / ROW).floor() as usize;
    let shown = if shares.numbers.len() > rows { rows.saturating_sub(1) } else { shares.numbers.len() };
    let pitch = (bars.height / (shown + usize::from(shown < shares.numbers.len())) as f64).min(WIDEST_ROW);
    let foot = bars.y + pitch * shown as f64;
    if has_ticks {
        let style = Style { size: 11.0, colour: palette.muted, ..name };
        for tick in axis.ticks() {
            let at = x(tick).round() + 0.5;
            canvas.line((at, bars.y), (at, foot), Stroke::hair(palette.grid));
            canvas.text((at, foot + 13.0), 80.0, &axis.label(tick), style, Anchor::Middle);
        }
    }
    for (row, number) in shares.numbers.iter().take(shown).enumerate() {
        let middle = bars.y + (row as f64 + 0.5) * pitch;
        canvas.text((area.x, middle + 4.0), names + 0.5, &number.label, name, Anchor::Start);
        let thick = (pitch * 0.6).min(22.0);
        let (zero, end) = (x(0.0), x(number.value.unwrap_or(0.0)));
        let bar = Area::new(zero.min(end), middle - thick / 2.0, (end - zero).abs(), thick);
        canvas.rect(bar, 3.0, Some(palette.line(row, number.colour).into()), None);
        canvas.text((area.right(), middle + 4.0), figures + 0.5, &texts[row], value, Anchor::End);
    }
    for line in shares.annotations.iter().flat_map(|line| [Some(line.value), line.until].map(|value| (line, value))) {
        if let (annotation, Some(value)) = line {
            let stroke = Stroke { is_dashed: true, ..Stroke::hair(annotation.colour.unwrap_or(palette.muted)) };
            canvas.line((x(value), bars.y), (x(value), foot), stroke);
        }
    }
    if shown < shares.numbers.len() {
        let more = format!("+{} more", shares.numbers.len() - shown);
        let style = Style { colour: palette.muted, ..name };
        canvas.text((area.x, foot + pitch / 2.0 + 4.0), names.max(60.0), &more, style, Anchor::Start);
    }
}
