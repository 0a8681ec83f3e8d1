//! An alarm's configuration as the API writes it.

use serde_json::{Map, Value, json};

use crate::alarm::{Alarm, AlarmSource, LowSamples, MetricAlarm};
use crate::{MetricDataQuery, MetricId, MetricStat, QuerySource, Statistic};

/// The members of `MetricAlarm` or `CompositeAlarm` (API reference) that say what the alarm is configured to do, without
/// its ARN and its state.
#[must_use]
pub fn configuration(alarm: &Alarm) -> Map<String, Value> {
    let actions = alarm.actions();
    let mut members = object([
        ("AlarmName", json!(alarm.name())),
        ("ActionsEnabled", json!(actions.enabled)),
        ("OKActions", json!(actions.ok)),
        ("AlarmActions", json!(actions.alarm)),
        ("InsufficientDataActions", json!(actions.insufficient_data)),
    ]);
    if let Some(description) = alarm.description() {
        members.insert("AlarmDescription".to_owned(), json!(description));
    }
    match alarm {
        Alarm::Metric(alarm) => members.extend(metric_alarm(alarm)),
        Alarm::Composite(alarm) => {
            members.insert("AlarmRule".to_owned(), json!(alarm.rule));
            if let Some(suppressor) = &alarm.suppressor {
                members.extend(object([
                    ("ActionsSuppressor", json!(suppressor.alarm)),
                    ("ActionsSuppressorWaitPeriod", json!(suppressor.wait)),
                    ("ActionsSuppressorExtensionPeriod", json!(suppressor.extension)),
                ]));
            }
        }
    }
    members
}

fn metric_alarm(alarm: &MetricAlarm) -> Map<String, Value> {
    let mut members = object([
        ("EvaluationPeriods", json!(alarm.evaluation_periods)),
        ("Threshold", json!(alarm.threshold)),
        ("ComparisonOperator", json!(alarm.comparison.as_str())),
    ]);
    let mut insert = |name: &str, value: Value| members.insert(name.to_owned(), value);
    if let Some(datapoints) = alarm.datapoints_to_alarm {
        insert("DatapointsToAlarm", json!(datapoints));
    }
    if let Some(treatment) = alarm.treat_missing_data {
        insert("TreatMissingData", json!(treatment.as_str()));
    }
    if alarm.low_samples != LowSamples::Evaluate {
        insert("EvaluateLowSampleCountPercentile", json!(alarm.low_samples.as_str()));
    }
    match &alarm.source {
        AlarmSource::Math(queries) => {
            insert("Metrics", queries.iter().map(query).collect());
        }
        AlarmSource::Metric(stat) => {
            insert("Namespace", json!(stat.metric.namespace));
            insert("MetricName", json!(stat.metric.name));
            insert("Dimensions", dimensions(&stat.metric));
            insert("Period", json!(stat.period));
            let statistic = if is_extended(&stat.stat) { "ExtendedStatistic" } else { "Statistic" };
            insert(statistic, json!(stat.stat.to_string()));
            if let Some(unit) = stat.unit {
                insert("Unit", json!(unit.as_str()));
            }
        }
    }
    members
}

/// An entry of a `Metrics` array.
fn query(query: &MetricDataQuery) -> Value {
    let mut members = object([("Id", json!(query.id)), ("ReturnData", json!(query.return_data))]);
    let mut insert = |name: &str, value: Value| members.insert(name.to_owned(), value);
    if let Some(label) = &query.label {
        insert("Label", json!(label));
    }
    match &query.source {
        QuerySource::Metric(stat) => {
            insert("MetricStat", metric_stat(stat));
        }
        QuerySource::Expression { expression, period } => {
            insert("Expression", json!(expression));
            if let Some(period) = period {
                insert("Period", json!(period));
            }
        }
    }
    Value::Object(members)
}

fn metric_stat(stat: &MetricStat) -> Value {
    let mut members = object([
        ("Metric", metric(&stat.metric)),
        ("Period", json!(stat.period)),
        ("Stat", json!(stat.stat.to_string())),
    ]);
    if let Some(unit) = stat.unit {
        members.insert("Unit".to_owned(), json!(unit.as_str()));
    }
    Value::Object(members)
}

/// A `Metric` of the API.
#[must_use]
pub fn metric(metric: &MetricId) -> Value {
    json!({"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions(metric)})
}

fn dimensions(metric: &MetricId) -> Value {
    metric.dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect()
}

/// Whether an alarm names the statistic in `ExtendedStatistic`.
#[must_use]
pub fn is_extended(statistic: &Statistic) -> bool {
    !matches!(
        statistic,
        Statistic::SampleCount | Statistic::Average | Statistic::Sum | Statistic::Minimum | Statistic::Maximum
    )
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
