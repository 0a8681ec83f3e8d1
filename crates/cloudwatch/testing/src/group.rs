//! Alarms that one test stands for.

use super::stage::StagedAlarm;
use atalaya_cloudwatch::{
    MetricStat, QuerySource,
    alarm::{Alarm, AlarmSource},
};

/// An alarm, or several of one loop that differ in nothing but names and dimensions.
#[derive(Debug)]
pub(super) struct Group {
    /// Names without the prefix.
    pub(super) names: Vec<String>,
    /// The definition of the first one.
    pub(super) definition: Alarm,
}

impl Group {
    /// `FunctionErrors-intake and 3 more`.
    pub(super) fn label(&self) -> String {
        match &self.names[..] {
            [only] => only.clone(),
            names => format!("{} and {} more", names[0], names.len() - 1),
        }
    }
}

/// The alarms of the template, those of one loop together that differ in nothing but names and dimensions.
pub(super) fn groups(alarms: &[StagedAlarm]) -> Vec<Group> {
    let mut groups: Vec<(Option<&str>, Alarm, Group)> = Vec::new();
    for alarm in alarms {
        let bare = bare(&alarm.definition);
        let origin = alarm.origin.as_deref();
        let same = groups.iter_mut().find(|(of, like, _)| origin.is_some() && *of == origin && *like == bare);
        match same {
            Some((_, _, group)) => group.names.push(alarm.name.clone()),
            None => {
                let group = Group { names: vec![alarm.name.clone()], definition: alarm.definition.clone() };
                groups.push((origin, bare, group));
            }
        }
    }
    groups.into_iter().map(|(_, _, group)| group).collect()
}

/// The definition without name, texts and the values of dimensions.
fn bare(alarm: &Alarm) -> Alarm {
    let mut alarm = alarm.clone();
    match &mut alarm {
        Alarm::Composite(composite) => {
            composite.name.clear();
            composite.description = None;
        }
        Alarm::Metric(metric) => {
            metric.name.clear();
            metric.description = None;
            let clear = |stat: &mut MetricStat| stat.metric.dimensions.values_mut().for_each(String::clear);
            match &mut metric.source {
                AlarmSource::Metric(stat) => clear(stat),
                AlarmSource::Math(queries) => {
                    for query in queries {
                        query.label = None;
                        if let QuerySource::Metric(stat) = &mut query.source {
                            clear(stat);
                        }
                    }
                }
            }
        }
    }
    alarm
}
