//! A warning before Lambda cuts an invocation off, while there is still time to write it.

use std::time::Duration;

use atalaya_telemetry::Telemetry;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

/// The most that is kept free before the deadline.
const MOST_KEPT_FREE: Duration = Duration::from_millis(500);

/// Watches one invocation; dropping it ends the watch.
pub(super) struct Watch(Option<JoinHandle<()>>);

/// Warns shortly before `left` has passed. The watch runs on a thread of the runtime's, so it also speaks when the
/// handler is busy computing. There is nothing to watch when no time is left at all.
pub(super) fn watch(telemetry: &Telemetry, left: Duration) -> Watch {
    if left.is_zero() {
        return Watch(None);
    }
    let free = kept_free(left);
    let telemetry = telemetry.clone();
    let warn = async move {
        tokio::time::sleep(left.saturating_sub(free)).await;
        telemetry.warn_of_time_out(free);
    };
    Watch(Some(tokio::spawn(warn.in_current_span())))
}

/// A tenth of the time left, and half a second at most.
fn kept_free(left: Duration) -> Duration {
    (left / 10).min(MOST_KEPT_FREE)
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_kept_free_but_no_more_than_half_a_second() {
        assert_eq!(kept_free(Duration::from_secs(60)), Duration::from_millis(500));
        assert_eq!(kept_free(Duration::from_secs(3)), Duration::from_millis(300));
    }
}
