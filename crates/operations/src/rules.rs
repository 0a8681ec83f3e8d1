//! Rules that send events on (Amazon EventBridge). Without a bus a rule is on the account's own.

use atalaya_cloud::{CloudError, ErrorKind, SdkConfig, SdkResult as _};
use aws_sdk_eventbridge::types::{DeadLetterConfig, RuleState, Target};

/// Which target a rule is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTarget {
    /// Name of the rule.
    pub rule: String,
    /// Name of its bus.
    pub bus: Option<String>,
    /// Id of the target, where the rule has none.
    pub id: String,
    /// ARN of the queue or function that gets the events.
    pub arn: String,
    /// ARN of the queue that keeps what cannot be delivered, where the rule has no target.
    pub dead_letters: String,
}

/// The rules of an account and region.
#[derive(Debug, Clone)]
pub struct Rules(aws_sdk_eventbridge::Client);

impl Rules {
    /// By this configuration.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self(aws_sdk_eventbridge::Client::new(config))
    }

    /// Whether a rule is on (`events:DescribeRule`).
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn is_enabled(&self, rule: &str, bus: Option<&str>) -> Result<bool, CloudError> {
        let described = self.0.describe_rule().name(rule).set_event_bus_name(bus.map(str::to_owned)).send().await;
        let described = described.of_call(|| format!("DescribeRule {rule}"))?;
        Ok(described.state() != Some(&RuleState::Disabled))
    }

    /// ARNs of a rule's targets (`events:ListTargetsByRule`).
    ///
    /// # Errors
    /// `NotFound` where there is no such rule.
    pub async fn targets(&self, rule: &str, bus: Option<&str>) -> Result<Vec<String>, CloudError> {
        Ok(self.listed(rule, bus).await?.into_iter().map(|target| target.arn).collect())
    }

    async fn listed(&self, rule: &str, bus: Option<&str>) -> Result<Vec<Target>, CloudError> {
        let call = self.0.list_targets_by_rule().rule(rule).set_event_bus_name(bus.map(str::to_owned));
        let listed = call.send().await.of_call(|| format!("ListTargetsByRule {rule}"))?;
        Ok(listed.targets.unwrap_or_default())
    }

    /// Puts a rule on (`events:EnableRule`).
    ///
    /// # Errors
    /// Where EventBridge cannot be asked.
    pub async fn enable(&self, rule: &str, bus: Option<&str>) -> Result<(), CloudError> {
        let answer = self.0.enable_rule().name(rule).set_event_bus_name(bus.map(str::to_owned)).send().await;
        answer.of_call(|| format!("EnableRule {rule}")).map(drop)
    }

    /// Sends a rule's events to this target; all else of the first one it has stays (`events:ListTargetsByRule`,
    /// `events:PutTargets`).
    ///
    /// # Errors
    /// `Invalid` where EventBridge refuses the target; where it cannot be asked.
    pub async fn retarget(&self, wanted: &RuleTarget) -> Result<(), CloudError> {
        let RuleTarget { rule, bus, id, arn, dead_letters } = wanted;
        let call = || format!("PutTargets {rule}");
        let target = match self.listed(rule, bus.as_deref()).await?.into_iter().next() {
            Some(mut target) => {
                target.arn.clone_from(arn);
                target
            }
            None => {
                let dead_letters = DeadLetterConfig::builder().arn(dead_letters).build();
                let made = Target::builder().id(id).arn(arn).dead_letter_config(dead_letters).build();
                made.map_err(|error| CloudError::caused_by(ErrorKind::Invalid, call(), error))?
            }
        };
        let answer = self.0.put_targets().rule(rule).set_event_bus_name(bus.clone()).targets(target).send().await;
        match answer.of_call(call)?.failed_entries() {
            [] => Ok(()),
            [first, ..] => {
                let why = first.error_message().unwrap_or("EventBridge does not say why");
                Err(CloudError::new(ErrorKind::Invalid, call(), why))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::answering;

    #[tokio::test]
    async fn a_rule_is_on_unless_it_is_disabled() {
        for (state, is_enabled) in [("ENABLED", true), ("DISABLED", false)] {
            let rules = Rules::new(&answering(&format!(r#"{{"Name": "r", "State": "{state}"}}"#)));
            assert_eq!(rules.is_enabled("r", None).await.expect("an answer"), is_enabled);
        }
    }

    #[tokio::test]
    async fn a_target_that_is_refused_fails_with_the_reason() {
        let body = r#"{"Targets": [{"Id": "t", "Arn": "arn:old"}], "FailedEntryCount": 1,
            "FailedEntries": [{"TargetId": "t", "ErrorMessage": "no such queue (any more)"}]}"#;
        let rules = Rules::new(&answering(body));
        assert_eq!(rules.targets("r", Some("bus")).await.expect("an answer"), ["arn:old"]);
        let part = |text: &str| text.to_owned();
        let wanted = RuleTarget {
            rule: part("r"),
            bus: None,
            id: part("t"),
            arn: part("arn:new"),
            dead_letters: part("arn:dlq"),
        };
        let error = rules.retarget(&wanted).await.expect_err("it is refused");
        assert_eq!(error.to_string(), "PutTargets r: no such queue (any more)");
    }
}
