//! What SNS sent to users, kept in order of arrival.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use crate::LocalError;

/// One notice as one user got it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When it arrived.
    pub received_at: Timestamp,
    /// Who got it.
    pub user: String,
    /// Name of the topic that it came by.
    pub topic: String,
    /// The subject line.
    pub subject: String,
    /// The words for people.
    pub text: String,
    /// The event, `contract::FileEvent` as JSON.
    pub event: Option<Value>,
    /// The whole message, where it is written for programs.
    pub message: Option<Value>,
    /// Message attributes: `dataset` and `event`.
    pub attributes: BTreeMap<String, String>,
    /// SNS's id of the message.
    pub message_id: String,
}

/// A request that SNS makes of an HTTP subscriber.
#[derive(Debug, Deserialize)]
#[serde(tag = "Type")]
pub(crate) enum SnsRequest {
    /// The subscriber is asked whether it wants to be one.
    #[serde(rename_all = "PascalCase")]
    SubscriptionConfirmation {
        /// The topic.
        topic_arn: String,
        /// What confirms.
        token: String,
    },
    /// A message.
    #[serde(rename_all = "PascalCase")]
    Notification(SnsMessage),
    /// The subscription has ended.
    UnsubscribeConfirmation,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SnsMessage {
    message_id: String,
    topic_arn: String,
    #[serde(default)]
    subject: Option<String>,
    message: String,
    #[serde(default)]
    message_attributes: BTreeMap<String, SnsAttribute>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SnsAttribute {
    value: String,
}

/// What the functions notify and page write for programs: the words for people are among it. A message that nobody
/// could read has the subject of its sender, or none.
#[derive(Deserialize)]
struct MachineMessage {
    subject: Option<String>,
    text: String,
    #[serde(default)]
    event: Option<Value>,
}

impl Notice {
    /// Reads a message to `user`. Somebody else's message on the topic need not be of notify's shape: then it is text.
    pub(crate) fn new(user: &str, message: SnsMessage, received_at: Timestamp) -> Self {
        let attributes = message.message_attributes.into_iter().map(|(name, value)| (name, value.value)).collect();
        let topic = message.topic_arn.rsplit(':').next().unwrap_or_default().to_owned();
        let whole = serde_json::from_str::<Value>(&message.message).ok().filter(Value::is_object);
        let machine = whole.as_ref().and_then(|whole| MachineMessage::deserialize(whole).ok());
        let (subject, text, event) = match machine {
            Some(machine) => (machine.subject.or(message.subject), machine.text, machine.event),
            None => (message.subject, message.message, None),
        };
        let subject = subject.unwrap_or_default();
        let (user, message_id) = (user.to_owned(), message.message_id);
        Self { received_at, user, topic, subject, text, event, message: whole, attributes, message_id }
    }
}

/// All notices so far, and who has confirmed the subscription to which topic.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    notices: Mutex<Vec<Notice>>,
    count: watch::Sender<usize>,
    confirmed: watch::Sender<BTreeSet<(String, String)>>,
}

impl Mailbox {
    pub(crate) fn add(&self, notice: Notice) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        notices.push(notice);
        self.count.send_replace(notices.len());
    }

    pub(crate) fn all(&self) -> Vec<Notice> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn count(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    pub(crate) fn confirm(&self, user: &str, topic_arn: &str) {
        self.confirmed.send_modify(|subscriptions| {
            subscriptions.insert((user.to_owned(), topic_arn.to_owned()));
        });
    }

    pub(crate) async fn wait_for_confirmation(
        &self,
        user: &str,
        topic_arn: &str,
        deadline: Duration,
    ) -> Result<(), LocalError> {
        let mut confirmed = self.confirmed.subscribe();
        let subscription = (user.to_owned(), topic_arn.to_owned());
        let waited = tokio::time::timeout(deadline, confirmed.wait_for(|all| all.contains(&subscription))).await;
        match waited {
            Ok(Ok(_)) => Ok(()),
            _ => Err(LocalError::Unconfirmed { user: user.to_owned(), deadline }),
        }
    }

    pub(crate) async fn wait_for(
        &self,
        deadline: Duration,
        enough: impl Fn(&[Notice]) -> bool,
    ) -> Result<Vec<Notice>, LocalError> {
        let mut count = self.count.subscribe();
        let waited = tokio::time::timeout(deadline, count.wait_for(|_| enough(&self.all()))).await.is_ok();
        let notices = self.all();
        if waited { Ok(notices) } else { Err(LocalError::DeadlinePassed { deadline, notices }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> SnsMessage {
        match serde_json::from_str(body).expect("an SNS request") {
            SnsRequest::Notification(message) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn words_and_event_are_told_apart() {
        let machine = r#"{"notice_id":"n","kind":"FileAvailable","subject":"s","text":"t","event":{"event_id":"e"}}"#;
        let body = serde_json::json!({
            "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:r:1:t", "Subject": "from SNS", "Message": machine,
            "MessageAttributes": {"dataset": {"Type": "String", "Value": "flights"}},
        });
        let notice = Notice::new("ada", read(&body.to_string()), Timestamp::UNIX_EPOCH);
        assert_eq!((notice.subject.as_str(), notice.text.as_str()), ("s", "t"));
        assert_eq!(notice.event, Some(serde_json::json!({"event_id": "e"})));
        assert_eq!(notice.attributes["dataset"], "flights");
        assert_eq!(notice.topic, "t");
    }

    #[test]
    fn a_page_to_on_call_is_its_text_and_its_document() {
        let page =
            serde_json::json!({ "schema": "atalaya.page/1", "kind": "unreadable", "subject": null, "text": "t" });
        let body = serde_json::json!({
            "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:r:1:t", "Subject": "from SNS",
            "Message": page.to_string(),
        });
        let notice = Notice::new("ada", read(&body.to_string()), Timestamp::UNIX_EPOCH);
        assert_eq!((notice.subject.as_str(), notice.text.as_str()), ("from SNS", "t"));
        assert_eq!(notice.message, Some(page));
    }

    #[test]
    fn a_strangers_message_is_text() {
        let body = r#"{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:r:1:t","Message":"{\"a\":1}"}"#;
        let notice = Notice::new("ada", read(body), Timestamp::UNIX_EPOCH);
        assert_eq!((notice.text.as_str(), notice.event), (r#"{"a":1}"#, None));
    }

    #[tokio::test]
    async fn waiting_ends_with_what_came() {
        let mailbox = Mailbox::default();
        let body = r#"{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:r:1:t","Message":"x"}"#;
        let (waited, ()) = tokio::join!(mailbox.wait_for(Duration::from_secs(10), |all| all.len() == 1), async {
            mailbox.add(Notice::new("ada", read(body), Timestamp::UNIX_EPOCH));
        });
        assert_eq!(waited.expect("it came").len(), 1);
        let late = mailbox.wait_for(Duration::from_millis(1), |all| all.len() == 2).await;
        assert!(matches!(late, Err(LocalError::DeadlinePassed { notices, .. }) if notices.len() == 1));
    }
}
