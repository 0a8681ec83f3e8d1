//! From a case and the template's alarms to a scenario: every name is resolved, and what names nothing is a fault.

use std::collections::BTreeMap;

use atalaya_document::{Place, nearest};

use super::{
    case::{At, Case, Expectation, SeriesInput, TestFile},
    fault::Fault,
    metric_key,
    scenario::{ForcedState, Scenario, ScenarioSeries},
    stage::{Stage, StagedAlarm, reads},
};
use atalaya_cloudwatch::{
    MetricId, MetricStat, Statistic,
    alarm::{Actions, Alarm, AlarmSource, Comparison, LowSamples, MetricAlarm, MissingData, State},
};

/// Namespace of the metrics that alarms in forced states watch; nobody sends them.
const FORCED: &str = "Atalaya/ForcedState";
/// Length of a period of states in seconds.
const MINUTE: i64 = 60;

/// The scenario of a case, or everything that is wrong with its names.
pub(super) fn scenario(file: &TestFile, case: &Case, stage: &Stage) -> Result<Scenario, Vec<Fault>> {
    let mut preparation = Preparation { file, case, stage, faults: Vec::new() };
    let scenario = preparation.scenario();
    match scenario {
        Some(scenario) if preparation.faults.is_empty() => Ok(scenario),
        _ => Err(preparation.faults),
    }
}

/// The alarm that a case is about.
///
/// # Errors
/// The fault that says which alarms there are.
pub(super) fn subject<'s>(file: &TestFile, case: &Case, stage: &'s Stage) -> Result<&'s StagedAlarm, Fault> {
    let alarm = &file.alarm.value;
    let instances = stage.instances(alarm);
    let Some(instance) = &case.instance else {
        return stage.find(alarm).ok_or_else(|| {
            if !instances.is_empty() {
                let hint = Some(format!("give the case an `instance`: {}", instances.join(", ")));
                return fault(
                    file,
                    case.name.place,
                    format!("`{alarm}` is a family of {} alarms", instances.len()),
                    hint,
                );
            }
            let names = stage.alarms.iter().map(|alarm| alarm.name.as_str());
            fault(file, file.alarm.place, format!("the template has no alarm `{alarm}`"), nearest::hint(alarm, names))
        });
    };
    stage.find(&format!("{alarm}-{}", instance.value)).ok_or_else(|| {
        let hint = nearest::hint(&instance.value, instances);
        fault(file, instance.place, format!("the template has no alarm `{alarm}-{}`", instance.value), hint)
    })
}

fn fault(file: &TestFile, place: Place, message: String, hint: Option<String>) -> Fault {
    Fault { file: file.file.clone(), line: place.line, column: place.column, message, hint }
}

struct Preparation<'a> {
    file: &'a TestFile,
    case: &'a Case,
    stage: &'a Stage,
    faults: Vec<Fault>,
}

impl Preparation<'_> {
    fn fault(&mut self, place: Place, message: String, hint: Option<String>) {
        self.faults.push(fault(self.file, place, message, hint));
    }

    fn scenario(&mut self) -> Option<Scenario> {
        let subject = match subject(self.file, self.case, self.stage) {
            Ok(subject) => &subject.definition,
            Err(fault) => {
                self.faults.push(fault);
                return None;
            }
        };
        let (alarms, forced) = self.cast(subject);
        let readers: Vec<&MetricStat> =
            alarms.iter().flat_map(reads).filter(|stat| stat.metric.namespace != FORCED).collect();
        let series = self.case.series.iter().filter_map(|input| self.series(input, &readers)).collect();
        let expect = self.case.expect.iter().map(|expectation| self.expectation(expectation)).collect();
        let subject = subject.name().to_owned();
        let (account, prefix) = (self.stage.account.clone(), self.stage.prefix.clone());
        Some(Scenario {
            account,
            start: self.case.start,
            subject,
            alarms: alarms.clone(),
            series,
            forced,
            expect,
            prefix,
        })
    }

    /// The alarm under test with all that it depends on, and the states that some of them are put into. An alarm that
    /// the case names is put into the states it says. Of the others a composite alarm is itself; a metric alarm is
    /// itself where the case has data, and OK where it has none.
    fn cast(&mut self, subject: &Alarm) -> (Vec<Alarm>, Vec<ForcedState>) {
        let mut states: BTreeMap<&str, &[State]> =
            self.case.alarms.iter().map(|input| (input.alarm.value.as_str(), &input.states[..])).collect();
        let mut alarms = vec![subject.clone()];
        let mut forced: Vec<ForcedState> = Vec::new();
        let mut known = Vec::new();
        let mut next = 0;
        while next < alarms.len() {
            for child in self.stage.children(&alarms[next]) {
                known.push(child.name.clone());
                if alarms.iter().any(|alarm| alarm.name() == child.physical) {
                    continue;
                }
                let named = states.remove(child.name.as_str()).or_else(|| states.remove(child.physical.as_str()));
                let definition = child.staged.map(|staged| &staged.definition);
                let is_itself = match definition {
                    Some(Alarm::Composite(_)) => named.is_none(),
                    Some(Alarm::Metric(_)) => named.is_none() && !self.case.series.is_empty(),
                    None => false,
                };
                if let Some(definition) = definition.filter(|_| is_itself) {
                    alarms.push(definition.clone());
                } else {
                    forced.extend(changes(&child.physical, named.unwrap_or(&[State::Ok])));
                    alarms.push(puppet(&child.physical));
                }
            }
            next += 1;
        }
        for input in self.case.alarms.iter().filter(|input| states.contains_key(input.alarm.value.as_str())) {
            let name = &input.alarm.value;
            let (message, hint) = if known.is_empty() {
                (format!("`{name}` cannot be put into a state: the alarm under test depends on no other alarm"), None)
            } else {
                let hint = nearest::hint(name, known.iter().map(String::as_str));
                (format!("the alarm under test does not depend on `{name}`"), hint)
            };
            self.fault(input.alarm.place, message, hint);
        }
        forced.sort_by_key(|forced| forced.at);
        (alarms, forced)
    }

    fn series(&mut self, input: &SeriesInput, readers: &[&MetricStat]) -> Option<ScenarioSeries> {
        let At { value: key, place } = &input.key;
        let metric = match self.metric(key) {
            Ok(metric) => metric,
            Err((message, hint)) => {
                self.fault(*place, message, hint);
                return None;
            }
        };
        let of_metric: Vec<_> = readers.iter().filter(|stat| stat.metric == metric).collect();
        if of_metric.is_empty() {
            self.fault(*place, format!("no alarm of this case reads `{metric}`"), unread(&metric, readers));
        } else if let Some(unit) =
            of_metric.iter().map(|stat| stat.unit).reduce(|one, other| if one == other { one } else { None }).flatten()
            && unit != input.unit
        {
            let message = format!("the alarm reads only samples in {unit}, and these are in {}", input.unit);
            self.fault(*place, message, Some(format!("write {{ values: \"…\", unit: {unit} }}")));
        }
        Some(ScenarioSeries { metric, unit: input.unit, every: input.every, notation: input.notation.clone() })
    }

    /// The metric of a key, with `${…}` put in.
    fn metric(&self, key: &str) -> Result<MetricId, (String, Option<String>)> {
        let metric = metric_key::metric(key).map_err(|what| (format!("`{key}` {what}"), None))?;
        let put_in = |text: &str| {
            metric_key::substitute(text, &self.stage.variables).map_err(|name| self.unknown_variable(&name))
        };
        let dimensions = metric.dimensions.iter().map(|(name, value)| Ok((put_in(name)?, put_in(value)?)));
        let dimensions = dimensions.collect::<Result<_, (String, Option<String>)>>()?;
        Ok(MetricId { namespace: put_in(&metric.namespace)?, name: put_in(&metric.name)?, dimensions })
    }

    fn unknown_variable(&self, name: &str) -> (String, Option<String>) {
        let hint = nearest::hint(name, self.stage.variables.keys().map(String::as_str));
        (format!("`${{{name}}}` stands for nothing: the template has no such parameter"), hint)
    }

    /// The expectation with `${…}` put in.
    fn expectation(&mut self, expectation: &Expectation) -> Expectation {
        let place = expectation.place;
        let mut put_in = |text: &str| {
            metric_key::substitute(text, &self.stage.variables).unwrap_or_else(|name| {
                let (message, hint) = self.unknown_variable(&name);
                self.fault(place, message, hint);
                text.to_owned()
            })
        };
        let mut found = expectation.clone();
        found.reason = found.reason.as_deref().map(&mut put_in);
        found.subject = found.subject.as_deref().map(&mut put_in);
        found.message.iter_mut().for_each(|message| texts_of(message, &mut put_in));
        found.actions.iter_mut().flatten().for_each(|action| *action = put_in(action));
        found
    }
}

/// Changes every text in a JSON document.
fn texts_of(value: &mut serde_json::Value, change: &mut impl FnMut(&str) -> String) {
    match value {
        serde_json::Value::String(text) => *text = change(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| texts_of(item, change)),
        serde_json::Value::Object(entries) => entries.values_mut().for_each(|value| texts_of(value, change)),
        _ => {}
    }
}

/// The hint for a metric that no alarm reads: what was probably meant, else what is read.
fn unread(metric: &MetricId, readers: &[&MetricStat]) -> Option<String> {
    let names: Vec<_> = readers.iter().map(|stat| stat.metric.to_string()).collect();
    if let Some(near) = nearest::word(&metric.to_string(), names.iter().map(String::as_str)) {
        return Some(format!("did you mean `{near}`?"));
    }
    let same_name = readers.iter().find(|stat| stat.metric.name == metric.name);
    if let Some(stat) = same_name {
        return Some(format!("it reads `{}`: namespace and every dimension must be the same", stat.metric));
    }
    nearest::hint(&metric.to_string(), names.iter().map(String::as_str))
}

/// An alarm that stays in whatever state it is put into: nobody sends its metric, and it ignores that.
pub(super) fn puppet(name: &str) -> Alarm {
    let stat = MetricStat {
        metric: MetricId::new(FORCED, "State", [("AlarmName", name)]),
        period: 60,
        stat: Statistic::Maximum,
        unit: None,
    };
    Alarm::Metric(MetricAlarm {
        name: name.to_owned(),
        description: None,
        actions: Actions::default(),
        source: AlarmSource::Metric(stat),
        evaluation_periods: 1,
        datapoints_to_alarm: None,
        threshold: 0.0,
        comparison: Comparison::GreaterThanThreshold,
        treat_missing_data: Some(MissingData::Ignore),
        low_samples: LowSamples::Evaluate,
    })
}

/// The times at which an alarm is put into another state.
fn changes(alarm: &str, states: &[State]) -> Vec<ForcedState> {
    let mut changes: Vec<ForcedState> = Vec::new();
    for (minute, state) in states.iter().enumerate() {
        if changes.last().is_none_or(|last| last.state != *state) {
            changes.push(ForcedState { at: minute as i64 * MINUTE, alarm: alarm.to_owned(), state: *state });
        }
    }
    changes
}
