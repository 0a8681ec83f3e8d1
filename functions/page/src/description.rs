//! What an alarm's description says. Atalaya's alarms write one sentence and then labelled lines; any other text is a
//! sentence too.

use serde::{Deserialize, Serialize};

/// How soon somebody has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Never: the alarm only feeds a composite one.
    None,
    /// In working hours.
    Ticket,
    /// Now.
    Page,
}

impl Severity {
    /// The severity as descriptions spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ticket => "ticket",
            Self::Page => "page",
        }
    }

    /// What a description does not say, or says in words that are not known, calls somebody: to wake a person in vain
    /// is the smaller harm.
    fn from_text(text: &str) -> Self {
        let named = |severity: &Self| text.trim().eq_ignore_ascii_case(severity.as_str());
        [Self::None, Self::Ticket, Self::Page].into_iter().find(named).unwrap_or(Self::Page)
    }
}

/// A description, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// What is wrong, in plain words: everything that has no label. Empty when there is nothing of the kind.
    pub summary: String,
    /// How soon somebody has to act.
    pub severity: Severity,
    /// The first command or look of the runbook, perhaps with `{file_id}`, `{dataset}` or `{function}` in it.
    pub first_step: Option<String>,
    /// Address of the runbook.
    pub runbook: Option<String>,
    /// Address of the dashboard.
    pub dashboard: Option<String>,
}

impl Description {
    /// Reads a description.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut read =
            Self { summary: String::new(), severity: Severity::Page, first_step: None, runbook: None, dashboard: None };
        let mut sentences = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match labelled(line) {
                Some(("Severity", value)) => read.severity = Severity::from_text(value),
                Some(("First step", value)) => read.first_step = Some(value.to_owned()),
                Some(("Runbook", value)) => read.runbook = Some(value.to_owned()),
                Some(("Dashboard", value)) => read.dashboard = Some(value.to_owned()),
                _ => sentences.push(line),
            }
        }
        read.summary = sentences.join(" ");
        read
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
        let text = "Files could not be processed.\nSeverity: ticket\nFirst step: atalaya file {file_id}\n\
                    Runbook: https://example.org/runbooks/FilesFailed.md\nDashboard: https://x#dashboards/dashboard/a";
        let read = Description::read(text);
        assert_eq!(read.summary, "Files could not be processed.");
        assert_eq!(read.severity, Severity::Ticket);
        assert_eq!(read.first_step.as_deref(), Some("atalaya file {file_id}"));
        assert_eq!(read.runbook.as_deref(), Some("https://example.org/runbooks/FilesFailed.md"));
        assert_eq!(read.dashboard.as_deref(), Some("https://x#dashboards/dashboard/a"));
    }

    #[test]
    fn a_strangers_description_is_the_summary_and_pages() {
        let read = Description::read("CPU is high.\n\nNote: call Ann.\nRunbook:");
        assert_eq!(read.summary, "CPU is high. Note: call Ann. Runbook:");
        assert_eq!((read.severity, read.runbook), (Severity::Page, None));
        assert_eq!(Description::read("").summary, "");
    }

    #[test]
    fn a_severity_that_is_not_known_pages() {
        for (text, severity) in [
            ("NONE", Severity::None),
            (" Ticket ", Severity::Ticket),
            ("page", Severity::Page),
            ("sev2", Severity::Page),
        ] {
            assert_eq!(Description::read(&format!("x\nseverity: {text}")).severity, severity, "{text}");
        }
        assert!(Severity::Page > Severity::Ticket && Severity::Ticket > Severity::None);
    }
}
