//! The canary: on a schedule it sends a small file the whole way, as a sender would, and counts the notice of its
//! availability, as a reader would. Where files are sent and none arrives, something on the way is broken, whatever
//! the other metrics say.
//!
//! Two events call the function. The schedule says `{"canary":"send"}`: the function puts its contract into the
//! contracts bucket where that is missing or another one, then puts `canary/<UTC time>.csv` into the inbox. The topic
//! of the data users hands over the notices of the dataset `canary`. A notice that comes twice counts twice, which
//! hides no file that did not come.

mod event;
mod file;

use atalaya_cloud::{
    Clock, CloudError, ErrorKind,
    lambda::{FunctionError, PERMANENT, SnsMessage},
    objects::{ReadObjects, WriteObjects},
};
use atalaya_contract::{EventKind, FileEvent};
use atalaya_telemetry::{Metric, Telemetry, file_span};
use serde::Serialize;

pub use event::{Event, Order};
pub use file::{CONTRACT_KEY, DATASET, content, contract, key};

use event::Notice;

/// What the canary works with; the bounds of [`Canary::handle`] are the function's permissions.
#[derive(Debug)]
pub struct Canary<O, C> {
    /// Where its contract and its files go.
    pub objects: O,
    /// What time it is.
    pub clock: C,
    /// Where counts go.
    pub telemetry: Telemetry,
    /// The bucket that senders send to.
    pub inbox_bucket: String,
    /// The bucket with the contracts.
    pub contracts_bucket: String,
}

/// What the function did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// It sent a file; the file's key.
    Sent(String),
    /// It heard of so many files that arrived.
    Heard(usize),
}

/// Why the canary did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CanaryError {
    /// The event is none of the two that it knows.
    #[error("the event says neither `{{\"canary\":\"send\"}}` nor is it a message of a topic")]
    NoSuchOrder,
    /// A call failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl FunctionError for CanaryError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::NoSuchOrder => PERMANENT,
            Self::Cloud(error) => error.error_type(),
        }
    }
}

impl<O, C> Canary<O, C>
where
    O: ReadObjects + WriteObjects,
    C: Clock,
{
    /// Sends a file, or counts those that arrived.
    ///
    /// # Errors
    /// The event is to come again where a call failed in a way that may pass.
    pub async fn handle(&self, event: Event) -> Result<Done, CanaryError> {
        match event {
            Event { canary: Some(Order::Send), .. } => self.send().await,
            Event { records: Some(records), .. } => {
                Ok(Done::Heard(records.iter().filter(|record| self.hear(&record.sns)).count()))
            }
            _ => Err(CanaryError::NoSuchOrder),
        }
    }

    async fn send(&self) -> Result<Done, CanaryError> {
        self.publish_contract().await?;
        let now = self.clock.now();
        let key = key(now);
        let _doing = self.telemetry.doing(format!("sending s3://{}/{key}", self.inbox_bucket));
        self.objects.put(&self.inbox_bucket, &key, "text/csv", content(now).into()).await?;
        self.telemetry.count(Metric::CanariesSent, None, 1);
        tracing::info!(bucket = self.inbox_bucket, key, "a canary file is sent");
        Ok(Done::Sent(key))
    }

    /// Puts the contract where another one or none lies.
    async fn publish_contract(&self) -> Result<(), CloudError> {
        let _doing = self.telemetry.doing("looking at the canary's contract");
        let contract = contract(&self.inbox_bucket);
        let standing = match self.objects.get(&self.contracts_bucket, CONTRACT_KEY, None).await {
            Ok((_, body)) => Some(body.collect().await?),
            Err(error) if error.kind == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if standing.as_deref() == Some(contract.as_bytes()) {
            return Ok(());
        }
        self.objects.put(&self.contracts_bucket, CONTRACT_KEY, "application/yaml", contract.into()).await?;
        tracing::info!(bucket = self.contracts_bucket, key = CONTRACT_KEY, "the canary's contract is published");
        Ok(())
    }

    /// Counts a canary file whose availability the message tells of. Any other message is a mistake in a filter: it
    /// is told in the log, since another try would not change it.
    fn hear(&self, message: &SnsMessage) -> bool {
        let notice = match Notice::read(message) {
            Ok(notice) => notice,
            Err(error) => {
                tracing::error!(message_id = message.message_id, %error, "the message is no notice");
                return false;
            }
        };
        let FileEvent { file, dataset, .. } = &notice.event;
        let span = file_span(file, dataset.as_deref(), None);
        let _entered = span.enter();
        if notice.kind != EventKind::FileAvailable || dataset.as_deref() != Some(DATASET) {
            let event = notice.kind.as_str();
            tracing::error!(event, "the notice is none of a canary file that is available");
            return false;
        }
        // The clocks of S3 and of this machine may disagree about the order.
        let took = self.clock.now().duration_since(file.created_at);
        let latency_ms = u64::try_from(took.as_millis()).unwrap_or(0);
        self.telemetry.count(Metric::CanariesArrived, None, 1);
        self.telemetry.sample(Metric::CanaryLatency, None, latency_ms);
        tracing::info!(latency_ms, "a canary file arrived");
        true
    }
}

#[cfg(test)]
mod tests;
