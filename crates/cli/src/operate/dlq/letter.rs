//! What a dead letter says, and what is handed over when it is tried again.
//!
//! A queue gets its letters in more than one way. The intake's: from the intake's queue, whose message was refused five
//! times, and from EventBridge, which could not put the event there; both leave the event as it was. Notify's and
//! page's: from Lambda, which wraps the event of a call that failed, and from EventBridge or SNS, which could not make
//! the call and leave what they were to hand over.

use atalaya_contract::{Arrival, EventKind, FileEvent, FileId, inert, read_arrival};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::args::DeadLetterQueue;
use atalaya_terminal::human;

use super::queue::Letter;

/// How much of a function's error is told.
const ERROR_CHARACTERS: usize = 300;

/// A dead letter that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    /// What it says.
    pub(super) says: Says,
    /// What its recipient is to get; `None` where nothing can be handed over.
    pub(super) message: Option<String>,
    /// Why it lies here, as far as it says so itself.
    pub(super) cause: Option<String>,
}

/// What a dead letter says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Says {
    /// These files arrived.
    Arrival(Vec<Arrived>),
    /// An event of S3 by which no file arrived; why, in words.
    NoFile(String),
    /// What became of a file.
    Outcome { event: EventKind, file_id: FileId, key: String, dataset: Option<String> },
    /// How an alarm changed.
    Alarm { name: String, state: String },
    /// Nothing that its recipient could understand; why, in words.
    Unreadable(String),
}

/// A file that arrived.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Arrived {
    file_id: FileId,
    bucket: String,
    key: String,
}

impl Says {
    /// Whether its recipient could understand it.
    pub(super) const fn is_readable(&self) -> bool {
        !matches!(self, Self::Unreadable(_))
    }

    /// In a line.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Arrival(files) => match files.as_slice() {
                [file] => format!("{} arrived (file {})", inert::name(&file.key), file.file_id.short()),
                files => {
                    let keys: Vec<_> = files.iter().map(|file| inert::name(&file.key).to_string()).collect();
                    format!("{} arrived", keys.join(", "))
                }
            },
            Self::NoFile(why) => format!("no file arrived: {}", inert::sentence(why)),
            Self::Outcome { event, file_id, key, .. } => {
                format!("{} of {} (file {})", event.as_str(), inert::name(key), file_id.short())
            }
            Self::Alarm { name, state } => format!("the alarm {} is {}", inert::name(name), inert::name(state)),
            Self::Unreadable(why) => format!("cannot be understood: {}", inert::sentence(why)),
        }
    }

    /// The dataset that it concerns, as far as it says.
    pub(super) fn dataset(&self) -> Option<String> {
        match self {
            Self::Outcome { dataset, .. } => dataset.clone(),
            _ => None,
        }
    }
}

/// Lambda's record of a call that failed for good.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailedCall {
    request_payload: Value,
    #[serde(default)]
    request_context: Value,
    #[serde(default)]
    response_payload: Value,
}

/// Reads a letter of a queue.
pub(super) fn read(queue: DeadLetterQueue, letter: &Letter) -> Read {
    let cause = cause_beside(letter);
    if queue == DeadLetterQueue::Intake {
        return Read { says: arrival(&letter.body), message: Some(letter.body.clone()), cause };
    }
    let event: Value = match serde_json::from_str(&letter.body) {
        Ok(event) => event,
        Err(error) => {
            return Read { says: Says::Unreadable(format!("it is no JSON: {error}")), message: None, cause };
        }
    };
    let (event, cause) = match FailedCall::deserialize(&event) {
        Ok(call) => {
            let cause = cause.or_else(|| Some(cause_within(&call)));
            (call.request_payload, cause)
        }
        Err(_) => (event, cause),
    };
    let (says, message) = match queue {
        DeadLetterQueue::Page => alarm(event),
        DeadLetterQueue::Notify | DeadLetterQueue::Intake => (outcome(&event), event),
    };
    Read { says, message: Some(message.to_string()), cause }
}

fn arrival(body: &str) -> Says {
    match read_arrival(body) {
        Ok(Arrival::Created(files)) => Says::Arrival(
            files
                .into_iter()
                .map(|file| Arrived { file_id: file.file_id, bucket: file.bucket, key: file.key })
                .collect(),
        ),
        Ok(Arrival::Ignored(why)) => Says::NoFile(why),
        Err(error) => Says::Unreadable(error.to_string()),
    }
}

/// An event of the bus, as notify takes it.
fn outcome(event: &Value) -> Says {
    #[derive(Deserialize)]
    struct BusEvent {
        #[serde(rename = "detail-type")]
        kind: EventKind,
        detail: FileEvent,
    }
    match BusEvent::deserialize(event) {
        Ok(BusEvent { kind, detail }) => {
            Says::Outcome { event: kind, file_id: detail.file.file_id, key: detail.file.key, dataset: detail.dataset }
        }
        Err(error) => Says::Unreadable(format!("it is no event about a file: {error}")),
    }
}

/// A message of SNS, as page takes it. SNS itself leaves the notification, which a function gets as a record.
fn alarm(event: Value) -> (Says, Value) {
    let event = match event.get("Type").and_then(Value::as_str) {
        Some("Notification") => {
            json!({ "Records": [{ "EventSource": "aws:sns", "EventVersion": "1.0", "Sns": event }] })
        }
        _ => event,
    };
    let Some(message) = event.pointer("/Records/0/Sns/Message").and_then(Value::as_str) else {
        return (Says::Unreadable("it is no message of a topic".to_owned()), event);
    };
    let said: Value = serde_json::from_str(message).unwrap_or_default();
    let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
    let says = match (text("AlarmName"), text("NewStateValue")) {
        (Some(name), Some(state)) => Says::Alarm { name, state },
        _ => Says::Unreadable("its message is not a CloudWatch alarm message".to_owned()),
    };
    (says, event)
}

/// What EventBridge and SNS write beside what they could not hand over.
fn cause_beside(letter: &Letter) -> Option<String> {
    let said = |names: [&str; 2]| names.into_iter().find_map(|name| letter.attributes.get(name));
    let code = said(["ERROR_CODE", "ErrorCode"]);
    let message = said(["ERROR_MESSAGE", "ErrorMessage"]);
    match (code, message) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (one, other) => one.or(other).cloned(),
    }
}

/// What a function said when it failed for the last time.
fn cause_within(call: &FailedCall) -> String {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let kind = text(&call.response_payload, "errorType");
    let message = text(&call.response_payload, "errorMessage");
    let condition = text(&call.request_context, "condition");
    let words = match (kind, message) {
        (Some(kind), Some(message)) => format!("{kind}: {message}"),
        (one, other) => one.or(other).or(condition).unwrap_or_else(|| "the function failed".to_owned()),
    };
    human::shorten(&words, ERROR_CHARACTERS)
}
