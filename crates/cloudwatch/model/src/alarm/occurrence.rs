//! What happens as time goes on.

use std::sync::Arc;

use crate::Account;
use crate::alarm::{Alarm, State, SuppressedBy};

/// Something that an alarm did.
#[derive(Debug, Clone, PartialEq)]
pub enum Occurrence {
    /// Its state became another. EventBridge is told of each.
    StateChanged(Transition),
    /// It set an action going.
    Action(Action),
}

impl Occurrence {
    /// When it happened, in seconds since the Unix epoch.
    #[must_use]
    pub fn at(&self) -> i64 {
        match self {
            Self::StateChanged(transition) => transition.at,
            Self::Action(action) => action.at,
        }
    }

    /// The alarm's name.
    #[must_use]
    pub fn alarm(&self) -> &str {
        match self {
            Self::StateChanged(transition) => &transition.alarm,
            Self::Action(action) => &action.alarm,
        }
    }
}

/// A state as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The state.
    pub state: State,
    /// Why.
    pub reason: String,
    /// The data behind the reason, a JSON text.
    pub reason_data: Option<String>,
    /// Since when, in seconds since the Unix epoch.
    pub at: i64,
}

/// Another alarm whose state made a composite alarm change its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its ARN.
    pub arn: String,
    /// Its state.
    pub state: State,
    /// Since when, in seconds since the Unix epoch.
    pub at: i64,
}

/// A change of an alarm's state. [`Transition::event`] tells EventBridge of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// The alarm's name.
    pub alarm: String,
    /// Its ARN.
    pub arn: String,
    /// Its state before.
    pub from: State,
    /// Its state since.
    pub to: State,
    /// When, in seconds since the Unix epoch.
    pub at: i64,
    /// Why.
    pub reason: String,
    /// The data behind the reason: a JSON text with its keys in CloudWatch's order.
    pub reason_data: Option<String>,
    /// The state before, with its own reason.
    pub previous: Situation,
    /// Of a composite alarm: the alarms whose states led to the change; none where the state was set by a call.
    pub children: Vec<Child>,
    /// Of a composite alarm: what keeps its actions back.
    pub suppressed_by: Option<SuppressedBy>,
    /// The alarm as it was configured at that time.
    pub definition: Arc<Alarm>,
    /// When that configuration was put, in seconds since the Unix epoch.
    pub configured_at: i64,
    /// Where the alarm lives.
    pub account: Arc<Account>,
    /// The changes of this account's alarms, counted from 1.
    pub number: u64,
}

/// An action that an alarm set going.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The alarm's name.
    pub alarm: String,
    /// What is to act: the ARN of an SNS topic, a function and so on.
    pub arn: String,
    /// The state whose action it is.
    pub state: State,
    /// When, in seconds since the Unix epoch.
    pub at: i64,
    /// The subject of an SNS message.
    pub subject: String,
    /// The message: the payload of a function for an ARN of Lambda, else the JSON text of an SNS message.
    pub message: String,
}
