//! Why a file could not be brought to an outcome. A file that breaks its contract is no error: it is rejected.

use atalaya_cloud::{CloudError, lambda::FunctionError};
use atalaya_contract::{ContractRef, FileId, FileRef, FileState};
use atalaya_engine::{EngineError, PlanError};

/// Type of an error after which the same call may succeed.
pub const RETRYABLE: &str = "Retryable";
/// Type of an error that stays.
pub const PERMANENT: &str = "Permanent";

/// Why an attempt ended without an outcome.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The request names no feed.
    #[error("the request names no dataset and no contract; only a file that a contract claims can be processed")]
    Unrouted,
    /// The object is gone.
    #[error(
        "s3://{bucket}/{key} is gone at version {version}: it was deleted before it could be read; send the file again",
        bucket = .file.bucket, key = .file.key, version = .file.version_id
    )]
    Gone {
        /// The file.
        file: Box<FileRef>,
        /// What the store said.
        source: CloudError,
    },
    /// The contract cannot be had at the version that claimed the file.
    #[error(
        "the contract s3://{bucket}/{key} cannot be used at version {version}: {source}; publish it again and send the \
         file again",
        bucket = .contract.bucket, key = .contract.key, version = .contract.version_id
    )]
    Contract {
        /// The contract.
        contract: Box<ContractRef>,
        /// What the store said.
        source: CloudError,
    },
    /// The list of the rows that are to be judged again cannot be used.
    #[error(
        "the list of rejects {address} cannot be used: {source}; replay the whole file instead: atalaya replay {file_id}"
    )]
    RejectsList {
        /// Where the list lies.
        address: String,
        /// The file.
        file_id: FileId,
        /// What is wrong.
        source: CloudError,
    },
    /// The contract does not describe the dataset.
    #[error(
        "the contract {contract} has no feed of type s3 for the dataset {dataset}; publish it again and send the file again"
    )]
    NoFeed {
        /// `id` of the contract.
        contract: String,
        /// The dataset.
        dataset: String,
    },
    /// The contract cannot be compiled.
    #[error("the contract {contract} cannot be applied: {source}")]
    Plan {
        /// `id` of the contract.
        contract: String,
        /// Why.
        source: PlanError,
    },
    /// Another file with the same content has no outcome yet, and this file's depends on it.
    #[error("the same content is {state} as {key} ({file_id}), whose outcome decides this file's")]
    Waiting {
        /// The other file.
        file_id: FileId,
        /// Its key.
        key: String,
        /// Where it is on its way.
        state: FileState,
    },
    /// A newer attempt has taken over.
    #[error("attempt {attempt} of file {file_id} has taken over; this one ends without an outcome")]
    Superseded {
        /// The file.
        file_id: FileId,
        /// The newer attempt.
        attempt: u32,
    },
    /// The data plane failed; bad input is no such failure.
    #[error("the file could not be judged: {0}")]
    Engine(#[from] EngineError),
    /// A call failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl ProcessError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Waiting { .. } => true,
            Self::Contract { source, .. }
            | Self::Gone { source, .. }
            | Self::RejectsList { source, .. }
            | Self::Cloud(source) => source.is_retryable(),
            Self::Unrouted | Self::NoFeed { .. } | Self::Plan { .. } | Self::Superseded { .. } | Self::Engine(_) => {
                false
            }
        }
    }
}

impl FunctionError for ProcessError {
    fn error_type(&self) -> &'static str {
        if self.is_retryable() { RETRYABLE } else { PERMANENT }
    }
}
