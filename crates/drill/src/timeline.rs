//! What happened in a drill, and when: on the wall's clock and on CloudWatch's.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

/// A kind of moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The fault was there.
    Fault,
    /// The alarm went into ALARM.
    Alarm,
    /// Who is on call was told.
    Page,
    /// A block of the runbook ended.
    Block,
    /// The cause ended by itself.
    Ended,
    /// The alarm was still on, and the commands of the mitigation begin once more.
    Again,
    /// The alarm was back in OK.
    Recovered,
    /// Who is on call was told that it is over.
    Told,
    /// Everything was looked at.
    Checked,
    /// The drill failed here.
    Failed,
}

impl Kind {
    /// The kind in a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Alarm => "alarm",
            Self::Page => "page",
            Self::Block => "block",
            Self::Ended => "ended",
            Self::Again => "again",
            Self::Recovered => "recovered",
            Self::Told => "told",
            Self::Checked => "checked",
            Self::Failed => "failed",
        }
    }
}

/// One moment of a drill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// What it is.
    pub kind: Kind,
    /// What happened, in words.
    pub what: String,
    /// Seconds since the drill began, on the wall's clock.
    pub wall_seconds: f64,
    /// The time on CloudWatch's clock.
    pub cloudwatch: Timestamp,
}

/// The moments of one drill, in order.
#[derive(Debug)]
pub(crate) struct Timeline {
    begun: Instant,
    moments: Vec<Moment>,
}

impl Timeline {
    /// Begins now.
    pub(crate) fn begin() -> Self {
        Self { begun: Instant::now(), moments: Vec::new() }
    }

    /// Adds a moment of now.
    pub(crate) fn add(&mut self, kind: Kind, what: impl Into<String>, cloudwatch: Timestamp) {
        let wall_seconds = self.elapsed().as_secs_f64();
        self.moments.push(Moment { kind, what: what.into(), wall_seconds, cloudwatch });
    }

    /// How long it has been going on.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// The moments.
    pub(crate) fn into_moments(self) -> Vec<Moment> {
        self.moments
    }
}
