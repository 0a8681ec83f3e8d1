//! The part of an alarm's message that says what is measured, over what window, and against which threshold.

use atalaya_cloud::alarms::{MetricQuery, MetricSource};
use atalaya_contract::{Comparison, MissingData};
use serde::Deserialize;
use serde_json::Value;

/// What an alarm on a metric or on metric math compares.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// What is measured, as questions to CloudWatch; one of them is returned.
    pub queries: Vec<MetricQuery>,
    /// Seconds of one period.
    pub period: Option<u32>,
    /// Over how many periods it decides.
    pub evaluation_periods: Option<u32>,
    /// In how many of them the threshold has to be crossed; in all when it does not say.
    pub datapoints_to_alarm: Option<u32>,
    /// How value and threshold are compared.
    pub comparison: Option<Comparison>,
    /// The threshold; a band has none.
    pub threshold: Option<f64>,
    /// What a missing value counts as.
    pub missing_data: MissingData,
}

/// One metric that is measured, for people to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured<'a> {
    /// Namespace of the metric.
    pub namespace: &'a str,
    /// Name of the metric.
    pub metric: &'a str,
    /// The statistic.
    pub statistic: &'a str,
    /// Unit that the alarm asks for.
    pub unit: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(default)]
    metric_name: Option<String>,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    statistic: Option<String>,
    #[serde(default)]
    extended_statistic: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    #[serde(default)]
    period: Option<u32>,
    #[serde(default)]
    evaluation_periods: Option<u32>,
    #[serde(default)]
    datapoints_to_alarm: Option<u32>,
    #[serde(default)]
    comparison_operator: Option<String>,
    #[serde(default)]
    threshold: Option<f64>,
    #[serde(default)]
    treat_missing_data: Option<String>,
    #[serde(default)]
    metrics: Vec<Query>,
}

#[derive(Deserialize)]
struct Dimension {
    #[serde(alias = "Name")]
    name: String,
    #[serde(alias = "Value")]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: String,
    #[serde(default)]
    expression: Option<String>,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    period: Option<u32>,
    #[serde(default)]
    metric_stat: Option<Stat>,
    #[serde(default)]
    return_data: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stat {
    metric: Metric,
    #[serde(default)]
    period: Option<u32>,
    stat: String,
    #[serde(default)]
    unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    metric_name: String,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

impl Trigger {
    /// Reads the part; `None` when it is not what it used to be.
    pub(super) fn read(value: Value) -> Option<Self> {
        let document: Document = serde_json::from_value(value).ok()?;
        let period = document.period.filter(|period| *period > 0);
        let single = document.metric_name.map(|metric| MetricQuery {
            id: "m1".to_owned(),
            source: MetricSource::Statistic {
                namespace: document.namespace.unwrap_or_default(),
                metric,
                dimensions: pairs(document.dimensions),
                statistic: document
                    .extended_statistic
                    .or(document.statistic)
                    .map_or_else(|| "Average".to_owned(), |statistic| as_asked(&statistic)),
                period: period.unwrap_or(60),
                unit: document.unit.filter(|unit| !unit.is_empty() && unit != "None"),
            },
            returned: true,
        });
        let many = document.metrics.into_iter().filter_map(|query| query.asked(period));
        Some(Self {
            queries: single.into_iter().chain(many).collect(),
            period,
            evaluation_periods: document.evaluation_periods,
            datapoints_to_alarm: document.datapoints_to_alarm,
            comparison: document.comparison_operator.as_deref().and_then(Comparison::from_name),
            threshold: document.threshold,
            // Messages before about 2023 say `- TreatMissingData:                    missing`.
            missing_data: document
                .treat_missing_data
                .map(|text| MissingData::from_name(text.rsplit([' ', ':']).next().unwrap_or_default()))
                .unwrap_or_default(),
        })
    }

    /// The metrics that are measured.
    pub fn measured(&self) -> impl Iterator<Item = Measured<'_>> {
        self.queries.iter().filter_map(|query| match &query.source {
            MetricSource::Statistic { namespace, metric, statistic, unit, .. } => {
                Some(Measured { namespace, metric, statistic, unit: unit.as_deref() })
            }
            MetricSource::Expression { .. } => None,
        })
    }

    /// The query that is compared with the threshold.
    #[must_use]
    pub fn returned(&self) -> Option<&MetricQuery> {
        self.queries.iter().find(|query| query.returned)
    }

    /// The value of a dimension of any of its metrics.
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<&str> {
        let dimensions = self.queries.iter().filter_map(|query| match &query.source {
            MetricSource::Statistic { dimensions, .. } => Some(dimensions),
            MetricSource::Expression { .. } => None,
        });
        dimensions.flatten().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Seconds over which the alarm decides.
    #[must_use]
    pub fn window(&self) -> u32 {
        self.period.unwrap_or(60).saturating_mul(self.evaluation_periods.unwrap_or(1).max(1))
    }
}

impl Query {
    fn asked(self, period: Option<u32>) -> Option<MetricQuery> {
        let source = match (self.metric_stat, self.expression) {
            (Some(stat), _) => MetricSource::Statistic {
                namespace: stat.metric.namespace.unwrap_or_default(),
                metric: stat.metric.metric_name,
                dimensions: pairs(stat.metric.dimensions),
                statistic: as_asked(&stat.stat),
                period: stat.period.or(period).unwrap_or(60),
                unit: stat.unit,
            },
            (None, Some(expression)) => {
                MetricSource::Expression { expression, label: self.label, period: self.period.or(period) }
            }
            (None, None) => return None,
        };
        Some(MetricQuery { id: self.id, source, returned: self.return_data.unwrap_or(true) })
    }
}

fn pairs(dimensions: Vec<Dimension>) -> Vec<(String, String)> {
    dimensions.into_iter().map(|dimension| (dimension.name, dimension.value)).collect()
}

/// Messages spell a statistic in capitals, questions do not.
fn as_asked(statistic: &str) -> String {
    let spelled = match statistic {
        "AVERAGE" => "Average",
        "SUM" => "Sum",
        "MINIMUM" => "Minimum",
        "MAXIMUM" => "Maximum",
        "SAMPLE_COUNT" | "SAMPLECOUNT" => "SampleCount",
        other => other,
    };
    spelled.to_owned()
}
