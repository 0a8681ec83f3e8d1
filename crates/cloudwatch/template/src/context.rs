//! Where and with what a template is deployed.

use std::collections::BTreeMap;

use atalaya_document::{Content, Node, Place};

/// The stack that a template is resolved for: what CloudFormation would know when it creates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Name of the stack, `AWS::StackName`.
    pub stack_name: String,
    /// The region, `AWS::Region`.
    pub region: String,
    /// The account's twelve digits, `AWS::AccountId`.
    pub account_id: String,
    /// The partition, `AWS::Partition`: `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// Values of parameters by name, as text; lists are separated by commas. A parameter of a type
    /// `AWS::SSM::Parameter::Value<…>` takes the stored value itself here.
    pub parameters: BTreeMap<String, String>,
    /// What `Fn::ImportValue` finds: the exports of other stacks, by name.
    pub exports: BTreeMap<String, String>,
}

impl Default for Context {
    /// The stack `stack` in `us-east-1`, account `000000000000`, without parameters and exports.
    fn default() -> Self {
        Self {
            stack_name: "stack".to_owned(),
            region: "us-east-1".to_owned(),
            account_id: "000000000000".to_owned(),
            partition: "aws".to_owned(),
            parameters: BTreeMap::new(),
            exports: BTreeMap::new(),
        }
    }
}

impl Context {
    /// The domain of the partition's services, `AWS::URLSuffix`.
    #[must_use]
    pub fn url_suffix(&self) -> &'static str {
        if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
    }

    /// What `Ref` of a pseudo parameter gives: `None` for a name that is none, `Some(None)` for `AWS::NoValue`.
    pub(crate) fn pseudo(&self, name: &str, place: Place) -> Option<Option<Node>> {
        let text = match name {
            "AWS::StackName" => self.stack_name.clone(),
            "AWS::Region" => self.region.clone(),
            "AWS::AccountId" => self.account_id.clone(),
            "AWS::Partition" => self.partition.clone(),
            "AWS::URLSuffix" => self.url_suffix().to_owned(),
            // CloudFormation draws the last part at random; nothing that is tested here depends on it.
            "AWS::StackId" => format!(
                "arn:{}:cloudformation:{}:{}:stack/{}/00000000-0000-0000-0000-000000000000",
                self.partition, self.region, self.account_id, self.stack_name
            ),
            "AWS::NotificationARNs" => return Some(Some(Node::new(place, Content::List(Vec::new())))),
            "AWS::NoValue" => return Some(None),
            _ => return None,
        };
        Some(Some(Node::of_text(place, text)))
    }
}
