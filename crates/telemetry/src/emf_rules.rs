//! The rules of CloudWatch's embedded metric format, to check lines against.
//!
//! CloudWatch drops the metrics of a line that breaks a rule and says so only in a counter, so the tests hold every
//! line against the specification instead: its JSON schema, what its text adds, and the limits of the metrics API
//! behind it where those are narrower.

use serde_json::{Map, Value};

const MAX_EVENT_BYTES: usize = 1_048_576 - 26;
const MAX_NAME: usize = 255;
const MAX_DIMENSION_NAME: usize = 250;
const MAX_DIMENSION_VALUE: usize = crate::dimension::MAX_VALUE;
const MAX_DIMENSIONS: usize = 30;
const MAX_METRICS: usize = 100;
const MAX_VALUES: usize = 100;
/// 2^360: no value may lie beyond it on either side.
const MAX_MAGNITUDE: f64 = 2.348_542_582_773_833e108;

const UNITS: &[&str] = &[
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// Every rule that the line breaks, in words; empty for a valid EMF line. A line without `_aws` is not EMF, which is
/// a break too.
#[must_use]
pub fn check(line: &str) -> Vec<String> {
    let mut check = Check { found: Vec::new() };
    if line.len() > MAX_EVENT_BYTES {
        check.report("", format!("{} bytes are more than a log event may have ({MAX_EVENT_BYTES})", line.len()));
    }
    match serde_json::from_str(line) {
        Ok(Value::Object(root)) => check.root(&root),
        Ok(_) => check.report("", "the document is not an object"),
        Err(error) => check.report("", format!("not one JSON document: {error}")),
    }
    check.found
}

struct Check {
    found: Vec<String>,
}

impl Check {
    fn report(&mut self, place: &str, what: impl std::fmt::Display) {
        self.found.push(if place.is_empty() { what.to_string() } else { format!("{place}: {what}") });
    }

    fn root(&mut self, root: &Map<String, Value>) {
        let Some(Value::Object(metadata)) = root.get("_aws") else {
            return self.report("_aws", "is not an object at the root");
        };
        if !metadata.get("Timestamp").is_some_and(Value::is_u64) {
            self.report("_aws/Timestamp", "is not a whole number of milliseconds since 1970");
        }
        let Some(Value::Array(directives)) = metadata.get("CloudWatchMetrics") else {
            return self.report("_aws/CloudWatchMetrics", "is not an array");
        };
        for (index, directive) in directives.iter().enumerate() {
            let place = format!("_aws/CloudWatchMetrics/{index}");
            match directive {
                Value::Object(directive) => self.directive(&place, directive, root),
                _ => self.report(&place, "is not an object"),
            }
        }
    }

    fn directive(&mut self, place: &str, directive: &Map<String, Value>, root: &Map<String, Value>) {
        self.namespace(&format!("{place}/Namespace"), directive.get("Namespace"));
        let dimensions = format!("{place}/Dimensions");
        match directive.get("Dimensions") {
            Some(Value::Array(sets)) if sets.is_empty() => {
                self.report(&dimensions, "holds no set, not even an empty one")
            }
            Some(Value::Array(sets)) => {
                for (index, set) in sets.iter().enumerate() {
                    self.dimension_set(&format!("{dimensions}/{index}"), set, root);
                }
            }
            _ => self.report(&dimensions, "is not an array"),
        }
        let metrics = format!("{place}/Metrics");
        let Some(Value::Array(list)) = directive.get("Metrics") else {
            return self.report(&metrics, "is not an array");
        };
        if list.len() > MAX_METRICS {
            self.report(&metrics, format!("{} metrics are more than {MAX_METRICS}", list.len()));
        }
        for (index, metric) in list.iter().enumerate() {
            self.metric(&format!("{metrics}/{index}"), metric, root);
        }
    }

    fn namespace(&mut self, place: &str, namespace: Option<&Value>) {
        let Some(Value::String(namespace)) = namespace else { return self.report(place, "is not a string") };
        self.length(place, namespace, MAX_NAME);
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_/#:".contains(c);
        if namespace.starts_with(':') || !namespace.chars().all(allowed) {
            self.report(place, format!("`{namespace}` has characters that a namespace cannot have"));
        }
    }

    fn dimension_set(&mut self, place: &str, set: &Value, root: &Map<String, Value>) {
        let Value::Array(names) = set else { return self.report(place, "is not an array") };
        if names.len() > MAX_DIMENSIONS {
            self.report(place, format!("{} dimensions are more than {MAX_DIMENSIONS}", names.len()));
        }
        for name in names {
            let Value::String(name) = name else {
                self.report(place, format!("{name} is not a string"));
                continue;
            };
            self.length(place, name, MAX_DIMENSION_NAME);
            self.printable(place, name);
            if name.starts_with(':') {
                self.report(place, format!("`{name}` starts with a colon"));
            }
            match root.get(name) {
                Some(Value::String(value)) => {
                    self.length(name, value, MAX_DIMENSION_VALUE);
                    self.printable(name, value);
                }
                Some(_) => self.report(name, "is a dimension and not a string"),
                None => self.report(name, "is a dimension and not at the root"),
            }
        }
    }

    fn metric(&mut self, place: &str, metric: &Value, root: &Map<String, Value>) {
        let Some(Value::String(name)) = metric.get("Name") else {
            return self.report(place, "has no Name");
        };
        self.length(&format!("{place}/Name"), name, MAX_NAME);
        if let Some(unit) = metric.get("Unit")
            && !unit.as_str().is_some_and(|unit| UNITS.contains(&unit))
        {
            self.report(place, format!("{unit} is not a unit"));
        }
        if let Some(resolution) = metric.get("StorageResolution")
            && !matches!(resolution.as_u64(), Some(1 | 60))
        {
            self.report(place, format!("StorageResolution is {resolution}, not 1 or 60"));
        }
        match root.get(name) {
            Some(Value::Array(values)) if values.len() > MAX_VALUES => {
                self.report(name, format!("{} values are more than {MAX_VALUES}", values.len()));
            }
            Some(Value::Array(values)) => values.iter().for_each(|value| self.number(name, value)),
            Some(value) => self.number(name, value),
            None => self.report(name, "is a metric and not at the root"),
        }
    }

    fn number(&mut self, place: &str, value: &Value) {
        match value.as_f64() {
            Some(number) if number.abs() <= MAX_MAGNITUDE => {}
            Some(number) => self.report(place, format!("{number:e} is beyond 2^360")),
            None => self.report(place, "is a metric and not a number"),
        }
    }

    fn length(&mut self, place: &str, text: &str, most: usize) {
        let length = text.chars().count();
        if length == 0 || length > most {
            self.report(place, format!("has {length} characters, not 1 to {most}"));
        }
    }

    fn printable(&mut self, place: &str, text: &str) {
        if text.trim().is_empty() || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            self.report(place, "is blank or has other than printable ASCII characters");
        }
    }
}
