//! The edge: what calls the function.

use atalaya_contract::{EventKind, FileEvent};
use serde::{Deserialize, Serialize};

/// An order of the schedule, or messages of a topic.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Event {
    /// What the schedule orders.
    pub canary: Option<Order>,
    /// What the topic hands over.
    #[serde(rename = "Records")]
    pub records: Option<Vec<Record>>,
}

/// What the canary can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Send a file.
    Send,
}

/// One message of a topic, as Lambda hands it over.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Record {
    /// The message.
    #[serde(rename = "Sns")]
    pub sns: Sns,
}

/// A message of an SNS topic.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sns {
    /// The topic's id of the message.
    pub message_id: String,
    /// What it says.
    pub message: String,
}

/// A notice in the words for machines: what `notify` publishes to programs, as far as the canary reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) kind: EventKind,
    pub(crate) event: FileEvent,
}

impl Sns {
    /// The notice that the message is.
    pub(crate) fn notice(&self) -> Result<Notice, serde_json::Error> {
        serde_json::from_str(&self.message)
    }
}
