//! A queue of dead letters: looked into, and emptied one message at a time.

use std::time::Duration;

use atalaya_operations::queues::{Queue, Queues};

use crate::args::DeadLetterQueue;
use crate::connect::{self, Stack};
use atalaya_terminal::exit::Failure;

/// A dead letter.
pub(super) use atalaya_operations::queues::Message as Letter;

/// How long a received message is hidden from others, at most.
pub(super) const HIDDEN: Duration = Duration::from_secs(30);

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

/// A queue of dead letters (`sqs:ReceiveMessage`, `sqs:ChangeMessageVisibility`, `sqs:DeleteMessage`).
pub(super) trait DeadLetters {
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

/// The dead-letter queue of a deployment.
///
/// # Errors
/// There is no such queue, or SQS cannot be asked.
pub(super) async fn dead_letters(stack: &Stack, queue: DeadLetterQueue) -> Result<Queue, Failure> {
    named(stack, &stack.names.named(&format!("{}-dlq", queue.role()))).await
}

/// A queue by its name.
///
/// # Errors
/// There is no such queue, or SQS cannot be asked.
pub(super) async fn named(stack: &Stack, name: &str) -> Result<Queue, Failure> {
    Queues::new(&stack.sdk).named(name).await.map_err(connect::cloud)
}

impl DeadLetters for Queue {
    async fn receive(&self) -> Result<Vec<Letter>, Failure> {
        Self::receive(self, HIDDEN).await.map_err(connect::cloud)
    }

    async fn give_back(&self, letter: &Letter) -> Result<(), Failure> {
        self.release(letter).await.map_err(connect::cloud)
    }

    async fn delete(&self, letter: &Letter) -> Result<(), Failure> {
        Self::delete(self, letter).await.map_err(connect::cloud)
    }
}
