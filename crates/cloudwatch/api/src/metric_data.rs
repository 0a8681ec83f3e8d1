//! The input of `PutMetricData`.

use serde_json::Value;

use super::{ApiError, Input};
use atalaya_cloudwatch::{MetricDatum, MetricId, Resolution, Values};

/// How many data one call may have.
const MOST_DATA: usize = 1000;

/// The data of a call. One without a time is of `now`.
pub(super) fn read(input: &Value, now: i64) -> Result<Vec<MetricDatum>, ApiError> {
    let input = Input::of_call(input, &["Namespace", "MetricData", "StrictEntityValidation"])?;
    // It is about entities, which are not supported; without them it says nothing.
    input.flag("StrictEntityValidation")?;
    let namespace = input.required_text("Namespace")?;
    let known = [
        "MetricName",
        "Dimensions",
        "Timestamp",
        "Value",
        "StatisticValues",
        "Values",
        "Counts",
        "Unit",
        "StorageResolution",
    ];
    let data = input.objects("MetricData", &known)?;
    if data.is_empty() {
        return Err(ApiError::missing("MetricData is missing"));
    }
    if data.len() > MOST_DATA {
        return Err(ApiError::value(format!("MetricData has {} entries, more than {MOST_DATA}", data.len())));
    }
    data.iter().map(|datum| self::datum(datum, namespace, now)).collect()
}

fn datum(input: &Input<'_>, namespace: &str, now: i64) -> Result<MetricDatum, ApiError> {
    let resolution = match input.whole("StorageResolution", 1, 60)? {
        None | Some(60) => Resolution::Standard,
        Some(1) => Resolution::High,
        Some(other) => {
            let place = input.at("StorageResolution");
            return Err(ApiError::value(format!("{place} is {other}, which must be 1 or 60")));
        }
    };
    Ok(MetricDatum {
        metric: metric(input, namespace)?,
        at: input.time("Timestamp")?.unwrap_or(now),
        unit: input.parsed("Unit")?.unwrap_or_default(),
        resolution,
        values: values(input)?,
    })
}

/// The metric of `MetricName` and `Dimensions`.
pub(super) fn metric(input: &Input<'_>, namespace: &str) -> Result<MetricId, ApiError> {
    let mut metric = MetricId::total(namespace, input.required_text("MetricName")?);
    for dimension in input.objects("Dimensions", &["Name", "Value"])? {
        let (name, value) = (dimension.required_text("Name")?, dimension.required_text("Value")?);
        if metric.dimensions.insert(name.to_owned(), value.to_owned()).is_some() {
            let place = input.at("Dimensions");
            return Err(ApiError::value(format!("{place}: the dimension `{name}` stands there twice")));
        }
    }
    Ok(metric)
}

fn values(input: &Input<'_>) -> Result<Values, ApiError> {
    let set = input.object("StatisticValues", &["SampleCount", "Sum", "Minimum", "Maximum"])?;
    let (value, values) = (input.number("Value")?, input.numbers("Values")?);
    if input.has("Counts") && values.is_none() {
        return Err(ApiError::combination(format!("{} needs Values", input.at("Counts"))));
    }
    match (value, values, set) {
        (Some(value), None, None) => Ok(Values::Samples(vec![(value, 1.0)])),
        (None, Some(values), None) => {
            let counts = input.numbers("Counts")?.unwrap_or_else(|| vec![1.0; values.len()]);
            if counts.len() != values.len() {
                let (place, counts, values) = (input.at("Counts"), counts.len(), values.len());
                return Err(ApiError::value(format!("{place} has {counts} entries, and Values has {values}")));
            }
            Ok(Values::Samples(values.into_iter().zip(counts).collect()))
        }
        (None, None, Some(set)) => {
            let number = |name| set.required(name, set.number(name)?);
            Ok(Values::StatisticSet {
                sample_count: number("SampleCount")?,
                sum: number("Sum")?,
                minimum: number("Minimum")?,
                maximum: number("Maximum")?,
            })
        }
        _ => Err(ApiError::combination(format!(
            "exactly one of {}, Values and StatisticValues must be given",
            input.at("Value")
        ))),
    }
}
