//! AWS's own bad days, for drills: calls of an operation that the endpoint answers with an error, or late.

use std::time::Duration;

use serde::Serialize;

/// A service whose calls can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
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

/// One fault.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EndpointFault {
    service: FaultyService,
    operation: String,
    error: Option<EndpointError>,
    /// Seconds.
    delay: f64,
    times: Option<u32>,
    /// Only calls about this bucket.
    bucket: Option<String>,
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
            bucket: Some(bucket.to_owned()),
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

    fn new(service: FaultyService, operation: &str, error: Option<EndpointError>, delay: Duration) -> Self {
        // A refusal costs its caller nothing but the call; a transition is tried again after a pause.
        let delay = if error.is_none() || service == FaultyService::States { delay } else { Duration::ZERO };
        let (operation, delay) = (operation.to_owned(), delay.as_secs_f64());
        Self { service, operation, error, delay, times: None, bucket: None, without: None }
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
            "bucket": null, "without": null,
        });
        assert_eq!(told(throttled), expected);
        let statement = RoleStatement { role: "r".to_owned(), policy: "p".to_owned(), sid: "Write".to_owned() };
        let denied = told(EndpointFault::denied_without(statement, "PutObject", "curated"));
        assert_eq!((&denied["bucket"], &denied["error"]["status"]), (&"curated".into(), &403.into()));
        assert_eq!(denied["without"], serde_json::json!({"role": "r", "policy": "p", "sid": "Write"}));
        let late = told(EndpointFault::late(FaultyService::S3, "GetObject", Duration::from_millis(1500)));
        assert_eq!((&late["delay"], &late["error"], &late["times"]), (&1.5.into(), &().into(), &().into()));
        assert_eq!(told(EndpointFault::throttled(FaultyService::States, "StateTransition"))["delay"], 0.5);
    }
}
