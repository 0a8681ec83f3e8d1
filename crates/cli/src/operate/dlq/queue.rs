//! A queue of dead letters: looked into, and emptied one message at a time.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::types::{MessageSystemAttributeName as System, QueueAttributeName as Attribute};
use jiff::Timestamp;
use serde::Serialize;

use crate::args::DeadLetterQueue;
use crate::connect::{self, Stack};
use crate::exit::Failure;

/// How long a received message is hidden from others, at most.
pub(super) const HIDDEN: Duration = Duration::from_secs(30);
/// Messages that one call answers with, at most.
const BATCH: i32 = 10;

impl DeadLetterQueue {
    /// Every queue.
    pub(super) const ALL: [Self; 3] = [Self::Intake, Self::Notify, Self::Page];

    /// What the function is called that the messages were for; the queue's name on the command line.
    pub(super) const fn role(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Notify => "notify",
            Self::Page => "page",
        }
    }

    /// What a message in it means.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Intake => "arrivals that the intake could not take: files that nobody knows of",
            Self::Notify => "outcomes that could not be published to users; the ledger holds them",
            Self::Page => "alarms that could not be published to on-call; `atalaya alarms list` shows how they stand",
        }
    }
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Letter {
    /// The queue's id of the message.
    pub(super) message_id: String,
    /// What it says, as it came.
    pub(super) body: String,
    /// When it was first sent.
    pub(super) sent_at: Option<Timestamp>,
    /// How often it was received, this time included.
    pub(super) receives: u32,
    /// What its sender wrote beside it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) attributes: BTreeMap<String, String>,
    /// What this receipt of it is called.
    #[serde(skip)]
    pub(super) receipt: String,
}

/// How many messages lie in a queue, as far as SQS knows: about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Depth {
    /// Those that can be seen.
    pub(super) visible: u64,
    /// Those that somebody has received and neither deleted nor given back.
    pub(super) in_flight: u64,
}

/// A queue of dead letters (`sqs:GetQueueUrl`, `sqs:GetQueueAttributes`, `sqs:ReceiveMessage`,
/// `sqs:ChangeMessageVisibility`, `sqs:DeleteMessage`).
pub(super) trait DeadLetters {
    /// How many messages lie in it.
    async fn depth(&self) -> Result<Depth, Failure>;
    /// The next messages, hidden from others for [`HIDDEN`]; none when all are seen.
    async fn receive(&self) -> Result<Vec<Letter>, Failure>;
    /// Lets others see a message again.
    async fn give_back(&self, letter: &Letter) -> Result<(), Failure>;
    /// Takes a message away for good.
    async fn delete(&self, letter: &Letter) -> Result<(), Failure>;
}

/// Every message, at most about `limit`, each once and the oldest first; they stay in the queue. Those that somebody
/// else hides are not seen.
pub(super) async fn look(queue: &impl DeadLetters, limit: usize) -> Result<Vec<Letter>, Failure> {
    let mut letters: Vec<Letter> = Vec::new();
    let looked = loop {
        if letters.len() >= limit {
            break Ok(());
        }
        match queue.receive().await {
            Ok(batch) if batch.is_empty() => break Ok(()),
            Ok(batch) => letters.extend(batch),
            Err(failure) => break Err(failure),
        }
    };
    // What is not given back comes back by itself, later.
    for letter in &letters {
        let _ = queue.give_back(letter).await;
    }
    looked?;
    letters.sort_by(|left, right| (left.sent_at, &left.message_id).cmp(&(right.sent_at, &right.message_id)));
    // A look that takes long meets its first messages again.
    letters.dedup_by(|left, right| left.message_id == right.message_id);
    Ok(letters)
}

/// A queue of SQS.
pub(in crate::operate) struct SqsQueue {
    client: aws_sdk_sqs::Client,
    url: String,
    name: String,
}

impl SqsQueue {
    /// The dead-letter queue of a deployment.
    ///
    /// # Errors
    /// There is no such queue, or SQS cannot be asked.
    pub(super) async fn dead_letters(stack: &Stack, queue: DeadLetterQueue) -> Result<Self, Failure> {
        Self::named(stack, stack.names.named(&format!("{}-dlq", queue.role()))).await
    }

    /// A queue by its name.
    ///
    /// # Errors
    /// There is no such queue, or SQS cannot be asked.
    pub(super) async fn named(stack: &Stack, name: String) -> Result<Self, Failure> {
        let client = aws_sdk_sqs::Client::new(&stack.sdk);
        let answer = client.get_queue_url().queue_name(&name).send().await;
        let answer = answer.map_err(|error| connect::refused(&format!("find the queue {name}"), &error))?;
        let url = answer.queue_url.unwrap_or_default();
        Ok(Self { client, url, name })
    }

    /// Puts a message into the queue (`sqs:SendMessage`).
    pub(super) async fn send(&self, body: &str) -> Result<(), Failure> {
        let answer = self.client.send_message().queue_url(&self.url).message_body(body).send().await;
        answer.map_err(|error| self.refused("send to", &error))?;
        Ok(())
    }

    fn refused(&self, doing: &str, error: &(impl std::error::Error + Send + Sync)) -> Failure {
        connect::refused(&format!("{doing} the queue {}", self.name), error)
    }
}

impl DeadLetters for SqsQueue {
    async fn depth(&self) -> Result<Depth, Failure> {
        let (visible, in_flight) =
            (Attribute::ApproximateNumberOfMessages, Attribute::ApproximateNumberOfMessagesNotVisible);
        let call = self.client.get_queue_attributes().queue_url(&self.url);
        let answer = call.attribute_names(visible.clone()).attribute_names(in_flight.clone()).send().await;
        let answer = answer.map_err(|error| self.refused("count the messages of", &error))?;
        let number = |name: &Attribute| {
            let text = answer.attributes().and_then(|attributes| attributes.get(name));
            text.and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        Ok(Depth { visible: number(&visible), in_flight: number(&in_flight) })
    }

    async fn receive(&self) -> Result<Vec<Letter>, Failure> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(BATCH)
            .visibility_timeout(i32::try_from(HIDDEN.as_secs()).expect("half a minute"))
            // Only a call that waits asks all of SQS's servers.
            .wait_time_seconds(1)
            .message_system_attribute_names(System::SentTimestamp)
            .message_system_attribute_names(System::ApproximateReceiveCount)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(|error| self.refused("look into", &error))?;
        Ok(answer.messages.unwrap_or_default().into_iter().map(letter).collect())
    }

    async fn give_back(&self, letter: &Letter) -> Result<(), Failure> {
        let call = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(&letter.receipt);
        call.visibility_timeout(0).send().await.map_err(|error| self.refused("give a message back to", &error))?;
        Ok(())
    }

    async fn delete(&self, letter: &Letter) -> Result<(), Failure> {
        let call = self.client.delete_message().queue_url(&self.url).receipt_handle(&letter.receipt);
        call.send().await.map_err(|error| self.refused("delete from", &error))?;
        Ok(())
    }
}

fn letter(message: aws_sdk_sqs::types::Message) -> Letter {
    let system = message.attributes.unwrap_or_default();
    let sent = system.get(&System::SentTimestamp).and_then(|text| text.parse().ok());
    let receives = system.get(&System::ApproximateReceiveCount).and_then(|text| text.parse().ok());
    let attributes = message.message_attributes.unwrap_or_default();
    let attributes = attributes.into_iter().filter_map(|(name, value)| Some((name, value.string_value?)));
    Letter {
        message_id: message.message_id.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        sent_at: sent.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
        receives: receives.unwrap_or(0),
        attributes: attributes.collect(),
        receipt: message.receipt_handle.unwrap_or_default(),
    }
}
