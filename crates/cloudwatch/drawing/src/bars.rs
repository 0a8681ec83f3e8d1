//! Figures beside each other, as bars.

use super::{
    area::Area,
    canvas::{Anchor, Canvas, Stroke},
    figure,
    font::{Style, Weight},
    theme::Palette,
    value_axis::{Extent, ValueAxis},
};
use atalaya_cloudwatch_dashboard::Shares;

/// The least and the greatest height of a bar with the space around it, in px.
const ROW: f64 = 18.0;
const TALLEST_ROW: f64 = 44.0;
/// Height of the axis' labels, and of those of lines across.
const LABELS: f64 = 16.0;
/// Between names, bars and figures.
const GAP: f64 = 10.0;

/// Where the parts stand.
struct Layout {
    names: f64,
    figures: f64,
    bars: Area,
    axis: ValueAxis,
    /// How many bars there are, and the height of each.
    shown: usize,
    pitch: f64,
    has_labels: bool,
}

impl Layout {
    fn new(shares: &Shares, texts: &[String], area: Area, name: Style, value: Style) -> Option<Self> {
        let widest = |widths: &mut dyn Iterator<Item = f64>| widths.fold(0.0, f64::max);
        let names = widest(&mut shares.numbers.iter().map(|number| name.width(&number.label))).min(area.width * 0.38);
        let figures = widest(&mut texts.iter().map(|text| value.width(text)));
        let width = area.width - names - figures - 2.0 * GAP;
        let has_labels = area.height >= 100.0 && width >= 80.0;
        let top = if has_labels && shares.annotations.iter().any(|line| line.label.is_some()) { LABELS } else { 0.0 };
        let foot = if has_labels { LABELS } else { 0.0 };
        let bars = Area::new(area.x + names + GAP, area.y + top, width, area.height - top - foot);
        if bars.width < 8.0 || bars.height < ROW {
            return None;
        }
        let lines = shares.annotations.iter().flat_map(|line| [Some(line.value), line.until]).flatten();
        let extent = Extent::of(shares.numbers.iter().filter_map(|number| number.value).chain(lines));
        let extent = extent.map(|extent| extent.with(0.0));
        let axis = ValueAxis::new(extent, &shares.axis, ((bars.width / 90.0) as usize).max(1));
        let rows = (bars.height / ROW).floor() as usize;
        let is_cut = shares.numbers.len() > rows;
        let shown = if is_cut { rows.saturating_sub(1) } else { shares.numbers.len() };
        let pitch = (bars.height / (shown + usize::from(is_cut)) as f64).min(TALLEST_ROW);
        Some(Self { names, figures, bars, axis, shown, pitch, has_labels })
    }

    fn x(&self, value: f64) -> f64 {
        self.bars.x + self.axis.share(value).clamp(0.0, 1.0) * self.bars.width
    }

    /// The lower end of the last bar.
    fn foot(&self) -> f64 {
        self.bars.y + self.pitch * self.shown as f64
    }
}

pub(super) fn draw(canvas: &mut Canvas, shares: &Shares, area: Area, palette: &Palette) {
    let name = Style { size: 11.5, weight: Weight::Regular, colour: palette.text };
    let value = Style { weight: Weight::SemiBold, ..name };
    let texts = shares.numbers.iter().map(|number| number.value.map_or(figure::NOTHING.to_owned(), figure::short));
    let texts: Vec<String> = texts.collect();
    let Some(layout) = Layout::new(shares, &texts, area, name, value) else { return };
    if layout.has_labels {
        draw_ticks(canvas, &layout, palette);
    }
    for (row, number) in shares.numbers.iter().take(layout.shown).enumerate() {
        let middle = layout.bars.y + (row as f64 + 0.5) * layout.pitch;
        canvas.text((area.x, middle + 4.0), layout.names + 0.5, &number.label, name, Anchor::Start);
        let thick = (layout.pitch * 0.6).min(22.0);
        let (zero, end) = (layout.x(0.0), layout.x(number.value.unwrap_or(0.0)));
        let bar = Area::new(zero.min(end), middle - thick / 2.0, (end - zero).abs(), thick);
        canvas.rect(bar, 3.0, Some(palette.line(row, number.colour).into()), None);
        canvas.text((area.right(), middle + 4.0), layout.figures + 0.5, &texts[row], value, Anchor::End);
    }
    draw_lines(canvas, shares, &layout, palette);
    if layout.shown < shares.numbers.len() {
        let more = format!("+{} more", shares.numbers.len() - layout.shown);
        let style = Style { colour: palette.muted, ..name };
        let at = (area.x, layout.foot() + layout.pitch / 2.0 + 4.0);
        canvas.text(at, layout.names.max(60.0), &more, style, Anchor::Start);
    }
}

fn draw_ticks(canvas: &mut Canvas, layout: &Layout, palette: &Palette) {
    let style = Style { size: 11.0, weight: Weight::Regular, colour: palette.muted };
    for tick in layout.axis.ticks() {
        let at = layout.x(tick).round() + 0.5;
        canvas.line((at, layout.bars.y), (at, layout.foot()), Stroke::hair(palette.grid));
        canvas.text((at, layout.foot() + 13.0), 80.0, &layout.axis.label(tick), style, Anchor::Middle);
    }
}

/// Lines across the bars, with their names above where these have room beside each other.
fn draw_lines(canvas: &mut Canvas, shares: &Shares, layout: &Layout, palette: &Palette) {
    let style = Style { size: 11.0, weight: Weight::SemiBold, colour: palette.muted };
    let mut taken: Vec<Area> = Vec::new();
    for line in &shares.annotations {
        let stroke = Stroke { is_dashed: true, ..Stroke::hair(palette.annotation(line.colour)) };
        for value in [Some(line.value), line.until].into_iter().flatten() {
            let x = layout.x(value);
            canvas.line((x, layout.bars.y), (x, layout.foot()), stroke);
        }
        let Some(label) = line.label.as_deref().filter(|_| layout.has_labels) else { continue };
        let label = format!("{label} {}", figure::short(line.value));
        let width = style.width(&label).min(layout.bars.width);
        let left = (layout.x(line.value) - width / 2.0).min(layout.bars.right() - width).max(layout.bars.x);
        let place = Area::new(left - 4.0, layout.bars.y - LABELS, width + 8.0, LABELS);
        if !taken.iter().any(|other| other.overlaps(&place)) {
            canvas.text((left, layout.bars.y - 5.0), width + 0.5, &label, style, Anchor::Start);
            taken.push(place);
        }
    }
}
