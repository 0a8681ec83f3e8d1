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

use atalaya_cloud::Notice;
use serde::Serialize;
use serde_json::json;

use crate::{
    chat::chat,
    document::{Document, Kind},
    short::{sms, subject},
    text::{self, files, headline, line, of_file, text},
};

/// Value of the attribute `event` of an alarm about a feed, on the topic of the data users.
pub const FEED_ALARM: &str = "FeedAlarm";

/// What a program on the topic of the data users gets.
#[derive(Serialize)]
struct MachineMessage<'a> {
    notice_id: &'a str,
    kind: &'static str,
    subject: &'a str,
    text: &'a str,
    page: &'a Document,
}

/// The page for operators.
#[must_use]
pub fn for_operators(page: &Document) -> Notice {
    let document = serde_json::to_string(page).expect("a page is a map with text keys");
    let mut protocols: BTreeMap<_, _> =
        ["http", "sqs", "lambda", "email-json"].into_iter().map(|protocol| (protocol, document.clone())).collect();
    protocols.insert("https", chat(page).to_string());
    protocols.insert("sms", sms(page));
    let mut attributes = BTreeMap::from([
        ("alarm", page.alarm.short_name.clone()),
        ("state", page.alarm.state.to_string()),
        ("severity", page.severity.as_str().to_owned()),
        ("quiet", page.quiet.is_some().to_string()),
    ]);
    if let [dataset] = page.datasets.as_slice()
        && !dataset.is_empty()
    {
        attributes.insert("dataset", dataset.clone());
    }
    Notice { subject: subject(page), default: text(page), protocols, attributes }
}

/// The page for the users of a feed: what is wrong with it, and which files are concerned.
#[must_use]
pub fn for_users(page: &Document, dataset: &str) -> Notice {
    let subject = atalaya_cloud::subject::subject_line(&match page.kind {
        Kind::Alarm => format!("{dataset}: {}", page.summary),
        Kind::Recovery => format!("{dataset}: over: {}", page.summary),
        Kind::NoData => format!("{dataset}: no data to say whether: {}", page.summary),
    });
    let text = users_text(page, dataset);
    let machine = MachineMessage { notice_id: &page.page_id, kind: FEED_ALARM, subject: &subject, text: &text, page };
    let machine = json!(machine).to_string();
    let mut protocols: BTreeMap<_, _> =
        ["http", "https", "sqs", "lambda"].into_iter().map(|protocol| (protocol, machine.clone())).collect();
    protocols.insert("sms", subject.clone());
    let attributes = BTreeMap::from([("dataset", dataset.to_owned()), ("event", FEED_ALARM.to_owned())]);
    Notice { subject, default: text, protocols, attributes }
}

fn users_text(page: &Document, dataset: &str) -> String {
    let mut text = String::new();
    line(&mut text, &headline(page));
    text.push('\n');
    line(&mut text, &format!("Feed: {dataset}"));
    for sentence in text::when(page) {
        line(&mut text, &sentence);
    }
    if let Some(measure) = &page.measure {
        line(&mut text, &format!("How bad: {}", measure.words));
    }
    files(&mut text, &page.files, |file| {
        format!("{} (`atalaya file {}` tells its story)", of_file(file), file.file_id)
    });
    text.push('\n');
    line(
        &mut text,
        match page.kind {
            Kind::Alarm | Kind::NoData => {
                "The operators know. Each sender has been told what is wrong with each file; what was not loaded is \
                 loaded when it is corrected and sent again."
            }
            Kind::Recovery => {
                "Nothing more needs to be done about the feed; files that were not loaded stay so until \
                               they are corrected and sent again."
            }
        },
    );
    line(&mut text, &format!("Notice id: {}", page.page_id));
    text
}
