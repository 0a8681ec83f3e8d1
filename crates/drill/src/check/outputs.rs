//! What readers find: each available file's rows once, and nothing else.

use std::collections::BTreeSet;

use atalaya_cloud::objects::ListObjects;
use atalaya_contract::FileState;

use super::Arrival;
use crate::{DrillError, World};

/// What is wrong with the objects of the curated bucket.
pub(super) fn faults(world: &World, arrivals: &[Arrival]) -> Result<Vec<String>, DrillError> {
    let bucket = &world.local().outputs().curated_bucket;
    let listed = world.run(world.objects().list(bucket, ""))?;
    let there: BTreeSet<_> = listed.into_iter().map(|object| format!("s3://{bucket}/{}", object.key)).collect();
    let mut found = Vec::new();
    let mut named = BTreeSet::new();
    for record in arrivals.iter().filter_map(|arrival| arrival.record.as_ref()) {
        let parquet = record.outputs.as_ref().map(|outputs| outputs.parquet.as_slice()).unwrap_or_default();
        let name = format!("{} ({})", record.file.key, record.file.file_id);
        if record.state != FileState::Available {
            if !parquet.is_empty() {
                found.push(format!("{name} is {} and names outputs", record.state));
            }
            continue;
        }
        if parquet.is_empty() && record.rows.is_some_and(|rows| rows.accepted > 0) {
            found.push(format!("{name} is available without an output"));
        }
        for address in parquet {
            if !there.contains(address) {
                found.push(format!("{name} names {address}, which is not there"));
            }
            if !named.insert(address.clone()) {
                found.push(format!("{name} names {address}, as another file does"));
            }
        }
    }
    found.extend(there.difference(&named).map(|address| format!("{address} is of no available file")));
    Ok(found)
}
