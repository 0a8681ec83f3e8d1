//! Annotations of a metric widget: an alarm, or lines and bands.

use serde_json::Value;

use super::super::{
    Colour, Fill, HorizontalAnnotation, VerticalAnnotation, alarm::AlarmReference, colour, fault::Faults,
    fields::Fields, time_range::moment,
};

/// The most lines across or down a graph; the reference says nothing of it, so it is as many as metrics.
const MOST_LINES: usize = super::MOST_ROWS;

/// What `annotations` of a widget says. Annotations that are not visible are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Annotations {
    /// The alarm whose metric and threshold are drawn.
    pub(crate) alarm: Option<AlarmReference>,
    pub(crate) horizontal: Vec<HorizontalAnnotation>,
    pub(crate) vertical: Vec<VerticalAnnotation>,
}

/// A line, or one edge of a band.
struct Line<V> {
    value: V,
    label: Option<String>,
    colour: Option<Colour>,
    visible: bool,
    fill: Fill,
    side: super::Side,
}

impl Annotations {
    /// Reads `annotations` (dashboard body structure, "Annotation properties").
    pub(super) fn read(properties: &Fields<'_>, faults: &mut Faults) -> Self {
        let Some(fields) = properties.object("annotations", &["alarms", "horizontal", "vertical"], faults) else {
            return Self::default();
        };
        let alarms: Vec<AlarmReference> = fields
            .entries("alarms", 0..=1, faults)
            .filter_map(|(path, value)| AlarmReference::read(&path, value, faults))
            .collect();
        let has_alarm = fields.get("alarms").and_then(Value::as_array).is_some_and(|alarms| !alarms.is_empty());
        if has_alarm && (fields.has("horizontal") || fields.has("vertical")) {
            let message =
                "a widget annotated with an alarm has no other annotations; the alarm draws its threshold itself";
            faults.add(fields.at("alarms"), message);
        }
        let horizontal = lines(&fields, "horizontal", faults, horizontal_line);
        let vertical = lines(&fields, "vertical", faults, vertical_line);
        Self {
            alarm: alarms.into_iter().next(),
            horizontal: horizontal.into_iter().map(|(line, until)| horizontal_of(line, until)).collect(),
            vertical: vertical.into_iter().map(|(line, until)| vertical_of(line, until)).collect(),
        }
    }
}

/// The visible lines of a list, and where they are bands the other edge.
fn lines<V: Copy>(
    fields: &Fields<'_>,
    name: &str,
    faults: &mut Faults,
    read: fn(&Value, String, &mut Faults) -> Option<Line<V>>,
) -> Vec<(Line<V>, Option<V>)> {
    let mut found = Vec::new();
    for (path, value) in fields.entries(name, 0..=MOST_LINES, faults) {
        let line = match value.as_array().map(Vec::as_slice) {
            None => read(value, path, faults).map(|line| (line, None)),
            Some([first, second]) => {
                let first = read(first, format!("{path}/0"), faults);
                let second = read(second, format!("{path}/1"), faults);
                first.zip(second).map(|(first, second)| band(first, second))
            }
            Some(other) => {
                faults.add(path, format!("a band has two edges, and this array has {} entries", other.len()));
                None
            }
        };
        found.extend(line.filter(|(line, _)| line.visible));
    }
    found
}

/// A band: all but its second edge and that one's label is said with the first.
fn band<V: Copy>(first: Line<V>, second: Line<V>) -> (Line<V>, Option<V>) {
    let label = match (first.label, second.label) {
        (Some(first), Some(second)) if first != second => Some(format!("{first} – {second}")),
        (first, second) => first.or(second),
    };
    (Line { label, ..first }, Some(second.value))
}

fn horizontal_line(value: &Value, path: String, faults: &mut Faults) -> Option<Line<f64>> {
    let known = ["value", "label", "color", "fill", "visible", "yAxis"];
    let fields = Fields::read(value, path, &known, faults)?;
    fields.needs("value", "it says where the line is, as a number", faults);
    let fills = [("above", Fill::Beyond), ("below", Fill::Short), ("none", Fill::None)];
    let side = super::side(&fields, faults).unwrap_or_default();
    let value = fields.number("value", faults);
    line(&fields, value, &fills, side, faults)
}

fn vertical_line(value: &Value, path: String, faults: &mut Faults) -> Option<Line<i64>> {
    let fields = Fields::read(value, path, &["value", "label", "color", "fill", "visible"], faults)?;
    fields.needs("value", "it says where the line is, as a time such as 2026-01-05T06:00:00Z", faults);
    let fills = [("after", Fill::Beyond), ("before", Fill::Short), ("none", Fill::None)];
    let value = fields.text("value", faults).and_then(|text| moment(text, &fields.at("value"), faults));
    line(&fields, value, &fills, super::Side::Left, faults)
}

fn line<V>(
    fields: &Fields<'_>,
    value: Option<V>,
    fills: &[(&str, Fill)],
    side: super::Side,
    faults: &mut Faults,
) -> Option<Line<V>> {
    let label = fields.text("label", faults).map(str::to_owned);
    let colour = colour::read(fields, faults);
    let visible = fields.flag("visible", faults).unwrap_or(true);
    let fill = fields.one_of("fill", fills, faults).unwrap_or_default();
    Some(Line { value: value?, label, colour, visible, fill, side })
}

fn horizontal_of(line: Line<f64>, until: Option<f64>) -> HorizontalAnnotation {
    let Line { value, label, colour, fill, side, .. } = line;
    HorizontalAnnotation { value, until, label, colour, axis: side, fill }
}

fn vertical_of(line: Line<i64>, until: Option<i64>) -> VerticalAnnotation {
    let Line { value, label, colour, fill, .. } = line;
    VerticalAnnotation { at: value, until, label, colour, fill }
}
