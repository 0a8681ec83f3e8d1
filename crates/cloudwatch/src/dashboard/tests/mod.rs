//! Bodies in the documented shape, what is wrong with others, and what widgets show.

mod panels;

use serde_json::{Value, json};

use super::*;
use crate::{Account, CloudWatch, MetricDatum, MetricId, Resolution, Unit, Values};

/// Monday, 2026-01-05, 12:00 UTC.
const NOW: i64 = 1_767_614_400;

fn parse(body: &Value) -> Dashboard {
    Dashboard::parse("board", body).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A body of one metric widget with these properties besides its region.
fn of_metrics(properties: Value) -> Value {
    let mut properties = properties;
    properties["region"] = json!("us-east-1");
    json!({"widgets": [{"type": "metric", "properties": properties}]})
}

/// A value of the metric `name` {Feed=`feed`} each minute from `minutes` before now on.
fn fill(cloudwatch: &mut CloudWatch, name: &str, feed: &str, minutes: i64, value: impl Fn(i64) -> f64) {
    for minute in 0..minutes {
        let datum = MetricDatum {
            metric: MetricId::new("Acme", name, [("Feed", feed)]),
            at: NOW - (minutes - minute) * 60,
            unit: Unit::Count,
            resolution: Resolution::Standard,
            values: Values::Samples(vec![(value(minute), 1.0)]),
        };
        cloudwatch.store_mut().put(&datum, NOW).expect("the datum is valid");
    }
}

fn cloudwatch() -> CloudWatch {
    CloudWatch::new(Account::default(), NOW)
}

fn view(minutes: i64) -> View {
    View::new(TimeRange { start: NOW - minutes * 60, end: NOW }, NOW)
}
