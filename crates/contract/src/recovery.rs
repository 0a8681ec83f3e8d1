//! A person's decision about a file that had its outcome: what is to become of it now, who said so and why.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Loaded;

/// Why an attempt after the first is made, or why a file is discarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// What is to be done.
    pub kind: RecoveryKind,
    /// Who decided: an ARN, or `user@host`.
    pub by: String,
    /// Why, in the words of who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What earlier attempts have made visible and readers can read; absent when there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaded: Option<Loaded>,
}

/// What is done with a file that had its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryKind {
    /// A failed file is tried again under the same contract.
    Redrive,
    /// The whole file is judged again, as a rule under a newer contract.
    Replay,
    /// Only the rejected rows are judged again; the good ones among them are added.
    ReplayRejects,
    /// The accepted rows of a rejected file are loaded, however many are rejected.
    Release,
    /// The file is given up: nothing of it is loaded.
    Discard,
}

impl RecoveryKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Redrive, Self::Replay, Self::ReplayRejects, Self::Release, Self::Discard];

    /// The kind's name in the ledger and in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Redrive => "redrive",
            Self::Replay => "replay",
            Self::ReplayRejects => "replay_rejects",
            Self::Release => "release",
            Self::Discard => "discard",
        }
    }

    /// What was done to the file, as in "redriven by …".
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Redrive => "redriven",
            Self::Replay => "replayed",
            Self::ReplayRejects => "replayed for its rejects",
            Self::Release => "released",
            Self::Discard => "discarded",
        }
    }
}

impl fmt::Display for RecoveryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RecoveryKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("no such recovery; it is one of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back_from_their_names() {
        for kind in RecoveryKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).expect("serialises"), kind.as_str());
        }
        assert!("undo".parse::<RecoveryKind>().expect_err("no such kind").contains("replay_rejects"));
    }
}
