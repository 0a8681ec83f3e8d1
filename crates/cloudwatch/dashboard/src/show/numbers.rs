//! Views that show a figure of each series: `singleValue`, `gauge`, `bar` and `pie`.

use super::{Shown, graph};
use crate::{Gauge, Number, Numbers, Shares, View, metric::MetricWidget};

/// A figure of each series: of the whole range where the widget says so, else that of the latest period with data.
fn figures(widget: &MetricWidget, view: &View, shown: &Shown) -> Vec<Number> {
    let course = |points: &[(i64, f64)]| if widget.whole_period(view).is_some() { Vec::new() } else { points.to_vec() };
    let number = |line: &super::series::Line| Number {
        label: line.label.clone(),
        colour: line.colour,
        value: line.newest(),
        period: line.period,
        course: course(&line.points),
    };
    shown.lines.iter().map(number).collect()
}

pub(super) fn numbers(widget: &MetricWidget, view: &View, shown: &Shown) -> Numbers {
    Numbers {
        numbers: figures(widget, view, shown),
        sparkline: widget.sparkline,
        full_precision: widget.full_precision,
        range: view.range,
    }
}

pub(super) fn gauge(widget: &MetricWidget, view: &View, shown: &Shown) -> Gauge {
    Gauge {
        numbers: figures(widget, view, shown),
        axis: graph::axis(widget),
        bands: widget.annotations.horizontal.clone(),
    }
}

pub(super) fn shares(widget: &MetricWidget, view: &View, shown: &Shown) -> Shares {
    Shares {
        numbers: figures(widget, view, shown),
        axis: graph::axis(widget),
        annotations: graph::horizontal(widget, view),
        legend: widget.legend,
    }
}
