//! What was deployed: the parameters and outputs of the pipeline's stack, which nothing but a deployment changes.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use jiff::Timestamp;

use crate::connect::refused;
use crate::exit::Failure;

/// The stack as CloudFormation knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Deployed {
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) outputs: BTreeMap<String, String>,
    /// `CREATE_COMPLETE`, `UPDATE_ROLLBACK_FAILED` and the like.
    pub(super) status: String,
    /// When it was last deployed.
    pub(super) at: Option<Timestamp>,
}

impl Deployed {
    /// Asks CloudFormation (`cloudformation:DescribeStacks`).
    pub(super) async fn read(sdk: &SdkConfig, stack: &str) -> Result<Self, Failure> {
        let client = aws_sdk_cloudformation::Client::new(sdk);
        let answer = client.describe_stacks().stack_name(stack).send().await;
        let answer = answer.map_err(|error| refused(&format!("read how the stack {stack} was deployed"), &error))?;
        let Some(found) = answer.stacks().first() else {
            return Err(Failure::not_found(format!("CloudFormation knows no stack {stack}")));
        };
        let parameters = found.parameters().iter().filter_map(|parameter| {
            // What is looked up in a parameter store has its value apart from what was typed.
            let value = parameter.resolved_value().or(parameter.parameter_value())?;
            Some((parameter.parameter_key()?.to_owned(), value.to_owned()))
        });
        let outputs = found
            .outputs()
            .iter()
            .filter_map(|output| Some((output.output_key()?.to_owned(), output.output_value()?.to_owned())));
        let at = found.last_updated_time().or(found.creation_time());
        Ok(Self {
            parameters: parameters.collect(),
            outputs: outputs.collect(),
            status: found.stack_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            at: at.and_then(|at| Timestamp::from_nanosecond(at.as_nanos()).ok()),
        })
    }

    /// Whether its last deployment succeeded.
    pub(super) fn is_complete(&self) -> bool {
        let complete = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"];
        complete.contains(&self.status.as_str())
    }

    /// A parameter, or an output of the same name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).or_else(|| self.outputs.get(name)).map(String::as_str)
    }

    /// The same where it is a whole number.
    pub(super) fn number(&self, name: &str) -> Option<i32> {
        self.value(name)?.trim().parse().ok()
    }
}
