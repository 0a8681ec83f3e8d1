//! Dashboards and alarms out of CloudFormation templates, before anything is deployed.

use std::collections::BTreeMap;
use std::path::Path;

use atalaya_cloudwatch::alarm::Alarm;
use atalaya_cloudwatch_dashboard::Dashboard;
use atalaya_cloudwatch_template::{Context, Resolved, Template};
use atalaya_terminal::exit::Failure;
use serde_json::Value;

use super::{faults, no_dashboard};

/// What a template of dashboards gives, and what belongs to it.
#[derive(Debug)]
pub struct Templates {
    prefix: String,
    pub(super) context: Context,
    dashboards: Vec<(String, Value)>,
    pub(super) alarms: Vec<Alarm>,
    /// What `${…}` in a file of series stands for.
    pub(super) variables: BTreeMap<String, String>,
}

impl Templates {
    /// Of a template that is resolved in `context`. Names of its dashboards may be given without `prefix-` in front;
    /// `alarms` judge the series.
    #[must_use]
    pub fn new(prefix: &str, context: Context, resolved: &Resolved, alarms: Vec<Alarm>) -> Self {
        let mut variables = resolved.parameters().clone();
        variables.insert("AWS::Region".to_owned(), context.region.clone());
        variables.insert("AWS::AccountId".to_owned(), context.account_id.clone());
        variables.insert("AWS::Partition".to_owned(), context.partition.clone());
        let dashboards = resolved.dashboards().to_vec();
        Self { prefix: prefix.to_owned(), context, dashboards, alarms, variables }
    }

    /// Of one template with its own alarms; its stack's name is the prefix.
    ///
    /// # Errors
    /// The file cannot be read, or the template is wrong.
    pub fn read(path: &Path, context: Context) -> Result<Self, Failure> {
        let resolved = parse(path)?.resolve(&context).map_err(|error| unusable(path, &error))?;
        let alarms = declared(&resolved);
        Ok(Self::new(&context.stack_name.clone(), context, &resolved, alarms))
    }

    /// The dashboard with this name, with or without the prefix in front.
    ///
    /// # Errors
    /// There is none, or its body is wrong.
    pub fn dashboard(&self, name: &str) -> Result<Dashboard, Failure> {
        let whole = format!("{}-{name}", self.prefix);
        let found = self.dashboards.iter().find(|(each, _)| *each == whole || each == name);
        let Some((name, body)) = found else {
            return Err(no_dashboard(name, &self.prefix, self.dashboards.iter().map(|(name, _)| name.as_str())));
        };
        Dashboard::parse(name, body).map_err(|error| faults(&error))
    }
}

/// The alarms of a template.
#[must_use]
pub fn declared(resolved: &Resolved) -> Vec<Alarm> {
    resolved.alarms().iter().map(|declared| declared.alarm.clone()).collect()
}

/// Reads a template's text.
///
/// # Errors
/// The file cannot be read, or is no template.
pub fn parse(path: &Path) -> Result<Template, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::unreadable(format!("cannot read {}: {error}", path.display())))?;
    Template::parse(&text).map_err(|error| unusable(path, &error))
}

/// Why a template cannot be used.
pub fn unusable(path: &Path, error: &impl std::fmt::Display) -> Failure {
    Failure::template(format!("{} cannot be used:\n{error}", path.display()))
}
