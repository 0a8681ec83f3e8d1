//! Dead letters.

use crate::{Drill, DrillError, World, fault};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("IntakeDlq", "poison", "somebody puts a message into the queue that is no event of S3", poison),
    Drill::new("IntakeDlq", "sound", "the intake starts executions of a state machine that is not there", sound),
    Drill::new("NotifyDlq", "bad-release", "notify publishes to a topic that is not there", wrong_topic),
];

/// A message that the intake cannot read, five times.
fn poison(world: &World) -> Result<(), DrillError> {
    let queue = &world.local().outputs().intake_queue_url;
    fault::hide_briefly(world, queue)?;
    fault::put_message(world, queue, "poison")
}

/// A release of the intake that claims files and cannot start their executions.
fn sound(world: &World) -> Result<(), DrillError> {
    let outputs = world.local().outputs();
    fault::hide_briefly(world, &outputs.intake_queue_url)?;
    let gone = format!("{}-of-a-bad-release", outputs.state_machine_arn);
    fault::set_variable(world, "intake", "ATALAYA_STATE_MACHINE_ARN", &gone)
}

/// A release of notify that tells nobody.
fn wrong_topic(world: &World) -> Result<(), DrillError> {
    let gone = format!("{}-of-a-bad-release", world.local().outputs().data_users_topic_arn);
    fault::set_variable(world, "notify", "ATALAYA_DATA_USERS_TOPIC_ARN", &gone)
}
