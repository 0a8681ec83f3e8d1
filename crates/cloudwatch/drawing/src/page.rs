//! A whole dashboard as one picture.

use super::{
    Theme, accessible_summary, arrange,
    canvas::{Anchor, Canvas, escape, hex},
    font::{FAMILY, Style, Weight},
    frame,
};
use atalaya_cloudwatch_dashboard::Panel;

/// A dashboard that is drawn as one picture.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// What it is called.
    pub title: &'a str,
    /// What time it shows, in words, such as `last 3 hours · until 22 Nov 12:00 UTC`.
    pub subtitle: &'a str,
    /// What it shows.
    pub panels: &'a [Panel],
}

/// A page that is narrower has smaller margins, or none, in px.
const NARROW: u32 = 600;
const TINY: u32 = 120;

/// Draws a page of `width` px as an SVG document, as tall as it must be.
#[must_use]
pub fn page(page: &Page<'_>, width: u32, theme: Theme) -> String {
    let width = width.max(1);
    let margin = match width {
        0..TINY => 0,
        TINY..NARROW => 12,
        _ => 24,
    };
    let inner = width.saturating_sub(2 * margin).max(1);
    let (boxes, height) = arrange(page.panels, inner);
    let head = head_height(page);
    let total = head + height + margin;
    let palette = theme.palette();
    let mut svg = begin_svg(width, total);
    svg.push_str(&spoken(page.title, page.subtitle));
    svg.push_str(&format!("<rect width=\"{width}\" height=\"{total}\" fill=\"{}\"/>", hex(palette.page)));
    svg.push_str(&head_elements(page, width, total, margin, theme));
    for (panel, place) in page.panels.iter().zip(boxes) {
        let (elements, _) = frame::draw(panel, f64::from(place.width), f64::from(place.height), palette);
        let (x, y) = (place.x + margin, place.y + head);
        svg.push_str(&format!("<g transform=\"translate({x} {y})\" role=\"img\">"));
        svg.push_str(&spoken(&panel.title, &accessible_summary(panel)));
        svg.push_str(&elements);
        svg.push_str("</g>");
    }
    svg.push_str("</svg>");
    svg
}

fn head_height(page: &Page<'_>) -> u32 {
    match (page.title.is_empty(), page.subtitle.is_empty()) {
        (true, true) => 24,
        (true, false) | (false, true) => 60,
        (false, false) => 84,
    }
}

fn head_elements(page: &Page<'_>, width: u32, height: u32, margin: u32, theme: Theme) -> String {
    let palette = theme.palette();
    let mut canvas = Canvas::new(f64::from(width), f64::from(height));
    let (x, room) = (f64::from(margin), f64::from(width.saturating_sub(2 * margin)));
    let title = Style { size: 22.0, weight: Weight::SemiBold, colour: palette.text };
    let subtitle = Style { size: 13.0, weight: Weight::Regular, colour: palette.muted };
    let mut y = 42.0;
    if !page.title.is_empty() {
        canvas.text((x, y), room, page.title, title, Anchor::Start);
        y += 23.0;
    }
    canvas.text((x, y), room, page.subtitle, subtitle, Anchor::Start);
    canvas.into_elements()
}

/// The beginning of a document.
pub(super) fn begin_svg(width: u32, height: u32) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FAMILY}\">"
    )
}

/// What a screen reader says.
pub(super) fn spoken(title: &str, description: &str) -> String {
    let mut out = String::from("<title>");
    escape(&mut out, if title.is_empty() { "Panel" } else { title });
    out.push_str("</title><desc>");
    escape(&mut out, description);
    out.push_str("</desc>");
    out
}
