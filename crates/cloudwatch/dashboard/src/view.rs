//! What a dashboard is looked at with, what its widgets ask, and what they are answered.

use super::{PeriodChoice, alarm::AlarmReference};
use atalaya_cloudwatch::{
    Account, MetricDataQuery, QuerySource, TimeRange, alarm::Alarm, alarm::AlarmSource, alarm::AlarmStatus,
    alarm::Comparison, alarm::State, query::MetricDataResult,
};
use atalaya_cloudwatch_insights as insights;

/// When and how a dashboard is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The stretch of time that graphs show.
    pub range: TimeRange,
    /// The time of looking, in seconds since the Unix epoch.
    pub now: i64,
    /// Who says how long a period is.
    pub period: PeriodChoice,
    /// The alarms as they stand; an alarm that is not among them does not exist.
    pub alarms: Vec<AlarmFacts>,
    /// Where the metrics are that answer. A widget that asks for another account or region says so and shows nothing;
    /// without one every widget is answered from here.
    pub account: Option<Account>,
}

impl View {
    /// A view of a range at `now`, with periods chosen by its length and without alarms.
    #[must_use]
    pub fn new(range: TimeRange, now: i64) -> Self {
        Self { range, now, period: PeriodChoice::Auto, alarms: Vec::new(), account: None }
    }

    /// The alarm that a body means, if it exists.
    pub(super) fn alarm(&self, alarm: &AlarmReference) -> Option<&AlarmFacts> {
        self.alarms.iter().find(|facts| facts.arn == alarm.arn)
    }
}

/// What a dashboard shows of an alarm. Times are seconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmFacts {
    /// Its whole name.
    pub name: String,
    /// Its ARN, by which bodies name it.
    pub arn: String,
    /// Its state.
    pub state: State,
    /// When it came into the state.
    pub since: i64,
    /// Why it is in the state.
    pub reason: String,
    /// Its text for people.
    pub description: Option<String>,
    /// What it watches, as a graph asks for it; none for a composite alarm.
    pub queries: Vec<MetricDataQuery>,
    /// What values are compared with; none for a composite alarm.
    pub threshold: Option<f64>,
    /// How; none for a composite alarm.
    pub comparison: Option<Comparison>,
    /// How many of the newest periods must be beyond the threshold, and of how many.
    pub datapoints: Option<(u32, u32)>,
}

impl From<&AlarmStatus> for AlarmFacts {
    fn from(status: &AlarmStatus) -> Self {
        let metric = match &*status.definition {
            Alarm::Metric(alarm) => Some(alarm),
            Alarm::Composite(_) => None,
        };
        let queries = metric.map(|alarm| match &alarm.source {
            AlarmSource::Math(queries) => queries.clone(),
            AlarmSource::Metric(stat) => vec![MetricDataQuery {
                id: "m1".to_owned(),
                source: QuerySource::Metric(stat.clone()),
                label: None,
                return_data: true,
            }],
        });
        Self {
            name: status.definition.name().to_owned(),
            arn: status.arn.clone(),
            state: status.state,
            since: status.transitioned_at,
            reason: status.reason.clone(),
            description: status.definition.description().map(str::to_owned),
            queries: queries.unwrap_or_default(),
            threshold: metric.map(|alarm| alarm.threshold),
            comparison: metric.map(|alarm| alarm.comparison),
            datapoints: metric.map(|alarm| (alarm.datapoints(), alarm.evaluation_periods)),
        }
    }
}

/// What a widget asks, to be answered by `GetMetricData` or by a query of Logs Insights. Times are seconds since the
/// Unix epoch, from `start` until just before `end`.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Nothing: it shows text or alarms, or has nothing to ask.
    Nothing,
    /// Metrics.
    Metrics {
        /// The queries; those of hidden rows are not returned.
        queries: Vec<MetricDataQuery>,
        /// The first second.
        start: i64,
        /// The first second after it.
        end: i64,
    },
    /// A query of logs.
    Logs {
        /// The log groups that are searched.
        groups: Vec<String>,
        /// The query without its groups.
        query: String,
        /// The first second.
        start: i64,
        /// The first second after it.
        end: i64,
    },
}

/// What a widget is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing, because nothing was asked.
    Nothing,
    /// The series, in any order of time.
    Metrics(Vec<MetricDataResult>),
    /// What a query of logs found.
    Logs(insights::Answer),
    /// Why there is no answer, for people.
    Failed(String),
}
