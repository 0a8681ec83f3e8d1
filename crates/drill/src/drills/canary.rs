//! The canary.

use crate::{Drill, DrillError, Setting, World, fault, wait::is_well};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("CanaryMissing", "unheard", "the canary is no longer subscribed to the notices", unheard)
        .within(Setting::Fast)
        .prepared_by(all_is_well)
        .meanwhile(World::send_canary)
        .every(240),
    Drill::new("CanaryMissing", "off", "the intake does not read its queue any more", off)
        .within(Setting::Fast)
        .prepared_by(all_is_well)
        .meanwhile(World::send_canary)
        .every(240),
    Drill::new("CanaryMissing", "rule-off", "somebody switches the rule of arrivals off", rule_off)
        .within(Setting::Fast)
        .prepared_by(all_is_well)
        .meanwhile(canary_and_file)
        .every(240),
];

/// Canaries have arrived: an alarm that has seen none cannot miss one.
fn all_is_well(world: &World) -> Result<(), DrillError> {
    world.send_canary()?;
    is_well(world, "CanaryMissing")
}

fn unheard(world: &World) -> Result<(), DrillError> {
    fault::unsubscribe(world, "canary", &world.local().outputs().data_users_topic_arn)
}

/// What comes now S3 tells nobody.
fn rule_off(world: &World) -> Result<(), DrillError> {
    fault::disable_rule(world, None, world.output("ArrivalsRuleName")?)
}

fn canary_and_file(world: &World) -> Result<(), DrillError> {
    world.send_good()?;
    world.send_canary()
}

fn off(world: &World) -> Result<(), DrillError> {
    fault::stop_reading(world, "intake")
}
