//! What an alarm's description says: sentences for people, and labelled lines.

/// A description, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Description {
    /// What is wrong, in plain words: everything that has no label.
    pub(super) summary: String,
    /// `page`, `ticket` or `none`.
    pub(super) severity: Option<String>,
    /// The first command or look.
    pub(super) first_step: Option<String>,
    /// Address of the runbook.
    pub(super) runbook: Option<String>,
    /// Address of the dashboard.
    pub(super) dashboard: Option<String>,
}

impl Description {
    /// Reads a description; a text of another make is a summary.
    pub(super) fn read(text: Option<&str>) -> Self {
        let mut read = Self::default();
        let mut sentences = Vec::new();
        for line in text.unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (label, value) = line.split_once(':').unwrap_or_default();
            let place = match label.trim() {
                "Severity" => &mut read.severity,
                "First step" => &mut read.first_step,
                "Runbook" => &mut read.runbook,
                "Dashboard" => &mut read.dashboard,
                _ => {
                    sentences.push(line);
                    continue;
                }
            };
            *place = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
        // The severity is one word; what stands behind it is a remark.
        read.severity = read.severity.and_then(|text| text.split_whitespace().next().map(str::to_owned));
        read.summary = sentences.join(" ");
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labelled_lines_are_told_apart() {
        let text = "Files fail.\nMany: do.\nSeverity:ticket (daytime)\nFirst step: atalaya files --status failed\n\
                    Runbook: https://example.org/F.md\nDashboard:\n";
        let read = Description::read(Some(text));
        assert_eq!(read.summary, "Files fail. Many: do.");
        assert_eq!(read.severity.as_deref(), Some("ticket"));
        assert_eq!(read.first_step.as_deref(), Some("atalaya files --status failed"));
        assert_eq!(read.runbook.as_deref(), Some("https://example.org/F.md"));
        assert_eq!(read.dashboard, None);
        assert_eq!(Description::read(None), Description::default());
    }
}
