//! What `--fix` can put back. Each may be repeated: it sets what was deployed, whatever stands there.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use atalaya_cloud::{CloudError, ErrorKind};
use aws_sdk_lambda::types::{Environment, LastUpdateStatus};
use aws_sdk_sqs::types::QueueAttributeName;
use serde::Serialize;

use super::grant::Grant;
use super::{functions, rules};
use crate::connect::{Stack, Watching, refused};
use crate::exit::Failure;
use crate::operate::summary::Item;
use crate::operate::work::{Step, Target};

/// How long Lambda may take to put a change of configuration in force.
const DEADLINE: Duration = Duration::from_secs(60);
/// How often it is asked whether it has.
const ASK_EVERY: Duration = Duration::from_millis(250);

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
    pub(super) fn is_empty(&self) -> bool {
        self.variables.is_empty() && self.timeout.is_none() && self.memory.is_none()
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
                let count = crate::human::counted(alarms.len() as u64, "alarm");
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
        let made = match self {
            Self::Configure(back) => configure(stack, back).await,
            Self::FreeConcurrency { function } => {
                let client = aws_sdk_lambda::Client::new(&stack.sdk);
                let answer = client.delete_function_concurrency().function_name(function).send().await;
                answer
                    .map(|_| "put back")
                    .map_err(|error| refused(&format!("free the concurrency of {function}"), &error))
            }
            Self::ReserveConcurrency { function, runs } => {
                let client = aws_sdk_lambda::Client::new(&stack.sdk);
                let put = client.put_function_concurrency().function_name(function);
                let answer = put.reserved_concurrent_executions(*runs).send().await;
                answer
                    .map(|_| "put back")
                    .map_err(|error| refused(&format!("reserve concurrency for {function}"), &error))
            }
            Self::EnableRule { name, bus } => {
                let client = aws_sdk_eventbridge::Client::new(&stack.sdk);
                let answer = client.enable_rule().name(name).set_event_bus_name(bus.clone()).send().await;
                answer.map(|_| "put back").map_err(|error| refused(&format!("put the rule {name} on"), &error))
            }
            Self::AimRule(aim) => rules::aim(stack, aim).await,
            Self::EnableSource { uuid } => {
                let client = aws_sdk_lambda::Client::new(&stack.sdk);
                let answer = client.update_event_source_mapping().uuid(uuid).enabled(true).send().await;
                answer.map(|_| "put back").map_err(|error| refused("put the event source of intake on", &error))
            }
            Self::SetQueue { url, attributes } => {
                let client = aws_sdk_sqs::Client::new(&stack.sdk);
                let set: HashMap<_, _> = attributes
                    .iter()
                    .map(|(name, value)| (QueueAttributeName::from(name.as_str()), value.clone()))
                    .collect();
                let answer = client.set_queue_attributes().queue_url(url).set_attributes(Some(set)).send().await;
                answer.map(|_| "put back").map_err(|error| refused("configure the queue", &error))
            }
            Self::Grant(grant) => grant.make(stack).await,
            Self::EnableAlarms { alarms } => watching.cloudwatch().enable_actions(alarms).await.map(|()| "put back"),
        };
        // The page of the command tells the sentence; which call it was stands in it.
        made.map(Step::Done)
            .map_err(|failure| CloudError::new(ErrorKind::Unavailable, "put it back", failure.to_string()))
    }
}

/// Sets what differs and waits until it is in force.
async fn configure(stack: &Stack, back: &Configuration) -> Result<&'static str, Failure> {
    let client = aws_sdk_lambda::Client::new(&stack.sdk);
    let name = &back.function;
    let doing = format!("configure {name}");
    let read = || async { client.get_function_configuration().function_name(name).send().await };
    // Variables can only be set all at once; those that nobody speaks of stay as they are now.
    let environment = if back.variables.is_empty() {
        None
    } else {
        let now = read().await.map_err(|error| refused(&doing, &error))?;
        let mut variables = functions::variables(&now);
        variables.extend(back.variables.clone());
        Some(Environment::builder().set_variables(Some(variables.into_iter().collect())).build())
    };
    client
        .update_function_configuration()
        .function_name(name)
        .set_environment(environment)
        .set_timeout(back.timeout)
        .set_memory_size(back.memory)
        .send()
        .await
        .map_err(|error| refused(&doing, &error))?;
    let begun = Instant::now();
    loop {
        let now = read().await.map_err(|error| refused(&doing, &error))?;
        match now.last_update_status() {
            Some(LastUpdateStatus::InProgress) if begun.elapsed() < DEADLINE => tokio::time::sleep(ASK_EVERY).await,
            Some(LastUpdateStatus::InProgress) => {
                return Err(Failure::unreachable(format!("{name} is not configured after {} s", DEADLINE.as_secs())));
            }
            Some(LastUpdateStatus::Failed) => {
                let why = now.last_update_status_reason().unwrap_or("Lambda does not say why");
                return Err(Failure::unreachable(format!("{name} could not be configured: {why}")));
            }
            _ => return Ok("put back"),
        }
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
