//! What Step Functions knows of each attempt.

use atalaya_contract::FailureNote;
use atalaya_operations::executions::{HistoryDetail, HistoryEvent};

use super::event::{Event, Source, Tone};
use atalaya_terminal::human;

/// Letters of a cause.
const CAUSE: usize = 400;

/// The history of one execution in words, of this attempt.
pub(super) fn in_words(history: &[HistoryEvent], attempt: u32) -> Vec<Event> {
    let mut place = Place::default();
    history.iter().map(|event| told(event, attempt, &mut place)).collect()
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
fn told(event: &HistoryEvent, attempt: u32, place: &mut Place) -> Event {
    let new = |text: String| Event::new(event.at, Source::Execution, text).from(format!("attempt {attempt}"));
    match &event.detail {
        HistoryDetail::Entered(state) => {
            place.state.clone_from(state);
            new(format!("enters {state}")).detail()
        }
        HistoryDetail::Exited(state) => new(format!("leaves {state}")).detail(),
        HistoryDetail::Failed { error, cause, is_end } => {
            let words = words(&event.kind, error.as_deref(), cause.as_deref());
            // How it ends is most often what was told of its last step.
            let text = match (is_end, place.failure.as_deref() == Some(words.as_str())) {
                (true, true) => {
                    format!("ends as failed: {}", error.as_deref().unwrap_or("without an error's name"))
                }
                (true, false) => format!("ends as failed: {words}"),
                (false, _) => format!("{}: {words}", place.state),
            };
            place.failure = Some(words);
            new(text).tone(Tone::Bad)
        }
        HistoryDetail::Other => match event.kind.as_str() {
            "ExecutionStarted" => new("starts".to_owned()),
            "ExecutionSucceeded" => new("ends well".to_owned()).tone(Tone::Good),
            "ExecutionRedriven" => new("is redriven by Step Functions".to_owned()),
            other => new(spaced(other)).detail(),
        },
    }
}

fn words(kind: &str, error: Option<&str>, cause: Option<&str>) -> String {
    let kind_of_error = error.map_or_else(|| spaced(kind), str::to_owned);
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
    use super::*;

    fn event(kind: &str, detail: HistoryDetail) -> HistoryEvent {
        HistoryEvent { at: "2026-05-28T20:26:40Z".parse().expect("a time"), kind: kind.to_owned(), detail }
    }

    #[test]
    fn steps_are_told_with_the_state_that_they_happen_in() {
        let failed = |cause: &str, is_end| HistoryDetail::Failed {
            error: Some("Permanent".to_owned()),
            cause: Some(cause.to_owned()),
            is_end,
        };
        let cause = r#"{"errorMessage":"no such bucket","errorType":"Permanent"}"#;
        let history = [
            event("ExecutionStarted", HistoryDetail::Other),
            event("TaskStateEntered", HistoryDetail::Entered("Process".to_owned())),
            event("TaskScheduled", HistoryDetail::Other),
            event("TaskFailed", failed(cause, false)),
            event("ExecutionFailed", failed("no such bucket", true)),
        ];
        let told = in_words(&history, 2);
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
