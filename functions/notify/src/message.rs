//! A notice in the words of each protocol: a text for people, the whole event for machines.

use std::collections::BTreeMap;

use atalaya_cloud::Notice;
use atalaya_contract::{EventKind, FileEvent};
use serde::Serialize;

/// The value of the attribute `dataset` where an event has none, so that a subscription can filter for it.
pub const UNROUTABLE_DATASET: &str = "unroutable";

/// The most bytes of a message with all its protocols; SNS takes 256 KiB, attributes and subject included.
pub const MAX_MESSAGE_BYTES: usize = 250 * 1024;

/// Protocols whose receivers are programs.
const MACHINES: [&str; 4] = ["sqs", "http", "https", "lambda"];

/// What a program gets.
#[derive(Serialize)]
struct MachineMessage<'a> {
    notice_id: &'a str,
    kind: EventKind,
    subject: &'a str,
    text: &'a str,
    event: &'a FileEvent,
}

/// The notice of an event. An event too large for SNS loses its longest lists; the ledger keeps them.
#[must_use]
pub fn notice(kind: EventKind, event: &FileEvent, subject: &str, text: &str) -> Notice {
    let whole = compose(kind, event, subject, text);
    if whole.message().len() <= MAX_MESSAGE_BYTES {
        return whole;
    }
    let mut event = event.clone();
    event.first_rejects.clear();
    event.warnings = vec!["this event was too large for a notice; the ledger holds it whole".to_owned()];
    let shorter = compose(kind, &event, subject, text);
    if shorter.message().len() <= MAX_MESSAGE_BYTES {
        return shorter;
    }
    event.rejects.clear();
    // Five copies of the text, escaped at most to six bytes a character, stay below the limit.
    let end = text.char_indices().nth(MAX_MESSAGE_BYTES / 64).map_or(text.len(), |(at, _)| at);
    compose(kind, &event, subject, &text[..end])
}

fn compose(kind: EventKind, event: &FileEvent, subject: &str, text: &str) -> Notice {
    let machine = MachineMessage { notice_id: &event.event_id, kind, subject, text, event };
    let machine = serde_json::to_string(&machine).expect("an event is a map with text keys");
    let mut protocols: BTreeMap<_, _> = MACHINES.into_iter().map(|protocol| (protocol, machine.clone())).collect();
    protocols.insert("sms", subject.to_owned());
    let dataset = event.dataset.as_deref().filter(|dataset| !dataset.is_empty()).unwrap_or(UNROUTABLE_DATASET);
    Notice {
        subject: subject.to_owned(),
        default: text.to_owned(),
        protocols,
        attributes: BTreeMap::from([("dataset", dataset.to_owned()), ("event", kind.as_str().to_owned())]),
    }
}
