//! What a run of tests found, as data.

use serde::{Serialize, Serializer};

use super::span;
use atalaya_cloudwatch::alarm::State;

/// What the tests of one file found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlarmReport {
    /// The alarm, without the prefix of physical names.
    pub alarm: String,
    /// The test file.
    pub file: String,
    /// One for each case, in their order.
    pub cases: Vec<CaseReport>,
}

impl AlarmReport {
    /// How many cases failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.cases.iter().filter(|case| !case.passed()).count()
    }
}

/// What one case found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseReport {
    /// What it shows.
    pub name: String,
    /// Physical name of the alarm.
    pub alarm: String,
    /// Line of the case in its file.
    pub line: usize,
    /// What was otherwise than expected; empty when the case passed.
    pub disagreements: Vec<Disagreement>,
    /// The alarm around the first disagreement; `None` when the case passed.
    pub timeline: Option<Timeline>,
}

impl CaseReport {
    /// Whether all was as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.disagreements.is_empty()
    }
}

/// One thing that was otherwise than expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// Seconds since the case's start.
    #[serde(serialize_with = "as_span")]
    pub at: i64,
    /// Line of the expectation in its file.
    pub line: usize,
    /// What it is about: `state`, `reason`, `subject`, `actions`, or a path such as `message.Trigger.Period`.
    pub about: String,
    /// What the test says.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// An alarm over some minutes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// What the columns of values show: ids of queries, or names of other alarms.
    pub columns: Vec<String>,
    /// The minutes that matter, in the order of time.
    pub rows: Vec<Moment>,
}

/// An alarm after the evaluation of one time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// Seconds since the case's start.
    #[serde(serialize_with = "as_span")]
    pub at: i64,
    /// The newest data point of each column, or the state of each other alarm; `None`: there is none.
    pub cells: Vec<Option<String>>,
    /// Whether the newest data point is beyond the threshold; `None` where there is none, and for composite alarms.
    pub breaching: Option<bool>,
    /// The state.
    #[serde(serialize_with = "as_state")]
    pub state: State,
    /// Whether an expectation of this time was disappointed.
    pub disagrees: bool,
}

/// What the tests as a whole leave open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// Alarms that no case is about.
    pub untested: Vec<String>,
    /// Alarms that no case expects in both OK and ALARM.
    pub one_sided: Vec<OneSided>,
}

impl Coverage {
    /// Whether every alarm is tested on both sides.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.untested.is_empty() && self.one_sided.is_empty()
    }
}

/// An alarm that is tested on one side only, or on none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OneSided {
    /// The alarm, without the prefix of physical names.
    pub alarm: String,
    /// States that no case expects: `OK`, `ALARM` or both.
    pub never: Vec<&'static str>,
}

pub(super) fn as_span<S: Serializer>(seconds: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&span::text(*seconds))
}

fn as_state<S: Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}
