//! What a graph or an alarm asks of metrics.

use crate::{MetricId, Statistic, Unit};

/// One statistic of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricStat {
    /// The metric.
    pub metric: MetricId,
    /// Length of a period in seconds.
    pub period: u32,
    /// The statistic of each period.
    pub stat: Statistic,
    /// Only samples of this unit; `None` takes all.
    pub unit: Option<Unit>,
}

/// Where a query's values come from.
#[derive(Debug, Clone, PartialEq)]
pub enum QuerySource {
    /// From a metric.
    Metric(MetricStat),
    /// From other queries, by metric math.
    Expression {
        /// The expression's text.
        expression: String,
        /// Length of a period in seconds, where the expression says its own.
        period: Option<u32>,
    },
}

/// An entry of a `Metrics` or `MetricDataQueries` array.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricDataQuery {
    /// Its name in expressions: a lower-case letter, then letters, digits and underscores.
    pub id: String,
    /// Where its values come from.
    pub source: QuerySource,
    /// What a graph calls it.
    pub label: Option<String>,
    /// Whether it is part of the answer, or only used by expressions.
    pub return_data: bool,
}
