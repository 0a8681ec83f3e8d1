//! Which alarms a call asks for.

use super::{ApiError, Input};
use atalaya_cloudwatch::{
    CloudWatch,
    alarm::{Alarm, AlarmStatus, State},
};

/// What kinds of alarm a call asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds {
    metric: bool,
    composite: bool,
}

impl Kinds {
    /// As `AlarmTypes` says; where it says nothing, metric alarms only.
    pub(super) fn read(input: &Input<'_>) -> Result<Self, ApiError> {
        let mut kinds = Self { metric: !input.has("AlarmTypes"), composite: false };
        for text in input.texts("AlarmTypes")?.unwrap_or_default() {
            match text {
                "MetricAlarm" => kinds.metric = true,
                "CompositeAlarm" => kinds.composite = true,
                other => {
                    let message = format!("AlarmTypes has `{other}`, which must be MetricAlarm or CompositeAlarm");
                    return Err(ApiError::value(message));
                }
            }
        }
        Ok(kinds)
    }

    pub(super) fn take(self, alarm: &AlarmStatus) -> bool {
        match &*alarm.definition {
            Alarm::Metric(_) => self.metric,
            Alarm::Composite(_) => self.composite,
        }
    }
}

/// The filters of `DescribeAlarms` that are not about families.
pub(super) struct Filter<'a> {
    kinds: Kinds,
    names: Option<Vec<&'a str>>,
    prefix: Option<&'a str>,
    state: Option<State>,
    action_prefix: Option<&'a str>,
}

impl<'a> Filter<'a> {
    pub(super) fn read(input: &Input<'a>) -> Result<Self, ApiError> {
        let filter = Self {
            kinds: Kinds::read(input)?,
            names: input.texts("AlarmNames")?,
            prefix: input.text("AlarmNamePrefix")?,
            state: input.one_of("StateValue", &State::ALL, State::as_str)?,
            action_prefix: input.text("ActionPrefix")?,
        };
        if filter.names.is_some() && filter.prefix.is_some() {
            return Err(ApiError::combination("AlarmNames and AlarmNamePrefix cannot be given together"));
        }
        if let Some(names) = filter.names.as_ref().filter(|names| names.len() > 100) {
            return Err(ApiError::value(format!("AlarmNames has {} entries, more than 100", names.len())));
        }
        Ok(filter)
    }

    /// The alarms, by name.
    pub(super) fn apply(&self, cloudwatch: &'a CloudWatch) -> impl Iterator<Item = &'a AlarmStatus> {
        cloudwatch.alarms().filter(|alarm| self.takes(alarm))
    }

    fn takes(&self, alarm: &AlarmStatus) -> bool {
        let name = alarm.definition.name();
        self.kinds.take(alarm)
            && self.names.as_ref().is_none_or(|names| names.contains(&name))
            && self.prefix.is_none_or(|prefix| name.starts_with(prefix))
            && self.state.is_none_or(|state| alarm.state == state)
            && self.action_prefix.is_none_or(|prefix| has_action(alarm, prefix))
    }
}

fn has_action(alarm: &AlarmStatus, prefix: &str) -> bool {
    let actions = alarm.definition.actions();
    State::ALL.into_iter().flat_map(|state| actions.of(state)).any(|arn| arn.starts_with(prefix))
}
