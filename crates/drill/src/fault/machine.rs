//! Bad releases of the state machine.

use std::time::Duration;

use atalaya_contract::FileId;
use serde_json::Value;

use crate::{
    DrillError, World,
    wait::{Seen, until},
};

/// How long an execution may take to begin.
const BEGUN: Duration = Duration::from_secs(30);

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

/// Stops the execution of a file's first attempt, as soon as it runs.
///
/// # Errors
/// When it does not begin, or Step Functions refuses.
pub fn stop_execution(world: &World, file_id: &FileId) -> Result<(), DrillError> {
    let machine = &world.local().outputs().state_machine_arn;
    let list = ["stepfunctions", "list-executions", "--state-machine-arn", machine, "--status-filter", "RUNNING"];
    let arn = until("the execution to run", BEGUN, || {
        let running = world.aws_json(&list)?;
        let executions = running["executions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ours = executions.iter().find(|execution| execution["name"] == file_id.as_str());
        Ok(match ours.and_then(|execution| execution["executionArn"].as_str()) {
            Some(arn) => Seen::Yes(arn.to_owned()),
            None => Seen::NotYet(format!("{} others run", executions.len())),
        })
    })?;
    world.aws(&["stepfunctions", "stop-execution", "--execution-arn", &arn, "--cause", "a drill"]).map(drop)
}
