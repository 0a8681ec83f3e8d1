//! Commands that are killed between any two calls, and run again.

pub(super) mod fragile;
mod pauses;
mod reconciliations;
mod recoveries;
mod refusals;
pub(super) mod world;
