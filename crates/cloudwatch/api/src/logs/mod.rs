//! The queries of CloudWatch Logs' API: calls and answers as JSON, with the members that the API reference names.
//!
//! A query is done when `StartQuery` answers. A member that is not supported is refused by name.

mod error;
mod query;
mod service;

pub use error::ApiError;

use serde_json::Value;

pub use service::LogsService;

/// What can be called.
pub const OPERATIONS: [&str; 4] = ["StartQuery", "GetQueryResults", "StopQuery", "DescribeQueries"];

/// Answers a call at the time of the service's clock.
///
/// # Errors
/// As the real service's, by code; and `UnsupportedOperation` for what is not in [`OPERATIONS`].
pub fn call(service: &mut LogsService, operation: &str, input: &Value) -> Result<Value, ApiError> {
    match operation {
        "StartQuery" => query::start(service, input),
        "GetQueryResults" => query::results(service, input),
        "StopQuery" => query::stop(service, input),
        "DescribeQueries" => query::describe(service, input),
        other => Err(ApiError::unsupported(other)),
    }
}

#[cfg(test)]
mod tests;
