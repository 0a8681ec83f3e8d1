//! Dashboards that are put, read and removed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Dashboard, DashboardFaults};

/// A dashboard and when it was put.
#[derive(Debug)]
pub struct Stored {
    /// What was put.
    pub dashboard: Dashboard,
    /// When, in seconds since the Unix epoch.
    pub modified_at: i64,
}

/// The dashboards of one account, by name.
#[derive(Debug, Default)]
pub struct Dashboards(BTreeMap<String, Stored>);

impl Dashboards {
    /// Puts a dashboard at `now` (seconds since the Unix epoch), or replaces the one of its name.
    ///
    /// # Errors
    /// As [`Dashboard::parse`]; the dashboard that was there stays.
    pub fn put(&mut self, name: &str, body: &Value, now: i64) -> Result<(), DashboardFaults> {
        let dashboard = Dashboard::parse(name, body)?;
        self.0.insert(name.to_owned(), Stored { dashboard, modified_at: now });
        Ok(())
    }

    /// Removes dashboards; all or none.
    ///
    /// # Errors
    /// The first name without a dashboard.
    pub fn remove<'a>(&mut self, names: &[&'a str]) -> Result<(), &'a str> {
        if let Some(unknown) = names.iter().find(|name| !self.0.contains_key(**name)) {
            return Err(unknown);
        }
        for name in names {
            self.0.remove(*name);
        }
        Ok(())
    }

    /// All, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Stored> {
        self.0.values()
    }

    /// The dashboard of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Dashboard> {
        self.0.get(name).map(|stored| &stored.dashboard)
    }
}
