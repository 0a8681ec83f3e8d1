//! Panels as pictures: SVG for pages, PNG for everything else.
//!
//! The charts are drawn by a chart library; frames, words, figures, alarms, tables and markdown by a thin layer around
//! it. A drawing needs nothing from outside: no script, no style sheet, no picture; only the font's name, whose faces
//! [`font_regular`] and [`font_semibold`] a page can serve. Colour never stands alone: states have a sign and a word.
//!
//! ```
//! use atalaya_cloudwatch::{Account, CloudWatch};
//! use atalaya_cloudwatch_dashboard::{Dashboard, View, look};
//! use atalaya_cloudwatch_drawing::{self as drawing, Page, Theme};
//! use atalaya_cloudwatch_insights::logs::Logs;
//!
//! let now = 1_795_348_800;
//! let cloudwatch = CloudWatch::new(Account::default(), now);
//! let body = serde_json::json!({"widgets": [
//!     {"type": "text", "width": 24, "height": 2, "properties": {"markdown": "## Orders"}},
//!     {"type": "metric", "width": 12, "properties": {
//!         "title": "Errors", "region": "us-east-1", "stat": "Sum", "metrics": [["Shop", "Errors"]],
//!     }},
//! ]});
//! let dashboard = Dashboard::parse("orders", &body)?;
//! let view = View::new(dashboard.default_range(now), now);
//! let panels = look(&cloudwatch, &Logs::default(), &dashboard, &view);
//! let page = Page { title: "Orders", subtitle: "last 3 hours", panels: &panels };
//! let svg = drawing::page(&page, 1200, Theme::Dark);
//! let png = drawing::png(&svg, 2.0)?;
//! assert!(svg.starts_with("<svg") && png.starts_with(b"\x89PNG"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alarms;
mod area;
mod arrange;
mod bars;
mod canvas;
mod figure;
mod font;
mod frame;
mod gauge;
mod graph;
mod legend;
mod markdown;
mod numbers;
mod page;
mod pie;
mod plotting;
mod png;
mod remark;
mod sparkline;
mod summary;
mod table;
mod theme;
mod time_axis;
mod value_axis;

pub use arrange::{Box, arrange};
pub use font::{font_regular, font_semibold};
pub use page::{Page, page};
pub use png::{DrawError, png};
pub use summary::accessible_summary;
pub use theme::Theme;

use atalaya_cloudwatch_dashboard::Panel;

/// A panel that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// An SVG document with a title and a description.
    pub svg: String,
    /// Where its points lie, if it is a graph with points.
    pub plot: Option<Plot>,
}

/// Where a graph's points lie in its picture, so that a page can tell what is under the pointer. Times and values lie on
/// straight scales: `start` at `x0` and `end` at `x1`, an axis' lower end at `y1` and its upper end at `y0`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plot {
    /// The left edge in px.
    pub x0: f64,
    /// The right edge.
    pub x1: f64,
    /// The upper edge in px; y grows downwards.
    pub y0: f64,
    /// The lower edge.
    pub y1: f64,
    /// The time at the left edge, in seconds since the Unix epoch.
    pub start: i64,
    /// The time at the right edge.
    pub end: i64,
    /// The ends of the left axis: lower and upper.
    pub left: (f64, f64),
    /// The ends of the right axis; 0 and 1 where it shows nothing.
    pub right: (f64, f64),
}

/// Draws a panel in a picture of `width` by `height` px. What has no room is left out, words end with an ellipsis.
#[must_use]
pub fn panel(panel: &Panel, width: u32, height: u32, theme: Theme) -> Drawn {
    let (width, height) = (width.max(1), height.max(1));
    let (elements, plot) = frame::draw(panel, f64::from(width), f64::from(height), theme.palette());
    let mut svg = page::begin_svg(width, height);
    svg.push_str(&page::spoken(&panel.title, &accessible_summary(panel)));
    svg.push_str(&elements);
    svg.push_str("</svg>");
    Drawn { svg, plot }
}
