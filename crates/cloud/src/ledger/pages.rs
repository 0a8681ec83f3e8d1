//! Which changes of alarms have been told to whom: SNS may hand over a message twice, and Lambda calls again after an
//! error, but a telephone is to ring once.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    DynamoLedger, MemoryLedger, NoticeClaimed, NoticeState,
    item::{self, Item},
    table::{Update, Written},
};
use crate::{CloudError, ErrorKind};

/// A claim on telling one audience of one change of an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageClaim {
    /// The page's id; it follows from the alarm and the change.
    pub page_id: String,
    /// Who is to be told.
    pub audience: &'static str,
    /// Who claims: the same on every try of one invocation, so that a second try need not wait for the lease.
    pub owner: String,
    /// When.
    pub at: Timestamp,
    /// Until when nobody else may try.
    pub lease_until: Timestamp,
}

/// One page's entry for one audience.
#[derive(Debug, Clone, Serialize)]
struct PageRecord {
    page_id: String,
    audience: &'static str,
    delivery: NoticeState,
    owner: String,
    claimed_at: Timestamp,
    lease_until: Timestamp,
}

impl PageClaim {
    fn record(&self) -> PageRecord {
        PageRecord {
            page_id: self.page_id.clone(),
            audience: self.audience,
            delivery: NoticeState::Sending,
            owner: self.owner.clone(),
            claimed_at: self.at,
            lease_until: self.lease_until,
        }
    }
}

/// Keeps account of pages (`dynamodb:PutItem`, `dynamodb:UpdateItem`, `dynamodb:GetItem`).
pub trait ClaimPages: Send + Sync {
    /// Claims the telling of an audience.
    fn claim_page(&self, claim: &PageClaim) -> impl Future<Output = Result<NoticeClaimed, CloudError>> + Send;

    /// Says that the audience of the claim has been told, with the service's id of the message.
    ///
    /// # Errors
    /// `Conflict` when the page was never claimed.
    fn page_sent(
        &self,
        claim: &PageClaim,
        message_id: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Gives a claim back whose telling failed, so that whoever comes next need not wait for its lease. A claim that
    /// another has taken over meanwhile stays.
    fn page_unsent(&self, claim: &PageClaim, at: Timestamp) -> impl Future<Output = Result<(), CloudError>> + Send;
}

fn page_key(claim: &PageClaim) -> Item {
    item::key(format!("page#{}", claim.page_id), claim.audience)
}

fn never_claimed(claim: &PageClaim) -> CloudError {
    let action = format!("page {} to {}", claim.page_id, claim.audience);
    CloudError::new(ErrorKind::Conflict, action, "the page was never claimed")
}

impl ClaimPages for DynamoLedger {
    async fn claim_page(&self, claim: &PageClaim) -> Result<NoticeClaimed, CloudError> {
        let mut item = item::attributes(&claim.record());
        item.extend(page_key(claim));
        self.claim_telling(item, &claim.owner, claim.at, claim.lease_until).await
    }

    async fn page_sent(&self, claim: &PageClaim, message_id: &str, at: Timestamp) -> Result<(), CloudError> {
        let update = Update::default()
            .set("delivery", item::value_of(&NoticeState::Sent))
            .set("sent_at", item::value_of(&at))
            .set("message_id", AttributeValue::S(message_id.to_owned()));
        match self.table().update(page_key(claim), update, "attribute_exists(pk)").await? {
            Written::Done(_) => Ok(()),
            Written::Refused(_) => Err(never_claimed(claim)),
        }
    }

    async fn page_unsent(&self, claim: &PageClaim, at: Timestamp) -> Result<(), CloudError> {
        self.telling_failed(page_key(claim), &claim.owner, at).await
    }
}

/// How a telling stands in memory.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    delivery: NoticeState,
    owner: String,
    lease_until: Timestamp,
}

impl ClaimPages for MemoryLedger {
    async fn claim_page(&self, claim: &PageClaim) -> Result<NoticeClaimed, CloudError> {
        let mut state = self.called("claim_page")?;
        let key = (claim.page_id.clone(), claim.audience);
        match state.pages.get(&key) {
            Some(known) if known.delivery == NoticeState::Sent => return Ok(NoticeClaimed::Sent),
            Some(known) if known.lease_until > claim.at && known.owner != claim.owner => {
                return Ok(NoticeClaimed::Sending(known.lease_until));
            }
            _ => {}
        }
        let record = claim.record();
        let telling = Telling { delivery: record.delivery, owner: record.owner, lease_until: record.lease_until };
        state.pages.insert(key, telling);
        Ok(NoticeClaimed::Ours)
    }

    async fn page_sent(&self, claim: &PageClaim, _message_id: &str, _at: Timestamp) -> Result<(), CloudError> {
        let mut state = self.called("page_sent")?;
        let key = (claim.page_id.clone(), claim.audience);
        let telling = state.pages.get_mut(&key).ok_or_else(|| never_claimed(claim))?;
        telling.delivery = NoticeState::Sent;
        Ok(())
    }

    async fn page_unsent(&self, claim: &PageClaim, at: Timestamp) -> Result<(), CloudError> {
        let mut state = self.called("page_unsent")?;
        let telling = state.pages.get_mut(&(claim.page_id.clone(), claim.audience));
        if let Some(telling) = telling.filter(|telling| telling.owner == claim.owner) {
            telling.lease_until = at;
        }
        Ok(())
    }
}
