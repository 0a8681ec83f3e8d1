//! What is wrong with a contract, and what in it is not enforced.

use std::fmt;

use serde::Serialize;

use atalaya_document::Place;

use crate::{Contract, inert};

/// Which promise a fault breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ViolationKind {
    /// The document is not valid YAML, or not valid in any edition of the standard.
    Standard,
    /// The document is not valid in the edition that its `apiVersion` names, but the whole of it is valid in a later
    /// one and is read as such. [`crate::parse`] accepts it; [`crate::lint`] reports it.
    Edition,
    /// The document may well be valid ODCS, but Atalaya cannot run a feed by it.
    Feed,
}

/// One fault of a contract document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which promise it breaks.
    pub kind: ViolationKind,
    /// Where in the document, such as `schema[0].properties[2].logicalType`; empty for the document as a whole.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Violation {
    pub(crate) fn new(kind: ViolationKind, path: impl Into<String>, place: Place, message: impl Into<String>) -> Self {
        let Place { line, column } = place;
        Self { kind, path: one_line(&path.into()), line, column, message: one_line(&message.into()), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(one_line(&hint.into()));
        self
    }
}

/// Most characters of a path, a message or a hint.
const MAX_CHARS: usize = 4000;

/// A text that may quote the document: it stays on its line, wherever it is shown.
fn one_line(text: &str) -> String {
    inert::sentence(text).at_most(MAX_CHARS).to_string()
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// All faults of a document, in the order of its lines; never empty as an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// Something valid in the document that Atalaya does not enforce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unenforced {
    /// Where in the document; `[*]` stands for several elements.
    pub path: String,
    /// Line of the first occurrence, from 1.
    pub line: usize,
    /// What it is and what Atalaya does with it.
    pub what: String,
}

/// Everything that [`crate::lint`] has to say about a document.
#[derive(Debug, Clone, PartialEq)]
pub struct LintReport {
    /// The contract, when [`crate::parse`] would accept the document.
    pub contract: Option<Contract>,
    /// Every fault, in the order of the document's lines.
    pub violations: Vec<Violation>,
    /// Everything valid that is not enforced, in the order of the document's lines.
    pub unenforced: Vec<Unenforced>,
}

impl LintReport {
    /// Whether the document is valid by the published standard, in the edition that it names.
    #[must_use]
    pub fn is_valid_odcs(&self) -> bool {
        self.violations.iter().all(|violation| violation.kind == ViolationKind::Feed)
    }
}
