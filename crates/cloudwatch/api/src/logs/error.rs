//! Why a call was refused.

use std::ops::Range;

use serde_json::{Value, json};

use super::OPERATIONS;
use atalaya_cloudwatch_insights::InsightsError;

/// A call that CloudWatch Logs refuses, or that is not part of this library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The error's code: `MalformedQueryException`, `ResourceNotFoundException`, `InvalidParameterException`,
    /// `LimitExceededException` or `UnsupportedOperation`.
    pub code: &'static str,
    /// What is wrong, where, and what is expected.
    pub message: String,
    /// The characters of a malformed query that are wrong, from 0.
    pub characters: Option<Range<usize>>,
}

impl ApiError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), characters: None }
    }

    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::new("LimitExceededException", message)
    }

    pub(super) fn unsupported(operation: &str) -> Self {
        let message = format!("`{operation}` is not supported; supported are {}", OPERATIONS.join(", "));
        Self::new("UnsupportedOperation", message)
    }

    /// The body of the answer in the protocol awsJson1.1.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = json!({"__type": self.code, "message": self.message});
        if let Some(characters) = &self.characters {
            let location = json!({"startCharOffset": characters.start, "endCharOffset": characters.end});
            body["queryCompileError"] = json!({"location": location, "message": self.message});
        }
        body
    }
}

impl From<InsightsError> for ApiError {
    fn from(error: InsightsError) -> Self {
        let characters = error.location.as_ref().map(|location| location.characters.clone());
        match characters {
            Some(_) => Self { code: "MalformedQueryException", message: error.to_string(), characters },
            None => Self::parameter(error.to_string()),
        }
    }
}

/// A member of the input that is wrong: CloudWatch Logs has one code for all of them.
impl From<crate::ApiError> for ApiError {
    fn from(error: crate::ApiError) -> Self {
        Self::parameter(error.message)
    }
}
