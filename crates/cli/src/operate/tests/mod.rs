//! Commands that are killed between any two calls, and run again.

pub(crate) mod fragile;
mod pauses;
mod reconciliations;
mod recoveries;
mod refusals;
pub(crate) mod world;
