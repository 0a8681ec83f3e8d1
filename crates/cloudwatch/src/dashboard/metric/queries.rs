//! What a metric widget asks.

use super::{MetricWidget, Row, RowSource};
use crate::{
    MetricDataQuery, MetricStat, QuerySource,
    dashboard::{PeriodChoice, Request, TimeRange, View, period},
};

impl MetricWidget {
    /// What to ask, where something is visible.
    pub(in crate::dashboard) fn request(&self, view: &View) -> Request {
        if let Some(alarm) = &self.annotations.alarm {
            let queries = view.alarm(alarm).map(|facts| facts.queries.clone()).unwrap_or_default();
            return request(queries, view.range);
        }
        if self.is_elsewhere(view).is_some() {
            return Request::Nothing;
        }
        let (range, choice) = match self.whole_range() {
            true => {
                let whole = period::whole(view.range, view.now);
                let start = view.range.start.div_euclid(60) * 60;
                (TimeRange { start, end: start + i64::from(whole) }, PeriodChoice::Fixed(whole))
            }
            false => (view.range, view.period),
        };
        let periods = self.rows.iter().map(|row| self.period_of(row, choice, view));
        let queries = self.rows.iter().zip(periods).map(|(row, period)| self.query(row, Some(period)));
        request(queries.collect(), range)
    }

    /// Whether its figures are of the whole range at once (`setPeriodToTimeRange`).
    pub(in crate::dashboard) fn whole_range(&self) -> bool {
        self.whole_range && self.view.shows_one_figure()
    }

    /// The period that a row is asked in. Whoever overrides periods overrides those of searches too.
    pub(in crate::dashboard) fn period_of(&self, row: &Row, choice: PeriodChoice, view: &View) -> u32 {
        match choice {
            PeriodChoice::Auto => period::automatic(view.range, view.now),
            PeriodChoice::Fixed(period) => period,
            PeriodChoice::Inherit => {
                let (RowSource::Metric { period, .. } | RowSource::Expression { period, .. }) = row.source;
                period.unwrap_or(self.period)
            }
        }
    }

    /// A row as a query. What a metric does not say is its widget's.
    pub(super) fn query(&self, row: &Row, period: Option<u32>) -> MetricDataQuery {
        let source = match &row.source {
            RowSource::Metric { metric, stat, .. } => QuerySource::Metric(MetricStat {
                metric: metric.clone(),
                period: period.unwrap_or(self.period),
                stat: stat.unwrap_or(self.stat),
                unit: None,
            }),
            RowSource::Expression { text, .. } => QuerySource::Expression { expression: text.clone(), period },
        };
        MetricDataQuery { id: row.id.clone(), source, label: row.label.clone(), return_data: row.visible }
    }

    /// The account or region of a metric that is not where the asked one is, where that is known.
    pub(in crate::dashboard) fn is_elsewhere(&self, view: &View) -> Option<String> {
        let here = view.account.as_ref()?;
        let rows = self.rows.iter();
        let regions = rows.clone().map(|row| row.region.as_ref().unwrap_or(&self.region));
        let accounts = rows.filter_map(|row| row.account.as_ref().or(self.account.as_ref()));
        if let Some(region) = regions.into_iter().find(|region| **region != here.region) {
            return Some(format!(
                "it asks for metrics of the region {region}, and only those of {} are here",
                here.region
            ));
        }
        let account = accounts.into_iter().find(|account| **account != here.id)?;
        Some(format!("it asks for metrics of the account {account}, and only those of {} are here", here.id))
    }
}

fn request(queries: Vec<MetricDataQuery>, range: TimeRange) -> Request {
    if queries.iter().any(|query| query.return_data) {
        Request::Metrics { queries, start: range.start, end: range.end }
    } else {
        Request::Nothing
    }
}
