//! The one error of every capability, and the one function that decides what is worth another try.

use std::{error::Error, fmt::Write as _};

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// Why a call failed, as far as the caller has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The thing does not exist.
    NotFound,
    /// A condition of the write does not hold; repeating the call cannot change that.
    Conflict,
    /// Another call on the same thing is in flight.
    InFlight,
    /// The service asks for fewer calls.
    Throttled,
    /// The service failed, or its answer was cut short.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Connection,
    /// Credentials or permissions are missing.
    Denied,
    /// The service understood the call and refuses it.
    Invalid,
    /// What is stored cannot be read: an item or a contract that is not what it should be.
    Corrupt,
}

/// Whether the same call may succeed later. Everything else is permanent and goes to the failed path at once.
#[must_use]
pub const fn is_retryable(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::InFlight
        | ErrorKind::Throttled
        | ErrorKind::Unavailable
        | ErrorKind::Timeout
        | ErrorKind::Connection => true,
        ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::Denied | ErrorKind::Invalid | ErrorKind::Corrupt => {
            false
        }
    }
}

/// A call that failed: what was attempted on what, and why.
#[derive(Debug, thiserror::Error)]
#[error("{action}: {message}")]
pub struct CloudError {
    /// Why, in one word.
    pub kind: ErrorKind,
    /// The operation and its target, such as `GetObject s3://bucket/key`.
    pub action: String,
    /// Why, in a sentence.
    pub message: String,
    /// The error underneath.
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl CloudError {
    /// An error without another underneath.
    #[must_use]
    pub fn new(kind: ErrorKind, action: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, action: action.into(), message: message.into(), source: None }
    }

    /// An error that stems from `source`, whose text becomes the message.
    #[must_use]
    pub fn caused_by(
        kind: ErrorKind,
        action: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let source = source.into();
        Self { kind, action: action.into(), message: sentence(&*source), source: Some(source) }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        is_retryable(self.kind)
    }

    /// Whether the thing does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind == ErrorKind::NotFound
    }

    /// Wraps what an AWS client returned for `action`.
    pub(crate) fn from_sdk<E>(error: SdkError<E, HttpResponse>, action: impl Into<String>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let kind = kind_of(&error);
        let message = match error.as_service_error() {
            Some(service) => match (service.code(), service.message()) {
                (Some(code), Some(text)) if !text.is_empty() => format!("{code}: {text}"),
                (Some(code), _) => code.to_owned(),
                (None, _) => error.raw_response().map_or_else(
                    || sentence(service),
                    |response| format!("the service answered with status {}", response.status().as_u16()),
                ),
            },
            None => sentence(&error),
        };
        Self { kind, action: action.into(), message, source: Some(error.into()) }
    }
}

/// An error's text with those underneath it, each said once.
fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            let _ = write!(text, ": {words}");
        }
        next = cause.source();
    }
    text
}

fn kind_of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> ErrorKind {
    match error {
        SdkError::TimeoutError(_) => ErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => ErrorKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_user() => ErrorKind::Invalid,
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.as_other().is_some() => ErrorKind::Connection,
        // What remains of these is credentials that could not be had.
        SdkError::DispatchFailure(_) => ErrorKind::Denied,
        SdkError::ResponseError(_) => ErrorKind::Unavailable,
        SdkError::ServiceError(service) => kind_of_answer(service.err().code(), service.raw().status().as_u16()),
        _ => ErrorKind::Invalid,
    }
}

/// What a service's answer means; the code says more than the status where there is one.
fn kind_of_answer(code: Option<&str>, status: u16) -> ErrorKind {
    match code.unwrap_or_default() {
        "ConditionalCheckFailedException" | "PreconditionFailed" | "ExecutionAlreadyExists" => ErrorKind::Conflict,
        "ConditionalRequestConflict"
        | "OperationAborted"
        | "TransactionConflictException"
        | "TransactionInProgressException"
        | "ConflictException" => ErrorKind::InFlight,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "Throttled"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "ProvisionedThroughputExceededException"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "ExecutionLimitExceeded"
        | "SlowDown" => ErrorKind::Throttled,
        "RequestTimeout" | "RequestTimeoutException" => ErrorKind::Timeout,
        "InternalError"
        | "InternalFailure"
        | "InternalServerError"
        | "InternalErrorException"
        | "ServiceUnavailable" => ErrorKind::Unavailable,
        "NoSuchKey"
        | "NoSuchVersion"
        | "NoSuchBucket"
        | "NoSuchUpload"
        | "NotFound"
        | "NotFoundException"
        | "ResourceNotFoundException"
        | "ExecutionDoesNotExist"
        | "StateMachineDoesNotExist" => ErrorKind::NotFound,
        "AccessDenied"
        | "AccessDeniedException"
        | "AuthorizationErrorException"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "ExpiredToken"
        | "ExpiredTokenException" => ErrorKind::Denied,
        _ => match status {
            404 | 405 | 410 => ErrorKind::NotFound,
            401 | 403 => ErrorKind::Denied,
            408 => ErrorKind::Timeout,
            409 => ErrorKind::InFlight,
            412 => ErrorKind::Conflict,
            429 => ErrorKind::Throttled,
            500.. => ErrorKind::Unavailable,
            _ => ErrorKind::Invalid,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_more_than_its_status() {
        // DynamoDB answers throttling and failed conditions with 400, S3 a slow-down with 503.
        for (code, status, kind, again) in [
            (Some("ProvisionedThroughputExceededException"), 400, ErrorKind::Throttled, true),
            (Some("ConditionalCheckFailedException"), 400, ErrorKind::Conflict, false),
            (Some("SlowDown"), 503, ErrorKind::Throttled, true),
            (Some("ConditionalRequestConflict"), 409, ErrorKind::InFlight, true),
            (Some("PreconditionFailed"), 412, ErrorKind::Conflict, false),
            (Some("NoSuchVersion"), 404, ErrorKind::NotFound, false),
            (Some("MethodNotAllowed"), 405, ErrorKind::NotFound, false),
            (Some("ValidationException"), 400, ErrorKind::Invalid, false),
            (Some("AccessDeniedException"), 400, ErrorKind::Denied, false),
            (Some("SomethingNew"), 502, ErrorKind::Unavailable, true),
            (None, 500, ErrorKind::Unavailable, true),
            (None, 429, ErrorKind::Throttled, true),
            (None, 404, ErrorKind::NotFound, false),
        ] {
            assert_eq!(kind_of_answer(code, status), kind, "{code:?} {status}");
            assert_eq!(is_retryable(kind), again, "{kind:?}");
        }
    }

    #[test]
    fn an_error_names_what_was_attempted_and_says_each_cause_once() {
        let io = std::io::Error::other("connection reset");
        let error = CloudError::caused_by(ErrorKind::Connection, "GetObject s3://b/k", io);
        assert_eq!(error.to_string(), "GetObject s3://b/k: connection reset");
        assert!(error.is_retryable());
    }
}
