//! What a runbook consists of.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{Placeholder, Severity, Subject};

/// One page, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Runbook {
    /// The alarm, which is the page's name too. A family of alarms has one page: `FunctionErrors`.
    pub alarm: String,
    /// How soon somebody has to act.
    pub severity: Severity,
    /// Who keeps the page true.
    pub owner: String,
    /// The drill that runs its commands.
    pub drill: String,
    /// Which files, queue, feed and function the alarm speaks of.
    pub subject: Subject,
    /// What the alarm says, in a few words: the title without the alarm's name.
    pub title: String,
    /// All sections, in the order of [`SectionName::ALL`].
    pub sections: Vec<Section>,
}

impl Runbook {
    /// The section of a name.
    #[must_use]
    pub fn section(&self, name: SectionName) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Everything that the page wants to be filled with, in its texts, commands and queries.
    #[must_use]
    pub fn placeholders(&self) -> BTreeSet<Placeholder> {
        let parts = self.sections.iter().flat_map(|section| &section.parts);
        parts.flat_map(Part::texts).flat_map(Placeholder::in_text).collect()
    }
}

/// One section with its parts in the page's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Which one.
    pub name: SectionName,
    /// Texts, commands and queries.
    pub parts: Vec<Part>,
}

/// The sections of every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionName {
    /// What the alarm says.
    Meaning,
    /// Whom it hurts, and how much.
    Impact,
    /// How to find the cause.
    Diagnosis,
    /// What to do about it.
    Mitigation,
    /// How to see that it is over.
    Verify,
    /// Whom to call when that does not help.
    Escalate,
}

impl SectionName {
    /// All of them, in the order of a page.
    pub const ALL: [Self; 6] =
        [Self::Meaning, Self::Impact, Self::Diagnosis, Self::Mitigation, Self::Verify, Self::Escalate];

    /// The heading.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meaning => "Meaning",
            Self::Impact => "Impact",
            Self::Diagnosis => "Diagnosis",
            Self::Mitigation => "Mitigation",
            Self::Verify => "Verify",
            Self::Escalate => "Escalate",
        }
    }
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Markdown for people, without blank lines at its ends.
    Text(String),
    /// Something for the shell.
    Command(Command),
    /// Something for CloudWatch Logs Insights.
    Query(Query),
}

impl Part {
    /// Every text of the part that may hold placeholders.
    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Command(command) => vec![&command.text],
            Self::Query(query) => {
                std::iter::once(query.text.as_str()).chain(query.groups.iter().map(String::as_str)).collect()
            }
        }
    }
}

/// A block for the shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Command {
    /// The lines of the block, as printed.
    pub text: String,
    /// The line of the page where the block begins, from 1.
    pub line: usize,
    /// The only cause that it fits; absent when it fits all.
    pub when: Option<String>,
}

/// A query for Logs Insights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Query {
    /// The query, as printed.
    pub text: String,
    /// Log groups, or functions such as `atalaya-process` whose groups are meant.
    pub groups: Vec<String>,
    /// The line of the page where the block begins, from 1.
    pub line: usize,
    /// The only cause that it fits; absent when it fits all.
    pub when: Option<String>,
}
