//! Everything that a page says, once: the texts for people and the document for programs follow from it.
//!
//! Programs get it as JSON. `schema` names the version of its shape: fields are added without a new version, and none
//! changes its meaning or goes without one. The folder's README lists them.

mod compose;
mod measure;

use atalaya_cloud::alarms::AlarmState;
use atalaya_contract::AlarmSeverity;
use jiff::Timestamp;
use serde::Serialize;

pub(crate) use compose::{Input, compose};
pub use measure::Measure;

use crate::{affected::AffectedFile, console::LogsQuery};

/// Name and version of the document's shape.
pub const SCHEMA: &str = "atalaya.page/1";

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something is wrong.
    Alarm,
    /// It is over.
    Recovery,
    /// Nobody can say whether it is, since data are missing.
    NoData,
}

impl Kind {
    /// The kind of a page on an alarm that went into a state.
    #[must_use]
    pub const fn of(state: AlarmState) -> Self {
        match state {
            AlarmState::Alarm => Self::Alarm,
            AlarmState::Ok => Self::Recovery,
            AlarmState::InsufficientData => Self::NoData,
        }
    }

    /// The kind in one or two words, as a subject begins.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Alarm => "ALARM",
            Self::Recovery => "OK",
            Self::NoData => "NO DATA",
        }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The page's id. It follows from the alarm's name, its state and the time of the change: the same change told
    /// twice has the same.
    pub page_id: String,
    /// What the page is about.
    pub kind: Kind,
    /// How soon somebody has to act.
    pub severity: AlarmSeverity,
    /// Why the page is only a note, when it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<String>,
    /// The alarm.
    pub alarm: AlarmFacts,
    /// What is wrong, or was, in one sentence.
    pub summary: String,
    /// Since when it has been so: the begin of the trouble, for a recovery too, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Seconds from the begin to the end, for a recovery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lasted_seconds: Option<i64>,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// The alarms in ALARM under a composite one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beneath: Vec<Beneath>,
    /// The feeds that are affected.
    pub datasets: Vec<String>,
    /// The files that are affected.
    pub files: Files,
    /// What to do first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_step: Option<String>,
    /// Link to a picture of what the alarm watches, as it was when the page was written. It works for
    /// [`LINK_LASTS`](crate::LINK_LASTS) at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph_url: Option<String>,
    /// Where to look.
    pub links: Links,
    /// What to search the logs for.
    pub logs: LogsQuery,
    /// What could not be found out in time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<String>,
}

/// The alarm of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlarmFacts {
    /// Its name.
    pub name: String,
    /// Its name without that of the stack, which is the name of its runbook and of its widget.
    pub short_name: String,
    /// Its ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The state that it went into.
    pub state: AlarmState,
    /// The state that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<AlarmState>,
    /// When.
    pub changed_at: Timestamp,
    /// Why, in CloudWatch's words.
    pub reason: String,
    /// The state that it is in by now, where that is another one, and since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_now: Option<ByNow>,
}

/// A state that an alarm has gone on to since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ByNow {
    /// The state.
    pub state: AlarmState,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// An alarm in ALARM under a composite one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beneath {
    /// Its name.
    pub alarm: String,
    /// What is wrong, in its words.
    pub summary: String,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// The affected files of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Files {
    /// What they are.
    pub heading: &'static str,
    /// From when on they were looked for.
    pub since: Timestamp,
    /// The first of them, at most ten.
    pub named: Vec<AffectedFile>,
    /// How many more there are.
    pub more: usize,
    /// Whether there may be even more.
    pub at_least: bool,
    /// Why there are none, where that has to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Links {
    /// The runbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// The dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<String>,
    /// The alarm in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm: Option<String>,
    /// The query of the logs, ready to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<String>,
}

/// The id of a page.
#[must_use]
pub fn page_id(alarm: &str, state: AlarmState, changed_at: Timestamp) -> String {
    format!("{alarm}.{state}.{changed_at:.3}")
}
