//! The history of an alarm, kept for two weeks.

use serde_json::{Value, json};

use super::configuration::configuration;
use crate::alarm::{Action, Alarm, State, Transition};

/// How long an item is kept, in seconds.
pub(crate) const KEPT: i64 = 14 * 86_400;

/// What an item of the history tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryItemType {
    /// The alarm was created or its configuration changed.
    ConfigurationUpdate,
    /// Its state became another.
    StateUpdate,
    /// It set an action going.
    Action,
}

impl HistoryItemType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::ConfigurationUpdate, Self::StateUpdate, Self::Action];

    /// As CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfigurationUpdate => "ConfigurationUpdate",
            Self::StateUpdate => "StateUpdate",
            Self::Action => "Action",
        }
    }
}

/// One thing that happened to an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryItem {
    /// When, in seconds since the Unix epoch.
    pub at: i64,
    /// What it tells of.
    pub item_type: HistoryItemType,
    /// One sentence.
    pub summary: String,
    /// The whole of it, a JSON text.
    pub data: String,
}

impl HistoryItem {
    pub(crate) fn created(alarm: &Alarm, at: i64) -> Self {
        Self::configured(alarm, at, "created", json!({"type": "Create", "createdAlarm": configuration(alarm)}))
    }

    pub(crate) fn updated(alarm: &Alarm, at: i64) -> Self {
        Self::configured(alarm, at, "updated", json!({"type": "Update", "updatedAlarm": configuration(alarm)}))
    }

    fn configured(alarm: &Alarm, at: i64, verb: &str, mut data: Value) -> Self {
        data["version"] = json!("1.0");
        Self {
            at,
            item_type: HistoryItemType::ConfigurationUpdate,
            summary: format!("Alarm \"{}\" {verb}", alarm.name()),
            data: data.to_string(),
        }
    }

    pub(crate) fn transition(transition: &Transition) -> Self {
        let previous = &transition.previous;
        let data = json!({
            "version": "1.0",
            "oldState": state(previous.state, &previous.reason, previous.reason_data.as_deref()),
            "newState": state(transition.to, &transition.reason, transition.reason_data.as_deref()),
        });
        let (from, to) = (transition.from.as_str(), transition.to.as_str());
        Self {
            at: transition.at,
            item_type: HistoryItemType::StateUpdate,
            summary: format!("Alarm updated from {from} to {to}"),
            data: data.to_string(),
        }
    }

    /// That the action succeeded: who carries it out is not this library.
    pub(crate) fn action(action: &Action, state_updated_at: i64) -> Self {
        let data = json!({
            "actionState": "Succeeded",
            "stateUpdateTimestamp": state_updated_at * 1000,
            "notificationResource": action.arn,
            "publishedMessage": action.message,
            "error": null,
        });
        Self {
            at: action.at,
            item_type: HistoryItemType::Action,
            summary: format!("Successfully executed action {}", action.arn),
            data: data.to_string(),
        }
    }
}

fn state(state: State, reason: &str, data: Option<&str>) -> Value {
    let mut told = json!({"stateValue": state.as_str(), "stateReason": reason});
    if let Some(data) = data.and_then(|data| serde_json::from_str::<Value>(data).ok()) {
        told["stateReasonData"] = data;
    }
    told
}
