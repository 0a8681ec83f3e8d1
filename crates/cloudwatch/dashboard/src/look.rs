//! Looking at a dashboard where its metrics are.

use super::{Answer, Dashboard, Panel, Request, View, Widget};
use atalaya_cloudwatch::{CloudWatch, TimeRange, query::MetricDataOptions, query::ScanBy, query::get_metric_data};
use atalaya_cloudwatch_insights::{Query, logs::Logs};

/// What every widget of a dashboard shows: asks for all that they need, and answers it, in the order of the body.
/// Account and region are CloudWatch's own, whatever the view says.
#[must_use]
pub fn look(cloudwatch: &CloudWatch, logs: &Logs, dashboard: &Dashboard, view: &View) -> Vec<Panel> {
    let mut view = view.clone();
    view.account = Some(cloudwatch.account().clone());
    dashboard.widgets().iter().map(|widget| widget.panel(&view, answer(cloudwatch, logs, widget, &view))).collect()
}

fn answer(cloudwatch: &CloudWatch, logs: &Logs, widget: &Widget, view: &View) -> Answer {
    match widget.request(view) {
        Request::Nothing => Answer::Nothing,
        Request::Metrics { queries, start, end } => {
            let account = cloudwatch.account();
            let options = MetricDataOptions {
                scan_by: ScanBy::TimestampAscending,
                timezone: widget.timezone(),
                account_id: account.id.clone(),
                region: account.region.clone(),
                ..MetricDataOptions::at(view.now)
            };
            match get_metric_data(cloudwatch.store(), &queries, start, end, &options) {
                Ok(results) => Answer::Metrics(results),
                Err(error) => Answer::Failed(error.to_string()),
            }
        }
        Request::Logs { groups, query, start, end } => {
            let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
            let found =
                Query::parse(&query).and_then(|query| query.run(logs, &groups, TimeRange { start, end }, view.now));
            found.map_or_else(|error| Answer::Failed(error.to_string()), Answer::Logs)
        }
    }
}
