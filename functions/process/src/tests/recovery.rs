//! Attempts after the first: whatever they are made for and wherever they break off, a file ends with one outcome and
//! one set of outputs, and no row is loaded twice.

use atalaya_cloud::{
    ledger::{RecoverFiles, Recovered},
    testing::decision,
};
use parquet::{
    file::{reader::FileReader, serialized_reader::SerializedFileReader},
    record::RowAccessor,
};

use super::{late::GivenUpAfter, *};

/// Rows 2 and 4 are below the minimum of 0, and row 6 has the key of row 2.
const MIXED: &str = "id,amount\n1,10\n2,-20\n3,30\n4,-200\n5,50\n2,60\n";

/// The orders' contract with another minimum, tolerating ten rejected rows.
fn tolerant(version: &str, minimum: i64) -> String {
    ORDERS_CONTRACT
        .replace("value: 1\n", "value: 10\n")
        .replace("minimum: 0", &format!("minimum: {minimum}"))
        .replace("version: 1.0.0", &format!("version: {version}"))
}

impl<L: ProcessFiles> Desk<L> {
    /// What an operator's command does: the file's next attempt, under the contract that was published last.
    pub(super) async fn decide(&self, invocation: &ProcessInvocation, kind: RecoveryKind) -> ProcessInvocation {
        let record = self.record(invocation).await;
        let contract = self.contract.lock().expect("no test panics here").clone();
        let contract = (kind != RecoveryKind::Discard).then_some(&contract);
        let recovered = self
            .ledger
            .recover(&record.file.file_id, &record.standing(), &decision(kind, 300), contract)
            .await
            .expect("the decision fits");
        let Recovered::Begun(next) = recovered else { panic!("{recovered:?}") };
        ProcessInvocation { request: next.request(), execution: next.execution_arn.clone() }
    }

    async fn decided(&self, sent: &ProcessInvocation, kind: RecoveryKind) -> Announcement {
        let next = self.decide(sent, kind).await;
        self.process(&next).await.expect("an outcome")
    }

    /// The ids that readers find in the files of the curated bucket.
    pub(super) fn readable(&self) -> Vec<i64> {
        let mut ids = Vec::new();
        for key in self.objects.keys("curated") {
            let bytes = self.objects.bytes("curated", &key).expect("the object is there");
            let file = SerializedFileReader::new(bytes).expect("a Parquet file");
            for row in file.get_row_iter(None).expect("rows") {
                ids.push(row.expect("a row").get_long(0).expect("an id"));
            }
        }
        ids.sort_unstable();
        ids
    }

    /// The file has an outcome, its rows add up, and what readers find is what the ledger says.
    async fn assert_whole(&self, sent: &ProcessInvocation, state: FileState, ids: &[i64]) {
        let record = self.record(sent).await;
        assert_eq!(record.state, state);
        assert_eq!(self.readable(), ids);
        let outputs = record.outputs.unwrap_or_default();
        let told: BTreeSet<_> = outputs.parquet.iter().cloned().collect();
        assert_eq!(told.len(), outputs.parquet.len(), "{outputs:?}");
        let found = self.objects.keys("curated").into_iter().map(|key| format!("s3://curated/{key}"));
        assert_eq!(told, found.collect());
        if let Some(list) = &outputs.rejects {
            let key = list.strip_prefix("s3://rejects/").expect("in the bucket of rejects");
            assert!(self.objects.bytes("rejects", key).is_some(), "{list}");
        }
        if let Some(rows) = record.rows {
            assert_eq!(rows.read, rows.accepted + rows.rejected);
            assert!(state != FileState::Available || rows.accepted == ids.len() as u64, "{rows:?}");
        }
        assert_eq!(self.objects.open_uploads(), 0);
    }
}

fn key_of(told: &str) -> &str {
    told.rsplit('/').next().expect("a key")
}

/// A file that failed with its Parquet visible.
pub(super) async fn failed_late<L: ProcessFiles>(desk: &Desk<L>) -> ProcessInvocation {
    let sent = desk.send("orders/a.csv", GOOD).await;
    desk.ledger.fail_next("finish");
    desk.process(&sent).await.expect_err("broken off");
    desk.fail(&sent).await;
    assert_eq!(desk.readable(), [1, 2, 3]);
    sent
}

#[tokio::test]
async fn a_failed_file_is_redriven_to_one_outcome() {
    let desk = desk().await;
    let sent = failed_late(&desk).await;
    let told = desk.decided(&sent, RecoveryKind::Redrive).await;
    assert_eq!((told.detail_type, told.detail.attempt), (EventKind::FileAvailable, 2));
    assert_eq!(told.detail.recovery.as_ref().map(|recovery| recovery.by.as_str()), Some("anna@desk"));
    desk.assert_whole(&sent, FileState::Available, &[1, 2, 3]).await;
    assert_eq!(desk.visible().0, [parquet_of(&sent)]);
    assert_eq!(desk.sum(Metric::FilesAvailable, &[]), Some(1.0));
    // How long a file takes is a question to first attempts alone.
    assert_eq!((desk.sum(Metric::FilesOnTime, &[]), desk.sum(Metric::FileLatency, &[])), (None, None));
    desk.captured.assert_catalogued();
}

#[tokio::test]
async fn what_a_failed_attempt_left_goes_when_the_next_one_does_not_write_it() {
    let desk = desk().await;
    let sent = failed_late(&desk).await;
    desk.publish(&ORDERS_CONTRACT.replace("minimum: 0", "minimum: 100")).await;
    assert_eq!(desk.decided(&sent, RecoveryKind::Redrive).await.detail_type, EventKind::FileRejected);
    desk.assert_whole(&sent, FileState::Rejected, &[]).await;

    let desk = super::desk().await;
    let sent = failed_late(&desk).await;
    let discard = desk.decide(&sent, RecoveryKind::Discard).await;
    assert_eq!(desk.process(&discard).await.expect("told").detail_type, EventKind::FileDiscarded);
    assert_eq!(desk.visible(), (vec![], vec![]));
}

#[tokio::test]
async fn content_that_another_file_brought_meanwhile_is_a_duplicate_when_redriven() {
    let desk = desk().await;
    let sent = failed_late(&desk).await;
    let other = desk.send("orders/b.csv", GOOD).await;
    desk.process(&other).await.expect("an outcome");
    assert_eq!(desk.decided(&sent, RecoveryKind::Redrive).await.detail_type, EventKind::FileDuplicate);
    assert_eq!(desk.readable(), [1, 2, 3]);
    assert_eq!(desk.visible().0, [parquet_of(&other)]);
}

#[tokio::test]
async fn a_release_loads_the_good_rows_of_a_rejected_file() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", BAD).await;
    desk.process(&sent).await.expect("an outcome");
    let told = desk.decided(&sent, RecoveryKind::Release).await;
    assert_eq!(told.detail_type, EventKind::FileAvailable);
    assert_eq!(told.detail.rows, Some(Counts { read: 3, accepted: 1, rejected: 2 }));
    assert_eq!(told.detail.first_rejects.len(), 2);
    desk.assert_whole(&sent, FileState::Available, &[3]).await;
    assert_eq!(desk.visible().1.len(), 1);
}

#[tokio::test]
async fn a_release_does_not_help_a_file_that_breaks_as_a_whole() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", "identity,amount\n1,2\n").await;
    let mut request = sent.request.clone();
    request.recovery = Some(decision(RecoveryKind::Release, 300));
    let told = desk.process(&ProcessInvocation { request, ..sent.clone() }).await.expect("an outcome");
    assert_eq!(told.detail_type, EventKind::FileRejected);
}

#[tokio::test]
async fn a_replay_judges_the_whole_file_by_the_newer_contract() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", BAD).await;
    desk.process(&sent).await.expect("an outcome");
    desk.publish(&tolerant("2.0.0", -100)).await;
    let told = desk.decided(&sent, RecoveryKind::Replay).await;
    assert_eq!(told.detail.rows, Some(Counts { read: 3, accepted: 2, rejected: 1 }));
    assert_eq!(told.detail.contract.map(|contract| contract.version_id), Some(desk.version()));
    desk.assert_whole(&sent, FileState::Available, &[2, 3]).await;

    // Available by now, it is replayed again: its one Parquet is written anew, or taken away.
    desk.publish(&tolerant("3.0.0", 0)).await;
    desk.decided(&sent, RecoveryKind::Replay).await;
    desk.assert_whole(&sent, FileState::Available, &[3]).await;
    desk.publish(ORDERS_CONTRACT).await;
    assert_eq!(desk.decided(&sent, RecoveryKind::Replay).await.detail_type, EventKind::FileRejected);
    desk.assert_whole(&sent, FileState::Rejected, &[]).await;
}

impl<L> Desk<L> {
    /// Version of the contract that was published last.
    fn version(&self) -> String {
        self.contract.lock().expect("no test panics here").version_id.clone()
    }
}

#[tokio::test]
async fn a_replay_of_rejects_adds_exactly_the_corrected_rows() {
    let desk = desk().await;
    desk.publish(&tolerant("1.0.0", 0)).await;
    let sent = desk.send("orders/a.csv", MIXED).await;
    desk.process(&sent).await.expect("an outcome");
    desk.assert_whole(&sent, FileState::Available, &[1, 3, 5]).await;
    let id = &sent.request.file.file_id;

    desk.publish(&tolerant("2.0.0", -100)).await;
    let told = desk.decided(&sent, RecoveryKind::ReplayRejects).await;
    assert_eq!(told.detail.rows, Some(Counts { read: 6, accepted: 4, rejected: 2 }));
    let loaded = told.detail.recovery.as_ref().and_then(|recovery| recovery.loaded.clone()).expect("what was loaded");
    assert_eq!((loaded.attempt, loaded.rows), (1, Counts { read: 6, accepted: 3, rejected: 3 }));
    desk.assert_whole(&sent, FileState::Available, &[1, 2, 3, 5]).await;
    let outputs = told.detail.outputs.expect("outputs");
    assert_eq!(key_of(&outputs.parquet[1]), format!("{id}.after-1.parquet"));
    assert_eq!(outputs.rejects.as_deref().map(key_of), Some(format!("{id}.after-1.jsonl").as_str()));

    // Row 4 is good by now. Row 6 has the key of row 2, which is loaded.
    desk.publish(&tolerant("3.0.0", -1000)).await;
    let told = desk.decided(&sent, RecoveryKind::ReplayRejects).await;
    assert_eq!(told.detail.rows, Some(Counts { read: 6, accepted: 5, rejected: 1 }));
    assert_eq!(told.detail.first_rejects.iter().map(|reject| reject.row).collect::<Vec<_>>(), [Some(6)]);
    desk.assert_whole(&sent, FileState::Available, &[1, 2, 3, 4, 5]).await;

    // Nothing more is good: nothing is added, and no empty file is.
    let told = desk.decided(&sent, RecoveryKind::ReplayRejects).await;
    assert_eq!(told.detail.outputs.map(|outputs| outputs.parquet.len()), Some(3));
    desk.assert_whole(&sent, FileState::Available, &[1, 2, 3, 4, 5]).await;

    // The whole file again: one Parquet, with all of it.
    desk.decided(&sent, RecoveryKind::Replay).await;
    assert_eq!(desk.visible().0, [parquet_of(&sent)]);
    desk.assert_whole(&sent, FileState::Available, &[1, 2, 3, 4, 5]).await;
    assert_eq!(desk.sum(Metric::RowsRead, &[]), Some((6 + 3 + 2 + 1 + 6) as f64), "rows that were judged");
}

#[tokio::test]
async fn a_contract_that_turns_the_whole_file_down_adds_nothing_and_says_so() {
    for (what, contract) in [
        ("a column that the file lacks", tolerant("2.0.0", -100).replace("name: amount", "name: sum")),
        ("rows cut elsewhere", {
            let dialect = "    format: csv\n    customProperties:\n      - property: csvDialect\n        value: {header: false}\n";
            tolerant("2.0.0", -100).replace("    format: csv\n", dialect)
        }),
    ] {
        let desk = desk().await;
        desk.publish(&tolerant("1.0.0", 0)).await;
        let sent = desk.send("orders/a.csv", MIXED).await;
        let first = desk.process(&sent).await.expect("an outcome");
        desk.publish(&contract).await;
        let told = desk.decided(&sent, RecoveryKind::ReplayRejects).await;
        assert_eq!(told.detail_type, EventKind::FileAvailable, "{what}");
        assert!(told.detail.warnings[0].starts_with("no rejected row was added under"), "{:?}", told.detail.warnings);
        assert_eq!((told.detail.rows, &told.detail.outputs), (first.detail.rows, &first.detail.outputs), "{what}");
        assert_eq!(told.detail.first_rejects, first.detail.first_rejects);
        let counted =
            |event: &atalaya_contract::FileEvent| -> u64 { event.rejects.iter().map(|kind| kind.count).sum() };
        assert_eq!(counted(&told.detail), counted(&first.detail));
        desk.assert_whole(&sent, FileState::Available, &[1, 3, 5]).await;
    }
}

#[tokio::test]
async fn a_list_that_is_gone_or_another_is_named_and_changes_nothing() {
    let partial = concat!(
        r#"{"row":null,"line":null,"byte":null,"column":null,"code":"rejects-not-listed","rule":null,"message":"#,
        r#""7 more are not listed","hint":null,"value":null}"#
    );
    for (list, words) in [
        (None, "atalaya replay"),
        (Some(""), "it is of 0 rows, and 3 were rejected"),
        (Some(partial), "7 more are not listed: replay the whole file"),
    ] {
        let desk = desk().await;
        desk.publish(&tolerant("1.0.0", 0)).await;
        let sent = desk.send("orders/a.csv", MIXED).await;
        desk.process(&sent).await.expect("an outcome");
        let key = rejects_key("orders", &sent.request.file.file_id);
        match list {
            None => desk.objects.delete("rejects", &key).await.expect("deleted"),
            Some(text) => {
                desk.objects.put("rejects", &key, "application/x-ndjson", text.into()).await.expect("stored");
            }
        }
        let next = desk.decide(&sent, RecoveryKind::ReplayRejects).await;
        let error = desk.process(&next).await.expect_err("the list cannot be used");
        assert_eq!(error.error_type(), PERMANENT);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(desk.readable(), [1, 3, 5]);
    }
}

#[tokio::test]
async fn content_that_is_loaded_stays_held_while_a_later_attempt_fails() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", TOLERATED).await;
    desk.process(&sent).await.expect("an outcome");
    let next = desk.decide(&sent, RecoveryKind::Replay).await;
    desk.fail(&next).await;
    let other = desk.send("orders/b.csv", TOLERATED).await;
    let told = desk.process(&other).await.expect("an outcome");
    let of = told.detail.duplicate_of.expect("a duplicate");
    assert_eq!((of.state, of.key.as_str()), (FileState::Available, "orders/a.csv"));
    assert_eq!(desk.readable(), [1, 3]);
}

#[tokio::test]
async fn an_addition_that_comes_too_late_is_taken_away_alone() {
    let desk = desk_with(GivenUpAfter::first).await;
    desk.publish(&tolerant("1.0.0", 0)).await;
    let sent = desk.send("orders/a.csv", MIXED).await;
    desk.process(&sent).await.expect("an outcome");
    desk.publish(&tolerant("2.0.0", -100)).await;
    let told = desk.decided(&sent, RecoveryKind::ReplayRejects).await;
    assert_eq!(told.detail_type, EventKind::FileFailed);
    assert_eq!(desk.readable(), [1, 3, 5]);
}

/// One way for a file to come to another attempt.
struct Case {
    content: &'static str,
    first_contract: String,
    second_contract: String,
    kind: RecoveryKind,
    ends: FileState,
    ids: &'static [i64],
    /// Ids that readers have before, and while the attempt has not ended, unless it is to take them away.
    before: &'static [i64],
}

fn cases() -> Vec<Case> {
    let case = |kind, ends, ids, before| Case {
        content: MIXED,
        first_contract: tolerant("1.0.0", 0),
        second_contract: tolerant("2.0.0", -100),
        kind,
        ends,
        ids,
        before,
    };
    use FileState::{Available, Rejected};
    vec![
        case(RecoveryKind::ReplayRejects, Available, &[1, 2, 3, 5], &[1, 3, 5]),
        case(RecoveryKind::Replay, Available, &[1, 2, 3, 5], &[1, 3, 5]),
        Case { second_contract: ORDERS_CONTRACT.to_owned(), ..case(RecoveryKind::Replay, Rejected, &[], &[1, 3, 5]) },
        Case {
            first_contract: ORDERS_CONTRACT.to_owned(),
            second_contract: ORDERS_CONTRACT.to_owned(),
            ..case(RecoveryKind::Release, Available, &[1, 3, 5], &[])
        },
    ]
}

/// Every call of every operation fails once, in a run of its own. Then the state machine tries again, or gives up and
/// an operator redrives: both ways lead to the same.
#[tokio::test]
async fn an_attempt_that_breaks_off_anywhere_is_made_good() {
    let mut broken = 0;
    for case in cases() {
        for operation in ["begin", "claim_content", "finish", "GetObject", "PutObject", "DeleteObject"] {
            for passed in 0.. {
                let [retried, redriven] = [
                    broken_off(&case, operation, passed, false).await,
                    broken_off(&case, operation, passed, true).await,
                ];
                assert_eq!(retried, redriven, "{operation} {passed}");
                if !retried {
                    break;
                }
                broken += 1;
            }
        }
    }
    assert!(broken > 25, "only {broken} places to break off at");
}

/// Lets call number `passed` + 1 of an operation fail, and repairs. Whether there was such a call.
async fn broken_off(case: &Case, operation: &str, passed: u32, redriven: bool) -> bool {
    let desk = desk().await;
    desk.publish(&case.first_contract).await;
    let sent = desk.send("orders/a.csv", case.content).await;
    desk.process(&sent).await.expect("an outcome");
    assert_eq!(desk.readable(), case.before);
    desk.publish(&case.second_contract).await;
    let mut next = desk.decide(&sent, case.kind).await;
    desk.objects.fail_after(operation, passed, ErrorKind::Unavailable);
    desk.ledger.fail_after(operation, passed);
    let what = format!("{} {operation} {passed} {redriven}", case.kind);
    let first = desk.process(&next).await;
    let is_broken = first.is_err();
    if is_broken {
        let readable = desk.readable();
        if case.ends == FileState::Available {
            assert!(case.before.iter().all(|id| readable.contains(id)), "{what}: readers lost rows: {readable:?}");
        }
        if redriven {
            desk.fail(&next).await;
            next = desk.decide(&sent, RecoveryKind::Redrive).await;
        }
    }
    let told = match first {
        Ok(told) => told,
        Err(_) => desk.process(&next).await.expect("nothing else fails"),
    };
    assert_eq!(told.detail_type.state(), case.ends, "{what}");
    assert_eq!(told.detail.recovery.as_ref().map(|recovery| recovery.kind), Some(case.kind), "{what}");
    desk.assert_whole(&sent, case.ends, case.ids).await;
    is_broken
}
