//! Shapes and words as SVG. A canvas knows its size: words that would leave it are not drawn.

use std::fmt::Write as _;

use super::{
    area::Area,
    font::{Style, Weight},
};
use atalaya_cloudwatch_dashboard::Colour;

/// How far letters reach above and below the line that they stand on, in ems.
const ASCENT: f64 = 0.97;
const DESCENT: f64 = 0.25;

/// What a text's `x` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A shape's fill or line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) colour: Colour,
    /// 0, not seen, to 1.
    pub(super) opacity: f64,
}

impl From<Colour> for Paint {
    fn from(colour: Colour) -> Self {
        Self { colour, opacity: 1.0 }
    }
}

/// A line's colour, width in px, and dashes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub(super) paint: Paint,
    pub(super) width: f64,
    pub(super) is_dashed: bool,
}

impl Stroke {
    /// A line of a px.
    pub(super) fn hair(colour: Colour) -> Self {
        Self { paint: colour.into(), width: 1.0, is_dashed: false }
    }
}

/// Words of one style in a line of several.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) style: Style,
    /// Where they begin as they are measured.
    pub(super) x: f64,
    /// Whether they begin exactly there.
    pub(super) is_placed: bool,
    pub(super) link: Option<&'a str>,
}

/// A drawing that is being made.
#[derive(Debug)]
pub(super) struct Canvas {
    bounds: Area,
    out: String,
}

impl Canvas {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { bounds: Area::new(0.0, 0.0, width, height), out: String::with_capacity(8 * 1024) }
    }

    /// The elements that were drawn.
    pub(super) fn into_elements(self) -> String {
        self.out
    }

    /// Puts elements in as they are.
    pub(super) fn push(&mut self, elements: &str) {
        self.out.push_str(elements);
    }

    /// A rectangle, with corners of `radius` px.
    pub(super) fn rect(&mut self, area: Area, radius: f64, fill: Option<Paint>, stroke: Option<Stroke>) {
        if area.width <= 0.0 || area.height <= 0.0 {
            return;
        }
        let (x, y, width, height) = (px(area.x), px(area.y), px(area.width), px(area.height));
        self.write(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""));
        if radius > 0.0 {
            self.write(format_args!(" rx=\"{}\"", px(radius.min(area.width / 2.0).min(area.height / 2.0))));
        }
        self.finish(fill, stroke);
    }

    pub(super) fn circle(&mut self, (x, y): (f64, f64), radius: f64, fill: Option<Paint>, stroke: Option<Stroke>) {
        self.write(format_args!("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", px(x), px(y), px(radius.max(0.0))));
        self.finish(fill, stroke);
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        let (x, y) = (px(from.0), px(from.1));
        self.write(format_args!("<line x1=\"{x}\" y1=\"{y}\" x2=\"{}\" y2=\"{}\"", px(to.0), px(to.1)));
        self.finish(None, Some(stroke));
    }

    /// A path; `d` as SVG has it.
    pub(super) fn path(&mut self, d: &str, fill: Option<Paint>, stroke: Option<Stroke>) {
        self.write(format_args!("<path d=\"{d}\""));
        self.finish(fill, stroke);
    }

    /// A text whose letters stand on `y`, cut to what is free: `width` px from `x` on, or around it, or before it,
    /// and never beyond the canvas. Tells how wide it became.
    pub(super) fn text(&mut self, (x, y): (f64, f64), width: f64, text: &str, style: Style, anchor: Anchor) -> f64 {
        self.words((x, y), width, text, style, anchor, None)
    }

    /// A text with an edge of `ground` around its letters, to be read on top of lines.
    pub(super) fn text_on_lines(
        &mut self,
        at: (f64, f64),
        width: f64,
        text: &str,
        style: Style,
        anchor: Anchor,
        ground: Colour,
    ) {
        self.words(at, width, text, style, anchor, Some(ground));
    }

    fn words(
        &mut self,
        (x, y): (f64, f64),
        width: f64,
        text: &str,
        style: Style,
        anchor: Anchor,
        halo: Option<Colour>,
    ) -> f64 {
        let (before, after) = (x - self.bounds.x, self.bounds.right() - x);
        let free = match anchor {
            _ if before < 0.0 || after < 0.0 => 0.0,
            Anchor::Start => after,
            Anchor::Middle => 2.0 * before.min(after),
            Anchor::End => before,
        };
        let shown = style.fit(text, width.min(free));
        let inside = y - style.size * ASCENT >= 0.0 && y + style.size * DESCENT <= self.bounds.bottom();
        if shown.is_empty() || !inside {
            return 0.0;
        }
        self.write(format_args!("<text x=\"{}\" y=\"{}\" font-size=\"{}\"", px(x), px(y), px(style.size)));
        if style.weight == Weight::SemiBold {
            self.out.push_str(" font-weight=\"600\"");
        }
        match anchor {
            Anchor::Start => (),
            Anchor::Middle => self.out.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.out.push_str(" text-anchor=\"end\""),
        }
        self.write(format_args!(" fill=\"{}\"", hex(style.colour)));
        if let Some(ground) = halo {
            let edge = hex(ground);
            self.write(format_args!(
                " stroke=\"{edge}\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\""
            ));
        }
        self.out.push('>');
        self.cut(text, &shown);
        self.out.push_str("</text>");
        style.width(&shown)
    }

    /// Writes what is shown of a text. The whole of one that is cut short is its title, which a browser shows under the
    /// pointer.
    fn cut(&mut self, text: &str, shown: &str) {
        if shown != text {
            self.out.push_str("<title>");
            escape(&mut self.out, text);
            self.out.push_str("</title>");
        }
        escape(&mut self.out, shown);
    }

    /// A line of words of several styles and links from `x` on, which stand on `y` and reach at most to `right`. They
    /// are one text, so that a renderer sets them as it sets any line; one with a place of its own begins there.
    pub(super) fn line_of_words(&mut self, y: f64, right: f64, words: &[Words<'_>]) {
        let right = right.min(self.bounds.right());
        let tallest = words.iter().map(|word| word.style.size).fold(0.0, f64::max);
        let is_inside = y - tallest * ASCENT >= 0.0 && y + tallest * DESCENT <= self.bounds.bottom();
        let Some(first) = words.first().filter(|first| is_inside && first.x >= 0.0) else { return };
        let (x, size) = (px(first.x), px(first.style.size));
        self.write(format_args!("<text x=\"{x}\" y=\"{}\" font-size=\"{size}\">", px(y)));
        for (index, word) in words.iter().enumerate() {
            let is_last = index + 1 == words.len();
            let text = word.style.fit(word.text, right - word.x);
            let is_link = word.link.is_some_and(|link| self.begin_link(link));
            self.out.push_str("<tspan");
            if word.is_placed {
                self.write(format_args!(" x=\"{}\"", px(word.x)));
            }
            if word.style.weight == Weight::SemiBold {
                self.out.push_str(" font-weight=\"600\"");
            }
            self.write(format_args!(" fill=\"{}\">", hex(word.style.colour)));
            self.cut(word.text, &text);
            self.out.push_str("</tspan>");
            if is_link {
                self.end_link();
            }
            if text.len() < word.text.len() || is_last {
                break;
            }
        }
        self.out.push_str("</text>");
    }

    /// Begins a link; [`end_link`](Self::end_link) ends it. Only to web pages and places on the same server: other
    /// schemes can run code. Tells whether it began.
    pub(super) fn begin_link(&mut self, target: &str) -> bool {
        let is_page = ["https://", "http://", "/"].iter().any(|start| target.starts_with(start));
        if is_page {
            self.out.push_str("<a href=\"");
            escape(&mut self.out, target);
            self.out.push_str("\">");
        }
        is_page
    }

    pub(super) fn end_link(&mut self) {
        self.out.push_str("</a>");
    }

    fn finish(&mut self, fill: Option<Paint>, stroke: Option<Stroke>) {
        match fill {
            None => self.out.push_str(" fill=\"none\""),
            Some(fill) => {
                self.write(format_args!(" fill=\"{}\"", hex(fill.colour)));
                if fill.opacity < 1.0 {
                    self.write(format_args!(" fill-opacity=\"{}\"", px(fill.opacity)));
                }
            }
        }
        if let Some(Stroke { paint, width, is_dashed }) = stroke {
            self.write(format_args!(" stroke=\"{}\"", hex(paint.colour)));
            if (width - 1.0).abs() > f64::EPSILON {
                self.write(format_args!(" stroke-width=\"{}\"", px(width)));
            }
            if paint.opacity < 1.0 {
                self.write(format_args!(" stroke-opacity=\"{}\"", px(paint.opacity)));
            }
            if is_dashed {
                self.out.push_str(" stroke-dasharray=\"5 4\"");
            }
        }
        self.out.push_str("/>");
    }

    fn write(&mut self, words: std::fmt::Arguments<'_>) {
        self.out.write_fmt(words).expect("a string takes what is written");
    }
}

/// A length with as many decimals as can be seen.
pub(super) fn px(length: f64) -> f64 {
    let rounded = (length * 100.0).round() / 100.0;
    // A minus zero would be written with its sign.
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// `#rrggbb`.
pub(super) fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Writes a text so that it is one in XML, whatever is in it: what XML 1.0 has no place for becomes a space.
pub(super) fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push(' '),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { size: 10.0, weight: Weight::Regular, colour: [1, 2, 3] };

    #[test]
    fn words_stay_inside_and_are_text() {
        let mut canvas = Canvas::new(100.0, 20.0);
        assert!(canvas.text((0.0, 12.0), 500.0, "<a&b>\u{0}", STYLE, Anchor::Start) > 0.0);
        assert!(canvas.text((90.0, 12.0), 500.0, "far too long", STYLE, Anchor::Middle) <= 20.0);
        for (x, y) in [(0.0, 2.0), (0.0, 19.0), (99.0, 12.0), (-9.0, 12.0)] {
            assert_eq!(canvas.text((x, y), 500.0, "outside", STYLE, Anchor::Start), 0.0, "{x} {y}");
        }
        let drawn = canvas.into_elements();
        assert!(drawn.contains(">&lt;a&amp;b&gt; </text>"), "{drawn}");
    }

    #[test]
    fn a_text_that_is_cut_short_can_be_read_whole() {
        let mut canvas = Canvas::new(60.0, 20.0);
        canvas.text((0.0, 12.0), 500.0, "orders/<2026>.csv", STYLE, Anchor::Start);
        canvas.text((0.0, 12.0), 500.0, "short", STYLE, Anchor::Start);
        let drawn = canvas.into_elements();
        assert!(drawn.contains("<title>orders/&lt;2026&gt;.csv</title>orders/"), "{drawn}");
        assert!(drawn.contains("…</text>") && drawn.contains(">short</text>"), "{drawn}");
    }

    #[test]
    fn only_pages_are_linked() {
        let mut canvas = Canvas::new(100.0, 20.0);
        assert!(canvas.begin_link("https://example.com/?a=1&b=\"2\""));
        assert!(!canvas.begin_link("javascript:alert(1)"));
        assert_eq!(canvas.into_elements(), "<a href=\"https://example.com/?a=1&amp;b=&quot;2&quot;\">");
    }

    #[test]
    fn lengths_are_short() {
        assert_eq!(px(1.0 / 3.0).to_string(), "0.33");
        assert_eq!(px(-0.001).to_string(), "0");
    }
}
