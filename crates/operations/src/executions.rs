//! Executions of a state machine, listed and looked into (AWS Step Functions).

use atalaya_cloud::{CloudError, Found as _, SdkConfig, SdkResult as _, time};
use aws_sdk_sfn::types::{self, ExecutionStatus, HistoryEventType};
use jiff::Timestamp;

/// Events that one call answers with at most, and that are read of an execution.
const EVENTS: i32 = 1000;

/// One event of an execution's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEvent {
    /// When it happened.
    pub at: Timestamp,
    /// Its type as Step Functions spells it, such as `ExecutionStarted` or `TaskScheduled`.
    pub kind: String,
    /// What happened, of the events that are read further.
    pub detail: HistoryDetail,
}

/// What an event of the history tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryDetail {
    /// A state of this name was entered.
    Entered(String),
    /// A state of this name was left.
    Exited(String),
    /// A step failed, or the execution ended badly; a stand-in may leave error and cause out.
    Failed {
        /// Name of the error.
        error: Option<String>,
        /// What the step gave as its cause, often a document of JSON.
        cause: Option<String>,
        /// Whether the execution ended with it.
        is_end: bool,
    },
    /// Whatever else.
    Other,
}

/// How an execution ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It runs.
    Running,
    /// A step failed and nothing caught it.
    Failed,
    /// It took longer than it may.
    TimedOut,
    /// Somebody stopped it.
    Aborted,
}

/// The executions of one state machine.
#[derive(Debug, Clone)]
pub struct ExecutionLog {
    client: aws_sdk_sfn::Client,
    state_machine_arn: String,
}

impl ExecutionLog {
    /// Of this state machine.
    #[must_use]
    pub fn new(config: &SdkConfig, state_machine_arn: impl Into<String>) -> Self {
        Self { client: aws_sdk_sfn::Client::new(config), state_machine_arn: state_machine_arn.into() }
    }

    /// When the newest executions stopped, the newest first, at most `limit` (1000 is the most that Step Functions
    /// answers with); nothing of those that run. Of one status or of all (`states:ListExecutions`).
    ///
    /// # Errors
    /// Where there is no such state machine, or Step Functions cannot be asked.
    pub async fn newest(&self, status: Option<Status>, limit: u16) -> Result<Vec<Option<Timestamp>>, CloudError> {
        let call = self.client.list_executions().state_machine_arn(&self.state_machine_arn);
        let call = call.set_status_filter(status.map(status_filter)).max_results(i32::from(limit));
        let answer = call.send().await.of_call(|| format!("ListExecutions {}", self.state_machine_arn))?;
        Ok(answer.executions().iter().map(|execution| execution.stop_date().and_then(time::timestamp)).collect())
    }

    /// The history of the execution of this name, oldest first, at most about a thousand events; nothing where Step
    /// Functions does not know it: it was never started, or is forgotten after 90 days (`states:GetExecutionHistory`).
    ///
    /// # Errors
    /// Where Step Functions cannot be asked.
    pub async fn history(&self, name: &str) -> Result<Option<Vec<HistoryEvent>>, CloudError> {
        self.whole_history(name).await.if_found()
    }

    async fn whole_history(&self, name: &str) -> Result<Vec<HistoryEvent>, CloudError> {
        let arn = format!("{}:{name}", self.state_machine_arn.replacen(":stateMachine:", ":execution:", 1));
        let call = self.client.get_execution_history().execution_arn(&arn).max_results(EVENTS);
        let mut pages = call.include_execution_data(true).into_paginator().send();
        let mut history = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of_call(|| format!("GetExecutionHistory {arn}"))?;
            history.extend(page.events.iter().filter_map(event));
            if history.len() >= EVENTS as usize {
                break;
            }
        }
        Ok(history)
    }
}

const fn status_filter(status: Status) -> ExecutionStatus {
    match status {
        Status::Running => ExecutionStatus::Running,
        Status::Failed => ExecutionStatus::Failed,
        Status::TimedOut => ExecutionStatus::TimedOut,
        Status::Aborted => ExecutionStatus::Aborted,
    }
}

fn event(event: &types::HistoryEvent) -> Option<HistoryEvent> {
    let detail = if let Some(entered) = event.state_entered_event_details() {
        HistoryDetail::Entered(entered.name().to_owned())
    } else if let Some(exited) = event.state_exited_event_details() {
        HistoryDetail::Exited(exited.name().to_owned())
    } else if let Some((error, cause)) = failure(event) {
        let is_end = matches!(
            event.r#type(),
            HistoryEventType::ExecutionFailed
                | HistoryEventType::ExecutionTimedOut
                | HistoryEventType::ExecutionAborted
        );
        HistoryDetail::Failed { error: error.map(str::to_owned), cause: cause.map(str::to_owned), is_end }
    } else {
        HistoryDetail::Other
    };
    Some(HistoryEvent { at: time::timestamp(event.timestamp())?, kind: event.r#type().as_str().to_owned(), detail })
}

/// Error and cause of a step that failed.
fn failure(event: &types::HistoryEvent) -> Option<(Option<&str>, Option<&str>)> {
    macro_rules! of {
        ($($details:ident),*) => {
            $(if let Some(details) = event.$details() {
                return Some((details.error(), details.cause()));
            })*
        };
    }
    of!(
        task_failed_event_details,
        task_timed_out_event_details,
        task_submit_failed_event_details,
        task_start_failed_event_details,
        lambda_function_failed_event_details,
        lambda_function_timed_out_event_details,
        lambda_function_schedule_failed_event_details,
        lambda_function_start_failed_event_details,
        execution_failed_event_details,
        execution_timed_out_event_details,
        execution_aborted_event_details
    );
    // A stand-in may leave the details out.
    matches!(
        event.r#type(),
        HistoryEventType::ExecutionFailed
            | HistoryEventType::ExecutionTimedOut
            | HistoryEventType::ExecutionAborted
            | HistoryEventType::TaskFailed
            | HistoryEventType::TaskTimedOut
            | HistoryEventType::LambdaFunctionFailed
            | HistoryEventType::LambdaFunctionTimedOut
    )
    .then_some((None, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answering, refusing};

    #[tokio::test]
    async fn a_history_is_read_and_one_that_is_forgotten_is_an_answer() {
        let body = r#"{"events": [
            {"timestamp": 1780000000, "type": "TaskStateEntered", "id": 1,
             "stateEnteredEventDetails": {"name": "Process"}},
            {"timestamp": 1780000001, "type": "TaskFailed", "id": 2,
             "taskFailedEventDetails": {"resourceType": "lambda", "resource": "invoke", "error": "E", "cause": "c"}},
            {"timestamp": 1780000002, "type": "ExecutionFailed", "id": 3}]}"#;
        let machine = "arn:aws:states:eu-west-1:1:stateMachine:m";
        let history = ExecutionLog::new(&answering(body), machine).history("f-1").await.expect("an answer");
        let details: Vec<_> = history.expect("it is known").into_iter().map(|event| event.detail).collect();
        let failed = |error: Option<&str>, cause: Option<&str>, is_end| HistoryDetail::Failed {
            error: error.map(str::to_owned),
            cause: cause.map(str::to_owned),
            is_end,
        };
        let process = HistoryDetail::Entered("Process".to_owned());
        assert_eq!(details, [process, failed(Some("E"), Some("c"), false), failed(None, None, true)]);
        let forgotten = ExecutionLog::new(&refusing(400, "ExecutionDoesNotExist", "gone"), machine);
        assert_eq!(forgotten.history("f-1").await.expect("that is an answer"), None);
    }
}
