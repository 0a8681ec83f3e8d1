//! What Step Functions knows of each attempt.

use atalaya_contract::FailureNote;
use aws_sdk_sfn::operation::get_execution_history::GetExecutionHistoryError;
use aws_sdk_sfn::types::{HistoryEvent, HistoryEventType};
use jiff::Timestamp;

use super::event::{Event, Source, Tone};
use crate::connect::refused;
use crate::exit::Failure;
use crate::human;

/// Events that one call answers with at most, and that are read of an execution.
const EVENTS: i32 = 1000;
/// Letters of a cause.
const CAUSE: usize = 400;

/// The history of one execution; `None` when Step Functions does not know it.
pub(super) async fn history(
    client: &aws_sdk_sfn::Client,
    arn: &str,
    attempt: u32,
) -> Result<Option<Vec<Event>>, Failure> {
    let mut pages = client
        .get_execution_history()
        .execution_arn(arn)
        .max_results(EVENTS)
        .include_execution_data(true)
        .into_paginator()
        .send();
    let mut history = Vec::new();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => history.extend(page.events),
            Err(error)
                if error.as_service_error().is_some_and(GetExecutionHistoryError::is_execution_does_not_exist) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(refused("read the history of an execution", &error)),
        }
        if history.len() >= EVENTS as usize {
            break;
        }
    }
    let mut place = Place::default();
    Ok(Some(history.iter().filter_map(|event| told(event, attempt, &mut place)).collect()))
}

/// Where an execution is while its history is read.
#[derive(Default)]
struct Place {
    /// The state that it is in.
    state: String,
    /// The last failure in words.
    failure: Option<String>,
}

/// One step in words.
fn told(event: &HistoryEvent, attempt: u32, place: &mut Place) -> Option<Event> {
    let at = Timestamp::from_nanosecond(event.timestamp().as_nanos()).ok()?;
    let new = |text: String| Event::new(at, Source::Execution, text).from(format!("attempt {attempt}"));
    if let Some(entered) = event.state_entered_event_details() {
        entered.name().clone_into(&mut place.state);
        return Some(new(format!("enters {}", place.state)).detail());
    }
    if let Some(exited) = event.state_exited_event_details() {
        return Some(new(format!("leaves {}", exited.name())).detail());
    }
    if let Some((error, cause)) = failure(event) {
        let over = matches!(
            event.r#type(),
            HistoryEventType::ExecutionFailed
                | HistoryEventType::ExecutionTimedOut
                | HistoryEventType::ExecutionAborted
        );
        let words = words(event.r#type(), error, cause);
        // How it ends is most often what was told of its last step.
        let text = match (over, place.failure.as_deref() == Some(words.as_str())) {
            (true, true) => format!("ends as failed: {}", error.unwrap_or("without an error's name")),
            (true, false) => format!("ends as failed: {words}"),
            (false, _) => format!("{}: {words}", place.state),
        };
        place.failure = Some(words);
        return Some(new(text).tone(Tone::Bad));
    }
    Some(match event.r#type() {
        HistoryEventType::ExecutionStarted => new("starts".to_owned()),
        HistoryEventType::ExecutionSucceeded => new("ends well".to_owned()).tone(Tone::Good),
        HistoryEventType::ExecutionRedriven => new("is redriven by Step Functions".to_owned()),
        other => new(spaced(other.as_str())).detail(),
    })
}

/// Error and cause of a step that failed.
fn failure(event: &HistoryEvent) -> Option<(Option<&str>, Option<&str>)> {
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

fn words(kind: &HistoryEventType, error: Option<&str>, cause: Option<&str>) -> String {
    let kind_of_error = error.map_or_else(|| spaced(kind.as_str()), str::to_owned);
    let note = FailureNote { kind: kind_of_error, message: cause.unwrap_or_default().to_owned() };
    let note = atalaya_cloud::readable(&note);
    match note.message.as_str() {
        "" => note.kind.clone(),
        message => format!("{}: {}", note.kind, human::shorten(message, CAUSE)),
    }
}

/// `LambdaFunctionScheduled` becomes `lambda function scheduled`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::primitives::DateTime;
    use aws_sdk_sfn::types::{ExecutionFailedEventDetails, StateEnteredEventDetails, TaskFailedEventDetails};

    use super::*;

    fn event(kind: HistoryEventType) -> aws_sdk_sfn::types::builders::HistoryEventBuilder {
        HistoryEvent::builder().timestamp(DateTime::from_secs(1_780_000_000)).r#type(kind).id(1)
    }

    #[test]
    fn steps_are_told_with_the_state_that_they_happen_in() {
        let entered = StateEnteredEventDetails::builder().name("Process").build().expect("whole");
        let cause = r#"{"errorMessage":"no such bucket","errorType":"Permanent"}"#;
        let failed = TaskFailedEventDetails::builder()
            .resource_type("lambda")
            .resource("invoke")
            .error("Permanent")
            .cause(cause)
            .build()
            .expect("whole");
        let ended = ExecutionFailedEventDetails::builder().error("Permanent").cause("no such bucket").build();
        let history = [
            event(HistoryEventType::ExecutionStarted).build(),
            event(HistoryEventType::TaskStateEntered).state_entered_event_details(entered).build(),
            event(HistoryEventType::TaskScheduled).build(),
            event(HistoryEventType::TaskFailed).task_failed_event_details(failed).build(),
            event(HistoryEventType::ExecutionFailed).execution_failed_event_details(ended).build(),
        ];
        let mut place = Place::default();
        let told: Vec<_> =
            history.iter().filter_map(|event| told(event.as_ref().expect("whole"), 2, &mut place)).collect();
        let texts: Vec<_> = told.iter().map(|event| (event.text.as_str(), event.essential)).collect();
        assert_eq!(
            texts,
            [
                ("starts", true),
                ("enters Process", false),
                ("task scheduled", false),
                ("Process: Permanent: no such bucket", true),
                ("ends as failed: Permanent", true),
            ]
        );
        assert_eq!(told[0].origin.as_deref(), Some("attempt 2"));
    }
}
