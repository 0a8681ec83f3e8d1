//! Pages: every message of an alarm becomes words that an operator can act on, and goes to who has to know.
//!
//! CloudWatch tells a change of an alarm to the topic `alarms`. This function reads it, asks CloudWatch and the ledger
//! what else there is to say, and publishes to `on-call-page` or `on-call-ticket`, by the severity that the alarm's
//! description says. The users of a feed are told of an alarm on their feed.
//!
//! - What is asked besides is welcome and not waited for: a page goes out within seconds with what there is
//!   ([`Limits`]). So it is with the alarm's graph, of which the page has a link.
//! - An alarm that a composite alarm in ALARM speaks for calls nobody: it goes to `on-call-ticket` as a quiet note.
//!   That concerns operators alone; the users of its feed are told all the same, as nothing else speaks to them.
//! - A message may come twice, and Lambda calls again after an error: who is told of which change is claimed in the
//!   ledger. Where the ledger does not answer a page may go out twice, with the same id, which is better than never.
//! - A message that cannot be read is told as it is.
//! - Where a page cannot be published the function fails, Lambda tries again, and then the message goes to the
//!   dead-letter queue that the alarm `PageFailed` watches.

mod affected;
mod asking;
mod chat;
mod console;
mod document;
mod facts;
mod graph;
mod logs;
mod medium;
mod message;
mod notice;
mod raw;
mod setting;
mod short;
mod sought;
mod text;

use atalaya_cloud::{
    AskAlarms, Clock, CloudError, DrawAlarms, Notice, Topic,
    lambda::{FunctionError, Invocation, SnsEvent, SnsMessage, SnsRecord},
    ledger::{BrowseFiles, ClaimPages, NoticeClaimed, PageClaim},
    objects::{LinkObjects, WriteObjects},
};
use atalaya_contract::{AlarmDescription, AlarmSeverity};
use atalaya_telemetry::{Metric, Telemetry};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tracing::Instrument;

pub use affected::AffectedFile;
pub use asking::Limits;
pub use chat::chat;
pub use console::LogsQuery;
pub use document::{AlarmFacts, Beneath, ByNow, Document, Files, Kind, Links, Measure, SCHEMA, page_id};
pub use graph::{LINK_LASTS, Pictures};
pub use message::{Alarm, Measured, NoAlarm, Trigger, Watches};
pub use notice::{FEED_ALARM, for_operators, for_users};
pub use short::{MAX_SMS_CHARS, sms, subject};
pub use text::text;

use asking::{Asked, Asking};
use document::{Input, compose};
use facts::{Before, Change, Sources};
use setting::Setting;

/// The audience of operators, in the ledger's claims.
const ON_CALL: &str = "on-call";
/// The audience of a feed's users.
const DATA_USERS: &str = "data-users";

/// What page works with; the bounds of [`Page::handle`] are the function's permissions. Of the ledger it queries the
/// indexes and keeps its own claims.
#[derive(Debug)]
pub struct Page<A, L, O, T, C> {
    /// What CloudWatch knows.
    pub alarms: A,
    /// Files, and the claims of pages.
    pub ledger: L,
    /// Keeps the graphs of alarms.
    pub pictures: Pictures<O>,
    /// Calls an operator now.
    pub on_call_page: T,
    /// Tells operators what can wait.
    pub on_call_ticket: T,
    /// Tells the users of a feed.
    pub data_users: T,
    /// What time it is.
    pub clock: C,
    /// Where counts go.
    pub telemetry: Telemetry,
    /// How long a page waits for answers.
    pub limits: Limits,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Operators were told now.
    Now,
    /// They were sent a quiet note.
    Quietly,
    /// They had been told.
    Before,
    /// There was nothing to tell: an alarm is well, and nobody was told that it was not. So it is with a new one.
    Nothing,
}

/// Somebody could not be told.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PageError(#[from] CloudError);

impl FunctionError for PageError {
    fn error_type(&self) -> &'static str {
        self.0.error_type()
    }
}

impl<A, L, O, T, C> Page<A, L, O, T, C>
where
    A: AskAlarms + DrawAlarms,
    L: BrowseFiles + ClaimPages,
    O: WriteObjects + LinkObjects,
    T: Topic,
    C: Clock,
{
    /// Tells of every message.
    ///
    /// # Errors
    /// Somebody could not be told: the event is to come again, and tells only those who have not been.
    pub async fn handle(&self, event: SnsEvent, invocation: &Invocation) -> Result<Vec<Told>, PageError> {
        let mut told = Vec::new();
        let mut failed = None;
        for SnsRecord { sns } in &event.records {
            let alarm = Alarm::read(&sns.message);
            let name = alarm.as_ref().map_or("unreadable", |alarm| alarm.name.as_str());
            let span = tracing::error_span!("page", alarm = name, message_id = sns.message_id);
            let _doing = self.telemetry.doing(format!("telling of {name}"));
            match self.tell(sns, &alarm, invocation).instrument(span.clone()).await {
                Ok(outcome) => told.push(outcome),
                Err(error) => {
                    self.telemetry.count(Metric::PagesFailed, None, 1);
                    let cause: &dyn std::error::Error = &error;
                    span.in_scope(|| tracing::error!(error = cause, "somebody could not be told of an alarm"));
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(told), |error| Err(error.into()))
    }

    async fn tell(
        &self,
        sns: &SnsMessage,
        alarm: &Result<Alarm, NoAlarm>,
        invocation: &Invocation,
    ) -> Result<Told, CloudError> {
        let asking = Asking::new(self.limits, invocation.left(self.clock.now()));
        match alarm {
            Ok(alarm) => self.tell_of(alarm, sns, &asking, invocation).await,
            Err(error) => {
                tracing::warn!(%error, "not a CloudWatch alarm message: it is passed on as it is");
                let claim = self.claim(raw::page_id(sns), ON_CALL, invocation);
                if !self.claimed(&asking, &claim).await {
                    return Ok(Told::Before);
                }
                self.publish(&self.on_call_page, &raw::notice(sns, error), &claim).await?;
                self.telemetry.count(Metric::PagesSent, None, 1);
                Ok(Told::Now)
            }
        }
    }

    async fn tell_of(
        &self,
        alarm: &Alarm,
        sns: &SnsMessage,
        asking: &Asking,
        invocation: &Invocation,
    ) -> Result<Told, CloudError> {
        let now = self.clock.now();
        let changed_at = alarm.changed_at.or(sns.timestamp).unwrap_or(now);
        let id = page_id(&alarm.name, alarm.state, changed_at);
        let on_call = self.claim(id.clone(), ON_CALL, invocation);
        let users = alarm.dimension("Dataset").map(|dataset| (dataset, self.claim(id, DATA_USERS, invocation)));
        let on_call = self.claimed(asking, &on_call).await.then_some(on_call);
        let users = match users {
            Some((dataset, claim)) => self.claimed(asking, &claim).await.then_some((dataset, claim)),
            None => None,
        };
        if on_call.is_none() && users.is_none() {
            tracing::info!("this change of the alarm has been told before");
            return Ok(Told::Before);
        }

        let setting = Setting::new(invocation, sns, alarm);
        let sources = Sources { alarms: &self.alarms, ledger: &self.ledger, pictures: &self.pictures };
        let change = Change { alarm, setting: &setting, changed_at, now };
        let facts = facts::gather(asking, sources, change).await;
        if Kind::of(alarm.state) == Kind::Recovery && facts.before == Before::NoTrouble {
            tracing::info!("the alarm is well, and nobody was told that it was not");
            return Ok(Told::Nothing);
        }
        let description = AlarmDescription::read(&alarm.description);
        let page = compose(Input { alarm, description: &description, facts, setting: &setting, changed_at, now });
        let told = match &on_call {
            Some(claim) => self.tell_operators(&page, claim).await,
            None => Ok(Told::Before),
        };
        if let Some((dataset, claim)) = users {
            self.publish(&self.data_users, &for_users(&page, dataset), &claim).await?;
        }
        told
    }

    async fn tell_operators(&self, page: &Document, claim: &PageClaim) -> Result<Told, CloudError> {
        let quiet = page.quiet.is_some();
        let topic = match (quiet, page.severity) {
            (false, AlarmSeverity::Page) => &self.on_call_page,
            (true, _) | (_, AlarmSeverity::Ticket | AlarmSeverity::None) => &self.on_call_ticket,
        };
        self.publish(topic, &for_operators(page), claim).await?;
        let (metric, told) = if quiet { (Metric::PagesQuieted, Told::Quietly) } else { (Metric::PagesSent, Told::Now) };
        self.telemetry.count(metric, None, 1);
        Ok(told)
    }

    fn claim(&self, page_id: String, audience: &'static str, invocation: &Invocation) -> PageClaim {
        let now = self.clock.now();
        let left = SignedDuration::try_from(invocation.left(now)).unwrap_or(SignedDuration::ZERO);
        let lease_until: Timestamp = now.checked_add(left).unwrap_or(now);
        PageClaim { page_id, audience, owner: invocation.request_id.clone(), at: now, lease_until }
    }

    /// Whether the audience is this invocation's to tell. A message that another invocation is at is left to it: SNS
    /// and Lambda try each of their deliveries again by themselves. Without an answer of the ledger it is told.
    async fn claimed(&self, asking: &Asking, claim: &PageClaim) -> bool {
        let question = self.ledger.claim_page(claim);
        let answer = asking.ask(Asked::Ledger, "whether the page has gone out before", question).await;
        matches!(answer, None | Some(NoticeClaimed::Ours))
    }

    /// Publishes, and notes it in the ledger. A note that fails is no failure: at worst the page comes twice. A page
    /// that could not be published is given back, so that a try under another request id does not take it for told.
    async fn publish(&self, topic: &T, notice: &Notice, claim: &PageClaim) -> Result<(), CloudError> {
        let message_id = match topic.publish(notice).await {
            Ok(message_id) => message_id,
            Err(error) => {
                let back = self.ledger.page_unsent(claim, self.clock.now());
                Asking::once(self.limits).ask(Asked::Ledger, "that the page has not gone out", back).await;
                return Err(error);
            }
        };
        let note = self.ledger.page_sent(claim, &message_id, self.clock.now());
        Asking::once(self.limits).ask(Asked::Ledger, "a note that the page has gone out", note).await;
        tracing::info!(page_id = claim.page_id, audience = claim.audience, published = message_id, "a page is out");
        Ok(())
    }
}

#[cfg(test)]
mod tests;
