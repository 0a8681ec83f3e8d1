//! What names a file, and the states it goes through.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Identity of one version of one object: the first 128 bits of a SHA-256 over bucket, key and version id, in
/// hexadecimal (32 characters). It names the execution, the ledger's item and every output.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(String);

impl FileId {
    /// Derives the id. A bucket without versioning has the version id `null`, as S3 spells it.
    #[must_use]
    pub fn new(bucket: &str, key: &str, version_id: &str) -> Self {
        let mut hash = Sha256::new();
        // A zero byte can stand in none of the three, so no two triples share their bytes.
        for part in [bucket, "\0", key, "\0", version_id] {
            hash.update(part);
        }
        Self(hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The 32 hexadecimal characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 8 characters: as much of an id as people read out to each other, and commands find a file by it.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for FileId {
    /// Takes an id that was derived before, as it stands in a message or in the ledger.
    fn from(id: String) -> Self {
        Self(id)
    }
}

/// One version of one object in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Derived from the next three.
    pub file_id: FileId,
    /// The bucket's name.
    pub bucket: String,
    /// The object's key, decoded.
    pub key: String,
    /// The object's version, `null` in a bucket without versions.
    pub version_id: String,
    /// Bytes.
    pub size: u64,
    /// When S3 says that the object was created.
    pub created_at: Timestamp,
}

impl FileRef {
    /// A version of an object; the file's id follows from where it lies.
    #[must_use]
    pub fn new(bucket: String, key: String, version_id: String, size: u64, created_at: Timestamp) -> Self {
        Self { file_id: FileId::new(&bucket, &key, &version_id), bucket, key, version_id, size, created_at }
    }

    /// Whether it is a folder that a console makes: an empty object whose key ends in `/`, which nobody sent.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.size == 0 && self.key.ends_with('/')
    }
}

/// The feed of canary files, which prove the way every few minutes.
pub const CANARY_DATASET: &str = "canary";

/// The `id` of the canary's own contract, the only one that may have [`CANARY_DATASET`] and claim [`CANARY_FOLDER`].
pub const CANARY_CONTRACT: &str = "atalaya-canary";

/// What keys of canary files begin with, in the inbox.
pub const CANARY_FOLDER: &str = "canary/";

/// Where a file is on its way. `received → processing → available | rejected | failed | duplicate`, or
/// `received → unroutable`; a person may end it as `discarded`, or let it be routed anew. All but the first two are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Claimed by the intake.
    Received,
    /// Being read.
    Processing,
    /// Loaded; readers have been told. It may hold rejected rows, below the contract's threshold.
    Available,
    /// Judged and turned down; the sender has been told why.
    Rejected,
    /// Not judged: the pipeline itself could not finish.
    Failed,
    /// The feed already holds this content.
    Duplicate,
    /// No contract claims the object.
    Unroutable,
    /// A person gave the file up; nothing of it is loaded.
    Discarded,
}

impl FileState {
    /// Every state, in the order of a file's life.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Processing,
        Self::Available,
        Self::Rejected,
        Self::Failed,
        Self::Duplicate,
        Self::Unroutable,
        Self::Discarded,
    ];

    /// The states in which a file has no outcome yet.
    pub const UNDER_WAY: [Self; 2] = [Self::Received, Self::Processing];

    /// The state's name in the ledger and on the terminal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Processing => "processing",
            Self::Available => "available",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Duplicate => "duplicate",
            Self::Unroutable => "unroutable",
            Self::Discarded => "discarded",
        }
    }

    /// Whether the file's way ends here.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Received | Self::Processing)
    }
}

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for FileState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|state| state.as_str()).collect();
            format!("no such state; it is one of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_stable_and_tells_versions_apart() {
        let id = FileId::new("inbox", "a/b.csv", "null");
        assert_eq!(id.as_str().len(), 32);
        assert_eq!(id, FileId::new("inbox", "a/b.csv", "null"));
        assert_ne!(id, FileId::new("inbox", "a/b.csv", "v2"));
        assert_ne!(FileId::new("a", "bc", "d"), FileId::new("ab", "c", "d"));
    }

    #[test]
    fn states_read_back_from_their_names() {
        for state in FileState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert_eq!(serde_json::to_value(state).expect("serialises"), state.as_str());
        }
    }
}
