//! Pictures of what alarms watch.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::CloudError;

/// A picture to be drawn: the metrics that one alarm watches over the last hours, with its threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmGraph {
    /// ARN of the alarm, which is one on metrics: a composite alarm has nothing to draw.
    pub alarm_arn: String,
    /// What stands above it.
    pub title: String,
    /// How many hours it shows, up to now.
    pub hours: u32,
    /// Width in pixels, 2000 at most.
    pub width: u32,
    /// Height in pixels, 2000 at most.
    pub height: u32,
}

impl AlarmGraph {
    /// The graph as `GetMetricWidgetImage` takes it (CloudWatch API reference, "Metric widget: structure and syntax":
    /// of an annotation by an alarm come the metrics, the period and the line at the threshold).
    pub(super) fn widget(&self) -> Value {
        json!({
            "annotations": {"alarms": [self.alarm_arn]},
            "title": self.title,
            "start": format!("-PT{}H", self.hours),
            "width": self.width,
            "height": self.height,
            "theme": "light",
        })
    }
}

/// Draws what alarms watch (`cloudwatch:GetMetricWidgetImage`).
pub trait DrawAlarms: Send + Sync {
    /// The graph as a PNG.
    fn draw(&self, graph: &AlarmGraph) -> impl Future<Output = Result<Bytes, CloudError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_is_a_widget_of_one_alarm() {
        let arn = "arn:aws:cloudwatch:eu-west-1:1:alarm:a";
        let graph =
            AlarmGraph { alarm_arn: arn.to_owned(), title: "a \"b\"".to_owned(), hours: 3, width: 800, height: 400 };
        let widget = json!({
            "annotations": {"alarms": [arn]}, "title": "a \"b\"", "start": "-PT3H", "width": 800, "height": 400,
            "theme": "light",
        });
        assert_eq!(graph.widget(), widget);
    }
}
