//! What is wrong with a dashboard's body, where, and what to do about it.

use std::fmt;

/// One fault of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardFault {
    /// The way to it from the body's root, such as `/widgets/3/properties/metrics/0/2` (`DataPath` of the API); empty
    /// where the fault is the body's or the name's.
    pub path: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for DashboardFault {
    /// `/widgets/3/x: must be a whole number from 0 to 23, is 24`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// A body that CloudWatch would refuse, or that this library does not support: every fault at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardFaults {
    /// The dashboard's name.
    pub dashboard: String,
    /// The faults, in the order of the body; at least one.
    pub faults: Vec<DashboardFault>,
}

impl DashboardFaults {
    /// Faults of a dashboard; nothing where there are none.
    pub(super) fn collect(dashboard: &str, faults: Vec<DashboardFault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self { dashboard: dashboard.to_owned(), faults }) }
    }
}

impl fmt::Display for DashboardFaults {
    /// One fault a line: ``dashboard `orders`: /widgets/3/x: …``
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            write!(f, "{}dashboard `{}`: {fault}", if index > 0 { "\n" } else { "" }, self.dashboard)?;
        }
        Ok(())
    }
}

impl std::error::Error for DashboardFaults {}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(pub(super) Vec<DashboardFault>);

impl Faults {
    pub(super) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(DashboardFault { path: path.into(), message: message.into() });
    }
}
