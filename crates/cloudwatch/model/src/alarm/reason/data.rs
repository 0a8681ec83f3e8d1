//! The data behind a metric alarm's reason.

use serde::Serialize;

use super::Findings;
use crate::{Unit, moment};

/// Its keys stand in CloudWatch's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReasonData<'a> {
    version: &'static str,
    query_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistic: Option<&'a str>,
    period: u32,
    recent_datapoints: Vec<f64>,
    threshold: f64,
    evaluated_datapoints: Vec<Datapoint>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Datapoint {
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample_count: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
}

/// A reason data's greatest length in characters (API reference, `StateReasonData`).
const MOST_CHARACTERS: usize = 4000;

/// The JSON text, with its keys in CloudWatch's order. `statistic` is `None` for metric math. Where the text would be
/// too long, the oldest evaluated points are left out; how the real service shortens it is not published.
pub(crate) fn reason_data(
    findings: &Findings,
    now: i64,
    period: u32,
    statistic: Option<&str>,
    unit: Option<Unit>,
) -> String {
    let mut data = ReasonData {
        version: "1.0",
        query_date: moment::with_offset(now),
        start_date: findings.real().next_back().map(|(at, _)| moment::with_offset(at)),
        unit: unit.map(Unit::as_str),
        statistic,
        period,
        recent_datapoints: findings.real().rev().map(|(_, value)| value).collect(),
        threshold: findings.threshold,
        evaluated_datapoints: findings.looked.iter().map(datapoint).collect(),
    };
    loop {
        let text = serde_json::to_string(&data).expect("numbers and texts are JSON");
        if text.len() <= MOST_CHARACTERS || data.evaluated_datapoints.is_empty() {
            return text;
        }
        let left = data.evaluated_datapoints.len() * MOST_CHARACTERS / (text.len() + 1);
        data.evaluated_datapoints.truncate(left.min(data.evaluated_datapoints.len() - 1));
    }
}

fn datapoint(looked: &super::Looked) -> Datapoint {
    Datapoint {
        timestamp: moment::with_offset(looked.at),
        sample_count: looked.reading.sample_count,
        value: looked.reading.value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frame;
    use crate::alarm::reason::{Reading, looked_at};
    use crate::alarm::{Comparison, MissingData, State};

    fn findings(frame: &Frame, values: &[Option<f64>], periods: usize) -> Findings {
        let read = |value: &Option<f64>| Reading { value: *value, sample_count: *value };
        let readings: Vec<_> = values.iter().map(read).collect();
        Findings {
            looked: looked_at(frame, &readings, periods),
            state: State::Alarm,
            periods,
            datapoints: None,
            threshold: 1.0,
            comparison: Comparison::GreaterThanThreshold,
            missing: MissingData::Missing,
        }
    }

    const NOON: i64 = 1_729_969_200; // 2024-10-26T19:00:00Z

    #[test]
    fn the_published_form_is_met() {
        let found = findings(&Frame::ending(NOON, 60, 3), &[None, None, Some(3.0)], 1);
        assert_eq!(
            reason_data(&found, NOON + 38, 60, Some("Sum"), None),
            concat!(
                r#"{"version":"1.0","queryDate":"2024-10-26T19:00:38.000+0000","startDate":"2024-10-26T18:59:00.000+0000","#,
                r#""statistic":"Sum","period":60,"recentDatapoints":[3.0],"threshold":1.0,"evaluatedDatapoints":["#,
                r#"{"timestamp":"2024-10-26T18:59:00.000+0000","sampleCount":3.0,"value":3.0}]}"#
            )
        );
    }

    #[test]
    fn without_data_the_newest_periods_are_named() {
        let found = findings(&Frame::ending(NOON, 60, 7), &[None; 7], 5);
        let text = reason_data(&found, NOON, 60, Some("Sum"), Some(Unit::Count));
        assert!(!text.contains("startDate") && text.contains(r#""unit":"Count","statistic":"Sum""#), "{text}");
        assert!(text.contains(r#""recentDatapoints":[],"#), "{text}");
        let times: Vec<_> = found.looked.iter().map(|looked| (NOON - looked.at) / 60).collect();
        assert_eq!(times, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn recent_points_are_oldest_first_and_evaluated_ones_newest_first() {
        let found = findings(&Frame::ending(NOON, 60, 5), &[Some(1.0), None, Some(2.0), None, None], 3);
        let text = reason_data(&found, NOON, 60, None, None);
        assert!(text.contains(r#""recentDatapoints":[1.0,2.0]"#), "{text}");
        assert!(!text.contains("statistic"));
        let ages: Vec<_> = found.looked.iter().map(|looked| (NOON - looked.at) / 60).collect();
        assert_eq!(ages, [1, 3, 5], "two points and the newest gap");
    }

    #[test]
    fn with_enough_points_only_the_newest_count() {
        let found = findings(&Frame::ending(NOON, 60, 5), &[Some(1.0), Some(2.0), None, Some(3.0), Some(4.0)], 3);
        let ages: Vec<_> = found.looked.iter().map(|looked| (NOON - looked.at) / 60).collect();
        assert_eq!(ages, [1, 2, 4], "the gap is stepped over");
    }

    #[test]
    fn a_long_look_back_stays_within_the_limit() {
        let frame = Frame::ending(NOON, 60, 133);
        let text = reason_data(&findings(&frame, &vec![Some(1.5); 133], 100), NOON, 60, Some("Sum"), None);
        assert!(text.len() <= MOST_CHARACTERS && text.len() > 3800, "{}", text.len());
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
