//! What operators' commands ask of AWS beyond the pipeline's own calls: a client a service, which answers in types of
//! this workspace and fails with the one [`CloudError`](atalaya_cloud::CloudError).
//!
//! It is a crate of its own, so that no function of the pipeline builds the clients that only operators need.

pub mod cloudwatch;
pub mod executions;
pub mod functions;
mod identity;
pub mod logs;
pub mod queues;
pub mod roles;
pub mod rules;
pub mod stacks;
#[cfg(test)]
mod testing;
pub mod topics;

pub use identity::caller_arn;
