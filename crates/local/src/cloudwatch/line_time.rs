//! The time in a log line of the embedded metric format.

use serde_json::{Value, json};

/// The line with its `_aws.Timestamp` mapped, where it is a document that has one; any other line as it is.
pub(super) fn mapped(line: &str, map: impl Fn(f64) -> f64) -> Option<String> {
    // Lambda may put words of its own in front of the document.
    let (prefix, document) = line.split_at(line.find('{')?);
    let mut document: Value = serde_json::from_str(document).ok()?;
    let time = document.get_mut("_aws")?.get_mut("Timestamp")?;
    let milliseconds = time.as_i64()?;
    *time = json!((map(milliseconds as f64 / 1000.0) * 1000.0).round() as i64);
    Some(format!("{prefix}{document}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documents_time_changes() {
        let line = r#"INFO {"Timestamp":5,"_aws":{"CloudWatchMetrics":[],"Timestamp":61500},"a":[1,2.5]}"#;
        let expected = r#"INFO {"Timestamp":5,"_aws":{"CloudWatchMetrics":[],"Timestamp":123000},"a":[1,2.5]}"#;
        assert_eq!(mapped(line, |at| at * 2.0).as_deref(), Some(expected));
        for line in ["no document", "{", r#"{"_aws":{"Timestamp":"x"}}"#, r#"{"_aws":1}"#, r#"{"level":"INFO"}"#] {
            assert_eq!(mapped(line, |at| at), None);
        }
    }
}
