//! Metric widgets.

mod annotation;
mod check;
mod queries;
mod row;
mod settings;
mod shorthand;

pub(super) use annotation::Annotations;
use atalaya_cloudwatch::{Statistic, query::MetricDataOptions};
pub(super) use row::{Row, RowSource, expanded};
use settings::side;
pub(super) use settings::{MetricView, Summary, TableStyle};

use super::{Axis, Legend, Side, fault::Faults, fields::Fields};

/// The most rows of one widget.
const MOST_ROWS: usize = 500;
/// The period of a widget that says none, in seconds.
const DEFAULT_PERIOD: u32 = 300;
/// The properties of a metric widget (dashboard body structure, "Properties of a metric widget object"); the last two
/// are written by CloudWatch's console and are not in the user guide, and `trend` is the one that is not looked at.
pub(super) const KNOWN: [&str; 18] = [
    "metrics",
    "view",
    "stacked",
    "region",
    "stat",
    "period",
    "title",
    "accountId",
    "timezone",
    "liveData",
    "legend",
    "yAxis",
    "sparkline",
    "setPeriodToTimeRange",
    "table",
    "annotations",
    "singleValueFullPrecision",
    "trend",
];

/// What a metric widget says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MetricWidget {
    pub(super) title: String,
    pub(super) view: MetricView,
    pub(super) stacked: bool,
    pub(super) region: String,
    pub(super) account: Option<String>,
    /// The statistic of rows that say none.
    pub(super) stat: Statistic,
    /// The period of rows that say none, in seconds.
    pub(super) period: u32,
    /// Seconds that its clock is ahead of UTC.
    pub(super) timezone: i32,
    /// Whether a period is shown before it is complete.
    pub(super) live: bool,
    pub(super) legend: Legend,
    pub(super) left: Axis,
    pub(super) right: Axis,
    pub(super) sparkline: bool,
    /// Whether figures are of the whole range, where they are otherwise of the latest period.
    pub(super) whole_range: bool,
    pub(super) full_precision: bool,
    pub(super) table: TableStyle,
    pub(super) annotations: Annotations,
    pub(super) rows: Vec<Row>,
}

impl MetricWidget {
    pub(super) fn read(properties: &Fields<'_>, faults: &mut Faults) -> Self {
        let text = |name: &str, faults: &mut Faults| properties.text(name, faults).map(str::to_owned);
        let flag = |name: &str, faults: &mut Faults| properties.flag(name, faults).unwrap_or(false);
        let (left, right) = settings::axes(properties, faults);
        let mut widget = Self {
            title: text("title", faults).unwrap_or_default(),
            view: settings::view(properties, faults),
            stacked: flag("stacked", faults),
            region: text("region", faults).unwrap_or_default(),
            account: text("accountId", faults),
            stat: properties.parsed("stat", faults).unwrap_or(Statistic::Average),
            period: row::period(properties, faults).unwrap_or(DEFAULT_PERIOD),
            timezone: timezone(properties, faults).unwrap_or(0),
            live: flag("liveData", faults),
            legend: settings::legend(properties, faults),
            left,
            right,
            sparkline: flag("sparkline", faults),
            whole_range: flag("setPeriodToTimeRange", faults),
            full_precision: flag("singleValueFullPrecision", faults),
            table: settings::table(properties, faults),
            annotations: Annotations::read(properties, faults),
            rows: row::read(properties, faults),
        };
        widget.check_shape(properties, faults);
        widget.check_expressions(faults);
        widget
    }

    /// What properties ask of each other.
    fn check_shape(&self, properties: &Fields<'_>, faults: &mut Faults) {
        properties.needs("region", "it says where the metrics are, such as us-east-1", faults);
        match (properties.has("metrics"), &self.annotations.alarm) {
            (true, Some(_)) => {
                let message = "a widget annotated with an alarm has no `metrics`: it draws the alarm's own";
                faults.add(properties.at("metrics"), message);
            }
            (false, None) => {
                let message = "is missing; a metric widget has `metrics`, or an alarm in `annotations`";
                faults.add(properties.at("metrics"), message);
            }
            (true, None) | (false, Some(_)) => {}
        }
        if self.view == MetricView::Gauge && (self.left.min.is_none() || self.left.max.is_none()) {
            faults.add(properties.at("yAxis"), "a gauge needs both ends of its dial: left.min and left.max");
        }
    }
}

fn timezone(properties: &Fields<'_>, faults: &mut Faults) -> Option<i32> {
    let text = properties.text("timezone", faults)?;
    let offset = MetricDataOptions::timezone(text);
    if offset.is_none() {
        let message = format!("`{text}` is no time zone; write it as +0130, hours and minutes ahead of UTC");
        faults.add(properties.at("timezone"), message);
    }
    offset
}
