use atalaya_cloud::{
    ledger::FileRecord,
    testing::{at, contract_ref, received},
};
use atalaya_contract::{Counts, Loaded, Recovery, RecoveryKind};
use proptest::{collection::vec, prelude::*};
use serde_json::json;

use super::*;

#[test]
fn long_texts_are_cut_between_characters() {
    assert_eq!(cut("ñandú".to_owned(), 5), "ñandú");
    assert_eq!(cut("ñandú".to_owned(), 4), "ñand…");
    assert_eq!(cut(String::new(), 0), "");
}

fn summary(name: &str) -> RejectSummary {
    let name = Some(name.to_owned());
    RejectSummary { code: "constraint-error".to_owned(), column: name.clone(), rule: name, count: u64::MAX }
}

fn reject(name: &str) -> Reject {
    Reject {
        row: Some(u64::MAX),
        line: Some(u64::MAX),
        byte: Some(u64::MAX),
        column: Some(name.to_owned()),
        code: "constraint-error".to_owned(),
        rule: Some(name.to_owned()),
        message: name.to_owned(),
        hint: Some(name.to_owned()),
        value: Some(name.to_owned()),
        tolerated: true,
    }
}

#[test]
fn what_is_left_out_is_said() {
    let kinds = (0..130).map(|kind| summary(&format!("column {kind}"))).collect();
    let warnings = (0..60).map(|warning| format!("warning {warning}")).collect();
    let first = (0..20).map(|row| reject(&format!("row {row}"))).collect();
    let truncated = TruncatedVerdict::new(Skipped::default(), kinds, first, warnings, LISTS_BYTES);
    assert_eq!((truncated.rejects.len(), truncated.first_rejects.len(), truncated.warnings.len()), (100, 10, 52));
    assert_eq!(truncated.rejects[99], summary("column 99"), "the first are told, in their order");
    assert_eq!(truncated.warnings[50], "30 more kinds of rejects are left out here; the list of rejects has them");
    assert_eq!(truncated.warnings[51], "10 more warnings are left out here");

    // Fewer, where they are long: none is skipped for a shorter one behind it.
    let long = "\u{1}".repeat(SENTENCE_CHARS);
    let kinds = (0..30).map(|kind| summary(if kind == 29 { "short" } else { &long })).collect();
    let truncated = TruncatedVerdict::new(Skipped::default(), kinds, Vec::new(), Vec::new(), LISTS_BYTES);
    assert!(truncated.rejects.len() < 29 && truncated.rejects.iter().all(|kind| kind.column.as_deref() == Some(&long)));
    assert!(
        truncated.warnings[0].starts_with(&format!("{} more kinds", 30 - truncated.rejects.len())),
        "{:?}",
        truncated.warnings
    );
}

/// Characters that take one, two, three and four bytes, and six in JSON.
fn name() -> impl Strategy<Value = String> {
    ("[a\u{e9}\u{20ac}\u{1f5fc}\"\u{1}]{1,3}", 1..3000_usize).prop_map(|(part, times)| part.repeat(times))
}

fn request(key: &str, outputs: usize) -> ProcessRequest {
    let record = received("orders", key, 1);
    let parquet = vec!["s3://curated/".repeat(8); outputs];
    let loaded = Loaded {
        attempt: 1,
        rows: Counts::default(),
        outputs: Outputs { parquet, rejects: Some("s3://rejects/x".to_owned()) },
    };
    let recovery = Recovery {
        kind: RecoveryKind::ReplayRejects,
        by: "anna@desk".to_owned(),
        reason: Some("r".repeat(1000)),
        at: at(9),
        loaded: Some(loaded),
    };
    ProcessRequest { recovery: Some(recovery), contract: Some(contract_ref(&"v".repeat(1024))), ..record.request() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However many and however long the names are: the state after the answer, which holds the request and the event,
    /// stays below the limit.
    #[test]
    fn an_answer_fits_into_a_state(
        names in vec(name(), 1..12),
        (kinds, rejects, warnings) in (0..300_usize, 0..30_usize, 0..200_usize),
        key in "[a\u{1}]{1,1024}",
        outputs in 0..100_usize,
    ) {
        let request = request(&key, outputs);
        let each = |count: usize| names.iter().cycle().take(count);
        let truncated = TruncatedVerdict::new(
            Skipped { blank_rows: u64::MAX, comment_lines: u64::MAX },
            each(kinds).map(|name| summary(name)).collect(),
            each(rejects).map(|name| reject(name)).collect(),
            each(warnings).cloned().collect(),
            room(&request),
        );
        prop_assert!(kinds == 0 || outputs > 50 || !truncated.rejects.is_empty());
        prop_assert!(rejects == 0 || outputs > 50 || !truncated.first_rejects.is_empty());
        let loaded = request.recovery.as_ref().and_then(|recovery| recovery.loaded.clone()).expect("it is set");
        let outcome = truncated.outcome(FileState::Available, at(10), loaded.outputs);
        let record = FileRecord {
            state: outcome.state,
            ended_at: Some(outcome.ended_at),
            rows: Some(Counts { read: u64::MAX, accepted: u64::MAX, rejected: u64::MAX }),
            skipped: outcome.skipped,
            outputs: outcome.outputs,
            rejects: outcome.rejects,
            first_rejects: outcome.first_rejects,
            warnings: outcome.warnings,
            contract: request.contract.clone(),
            recovery: request.recovery.clone(),
            ..received("orders", &key, 1)
        };
        let mut state = json!(request);
        state["announcement"] = json!(record.announcement());
        let size = serde_json::to_vec(&state).expect("JSON").len();
        prop_assert!(size <= STATE_BYTES, "{size} bytes");
    }
}
