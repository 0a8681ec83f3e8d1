//! What CloudWatch knows about alarms: how they stand, what speaks for them, how long something lasted, and the
//! values behind it.

mod client;
mod cloudwatch;
mod graph;
mod history;
mod memory;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use atalaya_contract::AlarmState;
pub use client::{CloudWatchClient, MAX_RECORDS};
pub use cloudwatch::CloudWatchAlarms;
pub use graph::{AlarmGraph, DrawAlarms};
pub use history::AlarmChange;
pub use memory::MemoryAlarms;

use crate::CloudError;

/// How an alarm stands, as far as CloudWatch says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmStanding {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// Whether it watches metrics itself; a composite alarm watches other alarms.
    pub on_metrics: bool,
    /// Its state.
    pub state: AlarmState,
    /// Since when it has been in this state.
    pub since: Option<Timestamp>,
    /// What its author wrote about it.
    pub description: Option<String>,
    /// Whether somebody is told when it goes into ALARM: it has an action for that, its actions are enabled, and no
    /// other alarm suppresses them.
    pub tells: bool,
}

/// One change of an alarm's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateChange {
    /// When.
    pub at: Timestamp,
    /// Into which state.
    pub to: AlarmState,
}

/// One series, or one part of an expression, that an alarm watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricQuery {
    /// Its name in expressions.
    pub id: String,
    /// What it is.
    pub source: MetricSource,
    /// Whether it is the one that is compared with the threshold.
    pub returned: bool,
}

/// Where the values of a [`MetricQuery`] come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricSource {
    /// A statistic of one metric.
    Statistic {
        /// Namespace of the metric.
        namespace: String,
        /// Name of the metric.
        metric: String,
        /// Names and values of its dimensions.
        dimensions: Vec<(String, String)>,
        /// The statistic as `GetMetricData` spells it, such as `Sum` or `p95`.
        statistic: String,
        /// Seconds that one value stands for.
        period: u32,
        /// Only values of this unit.
        unit: Option<String>,
    },
    /// Metric math over the other queries.
    Expression {
        /// The expression.
        expression: String,
        /// What its author calls it.
        label: Option<String>,
        /// Seconds that one value stands for, where the expression itself says it.
        period: Option<u32>,
    },
}

/// One value of a series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Start of its period.
    pub at: Timestamp,
    /// The value.
    pub value: f64,
}

/// Asks CloudWatch about alarms (`cloudwatch:DescribeAlarms`, `cloudwatch:DescribeAlarmHistory`,
/// `cloudwatch:GetMetricData`).
pub trait AskAlarms: Send + Sync {
    /// How an alarm stands now; `None` when there is no such alarm.
    fn alarm(&self, name: &str) -> impl Future<Output = Result<Option<AlarmStanding>, CloudError>> + Send;

    /// The composite alarms in ALARM whose rules name the alarm.
    fn parents_in_alarm(&self, name: &str) -> impl Future<Output = Result<Vec<AlarmStanding>, CloudError>> + Send;

    /// The alarms in ALARM that the rule of the composite alarm names.
    fn children_in_alarm(&self, name: &str) -> impl Future<Output = Result<Vec<AlarmStanding>, CloudError>> + Send;

    /// The newest changes of an alarm's state at `until` or before, newest first, at most 100. CloudWatch remembers
    /// two weeks.
    fn changes(
        &self,
        name: &str,
        until: Timestamp,
    ) -> impl Future<Output = Result<Vec<StateChange>, CloudError>> + Send;

    /// Values of the returned series between two times, oldest first.
    fn readings(
        &self,
        queries: &[MetricQuery],
        from: Timestamp,
        to: Timestamp,
    ) -> impl Future<Output = Result<Vec<Reading>, CloudError>> + Send;
}

/// The changes up to `until`, the newest first.
fn newest_first(mut changes: Vec<StateChange>, until: Timestamp) -> Vec<StateChange> {
    changes.retain(|change| change.at <= until);
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    changes
}
