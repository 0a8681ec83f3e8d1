//! A page in the words of each protocol of its topic.
//!
//! | protocol | on-call topics | topic of the data users |
//! |---|---|---|
//! | `email`, default | the text | the text for users |
//! | `sms` | one SMS | one line |
//! | `https` | the custom notification of AWS's chat clients | the document for programs |
//! | `http`, `sqs`, `lambda`, `email-json` | the document for programs | the document for programs |
//!
//! AWS's chat clients subscribe to a topic by `https`, so on the on-call topics `https` speaks to them; a program that
//! listens there finds the page's id, the alarm and the files in `metadata.additionalContext`, and gets the whole
//! document by `sqs`, `lambda` or `http`. The topic of the data users keeps to what `notify` publishes there.

use std::collections::BTreeMap;

use atalaya_cloud::{Notice, subject::subject_line};
use atalaya_contract::{format::shorten, inert};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    chat::chat,
    document::{Document, Kind},
    medium::{MAIL, short_name},
    short::{sms, subject},
    text::{self, files, headline, line, of_file, text},
};

/// Value of the attribute `event` of an alarm about a feed, on the topic of the data users.
pub const FEED_ALARM: &str = "FeedAlarm";

/// Most characters of a page's text for operators, and for users, whose programs get it too.
const MAX_TEXT_CHARS: usize = 30_000;
const MAX_USERS_TEXT_CHARS: usize = 10_000;

/// What a program on the topic of the data users gets.
#[derive(Serialize)]
struct MachineMessage<'a> {
    notice_id: &'a str,
    kind: &'static str,
    subject: &'a str,
    text: &'a str,
    page: &'a Value,
}

/// What a program on the topics of who is on call gets: the document, and the page as its reader gets it by mail.
#[derive(Serialize)]
struct OperatorMessage<'a> {
    subject: &'a str,
    text: &'a str,
    #[serde(flatten)]
    page: &'a Document,
}

/// The page for operators. What does not fit into a message is left out of the document: first the text, which comes by
/// mail too, then all but which change it is about.
#[must_use]
pub fn for_operators(page: &Document) -> Notice {
    let (subject, text) = (subject(page), shorten(&text(page), MAX_TEXT_CHARS));
    let readable = json!(OperatorMessage { subject: &subject, text: &text, page });
    for document in [readable, json!(page)] {
        let notice = to_operators(page, &subject, &text, &document.to_string());
        if notice.fits() {
            return notice;
        }
    }
    to_operators(page, &subject, &text, &least(page))
}

fn to_operators(page: &Document, subject: &str, text: &str, document: &str) -> Notice {
    let document = inert::json(document);
    let mut protocols: BTreeMap<_, _> = ["http", "sqs", "lambda", "email-json"]
        .into_iter()
        .map(|protocol| (protocol, document.clone().into_owned()))
        .collect();
    protocols.insert("https", inert::json(&chat(page).to_string()).into_owned());
    protocols.insert("sms", sms(page));
    let mut attributes = BTreeMap::from([
        ("alarm", inert::attribute(&page.alarm.short_name)),
        ("state", page.alarm.state.to_string()),
        ("severity", page.severity.as_str().to_owned()),
        ("quiet", page.quiet.is_some().to_string()),
    ]);
    if let [dataset] = page.datasets.as_slice()
        && !dataset.is_empty()
    {
        attributes.insert("dataset", inert::attribute(dataset));
    }
    Notice { subject: subject.to_owned(), default: text.to_owned(), protocols, attributes }
}

/// The page for the users of a feed: what is wrong with it, and which files are concerned.
#[must_use]
pub fn for_users(page: &Document, dataset: &str) -> Notice {
    let whole = to_users(page, dataset, &json!(page));
    if whole.fits() {
        return whole;
    }
    let least = serde_json::from_str(&least(page)).expect("it was written as JSON");
    to_users(page, dataset, &least)
}

fn to_users(page: &Document, dataset: &str, document: &Value) -> Notice {
    let (feed, summary) = (inert::text(dataset).unlinked(), inert::text(&page.summary));
    let subject = subject_line(&match page.kind {
        Kind::Alarm => format!("{feed}: {summary}"),
        Kind::Recovery => format!("{feed}: over: {summary}"),
        Kind::NoData => format!("{feed}: no data to say whether: {summary}"),
    });
    let text = shorten(&users_text(page, dataset), MAX_USERS_TEXT_CHARS);
    let notice_id = inert::text(&page.page_id).to_string();
    let machine =
        MachineMessage { notice_id: &notice_id, kind: FEED_ALARM, subject: &subject, text: &text, page: document };
    let machine = inert::json(&json!(machine).to_string()).into_owned();
    let mut protocols: BTreeMap<_, _> =
        ["http", "https", "sqs", "lambda"].into_iter().map(|protocol| (protocol, machine.clone())).collect();
    protocols.insert("sms", subject.clone());
    let attributes = BTreeMap::from([("dataset", inert::attribute(dataset)), ("event", FEED_ALARM.to_owned())]);
    Notice { subject, default: text, protocols, attributes }
}

/// The document for programs where the whole one is too large for a message: which change it is about. Alarms of
/// CloudWatch and keys of S3 are bounded, so that this takes a hostile page.
fn least(page: &Document) -> String {
    let alarm = json!({
        "name": inert::attribute(&page.alarm.name), "state": page.alarm.state, "changed_at": page.alarm.changed_at,
    });
    json!({
        "schema": page.schema, "page_id": inert::text(&page.page_id).to_string(), "kind": page.kind,
        "severity": page.severity, "alarm": alarm,
        "unanswered": ["the page is too large for a message; its text says more"],
    })
    .to_string()
}

pub(crate) fn users_text(page: &Document, dataset: &str) -> String {
    let mut text = String::new();
    line(&mut text, &headline(page, MAIL));
    text.push('\n');
    line(&mut text, &format!("Feed: {}", short_name(dataset)));
    for sentence in text::when(page) {
        line(&mut text, &sentence);
    }
    if let Some(measure) = &page.measure {
        line(&mut text, &format!("How bad: {}", (MAIL.words)(&measure.words)));
    }
    files(&mut text, &page.files, |file| {
        format!("{} (`atalaya file {}` tells its story)", of_file(file, MAIL), short_name(&file.file_id))
    });
    text.push('\n');
    line(
        &mut text,
        match page.kind {
            Kind::Alarm | Kind::NoData => {
                "The operators know. The notice about each file says what is wrong with it; what was not loaded is \
                 loaded when it is corrected and sent again."
            }
            Kind::Recovery => {
                "Nothing more needs to be done about the feed; files that were not loaded stay so until \
                               they are corrected and sent again."
            }
        },
    );
    line(&mut text, &format!("Notice id: {}", short_name(&page.page_id)));
    text
}
