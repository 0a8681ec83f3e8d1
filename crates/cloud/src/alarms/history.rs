//! The changes of an alarm's state.

use aws_sdk_cloudwatch::types::AlarmHistoryItem;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{AlarmState, StateChange};
use crate::time::timestamp;

/// A change of an alarm's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlarmChange {
    /// When.
    pub at: Option<Timestamp>,
    /// The state before, as CloudWatch spells it.
    pub from: Option<String>,
    /// The state since, as CloudWatch spells it.
    pub to: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// CloudWatch's own sentence.
    pub summary: String,
}

impl AlarmChange {
    /// Reads an item of the history; what of its data cannot be read is left out.
    #[must_use]
    pub fn read(item: &AlarmHistoryItem) -> Self {
        let data: Value = item.history_data().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let text = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        Self {
            at: item.timestamp().and_then(timestamp),
            from: text("/oldState/stateValue"),
            to: text("/newState/stateValue"),
            reason: text("/newState/stateReason"),
            summary: item.history_summary().unwrap_or_default().to_owned(),
        }
    }

    /// The change alone, where it is known when it was and into which state: from its data, or from its summary.
    #[must_use]
    pub fn state_change(&self) -> Option<StateChange> {
        let to = self.to.as_deref().or_else(|| self.summary.rsplit(' ').next()).and_then(AlarmState::from_name)?;
        Some(StateChange { at: self.at?, to })
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    #[test]
    fn a_change_is_read_from_its_data() {
        let data = r#"{"version":"1.0","oldState":{"stateValue":"OK","stateReason":"a"},
                       "newState":{"stateValue":"ALARM","stateReason":"b"}}"#;
        let item = AlarmHistoryItem::builder().history_summary("Alarm updated").history_data(data).build();
        let change = AlarmChange::read(&item);
        assert_eq!((change.from.as_deref(), change.to.as_deref()), (Some("OK"), Some("ALARM")));
        assert_eq!(change.reason.as_deref(), Some("b"));
        assert_eq!(AlarmChange::read(&AlarmHistoryItem::builder().build()).to, None);
    }

    #[test]
    fn the_new_state_is_read_from_its_data_or_its_summary() {
        let at = DateTime::from_millis(1_767_225_600_500);
        let item = |data: Option<&str>, summary: &str| {
            let data = data.map(str::to_owned);
            let item = AlarmHistoryItem::builder().timestamp(at).history_summary(summary).set_history_data(data);
            AlarmChange::read(&item.build()).state_change().map(|change| (change.at.as_millisecond(), change.to))
        };
        let data = r#"{"version":"1.0","oldState":{"stateValue":"OK"},"newState":{"stateValue":"ALARM"}}"#;
        assert_eq!(item(Some(data), "x"), Some((1_767_225_600_500, AlarmState::Alarm)));
        let summary = "Alarm updated from ALARM to INSUFFICIENT_DATA";
        assert_eq!(item(None, summary), Some((1_767_225_600_500, AlarmState::InsufficientData)));
        assert_eq!(item(Some("{}"), "Alarm \"a\" created"), None);
    }
}
