//! Bad releases of functions.

use serde_json::{Map, Value, json};

use crate::{AwsCli, DrillError};

/// The name of a function by its role.
pub(super) fn name(role: &str) -> String {
    format!("{}-{role}", atalaya_local::STACK)
}

/// Releases a function with another value of one environment variable.
///
/// # Errors
/// When the function has no such variable, or Lambda refuses.
pub fn set_variable(aws: &impl AsRef<AwsCli>, role: &str, variable: &str, value: &str) -> Result<(), DrillError> {
    change_variables(aws, role, variable, |variables| {
        variables.insert(variable.to_owned(), value.into());
    })
}

/// Releases a function without one of its environment variables: it does not start.
///
/// # Errors
/// When the function has no such variable, or Lambda refuses.
pub fn remove_variable(aws: &impl AsRef<AwsCli>, role: &str, variable: &str) -> Result<(), DrillError> {
    change_variables(aws, role, variable, |variables| {
        variables.remove(variable);
    })
}

fn change_variables(
    aws: &impl AsRef<AwsCli>,
    role: &str,
    variable: &str,
    change: impl FnOnce(&mut Map<String, Value>),
) -> Result<(), DrillError> {
    let function = name(role);
    let shown = aws.as_ref().json(&["lambda", "get-function-configuration", "--function-name", &function])?;
    let mut variables = shown["Environment"]["Variables"].as_object().cloned().unwrap_or_default();
    if !variables.contains_key(variable) {
        let reason = format!("{function} has no variable {variable}");
        return Err(DrillError::Call { call: "aws lambda get-function-configuration".to_owned(), reason });
    }
    change(&mut variables);
    let environment = json!({ "Variables": variables }).to_string();
    let call = ["lambda", "update-function-configuration", "--function-name", &function, "--environment", &environment];
    aws.as_ref().call(&call).map(drop)
}

/// Releases a function that may run so many seconds only.
///
/// # Errors
/// When Lambda refuses.
pub fn set_timeout(aws: &impl AsRef<AwsCli>, role: &str, seconds: u32) -> Result<(), DrillError> {
    let (function, seconds) = (name(role), seconds.to_string());
    let call = ["lambda", "update-function-configuration", "--function-name", &function, "--timeout", &seconds];
    aws.as_ref().call(&call).map(drop)
}

/// Lets a function run so many times at once, and no more; with 0 every call is refused.
///
/// # Errors
/// When Lambda refuses.
pub fn limit_concurrency(aws: &impl AsRef<AwsCli>, role: &str, runs: u32) -> Result<(), DrillError> {
    let (function, runs) = (name(role), runs.to_string());
    let call = ["lambda", "put-function-concurrency", "--function-name", &function];
    aws.as_ref().call(&[&call[..], &["--reserved-concurrent-executions", &runs]].concat()).map(drop)
}

/// Lets a function's failure destination name a queue that is not there; all else of its configuration stays.
///
/// # Errors
/// When the function has no such destination, or Lambda refuses.
pub fn lose_given_up(aws: &impl AsRef<AwsCli>, role: &str) -> Result<(), DrillError> {
    let function = name(role);
    let of = ["--function-name", &function, "--qualifier", "$LATEST"];
    let mut config = aws.as_ref().json(&[&["lambda", "get-function-event-invoke-config"][..], &of].concat())?;
    let Some(queue) = config.pointer("/DestinationConfig/OnFailure/Destination").and_then(Value::as_str) else {
        let reason = format!("{function} has no failure destination");
        return Err(DrillError::Call { call: "aws lambda get-function-event-invoke-config".to_owned(), reason });
    };
    let destination = json!({ "OnFailure": { "Destination": format!("{queue}-of-a-bad-release") } });
    // Lambda takes a configuration as a whole; what it tells besides is none of it.
    config["DestinationConfig"] = destination;
    config["FunctionName"] = function.as_str().into();
    config["Qualifier"] = "$LATEST".into();
    if let Some(fields) = config.as_object_mut() {
        fields.retain(|name, _| name != "FunctionArn" && name != "LastModified");
    }
    let config = config.to_string();
    aws.as_ref().call(&["lambda", "put-function-event-invoke-config", "--cli-input-json", &config]).map(drop)
}

/// Hands a function an event as a rule does: Lambda takes it and calls the function later, and again if it fails.
///
/// # Errors
/// When Lambda refuses.
pub fn invoke_later(aws: &impl AsRef<AwsCli>, role: &str, payload: &str) -> Result<(), DrillError> {
    let function = name(role);
    let call = ["lambda", "invoke", "--function-name", &function, "--invocation-type", "Event"];
    aws.as_ref().call(&[&call[..], &["--payload", payload, "/dev/null"]].concat()).map(drop)
}
