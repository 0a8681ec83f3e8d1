//! The AWS CLI, as faults and checks call it.

use std::{path::PathBuf, process::Command};

use atalaya_local::LocalAws;
use serde_json::Value;

use crate::{DrillError, error::Doing};

/// An `aws` command that talks to one local AWS.
#[derive(Debug, Clone)]
pub struct AwsCli {
    program: PathBuf,
    endpoint: String,
    cloudwatch: String,
    environment: Vec<(String, String)>,
}

impl AwsCli {
    /// The one of a local AWS.
    #[must_use]
    pub fn of(local: &LocalAws) -> Self {
        Self {
            program: local.aws_cli(),
            endpoint: local.endpoint().to_owned(),
            cloudwatch: local.cloudwatch_endpoint().to_owned(),
            environment: local.environment(),
        }
    }

    /// Calls it; answers with what it printed. Calls about alarms go to CloudWatch.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn call(&self, arguments: &[&str]) -> Result<String, DrillError> {
        let endpoint = match arguments.first() {
            Some(&"cloudwatch" | &"logs") => &self.cloudwatch,
            // By option too: for SQS the AWS CLI falls back to its old public endpoint when only the environment names
            // one.
            _ => &self.endpoint,
        };
        let call = || format!("aws {}", arguments.iter().take(2).copied().collect::<Vec<_>>().join(" "));
        let output = Command::new(&self.program)
            .args(["--endpoint-url", endpoint, "--output", "json"])
            .args(arguments)
            // Version 2 would show its answer page by page.
            .env("AWS_PAGER", "")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .output()
            .doing(call())?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(DrillError::Call { call: call(), reason })
    }

    /// The same, as JSON; a call that prints nothing gives `null`.
    ///
    /// # Errors
    /// When it does not end well, or prints something else.
    pub fn json(&self, arguments: &[&str]) -> Result<Value, DrillError> {
        let printed = self.call(arguments)?;
        if printed.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&printed).map_err(|error| DrillError::Call {
            call: format!("aws {}", arguments.join(" ")),
            reason: format!("it printed no JSON: {error}"),
        })
    }
}

impl AsRef<Self> for AwsCli {
    fn as_ref(&self) -> &Self {
        self
    }
}
