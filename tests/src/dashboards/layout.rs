//! Places, titles, texts and limits.

use std::collections::BTreeSet;

use atalaya_cloudwatch_dashboard::{Dashboard, Place, Widget, WidgetKind};

use super::{Seen, place};
use crate::{
    stacks::{PIPELINE, RUNBOOKS},
    world::project,
};

/// What fits of a title into one column of a page of 1400 pixels.
const CHARACTERS_OF_A_COLUMN: usize = 6;
/// What an image of a widget can have at most, less than a dashboard's widget (CloudWatch user guide, "Metric widget
/// structure").
const MOST_METRICS: usize = 100;

/// Widgets that overlap, or leave their place to CloudWatch.
pub(super) fn overlaps(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        for (index, widget) in dashboard.widgets().iter().enumerate() {
            let here = widget.place();
            for other in &dashboard.widgets()[index + 1..] {
                if do_overlap(here, other.place()) {
                    found.push(format!("{} overlaps {}", place(dashboard, widget), place(dashboard, other)));
                }
            }
            let said = &dashboard.body()["widgets"][index];
            if ["x", "y", "width", "height"].iter().any(|name| said[name].is_null()) {
                found.push(format!("{} does not say its place", place(dashboard, widget)));
            }
        }
    }
    found
}

fn do_overlap(one: Place, other: Place) -> bool {
    let apart = |a: u32, a_size: u32, b: u32, b_size: u32| a + a_size <= b || b + b_size <= a;
    !apart(one.x, one.width, other.x, other.width) && !apart(one.y, one.height, other.y, other.height)
}

/// Titles that are missing, cut off, or stand twice on a dashboard, and graphs whose title says no unit in brackets.
pub(super) fn titles(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        let mut seen = BTreeSet::new();
        for widget in dashboard.widgets().iter().filter(|widget| widget.kind() != WidgetKind::Text) {
            let title = widget.title().trim();
            if title.is_empty() {
                found.push(format!("{} has no title", place(dashboard, widget)));
            } else if !seen.insert(title) {
                found.push(format!("{}: a second widget has this title", place(dashboard, widget)));
            }
            if title.chars().count() > CHARACTERS_OF_A_COLUMN * widget.place().width as usize {
                found.push(format!("{}: the title is too long for its width", place(dashboard, widget)));
            }
            if widget.kind() == WidgetKind::Metric && in_brackets(title).is_none() {
                found.push(format!("{}: the title says no unit in brackets", place(dashboard, widget)));
            }
        }
    }
    found
}

/// What stands in the brackets of a title: its unit, and of what it is.
pub(super) fn in_brackets(title: &str) -> Option<&str> {
    let inside = title.split_once('(')?.1.split_once(')')?.0;
    (!inside.trim().is_empty()).then_some(inside)
}

/// Texts that say nothing, or that link what does not exist. The first text of a dashboard is its title.
pub(super) fn texts(seen: &Seen) -> Vec<String> {
    let names: BTreeSet<_> = seen.dashboards.iter().map(Dashboard::name).collect();
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        let texts = |widget: &Widget| widget.markdown().map(str::to_owned);
        if !dashboard.widgets().first().and_then(texts).is_some_and(|text| text.starts_with("# ")) {
            found.push(format!("{} does not begin with what it answers", dashboard.name()));
        }
        for (widget, text) in dashboard.widgets().iter().filter_map(|widget| Some((widget, texts(widget)?))) {
            let at = place(dashboard, widget);
            if text.trim().len() < 20 || text.contains("${") {
                found.push(format!("{at}: the text is empty or not put together: {text:?}"));
            }
            found.extend(
                links(&text)
                    .filter(|link| !leads_somewhere(link, &names))
                    .map(|link| format!("{at}: the link {link} leads nowhere")),
            );
        }
    }
    found
}

fn leads_somewhere(link: &str, dashboards: &BTreeSet<&str>) -> bool {
    match runbook(link) {
        Some(alarm) => project().join(format!("runbooks/{alarm}.md")).is_file(),
        None => link.rsplit('/').next().is_some_and(|name| name.starts_with(PIPELINE) && dashboards.contains(name)),
    }
}

/// The alarm whose runbook is linked.
pub(super) fn runbook(link: &str) -> Option<&str> {
    link.strip_prefix(RUNBOOKS)?.strip_prefix('/')?.strip_suffix(".md")
}

/// The addresses that a markdown links.
pub(super) fn links(markdown: &str) -> impl Iterator<Item = &str> {
    markdown.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// What a dashboard may be, and a picture of each widget may not: those limits are narrower.
pub(super) fn limits(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        for widget in dashboard.widgets() {
            let rows = widget.metric_rows().count() + widget.expressions().count();
            let searches = widget.expressions().filter(|row| row.expression.contains("SEARCH(")).count();
            if rows > MOST_METRICS {
                found.push(format!("{}: {rows} rows are too many for a picture", place(dashboard, widget)));
            }
            // CloudWatch takes 100; each is a request of its own whenever somebody looks.
            if searches > 5 {
                found.push(format!("{}: {searches} searches are dear", place(dashboard, widget)));
            }
        }
    }
    found
}
