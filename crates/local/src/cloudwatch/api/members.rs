//! What values stand for in CloudWatch's answers, by the member that holds them (its API model, 2010-08-01).

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As a moment.
    Timestamp,
    /// As a double, whole or not.
    Double,
    /// As bytes, which JSON writes in base64.
    Blob,
    /// As what it is.
    Other,
}

/// The members that hold moments, alone or in lists.
const TIMESTAMPS: [&str; 10] = [
    "AlarmConfigurationUpdatedTimestamp",
    "EndDate",
    "EndTime",
    "LastModified",
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

/// The member that holds bytes.
const BLOB: &str = "MetricWidgetImage";

/// The kind of a member's values.
pub(super) fn kind(member: &str) -> Kind {
    if TIMESTAMPS.contains(&member) {
        Kind::Timestamp
    } else if DOUBLES.contains(&member) {
        Kind::Double
    } else if member == BLOB {
        Kind::Blob
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
const SHAPES: [(&str, &str); 8] = [
    ("InternalServiceError", "InternalServiceFault"),
    ("InvalidFormat", "InvalidFormatFault"),
    ("InvalidParameterInput", "DashboardInvalidInputError"),
    ("InvalidParameterCombination", "InvalidParameterCombinationException"),
    ("InvalidParameterValue", "InvalidParameterValueException"),
    ("LimitExceeded", "LimitExceededFault"),
    ("MissingParameter", "MissingRequiredParameterException"),
    ("ValidationError", "ValidationException"),
];

/// What is not there has the same code everywhere, but a shape of its own where a dashboard is asked for.
const NO_DASHBOARD: (&str, &str) = ("ResourceNotFound", "DashboardNotFoundError");

/// Code and shape of an operation's error that is named by either of them.
pub(super) fn error_names<'a>(operation: &str, name: &'a str) -> (&'a str, &'a str) {
    let has_name = |(code, shape): &(&str, &str)| name == *code || name == *shape;
    if operation.contains("Dashboard") && has_name(&NO_DASHBOARD) {
        return NO_DASHBOARD;
    }
    SHAPES.into_iter().find(has_name).unwrap_or((name, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_found_by_its_code_and_by_its_shape() {
        let limit = ("LimitExceeded", "LimitExceededFault");
        assert_eq!(error_names("PutMetricAlarm", limit.0), limit);
        assert_eq!(error_names("PutMetricAlarm", limit.1), limit);
        assert_eq!(error_names("GetDashboard", "ResourceNotFound").1, "DashboardNotFoundError");
        assert_eq!(error_names("SetAlarmState", "ResourceNotFound").1, "ResourceNotFound");
    }
}
