//! What has to hold after every drill, in the whole world: nothing is lost, nothing is doubled, the ledger tells it.

mod files;
mod notices;
mod outputs;

use std::collections::BTreeMap;

use atalaya_cloud::{FileRecord, ledger::ReadFiles, objects::ListObjects};
use atalaya_contract::FileId;
use serde::Serialize;
use serde_json::Value;

use crate::{
    DrillError, World,
    wait::{Seen, until},
};

/// How long files that are on their way may take to end: one whose call was refused waits for up to two minutes.
const SETTLED: std::time::Duration = std::time::Duration::from_secs(150);

/// What a world holds, or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Objects that were uploaded, every version of every key.
    pub objects: usize,
    /// Files in a final state.
    pub files: usize,
    /// The same by state.
    pub by_state: BTreeMap<&'static str, usize>,
    /// Rows read, of files that have been judged.
    pub rows_read: u64,
    /// Those of them that were accepted.
    pub rows_accepted: u64,
    /// Those of them that were rejected.
    pub rows_rejected: u64,
    /// Objects with accepted rows.
    pub outputs: usize,
    /// Notices to who listens to everything.
    pub notices: usize,
    /// Files that needed more than one attempt.
    pub recovered: usize,
}

impl Totals {
    /// Both together.
    pub(crate) fn add(&mut self, other: &Self) {
        self.objects += other.objects;
        self.files += other.files;
        for (state, files) in &other.by_state {
            *self.by_state.entry(state).or_default() += files;
        }
        self.rows_read += other.rows_read;
        self.rows_accepted += other.rows_accepted;
        self.rows_rejected += other.rows_rejected;
        self.outputs += other.outputs;
        self.notices += other.notices;
        self.recovered += other.recovered;
    }
}

/// One object version of the inbox, and what the ledger says of it.
pub(crate) struct Arrival {
    pub(crate) key: String,
    pub(crate) file_id: FileId,
    pub(crate) record: Option<FileRecord>,
}

/// Everything that is wrong in the world, each in a sentence; waits until what is on its way has ended.
pub(crate) fn all(world: &World) -> Result<Vec<String>, DrillError> {
    let settled = until("every object that was uploaded to be a file in a final state", SETTLED, || {
        let arrivals = arrivals(world)?;
        let open = |arrival: &&Arrival| arrival.record.as_ref().is_none_or(|record| !record.state.is_final());
        let told = |arrival: &Arrival| {
            let state = arrival.record.as_ref().map_or("not in the ledger", |record| record.state.as_str());
            format!("{} ({}) is {state}", arrival.key, arrival.file_id)
        };
        let open: Vec<_> = arrivals.iter().filter(open).map(told).collect();
        Ok(if open.is_empty() { Seen::Yes(arrivals) } else { Seen::NotYet(open.join("; ")) })
    });
    let arrivals = match settled {
        Ok(arrivals) => arrivals,
        Err(late @ DrillError::Late { .. }) => return Ok(vec![late.to_string()]),
        Err(error) => return Err(error),
    };
    let mut found = files::faults(world, &arrivals);
    found.extend(outputs::faults(world, &arrivals)?);
    found.extend(notices::faults(world, &arrivals)?);
    Ok(found)
}

/// Counts what the world holds.
pub(crate) fn totals(world: &World) -> Result<Totals, DrillError> {
    let arrivals = arrivals(world)?;
    let mut totals = Totals { objects: arrivals.len(), ..Totals::default() };
    for record in arrivals.iter().filter_map(|arrival| arrival.record.as_ref()) {
        if record.state.is_final() {
            totals.files += 1;
            *totals.by_state.entry(record.state.as_str()).or_default() += 1;
        }
        totals.recovered += usize::from(record.attempt > 1);
        if let Some(rows) = record.rows {
            totals.rows_read += rows.read;
            totals.rows_accepted += rows.accepted;
            totals.rows_rejected += rows.rejected;
        }
    }
    totals.outputs = world.run(world.objects().list(&world.local().outputs().curated_bucket, ""))?.len();
    totals.notices = notices::to_everyone(world).count();
    Ok(totals)
}

/// Every object version of the inbox, with its file.
fn arrivals(world: &World) -> Result<Vec<Arrival>, DrillError> {
    let inbox = &world.local().outputs().inbox_bucket;
    let listed = world.aws_json(&["s3api", "list-object-versions", "--bucket", inbox])?;
    let versions = listed["Versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |version: &Value, name: &str| version[name].as_str().unwrap_or_default().to_owned();
    versions
        .iter()
        .map(|version| {
            let key = text(version, "Key");
            let file_id = FileId::new(inbox, &key, &text(version, "VersionId"));
            let record = world.run(world.ledger().get(&file_id))?;
            Ok(Arrival { key, file_id, record })
        })
        .collect()
}
