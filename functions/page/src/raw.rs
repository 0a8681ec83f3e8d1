//! A message that is not a CloudWatch alarm message, passed on as it is: who publishes to the topic of the alarms has something to say to
//! operators, even if nobody can read it.

use std::collections::BTreeMap;

use atalaya_cloud::{Notice, lambda::SnsMessage, subject::subject_line};
use atalaya_contract::{format::shorten, inert};
use serde_json::json;

use crate::{
    document::SCHEMA,
    medium::{CHAT, MAIL, Medium},
    message::NoAlarm,
};

/// Most characters that are told of such a message.
const CHARS: usize = 8000;
/// Most lines.
const LINES: usize = 60;

/// The id of its page.
pub(crate) fn page_id(sns: &SnsMessage) -> String {
    format!("message.{}", sns.message_id)
}

/// The notice for operators. What takes too much room once it is escaped is cut shorter.
pub(crate) fn notice(sns: &SnsMessage, error: &NoAlarm) -> Notice {
    let notice = notice_of(sns, error, CHARS);
    if notice.fits() { notice } else { notice_of(sns, error, CHARS / 8) }
}

fn notice_of(sns: &SnsMessage, error: &NoAlarm, chars: usize) -> Notice {
    let subject = sns.subject.as_deref().unwrap_or("without a subject");
    let subject = subject_line(&format!("message on the topic of alarms: {}", inert::text(subject).unlinked()));
    let text = text(sns, error, MAIL, chars);
    let machine = json!({
        "schema": SCHEMA, "page_id": page_id(sns), "kind": "unreadable", "severity": "page",
        "subject": sns.subject, "message": shorten(&sns.message, chars), "text": text,
    });
    let machine = inert::json(&machine.to_string()).into_owned();
    let description = self::text(sns, error, CHAT, chars / 2);
    let title = (CHAT.words)(&subject).to_string();
    let chat = json!({
        "version": "1.0", "source": "custom", "id": page_id(sns),
        "content": {"textType": "client-markdown", "title": title, "description": shorten(&description, chars - 1)},
    });
    let mut protocols: BTreeMap<_, _> =
        ["http", "sqs", "lambda", "email-json"].into_iter().map(|protocol| (protocol, machine.clone())).collect();
    protocols.insert("https", chat.to_string());
    protocols.insert("sms", subject.clone());
    let attributes = BTreeMap::from([("severity", "page".to_owned()), ("quiet", "false".to_owned())]);
    Notice { subject, default: text, protocols, attributes }
}

/// What came, each line of it marked as quoted.
fn text(sns: &SnsMessage, error: &NoAlarm, medium: Medium, chars: usize) -> String {
    format!(
        "A message came on the topic of the alarms: {}. Here it is:\n\n{}\n\n\
         Message id: {}\n",
        (medium.words)(&error.to_string()),
        inert::quoted_lines(&shorten(&sns.message, chars), LINES, medium.words),
        (medium.words)(&sns.message_id),
    )
}
