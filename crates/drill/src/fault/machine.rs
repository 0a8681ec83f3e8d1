//! Bad releases of the state machine.

use serde_json::Value;

use crate::{DrillError, World};

/// Releases the state machine with a time limit for whole executions.
///
/// # Errors
/// When Step Functions refuses.
pub fn limit_executions(world: &World, seconds: u32) -> Result<(), DrillError> {
    let arn = &world.local().outputs().state_machine_arn;
    let shown = world.aws_json(&["stepfunctions", "describe-state-machine", "--state-machine-arn", arn])?;
    let definition = shown["definition"].as_str().unwrap_or_default();
    let mut definition: Value = serde_json::from_str(definition).map_err(|error| DrillError::Call {
        call: "aws stepfunctions describe-state-machine".to_owned(),
        reason: format!("the definition is no JSON: {error}"),
    })?;
    definition["TimeoutSeconds"] = seconds.into();
    let definition = definition.to_string();
    let call = ["stepfunctions", "update-state-machine", "--state-machine-arn", arn, "--definition", &definition];
    world.aws(&call).map(drop)
}
