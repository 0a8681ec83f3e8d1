//! Executions of the state machine.

use atalaya_local::{EndpointFault, FaultyService};

use super::nothing;
use crate::{Drill, DrillError, World, fault};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("ExecutionsFailed", "bad-release", "process does not start: a variable is missing", no_start),
    Drill::new("ExecutionsTimedOut", "limit", "executions may last 3 s, and Step Functions is slow", cut_off)
        .meanwhile(nothing)
        .ended_by(fault::end_at_endpoint),
    Drill::new("ExecutionsAborted", "stopped", "somebody stops an execution while Step Functions is slow", stopped)
        .meanwhile(nothing)
        .ended_by(fault::end_at_endpoint),
    Drill::new("ExecutionsThrottled", "quota", "Step Functions holds every transition back", held_back)
        .ended_by(fault::end_at_endpoint),
];

/// A release of process that ends as soon as it is started, and a file that meets it.
fn no_start(world: &World) -> Result<(), DrillError> {
    fault::remove_variable(world, "process", "ATALAYA_REJECTS_BUCKET")?;
    world.send_good().map(drop)
}

/// A release of the state machine with a time limit, and a file whose execution reaches it.
fn cut_off(world: &World) -> Result<(), DrillError> {
    fault::limit_executions(world, 3)?;
    held_back(world)?;
    world.send_good().map(drop)
}

/// A file whose execution is stopped before it has come far.
fn stopped(world: &World) -> Result<(), DrillError> {
    held_back(world)?;
    let file_id = world.send_good()?;
    fault::stop_execution(world, &file_id)
}

/// The account has used up its quota of transitions.
fn held_back(world: &World) -> Result<(), DrillError> {
    fault::at_endpoint(world, &[EndpointFault::throttled(FaultyService::States, "StateTransition")])
}
