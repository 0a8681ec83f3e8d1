//! Messages of an SNS topic, as Lambda hands them over.

use jiff::Timestamp;
use serde::Deserialize;

/// One record of an invocation by SNS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SnsRecord {
    /// The message.
    #[serde(rename = "Sns")]
    pub sns: SnsMessage,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SnsMessage {
    /// The topic's id of the message; a second delivery has the same.
    pub message_id: String,
    /// The topic.
    #[serde(default)]
    pub topic_arn: String,
    /// The message's subject.
    #[serde(default)]
    pub subject: Option<String>,
    /// What it says, in the words for functions where its publisher chose some.
    pub message: String,
    /// When it was published.
    #[serde(default)]
    pub timestamp: Option<Timestamp>,
}

/// An invocation by SNS. There is one record in it, but the format allows for more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SnsEvent {
    /// The messages.
    #[serde(rename = "Records")]
    pub records: Vec<SnsRecord>,
}
