//! The rules of EventBridge: on, and aimed at whom they serve.

use atalaya_operations::rules::Rules;

use super::check::{Check, Group};
use super::deployed::Deployed;
use super::repair::{Aim, Repair};
use crate::connect::{self, Stack};
use crate::names::Names;
use atalaya_terminal::exit::Failure;

/// A rule of the pipeline.
struct Rule {
    /// Its name without the stack's.
    role: &'static str,
    /// On the pipeline's own bus, not on the account's.
    own_bus: bool,
    does: &'static str,
    /// Whom it calls: the queue or the function of this name.
    serves: Served,
    /// What to do after it is mended; nothing where whoever missed an event has it kept or comes again.
    afterwards: Option<&'static str>,
}

enum Served {
    Queue(&'static str),
    Function(&'static str),
}

const RULES: [Rule; 3] = [
    Rule {
        role: "object-created",
        own_bus: false,
        does: "takes arrivals to the intake's queue",
        serves: Served::Queue("intake"),
        afterwards: Some("atalaya reconcile takes in what came meanwhile"),
    },
    Rule {
        role: "outcomes",
        own_bus: true,
        does: "takes outcomes to notify",
        serves: Served::Function("notify"),
        afterwards: None,
    },
    Rule {
        role: "canary",
        own_bus: false,
        does: "sends canary files",
        serves: Served::Function("canary"),
        afterwards: None,
    },
];

impl Served {
    fn role(&self) -> &'static str {
        match self {
            Self::Queue(role) | Self::Function(role) => role,
        }
    }

    fn arn(&self, names: &Names) -> String {
        match self {
            Self::Queue(role) => names.queue_arn(role),
            Self::Function(role) => names.function_arn(role),
        }
    }
}

/// Looks at all of them.
pub(super) async fn look(stack: &Stack, deployed: &Deployed) -> Vec<Check> {
    let rules = Rules::new(&stack.sdk);
    let mut checks = Vec::new();
    for rule in &RULES {
        let subject = format!("rule {}", rule.role);
        let meant_off = rule.role == "canary" && deployed.value("CanaryState") == Some("DISABLED");
        let seen = see(&rules, stack, rule).await;
        checks.push(match seen {
            Ok(seen) => judge(rule, &seen, meant_off),
            Err(failure) => Check::unanswered(Group::Wiring, subject, &failure.hint("is it deployed?")),
        });
    }
    checks
}

/// A rule as EventBridge knows it.
struct Seen {
    off: bool,
    /// Whom it calls.
    targets: Vec<String>,
    /// Whom it should.
    aim: Aim,
}

async fn see(rules: &Rules, stack: &Stack, rule: &Rule) -> Result<Seen, Failure> {
    let name = stack.names.named(rule.role);
    let bus = rule.own_bus.then(|| stack.names.stack().to_owned());
    let is_enabled = rules.is_enabled(&name, bus.as_deref()).await.map_err(connect::cloud)?;
    let targets = rules.targets(&name, bus.as_deref()).await.map_err(connect::cloud)?;
    let role = rule.serves.role();
    let dead_letters = stack.names.queue_arn(&format!("{role}-dlq"));
    let aim = Aim { rule: name, bus, id: role.to_owned(), arn: rule.serves.arn(&stack.names), dead_letters };
    Ok(Seen { off: !is_enabled, targets, aim })
}

fn judge(rule: &Rule, seen: &Seen, meant_off: bool) -> Check {
    let Rule { does, .. } = rule;
    let subject = format!("rule {}", rule.role);
    let mut faults = Vec::new();
    let mut repairs = Vec::new();
    if seen.off && !meant_off {
        faults.push(format!("is off; it {does}"));
        repairs.push(Repair::EnableRule { name: seen.aim.rule.clone(), bus: seen.aim.bus.clone() });
    }
    if !seen.targets.iter().any(|target| is_served(target, &seen.aim.arn)) {
        let last = |arn: &String| arn.rsplit(':').next().unwrap_or(arn).to_owned();
        let called: Vec<_> = seen.targets.iter().map(last).collect();
        let called = if called.is_empty() { "nobody".to_owned() } else { called.join(", ") };
        faults.push(format!("calls {called}, deployed to call {}", last(&seen.aim.arn)));
        repairs.push(Repair::AimRule(seen.aim.clone()));
    }
    match (repairs.is_empty(), seen.off) {
        (true, true) => Check::look(Group::Wiring, subject, "was deployed to be off"),
        (true, false) => Check::fine(Group::Wiring, subject, format!("is on, and {does}")),
        (false, off) => {
            // What a rule cannot deliver it keeps in the dead letters; what it does not hear of, nobody keeps.
            let then = rule.afterwards.filter(|_| off || seen.targets.is_empty());
            let then = then.map(|then| format!("; {then}")).unwrap_or_default();
            let check = Check::wrong(Group::Wiring, subject, faults.join("; "));
            let check = check.advise(format!("atalaya doctor --fix puts it back{then}"));
            repairs.into_iter().fold(check, Check::repaired_by)
        }
    }
}

/// Whether a target is the deployed one, or a version or an alias of it.
fn is_served(target: &str, wanted: &str) -> bool {
    target.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::super::check::Result;
    use super::*;

    fn seen(off: bool, targets: &[&str]) -> Seen {
        let aim = Aim {
            rule: "s-object-created".to_owned(),
            bus: None,
            id: "intake".to_owned(),
            arn: "arn:aws:sqs:eu-west-1:1:s-intake".to_owned(),
            dead_letters: "arn:aws:sqs:eu-west-1:1:s-intake-dlq".to_owned(),
        };
        Seen { off, targets: targets.iter().map(|target| (*target).to_owned()).collect(), aim }
    }

    const RIGHT: &str = "arn:aws:sqs:eu-west-1:1:s-intake";

    #[test]
    fn a_rule_that_is_off_is_wrong_unless_it_was_deployed_so() {
        for (off, meant, result) in
            [(false, false, Result::Fine), (true, true, Result::Look), (true, false, Result::Wrong)]
        {
            let check = judge(&RULES[0], &seen(off, &[RIGHT]), meant);
            assert_eq!((check.result, check.repairs.len()), (result, usize::from(result == Result::Wrong)));
        }
    }

    #[test]
    fn a_rule_calls_whom_it_was_deployed_to_call() {
        let wrong = judge(&RULES[0], &seen(false, &["arn:aws:sqs:eu-west-1:1:s-intake-2"]), false);
        assert_eq!(wrong.says, "calls s-intake-2, deployed to call s-intake");
        assert!(matches!(&wrong.repairs[..], [Repair::AimRule(aim)] if aim.arn == RIGHT), "{wrong:?}");
        assert_eq!(wrong.advice.as_deref(), Some("atalaya doctor --fix puts it back"), "dead letters keep what came");
        let nobody = judge(&RULES[0], &seen(true, &[]), false);
        assert_eq!(
            nobody.says,
            "is off; it takes arrivals to the intake's queue; calls nobody, deployed to call s-intake"
        );
        assert_eq!(nobody.repairs.len(), 2);
        assert!(nobody.advice.is_some_and(|advice| advice.ends_with("takes in what came meanwhile")));
        let alias = format!("{RIGHT}:live");
        assert_eq!(judge(&RULES[0], &seen(false, &[&alias, "arn:other"]), false).result, Result::Fine);
    }
}
