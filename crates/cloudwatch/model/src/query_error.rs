//! What is wrong with a query, where, and what to do about it.

use std::{fmt, ops::Range};

/// The kind of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// An id that breaks the rules, or stands twice.
    Id,
    /// A text that is no expression.
    Syntax,
    /// An id or a function that does not exist.
    Unknown,
    /// Expressions that need each other.
    Cycle,
    /// Too few or too many arguments, or one out of its range.
    Arguments,
    /// A number, a series or an array of series where another is needed.
    Type,
    /// A period that CloudWatch does not have.
    Period,
    /// More than CloudWatch allows.
    Limit,
    /// A label's placeholder.
    Label,
    /// Something that only AWS can answer.
    Unsupported,
    /// Something that an alarm may not have.
    Alarm,
}

/// A stretch of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its first byte.
    pub offset: usize,
    /// Its text.
    pub piece: String,
}

/// A fault of a list of queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The id of the query; empty where the fault is the list's.
    pub id: String,
    /// The kind of the fault.
    pub fault: Fault,
    /// Where in the expression.
    pub place: Option<Place>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl QueryError {
    /// A fault of a query as a whole.
    pub(crate) fn of(id: &str, fault: Fault, message: impl Into<String>) -> Self {
        Self { id: id.to_owned(), fault, place: None, message: message.into() }
    }

    /// A fault of the whole list.
    pub(crate) fn list(fault: Fault, message: impl Into<String>) -> Self {
        Self::of("", fault, message)
    }
}

impl fmt::Display for QueryError {
    /// ``query `e1`, byte 5 (`m3`): …``
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.id.is_empty() {
            write!(f, "query `{}`", self.id)?;
            match &self.place {
                Some(Place { offset, piece }) if piece.is_empty() => write!(f, ", at its end (byte {offset})")?,
                Some(Place { offset, piece }) => write!(f, ", byte {offset} (`{piece}`)")?,
                None => {}
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for QueryError {}

/// A fault inside one text, before it is known whose text that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its kind.
    pub fault: Fault,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Problem {
    /// A fault at `span`, in bytes.
    #[must_use]
    pub fn new(fault: Fault, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { fault, span, message: message.into() }
    }

    /// The fault as that of a query and its text.
    pub(crate) fn of(self, id: &str, text: &str) -> QueryError {
        let piece = text.get(self.span.clone()).unwrap_or_default();
        let place = Place { offset: self.span.start, piece: shortened(piece) };
        QueryError { id: id.to_owned(), fault: self.fault, place: Some(place), message: self.message }
    }
}

/// A piece that fits into a sentence.
fn shortened(piece: &str) -> String {
    const LONGEST: usize = 60;
    match piece.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &piece[..end]),
        None => piece.to_owned(),
    }
}
