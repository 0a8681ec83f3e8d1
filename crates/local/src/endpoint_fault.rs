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

    /// Only the next so many calls of the operation meet it.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    fn new(service: FaultyService, operation: &str, error: Option<EndpointError>, delay: Duration) -> Self {
        // A refusal costs its caller nothing but the call; a transition is tried again after a pause.
        let delay = if error.is_none() || service == FaultyService::States { delay } else { Duration::ZERO };
        Self { service, operation: operation.to_owned(), error, delay: delay.as_secs_f64(), times: None }
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
        });
        assert_eq!(told(throttled), expected);
        let late = told(EndpointFault::late(FaultyService::S3, "GetObject", Duration::from_millis(1500)));
        assert_eq!((&late["delay"], &late["error"], &late["times"]), (&1.5.into(), &().into(), &().into()));
        assert_eq!(told(EndpointFault::throttled(FaultyService::States, "StateTransition"))["delay"], 0.5);
    }
}
