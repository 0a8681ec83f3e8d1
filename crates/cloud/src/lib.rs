//! What the pipeline asks of the cloud, one trait a capability, each with its AWS adapter and a store in memory that
//! works the same; the functions' configuration; and the ledger.

pub mod alarms;
mod cause;
mod clock;
pub mod config;
mod connect;
pub mod contracts;
mod error;
mod executions;
mod failures;
pub mod lambda;
pub mod ledger;
pub mod objects;
pub mod subject;
pub mod testing;
mod topic;
pub mod why;

pub use alarms::{AskAlarms, CloudWatchAlarms, DrawAlarms, MemoryAlarms};
pub use cause::readable;
pub use clock::{Clock, FixedClock, SystemClock};
pub use connect::{AwsOptions, connect, s3_client};
pub use contracts::{
    ContractRegistry, ContractStore, Contracts, FIRST_PUBLISHED, InvalidContract, MAX_CONTRACT_BYTES,
    OverlappingContract,
};
pub use error::{CloudError, ErrorKind, is_retryable};
pub use executions::{ExecutionSummary, Executions, MemoryExecutions, Started, StepFunctions, WatchExecutions};
pub use ledger::{DynamoLedger, FileRecord, MemoryLedger};
pub use objects::{MemoryObjects, S3Objects};
pub use topic::{MemoryTopic, Notice, SnsTopic, Topic};
