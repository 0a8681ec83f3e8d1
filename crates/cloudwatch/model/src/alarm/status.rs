//! An alarm as it stands.

use std::sync::Arc;

use crate::alarm::{Alarm, State, SuppressedBy};

/// An alarm with its state. Times are seconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmStatus {
    /// What it is configured to do.
    pub definition: Arc<Alarm>,
    /// Its ARN.
    pub arn: String,
    /// Its state.
    pub state: State,
    /// Why it is in it.
    pub reason: String,
    /// The data behind the reason: a JSON text with its keys in CloudWatch's order.
    pub reason_data: Option<String>,
    /// When its configuration changed.
    pub configured_at: i64,
    /// When its state was set, be it to the same one.
    pub updated_at: i64,
    /// When its state became another.
    pub transitioned_at: i64,
    /// What keeps its actions back, where something does.
    pub suppressed_by: Option<SuppressedBy>,
    /// Why its newest evaluation failed, where it did: the state is then an older one.
    pub evaluation_error: Option<String>,
}
