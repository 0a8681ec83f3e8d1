//! Thresholds, moments and bands on a graph.

use super::super::{
    area::Area,
    canvas::{Anchor, Canvas, Paint, Stroke},
    figure,
    font::{Style, Weight},
    plotting::Plane,
    theme::Palette,
};
use atalaya_cloudwatch_dashboard::{Colour, Fill, Graph, HorizontalAnnotation, Side, VerticalAnnotation};

/// How strongly a band is filled.
const FILL: f64 = 0.1;
/// Height of a label's place in px.
const LABEL: f64 = 16.0;
const SIZE: f64 = 11.0;

/// The annotations of a graph on the planes of both its axes.
#[derive(Debug)]
pub(super) struct Annotations<'a> {
    pub(super) graph: &'a Graph,
    pub(super) left: &'a Plane,
    pub(super) right: &'a Plane,
    pub(super) palette: &'static Palette,
}

/// How far an axis must reach for an annotation: a little further than a line with something filled behind it.
pub(super) fn reach(annotation: &HorizontalAnnotation) -> f64 {
    let beyond = annotation.value.abs() * 0.08;
    match annotation.fill {
        Fill::Beyond if annotation.until.is_none() => annotation.value + beyond,
        _ => annotation.value,
    }
}

impl Annotations<'_> {
    fn plane(&self, side: Side) -> &Plane {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
        }
    }

    fn colour(&self, asked: Option<Colour>) -> Colour {
        self.palette.annotation(asked)
    }

    /// What is filled; it lies under the lines.
    pub(super) fn draw_fills(&self, canvas: &mut Canvas) {
        for annotation in &self.graph.horizontal {
            let area = self.plane(annotation.axis).area;
            let y = |value| self.y(annotation, value);
            let (top, bottom) = match (annotation.until, annotation.fill) {
                (Some(until), _) => (y(annotation.value).min(y(until)), y(annotation.value).max(y(until))),
                (None, Fill::None) => continue,
                (None, Fill::Beyond) => (area.y, y(annotation.value)),
                (None, Fill::Short) => (y(annotation.value), area.bottom()),
            };
            let fill = Paint { colour: self.colour(annotation.colour), opacity: FILL };
            canvas.rect(Area::new(area.x, top, area.width, bottom - top), 0.0, Some(fill), None);
        }
        for annotation in &self.graph.vertical {
            let area = self.left.area;
            let x = |at| self.x(at);
            let (start, end) = match (annotation.until, annotation.fill) {
                (Some(until), _) => (x(annotation.at).min(x(until)), x(annotation.at).max(x(until))),
                (None, Fill::None) => continue,
                (None, Fill::Beyond) => (x(annotation.at), area.right()),
                (None, Fill::Short) => (area.x, x(annotation.at)),
            };
            let fill = Paint { colour: self.colour(annotation.colour), opacity: FILL };
            canvas.rect(Area::new(start, area.y, end - start, area.height), 0.0, Some(fill), None);
        }
    }

    /// The px of a value, at an edge where it is beyond.
    fn y(&self, annotation: &HorizontalAnnotation, value: f64) -> f64 {
        let plane = self.plane(annotation.axis);
        plane.y(value).clamp(plane.area.y, plane.area.bottom())
    }

    fn x(&self, at: i64) -> f64 {
        self.left.x(at).clamp(self.left.area.x, self.left.area.right())
    }

    /// Lines and words; they lie on top.
    pub(super) fn draw_lines(&self, canvas: &mut Canvas) {
        let mut taken = Vec::new();
        for annotation in &self.graph.vertical {
            self.draw_vertical(canvas, annotation, &mut taken);
        }
        for annotation in &self.graph.horizontal {
            self.draw_horizontal(canvas, annotation, &mut taken);
        }
    }

    fn draw_vertical(&self, canvas: &mut Canvas, annotation: &VerticalAnnotation, taken: &mut Vec<Area>) {
        let area = self.left.area;
        let stroke = Stroke { is_dashed: true, ..Stroke::hair(self.colour(annotation.colour)) };
        for at in [Some(annotation.at), annotation.until].into_iter().flatten() {
            if self.left.time.holds(at) {
                canvas.line((self.x(at), area.y), (self.x(at), area.bottom()), stroke);
            }
        }
        let label = annotation.label.as_deref().filter(|_| {
            let ends = [annotation.at, annotation.until.unwrap_or(annotation.at)];
            ends.iter().any(|at| self.left.time.holds(*at))
        });
        let Some(label) = label else { return };
        let (style, x) = (self.style(), self.x(annotation.at));
        let width = (style.width(label) + 1.0).min(area.width * 0.6);
        // To the right of it, or to the left where that is too near to the edge; lower where there is one already.
        let left = if x + 4.0 + width <= area.right() { x + 4.0 } else { x - 4.0 - width };
        let places = (0..3).map(|row| Area::new(left, area.y + 1.0 + f64::from(row) * LABEL, width, LABEL));
        self.place(canvas, label, places, Anchor::Start, taken);
    }

    fn draw_horizontal(&self, canvas: &mut Canvas, annotation: &HorizontalAnnotation, taken: &mut Vec<Area>) {
        let plane = self.plane(annotation.axis);
        let area = plane.area;
        let stroke = Stroke { is_dashed: true, width: 1.25, ..Stroke::hair(self.colour(annotation.colour)) };
        for value in [Some(annotation.value), annotation.until].into_iter().flatten() {
            let y = plane.y(value);
            if (area.y - 0.5..=area.bottom() + 0.5).contains(&y) {
                canvas.line((area.x, y), (area.right(), y), stroke);
            }
        }
        if area.height < 3.0 * LABEL {
            return;
        }
        let value = figure::short(annotation.value);
        let label = match (&annotation.label, annotation.until) {
            (Some(label), Some(_)) => label.clone(),
            (Some(label), None) if label.contains(&value) => label.clone(),
            (Some(label), None) => format!("{label} {value}"),
            (None, Some(until)) => format!("{value} to {}", figure::short(until)),
            (None, None) => value,
        };
        let width = (self.style().width(&label) + 1.0).min(area.width * 0.8);
        let y = self.y(annotation, annotation.value.max(annotation.until.unwrap_or(annotation.value)));
        let (right, left) = (area.right() - width - 2.0, area.x + 4.0);
        // Above it at the right, else below it, else at the left.
        let places = [(right, y - LABEL), (right, y + 1.0), (left, y - LABEL), (left, y + 1.0)];
        let places = places.map(|(x, y)| Area::new(x, y, width, LABEL));
        self.place(canvas, &label, places.into_iter(), Anchor::Start, taken);
    }

    /// Writes a label at the first place that is free and inside the graph; nowhere rather than on another one.
    fn place(
        &self,
        canvas: &mut Canvas,
        label: &str,
        places: impl Iterator<Item = Area>,
        anchor: Anchor,
        taken: &mut Vec<Area>,
    ) {
        let is_free = |place: &Area| self.left.area.holds(place) && !taken.iter().any(|other| other.overlaps(place));
        let mut places = places;
        if let Some(place) = places.find(is_free) {
            let at = (place.x, place.y + LABEL - 4.0);
            canvas.text_on_lines(at, place.width, label, self.style(), anchor, self.palette.ground);
            taken.push(place);
        }
    }

    /// Words have the colour of words: one that a body asks for may be too pale to be read.
    fn style(&self) -> Style {
        Style { size: SIZE, weight: Weight::SemiBold, colour: self.palette.muted }
    }
}
