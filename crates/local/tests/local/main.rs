//! The local AWS with stand-ins for the functions: one binary for all of its tests.

mod alarms;
mod api;
mod browsers;
mod concurrency;
mod console;
mod costs;
mod counters;
mod life;
mod logs;
mod meter;
mod project;
mod redeploy;
