//! Functions that fail, are refused, or take too long.

use std::time::Duration;

use atalaya_local::{EndpointFault, FaultyService};

use super::nothing;
use crate::{Drill, DrillError, World, fault, setting::PROCESS_TIMEOUT};

/// Files of a burst.
const BURST: usize = 12;

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("FunctionErrors", "bad-release", "the intake does not start: a variable is missing", no_start)
        .of("intake"),
    Drill::new("FunctionErrors", "time-out", "process may run for 1 s, and S3 is slow to store", too_short)
        .of("process"),
    Drill::new("FunctionThrottles", "limit", "notify may not run any more", no_runs).of("notify"),
    Drill::new("FunctionThrottles", "burst", "process may run once at a time, and files come in bursts", bursts)
        .of("process")
        .meanwhile(burst),
    Drill::new("FunctionEventsDropped", "bad-release", "the canary does not start: a variable is missing", no_canary)
        .of("canary")
        .meanwhile(nothing),
    Drill::new("FunctionEventsLost", "misled", "notify does not start, and what it gives up goes nowhere", lost)
        .of("notify")
        .meanwhile(nothing),
    Drill::new("FunctionDuration", "slow-storage", "S3 is slow to store what process writes", slow)
        .of("process")
        .ended_by(fault::end_at_endpoint),
];

/// A release of the intake that ends as soon as it is started.
fn no_start(world: &World) -> Result<(), DrillError> {
    fault::remove_variable(world, "intake", "ATALAYA_CONTRACTS_BUCKET")
}

/// A release of process with a time limit that a slow moment of S3 breaks.
fn too_short(world: &World) -> Result<(), DrillError> {
    store_after(world, Duration::from_millis(1500))?;
    fault::set_timeout(world, "process", 1)
}

/// A release of the canary that ends as soon as it is started, when its time comes.
fn no_canary(world: &World) -> Result<(), DrillError> {
    fault::remove_variable(world, "canary", "ATALAYA_INBOX_BUCKET")?;
    fault::invoke_later(world, "canary", r#"{"canary":"send"}"#)
}

/// An outcome that notify never sees, and whose event no queue takes.
fn lost(world: &World) -> Result<(), DrillError> {
    fault::lose_given_up(world, "notify")?;
    fault::remove_variable(world, "notify", "ATALAYA_DATA_USERS_TOPIC_ARN")?;
    world.send_good().map(drop)
}

fn no_runs(world: &World) -> Result<(), DrillError> {
    fault::limit_concurrency(world, "notify", 0)
}

fn bursts(world: &World) -> Result<(), DrillError> {
    fault::limit_concurrency(world, "process", 1)
}

/// More files at once than one run after the other can take.
pub(super) fn burst(world: &World) -> Result<(), DrillError> {
    (0..BURST).try_for_each(|_| world.send_good().map(drop))
}

/// Nine tenths of the time that process may run go into one call.
fn slow(world: &World) -> Result<(), DrillError> {
    store_after(world, Duration::from_secs(u64::from(PROCESS_TIMEOUT)) * 9 / 10)
}

fn store_after(world: &World, delay: Duration) -> Result<(), DrillError> {
    fault::at_endpoint(world, &[EndpointFault::late(FaultyService::S3, "PutObject", delay)])
}
