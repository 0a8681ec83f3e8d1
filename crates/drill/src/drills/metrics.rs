//! What CloudWatch reads out of logs.

use crate::{Drill, DrillError, Setting, World, fault};

pub(super) const DRILLS: &[Drill] = &[Drill::new(
    "EmfErrors",
    "stranger",
    "a script of somebody's writes metrics into a function's log that break the format",
    fault::begin_strange_stream,
)
.of("process")
.within(Setting::Fast)
.every(240)
.meanwhile(strange_lines)];

/// Files go on, and the script writes once a minute.
fn strange_lines(world: &World) -> Result<(), DrillError> {
    world.send_good()?;
    fault::write_strange_line(world)
}
