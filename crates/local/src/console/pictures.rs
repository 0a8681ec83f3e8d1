//! Panels as pictures, and what a page needs to tell what is under the pointer.

use atalaya_cloudwatch_dashboard::{Content, Graph, Panel, Side};
use atalaya_cloudwatch_drawing::{self as drawing, Plot, Theme, accessible_summary};
use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refusal, answer},
    request::Asked,
};

/// How wide a dashboard is drawn when nobody says.
pub(super) const PAGE_WIDTH: u32 = 1440;
/// The widths that are drawn, in px.
const WIDTHS: std::ops::RangeInclusive<u32> = 200..=4000;
/// Pixels of a PNG for each px of the drawing: screens of today have two.
const SCALE: f32 = 2.0;

/// How something is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) width: u32,
    pub(super) theme: Theme,
}

impl Look {
    /// Reads `width` and `theme`.
    pub(super) fn read(asked: &Asked, usual: u32) -> Result<Self, Refusal> {
        let width = asked.parsed("width", "a number of px")?.unwrap_or(usual);
        if !WIDTHS.contains(&width) {
            let (least, most) = (WIDTHS.start(), WIDTHS.end());
            return Err(Refusal::bad(format!("`width` is {width}: what is drawn is {least} to {most} px wide")));
        }
        let theme = match asked.value("theme") {
            None | Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            Some(other) => return Err(Refusal::bad(format!("`theme` is `{other}`: it is light or dark"))),
        };
        Ok(Self { width, theme })
    }
}

/// A panel in its box, as a page shows it.
pub(super) fn drawn(panel: &Panel, place: drawing::Box, theme: Theme) -> Value {
    let picture = drawing::panel(panel, place.width, place.height, theme);
    let series = match (&panel.content, &picture.plot) {
        (Content::Graph(graph), Some(_)) => series(graph, theme),
        _ => Value::Null,
    };
    json!({
        "index": panel.index,
        "title": panel.title,
        "kind": kind(&panel.content),
        "box": { "x": place.x, "y": place.y, "width": place.width, "height": place.height },
        "svg": picture.svg,
        "summary": accessible_summary(panel),
        "remarks": panel.remarks,
        "plot": picture.plot.map(plot),
        "series": series,
    })
}

const fn kind(content: &Content) -> &'static str {
    match content {
        Content::Graph(_) => "graph",
        Content::Numbers(_) => "numbers",
        Content::Gauge(_) => "gauge",
        Content::Bars(_) => "bars",
        Content::Pie(_) => "pie",
        Content::Table(_) => "table",
        Content::Alarms(_) => "alarms",
        Content::Text(_) => "text",
    }
}

fn plot(plot: Plot) -> Value {
    let Plot { x0, x1, y0, y1, start, end, left, right } = plot;
    json!({
        "x0": x0, "x1": x1, "y0": y0, "y1": y1, "start": start, "end": end,
        "left": [left.0, left.1], "right": [right.0, right.1],
    })
}

fn series(graph: &Graph, theme: Theme) -> Value {
    let one = |(index, series): (usize, &atalaya_cloudwatch_dashboard::Series)| {
        let [red, green, blue] = theme.line(index, series.colour);
        json!({
            "label": series.label,
            "colour": format!("#{red:02x}{green:02x}{blue:02x}"),
            "axis": match series.axis { Side::Left => "left", Side::Right => "right" },
            "period": series.period,
            "points": series.points,
        })
    };
    graph.series.iter().enumerate().map(one).collect()
}

/// A drawing as a file: `svg` or `png`.
pub(super) fn picture(svg: String, kind: &str) -> Result<Answer, Refusal> {
    match kind {
        "svg" => Ok(answer(StatusCode::OK, "image/svg+xml", "no-store", svg)),
        "png" => match drawing::png(&svg, SCALE) {
            Ok(png) => Ok(answer(StatusCode::OK, "image/png", "no-store", png)),
            Err(error) => Err(Refusal::bad(error.to_string())),
        },
        _ => Err(Refusal::not_found(format!("there are no pictures of the kind `{kind}`: there are svg and png"))),
    }
}
