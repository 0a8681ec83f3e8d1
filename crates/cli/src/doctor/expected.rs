//! How the functions are to be configured. The one table; a test holds it to `infra/template.yaml`.

use std::collections::BTreeMap;

use super::deployed::Deployed;
use crate::names::Names;

/// Where a variable's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// The ledger's table.
    Ledger,
    /// A bucket, by its role.
    Bucket(&'static str),
    /// The state machine.
    StateMachine,
    /// A topic, by its role.
    Topic(&'static str),
    /// A parameter of the stack.
    Parameter(&'static str),
}

use Value::{Bucket, Ledger, Parameter, StateMachine, Topic};

/// Variables with where their values come from.
type Variables = &'static [(&'static str, Value)];

/// The variables of every function.
pub(super) const OF_ALL: Variables = &[("ATALAYA_LOG", Parameter("LogLevel")), ("ATALAYA_LEDGER_TABLE", Ledger)];

/// The variables of each function besides, with the names of its parameters in the template.
pub(super) const FUNCTIONS: [(&str, &str, Variables); 5] = [
    (
        "intake",
        "Intake",
        &[("ATALAYA_CONTRACTS_BUCKET", Bucket("contracts")), ("ATALAYA_STATE_MACHINE_ARN", StateMachine)],
    ),
    (
        "process",
        "Process",
        &[
            ("ATALAYA_CONTRACTS_BUCKET", Bucket("contracts")),
            ("ATALAYA_CURATED_BUCKET", Bucket("curated")),
            ("ATALAYA_REJECTS_BUCKET", Bucket("rejects")),
            ("ATALAYA_LATENCY_TARGET_SECONDS", Parameter("LatencyTargetSeconds")),
            ("ATALAYA_REJECTS_RETENTION_DAYS", Parameter("RejectsRetentionDays")),
        ],
    ),
    (
        "notify",
        "Notify",
        &[
            ("ATALAYA_DATA_USERS_TOPIC_ARN", Topic("data-users")),
            ("ATALAYA_LATENCY_TARGET_SECONDS", Parameter("LatencyTargetSeconds")),
        ],
    ),
    (
        "page",
        "Page",
        &[
            ("ATALAYA_ON_CALL_PAGE_TOPIC_ARN", Topic("on-call-page")),
            ("ATALAYA_ON_CALL_TICKET_TOPIC_ARN", Topic("on-call-ticket")),
            ("ATALAYA_DATA_USERS_TOPIC_ARN", Topic("data-users")),
            ("ATALAYA_PICTURES_BUCKET", Bucket("pictures")),
        ],
    ),
    (
        "canary",
        "Canary",
        &[("ATALAYA_INBOX_BUCKET", Bucket("inbox")), ("ATALAYA_CONTRACTS_BUCKET", Bucket("contracts"))],
    ),
];

/// Seconds that a function may be given (Lambda's quota).
pub(super) const TIMEOUTS: std::ops::RangeInclusive<i32> = 1..=900;
/// How many times the function's time-out the queue hides a message (Lambda's advice, and the template's table).
pub(super) const VISIBILITY: i32 = 6;
/// The parameter that says how often a message is received before it is a dead letter.
pub(super) const RECEIVES: &str = "IntakeReceives";

/// How a function was deployed. What the stack does not say is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) variables: BTreeMap<String, String>,
    /// Seconds.
    pub(super) timeout: Option<i32>,
    /// MiB.
    pub(super) memory: Option<i32>,
    /// Runs that are kept for it; 0 keeps none.
    pub(super) reserved: Option<i32>,
}

/// The functions that concurrency can be reserved for, by a parameter of the stack.
pub(super) const RESERVABLE: [&str; 3] = ["process", "notify", "page"];

/// The parameter with the runs that are kept for a function.
pub(super) fn reservation(logical: &str) -> String {
    format!("{logical}ReservedConcurrency")
}

/// The runs that were deployed for a function; a stack of a release without the parameter keeps none.
fn reserved(function: &str, logical: &str, deployed: &Deployed) -> Option<i32> {
    if !RESERVABLE.contains(&function) {
        return Some(0);
    }
    let none = (!deployed.parameters.is_empty()).then_some(0);
    deployed.number(&reservation(logical)).or(none)
}

/// What `function` is to be like in this deployment.
pub(super) fn expected(function: &str, names: &Names, deployed: &Deployed) -> Option<Expected> {
    let (_, logical, own) = FUNCTIONS.iter().find(|(role, ..)| *role == function)?;
    let value = |value: &Value| match value {
        Ledger => Some(names.ledger()),
        Bucket(role) => Some(names.bucket(role)),
        StateMachine => Some(names.state_machine_arn()),
        Topic(role) => Some(names.topic_arn(role)),
        Parameter(name) => deployed.value(name).map(str::to_owned),
    };
    let variables = OF_ALL.iter().chain(*own).filter_map(|(name, of)| Some(((*name).to_owned(), value(of)?)));
    Some(Expected {
        variables: variables.collect(),
        timeout: deployed.number(&format!("{logical}TimeoutSeconds")),
        memory: deployed.number(&format!("{logical}MemoryMiB")),
        reserved: reserved(function, logical, deployed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");
    /// Set from the workspace's version; a release writes it, so there is no other place to compare it with.
    const OF_RELEASES: &str = "ATALAYA_TEMPLATE_VERSION";

    /// As the template writes a value.
    fn written(value: Value) -> String {
        let capital = |role: &str| {
            let upper = |word: &str| {
                word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>()
            };
            role.split('-').map(upper).collect::<String>()
        };
        format!(
            "!Ref {}",
            match value {
                Ledger => "Ledger".to_owned(),
                Bucket(role) | Topic(role) => capital(role),
                StateMachine => "ProcessFile".to_owned(),
                Parameter(name) => name.to_owned(),
            }
        )
    }

    /// The variables that stand behind `heading` in the template.
    fn variables(heading: &str) -> BTreeMap<String, String> {
        let block = TEMPLATE.split_once(heading).unwrap_or_else(|| panic!("{heading} is in the template")).1;
        let lines = block.split_once("Variables:\n").expect("it has variables").1.lines();
        lines
            .take_while(|line| line.trim_start().starts_with("ATALAYA_"))
            .filter_map(|line| line.trim().split_once(": "))
            .filter(|(name, _)| *name != OF_RELEASES)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn the_table_is_the_templates() {
        let table = |rows: &[(&str, Value)]| -> BTreeMap<String, String> {
            rows.iter().map(|(name, value)| ((*name).to_owned(), written(*value))).collect()
        };
        assert_eq!(variables("\nGlobals:\n"), table(OF_ALL));
        for (role, logical, own) in FUNCTIONS {
            assert_eq!(variables(&format!("\n  {logical}Function:\n")), table(own), "{role}");
            for parameter in ["TimeoutSeconds", "MemoryMiB"] {
                assert!(TEMPLATE.contains(&format!("\n  {logical}{parameter}:\n")), "{logical}{parameter}");
            }
            let parameter = reservation(logical);
            let is_used = TEMPLATE.contains(&format!(", !Ref {parameter}, !Ref AWS::NoValue]\n"));
            assert_eq!(is_used, RESERVABLE.contains(&role), "{parameter}");
        }
        assert!(TEMPLATE.contains(&format!("maxReceiveCount: !Ref {RECEIVES}")));
        assert!(TEMPLATE.contains(&format!("\"30\": {{ Visibility: {} }}", 30 * VISIBILITY)));
    }

    #[test]
    fn values_follow_from_names_and_the_stack() {
        let names = Names::from_inbox("s", "s-inbox-111122223333-eu-west-1").expect("names");
        let mut deployed = Deployed::default();
        deployed.parameters.insert("ProcessTimeoutSeconds".to_owned(), "900".to_owned());
        deployed.outputs.insert("LatencyTargetSeconds".to_owned(), "60".to_owned());
        let process = expected("process", &names, &deployed).expect("it is known");
        assert_eq!((process.timeout, process.memory, process.reserved), (Some(900), None, Some(0)));
        assert_eq!(process.variables["ATALAYA_CURATED_BUCKET"], "s-curated-111122223333-eu-west-1");
        assert_eq!(process.variables["ATALAYA_LATENCY_TARGET_SECONDS"], "60");
        // What the stack does not tell is not compared.
        assert!(!process.variables.contains_key("ATALAYA_LOG"));
        assert_eq!(expected("other", &names, &deployed), None);
        deployed.parameters.insert("PageReservedConcurrency".to_owned(), "5".to_owned());
        let reserved = |role| expected(role, &names, &deployed).expect("it is known").reserved;
        assert_eq!([reserved("page"), reserved("notify"), reserved("canary")], [Some(5), Some(0), Some(0)]);
        assert_eq!(expected("page", &names, &Deployed::default()).expect("it is known").reserved, None);
    }
}
