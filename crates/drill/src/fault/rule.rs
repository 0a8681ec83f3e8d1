//! What people do with contracts and rules.

use serde_json::{Value, json};

use crate::{DrillError, World};

/// Copies a document over the contract of a dataset, past everything that would refuse it.
///
/// # Errors
/// When S3 refuses.
pub fn overwrite_contract(world: &World, dataset: &str, text: &str) -> Result<(), DrillError> {
    let path = world.desk().join("copied.yaml");
    std::fs::write(&path, text)
        .map_err(|source| DrillError::Machine { what: "writing a contract".to_owned(), source })?;
    let key = format!("s3://{}/{dataset}.odcs.yaml", world.local().outputs().contracts_bucket);
    world.aws(&["s3", "cp", "--only-show-errors", &path.display().to_string(), &key]).map(drop)
}

/// Lets the first target of a rule name something that is not there; all else of it stays. `bus` is absent for the
/// default bus.
///
/// # Errors
/// When EventBridge refuses, or the rule has no target.
pub fn mislead_rule(world: &World, bus: Option<&str>, rule: &str) -> Result<(), DrillError> {
    let of_bus: Vec<&str> = bus.iter().flat_map(|bus| ["--event-bus-name", bus]).collect();
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
