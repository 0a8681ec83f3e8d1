//! What `--fix` can put back. Each may be repeated: it sets what was deployed, whatever stands there.

use std::collections::BTreeMap;

use atalaya_cloud::CloudError;
use atalaya_operations::functions::{ConfigurationChange, Functions};
use atalaya_operations::queues::Queues;
use atalaya_operations::rules::{RuleTarget, Rules};
use serde::Serialize;

use super::grant::Grant;
use crate::connect::{Stack, Watching};
use crate::operate::summary::Item;
use crate::operate::work::{Step, Target};

/// One thing to put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "repair")]
pub(super) enum Repair {
    /// Variables, time-out and memory of a function.
    Configure(Configuration),
    /// Takes away the concurrency that is kept for a function, and with it its limit.
    FreeConcurrency { function: String },
    /// Keeps so many runs for a function.
    ReserveConcurrency { function: String, runs: i32 },
    /// Puts a rule on; without a bus it is on the account's.
    EnableRule { name: String, bus: Option<String> },
    /// Lets a rule call whom it was deployed to call.
    AimRule(Aim),
    /// Puts an event source of a function on.
    EnableSource { uuid: String },
    /// Sets attributes of a queue.
    SetQueue { url: String, attributes: BTreeMap<String, String> },
    /// Lets alarms act.
    EnableAlarms { alarms: Vec<String> },
    /// Puts a policy back.
    Grant(Grant),
}

/// What of a function's configuration is to change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Configuration {
    pub(super) function: String,
    /// The others stay.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) variables: BTreeMap<String, String>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timeout: Option<i32>,
    /// MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory: Option<i32>,
}

/// Whom a rule is to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Aim {
    pub(super) rule: String,
    /// Without one it is on the account's.
    pub(super) bus: Option<String>,
    /// Of the target, where the rule has none.
    pub(super) id: String,
    pub(super) arn: String,
    /// The queue that keeps what cannot be delivered, where the rule has no target.
    pub(super) dead_letters: String,
}

impl Configuration {
    fn change(&self) -> ConfigurationChange {
        ConfigurationChange { variables: self.variables.clone(), timeout: self.timeout, memory: self.memory }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.variables.is_empty() && self.timeout.is_none() && self.memory.is_none()
    }
}

impl Aim {
    fn target(&self) -> RuleTarget {
        let Self { rule, bus, id, arn, dead_letters } = self.clone();
        RuleTarget { rule, bus, id, arn, dead_letters }
    }
}

impl Repair {
    /// As the summary of the command tells it.
    pub(super) fn target(self) -> Target<Self> {
        let (id, name, state, will, change) = match &self {
            Self::Configure(back) => {
                let mut parts: Vec<String> = back.variables.keys().cloned().collect();
                parts.extend(back.timeout.map(|seconds| format!("time-out {seconds} s")));
                parts.extend(back.memory.map(|memory| format!("memory {memory} MiB")));
                ("function", back.function.clone(), "changed", "configured as deployed", parts.join(", "))
            }
            Self::FreeConcurrency { function } => {
                ("function", function.clone(), "limited", "allowed to run", "no reserved concurrency".to_owned())
            }
            Self::ReserveConcurrency { function, runs } => {
                let change = format!("reserved concurrency {runs}");
                ("function", function.clone(), "changed", "kept runs as deployed", change)
            }
            Self::EnableRule { name, .. } => ("rule", name.clone(), "off", "put on", String::new()),
            Self::AimRule(aim) => ("rule", aim.rule.clone(), "misled", "aimed as deployed", aim.arn.clone()),
            Self::EnableSource { .. } => {
                ("source", "event source of intake".to_owned(), "off", "put on", String::new())
            }
            Self::SetQueue { url, attributes } => {
                let name = url.rsplit('/').next().unwrap_or(url);
                let names: Vec<_> = attributes.keys().cloned().collect();
                ("queue", name.to_owned(), "changed", "configured as deployed", names.join(", "))
            }
            Self::EnableAlarms { alarms } => {
                let count = atalaya_terminal::human::counted(alarms.len() as u64, "alarm");
                ("alarms", count, "silenced", "allowed to act", alarms.join(", "))
            }
            Self::Grant(grant) => {
                let (kind, name) = grant.holder();
                (kind, name.to_owned(), "changed", "allowed as deployed", grant.part())
            }
        };
        let (id, state, will) = (id.to_owned(), state.to_owned(), will.to_owned());
        let item = Item { id, name, dataset: None, state, will, change };
        Target { item, what: self }
    }

    /// Makes the change.
    pub(super) async fn make(&self, stack: &Stack, watching: &Watching) -> Result<Step, CloudError> {
        let functions = || Functions::new(&stack.sdk);
        let rules = || Rules::new(&stack.sdk);
        match self {
            Self::Configure(back) => functions().configure(&back.function, &back.change()).await,
            Self::FreeConcurrency { function } => functions().free_concurrency(function).await,
            Self::ReserveConcurrency { function, runs } => functions().reserve_concurrency(function, *runs).await,
            Self::EnableRule { name, bus } => rules().enable(name, bus.as_deref()).await,
            Self::AimRule(aim) => rules().retarget(&aim.target()).await,
            Self::EnableSource { uuid } => functions().enable_event_source(uuid).await,
            Self::SetQueue { url, attributes } => Queues::new(&stack.sdk).at(url).set_attributes(attributes).await,
            Self::Grant(grant) => grant.make(stack).await,
            Self::EnableAlarms { alarms } => watching.cloudwatch().enable_actions(alarms).await,
        }?;
        Ok(Step::Done("put back"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_what_is_put_back() {
        let variables = BTreeMap::from([("ATALAYA_LEDGER_TABLE".to_owned(), "t".to_owned())]);
        let back = Configuration { function: "s-notify".to_owned(), variables, timeout: Some(30), memory: None };
        let item = Repair::Configure(back).target().item;
        assert_eq!((item.name.as_str(), item.will.as_str()), ("s-notify", "configured as deployed"));
        assert_eq!(item.change, "ATALAYA_LEDGER_TABLE, time-out 30 s");
        let queue = Repair::SetQueue { url: "http://x/0/s-intake".to_owned(), attributes: BTreeMap::new() };
        assert_eq!(queue.target().item.name, "s-intake");
    }
}
