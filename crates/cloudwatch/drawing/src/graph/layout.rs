//! Where the parts of a graph stand: the plane of its points, the words around it, and the legend.

use super::super::{
    area::Area,
    font::{Style, Weight},
    legend::{Entries, ROW},
    plotting::Plane,
    time_axis::TimeAxis,
    value_axis::{Extent, ValueAxis},
};
use super::is_used;
use atalaya_cloudwatch_dashboard::{Graph, Legend, Side};

/// Height of letters at axes in px.
pub(super) const SIZE: f64 = 11.0;
/// Height of the times under a graph in px.
pub(super) const TIME_LABELS: f64 = 17.0;
/// Height of the axes' names in px.
const NAMES: f64 = 16.0;
/// The least height in px of two ticks.
const TICK: f64 = 34.0;
/// A plane that is smaller shows nothing that can be told.
const LEAST: (f64, f64) = (24.0, 14.0);

/// A graph's parts.
#[derive(Debug)]
pub(super) struct Layout {
    /// Graph and axes, without the legend.
    pub(super) outer: Area,
    pub(super) left: Plane,
    pub(super) right: Plane,
    pub(super) shows_left: bool,
    pub(super) shows_right: bool,
    /// The line that the axes' names stand on, where they are shown.
    pub(super) names: Option<f64>,
    pub(super) legend: Area,
    pub(super) is_legend_beside: bool,
}

impl Layout {
    /// `None` where there is no room for a graph.
    pub(super) fn new(graph: &Graph, area: Area, entries: &Entries<'_>, extents: [Option<Extent>; 2]) -> Option<Self> {
        let is_legend_beside = graph.legend == Legend::Right && area.width >= 420.0;
        let (outer, legend) = match graph.legend {
            Legend::Hidden => (area, Area::new(area.x, area.bottom(), 0.0, 0.0)),
            _ if is_legend_beside => beside(area, entries),
            _ => under(area, entries),
        };
        let shows_right = is_used(graph, Side::Right);
        let shows_left = is_used(graph, Side::Left) || !shows_right;
        let is_named = (shows_left && graph.left.label.is_some()) || (shows_right && graph.right.label.is_some());
        let names = (is_named && outer.height >= 90.0).then_some(outer.y + 9.0);
        // Half a tick's letters stand above the plane.
        let top = if names.is_some() { NAMES } else { 6.0 };
        let (y, bottom) = ((outer.y + top).round(), (outer.bottom() - TIME_LABELS - 3.0).round());
        if bottom - y < LEAST.1 {
            return None;
        }
        let ticks = ((bottom - y) / TICK).round().clamp(2.0, 8.0) as usize;
        let [left, right] = [(&graph.left, extents[0]), (&graph.right, extents[1])];
        let (left, right) = (ValueAxis::new(left.1, left.0, ticks), ValueAxis::new(right.1, right.0, ticks));
        let x = (outer.x + if shows_left { width(&left) } else { 2.0 }).round();
        let end = (outer.right() - if shows_right { width(&right) } else { 6.0 }).round();
        if end - x < LEAST.0 {
            return None;
        }
        let plane = Area::new(x, y, end - x, bottom - y);
        let time = TimeAxis::new(graph.range, graph.timezone, plane.width);
        Some(Self {
            outer,
            left: Plane { area: plane, time: time.clone(), value: left },
            right: Plane { area: plane, time, value: right },
            shows_left,
            shows_right,
            names,
            legend,
            is_legend_beside,
        })
    }
}

/// How wide an axis' labels are, with the space beside them.
fn width(axis: &ValueAxis) -> f64 {
    let style = Style { size: SIZE, weight: Weight::Regular, colour: [0; 3] };
    let widest = axis.ticks().into_iter().map(|tick| style.width(&axis.label(tick))).fold(0.0, f64::max);
    widest.max(14.0) + 8.0
}

fn under(area: Area, entries: &Entries<'_>) -> (Area, Area) {
    const GAP: f64 = 6.0;
    let most = match area.height {
        height if height < 80.0 => 0,
        height if height < 130.0 => 1,
        height => ((height * 0.28 / ROW) as usize).max(2),
    };
    let height = entries.height(area.width, most);
    let gap = if height > 0.0 { GAP } else { 0.0 };
    (area.above(height + gap), Area::new(area.x, area.bottom() - height, area.width, height))
}

fn beside(area: Area, entries: &Entries<'_>) -> (Area, Area) {
    const GAP: f64 = 16.0;
    let width = entries.column_width().min(area.width * 0.36).min(260.0);
    let outer = Area::new(area.x, area.y, area.width - width - GAP, area.height);
    (outer, Area::new(area.right() - width, area.y, width, area.height))
}
