//! What a metric widget asks.

use super::{MetricWidget, Row, RowSource};
use crate::{PeriodChoice, Request, View, period};
use atalaya_cloudwatch::{MetricDataQuery, MetricStat, QuerySource, TimeRange};

impl MetricWidget {
    /// What to ask, where something is visible.
    pub(crate) fn request(&self, view: &View) -> Request {
        if let Some(alarm) = &self.annotations.alarm {
            let queries = view.alarm(alarm).map(|facts| facts.queries.clone()).unwrap_or_default();
            return request(queries, view.range);
        }
        if self.is_elsewhere(view).is_some() {
            return Request::Nothing;
        }
        let (range, whole) = match self.whole_period(view) {
            Some(whole) => {
                let start = view.range.start.div_euclid(60) * 60;
                (TimeRange { start, end: start + i64::from(whole) }, Some(whole))
            }
            None => (view.range, None),
        };
        let period = |row: &Row| whole.unwrap_or_else(|| self.period_of(row, view.period, view));
        let queries = self.rows.iter().map(|row| self.query(row, Some(period(row))));
        request(queries.collect(), range)
    }

    /// The period that a row is asked in. Who overrides the periods of a graph does not make those shorter that a SEARCH
    /// says itself: they are part of its expression (unpublished).
    pub(crate) fn period_of(&self, row: &Row, choice: PeriodChoice, view: &View) -> u32 {
        let overridden = match choice {
            PeriodChoice::Inherit => None,
            PeriodChoice::Auto => Some(period::automatic(view.range, view.now)),
            PeriodChoice::Fixed(period) => Some(period),
        };
        match (&row.source, overridden) {
            (RowSource::Metric { period, .. } | RowSource::Expression { period, .. }, None) => {
                period.unwrap_or(self.period)
            }
            (RowSource::Metric { .. }, Some(overridden)) => overridden,
            (RowSource::Expression { searched, .. }, Some(overridden)) => overridden.max(searched.unwrap_or(0)),
        }
    }

    /// The period of a figure of the whole range, which overrides every other.
    pub(crate) fn whole_period(&self, view: &View) -> Option<u32> {
        (self.whole_range && self.view.shows_one_figure()).then(|| period::whole(view.range, view.now))
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
    pub(crate) fn is_elsewhere(&self, view: &View) -> Option<String> {
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
