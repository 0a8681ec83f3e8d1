//! Calls about alarms.

use serde_json::{Map, Value, json};

use super::{
    ApiError, Input,
    alarm_filter::Filter,
    metric_data,
    paging::{Page, with_token},
};
use atalaya_cloudwatch::{
    CloudWatch, MetricStat, QuerySource, Statistic, Unit,
    alarm::{Alarm, AlarmSource, AlarmStatus, State, configuration::configuration},
};

/// How many alarms a page has at most.
const PAGE_OF_ALARMS: u32 = 100;

pub(super) fn describe(cloudwatch: &CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let known = [
        "AlarmNames",
        "AlarmNamePrefix",
        "AlarmTypes",
        "ChildrenOfAlarmName",
        "ParentsOfAlarmName",
        "StateValue",
        "ActionPrefix",
        "MaxRecords",
        "NextToken",
    ];
    let input = Input::of_call(input, &known)?;
    let page = input.page(PAGE_OF_ALARMS)?;
    for family in ["ChildrenOfAlarmName", "ParentsOfAlarmName"] {
        let Some(name) = input.text(family)? else { continue };
        let others = known[..7].iter().filter(|other| **other != family && input.has(other));
        if let Some(other) = others.into_iter().next() {
            return Err(ApiError::combination(format!("{family} cannot be given together with {other}")));
        }
        return describe_family(cloudwatch, name, family == "ParentsOfAlarmName", &page);
    }
    let filter = Filter::read(&input)?;
    Ok(answer(&page, filter.apply(cloudwatch), described))
}

/// Parents are told by name and ARN only, children by their states too (API reference, `DescribeAlarms`).
fn describe_family(cloudwatch: &CloudWatch, name: &str, parents: bool, page: &Page) -> Result<Value, ApiError> {
    if cloudwatch.alarm(name).is_none() {
        return Err(ApiError::not_found(name));
    }
    let members = ["AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"];
    let short = |alarm: &AlarmStatus| {
        let told = if parents { &members[..2] } else { &members[..] };
        let Value::Object(mut whole) = described(alarm) else { return Value::Null };
        whole.retain(|member, _| told.contains(&member.as_str()));
        Value::Object(whole)
    };
    let status = |name: &str| cloudwatch.alarm(name).expect("a rule names alarms that exist");
    Ok(if parents {
        answer(page, cloudwatch.parents(name).map(status), short)
    } else {
        answer(page, cloudwatch.children(name).iter().map(|child| status(child)), short)
    })
}

/// A page of alarms, each kind in its own list.
fn answer<'a>(
    page: &Page,
    alarms: impl Iterator<Item = &'a AlarmStatus>,
    told: impl Fn(&AlarmStatus) -> Value,
) -> Value {
    let (alarms, token) = page.of(alarms);
    let of_kind = |composite: bool| -> Vec<Value> {
        let alarms = alarms.iter().filter(|alarm| matches!(*alarm.definition, Alarm::Composite(_)) == composite);
        alarms.map(|alarm| told(alarm)).collect()
    };
    with_token(json!({"MetricAlarms": of_kind(false), "CompositeAlarms": of_kind(true)}), token)
}

/// A `MetricAlarm` or `CompositeAlarm`.
fn described(alarm: &AlarmStatus) -> Value {
    let mut members: Map<String, Value> = configuration(&alarm.definition);
    let mut insert = |name: &str, value: Value| members.insert(name.to_owned(), value);
    insert("AlarmArn", json!(alarm.arn));
    insert("AlarmConfigurationUpdatedTimestamp", json!(alarm.configured_at));
    insert("StateValue", json!(alarm.state.as_str()));
    insert("StateReason", json!(alarm.reason));
    insert("StateUpdatedTimestamp", json!(alarm.updated_at));
    insert("StateTransitionedTimestamp", json!(alarm.transitioned_at));
    if let Some(data) = &alarm.reason_data {
        insert("StateReasonData", json!(data));
    }
    if let Some(suppressed) = alarm.suppressed_by {
        insert("ActionsSuppressedBy", json!(suppressed.as_str()));
        insert("ActionsSuppressedReason", json!(suppressed.reason()));
    }
    if alarm.evaluation_error.is_some() {
        insert("EvaluationState", json!("EVALUATION_ERROR"));
    }
    Value::Object(members)
}

pub(super) fn describe_for_metric(cloudwatch: &CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let known = ["Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic", "Period", "Unit"];
    let input = Input::of_call(input, &known)?;
    if input.has("Statistic") && input.has("ExtendedStatistic") {
        return Err(ApiError::combination("Statistic and ExtendedStatistic cannot be given together"));
    }
    let metric = metric_data::metric(&input, input.required_text("Namespace")?)?;
    let plain: Option<Statistic> = input.parsed("Statistic")?;
    let statistic = plain.or(input.parsed("ExtendedStatistic")?);
    let period = input.whole("Period", 1, u32::MAX)?;
    let unit: Option<Unit> = input.parsed("Unit")?;
    let watches = |stat: &MetricStat| {
        stat.metric == metric
            && statistic.is_none_or(|statistic| stat.stat == statistic)
            && period.is_none_or(|period| stat.period == period)
            && unit.is_none_or(|unit| stat.unit == Some(unit))
    };
    let alarms = cloudwatch.alarms().filter(|alarm| stats(alarm).any(watches));
    Ok(json!({"MetricAlarms": alarms.map(described).collect::<Vec<_>>()}))
}

/// What an alarm reads of metrics.
fn stats(alarm: &AlarmStatus) -> impl Iterator<Item = &MetricStat> {
    let (single, queries) = match &*alarm.definition {
        Alarm::Metric(alarm) => match &alarm.source {
            AlarmSource::Metric(stat) => (Some(stat), &[][..]),
            AlarmSource::Math(queries) => (None, &queries[..]),
        },
        Alarm::Composite(_) => (None, &[][..]),
    };
    let of_queries = queries.iter().filter_map(|query| match &query.source {
        QuerySource::Metric(stat) => Some(stat),
        QuerySource::Expression { .. } => None,
    });
    single.into_iter().chain(of_queries)
}

pub(super) fn set_state(cloudwatch: &mut CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["AlarmName", "StateValue", "StateReason", "StateReasonData"])?;
    let name = input.required_text("AlarmName")?;
    let state = input.required("StateValue", input.one_of("StateValue", &State::ALL, State::as_str)?)?;
    let reason = input.required_text("StateReason")?;
    if cloudwatch.alarm(name).is_none() {
        return Err(ApiError::not_found(name));
    }
    cloudwatch.set_alarm_state(name, state, reason, input.text("StateReasonData")?)?;
    Ok(json!({}))
}

/// Names without an alarm are passed over: the API reference has no error for them.
pub(super) fn set_actions(cloudwatch: &mut CloudWatch, input: &Value, enabled: bool) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["AlarmNames"])?;
    let names = input.required("AlarmNames", input.texts("AlarmNames")?)?;
    for name in names.into_iter().filter(|name| cloudwatch.alarm(name).is_some()).collect::<Vec<_>>() {
        if enabled {
            cloudwatch.enable_actions(name)?;
        } else {
            cloudwatch.disable_actions(name)?;
        }
    }
    Ok(json!({}))
}
