//! How a document in the embedded metric format is built: which members there are and of which JSON types.
//!
//! What is wrong here is a parsing error, and drops the whole document. Members that the format does not know are
//! ignored.

use serde_json::{Map, Value};

/// A document that is built as the format asks. What its texts and numbers say is not checked yet.
pub(super) struct Document<'a> {
    /// Milliseconds since the Unix epoch.
    pub(super) timestamp: i64,
    pub(super) directives: Vec<Directive<'a>>,
    pub(super) root: &'a Map<String, Value>,
}

pub(super) struct Directive<'a> {
    pub(super) namespace: &'a str,
    /// Sets of names of root members.
    pub(super) sets: Vec<Vec<&'a str>>,
    pub(super) metrics: Vec<Definition<'a>>,
}

pub(super) struct Definition<'a> {
    /// Of a root member.
    pub(super) name: &'a str,
    pub(super) unit: Option<&'a str>,
    /// Seconds.
    pub(super) resolution: Option<i64>,
}

impl<'a> Document<'a> {
    /// The document of these root members and this `_aws.CloudWatchMetrics`, or every fault of its build.
    pub(super) fn of(root: &'a Map<String, Value>, directives: &'a Value) -> Result<Self, Vec<String>> {
        let mut builder = Builder { faults: Vec::new() };
        let timestamp = builder.timestamp(root);
        let directives = builder.list("_aws.CloudWatchMetrics", Some(directives), Builder::directive);
        match timestamp {
            Some(timestamp) if builder.faults.is_empty() => Ok(Self { timestamp, directives, root }),
            _ => Err(builder.faults),
        }
    }
}

/// Where a member of an array lies, for a sentence.
fn at(place: &str, index: usize) -> String {
    format!("{place}[{index}]")
}

struct Builder {
    faults: Vec<String>,
}

impl Builder {
    /// Notes that a member is missing or of another type than it must be.
    fn note(&mut self, place: &str, found: Option<&Value>, wanted: &str) {
        self.faults.push(match found {
            None => format!("{place}: is missing; it must be {wanted}"),
            Some(found) => format!("{place}: is {}, not {wanted}", described(found)),
        });
    }

    fn timestamp(&mut self, root: &Map<String, Value>) -> Option<i64> {
        let found = root.get("_aws").and_then(|metadata| metadata.get("Timestamp"));
        let timestamp = found.and_then(Value::as_i64);
        if timestamp.is_none() {
            self.note("_aws.Timestamp", found, "a whole number of milliseconds since 1970");
        }
        timestamp
    }

    /// The members of an array, each read by `item`, whose own faults are noted by it.
    fn list<'a, T>(
        &mut self,
        place: &str,
        found: Option<&'a Value>,
        item: fn(&mut Self, &str, &'a Value) -> Option<T>,
    ) -> Vec<T> {
        let Some(Value::Array(items)) = found else {
            self.note(place, found, "an array");
            return Vec::new();
        };
        items.iter().enumerate().filter_map(|(index, value)| item(self, &at(place, index), value)).collect()
    }

    fn directive<'a>(&mut self, place: &str, found: &'a Value) -> Option<Directive<'a>> {
        let members = self.object(place, found)?;
        let namespace = self.text(&format!("{place}.Namespace"), members.get("Namespace"));
        let sets = self.list(&format!("{place}.Dimensions"), members.get("Dimensions"), Self::set);
        let metrics = self.list(&format!("{place}.Metrics"), members.get("Metrics"), Self::definition);
        Some(Directive { namespace: namespace?, sets, metrics })
    }

    fn set<'a>(&mut self, place: &str, found: &'a Value) -> Option<Vec<&'a str>> {
        Some(self.list(place, Some(found), |builder, place, name| builder.text(place, Some(name))))
    }

    fn definition<'a>(&mut self, place: &str, found: &'a Value) -> Option<Definition<'a>> {
        let members = self.object(place, found)?;
        let name = self.text(&format!("{place}.Name"), members.get("Name"));
        let unit = members.get("Unit").and_then(|unit| self.text(&format!("{place}.Unit"), Some(unit)));
        let resolution = members.get("StorageResolution").and_then(|resolution| {
            if !resolution.is_i64() {
                self.note(&format!("{place}.StorageResolution"), Some(resolution), "a whole number of seconds");
            }
            resolution.as_i64()
        });
        Some(Definition { name: name?, unit, resolution })
    }

    fn object<'a>(&mut self, place: &str, found: &'a Value) -> Option<&'a Map<String, Value>> {
        if !found.is_object() {
            self.note(place, Some(found), "an object");
        }
        found.as_object()
    }

    fn text<'a>(&mut self, place: &str, found: Option<&'a Value>) -> Option<&'a str> {
        let text = found.and_then(Value::as_str);
        if text.is_none() {
            self.note(place, found, "a text");
        }
        text
    }
}

/// What a value of the wrong type is, for a sentence.
pub(super) fn described(value: &Value) -> String {
    let text = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) => return format!("the number {number}"),
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    text.to_owned()
}
