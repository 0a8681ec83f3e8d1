//! Between the ledger's records and DynamoDB's items.

use std::{cmp::Ordering, collections::HashMap};

use atalaya_contract::{FileId, FileState};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Number, Value};

use super::{FileRecord, NoticeClaim, NoticeRecord, NoticeState};
use crate::{CloudError, ErrorKind};

/// An item, or a key.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The partition key's attribute.
pub(super) const PK: &str = "pk";
/// The sort key's attribute.
pub(super) const SK: &str = "sk";
/// Sort key of a file's item.
pub(super) const FILE: &str = "file";
/// Beginning of the sort key of a notice's item.
pub(super) const NOTICE: &str = "notice#";

/// Newest first; of the same age, in the order of their ids.
pub(super) fn newest_first(left: &FileRecord, right: &FileRecord) -> Ordering {
    right.file.created_at.cmp(&left.file.created_at).then_with(|| left.file.file_id.cmp(&right.file.file_id))
}

/// A time of creation as the indexes sort it: always three digits of a second, so that the order of texts is that of
/// times. S3 tells no finer times.
pub(super) fn sortable(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Partition key of a file and its notices.
pub(super) fn file_pk(file_id: &str) -> String {
    format!("file#{file_id}")
}

/// Key of a file's item.
pub(super) fn file_key(file_id: &FileId) -> Item {
    key(file_pk(file_id.as_str()), FILE)
}

/// Key of a notice's item.
pub(super) fn notice_key(file_id: &FileId, event_id: &str) -> Item {
    key(file_pk(file_id.as_str()), format!("{NOTICE}{event_id}"))
}

/// Key of a content claim.
pub(super) fn content_key(dataset: &str, sha256: &str) -> Item {
    key(format!("content#{dataset}#{sha256}"), "content")
}

/// A key of the table.
pub(super) fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    Item::from([(PK.to_owned(), AttributeValue::S(pk.into())), (SK.to_owned(), AttributeValue::S(sk.into()))])
}

/// A file's whole item.
pub(super) fn file_item(record: &FileRecord) -> Item {
    let mut item = attributes(record);
    item.insert("created_at".to_owned(), AttributeValue::S(sortable(record.file.created_at)));
    item.extend(file_key(&record.file.file_id));
    item
}

impl NoticeClaim {
    /// The record that the claim makes.
    pub(super) fn record(&self) -> NoticeRecord {
        NoticeRecord {
            file_id: self.file_id.clone(),
            event_id: self.event_id.clone(),
            event: self.event.clone(),
            delivery: NoticeState::Sending,
            owner: self.owner.clone(),
            claimed_at: self.at,
            lease_until: self.lease_until,
            sent_at: None,
            message_id: None,
            subject: None,
            text: None,
        }
    }
}

/// A record's fields as attributes.
pub(super) fn attributes(record: &impl Serialize) -> Item {
    let value = serde_json::to_value(record).expect("the ledger's records are maps with text keys");
    match value {
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, attribute(value))).collect(),
        _ => unreachable!("a struct serialises as an object"),
    }
}

/// A value as an attribute.
pub(super) fn value_of(value: &impl Serialize) -> AttributeValue {
    attribute(serde_json::to_value(value).expect("the ledger's values have text keys"))
}

/// A state as an attribute.
pub(super) fn state_value(state: FileState) -> AttributeValue {
    AttributeValue::S(state.as_str().to_owned())
}

fn attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(flag) => AttributeValue::Bool(flag),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(values) => AttributeValue::L(values.into_iter().map(attribute).collect()),
        Value::Object(fields) => {
            AttributeValue::M(fields.into_iter().map(|(name, value)| (name, attribute(value))).collect())
        }
    }
}

/// A record from its item.
///
/// # Errors
/// `Corrupt` when the item is not what the ledger writes.
pub(super) fn record<T: DeserializeOwned>(item: &Item) -> Result<T, CloudError> {
    let corrupt = |message: String| {
        let pk = item.get(PK).and_then(|pk| pk.as_s().ok()).map_or("without a key", String::as_str);
        CloudError::new(ErrorKind::Corrupt, format!("read ledger item {pk}"), message)
    };
    let mut fields = Map::new();
    for (name, value) in item {
        let value =
            json(value).ok_or_else(|| corrupt(format!("attribute `{name}` is of no type that the ledger writes")))?;
        fields.insert(name.clone(), value);
    }
    serde_json::from_value(Value::Object(fields)).map_err(|error| corrupt(error.to_string()))
}

/// A record from its item, for those who keep it in a box.
///
/// # Errors
/// As [`record`].
pub(super) fn boxed<T: DeserializeOwned>(item: &Item) -> Result<Box<T>, CloudError> {
    record(item).map(Box::new)
}

fn json(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(flag) => Value::Bool(*flag),
        AttributeValue::S(text) => Value::String(text.clone()),
        AttributeValue::N(text) => Value::Number(number(text)?),
        AttributeValue::L(values) => Value::Array(values.iter().map(json).collect::<Option<_>>()?),
        AttributeValue::M(fields) => {
            Value::Object(fields.iter().map(|(name, value)| Some((name.clone(), json(value)?))).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// DynamoDB writes whole numbers without a point, so each reads back as what it was.
fn number(text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    Number::from_f64(text.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_record_reads_back_from_its_item() {
        let mut file = testing::received("orders", "a.csv", 1);
        file.rows = Some(atalaya_contract::Counts { read: u64::MAX, accepted: u64::MAX, rejected: 0 });
        file.warnings = vec![String::new(), "column `x` is left out".to_owned()];
        let item = file_item(&file);
        assert_eq!(item["pk"].as_s().expect("text"), &format!("file#{}", file.file.file_id));
        assert_eq!(item["created_at"].as_s().expect("text"), "2026-03-01T00:00:01.000Z");
        assert_eq!(record::<FileRecord>(&item).expect("reads back"), file);
    }

    #[test]
    fn an_item_that_is_no_record_is_named() {
        let mut item = file_item(&testing::received("orders", "a.csv", 1));
        item.insert("state".to_owned(), AttributeValue::S("lost".to_owned()));
        let error = record::<FileRecord>(&item).expect_err("no such state");
        assert_eq!(error.kind, ErrorKind::Corrupt);
        assert!(error.action.contains("file#"), "{error}");
    }
}
