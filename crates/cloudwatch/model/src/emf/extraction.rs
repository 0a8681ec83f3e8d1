//! The data of a well-built document, and the rules and limits that parts of it break.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::{Definition, Directive, Document, described};
use crate::{
    MetricDatum, MetricId, Resolution, Unit, Values,
    datum::{self, clipped},
};

/// The most metrics of a directive.
const MAX_METRICS: usize = 100;
/// The most values of a metric.
const MAX_VALUES: usize = 100;
/// The most characters of a dimension's name; the metrics API would take more.
const MAX_DIMENSION_NAME: usize = 250;

/// How much is dropped for a broken rule. CloudWatch publishes only that a wrong namespace drops all that its directive
/// names; the rest is a proposal: what is wrong is dropped, and with it what cannot be without it.
#[derive(Clone, Copy)]
enum Dropped {
    Directive,
    Set,
    Metric,
}

impl Dropped {
    /// The validation error of one part: where it is, what is wrong, and what is dropped for it.
    fn error(self, place: &str, faults: &[String]) -> String {
        let dropped = match self {
            Self::Directive => "the directive's metrics are dropped",
            Self::Set => "the metrics of these dimensions are dropped",
            Self::Metric => "the metric is dropped",
        };
        format!("{place}: {} ({dropped})", faults.join("; "))
    }
}

/// The data of the document and its validation errors.
pub(super) fn extract(document: &Document<'_>) -> super::Extracted {
    let mut extracted = super::Extracted::default();
    for (index, directive) in document.directives.iter().enumerate() {
        let place = format!("_aws.CloudWatchMetrics[{index}]");
        let mut errors = Vec::new();
        let faults = directive_faults(directive);
        if !faults.is_empty() {
            errors.push(Dropped::Directive.error(&place, &faults));
        }
        let sets = sets(&place, directive, document.root, &mut errors);
        let metrics = metrics(&place, directive, document.root, &mut errors);
        if faults.is_empty() {
            let at = document.timestamp.div_euclid(1000);
            extracted.data.extend(fan_out(directive.namespace, at, &sets, &metrics));
        }
        extracted.validation_errors.append(&mut errors);
    }
    extracted
}

fn directive_faults(directive: &Directive<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    faults.extend(datum::check_namespace(directive.namespace).err().map(|error| error.to_string()));
    if directive.sets.is_empty() {
        faults.push("Dimensions has no set, not even an empty one".to_owned());
    }
    if directive.metrics.len() > MAX_METRICS {
        faults.push(format!("{} metrics are more than the {MAX_METRICS} of a directive", directive.metrics.len()));
    }
    faults
}

/// The sets of dimensions that keep the rules.
fn sets(
    place: &str,
    directive: &Directive<'_>,
    root: &Map<String, Value>,
    errors: &mut Vec<String>,
) -> Vec<BTreeMap<String, String>> {
    let mut sets = Vec::with_capacity(directive.sets.len());
    for (index, names) in directive.sets.iter().enumerate() {
        let (mut set, mut faults) = (BTreeMap::new(), Vec::new());
        if names.len() > datum::MAX_DIMENSIONS {
            faults.push(format!("{} dimensions are more than the {} of a set", names.len(), datum::MAX_DIMENSIONS));
        }
        for name in names {
            match dimension(name, root) {
                Ok(value) => drop(set.insert((*name).to_owned(), value.to_owned())),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() {
            sets.push(set);
        } else {
            errors.push(Dropped::Set.error(&format!("{place}.Dimensions[{index}]"), &faults));
        }
    }
    sets
}

/// The value of a dimension.
fn dimension<'a>(name: &str, root: &'a Map<String, Value>) -> Result<&'a str, String> {
    if name.chars().count() > MAX_DIMENSION_NAME {
        return Err(format!("dimension name `{}` has more than {MAX_DIMENSION_NAME} characters", clipped(name)));
    }
    datum::check_dimension_name(name).map_err(|error| error.to_string())?;
    let value = match root.get(name) {
        Some(Value::String(value)) => value,
        Some(other) => {
            return Err(format!("dimension `{}` is {} at the root, not a text", clipped(name), described(other)));
        }
        None => return Err(format!("dimension `{}` is not at the root of the document", clipped(name))),
    };
    datum::check_dimension_value(name, value).map_err(|error| error.to_string())?;
    Ok(value)
}

/// A metric that keeps the rules, without its namespace and dimensions.
struct Measured<'a> {
    name: &'a str,
    unit: Unit,
    resolution: Resolution,
    samples: Vec<(f64, f64)>,
}

fn metrics<'a>(
    place: &str,
    directive: &Directive<'a>,
    root: &Map<String, Value>,
    errors: &mut Vec<String>,
) -> Vec<Measured<'a>> {
    let mut metrics = Vec::with_capacity(directive.metrics.len());
    for (index, definition) in directive.metrics.iter().enumerate() {
        match measured(definition, root) {
            Ok(metric) => metrics.push(metric),
            Err(faults) => {
                let place = format!("{place}.Metrics[{index}] (`{}`)", clipped(definition.name));
                errors.push(Dropped::Metric.error(&place, &faults));
            }
        }
    }
    metrics
}

fn measured<'a>(definition: &Definition<'a>, root: &Map<String, Value>) -> Result<Measured<'a>, Vec<String>> {
    let mut faults = Vec::new();
    let mut or_fault = |fault: String| faults.push(fault);
    if let Err(error) = datum::check_name(definition.name) {
        or_fault(error.to_string());
    }
    let unit = definition.unit.map_or(Ok(Unit::None), str::parse).unwrap_or_else(|error| {
        or_fault(error.to_string());
        Unit::None
    });
    let resolution = match definition.resolution {
        None | Some(60) => Resolution::Standard,
        Some(1) => Resolution::High,
        Some(other) => {
            or_fault(format!("StorageResolution is {other}, not 1 or 60"));
            Resolution::Standard
        }
    };
    let samples = samples(root.get(definition.name)).unwrap_or_else(|fault| {
        or_fault(fault);
        Vec::new()
    });
    if faults.is_empty() { Ok(Measured { name: definition.name, unit, resolution, samples }) } else { Err(faults) }
}

/// The values of a metric: a number, or an array of at most 100.
fn samples(target: Option<&Value>) -> Result<Vec<(f64, f64)>, String> {
    let number = |value: &Value| {
        let number = value.as_f64().ok_or_else(|| format!("its value is {}, not a number", described(value)))?;
        datum::check_value(number).map_err(|error| error.to_string())?;
        Ok((number, 1.0))
    };
    match target {
        None => Err("its value is not at the root of the document".to_owned()),
        Some(Value::Array(values)) if values.len() > MAX_VALUES => {
            Err(format!("{} values are more than {MAX_VALUES}", values.len()))
        }
        Some(Value::Array(values)) => values.iter().map(number).collect(),
        Some(value) => Ok(vec![number(value)?]),
    }
}

/// Every metric for every set of dimensions. A metric with an empty array has no data.
fn fan_out(
    namespace: &str,
    at: i64,
    sets: &[BTreeMap<String, String>],
    metrics: &[Measured<'_>],
) -> impl Iterator<Item = MetricDatum> {
    let datum = move |metric: &Measured<'_>, dimensions: &BTreeMap<String, String>| MetricDatum {
        metric: MetricId {
            namespace: namespace.to_owned(),
            name: metric.name.to_owned(),
            dimensions: dimensions.clone(),
        },
        at,
        unit: metric.unit,
        resolution: metric.resolution,
        values: Values::Samples(metric.samples.clone()),
    };
    let with_values = metrics.iter().filter(|metric| !metric.samples.is_empty());
    with_values.flat_map(move |metric| sets.iter().map(move |set| datum(metric, set)))
}
