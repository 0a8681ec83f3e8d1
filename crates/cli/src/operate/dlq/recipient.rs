//! Whom dead letters were for, and how they get there again.

use atalaya_operations::functions::Functions;
use atalaya_operations::queues::Queue;

use crate::args::DeadLetterQueue;
use crate::connect::{self, Stack};
use atalaya_terminal::exit::Failure;

use super::queue;

/// Takes a message over (`sqs:SendMessage`, `lambda:InvokeFunction`).
pub(in crate::operate) trait Recipient {
    /// Hands a message over. When this returns it is stored there.
    async fn take(&self, message: &str) -> Result<(), Failure>;
}

/// The recipients of a deployment.
pub(in crate::operate) enum Deployed {
    /// The intake's queue.
    Queue(Queue),
    /// A function, which Lambda calls with the message soon, and again where it fails.
    Function { functions: Functions, name: String },
}

impl Deployed {
    /// Whom the letters of a queue were for.
    ///
    /// # Errors
    /// The intake's queue cannot be found.
    pub(in crate::operate) async fn of(stack: &Stack, queue: DeadLetterQueue) -> Result<Self, Failure> {
        let name = stack.names.named(queue.role());
        Ok(match queue {
            DeadLetterQueue::Intake => Self::Queue(queue::named(stack, &name).await?),
            DeadLetterQueue::Notify | DeadLetterQueue::Page => {
                Self::Function { functions: Functions::new(&stack.sdk), name }
            }
        })
    }
}

impl Recipient for Deployed {
    async fn take(&self, message: &str) -> Result<(), Failure> {
        match self {
            Self::Queue(queue) => queue.send(message).await,
            Self::Function { functions, name } => functions.invoke_later(name, message).await,
        }
        .map_err(connect::cloud)
    }
}
