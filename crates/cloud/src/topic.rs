//! Telling people and machines.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_config::SdkConfig;
use aws_sdk_sns::types::MessageAttributeValue;

use crate::{CloudError, ErrorKind, SdkResult as _};

/// One notice in the words of each protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// At most 100 printable ASCII characters, beginning with a letter, digit or punctuation mark.
    pub subject: String,
    /// What a protocol without words of its own gets.
    pub default: String,
    /// Words for a protocol, such as `sqs` or `sms`.
    pub protocols: BTreeMap<&'static str, String>,
    /// Attributes that subscriptions filter by.
    pub attributes: BTreeMap<&'static str, String>,
}

impl Notice {
    /// The most bytes of a message with all its protocols; SNS takes 256 KiB, attributes and subject included.
    pub const MAX_MESSAGE_BYTES: usize = 250 * 1024;

    /// Whether SNS takes the message.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.message().len() <= Self::MAX_MESSAGE_BYTES
    }

    /// The message as SNS takes it with `MessageStructure=json`.
    #[must_use]
    pub fn message(&self) -> String {
        let mut words: BTreeMap<&str, &str> =
            self.protocols.iter().map(|(protocol, text)| (*protocol, text.as_str())).collect();
        words.insert("default", &self.default);
        serde_json::to_string(&words).expect("a map of texts is JSON")
    }
}

/// Publishes notices (`sns:Publish`).
pub trait Topic: Send + Sync {
    /// Publishes a notice; returns the message's id.
    fn publish(&self, notice: &Notice) -> impl Future<Output = Result<String, CloudError>> + Send;
}

/// An Amazon SNS topic.
#[derive(Debug, Clone)]
pub struct SnsTopic {
    client: aws_sdk_sns::Client,
    topic_arn: String,
}

impl SnsTopic {
    /// One topic.
    #[must_use]
    pub fn new(config: &SdkConfig, topic_arn: impl Into<String>) -> Self {
        Self { client: aws_sdk_sns::Client::new(config), topic_arn: topic_arn.into() }
    }
}

impl Topic for SnsTopic {
    async fn publish(&self, notice: &Notice) -> Result<String, CloudError> {
        let mut call = self
            .client
            .publish()
            .topic_arn(&self.topic_arn)
            .subject(&notice.subject)
            .message(notice.message())
            .message_structure("json");
        for (name, value) in &notice.attributes {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .expect("the data type is set");
            call = call.message_attributes(*name, value);
        }
        let action = || format!("Publish {}", self.topic_arn);
        let answer = call.send().await.of_call(action)?;
        Ok(answer.message_id.unwrap_or_default())
    }
}

/// A topic that only remembers. Clones share the memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryTopic(Arc<Mutex<MemoryState>>);

#[derive(Debug, Default)]
struct MemoryState {
    notices: Vec<Notice>,
    failures: u32,
}

impl MemoryTopic {
    /// The notices so far, in order.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.state().notices.clone()
    }

    /// Lets the next `times` calls fail as an unavailable service does.
    pub fn fail_next(&self, times: u32) {
        self.state().failures = times;
    }

    fn state(&self) -> MutexGuard<'_, MemoryState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Topic for MemoryTopic {
    async fn publish(&self, notice: &Notice) -> Result<String, CloudError> {
        let mut state = self.state();
        if state.failures > 0 {
            state.failures -= 1;
            return Err(CloudError::new(ErrorKind::Unavailable, "Publish", "asked to fail"));
        }
        state.notices.push(notice.clone());
        Ok(format!("message-{}", state.notices.len()))
    }
}
