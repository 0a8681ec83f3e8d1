//! The metrics of widgets, held against the catalogue, the services' guides and the pipeline's resources.

use std::collections::BTreeSet;

use atalaya_cloudwatch::MetricId;
use atalaya_cloudwatch_dashboard::{Dashboard, MetricRow, Widget};
use atalaya_local::service_metric;
use atalaya_telemetry::{Dimension, Metric, Stage, catalogue::NAMESPACE};

use super::{Seen, layout::in_brackets, place};
use crate::stacks::{FEEDS, strange_dimensions, uncatalogued};

pub(super) const STAGES: [Stage; 5] = [Stage::Intake, Stage::Process, Stage::Notify, Stage::Page, Stage::Canary];
/// What CloudWatch Logs itself tells of lines in which it finds metrics.
const OF_EMF: [&str; 2] = ["EMFParsingErrors", "EMFValidationErrors"];

/// Metrics that nobody emits, or about something that the pipeline has not.
pub(super) fn unknown(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        for row in dashboard.metric_rows() {
            let at = format!("{}{}", dashboard.name(), row.path);
            let faults = if row.metric.namespace == NAMESPACE { custom(row.metric) } else { of_a_service(row.metric) };
            found.extend(faults.into_iter().map(|fault| format!("{at}: {fault}")));
        }
    }
    found
}

fn custom(metric: &MetricId) -> Vec<String> {
    let known = |dimension: &str, value: &str| match dimension {
        "Dataset" => FEEDS.contains(&value),
        "Stage" => STAGES.iter().any(|stage| stage.as_str() == value),
        _ => false,
    };
    let strange = metric.dimensions.iter().filter(|(dimension, value)| !known(dimension, value));
    let strange = strange.map(|(dimension, value)| format!("{metric}: no {dimension} is called {value}"));
    uncatalogued(metric).into_iter().chain(strange).collect()
}

fn of_a_service(metric: &MetricId) -> Vec<String> {
    let names = || metric.dimensions.keys().map(String::as_str);
    let is_of_emf = metric.namespace == "AWS/Logs" && OF_EMF.contains(&metric.name.as_str());
    let is_told = match service_metric(&metric.namespace, &metric.name) {
        Some(known) => known.has_dimensions(names()),
        None => is_of_emf && names().eq(["LogGroupName"]),
    };
    let untold = (!is_told).then(|| format!("{metric} is no metric of the service's, or not with these dimensions"));
    let strange = strange_dimensions(metric).into_iter().map(|what| format!("{metric}: infra/ has no {what}"));
    untold.into_iter().chain(strange).collect()
}

/// Metrics of the catalogue that stand on no dashboard with each of their sets of dimensions.
pub(super) fn missing(seen: &Seen) -> Vec<String> {
    let identity =
        |metric: &MetricId| (metric.name.clone(), metric.dimensions.keys().cloned().collect::<BTreeSet<_>>());
    let rows = seen.dashboards.iter().flat_map(Dashboard::metric_rows);
    let shown: BTreeSet<_> =
        rows.filter(|row| row.metric.namespace == NAMESPACE).map(|row| identity(row.metric)).collect();
    let mut found = Vec::new();
    for metric in Metric::ALL {
        for set in metric.definition().dimensions {
            let names: BTreeSet<_> = set.iter().copied().map(Dimension::name).map(str::to_owned).collect();
            if !shown.contains(&(metric.name().to_owned(), names.clone())) {
                found.push(format!("{metric} by {names:?} stands on no dashboard"));
            }
        }
    }
    found
}

/// Metrics that are shown as they are, but whose unit is not what the title says in brackets.
pub(super) fn units(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        for widget in dashboard.widgets() {
            let said = in_brackets(widget.title()).unwrap_or_default();
            for row in widget.metric_rows().filter(|row| is_shown_as_it_is(dashboard, widget, row)) {
                let words = words(row.metric);
                if !words.iter().any(|word| said.contains(word)) {
                    let at = place(dashboard, widget);
                    found.push(format!("{at}: {} is measured in {}", row.metric, words.join(" or ")));
                }
            }
        }
    }
    found
}

/// Whether the row is visible itself, or through a `FILL` of it alone.
fn is_shown_as_it_is(dashboard: &Dashboard, widget: &Widget, row: &MetricRow<'_>) -> bool {
    let options = dashboard.body().pointer(row.path).and_then(|row| row.as_array()?.last());
    let filled = options.and_then(|options| options["id"].as_str()).map(|id| format!("FILL({id}, 0)"));
    row.visible || filled.is_some_and(|filled| widget.expressions().any(|row| row.expression == filled))
}

/// How titles name the unit of a metric.
fn words(metric: &MetricId) -> &'static [&'static str] {
    let unit = match Metric::from_name(&metric.name).filter(|_| metric.namespace == NAMESPACE) {
        Some(known) => known.unit().name(),
        None => service_metric(&metric.namespace, &metric.name).map_or("None", |known| known.unit.as_str()),
    };
    match unit {
        "Milliseconds" => &["milliseconds"],
        "Seconds" => &["seconds"],
        "Bytes" => &["bytes"],
        _ => &["count", "request units"],
    }
}
