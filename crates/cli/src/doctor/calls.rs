//! Who may call the functions: each rule and topic that is to reach one must be let in by its policy.

use atalaya_operations::functions::Functions;
use futures_util::future;
use serde_json::Value;

use super::check::{Check, Group};
use super::grant::Grant;
use super::repair::Repair;
use crate::connect::{self, Stack};
use crate::names::Names;

/// A source that calls a function.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// A rule by its role; on the pipeline's own bus, or on the account's.
    Rule { role: &'static str, own_bus: bool },
    /// A topic by its role.
    Topic(&'static str),
}

/// The functions with who calls them. The intake fetches its messages itself, and the state machine calls process by
/// its own role.
const CALLS: [(&str, &[Source]); 3] = [
    ("notify", &[Source::Rule { role: "outcomes", own_bus: true }]),
    ("page", &[Source::Topic("alarms")]),
    ("canary", &[Source::Rule { role: "canary", own_bus: false }, Source::Topic("data-users")]),
];

impl Source {
    fn role(self) -> &'static str {
        match self {
            Self::Rule { role, .. } | Self::Topic(role) => role,
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Rule { .. } => "rule",
            Self::Topic(_) => "topic",
        }
    }

    const fn service(self) -> &'static str {
        match self {
            Self::Rule { .. } => "events.amazonaws.com",
            Self::Topic(_) => "sns.amazonaws.com",
        }
    }

    fn arn(self, names: &Names) -> String {
        match self {
            Self::Rule { role, own_bus } => names.rule_arn(role, own_bus),
            Self::Topic(role) => names.topic_arn(role),
        }
    }
}

/// Looks at all of them.
pub(super) async fn look(stack: &Stack) -> Vec<Check> {
    let client = Functions::new(&stack.sdk);
    future::join_all(CALLS.map(|(role, sources)| one(&client, &stack.names, role, sources))).await
}

async fn one(client: &Functions, names: &Names, role: &str, sources: &[Source]) -> Check {
    match client.policy(&names.named(role)).await {
        // One that has no policy lets nobody in.
        Ok(policy) => judge(names, role, sources, &policy.unwrap_or_default()),
        Err(error) => Check::unanswered(Group::Permissions, subject(role), &connect::cloud(error)),
    }
}

fn subject(role: &str) -> String {
    format!("calls of {role}")
}

fn judge(names: &Names, role: &str, sources: &[Source], policy: &Value) -> Check {
    let shut_out: Vec<_> =
        sources.iter().filter(|source| !lets_in(policy, source.service(), &source.arn(names))).collect();
    if shut_out.is_empty() {
        let in_words: Vec<_> = sources.iter().map(|source| format!("{} {}", source.kind(), source.role())).collect();
        return Check::fine(Group::Permissions, subject(role), format!("{} may", in_words.join(" and ")));
    }
    let named: Vec<_> = shut_out.iter().map(|source| format!("the {} {}", source.kind(), source.role())).collect();
    let says = format!("{} may not call it any more", named.join(" and "));
    let check = Check::wrong(Group::Permissions, subject(role), says)
        .advise("atalaya doctor --fix puts it back, run by somebody who may change functions' policies");
    shut_out.into_iter().fold(check, |check, source| {
        let (function, service) = (names.named(role), source.service().to_owned());
        check.repaired_by(Repair::Grant(Grant::Call { function, service, source: source.arn(names) }))
    })
}

/// Whether a statement allows the service to call on behalf of the source.
fn lets_in(policy: &Value, service: &str, source: &str) -> bool {
    let allows = |statement: &Value| {
        let condition = statement["Condition"].as_object().into_iter().flatten();
        let about = condition.filter_map(|(_, keys)| keys.as_object()).flatten();
        let mut sources = about.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn")).map(|(_, arn)| arn);
        statement["Effect"] == "Allow"
            && statement["Principal"]["Service"] == service
            && sources.any(|arn| arn == source)
    };
    policy["Statement"].as_array().into_iter().flatten().any(allows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::check::Result as Found;
    use super::*;

    /// A policy as Lambda makes it, of sources with their services.
    fn policy(sources: &[(&str, &str)]) -> Value {
        let statement = |(service, arn): &(&str, &str)| {
            json!({
                "Sid": "s", "Effect": "Allow", "Principal": { "Service": service }, "Action": "lambda:InvokeFunction",
                "Resource": "arn:aws:lambda:eu-west-1:1:function:s-canary",
                "Condition": { "ArnLike": { "AWS:SourceArn": arn } },
            })
        };
        json!({ "Version": "2012-10-17", "Statement": sources.iter().map(statement).collect::<Vec<_>>() })
    }

    #[test]
    fn who_is_shut_out_is_named_and_let_in_again() {
        let names = Names::from_inbox("s", "s-inbox-111122223333-eu-west-1").expect("names");
        let rule = ("events.amazonaws.com", "arn:aws:events:eu-west-1:111122223333:rule/s-canary");
        let topic = ("sns.amazonaws.com", "arn:aws:sns:eu-west-1:111122223333:s-data-users");
        let (role, sources) = CALLS[2];
        let fine = judge(&names, role, sources, &policy(&[rule, topic]));
        assert_eq!((fine.result, fine.says.as_str()), (Found::Fine, "rule canary and topic data-users may"));
        let check = judge(&names, role, sources, &policy(&[rule, ("sns.amazonaws.com", "arn:other")]));
        assert_eq!(check.says, "the topic data-users may not call it any more");
        let [Repair::Grant(Grant::Call { function, service, source })] = &check.repairs[..] else {
            panic!("{check:?}")
        };
        assert_eq!((function.as_str(), service.as_str(), source.as_str()), ("s-canary", topic.0, topic.1));
        assert_eq!(judge(&names, role, sources, &Value::Null).repairs.len(), 2);
        let own = judge(&names, CALLS[0].0, CALLS[0].1, &policy(&[rule]));
        let [Repair::Grant(Grant::Call { source, .. })] = &own.repairs[..] else { panic!("{own:?}") };
        assert_eq!(source, "arn:aws:events:eu-west-1:111122223333:rule/s/s-outcomes");
    }
}
