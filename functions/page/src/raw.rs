//! A message that is none of an alarm, told as it is: who publishes to the topic of the alarms has something to say to
//! operators, even if nobody can read it.

use std::collections::BTreeMap;

use atalaya_cloud::{Notice, lambda::SnsMessage, subject::subject_line};
use serde_json::json;

use crate::{document::SCHEMA, figures::cut, message::NoAlarm};

/// Most characters that are told of such a message.
const CHARS: usize = 8000;

/// The id of its page.
pub(crate) fn page_id(sns: &SnsMessage) -> String {
    format!("message.{}", sns.message_id)
}

/// The notice for operators.
pub(crate) fn notice(sns: &SnsMessage, error: &NoAlarm) -> Notice {
    let subject = sns.subject.as_deref().unwrap_or("without a subject");
    let subject = subject_line(&format!("message on the topic of alarms: {subject}"));
    let text = format!(
        "A message came on the topic of the alarms that is none of an alarm of CloudWatch ({error}). Here it is:\n\n{}\n\n\
         Message id: {}\n",
        cut(&sns.message, CHARS),
        sns.message_id,
    );
    let machine = json!({
        "schema": SCHEMA, "page_id": page_id(sns), "kind": "unreadable", "severity": "page",
        "subject": sns.subject, "message": cut(&sns.message, CHARS),
    });
    let chat = json!({
        "version": "1.0", "source": "custom", "id": page_id(sns),
        "content": {"textType": "client-markdown", "title": subject, "description": cut(&text, CHARS / 2)},
    });
    let mut protocols: BTreeMap<_, _> =
        ["http", "sqs", "lambda", "email-json"].into_iter().map(|protocol| (protocol, machine.to_string())).collect();
    protocols.insert("https", chat.to_string());
    protocols.insert("sms", subject.clone());
    let attributes = BTreeMap::from([("severity", "page".to_owned()), ("quiet", "false".to_owned())]);
    Notice { subject, default: text, protocols, attributes }
}
