//! Samples of what is wrong in a file. They hold cells of the file, so they lie in an item of their own, which DynamoDB
//! deletes when the file's list of rejects goes. The file's record stays.
//!
//! DynamoDB deletes an item up to some days after its time: until then readers treat it as gone.

use std::collections::HashMap;

use atalaya_contract::{FileId, FileState, Reject};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    DynamoLedger, FileRecord, Outcome,
    item::{self, Item},
    table::Written,
};
use crate::{Clock as _, CloudError, SystemClock};

/// How long samples stay where nothing else is set, as the parameter `RejectsRetentionDays` has it.
pub const DEFAULT_SAMPLES_RETENTION: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Sort key of a file's samples.
const SAMPLES: &str = "samples";
/// Code of a reject that has no row and yet is no fault of the whole file.
const BLANK_ROW: &str = "blank-row";

/// The first rejects of the attempt that gave a file its outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Samples {
    /// The attempt.
    pub(super) attempt: u32,
    pub(super) first_rejects: Vec<Reject>,
    /// From when on they count as gone, in whole seconds since 1970: the table's attribute for the time to live.
    pub(super) expires_at: i64,
}

impl Samples {
    /// The samples of an attempt's outcome.
    pub(super) fn of(outcome: &Outcome, attempt: u32, retention: SignedDuration) -> Self {
        let until = outcome.ended_at.checked_add(retention).unwrap_or(Timestamp::MAX);
        Self { attempt, first_rejects: outcome.first_rejects.clone(), expires_at: until.as_second() }
    }

    /// Whether they are those of the record's outcome. A discarded file keeps what was wrong with it in an earlier
    /// attempt.
    fn belong_to(&self, record: &FileRecord) -> bool {
        match record.state {
            FileState::Discarded => self.attempt <= record.attempt,
            state => state.is_final() && self.attempt == record.attempt,
        }
    }
}

impl FileRecord {
    /// Whether rejects were counted of which the ledger holds no sample any more. Only of a record that was read by
    /// itself: lists come without samples.
    #[must_use]
    pub fn samples_have_expired(&self) -> bool {
        !self.rejects.is_empty() && self.first_rejects.is_empty()
    }

    /// Adds the samples, if they are those of the record's outcome and their time has not come. Records that were written
    /// before samples had items of their own hold them already.
    pub(super) fn take_samples(&mut self, samples: Option<Samples>, now: Timestamp) {
        let samples = samples.filter(|samples| samples.belong_to(self) && samples.expires_at > now.as_second());
        if let Some(samples) = samples
            && self.first_rejects.is_empty()
        {
            self.first_rejects = samples.first_rejects;
        }
    }
}

/// Whether one of these is a fault of the file as a whole, which turns it down however many rejects are tolerated.
/// Such faults come first.
pub(super) fn breaks_as_a_whole(first_rejects: &[Reject]) -> bool {
    first_rejects.iter().any(|reject| reject.row.is_none() && reject.code != BLANK_ROW)
}

fn samples_key(file_id: &FileId) -> Item {
    item::key(item::file_pk(file_id.as_str()), SAMPLES)
}

impl DynamoLedger {
    /// Keeps samples for so long after the outcome.
    #[must_use]
    pub fn keeping_samples(mut self, retention: SignedDuration) -> Self {
        self.samples_retention = retention;
        self
    }

    /// Puts the samples beside the file's record, unless a later attempt has put its own.
    pub(super) async fn keep_samples(&self, file_id: &FileId, samples: &Samples) -> Result<(), CloudError> {
        let mut item = item::attributes(samples);
        item.extend(samples_key(file_id));
        let condition = "attribute_not_exists(pk) OR #attempt <= :attempt";
        let names = HashMap::from([("#attempt".to_owned(), "attempt".to_owned())]);
        let values = HashMap::from([(":attempt".to_owned(), AttributeValue::N(samples.attempt.to_string()))]);
        // Refused: an attempt that is out of date, which finds that out by its outcome.
        self.table().put(item, condition, names, values).await.map(|_: Written| ())
    }

    /// The record with its samples, which take a read where rejects were counted.
    pub(super) async fn with_samples(&self, mut record: FileRecord) -> Result<FileRecord, CloudError> {
        if record.state.is_final() && record.samples_have_expired() {
            let samples = self.table().item(samples_key(&record.file.file_id)).await?;
            let samples = samples.as_ref().map(item::record).transpose()?;
            record.take_samples(samples, SystemClock.now());
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, received, reject};

    fn samples(attempt: u32) -> Samples {
        let first_rejects = vec![reject("type-error", "ten")];
        let outcome = Outcome { first_rejects, ..Outcome::new(FileState::Rejected, at(40)) };
        Samples::of(&outcome, attempt, SignedDuration::from_secs(60))
    }

    fn rejected() -> FileRecord {
        FileRecord { state: FileState::Rejected, rejects: crate::testing::summary(), ..received("orders", "a.csv", 1) }
    }

    #[test]
    fn samples_whose_time_has_come_are_gone_though_the_item_is_still_there() {
        for (now, count) in [(at(99), 1), (at(100), 0), (at(1_000_000), 0)] {
            let mut record = rejected();
            record.take_samples(Some(samples(1)), now);
            assert_eq!((record.first_rejects.len(), record.samples_have_expired()), (count, count == 0));
        }
    }

    #[test]
    fn samples_of_another_attempt_are_not_taken() {
        for (state, attempt, count) in [
            (FileState::Rejected, 1, 0),
            (FileState::Rejected, 2, 1),
            (FileState::Discarded, 1, 1),
            (FileState::Discarded, 3, 0),
            (FileState::Processing, 2, 0),
        ] {
            let mut record = FileRecord { state, attempt: 2, ..rejected() };
            record.take_samples(Some(samples(attempt)), at(1));
            assert_eq!(record.first_rejects.len(), count, "{state} {attempt}");
        }
    }

    #[test]
    fn a_record_with_samples_inside_stays_as_it_is() {
        let mut record = FileRecord { first_rejects: vec![reject("type-error", "old")], ..rejected() };
        record.take_samples(Some(samples(1)), at(1));
        assert_eq!(record.first_rejects[0].value.as_deref(), Some("old"));
        let item = item::file_item(&record);
        assert_eq!(item::record::<FileRecord>(&item).expect("reads back"), record);
    }

    #[test]
    fn the_time_to_live_is_a_number_of_seconds() {
        let item = item::attributes(&samples(1));
        let seconds = at(100).as_second().to_string();
        assert_eq!(item["expires_at"], AttributeValue::N(seconds));
        assert_eq!(item::record::<Samples>(&item).expect("reads back"), samples(1));
    }
}
