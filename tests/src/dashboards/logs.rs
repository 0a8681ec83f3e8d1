//! The queries of logs.

use atalaya_cloudwatch_insights::Query;

use super::{Seen, place};
use crate::stacks::is_log_group;

/// Queries that CloudWatch would refuse, and log groups that the pipeline has not.
pub(super) fn unknown(seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for dashboard in &seen.dashboards {
        for widget in dashboard.widgets() {
            let Some((groups, query)) = widget.log_query() else { continue };
            let at = place(dashboard, widget);
            if let Err(error) = Query::parse(query) {
                found.push(format!("{at}: {error}"));
            }
            let strange = groups.iter().filter(|group| !is_log_group(group));
            found.extend(strange.map(|group| format!("{at}: infra/ has no log group {group}")));
            if groups.is_empty() {
                found.push(format!("{at}: no log group is searched"));
            }
        }
    }
    found
}
