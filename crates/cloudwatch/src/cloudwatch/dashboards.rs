//! Dashboards that are put, read and removed.

use serde_json::Value;

use super::CloudWatch;
use crate::dashboard::{Dashboard, DashboardFaults};

/// A dashboard and when it was put, in seconds since the Unix epoch.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) dashboard: Dashboard,
    pub(crate) modified_at: i64,
}

impl CloudWatch {
    /// Puts a dashboard, or replaces the one of its name.
    ///
    /// # Errors
    /// As [`Dashboard::parse`]; the dashboard that was there stays.
    pub fn put_dashboard(&mut self, name: &str, body: &Value) -> Result<(), DashboardFaults> {
        let dashboard = Dashboard::parse(name, body)?;
        let stored = Stored { dashboard, modified_at: self.now };
        self.dashboards.insert(name.to_owned(), stored);
        Ok(())
    }

    /// Removes dashboards; all or none. The first name without a dashboard otherwise.
    pub(crate) fn remove_dashboards<'a>(&mut self, names: &[&'a str]) -> Result<(), &'a str> {
        if let Some(unknown) = names.iter().find(|name| !self.dashboards.contains_key(**name)) {
            return Err(unknown);
        }
        for name in names {
            self.dashboards.remove(*name);
        }
        Ok(())
    }

    /// All dashboards, by name.
    pub fn dashboards(&self) -> impl Iterator<Item = &Dashboard> {
        self.stored_dashboards().map(|stored| &stored.dashboard)
    }

    pub(crate) fn stored_dashboards(&self) -> impl Iterator<Item = &Stored> {
        self.dashboards.values()
    }

    /// The dashboard of this name.
    #[must_use]
    pub fn dashboard(&self, name: &str) -> Option<&Dashboard> {
        self.dashboards.get(name).map(|stored| &stored.dashboard)
    }
}
