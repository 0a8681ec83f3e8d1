//! The functions: configured as deployed, able to run, and of one version.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use atalaya_contract::FUNCTIONS;
use atalaya_operations::functions::{FunctionConfiguration, Functions, Invocation};
use futures_util::future;
use serde::Deserialize;

use super::check::{Check, Group, Result};
use super::concurrency;
use super::deployed::Deployed;
use super::expected::{Expected, TIMEOUTS, expected};
use super::repair::{Configuration, Repair};
use crate::connect::{self, Stack};
use atalaya_terminal::exit::Failure;

/// How long a function may take to tell its version: a cold start and a little.
const PATIENCE: Duration = Duration::from_secs(20);
/// Set by every template whose functions answer the question; an older function would take it for a broken event, and
/// its error would call somebody.
const ANSWERS: &str = "ATALAYA_TEMPLATE_VERSION";
/// What every function answers with its version.
const ABOUT: &[u8] = br#"{"atalaya":"about"}"#;

/// A function as Lambda knows it.
#[derive(Debug, Clone, Default)]
pub(super) struct Function {
    pub(super) role: String,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) timeout: i32,
    pub(super) memory: i32,
    /// `Active`, `Failed` and the like; empty where it is not told.
    pub(super) state: String,
    /// Concurrency that is kept for it; 0 means that it may not run.
    pub(super) reserved: Option<i32>,
}

/// What a function tells about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct About {
    version: String,
    #[serde(default)]
    template_version: Option<String>,
}

/// Looks at all of them.
pub(super) async fn look(stack: &Stack, deployed: &Deployed) -> Vec<Check> {
    let client = Functions::new(&stack.sdk);
    let looks = FUNCTIONS.map(|role| one(&client, stack, deployed, role));
    let mut checks = Vec::new();
    let mut versions = BTreeMap::new();
    for (role, (found, about)) in FUNCTIONS.iter().zip(future::join_all(looks).await) {
        checks.extend(found);
        if let Some(about) = about {
            versions.insert(*role, about);
        }
    }
    checks.extend(agreement(&versions));
    checks.push(concurrency::look(&client, &stack.names, deployed).await);
    checks
}

async fn one(
    client: &Functions,
    stack: &Stack,
    deployed: &Deployed,
    role: &'static str,
) -> (Vec<Check>, Option<About>) {
    let name = stack.names.named(role);
    let function = match read(client, &name, role).await {
        Ok(function) => function,
        Err(failure) => return (vec![Check::unanswered(Group::Functions, role, &failure)], None),
    };
    let Some(expected) = expected(role, &stack.names, deployed) else { return (Vec::new(), None) };
    let mut check = compare(&function, &expected, &name);
    // To call a function that is known not to run would only make one more error.
    if check.result == Result::Wrong {
        return (vec![check], None);
    }
    if !function.variables.contains_key(ANSWERS) {
        let says = format!("{}; it does not say its version, since {ANSWERS} is not set", check.says);
        return (vec![Check::look(Group::Functions, role, says).advise("deploy the stack of this release")], None);
    }
    match tokio::time::timeout(PATIENCE, about(client, &name)).await {
        Ok(Ok(about)) => {
            check.says = format!("{}, version {}", check.says, about.version);
            (vec![check], Some(about))
        }
        Ok(Err(failure)) => {
            let failed = Check::wrong(Group::Functions, role, failure.to_string())
                .advise(format!("its log says more: aws logs tail /aws/lambda/{name} --since 15m"));
            (vec![failed], None)
        }
        Err(_) => {
            let slow = format!("it does not answer within {} s", PATIENCE.as_secs());
            (vec![Check::look(Group::Functions, role, slow).advise("try again when it is less busy")], None)
        }
    }
}

async fn read(functions: &Functions, name: &str, role: &str) -> std::result::Result<Function, Failure> {
    let (configuration, reserved) = tokio::join!(functions.configuration(name), functions.reserved_concurrency(name));
    let FunctionConfiguration { variables, timeout, memory, state } =
        configuration.map_err(|error| connect::cloud(error).hint("is it deployed?"))?;
    Ok(Function {
        role: role.to_owned(),
        variables,
        timeout,
        memory,
        state,
        reserved: reserved.map_err(connect::cloud)?,
    })
}

/// The function beside what was deployed.
pub(super) fn compare(function: &Function, expected: &Expected, name: &str) -> Check {
    let mut faults = Vec::new();
    let mut repairs = Vec::new();
    let mut back = Configuration { function: name.to_owned(), ..Configuration::default() };
    for (variable, value) in &expected.variables {
        match function.variables.get(variable) {
            Some(found) if found == value => {}
            found => {
                faults.push(match found {
                    Some(found) => format!("{variable} is {found:?}, deployed as {value:?}"),
                    None => format!("{variable} is not set, deployed as {value:?}"),
                });
                back.variables.insert(variable.clone(), value.clone());
            }
        }
    }
    if let Some(timeout) = expected.timeout.filter(|timeout| *timeout != function.timeout) {
        faults.push(format!("its time-out is {} s, deployed as {timeout} s", function.timeout));
        back.timeout = Some(timeout);
    } else if !TIMEOUTS.contains(&function.timeout) {
        faults.push(format!("its time-out is {} s", function.timeout));
    }
    if let Some(memory) = expected.memory.filter(|memory| *memory != function.memory) {
        faults.push(format!("its memory is {} MiB, deployed as {memory} MiB", function.memory));
        back.memory = Some(memory);
    }
    if !back.is_empty() {
        repairs.push(Repair::Configure(back));
    }
    if let Some(fault) = concurrency::difference(function.reserved, expected.reserved) {
        faults.push(fault);
        repairs.push(concurrency::back(name, expected.reserved));
    }
    if !matches!(function.state.as_str(), "" | "Active" | "Inactive") {
        faults.push(format!("Lambda says that it is {}", function.state));
    }
    let subject = function.role.as_str();
    if faults.is_empty() {
        let says = format!("as deployed: {} s, {} MiB", function.timeout, function.memory);
        return Check::fine(Group::Functions, subject, says);
    }
    let advice = if repairs.is_empty() { "deploy the stack again" } else { "atalaya doctor --fix puts it back" };
    let mut check = Check::wrong(Group::Functions, subject, faults.join("; ")).advise(advice);
    check.repairs = repairs;
    check
}

/// Asks the function itself.
async fn about(client: &Functions, name: &str) -> std::result::Result<About, Failure> {
    let Invocation { payload, error } = client.invoke(name, ABOUT).await.map_err(connect::cloud)?;
    if let Some(kind) = error {
        let said: serde_json::Value = serde_json::from_slice(&payload).unwrap_or_default();
        let said = said["errorMessage"].as_str().unwrap_or("it does not say why");
        return Err(Failure::unreachable(format!(
            "it ends with an error ({kind}): {}",
            atalaya_terminal::human::shorten(said, 200)
        )));
    }
    serde_json::from_slice(&payload)
        .map_err(|_| Failure::unreachable("it does not tell its version: it is older than this command".to_owned()))
}

/// Functions, template and this command are to be of one version.
fn agreement(versions: &BTreeMap<&'static str, About>) -> Option<Check> {
    let own = env!("CARGO_PKG_VERSION");
    let functions: BTreeSet<&str> = versions.values().map(|about| about.version.as_str()).collect();
    let templates: BTreeSet<&str> = versions
        .values()
        .filter_map(|about| about.template_version.as_deref())
        .filter(|version| !version.is_empty())
        .collect();
    let list = |versions: &BTreeSet<&str>| versions.iter().copied().collect::<Vec<_>>().join(", ");
    let subject = "versions";
    let (Some(version), 1) = (functions.first(), functions.len()) else {
        let says = format!("the functions are of several: {}", list(&functions));
        return (functions.len() > 1).then(|| {
            Check::wrong(Group::Functions, subject, says).advise("a release ended half-way: deploy the stack again")
        });
    };
    let differing: Vec<&str> = templates.iter().copied().filter(|template| template != version).collect();
    Some(if !differing.is_empty() {
        let says = format!("the template is of {}, the functions of {version}", differing.join(", "));
        Check::wrong(Group::Functions, subject, says).advise("build the functions and deploy the stack again, together")
    } else if *version != own {
        let says = format!("the functions are of {version}, this command of {own}");
        Check::look(Group::Functions, subject, says).advise(format!("install atalaya {version}, or deploy {own}"))
    } else {
        let template = if templates.is_empty() { "" } else { ", template" };
        Check::fine(Group::Functions, subject, format!("functions{template} and this command are of {own}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function() -> Function {
        Function {
            role: "notify".to_owned(),
            variables: BTreeMap::from([("A".to_owned(), "1".to_owned()), ("OWN".to_owned(), "x".to_owned())]),
            timeout: 30,
            memory: 256,
            state: "Active".to_owned(),
            reserved: None,
        }
    }

    fn wanted() -> Expected {
        let variables = BTreeMap::from([("A".to_owned(), "1".to_owned())]);
        Expected { variables, timeout: Some(30), memory: Some(256), reserved: Some(0) }
    }

    #[test]
    fn what_is_as_deployed_is_fine() {
        let check = compare(&function(), &wanted(), "s-notify");
        assert_eq!((check.result, check.says.as_str()), (Result::Fine, "as deployed: 30 s, 256 MiB"));
    }

    #[test]
    fn everything_that_was_changed_is_told_and_put_back_in_one_call() {
        let mut changed = function();
        changed.variables.insert("A".to_owned(), "2".to_owned());
        (changed.timeout, changed.memory, changed.reserved) = (1, 128, Some(0));
        let mut expected = wanted();
        expected.variables.insert("B".to_owned(), "b".to_owned());
        let check = compare(&changed, &expected, "s-notify");
        assert_eq!(check.result, Result::Wrong);
        for part in [
            "A is \"2\", deployed as \"1\"",
            "B is not set",
            "time-out is 1 s, deployed as 30 s",
            "128 MiB",
            "concurrency is 0",
        ] {
            assert!(check.says.contains(part), "`{part}`: {}", check.says);
        }
        let [Repair::Configure(back), Repair::FreeConcurrency { function }] = &check.repairs[..] else {
            panic!("{check:?}")
        };
        assert_eq!((function.as_str(), back.timeout, back.memory), ("s-notify", Some(30), Some(256)));
        assert_eq!(back.variables.keys().collect::<Vec<_>>(), ["A", "B"]);
    }

    #[test]
    fn what_the_stack_does_not_tell_is_not_compared() {
        let expected = Expected { timeout: None, memory: None, reserved: None, ..wanted() };
        assert_eq!(compare(&function(), &expected, "n").result, Result::Fine);
        let limited = Function { reserved: Some(3), ..function() };
        assert_eq!(compare(&limited, &expected, "n").result, Result::Fine);
    }

    #[test]
    fn a_deployed_reservation_and_its_absence_are_left_alone() {
        let reserved = |units| Function { reserved: units, ..function() };
        let deployed = |units| Expected { reserved: Some(units), ..wanted() };
        for (found, wanted) in [(None, 0), (Some(5), 5)] {
            let check = compare(&reserved(found), &deployed(wanted), "s-notify");
            assert_eq!((check.result, check.repairs.len()), (Result::Fine, 0), "{found:?} {wanted}");
        }
        let free = Repair::FreeConcurrency { function: "s-notify".to_owned() };
        let keep = Repair::ReserveConcurrency { function: "s-notify".to_owned(), runs: 5 };
        for (found, wanted, repair) in
            [(Some(5), 0, &free), (Some(0), 0, &free), (None, 5, &keep), (Some(4), 5, &keep), (Some(0), 5, &keep)]
        {
            let check = compare(&reserved(found), &deployed(wanted), "s-notify");
            assert_eq!(
                (check.result, check.repairs.as_slice()),
                (Result::Wrong, std::slice::from_ref(repair)),
                "{check:?}"
            );
        }
    }

    #[test]
    fn versions_that_differ_are_told() {
        let about = |version: &str, template: Option<&str>| About {
            version: version.to_owned(),
            template_version: template.map(str::to_owned),
        };
        let own = env!("CARGO_PKG_VERSION");
        for (intake, page, result) in [
            (about(own, Some(own)), about(own, None), Result::Fine),
            (about(own, None), about("9.9.9", None), Result::Wrong),
            (about(own, Some("9.9.9")), about(own, None), Result::Wrong),
            (about("9.9.9", None), about("9.9.9", Some("9.9.9")), Result::Look),
        ] {
            let versions = BTreeMap::from([("intake", intake), ("page", page)]);
            let check = agreement(&versions).expect("a check");
            assert_eq!(check.result, result, "{check:?}");
        }
        assert_eq!(agreement(&BTreeMap::new()), None);
    }
}
