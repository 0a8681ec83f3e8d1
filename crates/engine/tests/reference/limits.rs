//! Files that are made to cost: what is told of them stays small, and so does the time.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Run, Sheet};

/// An event on the bus holds 256 KiB; what the verdict tells must fit with room to spare.
const TOLD: usize = 64 * 1024;

/// Everything of the verdict that goes into an event.
fn told(run: &Run) -> usize {
    let verdict = &run.verdict;
    let words = serde_json::to_string(&(&verdict.first_rejects, &verdict.warnings)).unwrap();
    words.len()
}

#[test]
fn a_header_of_very_many_labels() {
    let many: Vec<String> = (0..40_000).map(|at| format!("label {at}")).collect();
    let text = format!("a,b,{}\n1,2\n", many.join(","));
    let begun = Instant::now();
    let ignored = Sheet::of_text(["a", "b"]).check(&text);
    let refused = Sheet::of_text(["a", "b"]).custom("additionalColumns", json!("reject")).check(&text);
    // Some ten runs in pieces; a second each would be far too long already.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    for run in [ignored, refused] {
        assert!(told(&run) < TOLD, "{} bytes are told", told(&run));
    }
}

#[test]
fn a_label_that_is_very_long() {
    let long = "x".repeat(1 << 20);
    for header in [format!("a,b,{long}"), format!("a,{long}"), format!("a,b,{long},{long}")] {
        let run = Sheet::of_text(["a", "b"]).check(format!("{header}\n1,2\n"));
        assert!(told(&run) < TOLD, "{} bytes are told", told(&run));
        assert!(run.rejects.iter().all(|reject| reject.message.len() < 4096), "a line of the rejects is readable");
    }
}

#[test]
fn a_cell_that_is_very_long_is_shown_in_part() {
    let long = "é".repeat(1 << 19);
    let column = json!({"name": "n", "logicalType": "integer", "unique": true});
    let run = Sheet::new([column]).check(format!("n\n{long}\n"));
    assert_eq!(run.faults(), ["1 type-error n"]);
    assert!(told(&run) < TOLD, "{} bytes are told", told(&run));
}

/// A file whose delimiter is not the contract's has as many faults as the contract has columns, times its rows: the
/// list of rejects may not grow to a thousand times the file.
#[test]
fn the_rejects_of_a_short_row_are_not_its_columns() {
    let labels: Vec<String> = (0..200).map(|at| format!("column_{at}")).collect();
    let text = format!("{}\n{}", labels.join(","), "x\n".repeat(2_000));
    let run = Sheet::of_text(&labels).check(&text);
    assert_eq!(run.counts(), [2_000, 0, 2_000]);
    let bytes = serde_json::to_string(&run.rejects).unwrap().len();
    assert!(bytes < 2_000 * 2_000, "{bytes} bytes of rejects for {} bytes of rows", 2_000 * 2);
}
