//! Notices: every event on the bus is told to users once, in words that they can act on.
//!
//! The bus may deliver an event twice, and Lambda calls again after an error. A notice is therefore claimed in the
//! ledger under the event's id before it is sent, for no longer than the invocation can run, and marked as sent
//! afterwards; where sending fails, the claim is given back. Only where a function dies between sending and marking, or
//! the ledger takes no writes until its time is over, is a notice sent twice, with the same id.

mod message;
mod recovered;
mod subject;
mod words;

use std::time::Duration;

use atalaya_cloud::{
    Clock, CloudError, Topic,
    lambda::{FunctionError, Invocation},
    ledger::{ClaimNotices, NoticeClaim, NoticeClaimed, SentNotice},
};
use atalaya_contract::{EventKind, FileEvent};
use atalaya_telemetry::{Metric, Telemetry, file_span};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tracing::Instrument;

pub use message::{UNROUTABLE_DATASET, notice};
pub use subject::subject;
pub use words::text;

/// The pauses before what has been sent is marked again: the first, which doubles, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// What an invocation leaves of its time.
const SPARE: Duration = Duration::from_secs(2);

/// An event of the bus, as EventBridge hands it over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BusEvent {
    /// What happened.
    #[serde(rename = "detail-type")]
    pub kind: EventKind,
    /// To which file.
    pub detail: FileEvent,
}

/// What notify works with; the bounds of [`Notify::handle`] are the function's permissions.
#[derive(Debug)]
pub struct Notify<L, T, C> {
    /// Where notices are claimed.
    pub ledger: L,
    /// Where notices go.
    pub topic: T,
    /// What time it is.
    pub clock: C,
    /// Where counts go.
    pub telemetry: Telemetry,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Users were told now; the message's id.
    Now(String),
    /// Users had been told.
    Before,
}

/// Why users could not be told.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// Another invocation is telling them; it shows by the end of its lease whether it did.
    #[error("another invocation is sending the notice {event_id}, until {until} at the latest")]
    Sending {
        /// The notice.
        event_id: String,
        /// End of the lease.
        until: Timestamp,
    },
    /// A call failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl FunctionError for NotifyError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Sending { .. } => "Retryable",
            Self::Cloud(error) if error.is_retryable() => "Retryable",
            Self::Cloud(_) => "Permanent",
        }
    }
}

impl<L, T, C> Notify<L, T, C>
where
    L: ClaimNotices,
    T: Topic,
    C: Clock,
{
    /// Tells users of an event, unless they have been told.
    ///
    /// # Errors
    /// The event is to come again: Lambda does so twice, with the same request id.
    pub async fn handle(&self, event: BusEvent, invocation: &Invocation) -> Result<Told, NotifyError> {
        let span = file_span(&event.detail.file, event.detail.dataset.as_deref(), None);
        let _doing = self.telemetry.doing(format!("telling of {}", event.detail.event_id));
        let told = self.tell(&event, invocation).instrument(span.clone()).await;
        if let Err(error) = &told {
            if matches!(error, NotifyError::Cloud(_)) {
                self.telemetry.count(Metric::NoticesFailed, None, 1);
            }
            let error: &dyn std::error::Error = error;
            span.in_scope(|| tracing::error!(error, event = event.kind.as_str(), "users could not be told"));
        }
        told
    }

    async fn tell(&self, event: &BusEvent, invocation: &Invocation) -> Result<Told, NotifyError> {
        let BusEvent { kind, detail } = event;
        let claim = self.claim(event, invocation);
        match self.ledger.claim_notice(&claim).await? {
            NoticeClaimed::Ours => {}
            NoticeClaimed::Sent => {
                tracing::info!(event = kind.as_str(), "users have been told of this event before");
                return Ok(Told::Before);
            }
            NoticeClaimed::Sending(until) => {
                return Err(NotifyError::Sending { event_id: detail.event_id.clone(), until });
            }
        }
        let subject = subject(*kind, detail);
        let text = text(*kind, detail);
        let message_id = match self.topic.publish(&notice(*kind, detail, &subject, &text)).await {
            Ok(message_id) => message_id,
            Err(error) => {
                // Whoever hands the event over next need not wait for the lease. If this fails, they wait.
                if let Err(error) = self.ledger.notice_unsent(&claim, self.clock.now()).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the claim on the notice stays until its lease ends"
                    );
                }
                return Err(error.into());
            }
        };
        // A text that quotes cells of the file would outlast the samples.
        let text = detail.first_rejects.is_empty().then_some(text);
        let sent = SentNotice { message_id: message_id.clone(), subject, text, at: self.clock.now() };
        self.mark(detail, &sent, invocation).await?;

        let dataset = detail.dataset.as_deref();
        self.telemetry.count(Metric::NoticesSent, None, 1);
        if *kind == EventKind::FileFailed {
            // The failed path of the state machine has no function in it that could count.
            self.telemetry.count(Metric::FilesFailed, dataset, 1);
            if detail.attempt == 1 {
                self.telemetry.sample(Metric::FilesOnTime, dataset, 0);
            }
        }
        tracing::info!(event = kind.as_str(), message_id, "users are told");
        Ok(Told::Now(message_id))
    }

    /// Marks a notice as sent. SNS has it by now, and whoever comes next would send it again: so this is tried as long as
    /// the invocation may run.
    async fn mark(&self, detail: &FileEvent, sent: &SentNotice, invocation: &Invocation) -> Result<(), CloudError> {
        let end = Instant::now() + invocation.left(self.clock.now()).saturating_sub(SPARE);
        let (mut pause, longest) = PAUSES;
        loop {
            match self.ledger.notice_sent(&detail.file.file_id, &detail.event_id, sent).await {
                Err(error) if error.is_retryable() && Instant::now() + pause < end => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(longest);
                }
                done => return done,
            }
        }
    }

    fn claim(&self, event: &BusEvent, invocation: &Invocation) -> NoticeClaim {
        let now = self.clock.now();
        let left = SignedDuration::try_from(invocation.left(now)).unwrap_or(SignedDuration::ZERO);
        NoticeClaim {
            file_id: event.detail.file.file_id.clone(),
            event_id: event.detail.event_id.clone(),
            event: event.kind.as_str().to_owned(),
            owner: invocation.request_id.clone(),
            at: now,
            lease_until: now.checked_add(left).unwrap_or(now),
        }
    }
}

#[cfg(test)]
mod tests;
