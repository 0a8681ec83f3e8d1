//! What the pipeline asks of the cloud, one trait a capability, each with its AWS adapter and a store in memory that
//! works the same; the functions' configuration; and the ledger.
#![doc = include_str!("../README.md")]

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
pub mod time;
mod topic;
pub mod why;

pub use alarms::{AskAlarms, CloudWatchAlarms, DrawAlarms, MemoryAlarms};
pub use aws_config::SdkConfig;
pub use cause::readable;
pub use clock::{Clock, FixedClock, SystemClock};
pub use connect::{AwsOptions, bucket_names, connect, connect_stand_in};
pub use contracts::{
    ContractRegistry, ContractStore, Contracts, FIRST_PUBLISHED, InvalidContract, MAX_CONTRACT_BYTES,
    OverlappingContract,
};
pub use error::{CloudError, ErrorKind, Found, SdkResult, is_retryable};
pub use executions::{ExecutionSummary, Executions, MemoryExecutions, Started, StepFunctions, WatchExecutions};
pub use ledger::{DynamoLedger, FileRecord, MemoryLedger};
pub use objects::{MemoryObjects, S3Objects};
pub use topic::{MemoryTopic, Notice, SnsTopic, Topic};
