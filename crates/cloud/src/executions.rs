//! Executions of the state machine `process-file`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_config::SdkConfig;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use jiff::Timestamp;

use crate::{CloudError, ErrorKind, Found as _, SdkResult as _, time::timestamp};

/// What became of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// The execution runs now.
    New,
    /// An execution of this name ran or runs already; nothing was started.
    Already,
}

/// Starts executions (`states:StartExecution`).
pub trait Executions: Send + Sync {
    /// Starts the execution `name` with `input` (JSON). A name starts once.
    fn start(&self, name: &str, input: String) -> impl Future<Output = Result<Started, CloudError>> + Send;

    /// The ARN that the execution `name` has or would have.
    fn arn(&self, name: &str) -> String;
}

/// Tells how executions stand (`states:DescribeExecution`).
pub trait WatchExecutions: Executions {
    /// How the execution `name` stands; `None` when none of that name was started, or it is forgotten (after 90 days).
    fn status(&self, name: &str) -> impl Future<Output = Result<Option<ExecutionSummary>, CloudError>> + Send;
}

/// AWS Step Functions.
#[derive(Debug, Clone)]
pub struct StepFunctions {
    client: aws_sdk_sfn::Client,
    state_machine_arn: String,
}

impl StepFunctions {
    /// Executions of one state machine.
    #[must_use]
    pub fn new(config: &SdkConfig, state_machine_arn: impl Into<String>) -> Self {
        Self { client: aws_sdk_sfn::Client::new(config), state_machine_arn: state_machine_arn.into() }
    }

    /// How an execution stands (`states:DescribeExecution`).
    ///
    /// # Errors
    /// `NotFound` when Step Functions has forgotten it (after 90 days) or never knew it.
    pub async fn describe(&self, execution_arn: &str) -> Result<ExecutionSummary, CloudError> {
        let answer = self
            .client
            .describe_execution()
            .execution_arn(execution_arn)
            .send()
            .await
            .of_call(|| format!("DescribeExecution {execution_arn}"))?;
        Ok(ExecutionSummary {
            arn: execution_arn.to_owned(),
            status: answer.status.as_str().to_owned(),
            started_at: timestamp(&answer.start_date),
            stopped_at: answer.stop_date.as_ref().and_then(timestamp),
            error: answer.error,
            cause: answer.cause,
        })
    }
}

/// How an execution stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ExecutionSummary {
    /// Its ARN.
    pub arn: String,
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
    pub status: String,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub stopped_at: Option<Timestamp>,
    /// Name of the error that ended it.
    pub error: Option<String>,
    /// What the failing step said.
    pub cause: Option<String>,
}

impl ExecutionSummary {
    /// Whether it is over, however it ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        !matches!(self.status.as_str(), "RUNNING" | "PENDING_REDRIVE")
    }
}

impl WatchExecutions for StepFunctions {
    async fn status(&self, name: &str) -> Result<Option<ExecutionSummary>, CloudError> {
        self.describe(&self.arn(name)).await.if_found()
    }
}

impl Executions for StepFunctions {
    async fn start(&self, name: &str, input: String) -> Result<Started, CloudError> {
        let answer = self
            .client
            .start_execution()
            .state_machine_arn(&self.state_machine_arn)
            .name(name)
            .input(input)
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Started::New),
            Err(error) if matches!(error.as_service_error(), Some(StartExecutionError::ExecutionAlreadyExists(_))) => {
                Ok(Started::Already)
            }
            Err(error) => Err(CloudError::from_sdk(error, format!("StartExecution {name}"))),
        }
    }

    fn arn(&self, name: &str) -> String {
        execution_arn(&self.state_machine_arn, name)
    }
}

/// `arn:aws:states:…:stateMachine:M` and a name make `arn:aws:states:…:execution:M:name`.
fn execution_arn(state_machine_arn: &str, name: &str) -> String {
    format!("{}:{name}", state_machine_arn.replacen(":stateMachine:", ":execution:", 1))
}

/// Executions that are only remembered. Clones share the memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryExecutions(Arc<Mutex<MemoryState>>);

#[derive(Debug, Default)]
struct MemoryState {
    inputs: BTreeMap<String, String>,
    ended: BTreeMap<String, &'static str>,
    failures: u32,
}

impl MemoryExecutions {
    /// Lets the next `times` starts fail as an unavailable service does.
    pub fn fail_next(&self, times: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failures = times;
    }

    /// Lets an execution be over, with a status such as `TIMED_OUT`; until then it runs.
    pub fn end(&self, name: &str, status: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ended.insert(name.to_owned(), status);
    }

    /// Names and inputs of the executions that were started.
    #[must_use]
    pub fn started(&self) -> BTreeMap<String, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).inputs.clone()
    }
}

impl Executions for MemoryExecutions {
    async fn start(&self, name: &str, input: String) -> Result<Started, CloudError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failures > 0 {
            state.failures -= 1;
            let action = format!("StartExecution {name}");
            return Err(CloudError::new(ErrorKind::Unavailable, action, "the service answered with status 503"));
        }
        if state.inputs.contains_key(name) {
            return Ok(Started::Already);
        }
        state.inputs.insert(name.to_owned(), input);
        Ok(Started::New)
    }

    fn arn(&self, name: &str) -> String {
        format!("arn:aws:states:eu-west-1:000000000000:execution:process-file:{name}")
    }
}

impl WatchExecutions for MemoryExecutions {
    async fn status(&self, name: &str) -> Result<Option<ExecutionSummary>, CloudError> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = state.ended.get(name).copied();
        Ok((ended.is_some() || state.inputs.contains_key(name)).then(|| ExecutionSummary {
            arn: self.arn(name),
            status: ended.unwrap_or("RUNNING").to_owned(),
            started_at: None,
            stopped_at: None,
            error: None,
            cause: None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_execution_runs_until_it_is_over() {
        let executions = MemoryExecutions::default();
        assert_eq!(executions.status("a").await.expect("asked"), None);
        executions.start("a", "{}".to_owned()).await.expect("starts");
        assert!(!executions.status("a").await.expect("asked").expect("known").has_ended());
        executions.end("a", "TIMED_OUT");
        let ended = executions.status("a").await.expect("asked").expect("known");
        assert!(ended.has_ended() && ended.status == "TIMED_OUT");
    }

    #[test]
    fn an_executions_arn_follows_from_the_state_machines() {
        let arn = execution_arn("arn:aws:states:eu-west-1:1:stateMachine:atalaya-process-file", "abc");
        assert_eq!(arn, "arn:aws:states:eu-west-1:1:execution:atalaya-process-file:abc");
    }
}
