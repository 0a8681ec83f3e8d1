//! Functions (AWS Lambda).

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use atalaya_cloud::{CloudError, ErrorKind, Found as _, SdkConfig, SdkResult as _};
use aws_sdk_lambda::{
    operation::get_function_configuration::GetFunctionConfigurationOutput,
    primitives::Blob,
    types::{Environment, InvocationType, LastUpdateStatus},
};
use serde_json::Value;

/// How long Lambda may take to put a change of configuration in force.
const UPDATE_DEADLINE: Duration = Duration::from_secs(60);
/// How often it is asked whether it has.
const UPDATE_POLL: Duration = Duration::from_millis(250);

/// How a function is configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionConfiguration {
    /// Its environment.
    pub variables: BTreeMap<String, String>,
    /// Seconds.
    pub timeout: i32,
    /// MiB.
    pub memory: i32,
    /// `Active`, `Failed` and the like; empty where Lambda does not tell it.
    pub state: String,
}

/// What of a function's configuration is to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigurationChange {
    /// Variables to be set; the others stay.
    pub variables: BTreeMap<String, String>,
    /// Seconds.
    pub timeout: Option<i32>,
    /// MiB.
    pub memory: Option<i32>,
}

/// What an account's functions may run at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountConcurrency {
    /// All together.
    pub limit: i32,
    /// What of it is not reserved for a function.
    pub unreserved: i32,
}

/// What feeds a function from a queue or a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSource {
    /// Lambda's id of it.
    pub uuid: Option<String>,
    /// ARN of the queue or the stream.
    pub arn: String,
    /// `Enabled`, `Disabled` and the like, as Lambda spells it.
    pub state: String,
}

/// What a function answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Its answer, or the error as a document of JSON.
    pub payload: Vec<u8>,
    /// The kind of the error where it ended with one: `Handled` or `Unhandled`.
    pub error: Option<String>,
}

/// The functions of an account and region.
#[derive(Debug, Clone)]
pub struct Functions(aws_sdk_lambda::Client);

impl Functions {
    /// By this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_lambda::Client::new(config))
    }

    /// How a function is configured (`lambda:GetFunctionConfiguration`).
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn configuration(&self, name: &str) -> Result<FunctionConfiguration, CloudError> {
        let found = self.described(name).await?;
        Ok(FunctionConfiguration {
            variables: variables(&found),
            timeout: found.timeout().unwrap_or_default(),
            memory: found.memory_size().unwrap_or_default(),
            state: found.state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
        })
    }

    async fn described(&self, name: &str) -> Result<GetFunctionConfigurationOutput, CloudError> {
        let answer = self.0.get_function_configuration().function_name(name).send().await;
        answer.of_call(|| format!("GetFunctionConfiguration {name}"))
    }

    /// Sets what differs and waits until it is in force (`lambda:GetFunctionConfiguration`,
    /// `lambda:UpdateFunctionConfiguration`).
    ///
    /// # Errors
    /// `Timeout` where it is not in force after a minute, `Invalid` where Lambda cannot put it in force.
    pub async fn configure(&self, name: &str, change: &ConfigurationChange) -> Result<(), CloudError> {
        // Variables can only be set all at once; those that are not to change stay as they are now.
        let environment = if change.variables.is_empty() {
            None
        } else {
            let mut variables = variables(&self.described(name).await?);
            variables.extend(change.variables.clone());
            Some(Environment::builder().set_variables(Some(variables.into_iter().collect())).build())
        };
        let update = self.0.update_function_configuration().function_name(name).set_environment(environment);
        let update = update.set_timeout(change.timeout).set_memory_size(change.memory);
        update.send().await.of_call(|| format!("UpdateFunctionConfiguration {name}"))?;
        self.updated(name).await
    }

    /// Waits until the last change of a configuration is in force.
    async fn updated(&self, name: &str) -> Result<(), CloudError> {
        let failed = |kind, why: &str| CloudError::new(kind, format!("UpdateFunctionConfiguration {name}"), why);
        let begun = Instant::now();
        loop {
            let now = self.described(name).await?;
            match now.last_update_status() {
                Some(LastUpdateStatus::InProgress) if begun.elapsed() < UPDATE_DEADLINE => {
                    tokio::time::sleep(UPDATE_POLL).await;
                }
                Some(LastUpdateStatus::InProgress) => {
                    let why = format!("not in force after {} s", UPDATE_DEADLINE.as_secs());
                    return Err(failed(ErrorKind::Timeout, &why));
                }
                Some(LastUpdateStatus::Failed) => {
                    let why = now.last_update_status_reason().unwrap_or("Lambda does not say why");
                    return Err(failed(ErrorKind::Invalid, why));
                }
                _ => return Ok(()),
            }
        }
    }

    /// The concurrency that is reserved for a function: 0 means that it may not run, nothing that none is reserved
    /// (`lambda:GetFunctionConcurrency`).
    ///
    /// # Errors
    /// `NotFound` where there is no such function.
    pub async fn reserved_concurrency(&self, name: &str) -> Result<Option<i32>, CloudError> {
        let answer = self.0.get_function_concurrency().function_name(name).send().await;
        Ok(answer.of_call(|| format!("GetFunctionConcurrency {name}"))?.reserved_concurrent_executions())
    }

    /// Reserves concurrency for a function (`lambda:PutFunctionConcurrency`).
    ///
    /// # Errors
    /// Where the account has not so much left, or Lambda cannot be asked.
    pub async fn reserve_concurrency(&self, name: &str, runs: i32) -> Result<(), CloudError> {
        let put = self.0.put_function_concurrency().function_name(name).reserved_concurrent_executions(runs);
        put.send().await.of_call(|| format!("PutFunctionConcurrency {name}")).map(drop)
    }

    /// Takes away the concurrency that is reserved for a function, and with it its limit
    /// (`lambda:DeleteFunctionConcurrency`).
    ///
    /// # Errors
    /// Where Lambda cannot be asked.
    pub async fn free_concurrency(&self, name: &str) -> Result<(), CloudError> {
        let answer = self.0.delete_function_concurrency().function_name(name).send().await;
        answer.of_call(|| format!("DeleteFunctionConcurrency {name}")).map(drop)
    }

    /// What the account's functions may run at once; zeros where Lambda does not tell it
    /// (`lambda:GetAccountSettings`).
    ///
    /// # Errors
    /// Where Lambda cannot be asked.
    pub async fn account_concurrency(&self) -> Result<AccountConcurrency, CloudError> {
        let settings = self.0.get_account_settings().send().await.of_call(|| "GetAccountSettings")?;
        let limits = settings.account_limit().map(|limits| AccountConcurrency {
            limit: limits.concurrent_executions(),
            unreserved: limits.unreserved_concurrent_executions().unwrap_or_default(),
        });
        Ok(limits.unwrap_or_default())
    }

    /// The event sources of a function (`lambda:ListEventSourceMappings`).
    ///
    /// # Errors
    /// Where Lambda cannot be asked.
    pub async fn event_sources(&self, name: &str) -> Result<Vec<EventSource>, CloudError> {
        let answer = self.0.list_event_source_mappings().function_name(name).send().await;
        let found = answer.of_call(|| format!("ListEventSourceMappings {name}"))?.event_source_mappings;
        let source = |mapping: aws_sdk_lambda::types::EventSourceMappingConfiguration| EventSource {
            uuid: mapping.uuid,
            arn: mapping.event_source_arn.unwrap_or_default(),
            state: mapping.state.unwrap_or_default(),
        };
        Ok(found.unwrap_or_default().into_iter().map(source).collect())
    }

    /// Puts an event source on (`lambda:UpdateEventSourceMapping`).
    ///
    /// # Errors
    /// Where Lambda cannot be asked.
    pub async fn enable_event_source(&self, uuid: &str) -> Result<(), CloudError> {
        let answer = self.0.update_event_source_mapping().uuid(uuid).enabled(true).send().await;
        answer.of_call(|| format!("UpdateEventSourceMapping {uuid}")).map(drop)
    }

    /// Who may call a function; nothing where no policy says so, and null where it is no JSON (`lambda:GetPolicy`).
    ///
    /// # Errors
    /// Where Lambda cannot be asked.
    pub async fn policy(&self, name: &str) -> Result<Option<Value>, CloudError> {
        let answer = self.0.get_policy().function_name(name).send().await.of_call(|| format!("GetPolicy {name}"));
        let found = answer.if_found()?.map(|answer| answer.policy.unwrap_or_default());
        Ok(found.map(|text| serde_json::from_str(&text).unwrap_or_default()))
    }

    /// Lets a service call a function on behalf of `source`, an ARN, by a statement with this id; one that is there
    /// already stays (`lambda:AddPermission`).
    ///
    /// # Errors
    /// Where Lambda refuses the statement or cannot be asked.
    pub async fn allow_invoke(
        &self,
        name: &str,
        service: &str,
        source: &str,
        statement_id: &str,
    ) -> Result<(), CloudError> {
        let add = self.0.add_permission().function_name(name).action("lambda:InvokeFunction");
        let add = add.principal(service).source_arn(source).statement_id(statement_id);
        match add.send().await.of_call(|| format!("AddPermission {name}")) {
            Err(error) if error.code() != Some("ResourceConflictException") => Err(error),
            // Somebody else was quicker: this statement's name says whom it lets in.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Calls a function and waits for its answer (`lambda:InvokeFunction`).
    ///
    /// # Errors
    /// Where Lambda does not call it; an error of the function itself is an answer.
    pub async fn invoke(&self, name: &str, payload: &[u8]) -> Result<Invocation, CloudError> {
        let answer = self.0.invoke().function_name(name).payload(Blob::new(payload)).send().await;
        let answer = answer.of_call(|| format!("Invoke {name}"))?;
        Ok(Invocation {
            payload: answer.payload.map(Blob::into_inner).unwrap_or_default(),
            error: answer.function_error,
        })
    }

    /// Leaves an event with Lambda, which calls the function with it soon, and again where it fails
    /// (`lambda:InvokeFunction`).
    ///
    /// # Errors
    /// Where Lambda does not take it.
    pub async fn invoke_later(&self, name: &str, event: &str) -> Result<(), CloudError> {
        let call = self.0.invoke().function_name(name).invocation_type(InvocationType::Event);
        call.payload(Blob::new(event)).send().await.of_call(|| format!("Invoke {name}")).map(drop)
    }
}

fn variables(configuration: &GetFunctionConfigurationOutput) -> BTreeMap<String, String> {
    let environment = configuration.environment().and_then(|environment| environment.variables());
    environment.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answering, refusing};

    #[tokio::test]
    async fn a_configuration_is_read() {
        let body = r#"{"Timeout": 30, "MemorySize": 256, "State": "Active", "Environment": {"Variables": {"A": "1"}}}"#;
        let found = Functions::new(&answering(body)).configuration("f").await.expect("an answer");
        assert_eq!((found.timeout, found.memory, found.state.as_str()), (30, 256, "Active"));
        assert_eq!(found.variables, BTreeMap::from([("A".to_owned(), "1".to_owned())]));
    }

    #[tokio::test]
    async fn a_change_that_lambda_cannot_put_in_force_fails_with_its_reason() {
        let body = r#"{"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no such (layer)"}"#;
        let change = ConfigurationChange { timeout: Some(30), ..ConfigurationChange::default() };
        let error = Functions::new(&answering(body)).configure("f", &change).await.expect_err("it failed");
        assert_eq!(error.to_string(), "UpdateFunctionConfiguration f: no such (layer)");
    }

    #[tokio::test]
    async fn a_function_without_a_policy_has_none_and_a_statement_that_is_there_stays() {
        let absent = Functions::new(&refusing(404, "ResourceNotFoundException", "none"));
        assert_eq!(absent.policy("f").await.expect("that is an answer"), None);
        let there = Functions::new(&refusing(409, "ResourceConflictException", "it exists"));
        there.allow_invoke("f", "sns.amazonaws.com", "arn", "id").await.expect("it is there");
        let denied = Functions::new(&refusing(403, "AccessDeniedException", "no"));
        let error = denied.allow_invoke("f", "sns.amazonaws.com", "arn", "id").await.expect_err("it is not allowed");
        assert_eq!((error.kind, error.operation()), (ErrorKind::Denied, "AddPermission"));
    }
}
