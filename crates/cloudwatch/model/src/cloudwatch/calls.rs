//! What people do to alarms: set their states, stop and restart their actions.

use std::sync::Arc;

use super::{CloudWatch, Verdict};
use crate::alarm::{Alarm, AlarmError, HistoryItem, State};

/// A reason's and its data's greatest lengths in characters (API reference, `SetAlarmState`).
const MOST_REASON: usize = 1023;
const MOST_DATA: usize = 4000;

impl CloudWatch {
    /// Gives an alarm a state, with the actions of a change; [`advance_to`](Self::advance_to) tells of it. A metric
    /// alarm keeps it until its next evaluation, a composite one until one of its children changes.
    ///
    /// # Errors
    /// When there is no such alarm, the reason is too long, or its data is too long or no JSON.
    pub fn set_alarm_state(
        &mut self,
        name: &str,
        state: State,
        reason: &str,
        reason_data: Option<&str>,
    ) -> Result<(), AlarmError> {
        self.check_known(name)?;
        let (length, data_length) = (reason.chars().count(), reason_data.map_or(0, |data| data.chars().count()));
        if length > MOST_REASON {
            return Err(AlarmError::of(name, format!("StateReason has {length} characters, more than {MOST_REASON}")));
        }
        if data_length > MOST_DATA {
            let what = format!("StateReasonData has {data_length} characters, more than {MOST_DATA}");
            return Err(AlarmError::of(name, what));
        }
        if let Some(Err(error)) = reason_data.map(serde_json::from_str::<serde::de::IgnoredAny>) {
            return Err(AlarmError::of(name, format!("StateReasonData is no JSON: {error}")));
        }
        let reason_data = reason_data.map(str::to_owned);
        self.settle_on(name, Verdict { state, reason: reason.to_owned(), reason_data, children: Vec::new() });
        Ok(())
    }

    /// Lets the alarm's actions run again, from its next change of state on.
    ///
    /// # Errors
    /// When there is no such alarm.
    pub fn enable_actions(&mut self, name: &str) -> Result<(), AlarmError> {
        self.set_actions(name, true)
    }

    /// Keeps the alarm's actions from running; its states go on and EventBridge hears of them.
    ///
    /// # Errors
    /// When there is no such alarm.
    pub fn disable_actions(&mut self, name: &str) -> Result<(), AlarmError> {
        self.set_actions(name, false)
    }

    fn set_actions(&mut self, name: &str, enabled: bool) -> Result<(), AlarmError> {
        self.check_known(name)?;
        let now = self.now;
        let entry = self.entry_mut(name);
        if entry.status.definition.actions().enabled != enabled {
            match Arc::make_mut(&mut entry.status.definition) {
                Alarm::Metric(alarm) => alarm.actions.enabled = enabled,
                Alarm::Composite(alarm) => alarm.actions.enabled = enabled,
            }
            let item = HistoryItem::updated(&entry.status.definition, now);
            entry.remember(item, now);
        }
        Ok(())
    }

    fn check_known(&self, name: &str) -> Result<(), AlarmError> {
        if self.alarms.contains_key(name) {
            return Ok(());
        }
        Err(AlarmError::of(name, "there is no alarm of this name"))
    }
}
