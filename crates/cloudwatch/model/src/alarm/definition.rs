//! What an alarm is configured to do.

use crate::{MetricDataQuery, MetricStat};

/// The state of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The metric is within the threshold.
    Ok,
    /// It is not.
    Alarm,
    /// There is too little data to say.
    InsufficientData,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Alarm, Self::InsufficientData];

    /// The state as CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

/// How a value is compared with the threshold; the value is the left operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `>=`
    GreaterThanOrEqualToThreshold,
    /// `>`
    GreaterThanThreshold,
    /// `<`
    LessThanThreshold,
    /// `<=`
    LessThanOrEqualToThreshold,
}

impl Comparison {
    /// Every comparison.
    pub const ALL: [Self; 4] = [
        Self::GreaterThanOrEqualToThreshold,
        Self::GreaterThanThreshold,
        Self::LessThanThreshold,
        Self::LessThanOrEqualToThreshold,
    ];

    /// The comparison as CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GreaterThanOrEqualToThreshold => "GreaterThanOrEqualToThreshold",
            Self::GreaterThanThreshold => "GreaterThanThreshold",
            Self::LessThanThreshold => "LessThanThreshold",
            Self::LessThanOrEqualToThreshold => "LessThanOrEqualToThreshold",
        }
    }

    /// As a reason says it: `greater than or equal to`.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::GreaterThanOrEqualToThreshold => "greater than or equal to",
            Self::GreaterThanThreshold => "greater than",
            Self::LessThanThreshold => "less than",
            Self::LessThanOrEqualToThreshold => "less than or equal to",
        }
    }

    /// Whether the value is beyond the threshold.
    #[must_use]
    pub fn breaches(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::GreaterThanOrEqualToThreshold => value >= threshold,
            Self::GreaterThanThreshold => value > threshold,
            Self::LessThanThreshold => value < threshold,
            Self::LessThanOrEqualToThreshold => value <= threshold,
        }
    }
}

/// What a period without data counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingData {
    /// As nothing; without any data the state is INSUFFICIENT_DATA.
    Missing,
    /// As nothing; without any data the state stays.
    Ignore,
    /// As beyond the threshold.
    Breaching,
    /// As within the threshold.
    NotBreaching,
}

impl MissingData {
    /// Every treatment.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Ignore, Self::Breaching, Self::NotBreaching];

    /// The treatment as CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Ignore => "ignore",
            Self::Breaching => "breaching",
            Self::NotBreaching => "notBreaching",
        }
    }
}

/// What a percentile of too few samples does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LowSamples {
    /// It is evaluated all the same.
    #[default]
    Evaluate,
    /// The state stays.
    Ignore,
}

impl LowSamples {
    /// As CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Evaluate => "evaluate",
            Self::Ignore => "ignore",
        }
    }
}

/// What an alarm sets going when it enters a state: at most five ARNs each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actions {
    /// Whether any of them runs.
    pub enabled: bool,
    /// On entering OK.
    pub ok: Vec<String>,
    /// On entering ALARM.
    pub alarm: Vec<String>,
    /// On entering INSUFFICIENT_DATA.
    pub insufficient_data: Vec<String>,
}

impl Actions {
    /// Those of a state.
    #[must_use]
    pub fn of(&self, state: State) -> &[String] {
        match state {
            State::Ok => &self.ok,
            State::Alarm => &self.alarm,
            State::InsufficientData => &self.insufficient_data,
        }
    }
}

/// What a metric alarm watches.
#[derive(Debug, Clone, PartialEq)]
pub enum AlarmSource {
    /// One statistic of one metric.
    Metric(MetricStat),
    /// The one query with `return_data`, of metric math.
    Math(Vec<MetricDataQuery>),
}

/// An alarm on a metric or on metric math.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricAlarm {
    /// Its name, unique in a region.
    pub name: String,
    /// A text for people.
    pub description: Option<String>,
    /// What it sets going.
    pub actions: Actions,
    /// What it watches.
    pub source: AlarmSource,
    /// N: how many periods it looks at.
    pub evaluation_periods: u32,
    /// M: how many of them must breach; `None` is all.
    pub datapoints_to_alarm: Option<u32>,
    /// What values are compared with.
    pub threshold: f64,
    /// How.
    pub comparison: Comparison,
    /// What a period without data counts as; `None` is the namespace's default.
    pub treat_missing_data: Option<MissingData>,
    /// What a percentile of too few samples does.
    pub low_samples: LowSamples,
}

impl MetricAlarm {
    /// M: how many of the N points must breach.
    #[must_use]
    pub fn datapoints(&self) -> u32 {
        self.datapoints_to_alarm.unwrap_or(self.evaluation_periods)
    }

    /// What a period without data counts as: as the alarm says, else as its namespace has it. Alarms on metrics of
    /// `AWS/DynamoDB` ignore such periods, all others count them as missing (user guide, "Configuring how CloudWatch
    /// alarms treat missing data"). That metric math on that namespace counts as all others is this library's choice.
    #[must_use]
    pub fn missing_data(&self) -> MissingData {
        match (&self.source, self.treat_missing_data) {
            (_, Some(treatment)) => treatment,
            (AlarmSource::Metric(stat), None) if stat.metric.namespace == "AWS/DynamoDB" => MissingData::Ignore,
            (_, None) => MissingData::Missing,
        }
    }
}

/// Another alarm that keeps a composite's actions back while it is in ALARM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressor {
    /// Its name or ARN.
    pub alarm: String,
    /// How long actions wait for it to go into ALARM, in seconds.
    pub wait: u32,
    /// How long they wait after it has left ALARM, in seconds.
    pub extension: u32,
}

/// An alarm on the states of other alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompositeAlarm {
    /// Its name, unique in a region.
    pub name: String,
    /// A text for people.
    pub description: Option<String>,
    /// What it sets going.
    pub actions: Actions,
    /// The rule's text.
    pub rule: String,
    /// What keeps its actions back.
    pub suppressor: Option<Suppressor>,
}

/// An alarm of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Alarm {
    /// On a metric or on metric math.
    Metric(MetricAlarm),
    /// On other alarms.
    Composite(CompositeAlarm),
}

impl Alarm {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Metric(alarm) => &alarm.name,
            Self::Composite(alarm) => &alarm.name,
        }
    }

    /// Its text for people.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        match self {
            Self::Metric(alarm) => alarm.description.as_deref(),
            Self::Composite(alarm) => alarm.description.as_deref(),
        }
    }

    /// What it sets going.
    #[must_use]
    pub fn actions(&self) -> &Actions {
        match self {
            Self::Metric(alarm) => &alarm.actions,
            Self::Composite(alarm) => &alarm.actions,
        }
    }
}
