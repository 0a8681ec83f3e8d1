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
        let blank = text.trim().is_empty() && !text.is_empty();
        if blank || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            self.report(place, "is blank or has other than printable ASCII characters");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use serde_json::json;

    use super::*;

    fn valid() -> Value {
        json!({
            "_aws": {"Timestamp": 1_767_225_600_000_u64, "CloudWatchMetrics": [{
                "Namespace": "Acme/Pipeline",
                "Dimensions": [[], ["stage"]],
                "Metrics": [{"Name": "rows", "Unit": "Count"}, {"Name": "ms", "StorageResolution": 1}],
            }]},
            "stage": "ingest", "rows": 1200, "ms": [3.1, 4.7],
        })
    }

    fn breaks(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut document = valid();
        change(&mut document);
        check(&document.to_string())
    }

    fn directive(document: &mut Value) -> &mut Value {
        &mut document["_aws"]["CloudWatchMetrics"][0]
    }

    #[test]
    fn a_valid_line_breaks_nothing() {
        assert_eq!(check(&valid().to_string()), Vec::<String>::new());
        assert_eq!(breaks(|d| d["rows"] = json!(vec![1; 100])), Vec::<String>::new());
        assert_eq!(breaks(|d| d["stage"] = "x".repeat(1024).into()), Vec::<String>::new());
    }

    #[test]
    fn each_rule_is_seen() {
        type Change = fn(&mut Value);
        let cases: &[(&str, Change)] = &[
            ("not a string", |d| directive(d)["Namespace"] = json!(7)),
            ("cannot have", |d| directive(d)["Namespace"] = "a b".into()),
            ("cannot have", |d| directive(d)["Namespace"] = ":a".into()),
            ("256 characters", |d| directive(d)["Namespace"] = "n".repeat(256).into()),
            ("not an array", |d| directive(d)["Dimensions"] = json!("stage")),
            ("not an array", |d| directive(d)["Dimensions"] = json!(["stage"])),
            ("31 dimensions", |d| directive(d)["Dimensions"] = json!([vec!["stage"; 31]])),
            ("not a string", |d| directive(d)["Dimensions"] = json!([[1]])),
            ("is not an array", |d| directive(d)["Metrics"] = json!({})),
            ("101 metrics", |d| directive(d)["Metrics"] = json!(vec![json!({"Name": "rows"}); 101])),
            ("not a unit", |d| directive(d)["Metrics"][0]["Unit"] = "count".into()),
            ("StorageResolution is 5", |d| directive(d)["Metrics"][0]["StorageResolution"] = json!(5)),
            ("not a string", |d| d["stage"] = json!(true)),
            ("printable ASCII", |d| d["stage"] = "año".into()),
            ("blank", |d| d["stage"] = " ".into()),
            ("0 characters", |d| d["stage"] = "".into()),
            ("101 values", |d| d["rows"] = json!(vec![1; 101])),
            ("not a number", |d| d["rows"] = json!({"Values": [1], "Counts": [1]})),
            ("not a number", |d| d["ms"] = json!([1, "2"])),
            ("beyond 2^360", |d| d["rows"] = json!(1e109)),
            ("is not an object", |d| d["_aws"]["CloudWatchMetrics"] = json!([1])),
            ("is not an array", |d| d["_aws"]["CloudWatchMetrics"] = json!(null)),
            ("milliseconds", |d| d["_aws"]["Timestamp"] = json!(1.5)),
            ("log event", |d| d["padding"] = "x".repeat(MAX_EVENT_BYTES).into()),
        ];
        for (words, change) in cases {
            let found = breaks(change);
            assert_eq!(found.len(), 1, "{words}: {found:?}");
            assert!(found[0].contains(words), "{words}: {found:?}");
        }
    }

    #[test]
    fn several_breaks_are_all_told() {
        let found = breaks(|d| {
            directive(d)["Namespace"] = "".into();
            directive(d)["Metrics"][0]["Unit"] = "rows".into();
            d.as_object_mut().expect("an object").remove("stage");
        });
        assert_eq!(found.len(), 3, "{found:?}");
    }

    /// Published documents and broken ones, each with the outcome that a schema validator and the specification gave.
    #[test]
    fn the_collected_documents_are_judged_as_recorded() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/data/emf");
        let Ok(expected) = std::fs::read_to_string(folder.join("expected.json")) else {
            println!("skipped: the collected EMF documents are not here");
            return;
        };
        let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).expect("a table of outcomes");
        assert!(expected.len() > 20, "{} documents", expected.len());
        for (name, outcome) in &expected {
            let document = std::fs::read_to_string(folder.join(name)).expect("a document");
            let found = check(&document);
            assert_eq!(Value::Bool(found.is_empty()), outcome["specification_valid"], "{name}: {found:?}");
        }
    }
}
