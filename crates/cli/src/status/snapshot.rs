//! What one look at the pipeline sees.

use std::collections::BTreeMap;

use atalaya_cloud::ledger::Pause;
use atalaya_contract::{AlarmSeverity, FileId, FileState};
use jiff::Timestamp;
use serde::Serialize;

use atalaya_terminal::human;

/// How the pipeline stood at one time. What did not answer is absent, and named in `unanswered`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Snapshot {
    pub(super) alarms: Option<Alarms>,
    pub(super) queues: Vec<Queue>,
    pub(super) executions: Option<Executions>,
    pub(super) files: Option<Files>,
    pub(super) pauses: Option<Vec<Pause>>,
    pub(super) feeds: Option<Vec<Feed>>,
    /// Sources that did not answer, and why.
    pub(super) unanswered: Vec<String>,
}

/// The alarms that call somebody; those that only feed others are left out.
#[derive(Debug, Default, Serialize)]
pub(super) struct Alarms {
    /// In ALARM, the most urgent first.
    pub(super) on: Vec<AlarmOn>,
    pub(super) ok: u64,
    /// In INSUFFICIENT_DATA.
    pub(super) without_data: u64,
}

/// An alarm in ALARM.
#[derive(Debug, Clone, Serialize)]
pub(super) struct AlarmOn {
    /// Its name without the stack's.
    pub(super) name: String,
    pub(super) severity: Option<AlarmSeverity>,
    pub(super) since: Option<Timestamp>,
    pub(super) summary: String,
    pub(super) first_step: Option<String>,
    /// The name of its page, where there is one.
    pub(super) runbook: Option<&'static str>,
}

/// A queue of the pipeline.
#[derive(Debug, Serialize)]
pub(super) struct Queue {
    /// `intake`, or what gave up: `intake-dlq`, `notify-dlq`, `page-dlq`.
    pub(super) name: String,
    /// Messages that wait.
    pub(super) waiting: u64,
    /// Messages that somebody works on.
    pub(super) in_flight: u64,
    /// Age of the oldest, in seconds, by CloudWatch's newest point; absent when it has none.
    pub(super) oldest_seconds: Option<u64>,
}

impl Queue {
    /// The role whose dead letters it holds.
    pub(super) fn dead_letters_of(&self) -> Option<&str> {
        self.name.strip_suffix("-dlq")
    }

    /// Waiting and in flight.
    pub(super) fn depth(&self) -> u64 {
        self.waiting + self.in_flight
    }
}

/// A number that may be the least it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    pub(super) number: u64,
    /// There are more; so many were asked for.
    pub(super) or_more: bool,
}

impl Count {
    /// Of a list that was cut off at `limit`.
    pub(super) fn of(number: usize, limit: usize) -> Self {
        Self { number: number as u64, or_more: number >= limit }
    }

    /// `12`, `1,000+`.
    pub(super) fn text(self) -> String {
        format!("{}{}", human::count(self.number), if self.or_more { "+" } else { "" })
    }
}

/// Executions of the state machine.
#[derive(Debug, Default, Serialize)]
pub(super) struct Executions {
    pub(super) running: Count,
    /// Ended as failed, timed out or aborted within the last 24 hours, by status.
    pub(super) ended_badly: BTreeMap<&'static str, Count>,
}

/// Files that were created in the last 24 hours, and the one that waits longest.
#[derive(Debug, Default, Serialize)]
pub(super) struct Files {
    /// Only states that have files.
    pub(super) by_state: BTreeMap<&'static str, Count>,
    pub(super) oldest_waiting: Option<Named>,
}

impl Files {
    pub(super) fn count(&self, state: FileState) -> Count {
        self.by_state.get(state.as_str()).copied().unwrap_or_default()
    }
}

/// A file as the screen names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Named {
    pub(super) file_id: FileId,
    pub(super) key: String,
    pub(super) state: FileState,
    pub(super) created_at: Timestamp,
}

/// A feed of a contract.
#[derive(Debug, Serialize)]
pub(super) struct Feed {
    pub(super) dataset: String,
    /// Its newest file.
    pub(super) last: Option<Named>,
}
