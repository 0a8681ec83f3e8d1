//! Messages that nobody can take, and queues whose settings were changed.

use crate::{DrillError, World};

/// Puts a message into a queue.
///
/// # Errors
/// When SQS refuses.
pub fn put_message(world: &World, queue_url: &str, body: &str) -> Result<(), DrillError> {
    world.aws(&["sqs", "send-message", "--queue-url", queue_url, "--message-body", body]).map(drop)
}

/// Shortens how long a queue hides a message that somebody works on, to a second: five tries then take seconds.
///
/// # Errors
/// When SQS refuses.
pub fn hide_briefly(world: &World, queue_url: &str) -> Result<(), DrillError> {
    set(world, queue_url, "VisibilityTimeout=1")
}

/// Lets a queue hold each message back for some seconds.
///
/// # Errors
/// When SQS refuses.
pub fn delay(world: &World, queue_url: &str, seconds: u32) -> Result<(), DrillError> {
    set(world, queue_url, &format!("DelaySeconds={seconds}"))
}

fn set(world: &World, queue_url: &str, attribute: &str) -> Result<(), DrillError> {
    world.aws(&["sqs", "set-queue-attributes", "--queue-url", queue_url, "--attributes", attribute]).map(drop)
}
