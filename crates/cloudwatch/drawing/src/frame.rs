//! A panel's frame and title, and what is in it.

use super::{
    Plot, alarms,
    area::Area,
    bars,
    canvas::{Anchor, Canvas, Stroke},
    font::{Style, Weight},
    gauge, graph, markdown, numbers, pie, remark, table,
    theme::Palette,
};
use atalaya_cloudwatch_dashboard::{Content, Panel};

/// Between the frame and what is in it, in px.
pub(super) const PADDING: f64 = 14.0;
/// Height of the title with the space under it.
pub(super) const TITLE: f64 = 26.0;
const RADIUS: f64 = 8.0;

/// The elements of a panel's picture.
pub(super) fn draw(panel: &Panel, width: f64, height: f64, palette: &'static Palette) -> (String, Option<Plot>) {
    let mut canvas = Canvas::new(width, height);
    let all = Area::new(0.0, 0.0, width, height);
    if !is_bare(panel) {
        canvas.rect(all.inset(0.5, 0.5), RADIUS, Some(palette.ground.into()), Some(Stroke::hair(palette.edge)));
    }
    let mut inner = if is_bare(panel) { all.inset(2.0, 4.0) } else { all.inset(PADDING, PADDING - 2.0) };
    if !panel.title.is_empty() {
        draw_title(&mut canvas, panel, inner, palette);
        inner = inner.below(TITLE);
    }
    let plot = draw_content(&mut canvas, panel, inner, palette);
    (canvas.into_elements(), plot)
}

/// Whether it stands on the page's ground, without a frame.
fn is_bare(panel: &Panel) -> bool {
    matches!(&panel.content, Content::Text(text) if text.is_transparent)
}

fn draw_title(canvas: &mut Canvas, panel: &Panel, area: Area, palette: &'static Palette) {
    let style = Style { size: 13.0, weight: Weight::SemiBold, colour: palette.text };
    let baseline = area.y + 12.0;
    // What the states of alarms are together stands beside the title.
    let taken = match &panel.content {
        Content::Alarms(cards) => alarms::draw_counts(canvas, cards, area.beside(area.width * 0.4), baseline, palette),
        _ => 0.0,
    };
    canvas.text((area.x, baseline), area.width - taken, &panel.title, style, Anchor::Start);
}

fn draw_content(canvas: &mut Canvas, panel: &Panel, area: Area, palette: &'static Palette) -> Option<Plot> {
    if is_empty(&panel.content) {
        remark::draw_alone(canvas, &panel.remarks, area, palette);
        return None;
    }
    let area = remark::draw_under(canvas, &panel.remarks, area, palette);
    match &panel.content {
        Content::Graph(graph) => return graph::draw(canvas, graph, area, palette),
        Content::Numbers(numbers) => numbers::draw(canvas, numbers, area, palette),
        Content::Gauge(gauge) => gauge::draw(canvas, gauge, area, palette),
        Content::Bars(shares) => bars::draw(canvas, shares, area, palette),
        Content::Pie(shares) => pie::draw(canvas, shares, area, palette),
        Content::Table(table) => table::draw(canvas, table, area, palette),
        Content::Alarms(cards) => alarms::draw(canvas, cards, area, palette),
        Content::Text(text) => markdown::draw(canvas, &text.markdown, area, palette),
    }
    None
}

/// Whether there is nothing but remarks to be shown.
pub(super) fn is_empty(content: &Content) -> bool {
    match content {
        Content::Graph(graph) => graph::is_empty(graph),
        Content::Numbers(numbers) => numbers.numbers.iter().all(|number| number.value.is_none()),
        Content::Gauge(gauge) => gauge.numbers.iter().all(|number| number.value.is_none()),
        Content::Bars(shares) | Content::Pie(shares) => shares.numbers.iter().all(|number| number.value.is_none()),
        Content::Table(table) => table.rows.is_empty(),
        Content::Alarms(cards) => cards.is_empty(),
        Content::Text(text) => text.markdown.trim().is_empty(),
    }
}
