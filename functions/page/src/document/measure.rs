//! How bad it is: the value that decided, and what it was compared with.

use atalaya_cloud::alarms::{MetricSource, Reading};
use atalaya_contract::{
    AlarmPeriods, Comparison, MissingData,
    format::{number, unit},
};
use atalaya_telemetry::{Metric, NAMESPACE};
use serde::Serialize;

use crate::message::{Alarm, Trigger};

/// Most values around the change that are told.
const SHOWN: usize = 6;

/// Metrics of AWS whose values have a unit that their alarms need not say.
const UNITS: &[(&str, &str, &str)] = &[
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", "Seconds"),
    ("AWS/Lambda", "Duration", "Milliseconds"),
    ("AWS/States", "ExecutionTime", "Milliseconds"),
];

/// What an alarm measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// What was measured, in words.
    pub what: String,
    /// The value that decided; absent when data were missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// What it was compared with; absent for a band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// How, as a sign: `>`, `>=`, `<`, `<=` or `outside`.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "sign")]
    pub comparison: Option<Comparison>,
    /// Unit of value and threshold, as CloudWatch spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Seconds of one period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u32>,
    /// Over how many periods the alarm decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation_periods: Option<u32>,
    /// In how many of them the threshold has to be crossed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datapoints_to_alarm: Option<u32>,
    /// Values around the change, oldest first.
    pub recent: Vec<Reading>,
    /// All of this in one sentence.
    pub words: String,
}

impl Measure {
    pub(crate) fn new(alarm: &Alarm, trigger: &Trigger, readings: &[Reading]) -> Self {
        let recent = readings[readings.len().saturating_sub(SHOWN)..].to_vec();
        let mut measure = Self {
            what: what(trigger),
            value: alarm.decided_by(),
            threshold: trigger.threshold,
            comparison: trigger.comparison,
            unit: unit_of(trigger),
            period_seconds: trigger.period,
            evaluation_periods: trigger.evaluation_periods,
            datapoints_to_alarm: trigger.datapoints_to_alarm,
            recent,
            words: String::new(),
        };
        measure.words = measure.sentence(trigger);
        measure
    }

    /// A value with its unit.
    pub(crate) fn told(&self, value: f64) -> String {
        format!("{}{}", number(value), self.unit.as_deref().map(unit).unwrap_or_default())
    }

    /// The value and the threshold, in a few characters: `3 > 0`.
    pub(crate) fn short(&self) -> Option<String> {
        let (value, threshold, comparison) = (self.value?, self.threshold?, self.comparison?);
        let holds = if comparison.crosses(value, threshold) { comparison } else { comparison.opposite()? };
        Some(format!("{} {} {}", self.told(value), holds.sign(), self.told(threshold)))
    }

    fn sentence(&self, trigger: &Trigger) -> String {
        let value = match self.value {
            Some(value) => self.told(value),
            None if trigger.missing_data == MissingData::Breaching => {
                format!("no data came, which {}", trigger.missing_data.in_words())
            }
            None => "no data came".to_owned(),
        };
        let against = match (self.value, trigger.comparison, self.threshold) {
            (Some(value), Some(comparison), Some(threshold)) => {
                format!(", {} the threshold {}", compared(comparison, value, threshold), self.told(threshold))
            }
            (None, Some(comparison), Some(threshold)) => {
                format!(" (the threshold: {} {})", comparison.in_words(), self.told(threshold))
            }
            (_, Some(Comparison::OutsideBand), None) => ", against the band that CloudWatch expects".to_owned(),
            _ => String::new(),
        };
        format!("{value}{against}. Measured is {}{}.", self.what, self.window())
    }

    fn window(&self) -> String {
        if self.period_seconds.is_none() {
            return String::new();
        }
        let of = self.evaluation_periods.unwrap_or(1);
        let datapoints = self.datapoints_to_alarm.unwrap_or(of);
        format!(", {}", AlarmPeriods { datapoints, of, seconds: self.period_seconds })
    }
}

fn sign<S: serde::Serializer>(comparison: &Option<Comparison>, serializer: S) -> Result<S::Ok, S::Error> {
    comparison.map(Comparison::sign).serialize(serializer)
}

/// What the alarm measures: a statistic of a metric, or an expression in its author's words.
fn what(trigger: &Trigger) -> String {
    match trigger.returned().map(|query| &query.source) {
        Some(MetricSource::Statistic { namespace, metric, statistic, dimensions, .. }) => {
            let mut dimensions: Vec<_> = dimensions.iter().map(|(name, value)| format!("{name} {value}")).collect();
            dimensions.insert(0, String::new());
            let dimensions = dimensions.join(", ");
            let namespace = if namespace == NAMESPACE { String::new() } else { format!("{namespace} ") };
            format!("{statistic} of {namespace}{metric}{dimensions}")
        }
        Some(MetricSource::Expression { expression, label, .. }) => match label {
            Some(label) if !label.is_empty() => label.clone(),
            _ => format!("the expression {expression}"),
        },
        None => "what the alarm watches".to_owned(),
    }
}

/// The unit of the values, where it is known.
fn unit_of(trigger: &Trigger) -> Option<String> {
    let Some(MetricSource::Statistic { namespace, metric, statistic, unit, .. }) =
        trigger.returned().map(|query| &query.source)
    else {
        return None;
    };
    if statistic == "SampleCount" {
        return None;
    }
    let catalogued = || (namespace == NAMESPACE).then(|| Metric::from_name(metric)).flatten().map(|m| m.unit().name());
    let of_aws = || UNITS.iter().find(|(ns, name, _)| ns == namespace && name == metric).map(|(_, _, unit)| *unit);
    unit.clone().or_else(|| catalogued().or_else(of_aws).map(str::to_owned))
}

fn compared(comparison: Comparison, value: f64, threshold: f64) -> String {
    let words = comparison.in_words();
    if comparison.crosses(value, threshold) || comparison == Comparison::OutsideBand {
        words.to_owned()
    } else {
        format!("not {words}")
    }
}
