//! The changes of an alarm's state.

use aws_sdk_cloudwatch::types::AlarmHistoryItem;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::cloudwatch::time;

/// A change of state.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    pub(super) at: Option<Timestamp>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) reason: Option<String>,
    /// CloudWatch's own sentence.
    pub(super) summary: String,
}

impl Change {
    /// Reads an item of the history; what of its data cannot be read is left out.
    pub(super) fn read(item: &AlarmHistoryItem) -> Self {
        let data: Value = item.history_data().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let text = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        Self {
            at: item.timestamp().and_then(time),
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
