//! The evaluation of composite alarms.

use serde::Serialize;

use super::{CloudWatch, Kind, Verdict};
use crate::{
    alarm::{Child, Rule, State, Suppression},
    moment,
};

/// What it takes to evaluate a composite alarm, worked out once.
#[derive(Debug)]
pub(super) struct Compound {
    /// The rule, with names instead of ARNs.
    pub(super) rule: Rule,
    /// The alarms that it names, in its order, each once.
    pub(super) children: Vec<String>,
    /// The alarm that keeps its actions back, and how far that is.
    pub(super) suppressor: Option<(String, Suppression)>,
    /// Why it is to be evaluated though no child has changed.
    pub(super) put: Option<Put>,
}

/// How its definition came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Created,
    Updated,
}

impl CloudWatch {
    /// Evaluates every composite alarm that was put or of which a child has changed since the last time, children
    /// before parents; then runs the actions that no suppressor keeps back any more.
    ///
    /// Changes of the same moment are looked at together, so that a composite does not go to and fro between them.
    pub(super) fn evaluate_composites(&mut self) {
        for index in 0..self.composites.len() {
            let name = self.composites[index].clone();
            if let Some(verdict) = self.judge(&name) {
                self.settle_on(&name, verdict);
            }
        }
        self.suppress();
        self.changed.clear();
    }

    /// The state that the rule gives now, if it is to be evaluated and the state is another.
    fn judge(&mut self, name: &str) -> Option<Verdict> {
        let entry = self.alarms.get_mut(name).expect("an alarm's name");
        let Kind::Composite(compound) = &mut entry.kind else { return None };
        let put = compound.put.take();
        let (current, arn) = (entry.status.state, entry.status.arn.clone());
        let Kind::Composite(compound) = &self.entry(name).kind else { return None };
        let has_changed = |child: &&String| self.changed.contains(child);
        let triggers: Vec<&String> = match put {
            Some(_) => compound.children.iter().collect(),
            None => compound.children.iter().filter(has_changed).collect(),
        };
        if put.is_none() && triggers.is_empty() {
            return None;
        }
        let holds = compound.rule.holds(&|child| self.entry(child).status.state);
        let state = if holds { State::Alarm } else { State::Ok };
        if state == current {
            return None;
        }
        let children: Vec<_> = triggers.into_iter().map(|child| self.child(child)).collect();
        let reason = match (put, children.first()) {
            (None, Some(child)) => {
                format!("{} transitioned to {} at {}", child.arn, child.state.as_str(), moment::spoken(child.at))
            }
            (Some(Put::Updated), _) => format!("{arn} was updated and its alarm rule evaluates to {}", state.as_str()),
            _ => format!("{arn} was created and its alarm rule evaluates to {}", state.as_str()),
        };
        Some(Verdict { state, reason, reason_data: Some(reason_data(&children)), children })
    }

    fn child(&self, name: &str) -> Child {
        let status = &self.entry(name).status;
        Child { arn: status.arn.clone(), state: status.state, at: status.transitioned_at }
    }
}

/// The data behind a composite alarm's reason, with keys in CloudWatch's order. User guide, "Alarm events and
/// EventBridge".
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReasonData<'a> {
    triggering_alarms: Vec<TriggeringAlarm<'a>>,
}

#[derive(Serialize)]
struct TriggeringAlarm<'a> {
    arn: &'a str,
    state: StateSince,
}

#[derive(Serialize)]
struct StateSince {
    value: &'static str,
    timestamp: String,
}

fn reason_data(children: &[Child]) -> String {
    let told = |child: &'_ Child| StateSince { value: child.state.as_str(), timestamp: moment::with_offset(child.at) };
    let triggering_alarms = children.iter().map(|child| TriggeringAlarm { arn: &child.arn, state: told(child) });
    let data = ReasonData { triggering_alarms: triggering_alarms.collect() };
    serde_json::to_string(&data).expect("texts are JSON")
}
