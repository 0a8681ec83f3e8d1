//! What dashboards/template.yaml says, held against everything that it speaks of: the metrics that the code emits, the
//! resources of infra/, the alarms and their runbooks, the prices; and whether each widget shows what it should.
//!
//! A check takes dashboards and answers with what is wrong, so that it can be held against broken ones too.

mod alarms;
mod costs;
mod layout;
mod logs;
mod metrics;
mod mutants;
mod shown;
mod sums;

use std::collections::BTreeMap;

use atalaya_cloudwatch_dashboard::Dashboard;
use serde_json::Value;

use crate::stacks::{FEEDS, PIPELINE, none, stacks};

/// What the variable of Feeds replaces.
const PLACEHOLDER: &str = "__dataset__";

/// All dashboards, while a feed is chosen.
struct Seen {
    feed: &'static str,
    dashboards: Vec<Dashboard>,
}

/// A check: what is wrong, each with its place.
type Check = fn(&Seen) -> Vec<String>;

/// Every check.
const CHECKS: &[Check] = &[
    layout::overlaps,
    layout::titles,
    layout::texts,
    layout::limits,
    metrics::unknown,
    metrics::missing,
    metrics::units,
    alarms::unknown,
    alarms::missing,
    alarms::without_runbook,
    logs::unknown,
    costs::prices,
    costs::sums,
    shown::nothing,
];

/// The dashboards as they stand in the template: names and bodies.
fn bodies() -> Vec<(String, Value)> {
    stacks().dashboards.dashboards().to_vec()
}

/// The dashboards with a feed chosen, or what makes them invalid.
fn with_feed(bodies: &[(String, Value)], feed: &'static str) -> Result<Seen, String> {
    let choose = |(name, body): &(String, Value)| {
        let dashboard = Dashboard::parse(name, body).map_err(|faults| faults.to_string())?;
        let variables = dashboard.variables().iter();
        let chosen: BTreeMap<_, _> = variables.map(|variable| (variable.id.clone(), feed.to_owned())).collect();
        dashboard.choose(&chosen).map_err(|faults| faults.to_string())
    };
    Ok(Seen { feed, dashboards: bodies.iter().map(choose).collect::<Result<_, _>>()? })
}

/// What checks find, for each feed that may be chosen.
fn found(bodies: &[(String, Value)], checks: &[Check]) -> Vec<String> {
    let mut found = Vec::new();
    for feed in FEEDS {
        match with_feed(bodies, feed) {
            Ok(seen) => found.extend(checks.iter().flat_map(|check| check(&seen))),
            Err(faults) => found.push(faults),
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Where a widget stands, for people.
fn place(dashboard: &Dashboard, widget: &atalaya_cloudwatch_dashboard::Widget) -> String {
    format!("{}{} {:?}", dashboard.name(), widget.path(), widget.title())
}

#[test]
fn there_are_four_and_each_is_valid() {
    let bodies = bodies();
    let names: Vec<_> = bodies.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["overview", "feeds", "operations", "cost"].map(|name| format!("{PIPELINE}-{name}")));
    none(found(&bodies, &[]));
}

#[test]
fn a_chosen_feed_leaves_no_placeholder_behind() {
    let bodies = bodies();
    let of_feeds = bodies[1].1["widgets"].to_string();
    assert!(of_feeds.matches(PLACEHOLDER).count() > 20, "{of_feeds}");
    let feeds = &Dashboard::parse(&bodies[1].0, &bodies[1].1).expect("valid").variables().to_vec();
    assert_eq!(feeds[0].default.as_deref(), Some(FEEDS[0]), "it opens with the first feed");
    for feed in FEEDS {
        for dashboard in with_feed(&bodies, feed).expect("valid").dashboards {
            let widgets = dashboard.body()["widgets"].to_string();
            assert!(!widgets.contains(PLACEHOLDER), "{}: {widgets}", dashboard.name());
        }
    }
}

/// A test for each check of all dashboards.
macro_rules! holds {
    ($($test:ident: $check:path;)*) => {
        $(#[test]
        fn $test() {
            none(found(&bodies(), &[$check]));
        })*
    };
}

holds! {
    no_widgets_overlap: layout::overlaps;
    each_widget_has_a_title_of_its_own_with_its_unit: layout::titles;
    each_text_says_something_and_its_links_lead_somewhere: layout::texts;
    dashboards_are_within_cloudwatchs_limits: layout::limits;
    each_metric_is_emitted_with_these_dimensions_and_names_a_resource: metrics::unknown;
    each_metric_of_the_catalogue_stands_on_a_dashboard: metrics::missing;
    each_title_says_the_unit_in_which_its_metrics_are_emitted: metrics::units;
    each_alarm_that_is_shown_exists: alarms::unknown;
    each_alarm_stands_on_the_dashboard_that_it_names: alarms::missing;
    each_alarm_has_its_runbook_above_it: alarms::without_runbook;
    each_log_query_is_right_and_its_groups_exist: logs::unknown;
    each_price_is_shown_and_used: costs::prices;
    every_sum_of_costs_counts_the_same: costs::sums;
    each_widget_shows_data_when_everything_is_measured: shown::nothing;
}
