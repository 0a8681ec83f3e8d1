//! An arrival: what a message of the intake queue says, whatever its sender's way of saying it.
//!
//! S3 speaks through EventBridge (one object an event, keys as they are) or by itself (records, keys URL-encoded with
//! `+` for a space). Both are understood, so that a bucket may be connected either way. Behind this module a key is
//! the key.

use jiff::Timestamp;
use serde::Deserialize;

use crate::FileRef;

/// Who sends events through EventBridge, and the type of the one that tells of an object (S3 user guide, "EventBridge
/// event message structure").
const SOURCE: &str = "aws.s3";
const CREATED: &str = "Object Created";
/// The version id of an object in a bucket without versions.
const NO_VERSION: &str = "null";

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// These objects were created.
    Created(Vec<FileRef>),
    /// It does not concern the intake; why, in words.
    Ignored(String),
}

/// A message that can never be understood. It goes back to the queue, whose dead-letter queue makes it seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message is no event of S3: {0}")]
pub struct MalformedArrival(String);

/// Reads a message's body.
///
/// # Errors
/// The body is neither an event of S3 nor one of its test events.
pub fn read_arrival(body: &str) -> Result<Arrival, MalformedArrival> {
    let event: Event = serde_json::from_str(body).map_err(|error| MalformedArrival(error.to_string()))?;
    match event {
        Event { detail: Some(detail), detail_type: Some(kind), source: Some(source), time, .. } => {
            if source != SOURCE || kind != CREATED {
                return Ok(Arrival::Ignored(format!("a `{kind}` of {source} creates no object")));
            }
            let created_at = time.ok_or_else(|| MalformedArrival("`time` is missing".to_owned()))?;
            let Object { key, size, version_id, .. } = detail.object;
            Ok(created(vec![file(detail.bucket.name, key, version_id, size, created_at)]))
        }
        Event { records: Some(records), .. } => {
            records.into_iter().filter_map(Record::file).collect::<Result<_, _>>().map(created)
        }
        Event { test: Some(name), .. } if name == "s3:TestEvent" => {
            Ok(Arrival::Ignored("S3 tests the connection with the queue".to_owned()))
        }
        _ => Err(MalformedArrival("it has neither `detail` nor `Records`".to_owned())),
    }
}

/// The event by which S3 tells of an object through EventBridge, as far as [`read_arrival`] reads it: what to hand to
/// the intake where the event itself never came.
#[must_use]
pub fn write_arrival(file: &FileRef) -> String {
    serde_json::json!({
        "source": SOURCE, "detail-type": CREATED, "time": file.created_at,
        "detail": {
            "bucket": { "name": file.bucket },
            "object": { "key": file.key, "size": file.size, "version-id": file.version_id },
        },
    })
    .to_string()
}

fn created(files: Vec<FileRef>) -> Arrival {
    let total = files.len();
    let files: Vec<_> = files.into_iter().filter(|file| !file.is_folder()).collect();
    match (total, files.len()) {
        (0, _) => Arrival::Ignored("no object was created".to_owned()),
        (_, 0) => Arrival::Ignored("an empty object whose key ends in `/` is a folder, not a file".to_owned()),
        _ => Arrival::Created(files),
    }
}

fn file(bucket: String, key: String, version_id: Option<String>, size: u64, created_at: Timestamp) -> FileRef {
    let version_id = version_id.filter(|id| !id.is_empty()).unwrap_or_else(|| NO_VERSION.to_owned());
    FileRef::new(bucket, key, version_id, size, created_at)
}

/// Both ways of S3 at once; which one it is shows in the fields that are there.
#[derive(Deserialize)]
struct Event {
    source: Option<String>,
    #[serde(rename = "detail-type")]
    detail_type: Option<String>,
    time: Option<Timestamp>,
    detail: Option<Detail>,
    #[serde(rename = "Records")]
    records: Option<Vec<Record>>,
    #[serde(rename = "Event")]
    test: Option<String>,
}

#[derive(Deserialize)]
struct Detail {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
    #[serde(default)]
    size: u64,
    #[serde(rename = "version-id", alias = "versionId")]
    version_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    event_time: Timestamp,
    s3: Detail,
}

impl Record {
    /// The object that the record says was created; `None` when it says something else.
    fn file(self) -> Option<Result<FileRef, MalformedArrival>> {
        let name = self.event_name.strip_prefix("s3:").unwrap_or(&self.event_name);
        if !name.starts_with("ObjectCreated:") {
            return None;
        }
        let Detail { bucket, object } = self.s3;
        let key = url_decoded(&object.key).ok_or_else(|| MalformedArrival("a key is not URL-encoded text".to_owned()));
        Some(key.map(|key| file(bucket.name, key, object.version_id, object.size, self.event_time)))
    }
}

/// `+` is a space and `%xx` a byte, as in a form; `None` when that does not make UTF-8 text.
fn url_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, tail) = rest.split_at_checked(2)?;
                rest = tail;
                let digit = |at: usize| char::from(digits[at]).to_digit(16);
                u8::try_from(digit(0)? * 16 + digit(1)?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::FileId;

    fn created_keys(body: &serde_json::Value) -> Vec<String> {
        match read_arrival(&body.to_string()).expect("an event of S3") {
            Arrival::Created(files) => files.into_iter().map(|file| file.key).collect(),
            Arrival::Ignored(why) => panic!("{why}"),
        }
    }

    fn event_bridge(key: &str, size: u64) -> serde_json::Value {
        json!({
            "version": "0", "id": "1", "detail-type": "Object Created", "source": "aws.s3",
            "time": "2026-03-01T10:00:00Z", "resources": ["arn:aws:s3:::inbox"],
            "detail": {
                "version": "0", "bucket": {"name": "inbox"}, "reason": "PutObject",
                "object": {"key": key, "size": size, "etag": "e", "version-id": "v7", "sequencer": "0"},
            },
        })
    }

    fn notification(key: &str, name: &str) -> serde_json::Value {
        json!({"Records": [{
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventTime": "2026-03-01T10:00:00.123Z",
            "eventName": name, "s3": {"bucket": {"name": "inbox"}, "object": {"key": key, "size": 5}},
        }]})
    }

    #[test]
    fn event_bridge_tells_keys_as_they_are() {
        let body = event_bridge("in/a+b%20c d.csv", 12).to_string();
        let Ok(Arrival::Created(files)) = read_arrival(&body) else { panic!("{body}") };
        assert_eq!(files[0].key, "in/a+b%20c d.csv");
        assert_eq!((files[0].version_id.as_str(), files[0].size), ("v7", 12));
        assert_eq!(files[0].created_at.to_string(), "2026-03-01T10:00:00Z");
        assert_eq!(files[0].file_id, FileId::new("inbox", "in/a+b%20c d.csv", "v7"));
    }

    #[test]
    fn what_is_written_is_read_as_the_same_file() {
        for (key, version) in [("in/a+b%20c \"d\" é.csv", "v7"), ("empty.csv", ""), ("x", "null")] {
            let created_at = "2026-03-01T10:00:00.123456Z".parse().expect("a time");
            let file = file("inbox".to_owned(), key.to_owned(), Some(version.to_owned()), 12, created_at);
            assert_eq!(read_arrival(&write_arrival(&file)), Ok(Arrival::Created(vec![file])));
        }
    }

    #[test]
    fn s3_itself_encodes_keys() {
        assert_eq!(created_keys(&notification("in/a%2Bb+c%C3%A9.csv", "ObjectCreated:Put")), ["in/a+b cé.csv"]);
        assert_eq!(created_keys(&notification("x.csv", "s3:ObjectCreated:CompleteMultipartUpload")), ["x.csv"]);
        for key in ["%", "%4", "%zz", "%ff"] {
            assert!(read_arrival(&notification(key, "ObjectCreated:Put").to_string()).is_err(), "{key}");
        }
    }

    #[test]
    fn what_creates_no_file_is_put_aside_with_a_reason() {
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "inbox"});
        let mut deleted = event_bridge("a.csv", 1);
        deleted["detail-type"] = json!("Object Deleted");
        for body in [test, deleted, notification("a.csv", "ObjectRemoved:Delete"), event_bridge("folder/", 0)] {
            assert!(matches!(read_arrival(&body.to_string()), Ok(Arrival::Ignored(_))), "{body}");
        }
        assert_eq!(created_keys(&event_bridge("empty.csv", 0)), ["empty.csv"]);
    }

    #[test]
    fn what_is_no_event_is_malformed() {
        for body in ["", "hello", "{}", "[]", r#"{"detail":{}}"#, r#"{"Records":[{"s3":1}]}"#] {
            assert!(read_arrival(body).is_err(), "{body}");
        }
    }
}
