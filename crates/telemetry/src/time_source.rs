//! What time it is, as telemetry is to see it.

use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time. Injected, so that tests need not wait for it.
pub type TimeSource = Arc<dyn Fn() -> Timestamp + Send + Sync>;
