//! What Atalaya says about itself: metrics in CloudWatch's embedded metric format (EMF) and logs, both as one JSON
//! object a line on standard output.
//!
//! - [`catalogue`]: every metric once, with its unit and its dimensions.
//! - [`Telemetry`]: one per process; counters, the record of a file, and the flush at the end of an invocation.
//! - [`FileAttempt`]: the unit of work for one file. Dropping it writes one EMF line and one log line from the same
//!   values, so the two cannot disagree.
//! - [`test_sink`]: captures both kinds of line in tests.
//!
//! Nothing here has a thread of its own: a line is on standard output when the call returns, because Lambda freezes
//! the process as soon as an invocation ends.
#![doc = include_str!("../README.md")]

pub mod catalogue;
mod counters;
mod dimension;
mod emf_sink;
mod file_attempt;
mod file_format;
mod log_lines;
mod log_setup;
mod object_requests;
mod output;
mod sample;
mod telemetry;
pub mod test_sink;
mod time_source;

pub use catalogue::{Dimension, Metric, NAMESPACE, Unit};
pub use dimension::dimension_value;
pub use file_attempt::FileAttempt;
pub use log_setup::{DEFAULT_LEVEL, LEVEL_VARIABLE};
pub use object_requests::ObjectRequest;
pub use output::Output;
pub use telemetry::{Doing, Stage, Telemetry, file_span};
pub use time_source::TimeSource;
