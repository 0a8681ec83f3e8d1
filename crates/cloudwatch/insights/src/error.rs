//! What is wrong with a query, where, and what to do about it.

use std::{fmt, ops::Range};

use atalaya_cloudwatch::query_error::{Fault, Problem};

/// A fault of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsightsError {
    /// The kind of the fault.
    pub fault: Fault,
    /// Where in the query; `None` where the fault is not in its text.
    pub location: Option<Location>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// A stretch of a query. Lines and columns count from 1, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The line of its first character.
    pub line: usize,
    /// The column of its first character.
    pub column: usize,
    /// The characters from the beginning of the query, from 0.
    pub characters: Range<usize>,
}

impl InsightsError {
    /// A fault that has no place in the text.
    pub(crate) fn whole(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, location: None, message: message.into() }
    }

    /// A fault of this text.
    pub(crate) fn of(problem: Problem, text: &str) -> Self {
        let before = text.get(..problem.span.start).unwrap_or(text);
        let first = before.chars().count();
        let length = text.get(problem.span).map_or(0, |piece| piece.chars().count());
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let location = Location {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            characters: first..first + length,
        };
        Self { fault: problem.fault, location: Some(location), message: problem.message }
    }
}

impl fmt::Display for InsightsError {
    /// `line 2, column 3: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Location { line, column, .. }) = &self.location {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for InsightsError {}
