//! Drills: a fault on purpose, the alarm that must see it, the page that must come, and the runbook whose own commands
//! must end it.
//!
//! A drill happens on the local AWS, where the deployed templates, the real functions and the very alarms run. Its
//! [fault](mod@fault) touches configuration, environment or the endpoint, never the functions' code. Then it waits for
//! the alarm and for the message to on-call, takes from that message what the runbook's placeholders stand for, runs
//! the commands and queries of the sections Diagnosis, Mitigation and Verify as they are printed, waits for the alarm's
//! end and its message, and looks at every file, output, notice and history of the world. CloudWatch's clock runs ahead
//! of the wall's; the faults and the commands are real.
//!
//! The folder `drills` has a file for each part of the pipeline. A runbook's block with `when=CAUSE` is for drills of that cause
//! only; one of the section Diagnosis that shows nothing fails its drill, since it would help nobody at night.
#![doc = include_str!("../README.md")]

mod aws_cli;
mod block;
mod catalogue;
mod check;
mod desk;
mod drill;
mod drills;
mod error;
pub mod fault;
mod page;
mod readings;
mod report;
mod run;
mod schedule;
mod setting;
mod table;
mod timeline;
mod wait;
mod watch;
mod world;

pub use aws_cli::AwsCli;
pub use block::BlockReport;
pub use catalogue::{all, named};
pub use check::Totals;
pub use drill::{Drill, Step};
pub use error::DrillError;
pub use report::{DrillReport, Report, Times};
pub use run::PATIENCE;
pub use schedule::{Options, run_all};
pub use setting::{FEED, Setting};
pub use table::{table, written};
pub use timeline::{Kind, Moment};
pub use watch::{Event, Watcher, unwatched};
pub use world::{Sent, World};
