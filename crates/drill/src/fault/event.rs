//! Ways of events that were cut.

use atalaya_local::STACK;

use crate::{DrillError, World, fault::function};

/// Switches a rule off; `bus` names one that is not the default.
///
/// # Errors
/// When EventBridge refuses.
pub fn disable_rule(world: &World, rule: &str, bus: Option<&str>) -> Result<(), DrillError> {
    let on: Vec<_> = bus.iter().flat_map(|bus| ["--event-bus-name", bus]).collect();
    world.aws(&[&["events", "disable-rule", "--name", rule], &on[..]].concat()).map(drop)
}

/// Takes all targets from a rule.
///
/// # Errors
/// When EventBridge refuses.
pub fn remove_targets(world: &World, rule: &str, bus: Option<&str>) -> Result<(), DrillError> {
    let on: Vec<_> = bus.iter().flat_map(|bus| ["--event-bus-name", bus]).collect();
    let listed = world.aws_json(&[&["events", "list-targets-by-rule", "--rule", rule], &on[..]].concat())?;
    let targets = listed["Targets"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<_> = targets.iter().filter_map(|target| target["Id"].as_str()).collect();
    world.aws(&[&["events", "remove-targets", "--rule", rule], &on[..], &["--ids"], &ids[..]].concat()).map(drop)
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
    let of_function = |one: &&serde_json::Value| {
        one["Endpoint"].as_str().is_some_and(|endpoint| endpoint.ends_with(&format!(":function:{STACK}-{role}")))
    };
    let arn = subscriptions.iter().find(of_function).and_then(|one| one["SubscriptionArn"].as_str());
    let arn = arn.ok_or_else(|| {
        let reason = format!("{role} is not subscribed to {topic_arn}");
        DrillError::Call { call: "aws sns list-subscriptions-by-topic".to_owned(), reason }
    })?;
    world.aws(&["sns", "unsubscribe", "--subscription-arn", arn]).map(drop)
}
