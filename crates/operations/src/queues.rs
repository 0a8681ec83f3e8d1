//! Queues (Amazon SQS).

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use atalaya_cloud::{CloudError, SdkConfig, SdkResult as _};
use aws_sdk_sqs::types::{self, MessageSystemAttributeName as System, QueueAttributeName as Attribute};
use jiff::Timestamp;
use serde::Serialize;

/// Messages that one call answers with, at most.
const BATCH: i32 = 10;

/// A queue's attributes by their names, as SQS spells both.
pub type Attributes = BTreeMap<String, String>;

/// A message that was received and not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The queue's id of the message.
    pub message_id: String,
    /// Its text as it came.
    pub body: String,
    /// When it was first sent.
    pub sent_at: Option<Timestamp>,
    /// How often it was received, this time included.
    pub receives: u32,
    /// What its sender wrote beside it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// The handle of this receipt.
    #[serde(skip)]
    pub receipt: String,
}

/// How many messages are in a queue, as far as SQS knows: about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Depth {
    /// Those that can be received.
    pub visible: u64,
    /// Those that somebody has received and neither deleted nor released.
    pub in_flight: u64,
}

impl Depth {
    /// Read from a queue's attributes; what is not among them counts 0.
    #[must_use]
    pub fn of(attributes: &Attributes) -> Self {
        let number = |name: Attribute| attributes.get(name.as_str()).and_then(|text| text.parse().ok()).unwrap_or(0);
        Self {
            visible: number(Attribute::ApproximateNumberOfMessages),
            in_flight: number(Attribute::ApproximateNumberOfMessagesNotVisible),
        }
    }
}

/// The queues of an account and region.
#[derive(Debug, Clone)]
pub struct Queues(aws_sdk_sqs::Client);

impl Queues {
    /// By this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_sqs::Client::new(config))
    }

    /// A queue by its name (`sqs:GetQueueUrl`).
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn named(&self, name: &str) -> Result<Queue, CloudError> {
        let answer = self.0.get_queue_url().queue_name(name).send().await.of_call(|| format!("GetQueueUrl {name}"))?;
        Ok(self.at(answer.queue_url.unwrap_or_default()))
    }

    /// A queue by its address.
    #[must_use]
    pub fn at(&self, url: impl Into<String>) -> Queue {
        Queue { client: self.0.clone(), url: url.into() }
    }
}

/// One queue.
#[derive(Debug, Clone)]
pub struct Queue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl Queue {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name, the last part of its address.
    #[must_use]
    pub fn name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or(&self.url)
    }

    /// All its attributes (`sqs:GetQueueAttributes`).
    ///
    /// # Errors
    /// Where SQS cannot be asked.
    pub async fn attributes(&self) -> Result<Attributes, CloudError> {
        self.some_attributes(&[Attribute::All]).await
    }

    /// How many messages are in it (`sqs:GetQueueAttributes`).
    ///
    /// # Errors
    /// Where SQS cannot be asked.
    pub async fn depth(&self) -> Result<Depth, CloudError> {
        let names = [Attribute::ApproximateNumberOfMessages, Attribute::ApproximateNumberOfMessagesNotVisible];
        Ok(Depth::of(&self.some_attributes(&names).await?))
    }

    async fn some_attributes(&self, names: &[Attribute]) -> Result<Attributes, CloudError> {
        let call = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = call.set_attribute_names(Some(names.to_vec())).send().await;
        let found = answer.of_call(|| self.call("GetQueueAttributes"))?.attributes.unwrap_or_default();
        Ok(found.into_iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect())
    }

    /// Sets attributes; the others stay (`sqs:SetQueueAttributes`).
    ///
    /// # Errors
    /// Where SQS refuses a value or cannot be asked.
    pub async fn set_attributes(&self, attributes: &Attributes) -> Result<(), CloudError> {
        let set: HashMap<_, _> =
            attributes.iter().map(|(name, value)| (Attribute::from(name.as_str()), value.clone())).collect();
        let call = self.client.set_queue_attributes().queue_url(&self.url).set_attributes(Some(set));
        call.send().await.of_call(|| self.call("SetQueueAttributes")).map(drop)
    }

    /// The next messages, at most ten, hidden from others for `hidden`; none when all are hidden
    /// (`sqs:ReceiveMessage`).
    ///
    /// # Errors
    /// Where SQS cannot be asked.
    pub async fn receive(&self, hidden: Duration) -> Result<Vec<Message>, CloudError> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(BATCH)
            .visibility_timeout(i32::try_from(hidden.as_secs()).unwrap_or(i32::MAX))
            // Only a call that waits asks all of SQS's servers.
            .wait_time_seconds(1)
            .message_system_attribute_names(System::SentTimestamp)
            .message_system_attribute_names(System::ApproximateReceiveCount)
            .message_attribute_names("All")
            .send()
            .await
            .of_call(|| self.call("ReceiveMessage"))?;
        Ok(answer.messages.unwrap_or_default().into_iter().map(message).collect())
    }

    /// Lets others receive a message again (`sqs:ChangeMessageVisibility`).
    ///
    /// # Errors
    /// Where SQS cannot be asked, or the receipt is no longer valid.
    pub async fn release(&self, message: &Message) -> Result<(), CloudError> {
        let call = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(&message.receipt);
        call.visibility_timeout(0).send().await.of_call(|| self.call("ChangeMessageVisibility")).map(drop)
    }

    /// Takes a message away for good (`sqs:DeleteMessage`).
    ///
    /// # Errors
    /// Where SQS cannot be asked.
    pub async fn delete(&self, message: &Message) -> Result<(), CloudError> {
        let call = self.client.delete_message().queue_url(&self.url).receipt_handle(&message.receipt);
        call.send().await.of_call(|| self.call("DeleteMessage")).map(drop)
    }

    /// Puts a message into it (`sqs:SendMessage`).
    ///
    /// # Errors
    /// Where SQS cannot be asked or refuses the text.
    pub async fn send(&self, body: &str) -> Result<(), CloudError> {
        let answer = self.client.send_message().queue_url(&self.url).message_body(body).send().await;
        answer.of_call(|| self.call("SendMessage")).map(drop)
    }

    fn call(&self, operation: &str) -> String {
        format!("{operation} {}", self.name())
    }
}

fn message(message: types::Message) -> Message {
    let system = message.attributes.unwrap_or_default();
    let sent = system.get(&System::SentTimestamp).and_then(|text| text.parse().ok());
    let receives = system.get(&System::ApproximateReceiveCount).and_then(|text| text.parse().ok());
    let attributes = message.message_attributes.unwrap_or_default();
    let attributes = attributes.into_iter().filter_map(|(name, value)| Some((name, value.string_value?)));
    Message {
        message_id: message.message_id.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        sent_at: sent.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
        receives: receives.unwrap_or(0),
        attributes: attributes.collect(),
        receipt: message.receipt_handle.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answering, refusing};

    #[tokio::test]
    async fn a_message_is_read_with_what_stands_beside_it() {
        let body = r#"{"Messages": [{"MessageId": "m", "Body": "b", "ReceiptHandle": "r",
            "Attributes": {"SentTimestamp": "1767225600500", "ApproximateReceiveCount": "6"},
            "MessageAttributes": {"ERROR_CODE": {"DataType": "String", "StringValue": "NO_PERMISSIONS"}}}]}"#;
        let queue = Queues::new(&answering(body)).at("https://sqs.example/1/s-intake-dlq");
        let messages = queue.receive(Duration::from_secs(30)).await.expect("an answer");
        let [message] = &messages[..] else { panic!("{messages:?}") };
        assert_eq!((message.body.as_str(), message.receives, message.receipt.as_str()), ("b", 6, "r"));
        assert_eq!(message.sent_at.map(Timestamp::as_millisecond), Some(1_767_225_600_500));
        assert_eq!(message.attributes["ERROR_CODE"], "NO_PERMISSIONS");
    }

    #[tokio::test]
    async fn attributes_have_the_names_of_sqs_and_tell_the_depth() {
        let body = r#"{"Attributes": {"ApproximateNumberOfMessages": "3", "DelaySeconds": "0",
            "ApproximateNumberOfMessagesNotVisible": "1"}}"#;
        let queue = Queues::new(&answering(body)).at("https://sqs.example/1/q");
        assert_eq!(queue.attributes().await.expect("an answer")["DelaySeconds"], "0");
        assert_eq!(queue.depth().await.expect("an answer"), Depth { visible: 3, in_flight: 1 });
    }

    #[tokio::test]
    async fn a_queue_that_is_not_there_is_not_found() {
        let config = refusing(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist (yet).");
        let error = Queues::new(&config).named("s-intake").await.expect_err("there is none");
        assert!(error.is_not_found(), "{error:?}");
        let told = "GetQueueUrl s-intake: QueueDoesNotExist: The specified queue does not exist (yet).";
        assert_eq!((error.to_string().as_str(), error.service()), (told, Some("sqs")));
    }
}
