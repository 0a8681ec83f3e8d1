//! How a command ends: the exit code, and the sentence that goes with a failure.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// What a command that did its work found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Exit code 0: all is well.
    Fine,
    /// Exit code 1: the work is done and its result is a no, such as a rejected file.
    Negative,
    /// Exit code 2: a contract is wrong.
    BadContract,
    /// Exit code 3: the input could not be read to its end.
    Unreadable,
}

impl Verdict {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Negative => 1,
            Self::BadContract => 2,
            Self::Unreadable => 3,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// Whoever read the output has gone: nothing is left to say.
    NobodyListens,
    /// The user pressed Ctrl-C and what was begun has been cleaned up.
    Interrupted,
    /// Told to the user.
    Told(Box<Told>),
}

/// A failure in words.
#[derive(Debug, Serialize)]
pub struct Told {
    /// Exit code.
    #[serde(skip)]
    code: u8,
    /// A stable word for scripts.
    kind: &'static str,
    /// One sentence: what happened, and where.
    message: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// More for scripts, such as a contract's violations.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

impl Failure {
    /// The command line or a contract is wrong (exit code 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::told(2, "usage", message.into())
    }

    /// A contract is wrong (exit code 2).
    pub fn contract(message: impl Into<String>) -> Self {
        Self::told(2, "contract", message.into())
    }

    /// A template, or the tests of its alarms, are wrong (exit code 2).
    pub fn template(message: impl Into<String>) -> Self {
        Self::told(2, "template", message.into())
    }

    /// Something cannot be read or written (exit code 3).
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self::told(3, "unreadable", message.into())
    }

    /// AWS or its local stand-in cannot be reached or refuses (exit code 3).
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self::told(3, "unreachable", message.into())
    }

    /// What was asked for is not there (exit code 1).
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::told(1, "not-found", message.into())
    }

    /// What was asked for does not fit how things stand (exit code 1).
    pub fn refused(message: impl Into<String>) -> Self {
        Self::told(1, "refused", message.into())
    }

    /// A fault of this program (exit code 3).
    pub fn internal(message: impl Into<String>) -> Self {
        Self::told(3, "internal", message.into())
            .hint("this is a bug of atalaya: please report it together with the command that you ran")
    }

    fn told(code: u8, kind: &'static str, message: String) -> Self {
        Self::Told(Box::new(Told { code, kind, message, hint: None, details: None }))
    }

    /// The same failure with advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Self::Told(told) = &mut self {
            told.hint = Some(hint.into());
        }
        self
    }

    /// The same failure with more for scripts.
    pub fn details(mut self, details: Value) -> Self {
        if let Self::Told(told) = &mut self {
            told.details = Some(details);
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NobodyListens => "nobody reads the output",
            Self::Interrupted => "it was stopped",
            Self::Told(told) => &told.message,
        })
    }
}

impl Told {
    /// Exit code.
    pub const fn code(&self) -> u8 {
        self.code
    }

    /// What happened.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next.
    pub fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
