//! The functions' configuration: environment variables, each read once, all faults named at once.

use std::{fmt, time::Duration};

use jiff::SignedDuration;

use crate::ledger::DEFAULT_SAMPLES_RETENTION;

/// An environment variable of a function and what in the template gives it its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The resource or the parameter of `infra/template.yaml` that it names.
    pub resource: &'static str,
}

/// The ledger's table.
pub const LEDGER_TABLE: Variable = Variable { name: "ATALAYA_LEDGER_TABLE", resource: "the ledger table" };
/// The bucket that senders send to.
pub const INBOX_BUCKET: Variable = Variable { name: "ATALAYA_INBOX_BUCKET", resource: "the inbox bucket" };
/// The bucket with the contracts.
pub const CONTRACTS_BUCKET: Variable = Variable { name: "ATALAYA_CONTRACTS_BUCKET", resource: "the contracts bucket" };
/// The bucket that readers read from.
pub const CURATED_BUCKET: Variable = Variable { name: "ATALAYA_CURATED_BUCKET", resource: "the curated bucket" };
/// The bucket with the lists of rejects.
pub const REJECTS_BUCKET: Variable = Variable { name: "ATALAYA_REJECTS_BUCKET", resource: "the rejects bucket" };
/// The bucket with the graphs of alarms.
pub const PICTURES_BUCKET: Variable = Variable { name: "ATALAYA_PICTURES_BUCKET", resource: "the pictures bucket" };
/// The state machine `process-file`.
pub const STATE_MACHINE_ARN: Variable =
    Variable { name: "ATALAYA_STATE_MACHINE_ARN", resource: "the state machine process-file" };
/// The topic that tells senders and readers.
pub const DATA_USERS_TOPIC_ARN: Variable =
    Variable { name: "ATALAYA_DATA_USERS_TOPIC_ARN", resource: "the topic data-users" };

/// The topic that calls an operator now.
pub const ON_CALL_PAGE_TOPIC_ARN: Variable =
    Variable { name: "ATALAYA_ON_CALL_PAGE_TOPIC_ARN", resource: "the topic on-call-page" };
/// The topic that tells operators what can wait until they work.
pub const ON_CALL_TICKET_TOPIC_ARN: Variable =
    Variable { name: "ATALAYA_ON_CALL_TICKET_TOPIC_ARN", resource: "the topic on-call-ticket" };
/// Seconds from an object's creation within which its file is to end well; [`DEFAULT_LATENCY_TARGET`] when not set.
pub const LATENCY_TARGET_SECONDS: Variable =
    Variable { name: "ATALAYA_LATENCY_TARGET_SECONDS", resource: "the latency target, in whole seconds from 1 on" };

/// Days for which lists of rejects and samples of them stay; [`DEFAULT_SAMPLES_RETENTION`] when not set.
pub const REJECTS_RETENTION_DAYS: Variable =
    Variable { name: "ATALAYA_REJECTS_RETENTION_DAYS", resource: "the retention of rejects, in whole days from 1 on" };

/// The latency target of a file where none is set.
pub const DEFAULT_LATENCY_TARGET: Duration = Duration::from_secs(60);

/// What is wrong with a function's environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigError {
    /// Variables that are missing or empty.
    pub missing: Vec<Variable>,
    /// Variables whose values cannot be used, with those values.
    pub unusable: Vec<(Variable, String)>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self
            .missing
            .iter()
            .map(|variable| format!("{} is not set: it is to name {}", variable.name, variable.resource));
        let unusable = self
            .unusable
            .iter()
            .map(|(variable, value)| format!("{} is {value:?}: it is to be {}", variable.name, variable.resource));
        let faults: Vec<_> = missing.chain(unusable).collect();
        write!(f, "{} (set it under Environment.Variables of the function in infra/template.yaml)", faults.join("; "))
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
    /// How soon after its object's creation a file is to end well.
    pub latency_target: Duration,
    /// How long after a file's outcome the samples of its rejects stay.
    pub rejects_retention: SignedDuration,
}

/// Configuration of `notify`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyConfig {
    /// Name of the ledger's table.
    pub ledger_table: String,
    /// ARN of the topic.
    pub topic_arn: String,
}

/// Configuration of `page`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageConfig {
    /// Name of the ledger's table.
    pub ledger_table: String,
    /// ARN of the topic that calls an operator now.
    pub page_topic_arn: String,
    /// ARN of the topic for what can wait.
    pub ticket_topic_arn: String,
    /// ARN of the topic that tells senders and readers.
    pub data_users_topic_arn: String,
    /// Name of the bucket with the graphs of alarms.
    pub pictures_bucket: String,
}

/// Configuration of `canary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanaryConfig {
    /// Name of the inbox bucket.
    pub inbox_bucket: String,
    /// Name of the contracts bucket.
    pub contracts_bucket: String,
}

impl IntakeConfig {
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
    /// Reads from `get`.
    ///
    /// # Errors
    /// As [`ProcessConfig::from_env`].
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let names = read([LEDGER_TABLE, CONTRACTS_BUCKET, CURATED_BUCKET, REJECTS_BUCKET], &get);
        let target = whole_number(LATENCY_TARGET_SECONDS, &get)
            .map(|seconds| seconds.map_or(DEFAULT_LATENCY_TARGET, |seconds| Duration::from_secs(seconds.into())));
        let retention = whole_number(REJECTS_RETENTION_DAYS, &get).map(|days| {
            days.map_or(DEFAULT_SAMPLES_RETENTION, |days| SignedDuration::from_hours(i64::from(days) * 24))
        });
        let (names, (latency_target, rejects_retention)) = both(names, both(target, retention))?;
        let [ledger_table, contracts_bucket, curated_bucket, rejects_bucket] = names;
        Ok(Self { ledger_table, contracts_bucket, curated_bucket, rejects_bucket, latency_target, rejects_retention })
    }
}

impl NotifyConfig {
    /// Reads from `get`.
    ///
    /// # Errors
    /// As [`NotifyConfig::from_env`].
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let [ledger_table, topic_arn] = read([LEDGER_TABLE, DATA_USERS_TOPIC_ARN], get)?;
        Ok(Self { ledger_table, topic_arn })
    }
}

impl PageConfig {
    /// Reads from `get`.
    ///
    /// # Errors
    /// As [`PageConfig::from_env`].
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variables =
            [LEDGER_TABLE, ON_CALL_PAGE_TOPIC_ARN, ON_CALL_TICKET_TOPIC_ARN, DATA_USERS_TOPIC_ARN, PICTURES_BUCKET];
        let [ledger_table, page_topic_arn, ticket_topic_arn, data_users_topic_arn, pictures_bucket] =
            read(variables, get)?;
        Ok(Self { ledger_table, page_topic_arn, ticket_topic_arn, data_users_topic_arn, pictures_bucket })
    }
}

impl CanaryConfig {
    /// Reads from `get`.
    ///
    /// # Errors
    /// As [`CanaryConfig::from_env`].
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let [inbox_bucket, contracts_bucket] = read([INBOX_BUCKET, CONTRACTS_BUCKET], get)?;
        Ok(Self { inbox_bucket, contracts_bucket })
    }
}

macro_rules! from_the_environment {
    ($($config:ident),*) => {
        $(impl $config {
            /// Reads the process's environment.
            ///
            /// # Errors
            /// Names every variable that is missing, empty or unusable.
            pub fn from_env() -> Result<Self, ConfigError> {
                Self::from_variables(|name| std::env::var(name).ok())
            }
        })*
    };
}

from_the_environment!(IntakeConfig, ProcessConfig, NotifyConfig, PageConfig, CanaryConfig);

fn read<const N: usize>(
    variables: [Variable; N],
    get: impl Fn(&str) -> Option<String>,
) -> Result<[String; N], ConfigError> {
    let values = variables.map(|variable| get(variable.name).filter(|value| !value.is_empty()));
    let missing: Vec<_> =
        variables.into_iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(variable, _)| variable).collect();
    if missing.is_empty() {
        Ok(values.map(Option::unwrap_or_default))
    } else {
        Err(ConfigError { missing, unusable: Vec::new() })
    }
}

/// A whole number from 1 on; `None` where none is set.
fn whole_number(variable: Variable, get: impl Fn(&str) -> Option<String>) -> Result<Option<u32>, ConfigError> {
    let Some(value) = get(variable.name).filter(|value| !value.is_empty()) else { return Ok(None) };
    match value.parse::<u32>() {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => Err(ConfigError { missing: Vec::new(), unusable: vec![(variable, value)] }),
    }
}

/// Both values, or the faults of both.
fn both<A, B>(first: Result<A, ConfigError>, second: Result<B, ConfigError>) -> Result<(A, B), ConfigError> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(mut first), Err(second)) => {
            first.missing.extend(second.missing);
            first.unusable.extend(second.unusable);
            Err(first)
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
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
        let numbers = [LATENCY_TARGET_SECONDS.name, REJECTS_RETENTION_DAYS.name];
        let named = |name: &str| (!numbers.contains(&name)).then(|| name.to_lowercase());
        let config = ProcessConfig::from_variables(named).expect("all are set");
        assert_eq!(config.ledger_table, "atalaya_ledger_table");
        assert_eq!(config.curated_bucket, "atalaya_curated_bucket");
        assert_eq!(config.rejects_bucket, "atalaya_rejects_bucket");
        assert_eq!(config.latency_target, Duration::from_secs(60));
        assert_eq!(config.rejects_retention, SignedDuration::from_hours(90 * 24));
        let config = PageConfig::from_variables(named).expect("all are set");
        assert_eq!(config.page_topic_arn, "atalaya_on_call_page_topic_arn");
        assert_eq!(config.ticket_topic_arn, "atalaya_on_call_ticket_topic_arn");
        assert_eq!(config.pictures_bucket, "atalaya_pictures_bucket");
        assert_eq!(config.data_users_topic_arn, "atalaya_data_users_topic_arn");
        let config = CanaryConfig::from_variables(named).expect("all are set");
        assert_eq!((config.inbox_bucket, config.contracts_bucket.len()), ("atalaya_inbox_bucket".to_owned(), 24));
    }

    #[test]
    fn a_target_is_seconds_a_retention_is_days_and_every_fault_is_named() {
        let set = |number: Variable, value: &str| {
            let value = value.to_owned();
            ProcessConfig::from_variables(move |name| match name {
                _ if name == number.name => Some(value.clone()),
                _ if [LATENCY_TARGET_SECONDS.name, REJECTS_RETENTION_DAYS.name].contains(&name) => None,
                _ => Some("x".to_owned()),
            })
        };
        let days = |days: i64| SignedDuration::from_hours(days * 24);
        assert_eq!(set(REJECTS_RETENTION_DAYS, "7").map(|config| config.rejects_retention), Ok(days(7)));
        assert_eq!(set(REJECTS_RETENTION_DAYS, "").map(|config| config.rejects_retention), Ok(days(90)));
        let text = set(REJECTS_RETENTION_DAYS, "0").expect_err("no retention").to_string();
        assert!(
            text.contains("ATALAYA_REJECTS_RETENTION_DAYS is \"0\": it is to be the retention of rejects"),
            "{text}"
        );
        let with = |value: &str| set(LATENCY_TARGET_SECONDS, value);
        assert_eq!(with("90").map(|config| config.latency_target), Ok(Duration::from_secs(90)));
        assert_eq!(with("").map(|config| config.latency_target), Ok(DEFAULT_LATENCY_TARGET));
        for value in ["0", "-1", "1.5", "1 minute"] {
            let text = with(value).expect_err("no target").to_string();
            let says = format!("ATALAYA_LATENCY_TARGET_SECONDS is {value:?}: it is to be the latency target, in whole");
            assert!(text.contains(&says), "{text}");
        }
        let numbers = [LATENCY_TARGET_SECONDS.name, REJECTS_RETENTION_DAYS.name];
        let error = ProcessConfig::from_variables(|name| numbers.contains(&name).then(|| "0".to_owned()))
            .expect_err("all are wrong");
        assert_eq!((error.missing.len(), error.unusable.len()), (4, 2));
    }
}
