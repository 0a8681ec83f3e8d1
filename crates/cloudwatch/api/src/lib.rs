//! CloudWatch's API: calls and answers as JSON, with the members that the API reference names. Times are seconds since
//! the Unix epoch, as numbers.
//!
//! A member that is not supported is refused by name.

mod alarm_filter;
mod alarms;
mod dashboards;
mod data;
mod error;
mod history;
mod image;
mod input;
pub mod logs;
mod metric_data;
mod metrics;
mod paging;
mod statistics;

pub use error::ApiError;

use serde_json::Value;

use self::{input::Input, paging::Page};
use atalaya_cloudwatch::CloudWatch;
use atalaya_cloudwatch_dashboard::Dashboards;

/// What can be called.
pub const OPERATIONS: [&str; 15] = [
    "PutMetricData",
    "GetMetricData",
    "GetMetricStatistics",
    "ListMetrics",
    "DescribeAlarms",
    "DescribeAlarmsForMetric",
    "DescribeAlarmHistory",
    "SetAlarmState",
    "EnableAlarmActions",
    "DisableAlarmActions",
    "PutDashboard",
    "GetDashboard",
    "ListDashboards",
    "DeleteDashboards",
    "GetMetricWidgetImage",
];

/// Answers a call at the time of the library's clock. What it brings about is told by the next
/// [`CloudWatch::advance_to`].
///
/// # Errors
/// As the real service's, by code; and `UnsupportedOperation` for what is not in [`OPERATIONS`].
pub fn call(
    cloudwatch: &mut CloudWatch,
    dashboards: &mut Dashboards,
    operation: &str,
    input: &Value,
) -> Result<Value, ApiError> {
    match operation {
        "PutMetricData" => metrics::put(cloudwatch, input),
        "ListMetrics" => metrics::list(cloudwatch, input),
        "GetMetricData" => data::get(cloudwatch, input),
        "GetMetricStatistics" => statistics::get(cloudwatch, input),
        "DescribeAlarms" => alarms::describe(cloudwatch, input),
        "DescribeAlarmsForMetric" => alarms::describe_for_metric(cloudwatch, input),
        "DescribeAlarmHistory" => history::describe(cloudwatch, input),
        "SetAlarmState" => alarms::set_state(cloudwatch, input),
        "EnableAlarmActions" => alarms::set_actions(cloudwatch, input, true),
        "DisableAlarmActions" => alarms::set_actions(cloudwatch, input, false),
        "PutDashboard" => dashboards::put(dashboards, input, cloudwatch.now()),
        "GetDashboard" => dashboards::get(cloudwatch.account(), dashboards, input),
        "ListDashboards" => dashboards::list(cloudwatch.account(), dashboards, input),
        "DeleteDashboards" => dashboards::delete(dashboards, input),
        "GetMetricWidgetImage" => image::get(cloudwatch, input),
        other => Err(ApiError::unsupported(other, &OPERATIONS)),
    }
}

#[cfg(test)]
mod tests;
