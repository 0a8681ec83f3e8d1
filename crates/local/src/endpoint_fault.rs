//! AWS's own bad days, for drills: calls of an operation that the endpoint answers with an error, or late.

use std::time::Duration;

use serde::Serialize;

/// A service whose calls can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultyService {
    /// DynamoDB, whoever calls it: functions, people, and Step Functions for its own steps.
    DynamoDb,
    /// EventBridge's calls, such as `PutEvents`.
    Events,
    /// S3; its operations are a method and `Object` or `Bucket`: `GetObject`, `PutObject`, `GetBucket` for lists.
    S3,
    /// SNS's calls, such as `Publish`.
    Sns,
    /// SQS's calls, such as `SendMessage`.
    Sqs,
    /// Step Functions; its one operation is `StateTransition`, which is held back as long as the fault lasts.
    States,
}

impl FaultyService {
    /// As the emulator names it.
    fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Events => "events",
            Self::S3 => "s3",
            Self::Sns => "sns",
            Self::Sqs => "sqs",
            Self::States => "states",
        }
    }
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EndpointFault {
    service: &'static str,
    operation: String,
    error: Option<EndpointError>,
    /// Seconds.
    delay: f64,
    times: Option<u32>,
    /// Of the calls, between 0 and 1.
    share: f64,
    /// Only calls about this bucket or function.
    resource: Option<String>,
    /// Only while this is not allowed.
    without: Option<RoleStatement>,
}

/// A statement of a role's inline policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleStatement {
    /// The role's name.
    pub role: String,
    /// The policy's name.
    pub policy: String,
    /// The statement's `Sid`.
    pub sid: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct EndpointError {
    code: &'static str,
    status: u16,
}

impl EndpointFault {
    /// Calls of the operation are refused because there are too many, as the service says it.
    #[must_use]
    pub fn throttled(service: FaultyService, operation: &str) -> Self {
        let (code, status) = match service {
            FaultyService::DynamoDb => ("ProvisionedThroughputExceededException", 400),
            FaultyService::S3 => ("SlowDown", 503),
            FaultyService::Sns => ("Throttled", 429),
            FaultyService::Sqs => ("RequestThrottled", 403),
            FaultyService::Events | FaultyService::States => ("ThrottlingException", 400),
        };
        Self::new(service, operation, Some(EndpointError { code, status }), THROTTLED_PAUSE)
    }

    /// The service fails to serve the operation, as it says so itself.
    #[must_use]
    pub fn internal(service: FaultyService, operation: &str) -> Self {
        let code = match service {
            FaultyService::DynamoDb => "InternalServerError",
            FaultyService::Events => "InternalException",
            FaultyService::S3 | FaultyService::Sns | FaultyService::Sqs | FaultyService::States => "InternalError",
        };
        Self::new(service, operation, Some(EndpointError { code, status: 500 }), Duration::ZERO)
    }

    /// Calls of the operation are answered well, but so much later.
    #[must_use]
    pub fn late(service: FaultyService, operation: &str, delay: Duration) -> Self {
        Self::new(service, operation, None, delay)
    }

    /// Calls of an operation on a bucket's objects are denied as long as a role's policy lacks the statement that allows
    /// them. The emulator asks no policy itself.
    #[must_use]
    pub fn denied_without(statement: RoleStatement, operation: &str, bucket: &str) -> Self {
        let error = EndpointError { code: "AccessDenied", status: 403 };
        Self {
            resource: Some(bucket.to_owned()),
            without: Some(statement),
            ..Self::new(FaultyService::S3, operation, Some(error), Duration::ZERO)
        }
    }

    /// The answer, good or bad, comes so much later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay: delay.as_secs_f64(), ..self }
    }

    /// Only the next so many calls of the operation meet it.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Lambda refuses this share of a function's calls, between 0 and 1, because there are too many; with 0.9 nine of
    /// ten, evenly. Whoever calls meets it: people, Step Functions, queues, rules and topics.
    #[must_use]
    pub fn throttled_function(function: &str, share: f64) -> Self {
        Self {
            service: "lambda",
            operation: "Invoke".to_owned(),
            error: Some(EndpointError { code: "TooManyRequestsException", status: 429 }),
            delay: 0.0,
            times: None,
            share: share.clamp(0.0, 1.0),
            resource: Some(function.to_owned()),
            without: None,
        }
    }

    fn new(service: FaultyService, operation: &str, error: Option<EndpointError>, delay: Duration) -> Self {
        // A refusal costs its caller nothing but the call; a transition is tried again after a pause.
        let delay = if error.is_none() || service == FaultyService::States { delay } else { Duration::ZERO };
        let (service, operation, delay) = (service.name(), operation.to_owned(), delay.as_secs_f64());
        Self { service, operation, error, delay, times: None, share: 1.0, resource: None, without: None }
    }
}

/// How long a transition that was held back waits for its next try.
const THROTTLED_PAUSE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_as_the_emulator_reads_it() {
        let told = |fault| serde_json::to_value(fault).expect("plain data");
        let throttled = EndpointFault::throttled(FaultyService::DynamoDb, "PutItem").times(3);
        let expected = serde_json::json!({
            "service": "dynamodb", "operation": "PutItem", "delay": 0.0, "times": 3,
            "error": {"code": "ProvisionedThroughputExceededException", "status": 400},
            "share": 1.0, "resource": null, "without": null,
        });
        assert_eq!(told(throttled), expected);
        let statement = RoleStatement { role: "r".to_owned(), policy: "p".to_owned(), sid: "Write".to_owned() };
        let denied = told(EndpointFault::denied_without(statement, "PutObject", "curated"));
        assert_eq!((&denied["resource"], &denied["error"]["status"]), (&"curated".into(), &403.into()));
        assert_eq!(denied["without"], serde_json::json!({"role": "r", "policy": "p", "sid": "Write"}));
        let late = told(EndpointFault::late(FaultyService::S3, "GetObject", Duration::from_millis(1500)));
        assert_eq!((&late["delay"], &late["error"], &late["times"]), (&1.5.into(), &().into(), &().into()));
        let busy = told(EndpointFault::throttled_function("f", 0.9));
        assert_eq!(
            (&busy["resource"], &busy["share"], &busy["error"]["status"]),
            (&"f".into(), &0.9.into(), &429.into())
        );
        assert_eq!(told(EndpointFault::throttled(FaultyService::States, "StateTransition"))["delay"], 0.5);
    }
}
