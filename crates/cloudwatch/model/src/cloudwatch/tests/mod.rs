mod composite;
mod metric;
mod put;
mod steps;
mod suppression;

use super::*;
use crate::{
    MetricId, MetricStat, Unit,
    alarm::{Actions, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, MissingData, Suppressor},
};

/// A Monday, at midnight.
const START: i64 = 1_767_571_200;
const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:alarms";

fn cloudwatch() -> CloudWatch {
    CloudWatch::new(Account::default(), START)
}

fn acting() -> Actions {
    let topic = || vec![TOPIC.to_owned()];
    Actions { enabled: true, ok: topic(), alarm: topic(), insufficient_data: topic() }
}

/// An alarm on the sum of `Acme <name>` above 0 in one period of a minute.
fn metric_alarm(name: &str) -> MetricAlarm {
    MetricAlarm {
        name: name.to_owned(),
        description: None,
        actions: acting(),
        source: AlarmSource::Metric(MetricStat {
            metric: MetricId::total("Acme", name),
            period: 60,
            stat: "Sum".parse().expect("a statistic"),
            unit: None,
        }),
        evaluation_periods: 1,
        datapoints_to_alarm: None,
        threshold: 0.0,
        comparison: Comparison::GreaterThanThreshold,
        treat_missing_data: None,
        low_samples: LowSamples::Evaluate,
    }
}

fn with_period(mut alarm: MetricAlarm, new_period: u32) -> MetricAlarm {
    if let AlarmSource::Metric(stat) = &mut alarm.source {
        stat.period = new_period;
    }
    alarm
}

fn composite_alarm(name: &str, rule: &str) -> CompositeAlarm {
    CompositeAlarm {
        name: name.to_owned(),
        description: None,
        actions: acting(),
        rule: rule.to_owned(),
        suppressor: None,
    }
}

fn put_metric(cloudwatch: &mut CloudWatch, alarm: MetricAlarm) {
    cloudwatch.put_alarm(Alarm::Metric(alarm)).expect("the alarm is within its limits");
}

fn put_composite(cloudwatch: &mut CloudWatch, alarm: CompositeAlarm) {
    cloudwatch.put_alarm(Alarm::Composite(alarm)).expect("the alarm is within its limits");
}

/// A sample of `Acme <name>`, so many seconds after the start.
fn sample(cloudwatch: &mut CloudWatch, name: &str, after: i64, value: f64) {
    let store = cloudwatch.store_mut();
    let series = store.series(&MetricId::total("Acme", name));
    store.add(series, Unit::None, START + after, value);
}

/// What happens up to so many seconds after the start: `60 a OK>ALARM`, `60 a !ALARM` for an action.
fn advance(cloudwatch: &mut CloudWatch, after: i64) -> Vec<String> {
    cloudwatch.advance_to(START + after).iter().map(told).collect()
}

fn told(occurrence: &Occurrence) -> String {
    let (at, alarm) = (occurrence.at() - START, occurrence.alarm());
    match occurrence {
        Occurrence::StateChanged(change) => format!("{at} {alarm} {}>{}", change.from.as_str(), change.to.as_str()),
        Occurrence::Action(action) => format!("{at} {alarm} !{}", action.state.as_str()),
    }
}

fn state(cloudwatch: &CloudWatch, name: &str) -> State {
    cloudwatch.alarm(name).expect("an alarm").state
}
