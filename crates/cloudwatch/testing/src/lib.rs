//! Unit tests of alarms, as data: series of metrics in, states and messages out.
//!
//! A test file names an alarm of a CloudFormation template and holds cases: what its metrics are over some minutes, and
//! which state, reason and message the alarm must have at which time. [`read_folder`] reads a folder of them with the
//! template; [`Suite::run`] runs them in virtual time; [`Suite::mutate`] changes the alarm a little, in every way, and
//! tells which changes no case notices.

mod case;
mod compare;
mod explain;
mod fault;
mod folder;
mod format;
mod group;
mod metric_key;
mod mutation;
mod notation;
mod prepare;
mod reader;
mod report;
mod scenario;
mod settings;
mod span;
mod stage;
mod suite;
#[cfg(test)]
mod tests;
mod timeline;

pub use explain::{Line, LineKind, explain};
pub use fault::{Fault, LoadError};
pub use folder::{read_folder, run_folder};
pub use metric_key::{metric, substitute};
pub use mutation::{Category, MutationReport, Survivor};
pub use notation::{Notation, NotationError, Sample, series, states};
pub use report::{AlarmReport, CaseReport, Coverage, Disagreement, Moment, OneSided, Timeline};
pub use suite::{Suite, SuiteReport};
