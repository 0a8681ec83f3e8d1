//! For tests: records to start from, and the one suite that every ledger passes.

mod recovery;

use std::collections::BTreeSet;

use atalaya_contract::{
    ContractRef, Counts, DuplicateOf, EventKind, FailureNote, FileId, FileRef, FileState, Outputs, Reject,
    RejectSummary,
};
use jiff::{SignedDuration, Timestamp};

use crate::ledger::{
    Begun, Claimed, ContentClaim, ContentClaimed, ContentHolder, FileQuery, FileRecord, Finished, Ledger, NoticeClaim,
    NoticeClaimed, NoticeState, Outcome, PageClaim, SentNotice,
};

pub use recovery::{decision, ending};

/// A fixed time, moved on by `seconds`.
///
/// # Panics
/// When that is not within the calendar.
#[must_use]
pub fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().expect("a time");
    start.checked_add(SignedDuration::from_secs(seconds)).expect("within the calendar")
}

/// An object in the bucket `inbox`, created at [`at`]`(seconds)`.
#[must_use]
pub fn file(key: &str, seconds: i64) -> FileRef {
    let (bucket, version_id) = ("inbox".to_owned(), "v1".to_owned());
    let file_id = FileId::new(&bucket, key, &version_id);
    FileRef { file_id, bucket, key: key.to_owned(), version_id, size: 10, created_at: at(seconds) }
}

/// A stored version of a contract.
#[must_use]
pub fn contract_ref(version_id: &str) -> ContractRef {
    ContractRef {
        bucket: "contracts".to_owned(),
        key: "orders.yaml".to_owned(),
        version_id: version_id.to_owned(),
        id: "orders".to_owned(),
        version: "1.0.0".to_owned(),
    }
}

/// The record of a file that has just been received for `dataset`.
#[must_use]
pub fn received(dataset: &str, key: &str, seconds: i64) -> FileRecord {
    let file = file(key, seconds);
    let arn = format!("arn:execution:{}", file.file_id);
    FileRecord::received(file, dataset, contract_ref("c1"), arn, at(seconds + 1))
}

/// A reject of row 1, column `amount`, whose cell is `value`.
#[must_use]
pub fn reject(code: &str, value: &str) -> Reject {
    Reject {
        row: Some(1),
        line: Some(2),
        byte: Some(10),
        column: Some("amount".to_owned()),
        code: code.to_owned(),
        rule: None,
        message: "is no number".to_owned(),
        hint: None,
        value: Some(value.to_owned()),
        tolerated: false,
    }
}

/// One kind of rejects, as [`reject`] makes them.
#[must_use]
pub fn summary() -> Vec<RejectSummary> {
    vec![RejectSummary { code: "type-error".to_owned(), column: Some("amount".to_owned()), rule: None, count: 1 }]
}

/// A contract for `orders` files in `s3://inbox/orders/`: an `id` (the key) and an `amount` of at least 0; one rejected
/// row is tolerated.
pub const ORDERS_CONTRACT: &str = r#"
apiVersion: v3.1.0
kind: DataContract
id: orders
name: Orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - name: id
        logicalType: integer
        required: true
        primaryKey: true
        primaryKeyPosition: 1
      - name: amount
        logicalType: number
        logicalTypeOptions:
          minimum: 0
servers:
  - server: inbox
    type: s3
    location: s3://inbox/orders/*.csv
    format: csv
customProperties:
  - property: rejectThreshold
    value:
      value: 1
      unit: rows
"#;

/// Every condition that the ledger's callers rely on. `unique` keeps runs in one table apart.
///
/// # Panics
/// When a condition does not hold: this is a test.
pub async fn ledger_keeps_its_conditions(ledger: &impl Ledger, unique: &str) {
    claims_and_outcomes(ledger, unique).await;
    attempts(ledger, unique).await;
    samples(ledger, unique).await;
    contents(ledger, unique).await;
    notices(ledger, unique).await;
    pages(ledger, unique).await;
    listings(ledger, unique).await;
    recovery::recoveries(ledger, unique).await;
    recovery::pauses(ledger, unique).await;
    recovery::operations(ledger, unique).await;
}

async fn claims_and_outcomes(ledger: &impl Ledger, unique: &str) {
    let record = received(&format!("{unique}-claims"), &format!("{unique}/claims.csv"), 1);
    let id = &record.file.file_id;
    assert_eq!(ledger.get(id).await.expect("read"), None);
    let unknown = ledger.begin(id, 1, None, at(2)).await.expect_err("an unknown file does not begin");
    assert!(unknown.is_not_found(), "{unknown}");
    let unknown = ledger.finish(id, 1, &Outcome::new(FileState::Failed, at(2))).await.expect_err("nor does it end");
    assert!(unknown.is_not_found(), "{unknown}");

    assert_eq!(ledger.claim(&record).await.expect("claim"), Claimed::New);
    let second = FileRecord { received_at: at(99), ..record.clone() };
    assert_eq!(ledger.claim(&second).await.expect("claim"), Claimed::Known(Box::new(record.clone())));

    let Begun::Started(started) = ledger.begin(id, 1, Some("arn:execution:other"), at(3)).await.expect("begin") else {
        panic!("a received file begins");
    };
    assert_eq!((started.state, started.processing_at), (FileState::Processing, Some(at(3))));
    assert_eq!(started.execution_arn.as_deref(), Some("arn:execution:other"));
    assert_eq!(started.history.len(), 2);
    let Begun::Started(again) = ledger.begin(id, 1, None, at(4)).await.expect("begin") else {
        panic!("a file in process begins again");
    };
    assert_eq!(again.execution_arn.as_deref(), Some("arn:execution:other"));

    let outcome = Outcome {
        sha256: Some("ab".to_owned()),
        rows: Some(Counts { read: 3, accepted: 2, rejected: 1 }),
        outputs: Some(Outputs { parquet: vec!["s3://c/x.parquet".to_owned()], rejects: None }),
        rejects: vec![RejectSummary { code: "type-error".to_owned(), column: None, rule: None, count: 1 }],
        warnings: vec!["a column is left out".to_owned()],
        ..Outcome::new(FileState::Available, at(5))
    };
    let Finished::Recorded(ended) = ledger.finish(id, 1, &outcome).await.expect("finish") else {
        panic!("the first outcome is recorded");
    };
    assert_eq!((ended.state, ended.ended_at, ended.rows), (FileState::Available, Some(at(5)), outcome.rows));
    assert_eq!(
        (&ended.outputs, &ended.rejects, &ended.warnings),
        (&outcome.outputs, &outcome.rejects, &outcome.warnings)
    );
    let states: Vec<_> = ended.history.iter().map(|step| step.state).collect();
    assert_eq!(states, [FileState::Received, FileState::Processing, FileState::Processing, FileState::Available]);

    let late = Outcome::new(FileState::Failed, at(6));
    assert_eq!(ledger.finish(id, 1, &late).await.expect("finish"), Finished::Superseded(ended.clone()));
    assert_eq!(ledger.begin(id, 1, None, at(7)).await.expect("begin"), Begun::Ended(ended.clone()));
    assert_eq!(ledger.get(id).await.expect("read"), Some(*ended.clone()));
    let told = ended.announcement().expect("an outcome is announced");
    assert_eq!(told.detail_type, EventKind::FileAvailable);
    assert_eq!(told.detail.event_id, format!("{id}.FileAvailable.1"));
}

async fn attempts(ledger: &impl Ledger, unique: &str) {
    let record = FileRecord { attempt: 2, ..received(unique, &format!("{unique}/attempts.csv"), 1) };
    let id = &record.file.file_id;
    ledger.claim(&record).await.expect("claim");
    let stale = ledger.begin(id, 1, None, at(2)).await.expect_err("an old attempt does not begin");
    assert_eq!(stale.kind, crate::ErrorKind::Conflict);
    let outcome = Outcome {
        error: Some(FailureNote { kind: "Permanent".to_owned(), message: "gone".to_owned() }),
        ..Outcome::new(FileState::Failed, at(3))
    };
    let stale = ledger.finish(id, 1, &outcome).await.expect("finish");
    assert!(matches!(&stale, Finished::Superseded(now) if now.state == FileState::Received), "{stale:?}");
    let ended = ledger.finish(id, 2, &outcome).await.expect("finish");
    assert!(matches!(&ended, Finished::Recorded(now) if now.error == outcome.error), "{ended:?}");
}

/// Cells of a file lie apart from its record, and are read with it.
async fn samples(ledger: &impl Ledger, unique: &str) {
    let first_rejects = vec![reject("type-error", "ten"), reject("type-error", "eleven")];
    let outcome = |state: FileState| Outcome {
        rejects: summary(),
        first_rejects: first_rejects.clone(),
        // Real time: the table's own clock decides whether they have expired.
        ..Outcome::new(state, Timestamp::now())
    };
    let record = received(&format!("{unique}-samples"), &format!("{unique}/samples.csv"), 1);
    let id = &record.file.file_id;
    ledger.claim(&record).await.expect("claim");
    let rejected = ledger.finish(id, 1, &outcome(FileState::Rejected)).await.expect("finish");
    assert_eq!((&rejected.record().first_rejects, rejected.record().whole_file_fault), (&first_rejects, false));
    let read = ledger.get(id).await.expect("read").expect("is there");
    assert_eq!(&read, rejected.record());
    assert_eq!(ledger.find(id.as_str(), 1).await.expect("find"), std::slice::from_ref(&read));
    assert_eq!(ledger.find(&id.as_str()[..31], 1).await.expect("find"), std::slice::from_ref(&read));
    assert_eq!(ledger.begin(id, 1, None, at(3)).await.expect("begin"), Begun::Ended(Box::new(read.clone())));
    let late = ledger.finish(id, 1, &Outcome::new(FileState::Failed, at(4))).await.expect("finish");
    assert_eq!(late, Finished::Superseded(Box::new(read.clone())));
    let query = FileQuery { dataset: record.dataset.clone(), state: None, since: None, limit: 9 };
    let listed = ledger.list(&query).await.expect("list");
    assert_eq!(listed, [FileRecord { first_rejects: Vec::new(), ..read.clone() }], "lists hold no cells");

    // A new attempt has none until it ends; an older one that ends late takes nothing away.
    let next = recovery::begun(ledger, &read, &decision(atalaya_contract::RecoveryKind::Replay, 5)).await;
    assert_eq!(next.first_rejects, []);
    assert_eq!(ledger.get(id).await.expect("read"), Some(next));
    let fault = Reject { row: None, ..reject("source-error", "ten") };
    let whole = Outcome { first_rejects: vec![fault.clone()], ..outcome(FileState::Rejected) };
    let rejected = ledger.finish(id, 2, &whole).await.expect("finish");
    assert!(rejected.record().whole_file_fault);
    ledger.finish(id, 1, &outcome(FileState::Rejected)).await.expect("superseded");
    let read = ledger.get(id).await.expect("read").expect("is there");
    assert_eq!(read.first_rejects, std::slice::from_ref(&fault));
    let without = FileRecord { first_rejects: Vec::new(), ..read.clone() };
    assert!(without.may_recover(atalaya_contract::RecoveryKind::Release).is_err(), "also when they have expired");

    // Why a file was given up stays to be read.
    let discarded = recovery::begun(ledger, &read, &decision(atalaya_contract::RecoveryKind::Discard, 6)).await;
    assert_eq!(discarded.first_rejects, [fault]);
    assert_eq!(ledger.get(id).await.expect("read"), Some(discarded));
}

async fn contents(ledger: &impl Ledger, unique: &str) {
    let claim = |dataset: &str, key: &str| ContentClaim {
        dataset: format!("{unique}-{dataset}"),
        sha256: "0f".repeat(32),
        holder: ContentHolder { file_id: file(&format!("{unique}/{key}"), 1).file_id, attempt: 1 },
        at: at(1),
    };
    let (first, second, third) = (claim("a", "1.csv"), claim("a", "2.csv"), claim("a", "3.csv"));
    let ours = |displaced: &[&ContentClaim]| ContentClaimed::Ours {
        displaced: displaced.iter().map(|claim| claim.holder.file_id.clone()).collect(),
    };
    let held_by = |claim: &ContentClaim| ContentClaimed::HeldBy(claim.holder.clone());
    let conflict = ledger.forget_displaced(&first, &BTreeSet::from([first.holder.file_id.clone()])).await;
    assert_eq!(conflict.expect_err("nobody has claimed").kind, crate::ErrorKind::Conflict);
    assert_eq!(ledger.claim_content(&first, None).await.expect("claim"), ours(&[]));
    assert_eq!(ledger.claim_content(&first, None).await.expect("claim"), ours(&[]));
    assert_eq!(ledger.claim_content(&second, None).await.expect("claim"), held_by(&first));
    assert_eq!(ledger.claim_content(&claim("b", "2.csv"), None).await.expect("claim"), ours(&[]));
    // Only one of two may displace the holder.
    assert_eq!(ledger.claim_content(&second, Some(&first.holder)).await.expect("claim"), ours(&[&first]));
    assert_eq!(ledger.claim_content(&third, Some(&first.holder)).await.expect("claim"), held_by(&second));
    assert_eq!(ledger.claim_content(&first, None).await.expect("claim"), held_by(&second));
    // A newer attempt takes over from its own older one, and is not displaced in that one's name.
    let newer = ContentClaim { holder: ContentHolder { attempt: 2, ..second.holder.clone() }, ..second.clone() };
    assert_eq!(ledger.claim_content(&newer, None).await.expect("claim"), ours(&[&first]));
    assert_eq!(ledger.claim_content(&third, Some(&second.holder)).await.expect("claim"), held_by(&newer));
    // Whoever holds the content learns of all that were displaced, until they are forgotten.
    assert_eq!(ledger.claim_content(&third, Some(&newer.holder)).await.expect("claim"), ours(&[&first, &newer]));
    let gone = BTreeSet::from([first.holder.file_id.clone()]);
    for _ in 0..2 {
        ledger.forget_displaced(&third, &gone).await.expect("forgotten");
        assert_eq!(ledger.claim_content(&third, None).await.expect("claim"), ours(&[&newer]));
    }
    ledger.forget_displaced(&third, &BTreeSet::from([newer.holder.file_id.clone()])).await.expect("forgotten");
    assert_eq!(ledger.claim_content(&third, None).await.expect("claim"), ours(&[]));
    ledger.forget_displaced(&third, &gone).await.expect("there is nothing to forget");
}

async fn notices(ledger: &impl Ledger, unique: &str) {
    let id = file(&format!("{unique}/notices.csv"), 1).file_id;
    let claim = |owner: &str, now: i64| NoticeClaim {
        file_id: id.clone(),
        event_id: format!("{id}.FileAvailable.1"),
        event: "FileAvailable".to_owned(),
        owner: owner.to_owned(),
        at: at(now),
        lease_until: at(now + 30),
    };
    assert_eq!(ledger.claim_notice(&claim("one", 0)).await.expect("claim"), NoticeClaimed::Ours);
    assert_eq!(ledger.claim_notice(&claim("two", 29)).await.expect("claim"), NoticeClaimed::Sending(at(30)));
    assert_eq!(ledger.claim_notice(&claim("one", 29)).await.expect("claim"), NoticeClaimed::Ours);
    assert_eq!(ledger.claim_notice(&claim("two", 59)).await.expect("claim"), NoticeClaimed::Ours);
    // What is given back another may have at once; a claim that has passed on stays.
    ledger.notice_unsent(&claim("two", 59), at(60)).await.expect("given back");
    assert_eq!(ledger.claim_notice(&claim("three", 60)).await.expect("claim"), NoticeClaimed::Ours);
    ledger.notice_unsent(&claim("two", 59), at(61)).await.expect("nothing to give back");
    assert_eq!(ledger.claim_notice(&claim("two", 61)).await.expect("claim"), NoticeClaimed::Sending(at(90)));
    assert_eq!(ledger.claim_notice(&claim("two", 90)).await.expect("claim"), NoticeClaimed::Ours);
    let sent =
        SentNotice { message_id: "m-1".to_owned(), subject: "s".to_owned(), text: Some("t".to_owned()), at: at(60) };
    ledger.notice_sent(&id, &claim("two", 59).event_id, &sent).await.expect("sent");
    assert_eq!(ledger.claim_notice(&claim("three", 999)).await.expect("claim"), NoticeClaimed::Sent);
    assert_eq!(ledger.claim_notice(&claim("two", 999)).await.expect("claim"), NoticeClaimed::Sent);
    ledger.notice_sent(&id, "never-claimed", &sent).await.expect_err("a notice is claimed before it is sent");

    let all = ledger.notices(&id).await.expect("notices");
    assert_eq!(all.len(), 1);
    assert_eq!(
        (all[0].delivery, all[0].sent_at, all[0].subject.as_deref()),
        (NoticeState::Sent, Some(at(60)), Some("s"))
    );
}

async fn pages(ledger: &impl Ledger, unique: &str) {
    let claim = |audience: &'static str, owner: &str, now: i64| PageClaim {
        page_id: format!("{unique}-page"),
        audience,
        owner: owner.to_owned(),
        at: at(now),
        lease_until: at(now + 30),
    };
    let early = claim("nobody", "one", 0);
    ledger.page_sent(&early, "m-0", at(0)).await.expect_err("a page is claimed before it is sent");
    assert_eq!(ledger.claim_page(&claim("on-call", "one", 0)).await.expect("claim"), NoticeClaimed::Ours);
    assert_eq!(ledger.claim_page(&claim("users", "two", 0)).await.expect("claim"), NoticeClaimed::Ours);
    assert_eq!(ledger.claim_page(&claim("on-call", "two", 29)).await.expect("claim"), NoticeClaimed::Sending(at(30)));
    assert_eq!(ledger.claim_page(&claim("on-call", "one", 29)).await.expect("claim"), NoticeClaimed::Ours);
    assert_eq!(ledger.claim_page(&claim("on-call", "two", 59)).await.expect("claim"), NoticeClaimed::Ours);
    ledger.page_sent(&claim("on-call", "two", 59), "m-1", at(60)).await.expect("sent");
    assert_eq!(ledger.claim_page(&claim("on-call", "three", 999)).await.expect("claim"), NoticeClaimed::Sent);
    assert_eq!(ledger.claim_page(&claim("users", "three", 999)).await.expect("claim"), NoticeClaimed::Ours);
}

async fn listings(ledger: &impl Ledger, unique: &str) {
    let dataset = format!("{unique}-listings");
    let mut ids = Vec::new();
    for number in 0..7 {
        let record = received(&dataset, &format!("{unique}/listing-{number}.csv"), 1000 + number);
        ledger.claim(&record).await.expect("claim");
        ids.push(record.file.file_id);
    }
    let duplicate = Outcome {
        duplicate_of: Some(DuplicateOf {
            file_id: ids[0].clone(),
            key: "first.csv".to_owned(),
            state: FileState::Available,
        }),
        ..Outcome::new(FileState::Duplicate, at(2000))
    };
    ledger.finish(&ids[3], 1, &duplicate).await.expect("finish");

    let all = FileQuery { dataset: Some(dataset.clone()), state: None, since: None, limit: 100 };
    let listed = async |query: &FileQuery| -> Vec<FileId> {
        ledger.list(query).await.expect("list").into_iter().map(|record| record.file.file_id).collect()
    };
    let newest_first: Vec<_> = ids.iter().rev().cloned().collect();
    assert_eq!(listed(&all).await, newest_first);
    assert_eq!(listed(&FileQuery { limit: 2, ..all.clone() }).await, newest_first[..2]);
    assert_eq!(listed(&FileQuery { since: Some(at(1005)), ..all.clone() }).await, newest_first[..2]);
    let duplicates = FileQuery { state: Some(FileState::Duplicate), limit: 1, ..all.clone() };
    assert_eq!(listed(&duplicates).await, ids[3..4]);
    let in_state = FileQuery { dataset: None, state: Some(FileState::Duplicate), ..all.clone() };
    assert!(listed(&in_state).await.contains(&ids[3]));
    let everything = listed(&FileQuery { dataset: None, ..all }).await;
    assert!(ids.iter().all(|id| everything.contains(id)));

    let id = ids[5].as_str();
    for prefix in [id, &id[..12]] {
        let found = ledger.find(prefix, 5).await.expect("find");
        assert_eq!(found.iter().map(|record| record.file.file_id.as_str()).collect::<Vec<_>>(), [id]);
    }
    assert_eq!(ledger.find("no-such-id", 5).await.expect("find"), []);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryLedger;

    #[tokio::test]
    async fn the_ledger_in_memory_keeps_its_conditions() {
        ledger_keeps_its_conditions(&MemoryLedger::default(), "memory").await;
    }
}
