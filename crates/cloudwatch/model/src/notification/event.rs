//! The event that EventBridge receives of every change of state. CloudWatch user guide, "Alarm events and EventBridge".

use serde_json::{Value, json};

use crate::alarm::{Alarm, AlarmSource, MetricAlarm, State, Transition};
use crate::{MetricDataQuery, MetricStat, QuerySource, moment};

impl Transition {
    /// The event `CloudWatch Alarm State Change`. Its id is made of the alarm's name and of the number of the change,
    /// so the same course of things gives the same events.
    #[must_use]
    pub fn event(&self) -> Value {
        json!({
            "version": "0",
            "id": id(&[&self.arn, "event", &self.number.to_string()]),
            "detail-type": "CloudWatch Alarm State Change",
            "source": "aws.cloudwatch",
            "account": self.account.id,
            "time": moment::zulu(self.at),
            "region": self.account.region,
            "resources": [self.arn],
            "detail": self.detail(),
        })
    }

    /// The event's `detail`.
    pub(super) fn detail(&self) -> Value {
        let previous = &self.previous;
        let mut now = state(self.to, &self.reason, self.reason_data.as_deref(), self.at);
        if let Some(suppressed) = self.suppressed_by {
            now["actionsSuppressedBy"] = json!(suppressed.as_str());
            now["actionsSuppressedReason"] = json!(suppressed.reason());
        }
        json!({
            "alarmName": self.alarm,
            "state": now,
            "previousState":
                state(previous.state, &previous.reason, previous.reason_data.as_deref(), previous.at),
            "configuration": self.configuration(),
        })
    }

    fn configuration(&self) -> Value {
        match &*self.definition {
            Alarm::Metric(alarm) => {
                let mut configuration = json!({"metrics": metrics(alarm, &self.arn)});
                if let Some(description) = &alarm.description {
                    configuration["description"] = json!(description);
                }
                configuration
            }
            Alarm::Composite(alarm) => {
                let mut configuration = json!({"alarmRule": alarm.rule});
                if let Some(suppressor) = &alarm.suppressor {
                    configuration["actionsSuppressor"] = json!(suppressor.alarm);
                    configuration["actionsSuppressorWaitPeriod"] = json!(suppressor.wait);
                    configuration["actionsSuppressorExtensionPeriod"] = json!(suppressor.extension);
                }
                configuration
            }
        }
    }
}

fn state(state: State, reason: &str, data: Option<&str>, at: i64) -> Value {
    let mut told = json!({"value": state.as_str(), "reason": reason, "timestamp": moment::with_offset(at)});
    if let Some(data) = data {
        told["reasonData"] = json!(data);
    }
    told
}

fn metrics(alarm: &MetricAlarm, arn: &str) -> Value {
    match &alarm.source {
        AlarmSource::Metric(stat) => {
            json!([{"id": id(&[arn, "metric"]), "metricStat": metric_stat(stat), "returnData": true}])
        }
        AlarmSource::Math(queries) => queries.iter().map(query).collect(),
    }
}

fn query(query: &MetricDataQuery) -> Value {
    let mut told = json!({"id": query.id, "returnData": query.return_data});
    match &query.source {
        QuerySource::Metric(stat) => told["metricStat"] = metric_stat(stat),
        QuerySource::Expression { expression, .. } => told["expression"] = json!(expression),
    }
    if let Some(label) = &query.label {
        told["label"] = json!(label);
    }
    told
}

fn metric_stat(stat: &MetricStat) -> Value {
    let metric = &stat.metric;
    let mut told = json!({
        "metric": {"dimensions": metric.dimensions, "name": metric.name, "namespace": metric.namespace},
        "period": stat.period,
        "stat": stat.stat.to_string(),
    });
    if let Some(unit) = stat.unit {
        told["unit"] = json!(unit.as_str());
    }
    told
}

/// An id in the shape of a UUID, the same for the same parts (FNV-1a of 128 bits).
fn id(parts: &[&str]) -> String {
    let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    let text = format!("{hash:032x}");
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}
