//! What was deployed: the parameters and outputs of the pipeline's stack, which nothing but a deployment changes.

use std::collections::BTreeMap;

use crate::connect;
use atalaya_cloud::SdkConfig;
use atalaya_operations::stacks::{StackDescription, Stacks};
use jiff::Timestamp;

use atalaya_terminal::exit::Failure;

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
    /// Asks CloudFormation.
    pub(super) async fn read(sdk: &SdkConfig, stack: &str) -> Result<Self, Failure> {
        let StackDescription { parameters, outputs, status, deployed_at } =
            Stacks::new(sdk).describe(stack).await.map_err(connect::cloud)?;
        Ok(Self { parameters, outputs, status, at: deployed_at })
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
