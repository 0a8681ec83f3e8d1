//! What is wrong with a template, where, and what to do about it.

use std::fmt;

use atalaya_document::{Fault, Place};

/// One fault of a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateError {
    /// Line of the fault, from 1.
    pub line: usize,
    /// Column of the fault in characters, from 1.
    pub column: usize,
    /// The way to it from the template's root, such as `Resources/FilesFailed/Properties/Threshold`; empty where the
    /// text cannot be read at all.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl TemplateError {
    pub(crate) fn new(place: Place, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { line: place.line, column: place.column, path: path.into(), message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<Fault> for TemplateError {
    /// A fault of the text; it has no path, since there is no tree yet.
    fn from(fault: Fault) -> Self {
        Self { hint: fault.hint, ..Self::new(fault.place, "", fault.message) }
    }
}

impl fmt::Display for TemplateError {
    /// `line 12, column 7: Resources/FilesFailed/Properties/Threshold: must be a number, is "many"; write it in digits`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for TemplateError {}

/// Every fault that was found, in the order of the text and each once; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateErrors(Vec<TemplateError>);

impl TemplateErrors {
    /// The faults in the order of the text; `None` when there are none.
    pub(crate) fn collect(mut faults: Vec<TemplateError>) -> Option<Self> {
        faults.sort();
        faults.dedup();
        (!faults.is_empty()).then_some(Self(faults))
    }

    /// The faults.
    pub fn iter(&self) -> std::slice::Iter<'_, TemplateError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a TemplateErrors {
    type Item = &'a TemplateError;
    type IntoIter = std::slice::Iter<'a, TemplateError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<TemplateError> for TemplateErrors {
    fn from(fault: TemplateError) -> Self {
        Self(vec![fault])
    }
}

impl fmt::Display for TemplateErrors {
    /// One fault a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateErrors {}
