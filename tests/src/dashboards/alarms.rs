//! The alarms of widgets, held against alarms/template.yaml and runbooks/.

use std::collections::BTreeSet;

use atalaya_cloudwatch_dashboard::{Widget, WidgetKind};

use super::{
    Seen,
    layout::{links, runbook},
    place,
};
use crate::alarms::{alarms, split};

/// Alarms that are shown and do not exist.
pub(super) fn unknown(seen: &Seen) -> Vec<String> {
    let known: BTreeSet<_> = alarms().map(|alarm| alarm.name()).collect();
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        let strange = dashboard.alarms().filter(|alarm| !known.contains(alarm.name));
        found.extend(strange.map(|alarm| format!("{}{}: no alarm {}", dashboard.name(), alarm.path, alarm.name)));
    }
    found
}

/// Alarms that do not stand in a widget of alarms on the dashboard that their description names. A feed's alarm stands
/// there when the feed is chosen.
pub(super) fn missing(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for alarm in alarms() {
        let link = alarm.description().unwrap_or_default().lines().last().unwrap_or_default();
        let named = seen.dashboards.iter().find(|dashboard| link.ends_with(&format!("/{}", dashboard.name())));
        let Some(dashboard) = named else {
            found.push(format!("{}: the description names no dashboard: {link}", alarm.name()));
            continue;
        };
        let is_of_another_feed = matches!(split(alarm.name()), ("RejectRate", Some(feed)) if feed != seen.feed);
        let mut shown = dashboard.widgets().iter().filter(|widget| widget.kind() == WidgetKind::Alarm);
        if !is_of_another_feed && !shown.any(|widget| widget.alarms().any(|shown| shown.name == alarm.name())) {
            found.push(format!("{} does not stand on {}", alarm.name(), dashboard.name()));
        }
    }
    found
}

/// Widgets of alarms without a text right above them that links the runbooks of their alarms and of no others.
pub(super) fn without_runbook(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        for widget in dashboard.widgets().iter().filter(|widget| widget.kind() == WidgetKind::Alarm) {
            let text =
                dashboard.widgets().iter().find(|other| is_right_above(other, widget)).and_then(Widget::markdown);
            let linked: BTreeSet<_> = text.into_iter().flat_map(links).filter_map(runbook).collect();
            let wanted: BTreeSet<_> = widget.alarms().map(|alarm| split(alarm.name).0).collect();
            if linked != wanted {
                let (lacks, has): (Vec<_>, Vec<_>) =
                    (wanted.difference(&linked).collect(), linked.difference(&wanted).collect());
                found.push(format!(
                    "{}: the text above lacks the runbooks {lacks:?} and has {has:?}",
                    place(dashboard, widget)
                ));
            }
        }
    }
    found
}

fn is_right_above(text: &Widget, widget: &Widget) -> bool {
    let (above, below) = (text.place(), widget.place());
    text.kind() == WidgetKind::Text
        && above.y + above.height == below.y
        && above.x == below.x
        && above.width == below.width
}
