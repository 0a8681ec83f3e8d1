//! A course over time in a small space, without axes.

use super::{
    area::Area,
    canvas::{Canvas, Paint, Stroke},
    graph::course,
    plotting::Plane,
    time_axis::TimeAxis,
    value_axis::{Extent, ValueAxis},
};
use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch_dashboard::{Axis, Colour, Number};

/// Draws the course of a number over the whole range.
pub(super) fn draw(canvas: &mut Canvas, number: &Number, range: TimeRange, area: Area, colour: Colour) {
    let runs: Vec<_> = course::runs(&number.course, number.period, range).map(course::finite).collect();
    let Some(extent) = Extent::of(runs.iter().flatten().map(|(_, value)| *value)) else { return };
    if area.width < 16.0 || area.height < 8.0 {
        return;
    }
    let value = ValueAxis::new(Some(extent), &Axis::default(), 2);
    let plane = Plane { area, time: TimeAxis::new(range, 0, area.width), value };
    canvas.push(&plane.chart(|chart| {
        for run in &runs {
            if let [point] = run[..] {
                chart.dot(point, 1.8, colour.into());
                continue;
            }
            let floor = 0.0_f64.clamp(value.min, value.max);
            let mut under = run.clone();
            under.extend([(run[run.len() - 1].0, floor), (run[0].0, floor)]);
            chart.polygon(under, Paint { colour, opacity: 0.12 });
            chart.line(run.clone(), Stroke { paint: colour.into(), width: 1.5, is_dashed: false });
        }
    }));
}
