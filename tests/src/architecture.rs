//! Who may depend on whom. The table is the one of the design; any other arrow is a mistake or a change of the design.
//! Inside a crate, modules do not need each other in a circle, except for the few of [`known`].

mod known;
mod modules;
mod source;

use std::{collections::BTreeMap, path::Path, process::Command};

use serde_json::Value;

use known::{KNOWN, Known};
use modules::Circle;

/// Workspace packages and the workspace packages each may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("atalaya-document", &[]),
    ("atalaya-contract", &["atalaya-document"]),
    ("atalaya-engine", &["atalaya-contract"]),
    ("atalaya-telemetry", &["atalaya-contract"]),
    ("atalaya-cloud", &["atalaya-contract", "atalaya-telemetry"]),
    ("atalaya-cloudwatch", &[]),
    ("atalaya-cloudwatch-insights", &["atalaya-cloudwatch"]),
    ("atalaya-cloudwatch-template", &["atalaya-document", "atalaya-cloudwatch"]),
    ("atalaya-cloudwatch-testing", &["atalaya-document", "atalaya-cloudwatch", "atalaya-cloudwatch-template"]),
    ("atalaya-cloudwatch-dashboard", &["atalaya-document", "atalaya-cloudwatch", "atalaya-cloudwatch-insights"]),
    ("atalaya-cloudwatch-drawing", &["atalaya-cloudwatch", "atalaya-cloudwatch-dashboard"]),
    (
        "atalaya-cloudwatch-api",
        &[
            "atalaya-cloudwatch",
            "atalaya-cloudwatch-insights",
            "atalaya-cloudwatch-dashboard",
            "atalaya-cloudwatch-drawing",
        ],
    ),
    (
        "atalaya-operations",
        &[
            "atalaya-contract",
            "atalaya-cloud",
            "atalaya-cloudwatch",
            "atalaya-cloudwatch-insights",
            "atalaya-cloudwatch-dashboard",
        ],
    ),
    ("atalaya-terminal", &["atalaya-contract"]),
    (
        "atalaya-cloudwatch-offline",
        &[
            "atalaya-document",
            "atalaya-terminal",
            "atalaya-cloudwatch",
            "atalaya-cloudwatch-insights",
            "atalaya-cloudwatch-template",
            "atalaya-cloudwatch-testing",
            "atalaya-cloudwatch-dashboard",
            "atalaya-cloudwatch-drawing",
        ],
    ),
    ("atalaya-runbook", &["atalaya-contract"]),
    ("atalaya-local", &ALL_CRATES),
    (
        "atalaya-drill",
        &[
            "atalaya-contract",
            "atalaya-cloud",
            "atalaya-cloudwatch",
            "atalaya-cloudwatch-insights",
            "atalaya-runbook",
            "atalaya-local",
        ],
    ),
    ("atalaya-cli", &ALL_CRATES),
    ("atalaya-tests", &ALL_PACKAGES),
];

/// What a package's own tests may use beside that: telemetry's emitted lines are judged by the evaluator, and pictures
/// are drawn of dashboards over logs.
const TESTS_MAY: &[(&str, &str)] =
    &[("atalaya-telemetry", "atalaya-cloudwatch"), ("atalaya-cloudwatch-drawing", "atalaya-cloudwatch-insights")];

const ALL_CRATES: [&str; 18] = [
    "atalaya-document",
    "atalaya-contract",
    "atalaya-engine",
    "atalaya-telemetry",
    "atalaya-cloud",
    "atalaya-cloudwatch",
    "atalaya-cloudwatch-insights",
    "atalaya-cloudwatch-template",
    "atalaya-cloudwatch-testing",
    "atalaya-cloudwatch-dashboard",
    "atalaya-cloudwatch-drawing",
    "atalaya-cloudwatch-api",
    "atalaya-cloudwatch-offline",
    "atalaya-operations",
    "atalaya-terminal",
    "atalaya-runbook",
    "atalaya-local",
    "atalaya-drill",
];

const COMMAND_AND_FUNCTIONS: [&str; 6] =
    ["atalaya-cli", "atalaya-intake", "atalaya-process", "atalaya-notify", "atalaya-page", "atalaya-canary"];

const ALL_PACKAGES: [&str; ALL_CRATES.len() + COMMAND_AND_FUNCTIONS.len()] = {
    let mut all = [""; ALL_CRATES.len() + COMMAND_AND_FUNCTIONS.len()];
    let (crates, others) = all.split_at_mut(ALL_CRATES.len());
    crates.copy_from_slice(&ALL_CRATES);
    others.copy_from_slice(&COMMAND_AND_FUNCTIONS);
    all
};

const FUNCTION_MAY: &[&str] = &["atalaya-contract", "atalaya-engine", "atalaya-telemetry", "atalaya-cloud"];

/// The packages that may use AWS's own clients; every other asks AWS through them.
const AWS_CLIENTS: [&str; 3] = ["atalaya-cloud", "atalaya-operations", "atalaya-local"];

/// What `package`, which lies at `manifest`, may depend on; `None` when the design does not know it.
fn allowed(package: &str, manifest: &str) -> Option<&'static [&'static str]> {
    let room = ARROWS.iter().find(|(name, _)| *name == package).map(|(_, may)| *may);
    room.or_else(|| manifest.contains("/functions/").then_some(FUNCTION_MAY))
}

/// A workspace package that another depends on.
struct Arrow {
    to: String,
    /// Only the dependent's tests use it.
    of_tests: bool,
}

/// The packages of the workspace as cargo describes them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    match metadata["packages"].take() {
        Value::Array(packages) => packages,
        other => panic!("no packages: {other}"),
    }
}

/// Each workspace package with its manifest's path and the workspace packages it depends on.
fn workspace() -> BTreeMap<String, (String, Vec<Arrow>)> {
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    packages()
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let inside = dependencies.iter().filter(|d| d["path"].is_string());
            let arrows = inside.map(|d| Arrow { to: text(&d["name"]), of_tests: d["kind"] == "dev" }).collect();
            (text(&package["name"]), (text(&package["manifest_path"]), arrows))
        })
        .collect()
}

#[test]
fn every_arrow_is_one_of_the_design() {
    let mut wrong = Vec::new();
    for (package, (manifest, dependencies)) in workspace() {
        let Some(may) = allowed(&package, &manifest) else {
            wrong.push(format!("{package} is in no room of the design"));
            continue;
        };
        for Arrow { to, of_tests } in dependencies {
            let for_tests = of_tests && TESTS_MAY.contains(&(package.as_str(), to.as_str()));
            if !may.contains(&to.as_str()) && !for_tests {
                wrong.push(format!("{package} may not depend on {to}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_workspace_is_read_and_a_forbidden_arrow_is_seen() {
    let packages = workspace();
    let (manifest, dependencies) = &packages["atalaya-process"];
    assert!(dependencies.iter().any(|arrow| arrow.to == "atalaya-cloud"));
    let may = allowed("atalaya-process", manifest).expect("a function is known");
    assert!(!may.contains(&"atalaya-local"), "a function must not reach the local AWS");
    assert_eq!(allowed("atalaya-document", "").map(<[_]>::len), Some(0));
    assert!(allowed("atalaya-newcomer", "crates/newcomer/Cargo.toml").is_none());
}

#[test]
fn only_adapters_use_aws_s_clients() {
    let mut users = std::collections::BTreeSet::new();
    for package in packages() {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        if dependencies.iter().any(|dependency| dependency["name"].as_str().is_some_and(|it| it.starts_with("aws-"))) {
            users.insert(package["name"].as_str().expect("a name").to_owned());
        }
    }
    assert_eq!(users.iter().map(String::as_str).collect::<Vec<_>>(), {
        let mut adapters = AWS_CLIENTS;
        adapters.sort_unstable();
        adapters
    });
}

/// Whether `circle` has modules of `known` alone.
fn is_within(package: &str, circle: &Circle, known: &Known) -> bool {
    package.strip_prefix("atalaya-") == Some(known.package)
        && circle.parent == known.parent
        && circle.members.iter().all(|member| known.members.contains(&&member[..]))
}

#[test]
fn modules_need_each_other_in_no_circle() {
    let packages = workspace().into_iter().map(|(package, (manifest, _))| {
        let folder = Path::new(&manifest).with_file_name("src");
        (package, modules::circles(&folder))
    });
    let circles: Vec<_> = packages
        .flat_map(|(package, circles)| circles.into_iter().map(move |circle| (package.clone(), circle)))
        .collect();
    let mut wrong: Vec<String> = Vec::new();
    for (package, circle) in &circles {
        if !KNOWN.iter().any(|known| is_within(package, circle, known)) {
            let Circle { parent, members, description } = circle;
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            let within = if parent.is_empty() { (*package).clone() } else { format!("{package}, in {parent}") };
            wrong.push(format!("{within}: {description}; all in the circle: {}", members.join(", ")));
        }
    }
    for known in KNOWN {
        if !circles.iter().any(|(package, circle)| is_within(package, circle, known)) {
            let Known { package, parent, members, reason } = known;
            let members = members.join(", ");
            wrong.push(format!(
                "{package} {parent}: {members} are a known circle ({reason}) no more: take it off the list"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
