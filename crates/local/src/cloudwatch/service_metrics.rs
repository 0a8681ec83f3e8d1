//! The metrics of AWS's own services that the local AWS measures, as CloudWatch names them.

use atalaya_cloudwatch::Unit;

/// When a metric has a data point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Whenever something is told, be it 0.
    Told,
    /// Only when there is something to count: nothing at all means 0, and the alarm sees missing data.
    NonZero,
    /// Whenever something is told, and 0 in each minute in which the resource is in use.
    EachMinute,
}

/// What a metric's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Things that happened, or what was measured when they did.
    Event,
    /// How many there are, told once in each minute at least.
    Gauge,
    /// How old something is, in seconds of CloudWatch's clock; otherwise a gauge.
    Age,
}

/// A metric of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceMetric {
    /// Such as `AWS/Lambda`.
    pub namespace: &'static str,
    /// Such as `Errors`.
    pub name: &'static str,
    /// Unit of its values.
    pub unit: Unit,
    /// The sets of dimensions under which it is told; each makes a metric of its own.
    pub dimensions: &'static [&'static [&'static str]],
    /// Whether each value is told once more without dimensions.
    pub has_total: bool,
    /// What its values are.
    pub kind: Kind,
    /// When it has a data point.
    pub presence: Presence,
}

type Sets = &'static [&'static [&'static str]];

const NO_DIMENSIONS: Sets = &[&[]];
const FUNCTION: Sets = &[&["FunctionName"]];
const FUNCTION_OR_NONE: Sets = &[&["FunctionName"], &[]];
const QUEUE: Sets = &[&["QueueName"]];
const MACHINE: Sets = &[&["StateMachineArn"]];
/// Account-wide, of one of the service's own limits: here only of `StateTransition`.
const SERVICE_METRIC: Sets = &[&["ServiceMetric"]];
const TOPIC: Sets = &[&["TopicName"]];
/// Rules of the default bus are told by their names alone.
const RULE: Sets = &[&["RuleName"], &["EventBusName", "RuleName"]];
const TABLE: Sets = &[&["TableName"]];
const TABLE_OR_INDEX: Sets = &[&["TableName"], &["TableName", "GlobalSecondaryIndexName"]];
const OPERATION: Sets = &[&["TableName", "Operation"]];
const LOG_GROUP: Sets = &[&["LogGroupName"]];

const fn event(namespace: &'static str, name: &'static str, unit: Unit, dimensions: Sets) -> ServiceMetric {
    let (kind, presence) = (Kind::Event, Presence::Told);
    ServiceMetric { namespace, name, unit, dimensions, has_total: false, kind, presence }
}

impl ServiceMetric {
    const fn and_total(self) -> Self {
        Self { has_total: true, ..self }
    }

    const fn if_not_zero(self) -> Self {
        Self { presence: Presence::NonZero, ..self }
    }

    const fn each_minute(self) -> Self {
        Self { presence: Presence::EachMinute, ..self }
    }

    const fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Whether it is told under these dimensions.
    #[must_use]
    pub fn has_dimensions<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> bool {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        let is_same = |set: &&[&str]| {
            let mut set = set.to_vec();
            set.sort_unstable();
            set == names
        };
        (names.is_empty() && self.has_total) || self.dimensions.iter().any(is_same)
    }
}

const fn lambda(name: &'static str, unit: Unit) -> ServiceMetric {
    event("AWS/Lambda", name, unit, FUNCTION).and_total()
}

const fn sqs(name: &'static str, unit: Unit) -> ServiceMetric {
    event("AWS/SQS", name, unit, QUEUE)
}

const fn states(name: &'static str, unit: Unit) -> ServiceMetric {
    event("AWS/States", name, unit, MACHINE)
}

const fn sns(name: &'static str, unit: Unit) -> ServiceMetric {
    event("AWS/SNS", name, unit, TOPIC).if_not_zero()
}

const fn events(name: &'static str) -> ServiceMetric {
    event("AWS/Events", name, Unit::Count, RULE).and_total().if_not_zero()
}

const fn dynamodb(name: &'static str, unit: Unit, dimensions: Sets) -> ServiceMetric {
    event("AWS/DynamoDB", name, unit, dimensions).if_not_zero()
}

/// Every metric of AWS's services that the local AWS measures. Each service's own guide lists its metrics in the chapter
/// on monitoring with CloudWatch; an alarm on another metric of AWS's sees missing data here.
pub const SERVICE_METRICS: &[ServiceMetric] = &[
    lambda("Invocations", Unit::Count),
    // 0 for each success, so that the average is the share of errors.
    lambda("Errors", Unit::Count),
    // Not published: that throttles are told as 0 with each invocation, as the errors are.
    lambda("Throttles", Unit::Count),
    lambda("Duration", Unit::Milliseconds),
    event("AWS/Lambda", "ConcurrentExecutions", Unit::Count, FUNCTION_OR_NONE),
    lambda("AsyncEventsReceived", Unit::Count),
    lambda("AsyncEventAge", Unit::Milliseconds),
    lambda("AsyncEventsDropped", Unit::Count).if_not_zero(),
    lambda("DeadLetterErrors", Unit::Count).if_not_zero(),
    lambda("DestinationDeliveryFailures", Unit::Count).if_not_zero(),
    sqs("NumberOfMessagesSent", Unit::Count).each_minute(),
    sqs("NumberOfMessagesReceived", Unit::Count).each_minute(),
    sqs("NumberOfMessagesDeleted", Unit::Count).each_minute(),
    sqs("NumberOfEmptyReceives", Unit::Count).each_minute(),
    sqs("SentMessageSize", Unit::Bytes),
    sqs("ApproximateNumberOfMessagesVisible", Unit::Count).of_kind(Kind::Gauge),
    sqs("ApproximateNumberOfMessagesNotVisible", Unit::Count).of_kind(Kind::Gauge),
    sqs("ApproximateNumberOfMessagesDelayed", Unit::Count).of_kind(Kind::Gauge),
    sqs("ApproximateAgeOfOldestMessage", Unit::Seconds).of_kind(Kind::Age),
    // Told twice: 1 at the start and 0 at the end of an execution.
    states("ExecutionsStarted", Unit::Count),
    // Not published: that the end of an execution tells each outcome, the one that came as 1 and the others as 0.
    states("ExecutionsSucceeded", Unit::Count),
    states("ExecutionsFailed", Unit::Count),
    states("ExecutionsTimedOut", Unit::Count),
    states("ExecutionsAborted", Unit::Count),
    states("ExecutionThrottled", Unit::Count),
    states("ExecutionTime", Unit::Milliseconds),
    // What a standard workflow's bill counts: the guide calls it requests per second, and its sum is how many there were.
    event("AWS/States", "ConsumedCapacity", Unit::Count, SERVICE_METRIC),
    sns("NumberOfMessagesPublished", Unit::Count),
    sns("PublishSize", Unit::Bytes),
    sns("NumberOfNotificationsDelivered", Unit::Count),
    sns("NumberOfNotificationsFailed", Unit::Count),
    sns("NumberOfNotificationsFilteredOut", Unit::Count),
    sns("NumberOfNotificationsFilteredOut-NoMessageAttributes", Unit::Count),
    sns("NumberOfNotificationsFilteredOut-InvalidMessageBody", Unit::Count),
    sns("NumberOfNotificationsRedrivenToDlq", Unit::Count),
    sns("NumberOfNotificationsFailedToRedriveToDlq", Unit::Count),
    events("MatchedEvents"),
    events("TriggeredRules"),
    events("Invocations"),
    events("FailedInvocations"),
    events("InvocationsSentToDlq"),
    events("InvocationsFailedToBeSentToDlq"),
    event("AWS/Events", "PutEventsEntriesCount", Unit::Count, NO_DIMENSIONS),
    event("AWS/Events", "PutEventsFailedEntriesCount", Unit::Count, NO_DIMENSIONS).if_not_zero(),
    dynamodb("SuccessfulRequestLatency", Unit::Milliseconds, OPERATION),
    dynamodb("SystemErrors", Unit::Count, OPERATION),
    dynamodb("ThrottledRequests", Unit::Count, OPERATION),
    dynamodb("ReadThrottleEvents", Unit::Count, TABLE_OR_INDEX),
    dynamodb("WriteThrottleEvents", Unit::Count, TABLE_OR_INDEX),
    dynamodb("ConditionalCheckFailedRequests", Unit::Count, TABLE),
    // The table's without its global indexes, each of which is told under its own name: the guide can be read in either
    // way, but capacities are provisioned, throttled and scaled apart.
    dynamodb("ConsumedReadCapacityUnits", Unit::Count, TABLE_OR_INDEX),
    dynamodb("ConsumedWriteCapacityUnits", Unit::Count, TABLE_OR_INDEX),
    dynamodb("UserErrors", Unit::Count, NO_DIMENSIONS),
    event("AWS/Logs", "IncomingLogEvents", Unit::None, LOG_GROUP),
    event("AWS/Logs", "IncomingBytes", Unit::Bytes, LOG_GROUP),
];

/// The metric of this name, if it is measured.
#[must_use]
pub fn service_metric(namespace: &str, name: &str) -> Option<&'static ServiceMetric> {
    SERVICE_METRICS.iter().find(|metric| metric.name == name && metric.namespace == namespace)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_metric_stands_once() {
        let names: BTreeSet<_> = SERVICE_METRICS.iter().map(|metric| (metric.namespace, metric.name)).collect();
        assert_eq!(names.len(), SERVICE_METRICS.len());
    }

    #[test]
    fn a_metric_is_told_under_its_own_dimensions_only() {
        let invocations = service_metric("AWS/Events", "Invocations").expect("it is measured");
        assert!(invocations.has_dimensions(["RuleName", "EventBusName"]));
        assert!(invocations.has_dimensions(["RuleName"]));
        assert!(invocations.has_dimensions([]));
        assert!(!invocations.has_dimensions(["EventBusName"]));
        let sent = service_metric("AWS/SQS", "NumberOfMessagesSent").expect("it is measured");
        assert!(!sent.has_dimensions([]));
        assert_eq!(service_metric("AWS/SQS", "Invocations"), None);
    }
}
