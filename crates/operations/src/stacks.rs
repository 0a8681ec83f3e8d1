//! Deployed stacks (AWS CloudFormation).

use std::collections::BTreeMap;

use atalaya_cloud::{CloudError, ErrorKind, SdkConfig, SdkResult as _, time};
use aws_sdk_cloudformation::types::TemplateStage;
use jiff::Timestamp;

/// A stack as CloudFormation knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackDescription {
    /// Values of its parameters, by their names.
    pub parameters: BTreeMap<String, String>,
    /// Values of its outputs, by their names.
    pub outputs: BTreeMap<String, String>,
    /// `CREATE_COMPLETE`, `UPDATE_ROLLBACK_FAILED` and the like.
    pub status: String,
    /// When it was last deployed.
    pub deployed_at: Option<Timestamp>,
}

/// The stacks of an account and region.
#[derive(Debug, Clone)]
pub struct Stacks(aws_sdk_cloudformation::Client);

impl Stacks {
    /// By this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_cloudformation::Client::new(config))
    }

    /// A stack by its name (`cloudformation:DescribeStacks`).
    ///
    /// # Errors
    /// `Invalid` or `NotFound` where there is none: CloudFormation calls it an invalid request.
    pub async fn describe(&self, name: &str) -> Result<StackDescription, CloudError> {
        let call = || format!("DescribeStacks {name}");
        let answer = self.0.describe_stacks().stack_name(name).send().await.of_call(call)?;
        let Some(found) = answer.stacks().first() else {
            return Err(CloudError::new(ErrorKind::NotFound, call(), "CloudFormation knows no such stack"));
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
        Ok(StackDescription {
            parameters: parameters.collect(),
            outputs: outputs.collect(),
            status: found.stack_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            deployed_at: found.last_updated_time().or(found.creation_time()).and_then(time::timestamp),
        })
    }

    /// The template as it was deployed, before transforms (`cloudformation:GetTemplate`).
    ///
    /// # Errors
    /// Where there is no such stack, or CloudFormation cannot be asked.
    pub async fn template(&self, name: &str) -> Result<String, CloudError> {
        let call = self.0.get_template().stack_name(name).template_stage(TemplateStage::Original);
        let answer = call.send().await.of_call(|| format!("GetTemplate {name}"))?;
        Ok(answer.template_body.unwrap_or_default())
    }

    /// The names that a stack's resources got, by their names in the template
    /// (`cloudformation:ListStackResources`).
    ///
    /// # Errors
    /// Where there is no such stack, or CloudFormation cannot be asked.
    pub async fn resources(&self, name: &str) -> Result<BTreeMap<String, String>, CloudError> {
        let mut pages = self.0.list_stack_resources().stack_name(name).into_paginator().send();
        let mut found = BTreeMap::new();
        while let Some(page) = pages.next().await {
            let page = page.of_call(|| format!("ListStackResources {name}"))?;
            for summary in page.stack_resource_summaries.unwrap_or_default() {
                found.extend(summary.logical_resource_id.zip(summary.physical_resource_id));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answering, refusing_with};

    #[tokio::test]
    async fn a_stack_is_read_with_resolved_parameters() {
        let body = "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>\
            <StackName>s</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>\
            <CreationTime>2026-01-01T00:00:00Z</CreationTime>\
            <Parameters><member><ParameterKey>A</ParameterKey><ParameterValue>/path</ParameterValue>\
            <ResolvedValue>a</ResolvedValue></member></Parameters>\
            <Outputs><member><OutputKey>O</OutputKey><OutputValue>o</OutputValue></member></Outputs>\
            </member></Stacks></DescribeStacksResult></DescribeStacksResponse>";
        let found = Stacks::new(&answering(body)).describe("s").await.expect("an answer");
        assert_eq!((found.parameters["A"].as_str(), found.outputs["O"].as_str()), ("a", "o"));
        assert_eq!(found.status, "UPDATE_COMPLETE");
        assert_eq!(found.deployed_at.map(Timestamp::as_second), Some(1_767_225_600));
    }

    #[tokio::test]
    async fn a_refusal_is_whole() {
        let body = "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id s does not exist (here)\
            </Message></Error><RequestId>1</RequestId></ErrorResponse>";
        let error = Stacks::new(&refusing_with(400, body)).template("s").await.expect_err("there is none");
        assert_eq!(error.to_string(), "GetTemplate s: ValidationError: Stack with id s does not exist (here)");
        assert_eq!(error.service(), Some("cloudformation"));
    }
}
