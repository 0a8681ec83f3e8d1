//! What the widgets show when everything is measured.

use std::{collections::BTreeSet, sync::LazyLock};

use atalaya_cloudwatch::{Account, CloudWatch, MetricDatum, MetricId, Resolution, TimeRange, Unit, Values};
use atalaya_cloudwatch_dashboard::{Content, Dashboard, Panel, View, look};
use atalaya_cloudwatch_insights::logs::{LogEvent, Logs};
use atalaya_telemetry::{Dimension, Metric, catalogue::NAMESPACE};

use super::{Seen, bodies, metrics::STAGES, place, with_feed};
use crate::{
    alarms::{alarms, metrics},
    stacks::FEEDS,
};

/// A Thursday at noon, UTC.
const NOW: i64 = 1_767_268_800;
const DAY: i64 = 86_400;

/// Widgets that show nothing, or less than all, although each of their metrics was measured, each alarm exists and the
/// functions logged a failure: something in them is misspelt.
pub(super) fn nothing(seen: &Seen) -> Vec<String> {
    static MEASURED: LazyLock<(CloudWatch, Logs)> = LazyLock::new(measured);
    let (cloudwatch, logs) = &*MEASURED;
    let view = View {
        alarms: cloudwatch.alarms().map(Into::into).collect(),
        ..View::new(TimeRange { start: NOW - DAY, end: NOW }, NOW)
    };
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        for panel in look(cloudwatch, logs, dashboard, &view) {
            let widget = place(dashboard, &dashboard.widgets()[panel.index]);
            found.extend(panel.remarks.iter().map(|remark| format!("{widget}: {remark}")));
            if !is_full(&panel) {
                found.push(format!("{widget}: shows nothing, or not all: {:?}", panel.content));
            }
        }
    }
    found
}

fn is_full(panel: &Panel) -> bool {
    match &panel.content {
        Content::Graph(graph) => !graph.series.is_empty() && graph.series.iter().all(|line| !line.points.is_empty()),
        Content::Numbers(numbers) => are_there(&numbers.numbers),
        Content::Gauge(gauge) => are_there(&gauge.numbers),
        Content::Bars(shares) | Content::Pie(shares) => are_there(&shares.numbers),
        Content::Table(table) => !table.rows.is_empty(),
        Content::Alarms(cards) => !cards.is_empty() && cards.iter().all(|card| card.state.is_some()),
        Content::Text(text) => !text.markdown.is_empty(),
    }
}

fn are_there(numbers: &[atalaya_cloudwatch_dashboard::Number]) -> bool {
    !numbers.is_empty() && numbers.iter().all(|number| number.value.is_some())
}

/// All alarms, a day of every metric of the catalogue and of every metric of a service that a dashboard of the template
/// or an alarm reads, and a failure in each log.
fn measured() -> (CloudWatch, Logs) {
    let mut cloudwatch = CloudWatch::new(Account::default(), NOW);
    cloudwatch.put_alarms(alarms().cloned().collect()).expect("the alarms are valid");
    let dashboards = with_feed(&bodies(), FEEDS[0]).expect("the template's own are valid").dashboards;
    let of_services = dashboards.iter().flat_map(Dashboard::metric_rows).map(|row| row.metric.clone());
    let of_alarms = alarms().flat_map(metrics).map(|(metric, _)| metric);
    let of_services = of_services.chain(of_alarms).filter(|metric| metric.namespace != NAMESPACE);
    let metrics: BTreeSet<MetricId> = emitted().into_iter().chain(of_services).collect();
    for metric in metrics {
        for at in (NOW - DAY..NOW).step_by(600) {
            let (unit, resolution, values) = (Unit::None, Resolution::Standard, Values::Samples(vec![(2.0, 1.0)]));
            let datum = MetricDatum { metric: metric.clone(), at, unit, resolution, values };
            cloudwatch.store_mut().put(&datum, NOW).unwrap_or_else(|error| panic!("{}: {error}", datum.metric));
        }
    }
    let mut logs = Logs::default();
    for group in
        dashboards.iter().flat_map(Dashboard::widgets).filter_map(|widget| widget.log_query()).flat_map(|it| it.0)
    {
        let message =
            r#"{"level":"ERROR","message":"the function answers with an error","stage":"process"}"#.to_owned();
        let at = (NOW - 60) * 1000;
        logs.put(group, LogEvent { at, ingested: at, stream: "one".to_owned(), message });
    }
    (cloudwatch, logs)
}

/// Every metric of the catalogue, of every feed and stage.
fn emitted() -> Vec<MetricId> {
    let mut emitted = Vec::new();
    for metric in Metric::ALL {
        for set in metric.definition().dimensions {
            let mut identities = vec![MetricId::total(NAMESPACE, metric.name())];
            for dimension in *set {
                let values: Vec<&str> = match dimension {
                    Dimension::Dataset => FEEDS.to_vec(),
                    Dimension::Stage => STAGES.iter().map(|stage| stage.as_str()).collect(),
                };
                let of_value = |metric: &MetricId, value: &str| {
                    let mut metric = metric.clone();
                    metric.dimensions.insert(dimension.name().to_owned(), value.to_owned());
                    metric
                };
                identities =
                    identities.iter().flat_map(|metric| values.iter().map(|value| of_value(metric, value))).collect();
            }
            emitted.extend(identities);
        }
    }
    emitted
}
