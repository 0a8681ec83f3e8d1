//! The estimate of what the pipeline costs.

use std::collections::{BTreeMap, BTreeSet};

use atalaya_cloudwatch::alarm::Alarm;
use atalaya_cloudwatch_dashboard::{Dashboard, Widget};

use super::{Seen, place};
use crate::{
    alarms::{alarms, metrics, split},
    stacks::{FEEDS, stacks},
};

/// Prices that the table does not show or no estimate uses, and a count of alarms that is not alarms/template.yaml's.
pub(super) fn prices(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    let Some(cost) = seen.dashboards.iter().find(|dashboard| dashboard.name().ends_with("-cost")) else {
        return vec!["there is no dashboard cost".to_owned()];
    };
    let texts: String = cost.widgets().iter().filter_map(Widget::markdown).collect();
    let prices = stacks().dashboards.parameters().iter().filter(|(name, _)| name.starts_with("Price"));
    let mut seen = 0;
    for (name, price) in prices {
        seen += 1;
        if !texts.contains(&format!("| {price} | `{name}` |")) {
            found.push(format!("the table of prices lacks {name}, {price}"));
        }
        let mut expressions = cost.expressions().map(|row| row.expression);
        if !expressions.any(|text| text.split([' ', '(', ')']).any(|word| word == price)) {
            found.push(format!("no estimate uses {name}, {price}"));
        }
    }
    if seen < 10 {
        found.push(format!("the template has {seen} prices"));
    }
    let said = format!("({} + {} * {}) + 0.5 * {}", fixed(), of_a_feed(), FEEDS.len(), composites());
    if !cost.expressions().any(|row| row.expression.contains(&said)) {
        found.push(format!("no estimate counts the alarms as {said}"));
    }
    found
}

fn fixed() -> usize {
    alarms().filter(|alarm| split(alarm.name()).0 != "RejectRate").map(|alarm| metrics(alarm).len()).sum()
}

fn of_a_feed() -> usize {
    alarms().find(|alarm| split(alarm.name()).0 == "RejectRate").map_or(0, |alarm| metrics(alarm).len())
}

fn composites() -> usize {
    alarms().filter(|alarm| matches!(alarm, Alarm::Composite(_))).count()
}

/// Widgets that estimate by service, but not from the same metrics with the same formula as the first of them.
pub(super) fn sums(seen: &Seen) -> Vec<String> {
    let Some(cost) = seen.dashboards.iter().find(|dashboard| dashboard.name().ends_with("-cost")) else {
        return vec!["there is no dashboard cost".to_owned()];
    };
    let estimates: Vec<_> = cost.widgets().iter().filter(|widget| is_estimate(widget)).collect();
    if estimates.len() < 3 {
        return vec![format!("{} widgets estimate by service", estimates.len())];
    }
    let first = formula(cost, estimates[0]);
    let others = estimates.iter().filter(|widget| formula(cost, widget) != first);
    others.map(|widget| format!("{} sums up otherwise than the first", place(cost, widget))).collect()
}

fn is_estimate(widget: &Widget) -> bool {
    widget.expressions().any(|row| row.label == Some("Lambda")) && widget.title().contains("US dollars")
}

/// The metrics by their ids and the expressions by their labels, of services only: what is derived from them, such as
/// the month, stands in one widget alone.
fn formula(cost: &Dashboard, widget: &Widget) -> (BTreeSet<String>, BTreeMap<String, String>) {
    let id = |path: &str| cost.body().pointer(path).and_then(|row| row.as_array()?.last()?["id"].as_str());
    let ids = widget.metric_rows().filter(|row| row.metric.name != "FilesReceived");
    let ids = ids.map(|row| format!("{} = {}", id(row.path).unwrap_or_default(), row.metric)).collect();
    let services = widget.expressions().filter(|row| row.expression.starts_with("FILL("));
    let label = |label: Option<&str>| label.unwrap_or_default().to_owned();
    (ids, services.map(|row| (label(row.label), row.expression.to_owned())).collect())
}
