//! What numbers stand for in CloudWatch's answers, by the member that holds them (its API model, 2010-08-01).

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As a moment.
    Timestamp,
    /// As a double, whole or not.
    Double,
    /// As what it is.
    Other,
}

/// The members that hold moments, alone or in lists.
const TIMESTAMPS: [&str; 9] = [
    "AlarmConfigurationUpdatedTimestamp",
    "EndDate",
    "EndTime",
    "StartDate",
    "StartTime",
    "StateTransitionedTimestamp",
    "StateUpdatedTimestamp",
    "Timestamp",
    "Timestamps",
];

/// The members that hold doubles, alone, in lists or in maps.
const DOUBLES: [&str; 8] =
    ["Average", "ExtendedStatistics", "Maximum", "Minimum", "SampleCount", "Sum", "Threshold", "Values"];

/// The kind of a member's numbers.
pub(super) fn kind(member: &str) -> Kind {
    if TIMESTAMPS.contains(&member) {
        Kind::Timestamp
    } else if DOUBLES.contains(&member) {
        Kind::Double
    } else {
        Kind::Other
    }
}

/// The operations that answer with an empty body.
const SILENT: [&str; 7] = [
    "DeleteAlarms",
    "DisableAlarmActions",
    "EnableAlarmActions",
    "PutCompositeAlarm",
    "PutMetricAlarm",
    "PutMetricData",
    "SetAlarmState",
];

/// Whether an operation has an answer.
pub(super) fn answers(operation: &str) -> bool {
    !SILENT.contains(&operation)
}

/// Errors whose shape is not named like their code, and their codes.
const SHAPES: [(&str, &str); 7] = [
    ("InternalServiceError", "InternalServiceFault"),
    ("InvalidFormat", "InvalidFormatFault"),
    ("InvalidParameterCombination", "InvalidParameterCombinationException"),
    ("InvalidParameterValue", "InvalidParameterValueException"),
    ("LimitExceeded", "LimitExceededFault"),
    ("MissingParameter", "MissingRequiredParameterException"),
    ("ValidationError", "ValidationException"),
];

/// Code and shape of an error that is named by either of them.
pub(super) fn error_names(name: &str) -> (&str, &str) {
    SHAPES.into_iter().find(|(code, shape)| name == *code || name == *shape).unwrap_or((name, name))
}
