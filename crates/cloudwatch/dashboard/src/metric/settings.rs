//! How a metric widget is drawn: view, axes, legend, table.

use super::super::{Axis, Legend, Side, fault::Faults, fields::Fields};

/// How a widget shows its metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MetricView {
    #[default]
    TimeSeries,
    SingleValue,
    Gauge,
    Bar,
    Pie,
    Table,
}

impl MetricView {
    /// Whether it shows one figure of each series, which may be of the whole range.
    pub(crate) fn shows_one_figure(self) -> bool {
        self != Self::TimeSeries
    }
}

const VIEWS: [(&str, MetricView); 6] = [
    ("timeSeries", MetricView::TimeSeries),
    ("singleValue", MetricView::SingleValue),
    ("gauge", MetricView::Gauge),
    ("bar", MetricView::Bar),
    ("pie", MetricView::Pie),
    ("table", MetricView::Table),
];

/// A column of a table that says something of all points that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Summary {
    Minimum,
    Maximum,
    Sum,
    Average,
}

/// `table` of a widget. That summaries stick while a table is scrolled is left to who scrolls.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableStyle {
    pub(crate) vertical: bool,
    pub(crate) shows_points: bool,
    pub(crate) summaries: Vec<Summary>,
}

const SUMMARIES: [(&str, Summary); 4] =
    [("MIN", Summary::Minimum), ("MAX", Summary::Maximum), ("SUM", Summary::Sum), ("AVG", Summary::Average)];

impl Summary {
    /// As the body spells it, and as the column is called.
    pub(crate) fn name(self) -> &'static str {
        SUMMARIES.iter().find(|(_, summary)| *summary == self).map_or("", |(name, _)| name)
    }
}

pub(super) fn view(properties: &Fields<'_>, faults: &mut Faults) -> MetricView {
    properties.one_of("view", &VIEWS, faults).unwrap_or_default()
}

/// `table` (dashboard body structure, "Table properties").
pub(super) fn table(properties: &Fields<'_>, faults: &mut Faults) -> TableStyle {
    let mut style =
        TableStyle { vertical: false, shows_points: true, summaries: SUMMARIES.iter().map(|(_, it)| *it).collect() };
    let known = ["layout", "stickySummary", "showTimeSeriesData", "summaryColumns"];
    let Some(table) = properties.object("table", &known, faults) else { return style };
    style.vertical = table.one_of("layout", &[("horizontal", false), ("vertical", true)], faults).unwrap_or(false);
    table.flag("stickySummary", faults);
    style.shows_points = table.flag("showTimeSeriesData", faults).unwrap_or(true);
    if table.has("summaryColumns") {
        style.summaries.clear();
        for (path, value) in table.entries("summaryColumns", 0..=SUMMARIES.len(), faults) {
            match SUMMARIES.iter().find(|(name, _)| value.as_str() == Some(name)) {
                Some((_, summary)) => style.summaries.push(*summary),
                None => {
                    let all: Vec<_> = SUMMARIES.iter().map(|(name, _)| *name).collect();
                    let is = super::super::fields::noun(value);
                    faults.add(path, format!("must be one of {}, is {is}", all.join(", ")));
                }
            }
        }
    }
    style
}

/// The left and the right axis of `yAxis`. Whether units are shown says nothing here: the answers of `GetMetricData`
/// have none, so that labels say them.
pub(super) fn axes(properties: &Fields<'_>, faults: &mut Faults) -> (Axis, Axis) {
    let Some(axes) = properties.object("yAxis", &["left", "right"], faults) else { return Default::default() };
    (axis(&axes, "left", faults), axis(&axes, "right", faults))
}

fn axis(axes: &Fields<'_>, name: &str, faults: &mut Faults) -> Axis {
    let Some(axis) = axes.object(name, &["label", "min", "max", "showUnits"], faults) else { return Axis::default() };
    axis.flag("showUnits", faults);
    let (min, max) = (axis.number("min", faults), axis.number("max", faults));
    if let (Some(min), Some(max)) = (min, max)
        && min >= max
    {
        faults.add(axis.at("max"), format!("must be greater than min, and {max} is not above {min}"));
    }
    Axis { label: axis.text("label", faults).map(str::to_owned), min, max }
}

pub(super) fn legend(properties: &Fields<'_>, faults: &mut Faults) -> Legend {
    let positions = [("right", Legend::Right), ("bottom", Legend::Bottom), ("hidden", Legend::Hidden)];
    let legend = properties.object("legend", &["position"], faults);
    legend.and_then(|legend| legend.one_of("position", &positions, faults)).unwrap_or_default()
}

/// `yAxis` of a row or of an annotation.
pub(super) fn side(fields: &Fields<'_>, faults: &mut Faults) -> Option<Side> {
    fields.one_of("yAxis", &[("left", Side::Left), ("right", Side::Right)], faults)
}
