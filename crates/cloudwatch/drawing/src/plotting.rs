//! The chart library at work: a coordinate system, its grid, and what is drawn in it.
//!
//! Its SVG knows whole units only, so a px is cut into [`UNITS`] of them.

use plotters::{
    coord::{
        Shift,
        cartesian::{Cartesian2d, MeshLine},
    },
    prelude::{Circle, DrawingArea, DrawingBackend as _, IntoDrawingArea as _, PathElement, Polygon, SVGBackend},
    style::{RGBAColor, ShapeStyle},
};

use super::{
    area::Area,
    canvas::{Paint, Stroke, px},
    time_axis::TimeAxis,
    value_axis::ValueAxis,
};

/// Units of the chart library in a px.
pub(super) const UNITS: f64 = 10.0;
/// How far lines at the edge may reach over it, in px.
const BLEED: f64 = 4.0;

/// Where a graph's points lie.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub(super) area: Area,
    pub(super) time: TimeAxis,
    pub(super) value: ValueAxis,
}

/// A canvas of the chart library with a plane's coordinates.
pub(super) struct Chart<'a> {
    area: DrawingArea<SVGBackend<'a>, Cartesian2d<TimeAxis, ValueAxis>>,
}

impl Plane {
    /// The px of a time.
    pub(super) fn x(&self, at: i64) -> f64 {
        self.area.x + self.time.share(at as f64) * self.area.width
    }

    /// The px of a value.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.area.bottom() - self.value.share(value) * self.area.height
    }

    /// What the chart library draws in the plane, as an SVG inside the SVG at its place.
    pub(super) fn chart(&self, draw: impl FnOnce(&Chart<'_>)) -> String {
        layer(self.area, |root| {
            let (left, top) = (units(BLEED), units(BLEED));
            let (right, bottom) = (left + units(self.area.width), top + units(self.area.height));
            let plane = Cartesian2d::new(self.time.clone(), self.value, (left..right, bottom..top));
            draw(&Chart { area: root.apply_coord_spec(plane) });
        })
    }
}

impl Chart<'_> {
    /// The grid at the ticks of both axes; `faint` is across time.
    pub(super) fn grid(&self, colour: Paint) {
        let style = shape(colour, 1.0);
        let drawn = self.area.draw_mesh(
            |backend, line| {
                // In the middle of a px, so that it is one sharp px.
                let sharp = |unit: i32| unit.div_euclid(units(1.0)) * units(1.0) + units(0.5);
                let (from, to) = match line {
                    MeshLine::XMesh(from, to, _) => ((sharp(from.0), from.1), (sharp(to.0), to.1)),
                    MeshLine::YMesh(from, to, _) => ((from.0, sharp(from.1)), (to.0, sharp(to.1))),
                };
                backend.draw_line(from, to, &style)
            },
            usize::MAX,
            usize::MAX,
        );
        drawn.expect("a string takes what is drawn");
    }

    pub(super) fn line(&self, points: Vec<(f64, f64)>, stroke: Stroke) {
        let path = PathElement::new(points, shape(stroke.paint, stroke.width));
        self.area.draw(&path).expect("a string takes what is drawn");
    }

    pub(super) fn polygon(&self, points: Vec<(f64, f64)>, fill: Paint) {
        self.area.draw(&Polygon::new(points, shape(fill, 0.0))).expect("a string takes what is drawn");
    }

    /// A dot of `radius` px.
    pub(super) fn dot(&self, at: (f64, f64), radius: f64, fill: Paint) {
        let dot = Circle::new(at, units(radius), shape(fill, 0.0).filled());
        self.area.draw(&dot).expect("a string takes what is drawn");
    }
}

/// What `draw` draws with the chart library, as an SVG that lies over the area and a little beyond it.
pub(super) fn layer(area: Area, draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>)) -> String {
    let (width, height) = (area.width + 2.0 * BLEED, area.height + 2.0 * BLEED);
    let mut drawn = String::new();
    {
        let size = (units(width).unsigned_abs(), units(height).unsigned_abs());
        let root = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        draw(&root);
        root.present().expect("a string takes what is drawn");
    }
    // Nothing is cut off, which would take a renderer a mask as large as the page: lines end at the edge themselves.
    // Its own root element says a size in units; here it is given a place and a size in px.
    let elements = drawn.split_once('>').map_or("", |(_, elements)| elements);
    format!(
        "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" overflow=\"visible\" fill=\"none\" \
         stroke-linejoin=\"round\" stroke-linecap=\"round\">{elements}",
        px(area.x - BLEED),
        px(area.y - BLEED),
        px(width),
        px(height),
        units(width),
        units(height),
    )
}

pub(super) fn units(length: f64) -> i32 {
    (length * UNITS).round() as i32
}

fn shape(paint: Paint, width: f64) -> ShapeStyle {
    let [red, green, blue] = paint.colour;
    ShapeStyle {
        color: RGBAColor(red, green, blue, paint.opacity),
        filled: false,
        stroke_width: units(width).unsigned_abs(),
    }
}
