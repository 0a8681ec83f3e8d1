//! Packages and deploys the template.

use std::{collections::BTreeMap, fs, path::Path};

use tokio::process::Command;

use crate::{
    LocalError, Observer, Outputs, Step, Tools, command::Run, error::AtPath, progress::Reporter, run_folder::RunFolder,
    server,
};

/// Packages, creates the stack, waits for it.
const DEPLOY: &str = include_str!("python/deploy.py");
/// The stack's name: it stands in front of every resource's.
pub const STACK: &str = "atalaya";
/// The bucket that the packages are uploaded to.
const ARTIFACTS: &str = "atalaya-artifacts";

/// The template's parameters on this machine.
fn parameters() -> [(&'static str, &'static str); 4] {
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    [
        ("Architecture", architecture),
        ("LedgerDeletionProtection", "false"),
        // Short, since the queue keeps a message from a second intake for six times as long when the first one died.
        ("IntakeTimeoutSeconds", "10"),
        ("ProcessTimeoutSeconds", "300"),
    ]
}

/// Deploys `template`; the later of two parameters of one name counts.
pub(crate) async fn deploy(
    tools: &Tools,
    environment: &[(&'static str, String)],
    template: &Path,
    folder: &RunFolder,
    overrides: &[(String, String)],
    observer: &Observer,
) -> Result<Outputs, LocalError> {
    let reporter = Reporter::begin(observer, Step::Deploy);
    let script = folder.path().join("deploy.py");
    fs::write(&script, DEPLOY).at(&script)?;
    let mut values: BTreeMap<_, _> =
        parameters().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    values.extend(overrides.iter().cloned());
    let mut command = Command::new(tools.python());
    command
        .arg("-I")
        .arg(&script)
        .arg(template)
        .args([STACK, ARTIFACTS])
        .arg(folder.path())
        .args(values.iter().map(|(name, value)| format!("{name}={value}")))
        .env_clear()
        .envs(environment.iter().cloned())
        .env("PATH", server::path(&tools.commands()))
        .env("HOME", folder.path())
        .current_dir(folder.path());
    let mut answer = String::new();
    let run = Run { what: "deploying infra/template.yaml", remedy: "remove the cache folder and try again", command };
    run.lines(|line| answer.push_str(line), |_| ()).await?;
    reporter.done();
    Outputs::from_map(serde_json::from_str(&answer).unwrap_or_default())
}
