//! Alarms: what they are, when and how they are evaluated, and what they say.

pub mod configuration;
mod decision;
mod definition;
mod fault;
pub(crate) mod history;
pub mod limits;
mod occurrence;
pub(crate) mod reason;
mod rule;
mod status;
mod suppression;
mod window;

pub use decision::{Decision, Slot, decide};
pub use definition::{
    Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, MissingData, State, Suppressor,
};
pub use fault::{AlarmError, AlarmFault};
pub use history::{HistoryItem, HistoryItemType};
pub use occurrence::{Action, Child, Occurrence, Situation, Transition};
pub use rule::{Amount, Rule, RuleError};
pub use status::AlarmStatus;
pub use suppression::SuppressedBy;
pub use window::{Window, evaluation_range};

pub(crate) use suppression::Suppression;
