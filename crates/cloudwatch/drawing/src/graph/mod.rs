//! Lines and areas over time.

pub(super) mod annotation;
pub(super) mod course;
mod layout;
mod stack;

use self::{
    annotation::Annotations,
    layout::{Layout, TIME_LABELS},
    stack::Band,
};
use super::{
    Plot,
    area::Area,
    canvas::{Anchor, Canvas, Paint, Stroke},
    figure,
    font::{Style, Weight},
    legend::{Entries, Entry},
    plotting::{Chart, Plane},
    theme::Palette,
    value_axis::Extent,
};
use atalaya_cloudwatch_dashboard::{Colour, Graph, Legend, Series, Side};

/// Width of a line in px.
const LINE: f64 = 1.6;
/// How strongly the areas of a stack, and the one under a line that is alone, are filled.
const STACKED_FILL: f64 = 0.42;
const ALONE_FILL: f64 = 0.1;
/// Of a point that is alone, in px.
const DOT: f64 = 2.4;

/// A graph that is drawn.
#[derive(Debug)]
struct Drawing<'a> {
    graph: &'a Graph,
    palette: &'static Palette,
    /// The bands of a stack, by side, series by series.
    stacks: [Vec<Vec<Band>>; 2],
}

/// Whether there is a point in its range.
pub(super) fn is_empty(graph: &Graph) -> bool {
    let is_seen = |series: &Series| course::runs(&series.points, series.period, graph.range).next().is_some();
    !graph.series.iter().any(is_seen)
}

/// Draws a graph into an area, and tells where its points lie; nothing where there is no room for one.
pub(super) fn draw(canvas: &mut Canvas, graph: &Graph, area: Area, palette: &'static Palette) -> Option<Plot> {
    let stack = |side| match graph.stacked {
        true => stack::bands(&on(graph, side).map(|(_, series)| series).collect::<Vec<_>>(), graph.range),
        false => Vec::new(),
    };
    let drawing = Drawing { graph, palette, stacks: [stack(Side::Left), stack(Side::Right)] };
    drawing.draw(canvas, area)
}

/// The series of an axis, with their numbers.
fn on(graph: &Graph, side: Side) -> impl Iterator<Item = (usize, &Series)> {
    graph.series.iter().enumerate().filter(move |(_, series)| series.axis == side)
}

/// Whether an axis has a series or an annotation.
fn is_used(graph: &Graph, side: Side) -> bool {
    on(graph, side).next().is_some() || graph.horizontal.iter().any(|annotation| annotation.axis == side)
}

impl Drawing<'_> {
    fn draw(&self, canvas: &mut Canvas, area: Area) -> Option<Plot> {
        let entries = self.legend();
        let layout = Layout::new(self.graph, area, &entries, [self.extent(Side::Left), self.extent(Side::Right)])?;
        let (left, right) = (&layout.left, &layout.right);
        let grid = if layout.shows_left { left } else { right };
        canvas.push(&grid.chart(|chart| chart.grid(self.palette.grid.into())));
        let annotations = Annotations { graph: self.graph, left, right, palette: self.palette };
        annotations.draw_fills(canvas);
        for (plane, side) in [(left, Side::Left), (right, Side::Right)] {
            if on(self.graph, side).next().is_some() {
                canvas.push(&plane.chart(|chart| self.draw_series(chart, plane, side)));
            }
        }
        let foot = left.area.bottom() + 0.5;
        canvas.line((left.area.x, foot), (left.area.right(), foot), Stroke::hair(self.palette.axis));
        annotations.draw_lines(canvas);
        self.draw_labels(canvas, &layout);
        match self.graph.legend {
            Legend::Hidden => (),
            _ if layout.is_legend_beside => entries.draw_beside(canvas, layout.legend),
            _ => entries.draw_under(canvas, layout.legend),
        }
        Some(Plot {
            x0: left.area.x,
            x1: left.area.right(),
            y0: left.area.y,
            y1: left.area.bottom(),
            start: left.time.range.start,
            end: left.time.range.end,
            left: (left.value.min, left.value.max),
            right: (right.value.min, right.value.max),
        })
    }

    fn legend(&self) -> Entries<'_> {
        let entry = |(index, series): (usize, &'_ Series)| Entry {
            label: &self.graph.series[index].label,
            value: series.points.last().map_or_else(|| figure::NOTHING.to_owned(), |(_, value)| figure::short(*value)),
            colour: self.colour(index, series),
        };
        Entries::new(self.graph.series.iter().enumerate().map(entry).collect(), self.palette)
    }

    fn colour(&self, index: usize, series: &Series) -> Colour {
        self.palette.line(index, series.colour)
    }

    /// What an axis has to show: points in the range, or stacks of them, and annotations.
    fn extent(&self, side: Side) -> Option<Extent> {
        let range = self.graph.range;
        let annotations = || self.graph.horizontal.iter().filter(|annotation| annotation.axis == side);
        let lines = annotations().flat_map(|annotation| [Some(annotation.value), annotation.until]).flatten();
        let extent = if self.graph.stacked {
            let bands = self.stacks[side as usize].iter().flatten();
            let edges = bands.flat_map(|band| band.low.iter().chain(&band.high)).map(|(_, value)| *value);
            Extent::of(edges.chain(lines)).map(|extent| extent.with(0.0))
        } else {
            let points =
                on(self.graph, side).flat_map(|(_, series)| course::runs(&series.points, series.period, range));
            Extent::of(points.flatten().map(|(_, value)| *value).chain(lines))
        };
        annotations().fold(extent, |extent, annotation| extent.map(|extent| extent.with(annotation::reach(annotation))))
    }

    fn draw_series(&self, chart: &Chart<'_>, plane: &Plane, side: Side) {
        let (low, high) = (plane.value.min, plane.value.max);
        if self.graph.stacked {
            for ((index, series), bands) in on(self.graph, side).zip(&self.stacks[side as usize]) {
                for band in bands {
                    draw_band(chart, band, self.colour(index, series), (low, high));
                }
            }
            return;
        }
        let is_alone = self.graph.series.len() == 1 && low <= 0.0 && high >= 0.0;
        // The first series is the most important one, so that it lies on top.
        for (index, series) in on(self.graph, side).collect::<Vec<_>>().into_iter().rev() {
            let colour = self.colour(index, series);
            let stroke = Stroke { paint: colour.into(), width: LINE, is_dashed: false };
            for run in course::runs(&series.points, series.period, self.graph.range) {
                let run = course::finite(run);
                if let [(at, value)] = run[..] {
                    if (low..=high).contains(&value) {
                        chart.dot((at, value), DOT, colour.into());
                    }
                    continue;
                }
                if is_alone {
                    let mut area = course::held(&run, low, high);
                    area.extend([(run[run.len() - 1].0, 0.0), (run[0].0, 0.0)]);
                    chart.polygon(area, Paint { colour, opacity: ALONE_FILL });
                }
                for piece in course::between(&run, low, high) {
                    chart.line(piece, stroke);
                }
            }
        }
    }

    fn draw_labels(&self, canvas: &mut Canvas, layout: &Layout) {
        let style = Style { size: layout::SIZE, weight: Weight::Regular, colour: self.palette.muted };
        let area = layout.left.area;
        if layout.shows_left {
            for tick in layout.left.value.ticks() {
                let at = (area.x - 6.0, layout.left.y(tick) + 4.0);
                canvas.text(at, area.x, &layout.left.value.label(tick), style, Anchor::End);
            }
        }
        if layout.shows_right {
            for tick in layout.right.value.ticks() {
                let at = (area.right() + 6.0, layout.right.y(tick) + 4.0);
                canvas.text(at, f64::MAX, &layout.right.value.label(tick), style, Anchor::Start);
            }
        }
        self.draw_times(canvas, layout, style);
        let names = Style { size: 10.5, ..style };
        if let Some(y) = layout.names {
            let half = layout.outer.width / if layout.shows_left && layout.shows_right { 2.2 } else { 1.0 };
            if let Some(name) = self.graph.left.label.as_deref().filter(|_| layout.shows_left) {
                canvas.text((layout.outer.x, y), half, name, names, Anchor::Start);
            }
            if let Some(name) = self.graph.right.label.as_deref().filter(|_| layout.shows_right) {
                canvas.text((layout.outer.right(), y), half, name, names, Anchor::End);
            }
        }
    }

    /// The times under the ticks, as many as have room; at the edges they are moved inwards.
    fn draw_times(&self, canvas: &mut Canvas, layout: &Layout, style: Style) {
        let (area, outer) = (layout.left.area, layout.outer);
        let mut free_from = outer.x;
        for (at, label) in &layout.left.time.ticks {
            let width = style.width(label);
            let x = layout.left.x(*at) - width / 2.0;
            let x = x.clamp(outer.x, (outer.right() - width).max(outer.x));
            if x >= free_from {
                canvas.text((x, area.bottom() + TIME_LABELS - 2.0), width + 0.5, label, style, Anchor::Start);
                free_from = x + width + 10.0;
            }
        }
    }
}

fn draw_band(chart: &Chart<'_>, band: &Band, colour: Colour, (low, high): (f64, f64)) {
    let mut area = course::held(&band.high, low, high);
    area.extend(course::held(&band.low, low, high).into_iter().rev());
    chart.polygon(area, Paint { colour, opacity: STACKED_FILL });
    for piece in course::between(&band.high, low, high) {
        chart.line(piece, Stroke { paint: colour.into(), width: 1.2, is_dashed: false });
    }
}
