//! Files that no feed claimed: they are routed anew, by the contracts of today.

use atalaya_cloud::ledger::{BrowseFiles, FileQuery, Route};
use atalaya_cloud::{Contracts, FileRecord};
use atalaya_contract::FileState;
use jiff::Timestamp;

use crate::connect;
use crate::operate::attempt::{self, Begin, FileStep};
use atalaya_terminal::exit::Failure;

use super::Fit;

/// Most files that are named although nothing is done for them.
const NAMED: usize = 10;
/// What makes a file routable.
const HINT: &str = "publish a contract that claims it (`atalaya contract publish`) and redrive it then, or send it again \
                    under a key that one claims";

/// The unroutable files, and those that a command has routed anew and not started.
pub(super) async fn candidates(
    ledger: &impl BrowseFiles,
    since: Option<Timestamp>,
) -> Result<Vec<FileRecord>, Failure> {
    let query = |state| FileQuery { state: Some(state), dataset: None, since, limit: usize::MAX };
    let mut records = ledger.list(&query(FileState::Unroutable)).await.map_err(connect::cloud)?;
    let received = ledger.list(&query(FileState::Received)).await.map_err(connect::cloud)?;
    records.extend(received.into_iter().filter(was_routed_anew));
    Ok(records)
}

fn was_routed_anew(record: &FileRecord) -> bool {
    record.attempt == 2 && record.history.iter().any(|step| step.state == FileState::Unroutable)
}

/// The file's way by the contracts of today.
pub(super) fn fit(contracts: &Contracts, record: FileRecord, by: &str, reason: Option<&str>) -> Fit {
    match contracts.catalog.route(&record.file.bucket, &record.file.key) {
        Ok(routed) => {
            let (dataset, contract) = (routed.feed.dataset.clone(), routed.entry.clone());
            let will = format!("routed to {dataset}, under {} {}", contract.id, contract.version);
            let begin = Begin::rerouted(by, reason, Route { dataset, contract });
            Fit::Target(Box::new(attempt::target(FileStep { record, begin }, "unroutable", will)))
        }
        Err(unrouted) => Fit::Unclaimed(format!("{} is still unroutable: {unrouted}", attempt::name(&record))),
    }
}

/// Files that were named, and that no contract claims.
pub(super) fn refused(unclaimed: Vec<String>) -> Failure {
    Failure::refused(format!("{}; nothing is changed", shortened(unclaimed).join("; "))).hint(HINT)
}

/// What there is to know about the files that stay as they are.
pub(super) fn shortened(mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(NAMED);
    sentences.truncate(NAMED);
    if more > 0 {
        sentences.push(format!("and {more} more are still unroutable"));
    }
    sentences
}
