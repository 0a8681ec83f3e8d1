//! The alarms: states, reasons, what to do, and what happened.

use atalaya_cloudwatch::{
    CloudWatch, QuerySource,
    alarm::{Alarm, AlarmSource, AlarmStatus, HistoryItem, HistoryItemType, MetricAlarm, State},
};
use atalaya_contract::{AlarmCondition, AlarmDescription, AlarmPeriods, Comparison, MissingData};
use serde_json::{Value, json};

use super::{
    alarm_context::Pages,
    alarm_graph,
    answer::Refusal,
    app::App,
    first_step,
    request::Asked,
    runbooks::{self, Shelf},
};
use crate::stack::STACK;

/// All alarms, the worst first.
pub(super) fn all<L>(app: &App<L>) -> Value {
    let shelf = Shelf::look(&app.runbooks);
    let notices = app.mailbox.all();
    let pages = Pages::newest(&notices);
    app.cloudwatch.read(|cloudwatch| {
        let mut alarms: Vec<_> = cloudwatch.alarms().map(|alarm| (described(alarm), alarm)).collect();
        alarms.sort_by_key(|(description, alarm)| (rank(alarm.state), description.rank(), alarm.definition.name()));
        let told: Vec<_> = alarms.iter().map(|(description, alarm)| told(description, alarm, &shelf, &pages)).collect();
        json!({ "now": cloudwatch.now(), "alarms": told })
    })
}

/// One alarm by its name, with or without the stack's, with its graph and all else that is known of it.
pub(super) fn one<L>(app: &App<L>, name: &str, asked: &Asked) -> Result<Value, Refusal> {
    let shelf = Shelf::look(&app.runbooks);
    let notices = app.mailbox.all();
    let pages = Pages::newest(&notices);
    let mut value = app.cloudwatch.read(|cloudwatch| {
        let alarm = find(cloudwatch, name)?;
        let whole = alarm.definition.name();
        let mut value = told(&described(alarm), alarm, &shelf, &pages);
        let related = |names: &mut dyn Iterator<Item = &str>| -> Vec<Value> {
            let known = names.filter_map(|name| cloudwatch.alarm(name));
            known.map(|alarm| told(&described(alarm), alarm, &shelf, &pages)).collect()
        };
        value["now"] = json!(cloudwatch.now());
        value["children"] = json!(related(&mut cloudwatch.children(whole).iter().map(String::as_str)));
        value["parents"] = json!(related(&mut cloudwatch.parents(whole)));
        value["history"] = cloudwatch.history(whole).iter().rev().map(happened).collect();
        Ok::<_, Refusal>(value)
    })?;
    value["graph"] = alarm_graph::drawn(app, name, asked)?;
    Ok(value)
}

/// The alarm of this name, with or without the stack's.
pub(super) fn find<'a>(cloudwatch: &'a CloudWatch, name: &str) -> Result<&'a AlarmStatus, Refusal> {
    cloudwatch
        .alarm(name)
        .or_else(|| cloudwatch.alarm(&format!("{STACK}-{name}")))
        .ok_or_else(|| Refusal::not_found(format!("there is no alarm `{name}`; /alarms shows all of them")))
}

/// What the alarm's description says.
pub(super) fn described(alarm: &AlarmStatus) -> AlarmDescription {
    AlarmDescription::read(alarm.definition.description().unwrap_or_default())
}

/// An alarm's name without the stack's.
pub(super) fn short(name: &str) -> &str {
    name.strip_prefix(STACK).and_then(|name| name.strip_prefix('-')).unwrap_or(name)
}

/// The worst first.
const fn rank(state: State) -> u8 {
    match state {
        State::Alarm => 0,
        State::InsufficientData => 1,
        State::Ok => 2,
    }
}

fn told(description: &AlarmDescription, alarm: &AlarmStatus, shelf: &Shelf, pages: &Pages<'_>) -> Value {
    let name = alarm.definition.name();
    json!({
        "name": name,
        "short": short(name),
        "state": alarm.state.as_str(),
        "since": alarm.transitioned_at,
        "reason": alarm.reason,
        "summary": description.summary,
        "severity": description.severity,
        "is_part": description.is_part(),
        "first_step": description.first_step.as_deref().map(first_step::parts),
        "context": pages.context(&alarm.definition),
        "runbook": description.runbook.as_deref().and_then(|address| shelf.link(address)),
        "dashboard": description.dashboard.as_deref().and_then(runbooks::own_path),
        "condition": condition(&alarm.definition),
        "suppressed": alarm.suppressed_by.is_some(),
        "evaluation_error": alarm.evaluation_error,
    })
}

/// When it alarms, in words.
fn condition(alarm: &Alarm) -> String {
    match alarm {
        Alarm::Composite(composite) => composite.rule.clone(),
        Alarm::Metric(metric) => {
            let (what, period) = watched(metric);
            let Some(comparison) = Comparison::from_name(metric.comparison.as_str()) else { return what };
            AlarmCondition {
                what,
                comparison,
                threshold: metric.threshold,
                periods: AlarmPeriods {
                    datapoints: metric.datapoints(),
                    of: metric.evaluation_periods,
                    seconds: period,
                },
                missing_data: MissingData::from_name(metric.missing_data().as_str()),
            }
            .to_string()
        }
    }
}

/// What a metric alarm compares with its threshold, and the length of its periods in seconds.
fn watched(alarm: &MetricAlarm) -> (String, Option<u32>) {
    match &alarm.source {
        AlarmSource::Metric(stat) => (format!("{} of {}", stat.stat, stat.metric.name), Some(stat.period)),
        AlarmSource::Math(queries) => {
            let returned = queries.iter().find(|query| query.return_data);
            let period = queries.iter().find_map(|query| match &query.source {
                QuerySource::Metric(stat) => Some(stat.period),
                QuerySource::Expression { period, .. } => *period,
            });
            let what = returned.map_or_else(String::new, |query| match (&query.label, &query.source) {
                (Some(label), _) => label.clone(),
                (None, QuerySource::Expression { expression, .. }) => expression.clone(),
                (None, QuerySource::Metric(stat)) => format!("{} of {}", stat.stat, stat.metric.name),
            });
            (what, period)
        }
    }
}

fn happened(item: &HistoryItem) -> Value {
    let data: Value = serde_json::from_str(&item.data).unwrap_or_default();
    let (kind, words) = match item.item_type {
        HistoryItemType::StateUpdate => ("state", data["newState"]["stateReason"].as_str().unwrap_or_default()),
        HistoryItemType::Action => ("action", data["notificationResource"].as_str().unwrap_or_default()),
        HistoryItemType::ConfigurationUpdate => ("configuration", ""),
    };
    json!({
        "at": item.at,
        "kind": kind,
        "summary": item.summary,
        "from": data["oldState"]["stateValue"],
        "to": data["newState"]["stateValue"],
        "detail": words,
    })
}
