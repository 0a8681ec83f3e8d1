//! Somebody else's lines in a function's log.

use jiff::Timestamp;
use serde_json::json;

use crate::{DrillError, World};

/// The function's log.
const GROUP: &str = "/aws/lambda/atalaya-process";
/// The stream that the stranger made for itself.
const STREAM: &str = "copied-by-a-script";

/// Makes the stranger's stream and writes its first line.
///
/// # Errors
/// When CloudWatch Logs refuses.
pub fn begin_strange_stream(world: &World) -> Result<(), DrillError> {
    world.aws(&["logs", "create-log-stream", "--log-group-name", GROUP, "--log-stream-name", STREAM])?;
    write(world)
}

/// Writes one more line; where the stream is gone, the stranger has been stopped.
///
/// # Errors
/// When CloudWatch Logs refuses for another reason.
pub fn write_strange_line(world: &World) -> Result<(), DrillError> {
    match write(world) {
        Err(DrillError::Call { reason, .. }) if reason.contains("ResourceNotFoundException") => Ok(()),
        other => other,
    }
}

/// A metric with a unit that CloudWatch does not know.
fn write(world: &World) -> Result<(), DrillError> {
    let now = Timestamp::now().as_millisecond();
    let metrics = json!({
        "Namespace": "Atalaya", "Dimensions": [[]], "Metrics": [{ "Name": "FilesSeen", "Unit": "Pieces" }],
    });
    let line = json!({ "_aws": { "Timestamp": now, "CloudWatchMetrics": [metrics] }, "FilesSeen": 1 });
    let events = json!([{ "timestamp": now, "message": line.to_string() }]).to_string();
    let put =
        ["logs", "put-log-events", "--log-group-name", GROUP, "--log-stream-name", STREAM, "--log-events", &events];
    world.aws(&put).map(drop)
}
