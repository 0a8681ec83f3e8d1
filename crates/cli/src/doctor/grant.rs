//! A permission as it was deployed, to be put back.

use serde::Serialize;
use serde_json::Value;

use crate::connect::{Stack, refused};
use crate::exit::Failure;

/// A permission, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub(super) enum Grant {
    /// What a role may do.
    Role { role: String, policy: String, document: Value },
    /// Who may take a role on.
    Trust { role: String, document: Value },
    /// Who may tell a topic something.
    Topic { arn: String, document: Value },
    /// Who may call a function: a service, on behalf of a rule or topic.
    Call { function: String, service: String, source: String },
}

impl Grant {
    /// What kind of thing holds it, and its name.
    pub(super) fn holder(&self) -> (&'static str, &str) {
        match self {
            Self::Role { role, .. } | Self::Trust { role, .. } => ("role", role),
            Self::Topic { arn, .. } => ("topic", arn.rsplit(':').next().unwrap_or(arn)),
            Self::Call { function, .. } => ("function", function),
        }
    }

    /// What of it is put back.
    pub(super) fn part(&self) -> String {
        match self {
            Self::Role { policy, .. } => format!("what it may do: policy {policy}"),
            Self::Trust { .. } => "who may take it on".to_owned(),
            Self::Topic { .. } => "who may tell it something".to_owned(),
            Self::Call { source, .. } => {
                format!("who may call it: {}", source.rsplit([':', '/']).next().unwrap_or(source))
            }
        }
    }

    /// Puts it back.
    pub(super) async fn make(&self, stack: &Stack) -> Result<&'static str, Failure> {
        let (kind, name) = self.holder();
        let doing = format!("put the policy of the {kind} {name} back");
        match self {
            Self::Role { role, policy, document } => {
                let client = aws_sdk_iam::Client::new(&stack.sdk);
                let put = client.put_role_policy().role_name(role).policy_name(policy);
                put.policy_document(document.to_string()).send().await.map_err(|error| refused(&doing, &error))?;
            }
            Self::Trust { role, document } => {
                let client = aws_sdk_iam::Client::new(&stack.sdk);
                let put = client.update_assume_role_policy().role_name(role).policy_document(document.to_string());
                put.send().await.map_err(|error| refused(&doing, &error))?;
            }
            Self::Topic { arn, document } => {
                let client = aws_sdk_sns::Client::new(&stack.sdk);
                let put = client.set_topic_attributes().topic_arn(arn).attribute_name("Policy");
                put.attribute_value(document.to_string()).send().await.map_err(|error| refused(&doing, &error))?;
            }
            Self::Call { function, service, source } => {
                let client = aws_sdk_lambda::Client::new(&stack.sdk);
                let add = client.add_permission().function_name(function).action("lambda:InvokeFunction");
                let add = add.principal(service).source_arn(source).statement_id(statement_id(source));
                match add.send().await.map_err(aws_sdk_lambda::error::SdkError::into_service_error) {
                    Err(error) if !error.is_resource_conflict_exception() => return Err(refused(&doing, &error)),
                    // Somebody else was quicker: this statement's name says whom it lets in.
                    Ok(_) | Err(_) => {}
                }
            }
        }
        Ok("put back")
    }
}

/// A name for a statement that lets a source in: what Lambda allows in one.
fn statement_id(source: &str) -> String {
    let last = source.splitn(6, ':').last().unwrap_or(source);
    let plain = last.chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '-' });
    format!("put-back-{}", plain.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_named_after_its_source() {
        assert_eq!(statement_id("arn:aws:events:eu-west-1:1:rule/s/s-outcomes"), "put-back-rule-s-s-outcomes");
        assert_eq!(statement_id("arn:aws:sns:eu-west-1:1:s-alarms"), "put-back-s-alarms");
    }
}
