//! What a test file says.

use std::collections::BTreeMap;

use serde_json::Value;

use atalaya_document::Place;

use super::notation::Notation;
use atalaya_cloudwatch::{Unit, alarm::State};

/// Something written, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// A file of tests of one alarm, or of one family of alarms.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TestFile {
    /// The file, as it was given.
    pub(super) file: String,
    /// The alarm, without the prefix of physical names.
    pub(super) alarm: At<String>,
    /// Its cases; never empty.
    pub(super) cases: Vec<Case>,
}

/// Series of metrics over time, and what the alarm must make of them. Texts hold `${…}` as they are written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    /// What it shows.
    pub(super) name: At<String>,
    /// Which alarm of a family.
    pub(super) instance: Option<At<String>>,
    /// Template parameters of this case, over those of the context.
    pub(super) parameters: BTreeMap<String, At<String>>,
    /// When it starts, in seconds since the Unix epoch; a whole minute.
    pub(super) start: i64,
    /// The data.
    pub(super) series: Vec<SeriesInput>,
    /// States that other alarms have.
    pub(super) alarms: Vec<StatesInput>,
    /// What must hold, in the order of time; never empty.
    pub(super) expect: Vec<Expectation>,
}

/// The data of one metric.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SeriesInput {
    /// Namespace, metric and dimensions.
    pub(super) key: At<String>,
    /// The samples by period.
    pub(super) notation: Notation,
    /// Length of a period of the notation in seconds.
    pub(super) every: u32,
    /// Unit of the samples.
    pub(super) unit: Unit,
}

/// The states of another alarm, one for each minute; the last one stays.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StatesInput {
    /// The alarm, without the prefix of physical names.
    pub(super) alarm: At<String>,
    pub(super) states: Vec<State>,
}

/// What must hold at one time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expectation {
    /// Seconds since the start.
    pub(super) at: i64,
    pub(super) place: Place,
    /// The state.
    pub(super) state: Option<State>,
    /// A part of the state's reason.
    pub(super) reason: Option<String>,
    /// A part of the last notification's subject.
    pub(super) subject: Option<String>,
    /// A part of the last notification's JSON document.
    pub(super) message: Option<Value>,
    /// The actions that run at this time, by the last part of their ARNs.
    pub(super) actions: Option<Vec<String>>,
}
