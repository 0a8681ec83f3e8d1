//! CloudWatch Logs Insights: the query language of log groups (CloudWatch Logs user guide, "CloudWatch Logs Insights
//! language query syntax"), over the events of [`crate::logs`].
//!
//! What is not supported is an error that names it, with its line and column.

mod answer;
mod discovery;
mod error;
mod function;
pub mod logs;
mod node;
mod order;
mod plan;
mod query;
mod run;
mod syntax;
mod value;

pub use answer::{Answer, Statistics, TimeSeries};
pub use error::{InsightsError, Location};
pub use query::{MOST_GROUPS, Query};
pub use run::DEFAULT_ROWS;

#[cfg(test)]
mod tests;
