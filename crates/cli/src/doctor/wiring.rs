//! What takes files from one step to the next: rules, the intake's event source, and queues.

use atalaya_operations::functions::Functions;
use atalaya_operations::queues::{Attributes, Depth, Queues};

use super::check::{Check, Group};
use super::deployed::Deployed;
use super::expected::{RECEIVES, VISIBILITY};
use super::repair::Repair;
use super::rules;
use crate::connect::{self, Stack};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;

/// Whose dead letters there are.
const DEAD_LETTERS: [&str; 3] = ["intake", "notify", "page"];

/// Looks at all of it.
pub(super) async fn look(stack: &Stack, deployed: &Deployed) -> Vec<Check> {
    let (rules, source, intake, dead) = tokio::join!(
        rules::look(stack, deployed),
        event_source(stack),
        intake_queue(stack, deployed),
        dead_letters(stack)
    );
    let mut checks = rules;
    checks.push(source.unwrap_or_else(|failure| Check::unanswered(Group::Wiring, "event source", &failure)));
    checks.push(intake.unwrap_or_else(|failure| Check::unanswered(Group::Wiring, "queue intake", &failure)));
    checks.extend(dead);
    checks
}

async fn event_source(stack: &Stack) -> Result<Check, Failure> {
    let sources =
        Functions::new(&stack.sdk).event_sources(&stack.names.named("intake")).await.map_err(connect::cloud)?;
    let queue = format!(":{}", stack.names.named("intake"));
    let found = sources.into_iter().find(|source| source.arn.ends_with(&queue));
    let subject = "event source";
    Ok(match found {
        None => Check::wrong(Group::Wiring, subject, "the intake has none: nothing takes arrivals from the queue")
            .advise("deploy the stack again"),
        Some(source) => match (source.state.as_str(), source.uuid) {
            ("Disabled" | "Disabling", Some(uuid)) => {
                Check::wrong(Group::Wiring, subject, "is off: the intake takes no arrivals from the queue")
                    .advise("atalaya doctor --fix puts it on")
                    .repaired_by(Repair::EnableSource { uuid })
            }
            (state, _) => Check::fine(Group::Wiring, subject, format!("is {}", state.to_lowercase())),
        },
    })
}

/// Address and attributes of a queue by its name.
pub(super) async fn attributes(queues: &Queues, name: &str) -> Result<(String, Attributes), Failure> {
    let queue = queues.named(name).await.map_err(|error| connect::cloud(error).hint("is it deployed?"))?;
    let found = queue.attributes().await.map_err(connect::cloud)?;
    Ok((queue.url().to_owned(), found))
}

async fn intake_queue(stack: &Stack, deployed: &Deployed) -> Result<Check, Failure> {
    let client = Queues::new(&stack.sdk);
    let (url, found) = attributes(&client, &stack.names.named("intake")).await?;
    let dead_letters = stack.names.queue_arn("intake-dlq");
    let expected = QueueExpected {
        dead_letters: &dead_letters,
        timeout: deployed.number("IntakeTimeoutSeconds"),
        receives: deployed.number(RECEIVES),
    };
    Ok(queue_check(&url, &found, expected))
}

/// How often a message is received where neither the stack nor the queue says it: the least that the template allows.
const LEAST_RECEIVES: i64 = 5;

/// How the intake's queue was deployed. What the stack does not say is absent, and not compared.
#[derive(Clone, Copy)]
struct QueueExpected<'a> {
    /// The ARN of its dead-letter queue.
    dead_letters: &'a str,
    /// The intake's time-out, in seconds.
    timeout: Option<i32>,
    /// How often a message is received before it is a dead letter.
    receives: Option<i32>,
}

/// The intake's queue beside what was deployed.
fn queue_check(url: &str, found: &Attributes, expected: QueueExpected<'_>) -> Check {
    let QueueExpected { dead_letters, timeout, receives } = expected;
    let mut faults = Vec::new();
    let mut back: Vec<(String, String)> = Vec::new();
    let visibility = found.get("VisibilityTimeout").and_then(|seconds| seconds.parse::<i32>().ok());
    if let (Some(visibility), Some(timeout)) = (visibility, timeout)
        && visibility != timeout * VISIBILITY
    {
        let wanted = timeout * VISIBILITY;
        faults.push(format!("it hides a message for {visibility} s, deployed as {wanted} s"));
        back.push(("VisibilityTimeout".to_owned(), wanted.to_string()));
    }
    let delay = found.get("DelaySeconds").filter(|seconds| *seconds != "0");
    if let Some(delay) = delay {
        faults.push(format!("it holds each message back for {delay} s, deployed as 0 s"));
        back.push(("DelaySeconds".to_owned(), "0".to_owned()));
    }
    let policy: serde_json::Value =
        found.get("RedrivePolicy").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    // SQS writes the number as one or as text.
    let set = &policy["maxReceiveCount"];
    let set = set.as_i64().or_else(|| set.as_str()?.parse().ok());
    let wanted = receives.map(i64::from).or(set).unwrap_or(LEAST_RECEIVES);
    if policy["deadLetterTargetArn"].as_str() != Some(dead_letters) || set != Some(wanted) {
        faults.push(match policy.is_null() {
            true => "it gives up into nothing: no queue of dead letters is set".to_owned(),
            false => format!("its dead letters go elsewhere, or after other than {wanted} tries"),
        });
        let policy = serde_json::json!({ "deadLetterTargetArn": dead_letters, "maxReceiveCount": wanted });
        back.push(("RedrivePolicy".to_owned(), policy.to_string()));
    }
    if faults.is_empty() {
        let hides = visibility.map(|seconds| format!("hides a message for {seconds} s, ")).unwrap_or_default();
        return Check::fine(Group::Wiring, "queue intake", format!("{hides}gives up after {wanted} tries"));
    }
    Check::wrong(Group::Wiring, "queue intake", faults.join("; "))
        .advise("atalaya doctor --fix puts it back")
        .repaired_by(Repair::SetQueue { url: url.to_owned(), attributes: back.into_iter().collect() })
}

async fn dead_letters(stack: &Stack) -> Vec<Check> {
    let client = Queues::new(&stack.sdk);
    let mut checks = Vec::new();
    for role in DEAD_LETTERS {
        let subject = format!("dead letters of {role}");
        checks.push(match attributes(&client, &stack.names.named(&format!("{role}-dlq"))).await {
            Err(failure) => Check::unanswered(Group::Wiring, subject, &failure),
            Ok((_, found)) => {
                let depth = Depth::of(&found);
                match depth.visible + depth.in_flight {
                    0 => Check::fine(Group::Wiring, subject, "none"),
                    count => {
                        let verb = if count == 1 { "waits" } else { "wait" };
                        Check::wrong(Group::Wiring, subject, format!("{} {verb}", human::counted(count, "message")))
                            .advise(format!(
                                "atalaya dlq show {role}; when the cause is gone: atalaya dlq redrive {role}"
                            ))
                    }
                }
            }
        });
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::super::check::Result;
    use super::*;

    fn attributes(visibility: &str, policy: Option<&str>) -> Attributes {
        let mut attributes = Attributes::from([("VisibilityTimeout".to_owned(), visibility.to_owned())]);
        attributes.extend(policy.map(|policy| ("RedrivePolicy".to_owned(), policy.to_owned())));
        attributes
    }

    fn deployed(timeout: Option<i32>, receives: Option<i32>) -> QueueExpected<'static> {
        QueueExpected { dead_letters: "arn:dlq", timeout, receives }
    }

    #[test]
    fn a_queue_is_put_back_in_one_call() {
        let fine = r#"{"deadLetterTargetArn":"arn:dlq","maxReceiveCount":"100"}"#;
        assert_eq!(
            queue_check("u", &attributes("180", Some(fine)), deployed(Some(30), Some(100))).result,
            Result::Fine
        );
        // Without the stack's word the visibility is not compared.
        assert_eq!(queue_check("u", &attributes("7", Some(fine)), deployed(None, None)).result, Result::Fine);
        let check = queue_check("u", &attributes("7", None), deployed(Some(30), Some(100)));
        let [Repair::SetQueue { url, attributes }] = &check.repairs[..] else { panic!("{check:?}") };
        assert_eq!((url.as_str(), attributes["VisibilityTimeout"].as_str()), ("u", "180"));
        assert_eq!(attributes["RedrivePolicy"], r#"{"deadLetterTargetArn":"arn:dlq","maxReceiveCount":100}"#);
        let mut late = super::tests::attributes("180", Some(fine));
        late.insert("DelaySeconds".to_owned(), "0".to_owned());
        assert_eq!(queue_check("u", &late, deployed(Some(30), Some(100))).result, Result::Fine);
        late.insert("DelaySeconds".to_owned(), "60".to_owned());
        let check = queue_check("u", &late, deployed(Some(30), Some(100)));
        let [Repair::SetQueue { attributes, .. }] = &check.repairs[..] else { panic!("{check:?}") };
        assert_eq!(attributes["DelaySeconds"], "0");
        let few = fine.replace("100", "5");
        let check = queue_check("u", &super::tests::attributes("180", Some(&few)), deployed(Some(30), Some(100)));
        assert!(check.says.contains("after other than 100 tries"), "{check:?}");
        let elsewhere = fine.replace("arn:dlq", "arn:other");
        let check = queue_check("u", &super::tests::attributes("180", Some(&elsewhere)), deployed(Some(30), Some(100)));
        assert!(check.says.contains("go elsewhere"), "{check:?}");
    }
}
