//! Policy documents beside each other: which statements of the deployed one are not in force.

use serde_json::Value;

/// Where the found document differs from the deployed one, in names of statements.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Deployed, and not there.
    pub(super) missing: Vec<String>,
    /// There under its name, with another content.
    pub(super) changed: Vec<String>,
    /// Not deployed, and it denies something.
    pub(super) denying: Vec<String>,
    /// Not deployed, and it allows something.
    pub(super) allowing: Vec<String>,
}

impl Difference {
    /// Compares what two documents say. The order of statements and of lists does not count, nor whether a single value
    /// stands in a list (IAM user guide, grammar of the policy language).
    pub(super) fn between(deployed: &Value, found: &Value) -> Self {
        let (deployed, mut found) = (statements(deployed), statements(found));
        let mut difference = Self::default();
        for (name, statement) in deployed {
            if let Some(same) = found.iter().position(|(_, other)| *other == statement) {
                found.remove(same);
            } else if let Some(other) = found.iter().position(|(other, _)| *other == name) {
                found.remove(other);
                difference.changed.push(name);
            } else {
                difference.missing.push(name);
            }
        }
        for (name, statement) in found {
            let denies = statement["Effect"] == "Deny";
            if denies { &mut difference.denying } else { &mut difference.allowing }.push(name);
        }
        difference
    }

    /// Whether something that was deployed as allowed may not be.
    pub(super) fn hinders(&self) -> bool {
        !self.missing.is_empty() || !self.changed.is_empty() || !self.denying.is_empty()
    }

    /// In words, in the order of how much they hinder; nothing where nothing differs.
    pub(super) fn words(&self) -> String {
        let parts = [
            (&self.missing, "is missing", "are missing"),
            (&self.changed, "is not as deployed", "are not as deployed"),
            (&self.denying, "denies something and was not deployed", "deny something and were not deployed"),
            (&self.allowing, "allows more than was deployed", "allow more than was deployed"),
        ];
        let told = parts.iter().filter(|(names, ..)| !names.is_empty()).map(|(names, one, many)| match &names[..] {
            [name] => format!("{name} {one}"),
            names => format!("{} {many}", names.join(", ")),
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

/// The statements of a document with their names, in one way of writing.
fn statements(document: &Value) -> Vec<(String, Value)> {
    let all = match &document["Statement"] {
        Value::Array(all) => all.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    let named = |(place, statement): (usize, &Value)| {
        let name = statement["Sid"].as_str().map_or_else(|| format!("statement {}", place + 1), str::to_owned);
        (name, plain(statement))
    };
    all.iter().enumerate().map(named).collect()
}

/// A statement in one way of writing: each value is a sorted list of texts, at whatever depth it stands.
fn plain(statement: &Value) -> Value {
    let entries = statement.as_object().into_iter().flatten();
    let entries = entries.map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("Effect" | "Sid", value) => value.clone(),
            // Anybody may be written in two ways (IAM user guide, principals).
            ("Principal", Value::String(anybody)) => serde_json::json!({ "AWS": [anybody] }),
            // Upper and lower case are one in actions (IAM user guide, Action).
            ("Action" | "NotAction", value) => lists(&lower(value)),
            (_, value) => lists(value),
        };
        (key.clone(), value)
    });
    entries.collect()
}

fn lower(value: &Value) -> Value {
    match value {
        Value::String(text) => text.to_lowercase().into(),
        Value::Array(items) => items.iter().map(lower).collect(),
        other => other.clone(),
    }
}

fn lists(value: &Value) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), lists(value))).collect(),
        Value::Array(items) => {
            let mut texts: Vec<_> = items.iter().map(text).collect();
            texts.sort();
            Value::from(texts)
        }
        one => Value::from(vec![text(one)]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(statements: Value) -> Value {
        json!({ "Version": "2012-10-17", "Statement": statements })
    }

    #[test]
    fn two_ways_of_writing_are_no_difference() {
        let one = document(json!([
            { "Sid": "A", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "x" },
            { "Sid": "B", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["y"],
              "Condition": { "Bool": { "aws:SecureTransport": "false" } } },
        ]));
        let other = document(json!([
            { "Sid": "B", "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": ["s3:*"], "Resource": "y",
              "Condition": { "Bool": { "aws:SecureTransport": [false] } } },
            { "Sid": "A", "Effect": "Allow", "Action": ["S3:PutObject", "s3:getobject"], "Resource": ["x"] },
        ]));
        assert_eq!(Difference::between(&one, &other), Difference::default());
        let alone = json!({ "Effect": "Allow", "Action": "a", "Resource": "*" });
        assert_eq!(Difference::between(&document(alone.clone()), &document(json!([alone]))).words(), "");
    }

    #[test]
    fn each_statement_that_differs_is_named() {
        let statement = |sid: &str, effect: &str, action: &str| json!({ "Sid": sid, "Effect": effect, "Action": action, "Resource": "*" });
        let deployed = document(json!([
            statement("Read", "Allow", "s3:GetObject"),
            statement("Write", "Allow", "s3:PutObject"),
            statement("Tell", "Allow", "sns:Publish"),
        ]));
        let found = document(json!([
            statement("Read", "Allow", "s3:GetObject"),
            statement("Write", "Allow", "s3:GetObject"),
            statement("Stop", "Deny", "s3:*"),
            statement("More", "Allow", "sqs:*"),
        ]));
        let difference = Difference::between(&deployed, &found);
        assert!(difference.hinders());
        assert_eq!(
            difference.words(),
            "Tell is missing; Write is not as deployed; Stop denies something and was not deployed; More allows more \
             than was deployed"
        );
        let more = Difference::between(&document(json!([])), &found);
        assert_eq!(more.allowing, ["Read", "Write", "More"]);
        assert_eq!(more.denying, ["Stop"]);
        let nothing = Difference::between(&deployed, &Value::Null);
        assert_eq!(nothing.words(), "Read, Write, Tell are missing");
        let unlike = Difference::between(&document(json!([])), &document(json!([statement("More", "Allow", "a")])));
        assert!(!unlike.hinders());
    }
}
