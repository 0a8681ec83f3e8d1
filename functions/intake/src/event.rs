//! The edge: a batch of the intake queue's messages, and the answer to it.

use serde::{Deserialize, Serialize};

/// A batch of messages, as Lambda hands it over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Batch {
    /// The messages.
    #[serde(rename = "Records")]
    pub messages: Vec<Message>,
}

/// One message of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The queue's id of the message.
    pub message_id: String,
    /// What it says.
    pub body: String,
}

/// Which messages of a batch are to come again; the others are done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    /// One entry a message.
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// A message that is to come again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    /// The queue's id of the message.
    pub item_identifier: String,
}
