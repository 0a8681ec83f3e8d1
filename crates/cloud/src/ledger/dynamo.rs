//! The ledger in one DynamoDB table.

use std::collections::{BTreeSet, HashMap};

use atalaya_contract::{FileId, FileState};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{
    Begun, BrowseFiles, ClaimFiles, ClaimNotices, Claimed, ContentClaim, ContentClaimed, ContentHolder,
    DEFAULT_SAMPLES_RETENTION, FILE_ID_LENGTH, FileQuery, FileRecord, Finished, NoticeClaim, NoticeClaimed,
    NoticeRecord, NoticeState, Outcome, ProcessFiles, ReadFiles, SentNotice, Transition,
    item::{self, Item, boxed},
    never_claimed, no_such_file,
    samples::Samples,
    superseded,
    table::{Table, Update, Written},
};
use crate::{CloudError, SdkResult as _};

/// Index of files by `dataset` and `created_at`.
const BY_DATASET: &str = "by-dataset";
/// Index of files by `state` and `created_at`.
const BY_STATE: &str = "by-state";

/// Attribute of a claim on content: ids of files whose outputs may still be visible beside the holder's. Absent when
/// there are none, since DynamoDB keeps no empty set.
const DISPLACED: &str = "displaced";

/// The ledger in one DynamoDB table.
#[derive(Debug, Clone)]
pub struct DynamoLedger {
    table: Table,
    /// How long after an outcome the samples of its rejects go.
    pub(super) samples_retention: SignedDuration,
}

/// What a claim on telling looks at in the item that stands in its way.
#[derive(Deserialize)]
struct Standing {
    delivery: NoticeState,
    lease_until: Timestamp,
}

/// The condition under which a file may move on, for [`open_attempt`]'s names and values.
const OPEN_ATTEMPT: &str = "#attempt = :running AND #state IN (:received, :processing)";

/// Adds what [`OPEN_ATTEMPT`] speaks of.
fn open_attempt(update: Update, attempt: u32) -> Update {
    update
        .naming("attempt")
        .naming("state")
        .with(":running", AttributeValue::N(attempt.to_string()))
        .with(":received", item::state_value(FileState::Received))
        .with(":processing", item::state_value(FileState::Processing))
}

impl DynamoLedger {
    /// The ledger in `table`.
    #[must_use]
    pub fn new(config: &SdkConfig, table: impl Into<String>) -> Self {
        let table = Table { client: Client::new(config), name: table.into() };
        Self { table, samples_retention: DEFAULT_SAMPLES_RETENTION }
    }

    /// The table.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Puts `item`, which says that something is being told, unless it has been told or somebody else is telling it.
    pub(super) async fn claim_telling(
        &self,
        mut item: Item,
        owner: &str,
        at: Timestamp,
        lease_until: Timestamp,
    ) -> Result<NoticeClaimed, CloudError> {
        // Times are compared as texts: one length makes the order of texts that of times.
        item.insert("lease_until".to_owned(), AttributeValue::S(item::sortable(lease_until)));
        let condition =
            "attribute_not_exists(pk) OR (#delivery = :sending AND (#owner = :claimant OR #lease_until <= :now))";
        let names = ["delivery", "owner", "lease_until"].map(|name| (format!("#{name}"), name.to_owned()));
        let values = HashMap::from([
            (":sending".to_owned(), item::value_of(&NoticeState::Sending)),
            (":claimant".to_owned(), AttributeValue::S(owner.to_owned())),
            (":now".to_owned(), AttributeValue::S(item::sortable(at))),
        ]);
        match self.table.put(item, condition, HashMap::from(names), values).await? {
            Written::Done(_) => Ok(NoticeClaimed::Ours),
            Written::Refused(standing) => {
                let standing: Option<Standing> = standing.as_ref().map(item::record).transpose()?;
                Ok(match standing {
                    Some(standing) if standing.delivery == NoticeState::Sending => {
                        NoticeClaimed::Sending(standing.lease_until)
                    }
                    _ => NoticeClaimed::Sent,
                })
            }
        }
    }

    /// Ends the lease of a claim on telling that is still this owner's.
    pub(super) async fn telling_failed(&self, key: Item, owner: &str, at: Timestamp) -> Result<(), CloudError> {
        let update = Update::default()
            .set("lease_until", AttributeValue::S(item::sortable(at)))
            .naming("owner")
            .with(":owner", AttributeValue::S(owner.to_owned()));
        // Refused: it is another's claim by now.
        self.table.update(key, update, "#owner = :owner").await.map(|_| ())
    }

    /// Files of one partition of an index, newest first, until `limit` of them have `state`.
    async fn query(
        &self,
        index: &str,
        attribute: &str,
        value: &str,
        query: &FileQuery,
        state: Option<FileState>,
    ) -> Result<Vec<FileRecord>, CloudError> {
        let mut condition = "#partition = :partition".to_owned();
        let mut call = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .index_name(index)
            .scan_index_forward(false)
            .expression_attribute_names("#partition", attribute)
            .expression_attribute_values(":partition", AttributeValue::S(value.to_owned()));
        if let Some(since) = query.since {
            condition.push_str(" AND #created_at >= :since");
            call = call
                .expression_attribute_names("#created_at", "created_at")
                .expression_attribute_values(":since", AttributeValue::S(item::sortable(since)));
        }
        if let Some(state) = state {
            call = call
                .filter_expression("#state = :state")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":state", item::state_value(state));
        }
        let page = i32::try_from(query.limit.clamp(1, 1000)).expect("at most 1000");
        let mut pages = call.key_condition_expression(condition).limit(page).into_paginator().send();
        let mut files = Vec::new();
        while files.len() < query.limit
            && let Some(page) = pages.next().await
        {
            let page = page.of_call(|| self.table.action("Query"))?;
            for item in page.items() {
                files.push(item::record(item)?);
            }
        }
        files.truncate(query.limit);
        Ok(files)
    }

    async fn scan(&self, prefix: &str, limit: usize) -> Result<Vec<FileRecord>, CloudError> {
        let mut pages = self
            .table
            .client
            .scan()
            .table_name(&self.table.name)
            .filter_expression("begins_with(#pk, :prefix) AND #sk = :file")
            .expression_attribute_names("#pk", item::PK)
            .expression_attribute_names("#sk", item::SK)
            .expression_attribute_values(":prefix", AttributeValue::S(item::file_pk(prefix)))
            .expression_attribute_values(":file", AttributeValue::S(item::FILE.to_owned()))
            .into_paginator()
            .send();
        let mut files: Vec<FileRecord> = Vec::new();
        while files.len() < limit
            && let Some(page) = pages.next().await
        {
            let page = page.of_call(|| self.table.action("Scan"))?;
            for item in page.items() {
                files.push(item::record(item)?);
            }
        }
        files.sort_by(|left, right| left.file.file_id.cmp(&right.file.file_id));
        files.truncate(limit);
        Ok(files)
    }
}

/// The files that a claim on content remembers as displaced.
fn displaced(claim: &Item) -> BTreeSet<FileId> {
    let ids = claim.get(DISPLACED).and_then(|ids| ids.as_ss().ok());
    ids.into_iter().flatten().cloned().map(FileId::from).collect()
}

fn holder(claim: &Item) -> Option<ContentHolder> {
    let file_id = FileId::from(claim.get("file_id")?.as_s().ok()?.clone());
    Some(ContentHolder { file_id, attempt: claim.get("attempt")?.as_n().ok()?.parse().ok()? })
}

impl ClaimFiles for DynamoLedger {
    async fn claim(&self, record: &FileRecord) -> Result<Claimed, CloudError> {
        let written =
            self.table.put(item::file_item(record), "attribute_not_exists(pk)", HashMap::new(), HashMap::new()).await?;
        match written {
            Written::Done(_) => Ok(Claimed::New),
            Written::Refused(Some(known)) => Ok(Claimed::Known(boxed(&known)?)),
            Written::Refused(None) => Err(no_such_file(&record.file.file_id)),
        }
    }
}

impl ReadFiles for DynamoLedger {
    async fn get(&self, file_id: &FileId) -> Result<Option<FileRecord>, CloudError> {
        match self.table.item(item::file_key(file_id)).await? {
            Some(item) => self.with_samples(item::record(&item)?).await.map(Some),
            None => Ok(None),
        }
    }
}

impl ProcessFiles for DynamoLedger {
    async fn begin(
        &self,
        file_id: &FileId,
        attempt: u32,
        execution_arn: Option<&str>,
        at: Timestamp,
    ) -> Result<Begun, CloudError> {
        let entry = Transition { at, state: FileState::Processing, attempt, note: None };
        let mut update = open_attempt(Update::default(), attempt)
            .append("history", &entry)
            .set("state", item::state_value(FileState::Processing))
            .set("processing_at", item::value_of(&at));
        if let Some(arn) = execution_arn {
            update = update.set("execution_arn", AttributeValue::S(arn.to_owned()));
        }
        match self.table.update(item::file_key(file_id), update, OPEN_ATTEMPT).await? {
            Written::Done(item) => Ok(Begun::Started(boxed(&item)?)),
            Written::Refused(None) => Err(no_such_file(file_id)),
            Written::Refused(Some(item)) => {
                let record: Box<FileRecord> = boxed(&item)?;
                if record.attempt == attempt {
                    Ok(Begun::Ended(Box::new(self.with_samples(*record).await?)))
                } else {
                    Err(superseded(file_id, attempt, &record))
                }
            }
        }
    }

    async fn claim_content(
        &self,
        claim: &ContentClaim,
        instead_of: Option<&ContentHolder>,
    ) -> Result<ContentClaimed, CloudError> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let mut condition = "attribute_not_exists(pk) OR #file_id = :file_id".to_owned();
        let mut update = Update::default()
            .set("file_id", text(claim.holder.file_id.as_str()))
            .set("attempt", AttributeValue::N(claim.holder.attempt.to_string()))
            .set("claimed_at", item::value_of(&claim.at));
        if let Some(holder) = instead_of {
            condition.push_str(" OR (#file_id = :holder AND #attempt = :held)");
            update = update
                .with(":holder", text(holder.file_id.as_str()))
                .with(":held", AttributeValue::N(holder.attempt.to_string()))
                .add_to_set(DISPLACED, vec![holder.file_id.to_string()]);
        }
        match self.table.update(item::content_key(&claim.dataset, &claim.sha256), update, &condition).await? {
            Written::Done(held) => Ok(ContentClaimed::Ours { displaced: displaced(&held) }),
            Written::Refused(held) => {
                let holder = held.as_ref().and_then(holder).ok_or_else(|| {
                    let action = format!("claim content {} of {}", claim.sha256, claim.dataset);
                    CloudError::new(crate::ErrorKind::Corrupt, action, "the claim that stands names no file")
                })?;
                Ok(ContentClaimed::HeldBy(holder))
            }
        }
    }

    async fn forget_displaced(&self, claim: &ContentClaim, displaced: &BTreeSet<FileId>) -> Result<(), CloudError> {
        if displaced.is_empty() {
            return Ok(());
        }
        let update = Update::default().delete_from_set(DISPLACED, displaced.iter().map(FileId::to_string).collect());
        let key = item::content_key(&claim.dataset, &claim.sha256);
        match self.table.update(key, update, "attribute_exists(pk)").await? {
            Written::Done(_) => Ok(()),
            Written::Refused(_) => Err(never_claimed(claim)),
        }
    }

    async fn finish(&self, file_id: &FileId, attempt: u32, outcome: &Outcome) -> Result<Finished, CloudError> {
        // The samples first: a record whose samples are missing would look like one whose samples have expired.
        if !outcome.first_rejects.is_empty() {
            self.keep_samples(file_id, &Samples::of(outcome, attempt, self.samples_retention)).await?;
        }
        let mut update = open_attempt(Update::default(), attempt).append("history", &outcome.transition(attempt));
        for (name, value) in item::attributes(outcome) {
            update = update.set(&name, value);
        }
        if outcome.whole_file_fault() {
            update = update.set("whole_file_fault", AttributeValue::Bool(true));
        }
        match self.table.update(item::file_key(file_id), update, OPEN_ATTEMPT).await? {
            Written::Done(item) => {
                let record = FileRecord { first_rejects: outcome.first_rejects.clone(), ..item::record(&item)? };
                Ok(Finished::Recorded(Box::new(record)))
            }
            Written::Refused(Some(item)) => {
                Ok(Finished::Superseded(Box::new(self.with_samples(item::record(&item)?).await?)))
            }
            Written::Refused(None) => Err(no_such_file(file_id)),
        }
    }
}

impl ClaimNotices for DynamoLedger {
    async fn claim_notice(&self, claim: &NoticeClaim) -> Result<NoticeClaimed, CloudError> {
        let mut item = item::attributes(&claim.record());
        item.extend(item::notice_key(&claim.file_id, &claim.event_id));
        self.claim_telling(item, &claim.owner, claim.at, claim.lease_until).await
    }

    async fn notice_sent(&self, file_id: &FileId, event_id: &str, sent: &SentNotice) -> Result<(), CloudError> {
        let mut update = Update::default()
            .set("delivery", item::value_of(&NoticeState::Sent))
            .set("sent_at", item::value_of(&sent.at))
            .set("message_id", AttributeValue::S(sent.message_id.clone()))
            .set("subject", AttributeValue::S(sent.subject.clone()));
        if let Some(text) = &sent.text {
            update = update.set("text", AttributeValue::S(text.clone()));
        }
        match self.table.update(item::notice_key(file_id, event_id), update, "attribute_exists(pk)").await? {
            Written::Done(_) => Ok(()),
            Written::Refused(_) => Err(CloudError::new(
                crate::ErrorKind::Conflict,
                format!("notice {event_id}"),
                "the notice was never claimed",
            )),
        }
    }

    async fn notice_unsent(&self, claim: &NoticeClaim, at: Timestamp) -> Result<(), CloudError> {
        self.telling_failed(item::notice_key(&claim.file_id, &claim.event_id), &claim.owner, at).await
    }
}

impl BrowseFiles for DynamoLedger {
    async fn list(&self, query: &FileQuery) -> Result<Vec<FileRecord>, CloudError> {
        let mut files = match (&query.dataset, query.state) {
            (Some(dataset), state) => self.query(BY_DATASET, "dataset", dataset, query, state).await?,
            (None, Some(state)) => self.query(BY_STATE, "state", state.as_str(), query, None).await?,
            (None, None) => {
                // No index holds all files: the newest of each state hold the newest of all.
                let each = FileState::ALL.map(|state| self.query(BY_STATE, "state", state.as_str(), query, None));
                futures_util::future::try_join_all(each).await?.concat()
            }
        };
        files.sort_by(item::newest_first);
        // A file that changed its state between two queries may stand in both.
        files.dedup_by(|left, right| left.file.file_id == right.file.file_id);
        files.truncate(query.limit);
        Ok(files)
    }

    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<FileRecord>, CloudError> {
        if prefix.len() == FILE_ID_LENGTH {
            return Ok(self.get(&FileId::from(prefix.to_owned())).await?.into_iter().collect());
        }
        let found = self.scan(prefix, limit).await?;
        futures_util::future::try_join_all(found.into_iter().map(|record| self.with_samples(record))).await
    }

    async fn notices(&self, file_id: &FileId) -> Result<Vec<NoticeRecord>, CloudError> {
        let prefix = AttributeValue::S(item::NOTICE.to_owned());
        let items = self.table.partition(&item::file_pk(file_id.as_str()), Some(prefix)).await?;
        let mut notices: Vec<NoticeRecord> = items.iter().map(item::record).collect::<Result<_, _>>()?;
        notices.sort_by_key(|notice| notice.claimed_at);
        Ok(notices)
    }
}
