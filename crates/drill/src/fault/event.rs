//! Ways of events that were cut.

use atalaya_local::STACK;
use serde_json::{Value, json};

use crate::{DrillError, World, fault::function};

/// Switches a rule off; `bus` is absent for the default bus.
///
/// # Errors
/// When EventBridge refuses.
pub fn disable_rule(world: &World, bus: Option<&str>, rule: &str) -> Result<(), DrillError> {
    world.aws(&[["events", "disable-rule", "--name", rule].as_slice(), &of_bus(bus)].concat()).map(drop)
}

fn of_bus(bus: Option<&str>) -> Vec<&str> {
    bus.iter().flat_map(|bus| ["--event-bus-name", bus]).collect()
}

/// Lets the first target of a rule name something that is not there; all else of it stays. `bus` is absent for the
/// default bus.
///
/// # Errors
/// When EventBridge refuses, or the rule has no target.
pub fn mislead_rule(world: &World, bus: Option<&str>, rule: &str) -> Result<(), DrillError> {
    let of_bus = of_bus(bus);
    let list = [["events", "list-targets-by-rule", "--rule", rule].as_slice(), &of_bus].concat();
    let mut target = world.aws_json(&list)?["Targets"][0].take();
    let Some(arn) = target["Arn"].as_str() else {
        return Err(DrillError::Call { call: list.join(" "), reason: format!("{rule} has no target") });
    };
    target["Arn"] = Value::String(format!("{arn}-of-a-bad-release"));
    let targets = json!([target]).to_string();
    let put = [["events", "put-targets", "--rule", rule, "--targets", &targets].as_slice(), &of_bus].concat();
    world.aws(&put).map(drop)
}

/// Switches off what hands a queue's messages to a function.
///
/// # Errors
/// When the function reads no queue, or Lambda refuses.
pub fn stop_reading(world: &World, role: &str) -> Result<(), DrillError> {
    let function = function::name(role);
    let listed = world.aws_json(&["lambda", "list-event-source-mappings", "--function-name", &function])?;
    let id = listed.pointer("/EventSourceMappings/0/UUID").and_then(|id| id.as_str()).ok_or_else(|| {
        let reason = format!("{function} has no event source mapping");
        DrillError::Call { call: "aws lambda list-event-source-mappings".to_owned(), reason }
    })?;
    world.aws(&["lambda", "update-event-source-mapping", "--uuid", id, "--no-enabled"]).map(drop)
}

/// Ends a function's subscription to a topic.
///
/// # Errors
/// When it has none, or SNS refuses.
pub fn unsubscribe(world: &World, role: &str, topic_arn: &str) -> Result<(), DrillError> {
    let listed = world.aws_json(&["sns", "list-subscriptions-by-topic", "--topic-arn", topic_arn])?;
    let subscriptions = listed["Subscriptions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_function = |one: &&Value| {
        one["Endpoint"].as_str().is_some_and(|endpoint| endpoint.ends_with(&format!(":function:{STACK}-{role}")))
    };
    let arn = subscriptions.iter().find(of_function).and_then(|one| one["SubscriptionArn"].as_str());
    let arn = arn.ok_or_else(|| {
        let reason = format!("{role} is not subscribed to {topic_arn}");
        DrillError::Call { call: "aws sns list-subscriptions-by-topic".to_owned(), reason }
    })?;
    world.aws(&["sns", "unsubscribe", "--subscription-arn", arn]).map(drop)
}
