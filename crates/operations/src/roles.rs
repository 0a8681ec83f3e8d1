//! What roles may do, and who may assume them (AWS IAM).

use atalaya_cloud::{CloudError, Found as _, SdkConfig, SdkResult as _};
use serde_json::Value;

/// The roles of an account.
#[derive(Debug, Clone)]
pub struct Roles(aws_sdk_iam::Client);

impl Roles {
    /// By this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_iam::Client::new(config))
    }

    /// Who may assume a role: a policy's document, null where it is no JSON (`iam:GetRole`).
    ///
    /// # Errors
    /// `NotFound` where there is no such role.
    pub async fn trust(&self, role: &str) -> Result<Value, CloudError> {
        let answer = self.0.get_role().role_name(role).send().await.of_call(|| format!("GetRole {role}"))?;
        Ok(document(answer.role().and_then(|role| role.assume_role_policy_document()).unwrap_or_default()))
    }

    /// An inline policy of a role: its document, null where it is no JSON; nothing where it does not exist
    /// (`iam:GetRolePolicy`).
    ///
    /// # Errors
    /// Where IAM cannot be asked.
    pub async fn policy(&self, role: &str, policy: &str) -> Result<Option<Value>, CloudError> {
        let answer = self.0.get_role_policy().role_name(role).policy_name(policy).send().await;
        let found = answer.of_call(|| format!("GetRolePolicy {role}/{policy}")).if_found()?;
        Ok(found.map(|answer| document(answer.policy_document())))
    }

    /// Sets who may assume a role (`iam:UpdateAssumeRolePolicy`).
    ///
    /// # Errors
    /// Where IAM refuses the document or cannot be asked.
    pub async fn set_trust(&self, role: &str, document: &Value) -> Result<(), CloudError> {
        let put = self.0.update_assume_role_policy().role_name(role).policy_document(document.to_string());
        put.send().await.of_call(|| format!("UpdateAssumeRolePolicy {role}")).map(drop)
    }

    /// Sets an inline policy of a role (`iam:PutRolePolicy`).
    ///
    /// # Errors
    /// Where IAM refuses the document or cannot be asked.
    pub async fn set_policy(&self, role: &str, policy: &str, document: &Value) -> Result<(), CloudError> {
        let put = self.0.put_role_policy().role_name(role).policy_name(policy).policy_document(document.to_string());
        put.send().await.of_call(|| format!("PutRolePolicy {role}/{policy}")).map(drop)
    }
}

/// A document as IAM hands it out: JSON, percent-encoded (RFC 3986). What is no JSON says nothing.
fn document(text: &str) -> Value {
    let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    serde_json::from_str(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::refusing_with;

    #[test]
    fn what_iam_hands_out_is_decoded() {
        assert_eq!(document("%7B%22Version%22%3A%20%222012-10-17%22%7D"), json!({ "Version": "2012-10-17" }));
        assert_eq!(document("{\"a\": 1}"), json!({ "a": 1 }));
        assert_eq!(document("no JSON"), Value::Null);
    }

    #[tokio::test]
    async fn a_policy_that_is_not_there_is_an_answer_and_a_role_is_not() {
        let body = "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role policy with \
            name p cannot be found.</Message></Error><RequestId>1</RequestId></ErrorResponse>";
        let roles = Roles::new(&refusing_with(404, body));
        assert_eq!(roles.policy("r", "p").await.expect("that is an answer"), None);
        assert!(roles.trust("r").await.expect_err("there is none").is_not_found());
    }
}
