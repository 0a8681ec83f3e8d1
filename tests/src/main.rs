//! The project's tests across rooms: cross-checks of the house, and files that go the whole way on the local AWS.

mod alarms;
mod architecture;
mod browser;
mod busy;
mod console;
mod contracts;
mod dashboards;
mod documents;
mod drills;
mod faults;
mod pages;
mod readers;
mod recovery;
mod stacks;
mod telemetry;
mod waits;
mod way;
mod world;
