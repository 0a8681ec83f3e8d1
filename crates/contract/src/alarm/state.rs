//! The state of an alarm.

use std::fmt;

use serde::{Deserialize, Serialize};

/// State of an alarm, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlarmState {
    /// What it watches is as it should be.
    #[serde(rename = "OK")]
    Ok,
    /// There are not enough data to say.
    #[serde(rename = "INSUFFICIENT_DATA")]
    InsufficientData,
    /// It is not.
    #[serde(rename = "ALARM")]
    Alarm,
}

impl AlarmState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Ok, Self::InsufficientData, Self::Alarm];

    /// The state as CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::InsufficientData => "INSUFFICIENT_DATA",
            Self::Alarm => "ALARM",
        }
    }

    /// The state that CloudWatch spells so.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

impl fmt::Display for AlarmState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
