//! The message that an alarm publishes to SNS: a JSON text whose keys stand in CloudWatch's order.

use serde::Serialize;

use super::region;
use crate::alarm::configuration::is_extended;
use crate::alarm::{Alarm, AlarmSource, LowSamples, MetricAlarm, Transition};
use crate::{MetricDataQuery, MetricId, MetricStat, QuerySource, Statistic, moment};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message<'a> {
    alarm_name: &'a str,
    alarm_description: Option<&'a str>,
    #[serde(rename = "AWSAccountId")]
    account_id: &'a str,
    alarm_configuration_updated_timestamp: String,
    new_state_value: &'static str,
    new_state_reason: &'a str,
    state_change_time: String,
    region: &'a str,
    alarm_arn: &'a str,
    old_state_value: &'static str,
    #[serde(rename = "OKActions")]
    ok_actions: &'a [String],
    alarm_actions: &'a [String],
    insufficient_data_actions: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<Trigger<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alarm_rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triggering_children: Option<Vec<Child<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Child<'a> {
    arn: &'a str,
    state: ChildState,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ChildState {
    value: &'static str,
    timestamp: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Trigger<'a> {
    Metric(MetricTrigger<'a>),
    Math(MathTrigger<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricTrigger<'a> {
    metric_name: &'a str,
    namespace: &'a str,
    statistic_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistic: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_statistic: Option<String>,
    unit: Option<&'static str>,
    dimensions: Vec<Dimension<'a>>,
    #[serde(flatten)]
    rule: Comparing,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MathTrigger<'a> {
    #[serde(flatten)]
    rule: Comparing,
    metrics: Vec<Query<'a>>,
}

/// What both kinds of trigger say.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Comparing {
    period: u32,
    evaluation_periods: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    datapoints_to_alarm: Option<u32>,
    comparison_operator: &'static str,
    threshold: f64,
    treat_missing_data: &'static str,
    evaluate_low_sample_count_percentile: &'static str,
}

#[derive(Serialize)]
struct Dimension<'a> {
    value: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Query<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metric_stat: Option<Stat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    return_data: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Stat<'a> {
    metric: Metric<'a>,
    period: u32,
    stat: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric<'a> {
    dimensions: Vec<Dimension<'a>>,
    metric_name: &'a str,
    namespace: &'a str,
}

/// The message's JSON text, without blanks.
pub(super) fn message(transition: &Transition) -> String {
    let definition = &*transition.definition;
    let actions = definition.actions();
    let (trigger, alarm_rule, triggering_children) = match definition {
        Alarm::Metric(alarm) => (Some(trigger(alarm)), None, None),
        Alarm::Composite(alarm) => (None, Some(alarm.rule.as_str()), Some(children(transition))),
    };
    let message = Message {
        alarm_name: definition.name(),
        alarm_description: definition.description(),
        account_id: &transition.account.id,
        alarm_configuration_updated_timestamp: moment::with_offset(transition.configured_at),
        new_state_value: transition.to.as_str(),
        new_state_reason: &transition.reason,
        state_change_time: moment::with_offset(transition.at),
        region: region::display_name(&transition.account.region),
        alarm_arn: &transition.arn,
        old_state_value: transition.from.as_str(),
        ok_actions: &actions.ok,
        alarm_actions: &actions.alarm,
        insufficient_data_actions: &actions.insufficient_data,
        trigger,
        alarm_rule,
        triggering_children,
    };
    serde_json::to_string(&message).expect("texts and finite numbers are JSON")
}

fn children(transition: &Transition) -> Vec<Child<'_>> {
    let child = |child: &'_ crate::alarm::Child| ChildState {
        value: child.state.as_str(),
        timestamp: moment::with_offset(child.at),
    };
    transition.children.iter().map(|one| Child { arn: &one.arn, state: child(one) }).collect()
}

fn trigger(alarm: &MetricAlarm) -> Trigger<'_> {
    match &alarm.source {
        AlarmSource::Metric(stat) => Trigger::Metric(metric_trigger(alarm, stat)),
        AlarmSource::Math(queries) => {
            let period = queries.iter().find_map(period_of).unwrap_or_default();
            Trigger::Math(MathTrigger { rule: comparing(alarm, period), metrics: queries.iter().map(query).collect() })
        }
    }
}

fn period_of(query: &MetricDataQuery) -> Option<u32> {
    match &query.source {
        QuerySource::Metric(stat) => Some(stat.period),
        QuerySource::Expression { period, .. } => *period,
    }
}

fn metric_trigger<'a>(alarm: &'a MetricAlarm, stat: &'a MetricStat) -> MetricTrigger<'a> {
    let extended = is_extended(&stat.stat);
    MetricTrigger {
        metric_name: &stat.metric.name,
        namespace: &stat.metric.namespace,
        statistic_type: if extended { "ExtendedStatistic" } else { "Statistic" },
        statistic: upper_case(&stat.stat),
        extended_statistic: extended.then(|| stat.stat.to_string()),
        unit: stat.unit.map(crate::Unit::as_str),
        dimensions: dimensions(&stat.metric),
        rule: comparing(alarm, stat.period),
    }
}

/// The statistic as notifications spell it; an extended one has a member of its own.
fn upper_case(statistic: &Statistic) -> Option<&'static str> {
    match statistic {
        Statistic::SampleCount => Some("SAMPLE_COUNT"),
        Statistic::Average => Some("AVERAGE"),
        Statistic::Sum => Some("SUM"),
        Statistic::Minimum => Some("MINIMUM"),
        Statistic::Maximum => Some("MAXIMUM"),
        _ => None,
    }
}

fn comparing(alarm: &MetricAlarm, period: u32) -> Comparing {
    Comparing {
        period,
        evaluation_periods: alarm.evaluation_periods,
        datapoints_to_alarm: alarm.datapoints_to_alarm,
        comparison_operator: alarm.comparison.as_str(),
        threshold: alarm.threshold,
        treat_missing_data: alarm.missing_data().as_str(),
        evaluate_low_sample_count_percentile: match alarm.low_samples {
            LowSamples::Evaluate => "",
            LowSamples::Ignore => LowSamples::Ignore.as_str(),
        },
    }
}

fn dimensions(metric: &MetricId) -> Vec<Dimension<'_>> {
    metric.dimensions.iter().map(|(name, value)| Dimension { value, name }).collect()
}

fn query(query: &MetricDataQuery) -> Query<'_> {
    let (expression, metric_stat, period) = match &query.source {
        QuerySource::Expression { expression, period } => (Some(expression.as_str()), None, *period),
        QuerySource::Metric(stat) => (None, Some(self::stat(stat)), None),
    };
    let label = query.label.as_deref();
    Query { expression, id: &query.id, label, metric_stat, period, return_data: query.return_data }
}

fn stat(stat: &MetricStat) -> Stat<'_> {
    Stat {
        metric: Metric {
            dimensions: dimensions(&stat.metric),
            metric_name: &stat.metric.name,
            namespace: &stat.metric.namespace,
        },
        period: stat.period,
        stat: stat.stat.to_string(),
        unit: stat.unit.map(crate::Unit::as_str),
    }
}
