//! Why a call was refused.

use atalaya_cloudwatch::{DatumError, QueryError, alarm::AlarmError};

/// A call that CloudWatch refuses, or that is not part of this library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The error's code: `ResourceNotFound`, `InvalidParameterValue`, `InvalidParameterCombination`,
    /// `InvalidParameterInput`, `MissingParameter`, `InvalidNextToken` or `UnsupportedOperation`.
    pub code: &'static str,
    /// What is wrong, where, and what is expected.
    pub message: String,
}

impl ApiError {
    pub(super) fn value(message: impl Into<String>) -> Self {
        Self { code: "InvalidParameterValue", message: message.into() }
    }

    pub(super) fn combination(message: impl Into<String>) -> Self {
        Self { code: "InvalidParameterCombination", message: message.into() }
    }

    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self { code: "MissingParameter", message: message.into() }
    }

    pub(super) fn next_token(message: impl Into<String>) -> Self {
        Self { code: "InvalidNextToken", message: message.into() }
    }

    pub(super) fn not_found(alarm: &str) -> Self {
        Self { code: "ResourceNotFound", message: format!("there is no alarm `{alarm}`") }
    }

    pub(super) fn unsupported(operation: &str, supported: &[&str]) -> Self {
        let message = format!("`{operation}` is not supported; supported are {}", supported.join(", "));
        Self { code: "UnsupportedOperation", message }
    }
}

impl From<AlarmError> for ApiError {
    fn from(error: AlarmError) -> Self {
        Self::value(error.to_string())
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        Self::value(error.to_string())
    }
}

impl From<DatumError> for ApiError {
    fn from(error: DatumError) -> Self {
        Self::value(error.to_string())
    }
}
