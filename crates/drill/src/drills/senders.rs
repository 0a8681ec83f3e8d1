//! What senders send.

use atalaya_contract::FileState;

use crate::{Drill, DrillError, FEED, World, readings};

pub(super) const DRILLS: &[Drill] =
    &[Drill::new("RejectRate", "sender", "a sender sends a file that breaks its contract", bad_file).of(FEED)];

/// Half of its rows are out of bounds.
fn bad_file(world: &World) -> Result<(), DrillError> {
    let number = world.number();
    let content = readings::too_warm(number, 10, 10);
    world.send(&format!("{FEED}/too-warm-{number:05}.csv"), content, FileState::Discarded).map(drop)
}
