//! The runbooks: one page an alarm, read into its parts, so that a terminal can show it and a drill can run it.
//!
//! A page is markdown of a fixed shape. Front matter names the `alarm`, its `severity`, the `owner` and the `drill`
//! that proves the page, and where it is not any failed file, what the alarm speaks of, its [`Subject`]; `# ALARM: words` is the title; then come six sections in one order, [`SectionName`]. A command
//! stands in a fence ```` ```sh ````, a Logs Insights query in ```` ```logs-insights LOG-GROUP… ````; `when=CAUSE`
//! behind either says that it fits one cause only. A sentence after each says what one should see. What stands for a
//! value of the day is a [`Placeholder`].
#![doc = include_str!("../README.md")]

mod book;
mod fault;
mod parse;
mod placeholder;
mod shelf;
mod subject;

pub use atalaya_contract::AlarmSeverity as Severity;
pub use book::{Command, Part, Query, Runbook, Section, SectionName};
pub use fault::{Fault, RunbookFaults};
pub use placeholder::{Placeholder, Unfilled, fill};
pub use shelf::{Named, all, named};
pub use subject::{Subject, SubjectDataset};
