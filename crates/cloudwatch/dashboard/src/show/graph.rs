//! View `timeSeries`.

use super::Shown;
use crate::{
    Axis, Colour, Fill, Graph, HorizontalAnnotation, Series, Side, View, figure::figure, metric::MetricWidget,
    view::AlarmFacts,
};
use atalaya_cloudwatch::alarm::Comparison;

/// The red of an alarm's threshold.
const THRESHOLD: Colour = [0xd1, 0x32, 0x12];

pub(super) fn of(widget: &MetricWidget, view: &View, shown: Shown) -> Graph {
    let series = shown.lines.into_iter().map(|line| Series {
        label: line.label,
        colour: line.colour,
        axis: line.side,
        period: line.period,
        points: within(line.points, view.range.start),
    });
    Graph {
        series: series.collect(),
        stacked: widget.stacked,
        range: view.range,
        left: widget.left.clone(),
        right: widget.right.clone(),
        horizontal: horizontal(widget, view),
        vertical: widget.annotations.vertical.clone(),
        legend: widget.legend,
        timezone: widget.timezone,
    }
}

/// The points with the first one inside the range: the period that the range begins in began before it, and its point
/// would stand outside the graph.
fn within(mut points: Vec<(i64, f64)>, start: i64) -> Vec<(i64, f64)> {
    if let Some((at, _)) = points.first_mut() {
        *at = (*at).max(start);
    }
    points
}

/// The lines across, an alarm's threshold among them.
pub(super) fn horizontal(widget: &MetricWidget, view: &View) -> Vec<HorizontalAnnotation> {
    let alarm = widget.annotations.alarm.as_ref().and_then(|alarm| view.alarm(alarm));
    let threshold = alarm.and_then(threshold);
    threshold.into_iter().chain(widget.annotations.horizontal.iter().cloned()).collect()
}

fn threshold(alarm: &AlarmFacts) -> Option<HorizontalAnnotation> {
    let (value, comparison) = (alarm.threshold?, alarm.comparison?);
    let (sign, fill) = match comparison {
        Comparison::GreaterThanThreshold => (">", Fill::Beyond),
        Comparison::GreaterThanOrEqualToThreshold => ("≥", Fill::Beyond),
        Comparison::LessThanThreshold => ("<", Fill::Short),
        Comparison::LessThanOrEqualToThreshold => ("≤", Fill::Short),
    };
    let periods = match alarm.datapoints {
        None | Some((1, 1)) => String::new(),
        Some((least, of)) => format!(", {least} of {of}"),
    };
    Some(HorizontalAnnotation {
        value,
        until: None,
        label: Some(format!("alarm {sign} {}{periods}", figure(value))),
        colour: Some(THRESHOLD),
        axis: Side::Left,
        fill,
    })
}

/// The axis of what has only one.
pub(super) fn axis(widget: &MetricWidget) -> Axis {
    widget.left.clone()
}
