//! One thing that was looked at: how it is, and what to do about it.

use serde::Serialize;

use super::repair::Repair;
use atalaya_terminal::exit::Failure;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Result {
    /// As it should be.
    Fine,
    /// Somebody should know; it may be meant so.
    Look,
    /// Somebody should do something.
    Wrong,
}

/// What belongs together on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Group {
    Access,
    Functions,
    Wiring,
    Permissions,
    People,
    Watching,
    Feeds,
}

impl Group {
    pub(super) const ALL: [Self; 7] =
        [Self::Access, Self::Functions, Self::Wiring, Self::Permissions, Self::People, Self::Watching, Self::Feeds];

    /// The heading.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "Access",
            Self::Functions => "Functions",
            Self::Wiring => "Rules and queues",
            Self::Permissions => "Permissions",
            Self::People => "Who is told",
            Self::Watching => "Alarms and dashboards",
            Self::Feeds => "Contracts and feeds",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Check {
    pub(super) group: Group,
    /// What was looked at: a function, a rule, a contract.
    pub(super) subject: String,
    pub(super) result: Result,
    /// How it is.
    pub(super) says: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
    /// What `--fix` would do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) repairs: Vec<Repair>,
}

impl Check {
    fn new(group: Group, subject: impl Into<String>, result: Result, says: impl Into<String>) -> Self {
        Self { group, subject: subject.into(), result, says: says.into(), advice: None, repairs: Vec::new() }
    }

    pub(super) fn fine(group: Group, subject: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(group, subject, Result::Fine, says)
    }

    pub(super) fn look(group: Group, subject: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(group, subject, Result::Look, says)
    }

    pub(super) fn wrong(group: Group, subject: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(group, subject, Result::Wrong, says)
    }

    /// What could not be looked at.
    pub(super) fn unanswered(group: Group, subject: impl Into<String>, failure: &Failure) -> Self {
        let check = Self::wrong(group, subject, failure.to_string());
        match failure {
            Failure::Told(told) => match told.advice() {
                Some(advice) => check.advise(advice),
                None => check,
            },
            _ => check,
        }
    }

    pub(super) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    pub(super) fn repaired_by(mut self, repair: Repair) -> Self {
        self.repairs.push(repair);
        self
    }
}
