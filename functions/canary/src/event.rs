//! The edge: what calls the function.

use atalaya_cloud::lambda::{SnsMessage, SnsRecord};
use atalaya_contract::{EventKind, FileEvent};
use serde::Deserialize;

/// An order of the schedule, or messages of a topic.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Event {
    /// What the schedule orders.
    pub canary: Option<Order>,
    /// What the topic hands over.
    #[serde(rename = "Records")]
    pub records: Option<Vec<SnsRecord>>,
}

/// What the canary can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Send a file.
    Send,
}

/// A notice in the words for machines: what `notify` publishes to programs, as far as the canary reads it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Notice {
    pub(crate) kind: EventKind,
    pub(crate) event: FileEvent,
}

impl Notice {
    /// The notice that a message is.
    pub(crate) fn read(message: &SnsMessage) -> Result<Self, serde_json::Error> {
        serde_json::from_str(&message.message)
    }
}
