//! The functions' binaries: built by cargo from this checkout, or prepared by somebody else.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use tokio::process::Command;

use crate::{LocalError, Observer, Step, command::Run, progress::Reporter};

/// The functions of the template.
pub(crate) const NAMES: [&str; 5] = ["intake", "process", "notify", "page", "canary"];

/// The package of the command `atalaya`.
const COMMAND: &str = "atalaya-cli";

/// Where the functions' binaries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Functions {
    /// Built from the checkout, in release, for this machine.
    Build,
    /// Taken from a folder that holds `<name>/bootstrap` for intake, process, notify, page and canary.
    Prebuilt(PathBuf),
}

/// Name of a function's package, of its binary, and of its folder below `target/lambda`.
pub(crate) fn package(name: &str) -> String {
    format!("atalaya-{name}")
}

impl Functions {
    /// The path of every function's binary, by the function's name.
    pub(crate) async fn binaries(
        &self,
        project: &Path,
        observer: &Observer,
    ) -> Result<BTreeMap<&'static str, PathBuf>, LocalError> {
        match self {
            Self::Build => build(project, observer).await,
            Self::Prebuilt(folder) => NAMES
                .into_iter()
                .map(|name| {
                    let bootstrap = folder.join(name).join("bootstrap");
                    if bootstrap.is_file() { Ok((name, bootstrap)) } else { Err(LocalError::NoBootstrap(bootstrap)) }
                })
                .collect(),
        }
    }
}

/// One line of cargo's report.
#[derive(Deserialize)]
struct CargoMessage {
    target: Option<CargoTarget>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct CargoTarget {
    name: String,
}

async fn build(project: &Path, observer: &Observer) -> Result<BTreeMap<&'static str, PathBuf>, LocalError> {
    let reporter = Reporter::begin(observer, Step::Build);
    // Set where a cargo command has started this process: the same cargo, and the same toolchain, builds the rest.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--message-format=json-render-diagnostics"]).current_dir(project);
    for (name, _) in std::env::vars_os() {
        if is_about_this_process(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    for name in NAMES {
        command.args(["-p", &package(name), "--bin", &package(name)]);
    }
    // Not built, but counted: cargo gives shared dependencies the features that the named packages ask for. Without the
    // command among them, the AWS clients, Arrow and Parquet would be built once more for the functions.
    command.args(["-p", COMMAND]);
    let mut binaries = BTreeMap::new();
    let run = Run { what: "building the functions", remedy: "install Rust, whose cargo builds the functions", command };
    run.lines(
        |line| {
            if let Some((name, path)) = binary(line) {
                binaries.insert(name, path);
            }
        },
        |line| reporter.detail(line.trim_start()),
    )
    .await?;
    if let Some(missing) = NAMES.into_iter().find(|name| !binaries.contains_key(name)) {
        return Err(LocalError::NoBinary(package(missing)));
    }
    reporter.done();
    Ok(binaries)
}

/// Whether cargo has set a variable for the program that it runs, and not the user for cargo. Some build scripts (ring's)
/// look at such variables; inherited, they would have it and all that depends on it built again.
fn is_about_this_process(variable: &str) -> bool {
    const NAMED: [&str; 9] = [
        "CARGO",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
        "OUT_DIR",
    ];
    NAMED.contains(&variable) || variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_BIN_EXE_")
}

/// The function and the path that a line of cargo's report names.
fn binary(line: &str) -> Option<(&'static str, PathBuf)> {
    let message: CargoMessage = serde_json::from_str(line).ok()?;
    let target = message.target?;
    let name = NAMES.into_iter().find(|name| package(name) == target.name)?;
    Some((name, message.executable?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_found_in_cargos_report() {
        let line = |name: &str, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"name":"{name}","kind":["bin"]}},"executable":{executable}}}"#
            )
        };
        assert_eq!(
            binary(&line("atalaya-intake", r#""/t/atalaya-intake""#)),
            Some(("intake", "/t/atalaya-intake".into()))
        );
        assert_eq!(binary(&line("atalaya-intake", "null")), None);
        assert_eq!(binary(&line("serde", r#""/t/serde""#)), None);
        assert_eq!(binary(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(binary("no JSON"), None);
    }

    #[test]
    fn what_cargo_says_of_this_process_is_not_said_on() {
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_BIN_EXE_x", "OUT_DIR"] {
            assert!(is_about_this_process(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_BUILD_JOBS", "RUSTFLAGS", "PATH"] {
            assert!(!is_about_this_process(name), "{name}");
        }
    }

    #[tokio::test]
    async fn a_folder_without_a_function_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("intake")).expect("a folder");
        std::fs::write(folder.path().join("intake/bootstrap"), b"#!").expect("a file");
        let functions = Functions::Prebuilt(folder.path().to_owned());
        let error = functions.binaries(Path::new("/"), &crate::silent()).await.expect_err("process is missing");
        assert!(error.to_string().contains("process/bootstrap is missing"), "{error}");
    }
}
