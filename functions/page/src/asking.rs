//! Questions whose answers are welcome but not waited for: each has its time, and all together have theirs.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use atalaya_cloud::CloudError;
use tokio::time::{Instant, timeout_at};

/// How long a page may wait for what it adds to the alarm's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest wait for one answer.
    pub each: Duration,
    /// The longest wait for the alarm's graph to be drawn and kept.
    pub graph: Duration,
    /// The longest wait for all of them.
    pub all: Duration,
}

impl Default for Limits {
    /// Far below the function's time-out, and short for who waits for a page.
    fn default() -> Self {
        Self { each: Duration::from_secs(2), graph: Duration::from_secs(3), all: Duration::from_secs(5) }
    }
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    CloudWatch,
    Ledger,
    /// Who draws the graph and who keeps it.
    CloudWatchAndS3,
}

impl Asked {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::CloudWatch => "CloudWatch",
            Self::Ledger => "the ledger",
            Self::CloudWatchAndS3 => "CloudWatch and S3",
        }
    }
}

/// The questions of one page.
pub(crate) struct Asking {
    limits: Limits,
    until: Instant,
    unanswered: Mutex<Vec<String>>,
}

impl Asking {
    /// From now on for as long as `limits` say, but no longer than half of what is left of the invocation: the page
    /// itself has to go out too.
    pub(crate) fn new(limits: Limits, left: Duration) -> Self {
        let all = limits.all.min(left / 2);
        Self { limits, until: Instant::now() + all, unanswered: Mutex::default() }
    }

    /// Of one question, which keeps nobody waiting.
    pub(crate) fn once(limits: Limits) -> Self {
        Self { limits, until: Instant::now() + limits.each, unanswered: Mutex::default() }
    }

    /// The answer, when it comes in time. `what` says what the page then lacks.
    pub(crate) async fn ask<T>(
        &self,
        asked: Asked,
        what: &str,
        question: impl Future<Output = Result<T, CloudError>>,
    ) -> Option<T> {
        let longest = match asked {
            Asked::CloudWatch | Asked::Ledger => self.limits.each,
            Asked::CloudWatchAndS3 => self.limits.graph,
        };
        let until = self.until.min(Instant::now() + longest);
        match timeout_at(until, question).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, asked = asked.as_str(), what, "a question failed; the page goes out without");
            }
            Err(_) => {
                tracing::warn!(asked = asked.as_str(), what, "no answer came in time; the page goes out without");
            }
        }
        let lack = format!("{what} ({})", asked.as_str());
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner).push(lack);
        None
    }

    /// What was not answered.
    pub(crate) fn unanswered(&self) -> Vec<String> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use atalaya_cloud::ErrorKind;

    use super::*;

    #[tokio::test]
    async fn what_is_not_answered_in_time_is_noted_and_costs_no_more_than_its_time() {
        let limits = Limits {
            each: Duration::from_millis(20),
            graph: Duration::from_millis(20),
            all: Duration::from_millis(30),
        };
        let asking = Asking::new(limits, Duration::from_secs(60));
        let begin = Instant::now();
        assert_eq!(asking.ask(Asked::CloudWatch, "a", ready(Ok(1))).await, Some(1));
        for what in ["b", "c", "d", "e"] {
            assert_eq!(asking.ask::<u8>(Asked::Ledger, what, pending()).await, None);
        }
        // Four times 20 ms, if there were no end to all of them.
        assert!(begin.elapsed() < Duration::from_millis(70), "{:?}", begin.elapsed());
        let failed = CloudError::new(ErrorKind::Denied, "List", "no");
        assert_eq!(asking.ask::<u8>(Asked::Ledger, "f", ready(Err(failed))).await, None);
        let lacks = ["b", "c", "d", "e", "f"].map(|what| format!("{what} (the ledger)"));
        assert_eq!(asking.unanswered(), lacks);
    }

    #[tokio::test]
    async fn an_invocation_that_nears_its_end_leaves_half_of_it_to_the_page() {
        let asking = Asking::new(Limits::default(), Duration::from_millis(40));
        let begin = Instant::now();
        assert_eq!(asking.ask::<u8>(Asked::Ledger, "a", pending()).await, None);
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    }
}
