//! AWS's own bad days.

use atalaya_local::EndpointFault;

use crate::{DrillError, World};

/// Lets calls of AWS's operations go wrong in these ways, until [`end_at_endpoint`] or the end of the drill.
///
/// # Errors
/// When the emulator does not take them.
pub fn at_endpoint(world: &World, faults: &[EndpointFault]) -> Result<(), DrillError> {
    Ok(world.run(world.local().set_faults(faults))?)
}

/// Lets all calls be answered again as they should be.
///
/// # Errors
/// When the emulator does not take it.
pub fn end_at_endpoint(world: &World) -> Result<(), DrillError> {
    at_endpoint(world, &[])
}
