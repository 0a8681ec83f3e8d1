//! Permissions that somebody takes away.

use atalaya_local::{EndpointFault, RoleStatement};
use serde_json::Value;

use super::{at_endpoint, function};
use crate::{DrillError, World};

/// Takes a statement out of the policy of a function's role, and with it what it allowed: these operations on objects of
/// these buckets. The emulator asks no policy, so the endpoint denies them until the statement is there again.
///
/// # Errors
/// When the function has no such policy or statement, or IAM refuses.
pub fn take_permission(world: &World, role: &str, sid: &str, allowed: &[(&str, &str)]) -> Result<(), DrillError> {
    let name = function::name(role);
    let shown = world.aws_json(&["lambda", "get-function-configuration", "--function-name", &name])?;
    let arn = shown["Role"].as_str().unwrap_or_default();
    let owner = arn.rsplit('/').next().unwrap_or(arn);
    // The policy has the function's name without the stack's.
    let of = ["--role-name", owner, "--policy-name", role];
    let mut document = world.aws_json(&[&["iam", "get-role-policy"][..], &of].concat())?["PolicyDocument"].take();
    let statements = document["Statement"].as_array_mut();
    let taken = statements.and_then(|all| Some(all.remove(all.iter().position(|one| one["Sid"] == sid)?)));
    if taken.is_none() {
        let reason = format!("the policy {role} of {owner} has no statement {sid}");
        return Err(DrillError::Call { call: "aws iam get-role-policy".to_owned(), reason });
    }
    let document: &str = &Value::to_string(&document);
    world.aws(&[&["iam", "put-role-policy"][..], &of, &["--policy-document", document]].concat())?;
    let without = RoleStatement { role: owner.to_owned(), policy: role.to_owned(), sid: sid.to_owned() };
    let denied =
        allowed.iter().map(|(operation, bucket)| EndpointFault::denied_without(without.clone(), operation, bucket));
    at_endpoint(world, &denied.collect::<Vec<_>>())
}
