//! The message of an alarm, as CloudWatch writes it for SNS: alarms on a metric, on metric math, and composite ones.
//! Read leniently, since the message has grown over the years and will again: only the alarm's name and its new state
//! have to be there.

mod trigger;

use std::collections::BTreeMap;

use atalaya_cloud::alarms::AlarmState;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

pub use trigger::{Measured, Trigger};

/// A change of an alarm's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// Its ARN; older messages do not say it.
    pub arn: Option<String>,
    /// What its author wrote about it; empty when nothing.
    pub description: String,
    /// The state that it is in now.
    pub state: AlarmState,
    /// The state that it was in.
    pub previous: Option<AlarmState>,
    /// Why, in CloudWatch's words.
    pub reason: String,
    /// When it changed.
    pub changed_at: Option<Timestamp>,
    /// Whether somebody is told, too, when it lacks data.
    pub tells_of_missing_data: bool,
    /// What it watches.
    pub watches: Watches,
    /// The one of several series that the message is about: names and values of its dimensions.
    pub contributor: BTreeMap<String, String>,
}

/// What an alarm watches.
#[derive(Debug, Clone, PartialEq)]
pub enum Watches {
    /// A metric, or an expression over some.
    Metrics(Box<Trigger>),
    /// Other alarms: its rule, and the ARNs of those whose change set it off.
    Alarms {
        /// The rule.
        rule: String,
        /// ARNs of the alarms whose change set it off.
        triggered_by: Vec<String>,
    },
    /// The message does not say, or not in words that are known.
    Unknown,
}

/// Why a message cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("not a CloudWatch alarm message: {0}")]
pub struct NoAlarm(#[from] serde_json::Error);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    alarm_name: String,
    new_state_value: AlarmState,
    #[serde(default)]
    alarm_arn: Option<String>,
    #[serde(default)]
    alarm_description: Option<String>,
    #[serde(default)]
    old_state_value: Option<Value>,
    #[serde(default)]
    new_state_reason: Option<String>,
    #[serde(default)]
    state_change_time: Option<String>,
    #[serde(default)]
    insufficient_data_actions: Option<Value>,
    #[serde(default)]
    trigger: Option<Value>,
    #[serde(default)]
    alarm_rule: Option<String>,
    #[serde(default)]
    triggering_children: Option<Value>,
    #[serde(default)]
    alarm_contributor_attributes: Option<Value>,
}

impl Alarm {
    /// Reads a message.
    ///
    /// # Errors
    /// The text is no JSON document, or has no alarm's name or no state in it.
    pub fn read(message: &str) -> Result<Self, NoAlarm> {
        let document: Document = serde_json::from_str(message)?;
        let watches = match (document.alarm_rule, document.trigger) {
            (Some(rule), _) => Watches::Alarms { rule, triggered_by: children(document.triggering_children) },
            (None, Some(trigger)) => Trigger::read(trigger).map_or(Watches::Unknown, |t| Watches::Metrics(Box::new(t))),
            (None, None) => Watches::Unknown,
        };
        Ok(Self {
            name: document.alarm_name,
            arn: document.alarm_arn,
            description: document.alarm_description.unwrap_or_default(),
            state: document.new_state_value,
            previous: document.old_state_value.and_then(|state| AlarmState::from_name(state.as_str()?)),
            reason: document.new_state_reason.unwrap_or_default(),
            changed_at: document.state_change_time.as_deref().and_then(time),
            tells_of_missing_data: document
                .insufficient_data_actions
                .is_some_and(|actions| actions.as_array().is_some_and(|actions| !actions.is_empty())),
            watches,
            contributor: document
                .alarm_contributor_attributes
                .and_then(|attributes| serde_json::from_value(attributes).ok())
                .unwrap_or_default(),
        })
    }

    /// What the alarm measures, where it measures anything.
    #[must_use]
    pub fn trigger(&self) -> Option<&Trigger> {
        match &self.watches {
            Watches::Metrics(trigger) => Some(trigger),
            Watches::Alarms { .. } | Watches::Unknown => None,
        }
    }

    /// The value of a dimension that what it watches has.
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<&str> {
        let of_contributor = self.contributor.get(name).map(String::as_str);
        of_contributor.or_else(|| self.trigger().and_then(|trigger| trigger.dimension(name)))
    }

    /// The value that CloudWatch decided by, newest first in its reason: `… [3.0 (01/03/26 00:01:00), …] …`.
    #[must_use]
    pub fn decided_by(&self) -> Option<f64> {
        let (_, list) = self.reason.split_once('[')?;
        list.split([' ', ',', ']']).next()?.parse().ok()
    }
}

fn children(children: Option<Value>) -> Vec<String> {
    let children = children.as_ref().and_then(Value::as_array).into_iter().flatten();
    children.filter_map(|child| Some(child["Arn"].as_str()?.to_owned())).collect()
}

/// `2024-07-05T15:20:44.959+0000`, or with a colon in the offset, or with `Z`.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_as_every_age_of_cloudwatch_writes_them() {
        let wanted = "2024-07-05T15:20:44.959Z".parse::<Timestamp>().ok();
        for text in ["2024-07-05T15:20:44.959+0000", "2024-07-05T15:20:44.959+00:00", "2024-07-05T15:20:44.959Z"] {
            assert_eq!(time(text), wanted, "{text}");
        }
        assert_eq!(time("yesterday"), None);
    }

    #[test]
    fn a_message_of_two_fields_is_an_alarm() {
        let alarm = Alarm::read(r#"{"AlarmName":"a","NewStateValue":"ALARM"}"#).expect("an alarm");
        assert_eq!((alarm.name.as_str(), alarm.state, alarm.previous), ("a", AlarmState::Alarm, None));
        assert_eq!((alarm.watches, alarm.changed_at), (Watches::Unknown, None));
        for text in ["", "hello", "{}", "[]", r#"{"AlarmName":"a"}"#, r#"{"AlarmName":"a","NewStateValue":"BAD"}"#] {
            assert!(Alarm::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fields_of_another_shape_are_left_out() {
        let message = json!({
            "AlarmName": "a", "NewStateValue": "OK", "OldStateValue": 7, "AlarmDescription": null,
            "StateChangeTime": "?", "Trigger": "none", "AlarmContributorAttributes": ["x"],
        });
        let alarm = Alarm::read(&message.to_string()).expect("an alarm");
        assert_eq!((alarm.previous, alarm.description.as_str(), alarm.watches), (None, "", Watches::Unknown));
    }

    #[test]
    fn a_composite_alarm_has_a_rule_and_what_set_it_off() {
        let arn = "arn:aws:cloudwatch:us-east-1:1:alarm:a";
        let message = json!({
            "AlarmName": "c", "NewStateValue": "ALARM", "AlarmRule": "ALARM(a) OR ALARM(b)",
            "TriggeringChildren": [{"Arn": arn, "State": {"Value": "ALARM", "Timestamp": "2021-11-10T02:45:55.640+0000"}}],
        });
        let alarm = Alarm::read(&message.to_string()).expect("an alarm");
        let rule = "ALARM(a) OR ALARM(b)".to_owned();
        assert_eq!(alarm.watches, Watches::Alarms { rule, triggered_by: vec![arn.to_owned()] });
    }

    #[test]
    fn the_deciding_value_stands_first_in_the_reason() {
        let decided_by = |reason: &str| {
            let message = json!({"AlarmName": "a", "NewStateValue": "ALARM", "NewStateReason": reason});
            Alarm::read(&message.to_string()).expect("an alarm").decided_by()
        };
        for (reason, value) in [
            (
                "Threshold Crossed: 1 datapoint [8.0 (05/07/24 15:19:00)] was greater than the threshold (5.0).",
                Some(8.0),
            ),
            ("Threshold Crossed: 2 datapoints [1.0E9 (x), 3.0 (y)] were", Some(1e9)),
            ("… The most recent datapoints which crossed the threshold: [-0.5 (..), b (..)].", Some(-0.5)),
            (
                "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
                None,
            ),
            ("Insufficient Data: 1 datapoint was unknown.", None),
        ] {
            assert_eq!(decided_by(reason), value, "{reason}");
        }
    }
}
