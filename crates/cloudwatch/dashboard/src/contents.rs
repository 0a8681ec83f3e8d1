//! What a dashboard is about, for who checks it against what exists: metrics, expressions, alarms, logs and texts.

use super::{Dashboard, Widget, alarm::AlarmReference, metric::RowSource, widget::Inside};
use atalaya_cloudwatch::{MetricId, Statistic};

/// A metric of a widget.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow<'a> {
    /// The way to its row from the body's root, such as `/widgets/3/properties/metrics/0`.
    pub path: &'a str,
    /// The metric, with everything in it that the row repeats from the one above.
    pub metric: &'a MetricId,
    /// The statistic, its own or its widget's.
    pub stat: Statistic,
    /// The period in seconds, its own or its widget's.
    pub period: u32,
    /// What the legend calls it, where the row says it.
    pub label: Option<&'a str>,
    /// Whether it is shown, or only used by expressions.
    pub visible: bool,
}

/// An expression of a widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionRow<'a> {
    /// The way to its row from the body's root.
    pub path: &'a str,
    /// Its text.
    pub expression: &'a str,
    /// What the legend calls it, where the row says it.
    pub label: Option<&'a str>,
    /// Whether it is shown, or only used by others.
    pub visible: bool,
}

/// An alarm that a widget shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmRow<'a> {
    /// The way to its ARN from the body's root.
    pub path: &'a str,
    /// Its ARN.
    pub arn: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl Widget {
    /// The way to it from the body's root.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/widgets/{}", self.index)
    }

    /// Its metrics; none of a widget that is annotated with an alarm.
    pub fn metric_rows(&self) -> impl Iterator<Item = MetricRow<'_>> {
        let widget = match &self.inside {
            Inside::Metric(widget) => Some(widget),
            _ => None,
        };
        widget.into_iter().flat_map(|widget| {
            widget.rows.iter().filter_map(|row| match &row.source {
                RowSource::Metric { metric, stat, period } => Some(MetricRow {
                    path: &row.path,
                    metric,
                    stat: stat.unwrap_or(widget.stat),
                    period: period.unwrap_or(widget.period),
                    label: row.label.as_deref(),
                    visible: row.visible,
                }),
                RowSource::Expression { .. } => None,
            })
        })
    }

    /// Its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = ExpressionRow<'_>> {
        let rows = match &self.inside {
            Inside::Metric(widget) => &widget.rows[..],
            _ => &[],
        };
        rows.iter().filter_map(|row| match &row.source {
            RowSource::Expression { text, .. } => Some(ExpressionRow {
                path: &row.path,
                expression: text,
                label: row.label.as_deref(),
                visible: row.visible,
            }),
            RowSource::Metric { .. } => None,
        })
    }

    /// The alarms that it shows, be it as a list or as an annotation.
    pub fn alarms(&self) -> impl Iterator<Item = AlarmRow<'_>> {
        let alarms = match &self.inside {
            Inside::Metric(widget) => widget.annotations.alarm.as_slice(),
            Inside::Alarm(widget) => &widget.alarms[..],
            Inside::Text { .. } | Inside::Log(_) => &[],
        };
        alarms.iter().map(|AlarmReference { path, arn, name }| AlarmRow { path, arn, name })
    }

    /// The markdown of a text widget.
    #[must_use]
    pub fn markdown(&self) -> Option<&str> {
        match &self.inside {
            Inside::Text { markdown, .. } => Some(markdown),
            _ => None,
        }
    }

    /// The log groups and the query of a log widget.
    #[must_use]
    pub fn log_query(&self) -> Option<(&[String], &str)> {
        match &self.inside {
            Inside::Log(widget) => Some((&widget.groups, &widget.query)),
            _ => None,
        }
    }
}

impl Dashboard {
    /// The metrics of all its widgets.
    pub fn metric_rows(&self) -> impl Iterator<Item = MetricRow<'_>> {
        self.widgets().iter().flat_map(Widget::metric_rows)
    }

    /// The expressions of all its widgets.
    pub fn expressions(&self) -> impl Iterator<Item = ExpressionRow<'_>> {
        self.widgets().iter().flat_map(Widget::expressions)
    }

    /// The alarms of all its widgets, as often as they are shown.
    pub fn alarms(&self) -> impl Iterator<Item = AlarmRow<'_>> {
        self.widgets().iter().flat_map(Widget::alarms)
    }

    /// The names of the alarms that it shows, each once, sorted.
    #[must_use]
    pub fn alarm_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.alarms().map(|alarm| alarm.name.to_owned()).collect();
        names.sort();
        names.dedup();
        names
    }
}
