//! The changes of an alarm's state.

use aws_sdk_cloudwatch::types::AlarmHistoryItem;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::time::timestamp;

/// A change of an alarm's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
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

impl Change {
    /// Reads an item of the history; what of its data cannot be read is left out.
    pub(super) fn read(item: &AlarmHistoryItem) -> Self {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_read_from_its_data() {
        let data = r#"{"version":"1.0","oldState":{"stateValue":"OK","stateReason":"a"},
                       "newState":{"stateValue":"ALARM","stateReason":"b"}}"#;
        let item = AlarmHistoryItem::builder().history_summary("Alarm updated").history_data(data).build();
        let change = Change::read(&item);
        assert_eq!((change.from.as_deref(), change.to.as_deref()), (Some("OK"), Some("ALARM")));
        assert_eq!(change.reason.as_deref(), Some("b"));
        assert_eq!(Change::read(&AlarmHistoryItem::builder().build()).to, None);
    }
}
