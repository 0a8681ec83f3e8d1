//! Files that wait: for the intake, or on purpose.

use atalaya_runbook::Placeholder;

use crate::{Drill, DrillError, FEED, Setting, World, fault};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("IntakeBacklogAge", "source-off", "somebody switches the intake's event source off", |world| {
        fault::stop_reading(world, "intake")
    })
    .within(Setting::Fast)
    .every(EVERY),
    Drill::new("IntakePaused", "all", "somebody pauses the intake and forgets it", paused),
    Drill::new("IntakePaused", "one-feed", "somebody pauses a feed and forgets it", paused_feed)
        .knowing(&[(Placeholder::Dataset, FEED)]),
    Drill::new("FileLatencyP95", "delay", "somebody lets the intake's queue hold every message back", delayed)
        .within(Setting::Fast)
        .every(EVERY),
];

/// How often a file comes, in CloudWatch's seconds: in each period of five minutes.
const EVERY: u32 = 240;
/// Seconds for which the queue holds back: longer than files may take, shorter than what the backlog's alarm waits for.
const DELAY: u32 = 4;

fn paused(world: &World) -> Result<(), DrillError> {
    world.command("atalaya pause --reason 'maintenance of the warehouse' --yes")
}

fn paused_feed(world: &World) -> Result<(), DrillError> {
    world.command(&format!("atalaya pause --dataset {FEED} --reason 'its sender mends its export' --yes"))
}

fn delayed(world: &World) -> Result<(), DrillError> {
    fault::delay(world, &world.local().outputs().intake_queue_url, DELAY)
}
