//! Bodies in the documented shape, what is wrong with others, and what widgets show.

mod bodies;
mod faults;
mod log_panels;
mod metric_panels;
mod places;
mod remarks;
mod rows;
mod variables;
mod views;

use atalaya_cloudwatch::{Account, CloudWatch, MetricDatum, MetricId, Resolution, TimeRange, Unit, Values};
use serde_json::{Value, json};

use super::*;
use atalaya_cloudwatch_insights::logs::Logs;

/// Monday, 2026-01-05, 12:00 UTC.
const NOW: i64 = 1_767_614_400;

fn parse(body: &Value) -> Dashboard {
    Dashboard::parse("board", body).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A body of one widget.
fn of_widget(kind: &str, properties: Value) -> Value {
    json!({"widgets": [{"type": kind, "properties": properties}]})
}

/// A body of one metric widget with these properties besides its region.
fn of_metrics(properties: Value) -> Value {
    let mut properties = properties;
    properties["region"] = json!("us-east-1");
    of_widget("metric", properties)
}

/// The faults of a body, each as `path: message`.
fn faults(body: &Value) -> Vec<String> {
    let faults = Dashboard::parse("board", body).expect_err("the body has a fault").faults;
    faults.iter().map(ToString::to_string).collect()
}

/// A value of the metric Acme `name` {Feed=`feed`} each minute from `minutes` before now on, in the order of time.
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

/// A view of the newest minutes.
fn view(minutes: i64) -> View {
    View::new(TimeRange { start: NOW - minutes * 60, end: NOW }, NOW)
}

/// The panel of a body's only widget.
fn only(cloudwatch: &CloudWatch, body: &Value, view: &View) -> Panel {
    let mut panels = look(cloudwatch, &Logs::default(), &parse(body), view);
    assert_eq!(panels.len(), 1);
    panels.remove(0)
}
