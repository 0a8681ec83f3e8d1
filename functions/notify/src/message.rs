//! A notice in the words of each protocol: a text for people, the whole event for machines.

use std::collections::BTreeMap;

use atalaya_cloud::Notice;
use atalaya_contract::{EventKind, FileEvent, inert};
use serde::Serialize;

/// The value of the attribute `dataset` where an event has none, so that a subscription can filter for it.
pub const UNROUTABLE_DATASET: &str = "unroutable";

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

/// The notice of an event. An event too large for SNS loses its longest lists, and then all but what names the file and
/// counts its rows; the ledger keeps them.
#[must_use]
pub fn notice(kind: EventKind, event: &FileEvent, subject: &str, text: &str) -> Notice {
    let whole = compose(kind, event, subject, text);
    if whole.fits() {
        return whole;
    }
    let warnings = vec!["this event was too large for a notice; the ledger holds it whole".to_owned()];
    let shorter = FileEvent { first_rejects: Vec::new(), warnings: warnings.clone(), ..event.clone() };
    let shorter = compose(kind, &shorter, subject, text);
    if shorter.fits() {
        return shorter;
    }
    let mut least = FileEvent::new(kind, event.file.clone(), event.attempt, event.occurred_at);
    least.event_id.clone_from(&event.event_id);
    least.dataset = event.dataset.as_ref().map(|dataset| inert::text(dataset).to_string());
    (least.rows, least.skipped, least.warnings) = (event.rows, event.skipped, warnings);
    // Five copies of the text, escaped at most to six bytes a character, stay below the limit.
    let end = text.char_indices().nth(Notice::MAX_MESSAGE_BYTES / 64).map_or(text.len(), |(at, _)| at);
    compose(kind, &least, subject, &text[..end])
}

fn compose(kind: EventKind, event: &FileEvent, subject: &str, text: &str) -> Notice {
    let machine = MachineMessage { notice_id: &event.event_id, kind, subject, text, event };
    let machine = serde_json::to_string(&machine).expect("an event is a map with text keys");
    // SNS hands it on in XML too, which has no way to write some characters.
    let machine = inert::json(&machine).into_owned();
    let mut protocols: BTreeMap<_, _> = MACHINES.into_iter().map(|protocol| (protocol, machine.clone())).collect();
    protocols.insert("sms", subject.to_owned());
    let dataset = event.dataset.as_deref().filter(|dataset| !dataset.is_empty()).unwrap_or(UNROUTABLE_DATASET);
    Notice {
        subject: subject.to_owned(),
        default: text.to_owned(),
        protocols,
        attributes: BTreeMap::from([("dataset", inert::attribute(dataset)), ("event", kind.as_str().to_owned())]),
    }
}
