//! What a case expects at a time, against what is there.

use serde_json::Value;

use super::{case::Expectation, report::Disagreement};
use atalaya_cloudwatch::alarm::State;

/// What can be seen of the alarm under test at one time.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) state: State,
    pub(super) reason: &'a str,
    /// Subject and message of the last notification.
    pub(super) notification: Option<(&'a str, &'a str)>,
    /// ARNs of the actions that ran at this very second.
    pub(super) actions: Vec<&'a str>,
    /// What test files leave out at the front of names.
    pub(super) prefix: &'a str,
}

/// Everything that is otherwise than expected.
pub(super) fn disagreements(expectation: &Expectation, seen: &Seen<'_>) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let mut tell = |about: &str, expected: String, got: String| {
        let Expectation { at, place, .. } = expectation;
        found.push(Disagreement { at: *at, line: place.line, about: about.to_owned(), expected, got });
    };
    if let Some(state) = expectation.state
        && state != seen.state
    {
        tell("state", state.as_str().to_owned(), seen.state.as_str().to_owned());
    }
    if let Some(part) = &expectation.reason
        && !seen.reason.contains(part.as_str())
    {
        tell("reason", format!("a text with `{part}`"), seen.reason.to_owned());
    }
    if let Some(part) = &expectation.subject {
        let subject = seen.notification.map(|(subject, _)| subject);
        if !subject.is_some_and(|subject| subject.contains(part.as_str())) {
            tell("subject", format!("a text with `{part}`"), or_no_notification(subject));
        }
    }
    if let Some(part) = &expectation.message {
        let message = seen.notification.map(|(_, message)| message);
        match message.map(serde_json::from_str::<Value>) {
            Some(Ok(whole)) => missing("message", part, Some(&whole), &mut tell),
            Some(Err(_)) | None => tell("message", part.to_string(), or_no_notification(message)),
        }
    }
    if let Some(expected) = &expectation.actions
        && !same_actions(expected, seen)
    {
        let mut got: Vec<_> = seen.actions.iter().map(|arn| short(arn, seen.prefix)).collect();
        got.sort_unstable();
        tell("actions", list(expected.iter().map(String::as_str)), list(got.into_iter()));
    }
    found
}

fn or_no_notification(text: Option<&str>) -> String {
    text.unwrap_or("nothing, for no notification has been sent").to_owned()
}

/// Tells each value of `part` that `whole` does not have. Maps are compared by the keys of `part`, lists wholly.
fn missing(path: &str, part: &Value, whole: Option<&Value>, tell: &mut impl FnMut(&str, String, String)) {
    match (part, whole) {
        (Value::Object(part), Some(Value::Object(whole))) => {
            for (key, value) in part {
                missing(&format!("{path}.{key}"), value, whole.get(key), tell);
            }
        }
        (Value::Array(part), Some(Value::Array(whole))) if part.len() == whole.len() => {
            for (index, (value, other)) in part.iter().zip(whole).enumerate() {
                missing(&format!("{path}[{index}]"), value, Some(other), tell);
            }
        }
        (Value::Number(part), Some(Value::Number(whole))) if part.as_f64() == whole.as_f64() => {}
        (part, Some(whole)) if part == whole => {}
        (part, whole) => {
            let got = whole.map_or_else(|| "not there".to_owned(), ToString::to_string);
            tell(path, part.to_string(), got);
        }
    }
}

/// Whether the actions are those expected, in any order.
fn same_actions(expected: &[String], seen: &Seen<'_>) -> bool {
    let mut left = seen.actions.clone();
    let all_ran = expected.iter().all(|name| {
        let found = left.iter().position(|arn| *arn == name || last(arn) == name || short(arn, seen.prefix) == name);
        found.map(|index| left.remove(index)).is_some()
    });
    all_ran && left.is_empty()
}

/// The last part of an ARN: a topic's or function's name.
fn last(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

/// The last part of an ARN without the prefix of the stack's names.
fn short<'a>(arn: &'a str, prefix: &str) -> &'a str {
    let last = last(arn);
    last.strip_prefix(prefix).unwrap_or(last)
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", names.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use atalaya_document::Place;

    const MESSAGE: &str =
        r#"{"NewStateValue":"ALARM","Trigger":{"Period":60,"Threshold":1.0,"Dimensions":[{"name":"q"}]}}"#;

    fn seen<'a>() -> Seen<'a> {
        Seen {
            state: State::Alarm,
            reason: "Threshold Crossed: 1 datapoint",
            notification: Some(("ALARM: \"a\" in US East (N. Virginia)", MESSAGE)),
            actions: vec![
                "arn:aws:sns:us-east-1:000000000000:atalaya-alarms",
                "arn:aws:lambda:us-east-1:0:function:page",
            ],
            prefix: "atalaya-",
        }
    }

    fn nothing() -> Expectation {
        let place = Place { line: 3, column: 1 };
        Expectation { at: 60, place, state: None, reason: None, subject: None, message: None, actions: None }
    }

    /// What the disagreements are about.
    fn about(expectation: &Expectation) -> Vec<String> {
        disagreements(expectation, &seen()).into_iter().map(|found| found.about).collect()
    }

    #[test]
    fn what_is_as_expected_is_not_told() {
        let expectation = Expectation {
            state: Some(State::Alarm),
            reason: Some("Crossed".to_owned()),
            subject: Some("ALARM: \"a\"".to_owned()),
            message: Some(json!({"Trigger": {"Period": 60.0, "Threshold": 1, "Dimensions": [{}]}})),
            actions: Some(vec!["page".to_owned(), "alarms".to_owned()]),
            ..nothing()
        };
        assert!(about(&expectation).is_empty());
        for name in ["atalaya-alarms", "arn:aws:sns:us-east-1:000000000000:atalaya-alarms"] {
            let actions = Some(vec![name.to_owned(), "page".to_owned()]);
            assert!(about(&Expectation { actions, ..nothing() }).is_empty(), "{name}");
        }
    }

    #[test]
    fn everything_else_is_told() {
        let expectation = Expectation {
            state: Some(State::Ok),
            reason: Some("Insufficient".to_owned()),
            subject: Some("OK".to_owned()),
            message: Some(
                json!({"Trigger": {"Period": 300, "Unit": "Count", "Dimensions": []}, "NewStateValue": "ALARM"}),
            ),
            actions: Some(vec!["alarms".to_owned(), "alarms".to_owned()]),
            ..nothing()
        };
        let expected = [
            "state",
            "reason",
            "subject",
            "message.Trigger.Dimensions",
            "message.Trigger.Period",
            "message.Trigger.Unit",
            "actions",
        ];
        assert_eq!(about(&expectation), expected);
        assert_eq!(about(&Expectation { actions: Some(Vec::new()), ..nothing() }), ["actions"]);
        let quiet = Seen { notification: None, actions: Vec::new(), ..seen() };
        let found = disagreements(&Expectation { subject: Some("A".to_owned()), ..nothing() }, &quiet);
        assert!(found[0].got.contains("no notification"), "{found:?}");
        assert!(disagreements(&Expectation { actions: Some(Vec::new()), ..nothing() }, &quiet).is_empty());
    }
}
