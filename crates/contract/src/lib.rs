//! The data contract of a feed, and the words that the steps of the pipeline exchange.
//!
//! A contract is a document of the Open Data Contract Standard (ODCS) v3.2.0, v3.1.0 or v3.0.x in YAML. [`parse`] reads one
//! into a [`Contract`] whose every field is something Atalaya enforces; [`lint`] says, besides, what in the document
//! is valid but not enforced. [`Catalog`] routes an object's bucket and key to the feed that claims it.
#![doc = include_str!("../README.md")]

mod alarm;
mod arrival;
mod catalog;
pub mod compatibility;
mod cursor;
mod decimal;
mod deployment;
mod document;
mod ecma;
mod file;
pub mod format;
pub mod inert;
mod loaded;
mod location;
mod message;
mod model;
mod parse;
mod pattern;
mod read;
mod recovery;
mod standard;
mod version;
mod violation;

pub use alarm::{
    AlarmCondition, AlarmDescription, AlarmPeriods, AlarmSeverity, AlarmState, Comparison, MissingData, UnknownSeverity,
};
pub use arrival::{Arrival, MalformedArrival, read_arrival, write_arrival};
pub use catalog::{Catalog, CatalogEntry, Overlap, Overlaps, Routed, Unrouted};
pub use decimal::{Decimal, DecimalError};
pub use deployment::FUNCTIONS;
pub use ecma::{Matcher, Pattern, PatternFault};
pub use file::{CANARY_CONTRACT, CANARY_DATASET, CANARY_FOLDER, FileId, FileRef, FileState};
pub use loaded::{Counts, Loaded, Outputs};
pub use location::{Example, overlap};
pub use message::{
    Announcement, ContractRef, DuplicateOf, EVENT_SOURCE, EventKind, FailureNote, FileEvent, MOST_LISTED_REJECTS,
    ProcessRequest, REJECTS_NOT_LISTED, Reject, RejectSummary, Skipped,
};
pub use model::{
    AdditionalColumns, Bounds, Compression, Contract, CsvDialect, DecimalType, Feed, GroupSizes, Literal, LiteralKind,
    Location, LogicalType, Metric, NumberOptions, Object, OnDuplicateContent, Operator, Property, QualityRule,
    Severity, StringOptions, TemporalOptions, Threshold, Trim, Unit,
};
pub use parse::{lint, parse};
pub use pattern::{DateTimePattern, PatternError, PatternItem};
pub use recovery::{Recovery, RecoveryKind};
pub use version::compare_versions;
pub use violation::{LintReport, Unenforced, Violation, ViolationKind, Violations};
