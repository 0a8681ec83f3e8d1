//! Files and their stories in the ledger.

use std::collections::BTreeSet;

use atalaya_cloud::FileRecord;
use atalaya_contract::FileState;

use super::Arrival;
use crate::World;

/// What is wrong with files.
pub(super) fn faults(world: &World, arrivals: &[Arrival]) -> Vec<String> {
    let mut found = Vec::new();
    for record in arrivals.iter().filter_map(|arrival| arrival.record.as_ref()) {
        let name = format!("{} ({})", record.file.key, record.file.file_id);
        found.extend(rows(record).map(|fault| format!("{name}: {fault}")));
        found.extend(story(record).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    for sent in world.sent() {
        let record = arrivals.iter().find(|arrival| arrival.file_id == sent.file_id);
        let record = record.and_then(|arrival| arrival.record.as_ref());
        match record {
            None => found.push(format!("{} ({}) was sent and is gone", sent.key, sent.file_id)),
            Some(record) if record.state != sent.ends => {
                let why = record.error.as_ref().map(|error| format!(": {}", error.message)).unwrap_or_default();
                let (is, ends) = (record.state, sent.ends);
                found.push(format!("{} ({}) is {is}{why}; it has to be {ends}", sent.key, sent.file_id));
            }
            Some(record) => {
                let accepted = record.rows.map(|rows| rows.accepted);
                if sent.accepted.is_some_and(|expected| accepted != Some(expected)) {
                    found.push(format!("{} has {accepted:?} accepted rows, not {:?}", sent.key, sent.accepted));
                }
            }
        }
    }
    found.extend(others(world, arrivals));
    found
}

/// What came by a command of a runbook, such as a copy under the right key, and by the canary: it has to be available.
fn others(world: &World, arrivals: &[Arrival]) -> Vec<String> {
    let sent: BTreeSet<_> = world.sent().into_iter().map(|sent| sent.file_id).collect();
    let records = arrivals.iter().filter_map(|arrival| arrival.record.as_ref());
    let astray = records.filter(|record| record.state != FileState::Available && !sent.contains(&record.file.file_id));
    let told = |record: &FileRecord| {
        let FileRecord { file, state, .. } = record;
        format!("{} ({}) came from a command or a canary, and is {state}", file.key, file.file_id)
    };
    astray.map(told).collect()
}

/// Rows that are neither accepted nor rejected, or both.
fn rows(record: &FileRecord) -> Option<String> {
    let rows = record.rows?;
    (rows.read != rows.accepted + rows.rejected)
        .then(|| format!("{} rows read, but {} accepted and {} rejected", rows.read, rows.accepted, rows.rejected))
}

/// A history that does not tell how the file came to its state.
fn story(record: &FileRecord) -> Vec<String> {
    let mut found = Vec::new();
    let Some((first, last)) = record.history.first().zip(record.history.last()) else {
        return vec!["its history is empty".to_owned()];
    };
    if first.attempt != 1 || !matches!(first.state, FileState::Received | FileState::Unroutable) {
        found.push(format!("its history begins with {} in attempt {}", first.state, first.attempt));
    }
    if (last.state, last.attempt) != (record.state, record.attempt) {
        found.push(format!("its history ends with {} in attempt {}", last.state, last.attempt));
    }
    if record.history.windows(2).any(|pair| pair[0].attempt > pair[1].attempt || pair[0].at > pair[1].at) {
        found.push("its history goes back in time".to_owned());
    }
    for attempt in 1..=record.attempt {
        let steps = record.history.iter().filter(|step| step.attempt == attempt);
        let ends = steps.clone().filter(|step| step.state.is_final()).count();
        if ends > 1 {
            found.push(format!("attempt {attempt} has {ends} outcomes"));
        }
        if attempt > 1 && !steps.into_iter().any(|step| step.note.is_some()) {
            found.push(format!("nothing says who began attempt {attempt}, and why"));
        }
    }
    found
}
