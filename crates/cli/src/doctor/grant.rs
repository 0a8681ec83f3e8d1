//! A permission as it was deployed, to be put back.

use atalaya_cloud::CloudError;
use atalaya_operations::functions::Functions;
use atalaya_operations::roles::Roles;
use atalaya_operations::topics::Topics;
use serde::Serialize;
use serde_json::Value;

use crate::connect::Stack;

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
    pub(super) async fn make(&self, stack: &Stack) -> Result<(), CloudError> {
        match self {
            Self::Role { role, policy, document } => Roles::new(&stack.sdk).set_policy(role, policy, document).await,
            Self::Trust { role, document } => Roles::new(&stack.sdk).set_trust(role, document).await,
            Self::Topic { arn, document } => Topics::new(&stack.sdk).set_policy(arn, document).await,
            Self::Call { function, service, source } => {
                let functions = Functions::new(&stack.sdk);
                functions.allow_invoke(function, service, source, &statement_id(source)).await
            }
        }
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
