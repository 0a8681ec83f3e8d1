//! The one error of every capability, and the one function that decides what is worth another try.

use std::{
    error::Error,
    fmt::{self, Write as _},
};

use aws_sdk_s3::{
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId as _,
};
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

/// What is underneath an error.
#[derive(Debug)]
struct Cause {
    service: Option<&'static str>,
    code: Option<String>,
    request_id: Option<String>,
    source: Box<dyn Error + Send + Sync>,
}

/// A call that failed: what was attempted on what, and why.
#[derive(Debug)]
pub struct CloudError {
    /// Why, in one word.
    pub kind: ErrorKind,
    /// The operation and its target, such as `GetObject s3://bucket/key`.
    pub action: String,
    /// Why, in a sentence: the service's code and text, or the whole chain of causes.
    pub message: String,
    /// The error underneath, and what a client knows of the call. In a box, so that results stay small.
    cause: Option<Box<Cause>>,
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.action, self.message)
    }
}

impl Error for CloudError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| &*cause.source as &(dyn Error + 'static))
    }
}

impl CloudError {
    /// An error without another underneath.
    #[must_use]
    pub fn new(kind: ErrorKind, action: impl Into<String>, message: impl Into<String>) -> Self {
        let (action, message) = (action.into(), message.into());
        Self { kind, action, message, cause: None }
    }

    /// An error that stems from `source`, whose text becomes the message.
    #[must_use]
    pub fn caused_by(
        kind: ErrorKind,
        action: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let source = source.into();
        let error = Self::new(kind, action, sentence(&*source));
        let cause = Cause { service: None, code: None, request_id: None, source };
        Self { cause: Some(Box::new(cause)), ..error }
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
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code).map(str::to_owned);
        let request_id = error.request_id().map(str::to_owned);
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
        let cause = Cause { service: service_of::<E>(), code, request_id, source: error.into() };
        Self { kind, action: action.into(), message, cause: Some(Box::new(cause)) }
    }

    /// The service that was called, such as `dynamodb`; nothing where the error is not of a call.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        self.cause.as_ref()?.service
    }

    /// The service's own code for it, such as `AccessDeniedException`; nothing where no service answered.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.cause.as_ref()?.code.as_deref()
    }

    /// The service's id of the request, for AWS's support; nothing where no service answered.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.cause.as_ref()?.request_id.as_deref()
    }

    /// The operation that failed, such as `GetObject`.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.action.split(' ').next().unwrap_or_default()
    }

    /// What the operation was called on, such as `s3://bucket/key`; nothing where it has no target.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.action.split_once(' ').map(|(_, resource)| resource)
    }

    /// Whether the service asks for fewer calls.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.kind == ErrorKind::Throttled
    }

    /// Whether credentials or permissions are missing.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.kind == ErrorKind::Denied
    }
}

/// The service that an SDK's error belongs to: its crate is named after it. For messages only, since Rust does not
/// promise how it writes the names of types.
fn service_of<E>() -> Option<&'static str> {
    std::any::type_name::<E>().strip_prefix("aws_sdk_")?.split("::").next()
}

/// The results of AWS's clients as results with a [`CloudError`].
pub trait SdkResult<T> {
    /// The same result; the error names the call: its operation and its target, such as
    /// `GetQueueAttributes atalaya-intake`.
    ///
    /// # Errors
    /// What the client returned.
    fn of_call<A: Into<String>>(self, action: impl FnOnce() -> A) -> Result<T, CloudError>;
}

impl<T, E> SdkResult<T> for Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn of_call<A: Into<String>>(self, action: impl FnOnce() -> A) -> Result<T, CloudError> {
        self.map_err(|error| CloudError::from_sdk(error, action()))
    }
}

/// A result whose "not found" is an answer.
pub trait Found<T> {
    /// Nothing where the thing does not exist.
    ///
    /// # Errors
    /// Every other failure.
    fn if_found(self) -> Result<Option<T>, CloudError>;
}

impl<T> Found<T> for Result<T, CloudError> {
    fn if_found(self) -> Result<Option<T>, CloudError> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
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
        | "ResourceNotFound"
        | "DashboardNotFoundError"
        | "NoSuchEntity"
        | "QueueDoesNotExist"
        | "AWS.SimpleQueueService.NonExistentQueue"
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
    use aws_sdk_dynamodb::{error::ErrorMetadata, operation::get_item::GetItemError};
    use aws_smithy_types::body::SdkBody;

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
            (Some("AWS.SimpleQueueService.NonExistentQueue"), 400, ErrorKind::NotFound, false),
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

    fn answered(status: u16, body: &'static str) -> SdkError<GetItemError, HttpResponse> {
        let mut response = HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(body));
        response.headers_mut().insert("x-amzn-requestid", "request-1");
        let meta = ErrorMetadata::builder().code("AccessDeniedException").message("User u (of o) may not").build();
        SdkError::service_error(GetItemError::generic(meta), response)
    }

    #[test]
    fn nothing_of_what_a_service_answers_is_lost() {
        let error = Err::<(), _>(answered(400, "{}")).of_call(|| "GetItem files/1").expect_err("it failed");
        assert_eq!(error.to_string(), "GetItem files/1: AccessDeniedException: User u (of o) may not");
        assert_eq!((error.kind, error.is_denied(), error.is_throttled()), (ErrorKind::Denied, true, false));
        assert_eq!(
            (error.service(), error.operation(), error.resource()),
            (Some("dynamodb"), "GetItem", Some("files/1"))
        );
        assert_eq!((error.code(), error.request_id()), (Some("AccessDeniedException"), Some("request-1")));
        assert!(error.source().is_some_and(|source| source.to_string() == "service error"));
    }

    #[test]
    fn what_does_not_exist_is_an_answer() {
        let failed = |kind| Err::<(), _>(CloudError::new(kind, "GetQueueUrl q", "no"));
        assert!(matches!(failed(ErrorKind::NotFound).if_found(), Ok(None)));
        assert!(failed(ErrorKind::Denied).if_found().is_err());
        assert!(matches!(Ok::<_, CloudError>(1).if_found(), Ok(Some(1))));
    }
}
