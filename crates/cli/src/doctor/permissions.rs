//! What the functions may do, and who may hand them something: the policies of their roles, of queues and of topics,
//! beside those of the deployed template.

use atalaya_operations::queues::Queues;
use atalaya_operations::roles::Roles;
use atalaya_operations::topics::Topics;
use futures_util::future;
use serde_json::Value;

use super::blueprint::Blueprint;
use super::calls;
use super::check::{Check, Group, Result as Found};
use super::grant::Grant;
use super::repair::Repair;
use super::statements::Difference;
use super::wiring;
use crate::connect::{self, Stack};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;

/// The attribute of a queue that holds its policy.
const POLICY: &str = "Policy";

/// Looks at all of them.
pub(super) async fn look(stack: &Stack, blueprint: &Result<Blueprint, Failure>) -> Vec<Check> {
    let blueprint = match blueprint {
        Ok(blueprint) => blueprint,
        Err(failure) => return vec![Check::unanswered(Group::Permissions, "policies", failure)],
    };
    let (roles, queues, topics, calls) =
        tokio::join!(roles(stack, blueprint), queues(stack, blueprint), topics(stack, blueprint), calls::look(stack));
    let all = [("roles", roles), ("queues", queues), ("topics", topics), ("functions", calls)];
    all.into_iter().flat_map(|(subject, checks)| together(subject, checks)).collect()
}

/// One line for those of a kind that are all as they should be.
fn together(kind: &str, checks: Vec<Check>) -> Vec<Check> {
    if checks.is_empty() || checks.iter().any(|check| check.result != Found::Fine) {
        return checks;
    }
    vec![Check::fine(Group::Permissions, format!("policies of {kind}"), format!("all {} as deployed", checks.len()))]
}

/// A policy as it was deployed and as it is.
struct Policy {
    deployed: Value,
    /// Nothing where there is none.
    found: Value,
    /// Puts the deployed one back.
    back: Repair,
}

impl Policy {
    /// The check of the policy that `subject` holds.
    fn judge(self, subject: &str) -> Check {
        let difference = Difference::between(&self.deployed, &self.found);
        let statements = self.deployed["Statement"].as_array().map_or(1, Vec::len) as u64;
        if difference.hinders() {
            let who = match &self.back {
                Repair::Grant(Grant::Role { .. } | Grant::Trust { .. }) => ", run by somebody who may change roles",
                Repair::Grant(Grant::Topic { .. }) => ", run by somebody who may change topics",
                _ => "",
            };
            return Check::wrong(Group::Permissions, subject, difference.words())
                .advise(format!("atalaya doctor --fix puts it back{who}"))
                .repaired_by(self.back);
        }
        let says = human::counted(statements, "statement");
        match difference.words() {
            more if more.is_empty() => Check::fine(Group::Permissions, subject, format!("{says} as deployed")),
            more => Check::look(Group::Permissions, subject, more)
                .advise("if nobody knows why, take it away: what was deployed is enough"),
        }
    }
}

fn judged(subject: &str, policy: Result<Policy, Failure>) -> Check {
    policy
        .map_or_else(|failure| Check::unanswered(Group::Permissions, subject, &failure), |policy| policy.judge(subject))
}

/// Each role may do what it was deployed to, and whom it was made for may take it on.
async fn roles(stack: &Stack, blueprint: &Blueprint) -> Vec<Check> {
    let client = Roles::new(&stack.sdk);
    let roles = blueprint.of_type("AWS::IAM::Role");
    let looks = roles.map(|(logical, role, properties)| self::role(&client, logical, role, properties));
    future::join_all(looks).await.concat()
}

async fn role(client: &Roles, logical: &str, role: &str, properties: &Value) -> Vec<Check> {
    let trust = match trust(client, role, properties).await {
        Ok(policy) => policy.judge(&format!("trust of {logical}")),
        Err(failure) => return vec![Check::unanswered(Group::Permissions, logical, &failure)],
    };
    // That it is as it should be goes without saying; the role's policies tell that it is there.
    let mut checks: Vec<_> = Some(trust).filter(|check| check.result != Found::Fine).into_iter().collect();
    for policy in properties["Policies"].as_array().into_iter().flatten() {
        let subject = format!("role {}", policy["PolicyName"].as_str().unwrap_or_default());
        checks.push(judged(&subject, role_policy(client, role, policy).await));
    }
    checks
}

async fn trust(roles: &Roles, role: &str, properties: &Value) -> Result<Policy, Failure> {
    let found = roles.trust(role).await.map_err(connect::cloud)?;
    let deployed = properties["AssumeRolePolicyDocument"].clone();
    let back = Repair::Grant(Grant::Trust { role: role.to_owned(), document: deployed.clone() });
    Ok(Policy { deployed, found, back })
}

async fn role_policy(roles: &Roles, role: &str, policy: &Value) -> Result<Policy, Failure> {
    let name = policy["PolicyName"].as_str().unwrap_or_default();
    let found = roles.policy(role, name).await.map_err(connect::cloud)?.unwrap_or_default();
    let deployed = policy["PolicyDocument"].clone();
    let (role, policy) = (role.to_owned(), name.to_owned());
    let back = Repair::Grant(Grant::Role { role, policy, document: deployed.clone() });
    Ok(Policy { deployed, found, back })
}

/// Each queue takes messages from whom it was deployed to.
async fn queues(stack: &Stack, blueprint: &Blueprint) -> Vec<Check> {
    let client = Queues::new(&stack.sdk);
    let mut checks = Vec::new();
    for (.., properties) in blueprint.of_type("AWS::SQS::QueuePolicy") {
        for queue in texts(&properties["Queues"]) {
            // A queue is named by its address.
            let name = queue.rsplit('/').next().unwrap_or(queue);
            let subject = format!("queue {}", own(stack, name));
            checks.push(judged(&subject, queue_policy(&client, name, properties).await));
        }
    }
    checks
}

async fn queue_policy(client: &Queues, name: &str, properties: &Value) -> Result<Policy, Failure> {
    let (url, found) = wiring::attributes(client, name).await?;
    let found = found.get(POLICY).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let deployed = properties["PolicyDocument"].clone();
    let attributes = [(POLICY.to_owned(), deployed.to_string())].into();
    let back = Repair::SetQueue { url, attributes };
    Ok(Policy { deployed, found, back })
}

/// Each topic takes messages from whom it was deployed to.
async fn topics(stack: &Stack, blueprint: &Blueprint) -> Vec<Check> {
    let client = Topics::new(&stack.sdk);
    let mut checks = Vec::new();
    for (.., properties) in blueprint.of_type("AWS::SNS::TopicPolicy") {
        for arn in texts(&properties["Topics"]) {
            let subject = format!("topic {}", own(stack, arn.rsplit(':').next().unwrap_or(arn)));
            checks.push(judged(&subject, topic_policy(&client, arn, properties).await));
        }
    }
    checks
}

async fn topic_policy(client: &Topics, arn: &str, properties: &Value) -> Result<Policy, Failure> {
    let found = client.policy(arn).await.map_err(connect::cloud)?;
    let deployed = properties["PolicyDocument"].clone();
    let back = Repair::Grant(Grant::Topic { arn: arn.to_owned(), document: deployed.clone() });
    Ok(Policy { deployed, found, back })
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// A name without the stack's.
fn own<'a>(stack: &Stack, name: &'a str) -> &'a str {
    name.strip_prefix(stack.names.stack()).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::blueprint::tests::own;
    use super::*;

    fn policy(found: Value) -> Policy {
        let blueprint = own();
        let (_, role, properties) = blueprint
            .of_type("AWS::IAM::Role")
            .find(|(logical, ..)| *logical == "ProcessRole")
            .expect("it is declared");
        let deployed = properties["Policies"][0]["PolicyDocument"].clone();
        let (role, policy) = (role.to_owned(), "process".to_owned());
        let back = Repair::Grant(Grant::Role { role, policy, document: deployed.clone() });
        let found = if found == "deployed" { deployed.clone() } else { found };
        Policy { deployed, found, back }
    }

    #[test]
    fn a_role_without_its_policy_gets_the_deployed_one_back() {
        let check = policy(Value::Null).judge("role process");
        assert_eq!(check.result, Found::Wrong);
        assert!(check.says.contains("Write") && check.says.ends_with("are missing"), "{}", check.says);
        let [Repair::Grant(Grant::Role { role, document, .. })] = &check.repairs[..] else { panic!("{check:?}") };
        assert_eq!(role, "s-ProcessRole-1X2Y");
        assert!(document.to_string().contains("s-curated-111122223333-eu-west-1/*"), "{document}");
    }

    #[test]
    fn more_than_was_deployed_is_told_and_stays() {
        let fine = policy("deployed".into()).judge("role process");
        assert_eq!((fine.result, fine.says.as_str()), (Found::Fine, "7 statements as deployed"));
        let mut more = policy(Value::Null).deployed;
        let added = json!({ "Sid": "Mine", "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
        more["Statement"].as_array_mut().expect("a list").push(added);
        let check = policy(more).judge("role process");
        assert_eq!((check.result, check.repairs.len()), (Found::Look, 0));
        assert_eq!(check.says, "Mine allows more than was deployed");
    }
}
