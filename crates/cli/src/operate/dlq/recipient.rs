//! Whom dead letters were for, and how they get there again.

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;

use crate::args::DeadLetterQueue;
use crate::connect::{self, Stack};
use crate::exit::Failure;

use super::queue::SqsQueue;

/// Takes a message over (`sqs:SendMessage`, `lambda:InvokeFunction`).
pub(in crate::operate) trait Recipient {
    /// Hands a message over. When this returns it is stored there.
    async fn take(&self, message: &str) -> Result<(), Failure>;
}

/// The recipients of a deployment.
pub(in crate::operate) enum Deployed {
    /// The intake's queue.
    Queue(SqsQueue),
    /// A function, which Lambda calls with the message soon, and again where it fails.
    Function { client: aws_sdk_lambda::Client, name: String },
}

impl Deployed {
    /// Whom the letters of a queue were for.
    ///
    /// # Errors
    /// The intake's queue cannot be found.
    pub(in crate::operate) async fn of(stack: &Stack, queue: DeadLetterQueue) -> Result<Self, Failure> {
        let name = stack.names.named(queue.role());
        Ok(match queue {
            DeadLetterQueue::Intake => Self::Queue(SqsQueue::named(stack, name).await?),
            DeadLetterQueue::Notify | DeadLetterQueue::Page => {
                Self::Function { client: aws_sdk_lambda::Client::new(&stack.sdk), name }
            }
        })
    }
}

impl Recipient for Deployed {
    async fn take(&self, message: &str) -> Result<(), Failure> {
        match self {
            Self::Queue(queue) => queue.send(message).await,
            Self::Function { client, name } => {
                let call = client.invoke().function_name(name).invocation_type(InvocationType::Event);
                let answer = call.payload(Blob::new(message)).send().await;
                answer.map_err(|error| connect::refused(&format!("call the function {name}"), &error))?;
                Ok(())
            }
        }
    }
}
