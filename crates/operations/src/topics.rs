//! Topics and who is subscribed to them (Amazon SNS).

use atalaya_cloud::{CloudError, SdkConfig, SdkResult as _};
use serde_json::Value;

/// What SNS has instead of an ARN where a subscription is not confirmed.
const PENDING: &str = "PendingConfirmation";

/// A subscription of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// An address, a number, or the ARN of a queue or function.
    pub endpoint: String,
    /// Whether who it is has confirmed it.
    pub is_confirmed: bool,
}

/// The topics of an account and region.
#[derive(Debug, Clone)]
pub struct Topics(aws_sdk_sns::Client);

impl Topics {
    /// By this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_sns::Client::new(config))
    }

    /// The subscriptions of a topic (`sns:ListSubscriptionsByTopic`).
    ///
    /// # Errors
    /// `NotFound` where there is no such topic.
    pub async fn subscriptions(&self, arn: &str) -> Result<Vec<Subscription>, CloudError> {
        let mut pages = self.0.list_subscriptions_by_topic().topic_arn(arn).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.of_call(|| format!("ListSubscriptionsByTopic {arn}"))?;
            found.extend(page.subscriptions().iter().map(|subscription| Subscription {
                endpoint: subscription.endpoint().unwrap_or_default().to_owned(),
                is_confirmed: subscription.subscription_arn().is_some_and(|arn| arn != PENDING),
            }));
        }
        Ok(found)
    }

    /// Who may publish to a topic: a policy's document; null where it has none that is JSON (`sns:GetTopicAttributes`).
    ///
    /// # Errors
    /// `NotFound` where there is no such topic.
    pub async fn policy(&self, arn: &str) -> Result<Value, CloudError> {
        let answer = self.0.get_topic_attributes().topic_arn(arn).send().await;
        let answer = answer.of_call(|| format!("GetTopicAttributes {arn}"))?;
        let text = answer.attributes().and_then(|all| all.get("Policy"));
        Ok(text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default())
    }

    /// Sets who may publish to a topic (`sns:SetTopicAttributes`).
    ///
    /// # Errors
    /// Where SNS refuses the document or cannot be asked.
    pub async fn set_policy(&self, arn: &str, document: &Value) -> Result<(), CloudError> {
        let put = self.0.set_topic_attributes().topic_arn(arn).attribute_name("Policy");
        let put = put.attribute_value(document.to_string()).send().await;
        put.of_call(|| format!("SetTopicAttributes {arn}")).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::answering;

    #[tokio::test]
    async fn who_has_not_confirmed_is_told_apart() {
        let one = |endpoint: &str, arn: &str| {
            format!("<member><Endpoint>{endpoint}</Endpoint><SubscriptionArn>{arn}</SubscriptionArn></member>")
        };
        let body = format!(
            "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>{}{}</Subscriptions>\
             </ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>",
            one("ann@x.example", "arn:aws:sns:eu-west-1:1:t:1"),
            one("bob@x.example", PENDING),
        );
        let found = Topics::new(&answering(&body)).subscriptions("arn").await.expect("an answer");
        let found: Vec<_> = found.iter().map(|each| (each.endpoint.as_str(), each.is_confirmed)).collect();
        assert_eq!(found, [("ann@x.example", true), ("bob@x.example", false)]);
    }
}
