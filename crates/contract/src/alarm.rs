//! An alarm: its state, its condition, and what its description says. Atalaya's alarms write one sentence and then labelled lines; any other text is a
//! sentence too.

mod condition;
mod state;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use condition::{AlarmCondition, AlarmPeriods, Comparison, MissingData};
pub use state::AlarmState;

/// How soon somebody has to act on an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmSeverity {
    /// Never: the alarm only feeds a composite one.
    None,
    /// In working hours.
    Ticket,
    /// Now.
    Page,
}

impl AlarmSeverity {
    /// The severity as descriptions and runbooks spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ticket => "ticket",
            Self::Page => "page",
        }
    }
}

impl fmt::Display for AlarmSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no severity; there are page, ticket and none")]
pub struct UnknownSeverity(String);

impl FromStr for AlarmSeverity {
    type Err = UnknownSeverity;

    /// Reads the word in whatever case.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let named = |severity: &Self| word.eq_ignore_ascii_case(severity.as_str());
        [Self::None, Self::Ticket, Self::Page].into_iter().find(named).ok_or_else(|| UnknownSeverity(word.to_owned()))
    }
}

/// An alarm's description, read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AlarmDescription {
    /// What is wrong, in plain words: everything that has no label. Empty when there is nothing of the kind.
    pub summary: String,
    /// How soon somebody has to act; absent when the description does not say it in a word that is known.
    pub severity: Option<AlarmSeverity>,
    /// The first command or look of the runbook, perhaps with `{file_id}`, `{dataset}` or `{function}` in it.
    pub first_step: Option<String>,
    /// Address of the runbook.
    pub runbook: Option<String>,
    /// Address of the dashboard.
    pub dashboard: Option<String>,
}

impl AlarmDescription {
    /// Reads a description. Behind the word of the severity may stand a remark.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut read = Self::default();
        let mut sentences = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match labelled(line) {
                Some(("Severity", value)) => {
                    read.severity = value.split_whitespace().next().and_then(|word| word.parse().ok());
                }
                Some(("First step", value)) => read.first_step = Some(value.to_owned()),
                Some(("Runbook", value)) => read.runbook = Some(value.to_owned()),
                Some(("Dashboard", value)) => read.dashboard = Some(value.to_owned()),
                _ => sentences.push(line),
            }
        }
        read.summary = sentences.join(" ");
        read
    }

    /// The severity to act by. What a description does not say calls somebody: to wake a person in vain is the smaller
    /// harm.
    #[must_use]
    pub fn acts_as(&self) -> AlarmSeverity {
        self.severity.unwrap_or(AlarmSeverity::Page)
    }

    /// Whether the alarm only feeds another one, so that nobody is told of it.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.severity == Some(AlarmSeverity::None)
    }

    /// How urgent it is among others: the smaller, the more. What does not say so may be urgent, but what says so is.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self.severity {
            Some(AlarmSeverity::Page) => 0,
            None => 1,
            Some(AlarmSeverity::Ticket) => 2,
            Some(AlarmSeverity::None) => 3,
        }
    }
}

/// Label and value of a line that has one of the labels.
fn labelled(line: &str) -> Option<(&'static str, &str)> {
    let (label, value) = line.split_once(':')?;
    let known = ["Severity", "First step", "Runbook", "Dashboard"];
    let label = known.into_iter().find(|known| label.trim().eq_ignore_ascii_case(known))?;
    let value = value.trim();
    (!value.is_empty()).then_some((label, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labelled_lines_are_read_and_the_rest_is_the_summary() {
        let text = "Files could not be processed.\nSeverity: ticket\nFirst step: atalaya file {file_id}: look\n\
                    Runbook: https://example.org/runbooks/FilesFailed.md\nDashboard: https://x#dashboards/dashboard/a";
        let read = AlarmDescription::read(text);
        assert_eq!(read.summary, "Files could not be processed.");
        assert_eq!(read.severity, Some(AlarmSeverity::Ticket));
        assert_eq!(read.first_step.as_deref(), Some("atalaya file {file_id}: look"));
        assert_eq!(read.runbook.as_deref(), Some("https://example.org/runbooks/FilesFailed.md"));
        assert_eq!(read.dashboard.as_deref(), Some("https://x#dashboards/dashboard/a"));
    }

    #[test]
    fn a_strangers_description_is_the_summary_and_pages() {
        let read = AlarmDescription::read("CPU is high.\n\n Note: call Ann.\nRunbook:");
        assert_eq!(read.summary, "CPU is high. Note: call Ann. Runbook:");
        assert_eq!((read.severity, read.acts_as(), read.runbook), (None, AlarmSeverity::Page, None));
        assert_eq!(AlarmDescription::read(""), AlarmDescription::default());
    }

    #[test]
    fn a_severity_is_one_word_in_whatever_case() {
        for (text, severity) in [
            ("NONE", Some(AlarmSeverity::None)),
            (" Ticket ", Some(AlarmSeverity::Ticket)),
            ("ticket (daytime)", Some(AlarmSeverity::Ticket)),
            ("page", Some(AlarmSeverity::Page)),
            ("sev2", None),
        ] {
            let read = AlarmDescription::read(&format!("x\nseverity: {text}"));
            assert_eq!(read.severity, severity, "{text}");
            assert_eq!(read.is_part(), text == "NONE");
        }
        assert!(AlarmSeverity::Page > AlarmSeverity::Ticket && AlarmSeverity::Ticket > AlarmSeverity::None);
        assert_eq!(
            "sev2".parse::<AlarmSeverity>().map_err(|error| error.to_string()),
            Err("`sev2` is no severity; there are page, ticket and none".to_owned())
        );
    }

    #[test]
    fn the_most_urgent_come_first() {
        let rank = |text: &str| AlarmDescription::read(text).rank();
        let ranks = ["Severity: page", "x", "Severity: ticket", "Severity: none"].map(rank);
        assert!(ranks.is_sorted(), "{ranks:?}");
    }
}
