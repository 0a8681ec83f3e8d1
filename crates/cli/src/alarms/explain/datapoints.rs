//! The points behind a metric alarm's state: those that its last change was decided on, and those since.

use atalaya_cloudwatch::QuerySource;
use atalaya_cloudwatch::alarm::{Comparison, MetricAlarm};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use atalaya_operations::cloudwatch::watched;

/// How CloudWatch writes a time in a reason's data.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.f%z";

/// A period as an evaluation saw it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Datapoint {
    /// The start of the period.
    pub(super) at: Timestamp,
    /// Its value; null where it had no data.
    pub(super) value: Option<f64>,
    /// Whether the value is beyond the threshold; null where there is none.
    pub(super) breaching: Option<bool>,
}

impl Datapoint {
    /// A point of a metric, judged by the alarm.
    pub(super) fn judged(at: Timestamp, value: Option<f64>, alarm: Option<(Comparison, f64)>) -> Self {
        let breaching = alarm.zip(value).map(|((comparison, threshold), value)| comparison.breaches(value, threshold));
        Self { at, value, breaching }
    }
}

/// What CloudWatch keeps as the data behind a reason (`StateReasonData`); not every state has them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ReasonData {
    threshold: Option<f64>,
    evaluated_datapoints: Vec<Evaluated>,
}

#[derive(Debug, Deserialize)]
struct Evaluated {
    timestamp: String,
    value: Option<f64>,
}

/// The points that the state was decided on, oldest first; none where CloudWatch tells none. They are judged by the
/// threshold of that time, which a later configuration may have changed.
pub(super) fn decided_on(reason_data: Option<&str>, alarm: Option<&MetricAlarm>) -> Vec<Datapoint> {
    let data: ReasonData = reason_data.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let rule = alarm.map(|alarm| (alarm.comparison, data.threshold.unwrap_or(alarm.threshold)));
    let time = |text: &str| jiff::fmt::strtime::parse(TIME, text).and_then(|time| time.to_timestamp()).ok();
    let point = |point: &Evaluated| Some(Datapoint::judged(time(&point.timestamp)?, point.value, rule));
    let mut points: Vec<_> = data.evaluated_datapoints.iter().filter_map(point).collect();
    points.sort_by_key(|point| point.at);
    points
}

/// The period of an alarm in seconds: all its metrics have the same.
pub(super) fn period(alarm: &MetricAlarm) -> u32 {
    let periods = watched(alarm).into_iter().filter_map(|query| match query.source {
        QuerySource::Metric(stat) => Some(stat.period),
        QuerySource::Expression { period, .. } => period,
    });
    periods.max().unwrap_or(60)
}

#[cfg(test)]
mod tests {
    use atalaya_cloudwatch::alarm::Alarm;

    use super::*;
    use crate::alarms::explain::tests::deployed;

    #[test]
    fn the_points_of_a_reason_are_read_and_judged() {
        let Ok(Alarm::Metric(alarm)) = deployed("a").definition else { panic!("a metric alarm") };
        let data = r#"{"version":"1.0","queryDate":"2026-01-05T08:00:10.000+0000","period":60,"threshold":5.0,
            "recentDatapoints":[8.0],"evaluatedDatapoints":[
            {"timestamp":"2026-01-05T07:59:00.000+0000","sampleCount":2.0,"value":8.0},
            {"timestamp":"2026-01-05T07:58:00.000+0000"},{"timestamp":"2026-01-05T07:57:00.000+0000","value":5.0}]}"#;
        let points = decided_on(Some(data), Some(&alarm));
        let told: Vec<_> = points.iter().map(|point| (point.value, point.breaching)).collect();
        assert_eq!(told, [(Some(5.0), Some(false)), (None, None), (Some(8.0), Some(true))]);
        assert_eq!(points[2].at.to_string(), "2026-01-05T07:59:00Z");
        assert!(decided_on(Some("{}"), Some(&alarm)).is_empty());
        assert!(decided_on(Some("no JSON"), None).is_empty());
        assert_eq!((period(&alarm), watched(&alarm).len()), (60, 1));
    }
}
