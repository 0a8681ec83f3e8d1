//! Whether anybody is told: the subscriptions of the topics.

use atalaya_operations::topics::{Subscription, Topics};

use crate::connect::{self, Stack};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;

use super::check::{Check, Group};

/// A topic's subscriptions.
#[derive(Debug, Default, PartialEq, Eq)]
struct Subscribed {
    /// Endpoints of those that are confirmed.
    confirmed: Vec<String>,
    /// Endpoints of those that are not.
    pending: Vec<String>,
}

/// Looks at all topics.
pub(super) async fn look(stack: &Stack) -> Vec<Check> {
    let client = Topics::new(&stack.sdk);
    let mut checks = Vec::new();
    for topic in ["alarms", "on-call-page", "on-call-ticket", "data-users"] {
        let arn = stack.names.topic_arn(topic);
        match subscribed(&client, &arn).await {
            Ok(found) => checks.extend(judge(topic, &arn, &found, stack.names.stack())),
            Err(failure) => checks.push(Check::unanswered(Group::People, topic, &failure)),
        }
    }
    checks
}

async fn subscribed(topics: &Topics, arn: &str) -> Result<Subscribed, Failure> {
    let found = topics.subscriptions(arn).await.map_err(|error| connect::cloud(error).hint("is it deployed?"))?;
    let (confirmed, pending): (Vec<_>, Vec<_>) = found.into_iter().partition(|subscription| subscription.is_confirmed);
    let endpoints = |found: Vec<Subscription>| found.into_iter().map(|subscription| subscription.endpoint).collect();
    Ok(Subscribed { confirmed: endpoints(confirmed), pending: endpoints(pending) })
}

/// Who of those that should be told is not.
fn judge(topic: &str, arn: &str, found: &Subscribed, stack: &str) -> Vec<Check> {
    let function = |role: &str| format!(":function:{stack}-{role}");
    let is_function = |endpoint: &String, role: &str| endpoint.ends_with(&function(role));
    let own = if topic == "data-users" { "canary" } else { "page" };
    let people = found.confirmed.iter().filter(|endpoint| !is_function(endpoint, own)).count() as u64;
    let subscribe = format!(
        "subscribe somebody: aws sns subscribe --topic-arn {arn} --protocol email --notification-endpoint ADDRESS"
    );
    let told = |who: &str| Check::fine(Group::People, topic, format!("{} {who}", human::counted(people, "subscriber")));
    let mut checks = vec![match topic {
        "alarms" => match found.confirmed.iter().any(|endpoint| is_function(endpoint, "page")) {
            true => Check::fine(Group::People, topic, "page hears of every alarm"),
            false => Check::wrong(Group::People, topic, "page is not subscribed: nobody is told of any alarm")
                .advise("deploy the stack again"),
        },
        "on-call-page" if people == 0 => {
            Check::wrong(Group::People, topic, "nobody is subscribed: no page reaches anybody").advise(subscribe)
        }
        "on-call-page" => told("called now"),
        "on-call-ticket" if people == 0 => {
            Check::look(Group::People, topic, "nobody is subscribed: tickets reach nobody").advise(subscribe)
        }
        "on-call-ticket" => told("told in working hours"),
        _ if people == 0 => {
            Check::look(Group::People, topic, "no reader or sender is subscribed: nobody hears of files")
                .advise(subscribe)
        }
        _ => told("told of files"),
    }];
    if !found.pending.is_empty() {
        let says = format!("not confirmed: {}", found.pending.join(", "));
        checks.push(Check::look(Group::People, topic, says).advise(
            "whoever it is has mail from AWS with a link to confirm; it ends after two days, then subscribe again",
        ));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::super::check::Result;
    use super::*;

    fn judged(topic: &str, confirmed: &[&str], pending: &[&str]) -> Vec<(Result, String)> {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let found = Subscribed { confirmed: own(confirmed), pending: own(pending) };
        judge(topic, "arn", &found, "s").into_iter().map(|check| (check.result, check.says)).collect()
    }

    #[test]
    fn functions_are_no_people() {
        let canary = "arn:aws:lambda:eu-west-1:1:function:s-canary";
        let page = "arn:aws:lambda:eu-west-1:1:function:s-page";
        assert_eq!(judged("alarms", &[page], &[])[0].0, Result::Fine);
        assert_eq!(judged("alarms", &["ann@x.example"], &[])[0].0, Result::Wrong);
        assert_eq!(judged("on-call-page", &[], &[])[0].0, Result::Wrong);
        assert_eq!(judged("on-call-ticket", &[], &[])[0].0, Result::Look);
        assert_eq!(judged("data-users", &[canary], &[])[0].0, Result::Look);
        assert_eq!(
            judged("data-users", &[canary, "q"], &[])[0],
            (Result::Fine, "1 subscriber told of files".to_owned())
        );
    }

    #[test]
    fn who_has_not_confirmed_is_named_and_does_not_count() {
        let found = judged("on-call-page", &[], &["ann@x.example"]);
        assert_eq!(found[0].0, Result::Wrong);
        assert_eq!(found[1], (Result::Look, "not confirmed: ann@x.example".to_owned()));
    }
}
