//! Why a drill could not go on, each in a sentence.

use std::{io, time::Duration};

use atalaya_cloud::CloudError;
use atalaya_local::LocalError;
use atalaya_runbook::RunbookFaults;

/// Why a drill failed, or could not begin.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// The local AWS.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// A call to it.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// A call of the AWS CLI that a fault or a check makes.
    #[error("`{call}` failed: {reason}")]
    Call {
        /// The call, without the program.
        call: String,
        /// What it said.
        reason: String,
    },
    /// Something that did not come about in time.
    #[error("{what}: not within {} s; last seen: {last}", .deadline.as_secs())]
    Late {
        /// What was awaited.
        what: String,
        /// How long.
        deadline: Duration,
        /// What was seen last.
        last: String,
    },
    /// The name of no drill.
    #[error("there is no drill `{name}`; there are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// All names.
        known: String,
    },
    /// A runbook that is no runbook.
    #[error(transparent)]
    Runbook(#[from] RunbookFaults),
    /// A runbook that is not there.
    #[error("there is no runbook {0}.md")]
    NoRunbook(String),
    /// A block of a runbook that did not do what it has to.
    #[error("runbooks/{page}.md:{line}: {why}")]
    Block {
        /// The runbook's name.
        page: String,
        /// Where the block begins.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// The message to on-call is not as it should be.
    #[error("{0}")]
    Page(String),
    /// What the checks found, each in a line.
    #[error("{}", .0.join("\n"))]
    Checks(Vec<String>),
    /// The drill was to stop.
    #[error("it was stopped")]
    Stopped,
    /// A file or a program of this machine.
    #[error("{what}: {source}")]
    Machine {
        /// What was attempted.
        what: String,
        /// Why.
        source: io::Error,
    },
}

/// Names what was attempted when something of this machine fails.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl Into<String>) -> Result<T, DrillError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl Into<String>) -> Result<T, DrillError> {
        self.map_err(|source| DrillError::Machine { what: what.into(), source })
    }
}
