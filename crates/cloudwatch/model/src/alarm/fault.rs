//! What is wrong with alarms.

use std::fmt;

/// One thing that is wrong with one alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmFault {
    /// The alarm's name.
    pub alarm: String,
    /// What is wrong, where, and what is expected.
    pub what: String,
}

impl fmt::Display for AlarmFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "alarm `{}`: {}", self.alarm, self.what)
    }
}

/// Alarms that CloudWatch would refuse, or that this library does not support: every fault at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmError {
    /// The faults, in the order of the alarms; at least one.
    pub faults: Vec<AlarmFault>,
}

impl AlarmError {
    /// An error of one fault.
    pub(crate) fn of(alarm: &str, what: impl Into<String>) -> Self {
        Self { faults: vec![AlarmFault { alarm: alarm.to_owned(), what: what.into() }] }
    }
}

impl fmt::Display for AlarmError {
    /// One line a fault.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if index > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for AlarmError {}
