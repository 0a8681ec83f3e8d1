//! What an alarm's description says: one sentence, then labelled lines, as `alarms/template.yaml` writes them.

use serde::Serialize;

/// A description, read. Any other text is a sentence too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Description {
    /// What is wrong, in plain words.
    pub(super) summary: String,
    /// `page`, `ticket`, or `none` where the alarm only feeds another.
    pub(super) severity: Option<String>,
    /// What to do first.
    pub(super) first_step: Option<String>,
    /// Where its runbook is.
    pub(super) runbook: Option<String>,
    /// Where its dashboard is.
    pub(super) dashboard: Option<String>,
}

impl Description {
    pub(super) fn read(text: &str) -> Self {
        let mut read = Self::default();
        let mut sentences = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let labelled = line.split_once(':').map(|(label, value)| (label.trim(), value.trim().to_owned()));
            match labelled.filter(|(_, value)| !value.is_empty()) {
                Some(("Severity", value)) => read.severity = Some(value.to_ascii_lowercase()),
                Some(("First step", value)) => read.first_step = Some(value),
                Some(("Runbook", value)) => read.runbook = Some(value),
                Some(("Dashboard", value)) => read.dashboard = Some(value),
                _ => sentences.push(line),
            }
        }
        read.summary = sentences.join(" ");
        read
    }

    /// Whether the alarm only feeds another one, so that nobody is told of it.
    pub(super) fn is_part(&self) -> bool {
        self.severity.as_deref() == Some("none")
    }

    /// How urgent it is: the smaller, the more.
    pub(super) fn rank(&self) -> u8 {
        match self.severity.as_deref() {
            Some("page") => 0,
            Some("none") => 3,
            Some("ticket") => 2,
            // What does not say so may be urgent.
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labelled_lines_are_told_from_sentences() {
        let read =
            Description::read("Files fail.\nSeverity: Page\n Note: well\nFirst step: atalaya files: look\nRunbook:");
        assert_eq!(read.summary, "Files fail. Note: well Runbook:");
        assert_eq!(read.severity.as_deref(), Some("page"));
        assert_eq!(read.first_step.as_deref(), Some("atalaya files: look"));
        assert_eq!((read.runbook, read.dashboard), (None, None));
    }

    #[test]
    fn the_most_urgent_come_first() {
        let rank = |text: &str| Description::read(text).rank();
        let ranks = ["Severity: page", "x", "Severity: ticket", "Severity: none"].map(rank);
        assert!(ranks.is_sorted(), "{ranks:?}");
    }
}
