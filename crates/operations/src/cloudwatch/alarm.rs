//! A deployed alarm of either kind.

use std::cmp::Reverse;

use atalaya_cloud::time::timestamp;
use atalaya_cloudwatch::alarm::{
    Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, MissingData, State, Suppressor,
};
use atalaya_cloudwatch::{MetricDataQuery, QuerySource};
use atalaya_cloudwatch_dashboard::AlarmFacts;
use atalaya_contract::{AlarmDescription, AlarmState};
use aws_sdk_cloudwatch::types;
use jiff::Timestamp;

use super::query;

/// The id of the query that an alarm's single metric is asked for by.
const ONLY: &str = "m1";

/// A deployed alarm with its state.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// Its whole name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its text for people.
    pub description: Option<String>,
    /// Its state; one that is none of CloudWatch's counts as too little data.
    pub state: AlarmState,
    /// Since when it is in this state.
    pub since: Option<Timestamp>,
    /// When its configuration last changed.
    pub configured: Option<Timestamp>,
    /// Why it is in its state.
    pub reason: Option<String>,
    /// The data behind the reason: a JSON text.
    pub reason_data: Option<String>,
    /// What keeps its actions back, in CloudWatch's words.
    pub suppressed: Option<String>,
    /// What it is configured to do; else what of it is not known here, in words.
    pub definition: Result<Alarm, String>,
}

impl Deployed {
    /// Whether it only feeds other alarms and calls nobody; such a one is in no count of alarms.
    #[must_use]
    pub fn is_part(&self) -> bool {
        AlarmDescription::read(self.description.as_deref().unwrap_or_default()).is_part()
    }
}

/// What both kinds have by the same names.
macro_rules! deployed {
    ($alarm:ident, $suppressed:expr, $definition:expr) => {
        Deployed {
            name: $alarm.alarm_name().unwrap_or_default().to_owned(),
            arn: $alarm.alarm_arn().unwrap_or_default().to_owned(),
            description: $alarm.alarm_description().map(str::to_owned),
            state: $alarm
                .state_value()
                .and_then(|state| AlarmState::from_name(state.as_str()))
                .unwrap_or(AlarmState::InsufficientData),
            since: $alarm.state_transitioned_timestamp().or($alarm.state_updated_timestamp()).and_then(timestamp),
            configured: $alarm.alarm_configuration_updated_timestamp().and_then(timestamp),
            reason: $alarm.state_reason().map(str::to_owned),
            reason_data: $alarm.state_reason_data().map(str::to_owned),
            suppressed: $suppressed,
            definition: $definition,
        }
    };
}

/// The actions of either kind.
macro_rules! actions {
    ($alarm:ident) => {
        Actions {
            enabled: $alarm.actions_enabled().unwrap_or(true),
            ok: $alarm.ok_actions().to_vec(),
            alarm: $alarm.alarm_actions().to_vec(),
            insufficient_data: $alarm.insufficient_data_actions().to_vec(),
        }
    };
}

impl Deployed {
    pub(super) fn metric(alarm: &types::MetricAlarm) -> Self {
        deployed!(alarm, None, metric_alarm(alarm).map(Alarm::Metric))
    }

    pub(super) fn composite(alarm: &types::CompositeAlarm) -> Self {
        deployed!(
            alarm,
            alarm.actions_suppressed_reason().map(str::to_owned),
            Ok(Alarm::Composite(CompositeAlarm {
                name: alarm.alarm_name().unwrap_or_default().to_owned(),
                description: alarm.alarm_description().map(str::to_owned),
                actions: actions!(alarm),
                rule: alarm.alarm_rule().unwrap_or_default().to_owned(),
                suppressor: suppressor(alarm),
            }))
        )
    }

    /// What it is configured to do, where it is an alarm on metrics that is known here.
    pub fn metric_alarm(&self) -> Option<&MetricAlarm> {
        match &self.definition {
            Ok(Alarm::Metric(alarm)) => Some(alarm),
            _ => None,
        }
    }

    /// What a dashboard shows of it; nothing where its state is none that is known. Of an alarm whose definition is not
    /// known here no graph can be drawn.
    pub fn facts(&self) -> Option<AlarmFacts> {
        let metric = self.metric_alarm();
        Some(AlarmFacts {
            name: self.name.clone(),
            arn: self.arn.clone(),
            state: spelled(&State::ALL, State::as_str, self.state.as_str())?,
            since: self.since.map(Timestamp::as_second).unwrap_or_default(),
            reason: self.reason.clone().unwrap_or_default(),
            description: self.description.clone(),
            queries: metric.map(watched).unwrap_or_default(),
            threshold: metric.map(|alarm| alarm.threshold),
            comparison: metric.map(|alarm| alarm.comparison),
            datapoints: metric.map(|alarm| (alarm.datapoints(), alarm.evaluation_periods)),
        })
    }

    /// The worst first, then by name.
    pub fn rank(&self) -> (Reverse<AlarmState>, String) {
        (Reverse(self.state), self.name.clone())
    }
}

/// What an alarm watches, as queries of which one is returned.
pub fn watched(alarm: &MetricAlarm) -> Vec<MetricDataQuery> {
    match &alarm.source {
        AlarmSource::Math(queries) => queries.clone(),
        AlarmSource::Metric(stat) => vec![MetricDataQuery {
            id: ONLY.to_owned(),
            source: QuerySource::Metric(stat.clone()),
            label: None,
            return_data: true,
        }],
    }
}

fn suppressor(alarm: &types::CompositeAlarm) -> Option<Suppressor> {
    let seconds = |seconds: Option<i32>| seconds.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or_default();
    Some(Suppressor {
        alarm: alarm.actions_suppressor()?.to_owned(),
        wait: seconds(alarm.actions_suppressor_wait_period()),
        extension: seconds(alarm.actions_suppressor_extension_period()),
    })
}

fn metric_alarm(alarm: &types::MetricAlarm) -> Result<MetricAlarm, String> {
    if alarm.threshold_metric_id().is_some() {
        return Err("a threshold that is itself a metric, as of anomaly detection".to_owned());
    }
    let whole = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    let comparison = alarm.comparison_operator().ok_or("an alarm without a comparison")?.as_str();
    let missing = alarm.treat_missing_data().filter(|text| !text.is_empty());
    Ok(MetricAlarm {
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
        description: alarm.alarm_description().map(str::to_owned),
        actions: actions!(alarm),
        source: source(alarm)?,
        evaluation_periods: whole(alarm.evaluation_periods()).ok_or("an alarm without evaluation periods")?,
        datapoints_to_alarm: whole(alarm.datapoints_to_alarm()),
        threshold: alarm.threshold().ok_or("an alarm without a threshold")?,
        comparison: spelled(&Comparison::ALL, Comparison::as_str, comparison)
            .ok_or_else(|| format!("the comparison {comparison}"))?,
        treat_missing_data: missing
            .map(|text| {
                spelled(&MissingData::ALL, MissingData::as_str, text).ok_or_else(|| format!("missing data as {text}"))
            })
            .transpose()?,
        low_samples: match alarm.evaluate_low_sample_count_percentile() {
            Some("ignore") => LowSamples::Ignore,
            _ => LowSamples::Evaluate,
        },
    })
}

fn source(alarm: &types::MetricAlarm) -> Result<AlarmSource, String> {
    if !alarm.metrics().is_empty() {
        return alarm.metrics().iter().map(query::from_sdk).collect::<Result<_, _>>().map(AlarmSource::Math);
    }
    let (Some(namespace), Some(name)) = (alarm.namespace(), alarm.metric_name()) else {
        return Err("an alarm on something else than metrics".to_owned());
    };
    let metric = query::metric_of(namespace, name, alarm.dimensions());
    let stat = alarm.statistic().map(types::Statistic::as_str).or(alarm.extended_statistic());
    query::metric_stat(metric, alarm.period(), stat, alarm.unit()).map(AlarmSource::Metric)
}

/// Which of `all` is spelled so.
fn spelled<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> Option<T> {
    all.iter().copied().find(|each| name(*each) == text)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::{ComparisonOperator, StateValue, Statistic};

    use super::*;

    /// A builder with everything that a metric alarm needs.
    fn files_failed() -> types::builders::MetricAlarmBuilder {
        types::MetricAlarm::builder()
            .alarm_name("atalaya-FilesFailed")
            .alarm_description("Files fail.\nSeverity: page")
            .state_value(StateValue::Alarm)
            .namespace("Atalaya")
            .metric_name("FilesFailed")
            .statistic(Statistic::Sum)
            .period(60)
            .evaluation_periods(1)
            .threshold(0.0)
            .comparison_operator(ComparisonOperator::GreaterThanThreshold)
            .treat_missing_data("notBreaching")
    }

    #[test]
    fn an_alarm_s_definition_is_read() {
        let alarm = Deployed::metric(&files_failed().build());
        let Ok(Alarm::Metric(definition)) = alarm.definition else { panic!("{:?}", alarm.definition) };
        assert_eq!((definition.datapoints(), definition.missing_data()), (1, MissingData::NotBreaching));
        let AlarmSource::Metric(stat) = definition.source else { panic!("one metric") };
        assert_eq!(format!("{} of {}", stat.stat, stat.metric), "Sum of Atalaya FilesFailed");
    }

    #[test]
    fn a_dashboard_shows_what_the_alarm_watches_and_its_threshold() {
        let facts = Deployed::metric(&files_failed().build()).facts().expect("a state that is known");
        assert_eq!((facts.state, facts.threshold, facts.datapoints), (State::Alarm, Some(0.0), Some((1, 1))));
        assert_eq!(facts.queries.len(), 1);
        let strange = files_failed().threshold_metric_id("band").build();
        assert!(Deployed::metric(&strange).facts().is_some_and(|facts| facts.queries.is_empty()));
    }

    #[test]
    fn what_is_not_known_is_named() {
        let band = files_failed().threshold_metric_id("band").build();
        assert!(Deployed::metric(&band).definition.is_err_and(|what| what.contains("anomaly")));
        let strange = files_failed().set_statistic(None).extended_statistic("p99th").build();
        assert!(Deployed::metric(&strange).definition.is_err_and(|what| what.contains("p99th")));
    }
}
