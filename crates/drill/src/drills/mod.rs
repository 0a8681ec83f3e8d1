//! The drills, a file for each part of the pipeline.

mod canary;
mod executions;
mod files;
mod functions;
mod intake;
mod ledger;
mod metrics;
mod notices;
mod on_call;
mod queues;
mod senders;
mod service_level;

use crate::{Drill, DrillError, World};

/// Every drill.
pub(crate) const ALL: &[&[Drill]] = &[
    canary::DRILLS,
    executions::DRILLS,
    files::DRILLS,
    functions::DRILLS,
    intake::DRILLS,
    ledger::DRILLS,
    metrics::DRILLS,
    notices::DRILLS,
    on_call::DRILLS,
    queues::DRILLS,
    senders::DRILLS,
    service_level::DRILLS,
];

/// Nothing goes on meanwhile.
fn nothing(_: &World) -> Result<(), DrillError> {
    Ok(())
}
