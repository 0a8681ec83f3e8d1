//! The functions' configuration: environment variables, each read once, all that are missing named at once.

use std::fmt;

/// An environment variable of a function and what in the template gives it its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The resource of `infra/template.yaml` that it names.
    pub resource: &'static str,
}

/// The ledger's table.
pub const LEDGER_TABLE: Variable = Variable { name: "ATALAYA_LEDGER_TABLE", resource: "the ledger table" };
/// The bucket with the contracts.
pub const CONTRACTS_BUCKET: Variable = Variable { name: "ATALAYA_CONTRACTS_BUCKET", resource: "the contracts bucket" };
/// The bucket that readers read from.
pub const CURATED_BUCKET: Variable = Variable { name: "ATALAYA_CURATED_BUCKET", resource: "the curated bucket" };
/// The bucket with the lists of rejects.
pub const REJECTS_BUCKET: Variable = Variable { name: "ATALAYA_REJECTS_BUCKET", resource: "the rejects bucket" };
/// The state machine `process-file`.
pub const STATE_MACHINE_ARN: Variable =
    Variable { name: "ATALAYA_STATE_MACHINE_ARN", resource: "the state machine process-file" };
/// The topic that tells senders and readers.
pub const DATA_USERS_TOPIC_ARN: Variable =
    Variable { name: "ATALAYA_DATA_USERS_TOPIC_ARN", resource: "the topic data-users" };

/// Variables that a function needs and does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Those that are missing or empty.
    pub missing: Vec<Variable>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, variable) in self.missing.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{} is not set: it is to name {}", variable.name, variable.resource)?;
        }
        f.write_str(" (set it under Environment.Variables of the function in infra/template.yaml)")
    }
}

impl std::error::Error for ConfigError {}

/// Configuration of `intake`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeConfig {
    /// Name of the ledger's table.
    pub ledger_table: String,
    /// Name of the contracts bucket.
    pub contracts_bucket: String,
    /// ARN of the state machine.
    pub state_machine_arn: String,
}

/// Configuration of `process`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessConfig {
    /// Name of the ledger's table.
    pub ledger_table: String,
    /// Name of the contracts bucket.
    pub contracts_bucket: String,
    /// Name of the curated bucket.
    pub curated_bucket: String,
    /// Name of the rejects bucket.
    pub rejects_bucket: String,
}

/// Configuration of `notify`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyConfig {
    /// Name of the ledger's table.
    pub ledger_table: String,
    /// ARN of the topic.
    pub topic_arn: String,
}

impl IntakeConfig {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// Names every variable that is missing or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(environment)
    }

    /// Reads from `get`.
    ///
    /// # Errors
    /// As [`IntakeConfig::from_env`].
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let [ledger_table, contracts_bucket, state_machine_arn] =
            read([LEDGER_TABLE, CONTRACTS_BUCKET, STATE_MACHINE_ARN], get)?;
        Ok(Self { ledger_table, contracts_bucket, state_machine_arn })
    }
}

impl ProcessConfig {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// Names every variable that is missing or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(environment)
    }

    /// Reads from `get`.
    ///
    /// # Errors
    /// As [`ProcessConfig::from_env`].
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let [ledger_table, contracts_bucket, curated_bucket, rejects_bucket] =
            read([LEDGER_TABLE, CONTRACTS_BUCKET, CURATED_BUCKET, REJECTS_BUCKET], get)?;
        Ok(Self { ledger_table, contracts_bucket, curated_bucket, rejects_bucket })
    }
}

impl NotifyConfig {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// Names every variable that is missing or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(environment)
    }

    /// Reads from `get`.
    ///
    /// # Errors
    /// As [`NotifyConfig::from_env`].
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let [ledger_table, topic_arn] = read([LEDGER_TABLE, DATA_USERS_TOPIC_ARN], get)?;
        Ok(Self { ledger_table, topic_arn })
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn read<const N: usize>(
    variables: [Variable; N],
    get: impl Fn(&str) -> Option<String>,
) -> Result<[String; N], ConfigError> {
    let values = variables.map(|variable| get(variable.name).filter(|value| !value.is_empty()));
    let missing: Vec<_> =
        variables.into_iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(variable, _)| variable).collect();
    if missing.is_empty() { Ok(values.map(Option::unwrap_or_default)) } else { Err(ConfigError { missing }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_variable_is_named_with_what_sets_it() {
        let error = IntakeConfig::from_variables(|name| match name {
            "ATALAYA_LEDGER_TABLE" => Some("t".to_owned()),
            "ATALAYA_CONTRACTS_BUCKET" => Some(String::new()),
            _ => None,
        })
        .expect_err("two are missing");
        assert_eq!(error.missing, [CONTRACTS_BUCKET, STATE_MACHINE_ARN]);
        let text = error.to_string();
        assert!(text.contains("ATALAYA_CONTRACTS_BUCKET is not set: it is to name the contracts bucket; "), "{text}");
        assert!(text.contains("infra/template.yaml"), "{text}");
    }

    #[test]
    fn values_arrive_in_their_fields() {
        let config = ProcessConfig::from_variables(|name| Some(name.to_lowercase())).expect("all are set");
        assert_eq!(config.ledger_table, "atalaya_ledger_table");
        assert_eq!(config.curated_bucket, "atalaya_curated_bucket");
        assert_eq!(config.rejects_bucket, "atalaya_rejects_bucket");
    }
}
