//! The local AWS with stand-ins for the functions: one binary for all of its tests.

mod alarms;
mod api;
mod counters;
mod life;
mod meter;
mod project;
