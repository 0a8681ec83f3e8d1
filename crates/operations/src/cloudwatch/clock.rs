//! What time it is for CloudWatch.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_cloudwatch::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_cloudwatch::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cloudwatch::error::BoxError;
use jiff::{SignedDuration, Timestamp};

/// Less than this is an answer's way and its date's whole seconds.
const SLACK: SignedDuration = SignedDuration::from_secs(60);

/// How far CloudWatch's clock is ahead of this machine's, as the dates of its answers tell it: much where this machine's
/// clock is wrong, and on a local AWS whose CloudWatch runs faster than time does. "The last hour" is CloudWatch's.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnswerClock(Arc<Mutex<Option<SignedDuration>>>);

impl AnswerClock {
    /// How far it is ahead; nothing before the first answer.
    pub(super) fn ahead(&self) -> Option<SignedDuration> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears the date of an answer that came at `now`.
    fn hear(&self, date: &str, now: Timestamp) {
        let Ok(date) = jiff::fmt::rfc2822::parse(date) else { return };
        let ahead = date.timestamp().duration_since(now);
        let ahead = if ahead.abs() < SLACK { SignedDuration::ZERO } else { ahead };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
    }
}

impl Intercept for AnswerClock {
    fn name(&self) -> &'static str {
        "AnswerClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(date) = context.response().headers().get("date") {
            self.hear(date, Timestamp::now());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_far_off_is_heard_of() {
        let clock = AnswerClock::default();
        let now = "2026-11-22T12:00:00Z".parse().expect("a time");
        assert_eq!(clock.ahead(), None);
        clock.hear("no date", now);
        assert_eq!(clock.ahead(), None);
        clock.hear("Sun, 22 Nov 2026 12:00:02 GMT", now);
        assert_eq!(clock.ahead(), Some(SignedDuration::ZERO));
        clock.hear("Sun, 22 Nov 2026 07:15:00 GMT", now);
        assert_eq!(clock.ahead(), Some(SignedDuration::from_mins(-285)));
    }
}
