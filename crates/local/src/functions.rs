//! The functions' binaries: built by cargo from this checkout, or prepared by somebody else.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use atalaya_contract::FUNCTIONS;
use serde::Deserialize;
use tokio::process::Command;

use crate::{LocalError, Observer, Step, command::Run, progress::Reporter};

/// The package of the command `atalaya`.
const COMMAND: &str = "atalaya-cli";
/// Its binary.
const COMMAND_BINARY: &str = "atalaya";

/// Where the functions' binaries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Functions {
    /// Built from the checkout, in release, for this machine.
    Build,
    /// Taken from a folder that holds `<name>/bootstrap` for intake, process, notify, page and canary.
    Prebuilt(PathBuf),
    /// Each at its own path, by name: what [`Functions::prepare`] answers.
    Built(BTreeMap<String, PathBuf>),
}

/// Name of a function's package, of its binary, and of its folder below `target/lambda`.
pub(crate) fn package(name: &str) -> String {
    format!("atalaya-{name}")
}

impl Functions {
    /// Builds what is to be built, for several local AWS that start from it.
    ///
    /// # Errors
    /// When a function does not build, or is missing.
    pub async fn prepare(&self, project: &Path, observer: &Observer) -> Result<Self, LocalError> {
        let binaries = self.binaries(project, observer).await?;
        Ok(Self::Built(binaries.into_iter().map(|(name, path)| (name.to_owned(), path)).collect()))
    }

    /// The path of every function's binary, by the function's name.
    pub(crate) async fn binaries(
        &self,
        project: &Path,
        observer: &Observer,
    ) -> Result<BTreeMap<&'static str, PathBuf>, LocalError> {
        match self {
            Self::Build => build(project, observer).await,
            Self::Prebuilt(folder) => FUNCTIONS
                .into_iter()
                .map(|name| {
                    let bootstrap = folder.join(name).join("bootstrap");
                    if bootstrap.is_file() { Ok((name, bootstrap)) } else { Err(LocalError::NoBootstrap(bootstrap)) }
                })
                .collect(),
            Self::Built(paths) => FUNCTIONS
                .into_iter()
                .map(|name| {
                    let path = paths.get(name).ok_or_else(|| LocalError::NoBinary(package(name)))?;
                    Ok((name, path.clone()))
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

/// Builds the command `atalaya` from the checkout, in release and together with the functions; returns its path. For
/// tests that run it as people do.
///
/// # Errors
/// When cargo is not there, or the checkout does not build.
pub async fn build_command(project: &Path, observer: &Observer) -> Result<PathBuf, LocalError> {
    let mut built = cargo_build(project, observer, Some(COMMAND_BINARY)).await?;
    built.remove(COMMAND_BINARY).ok_or_else(|| LocalError::NoBinary(COMMAND_BINARY.to_owned()))
}

async fn build(project: &Path, observer: &Observer) -> Result<BTreeMap<&'static str, PathBuf>, LocalError> {
    cargo_build(project, observer, None).await
}

/// Builds the functions, and another binary besides; returns the paths of all, by function or name.
async fn cargo_build(
    project: &Path,
    observer: &Observer,
    besides: Option<&'static str>,
) -> Result<BTreeMap<&'static str, PathBuf>, LocalError> {
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
    for name in FUNCTIONS {
        command.args(["-p", &package(name), "--bin", &package(name)]);
    }
    // Not built, but counted: cargo gives shared dependencies the features that the named packages ask for. Without the
    // command among them, the AWS clients, Arrow and Parquet would be built once more for the functions.
    command.args(["-p", COMMAND]);
    command.args(besides.iter().flat_map(|binary| ["--bin", binary]));
    let mut binaries = BTreeMap::new();
    let run = Run { what: "building the functions", remedy: "install Rust, whose cargo builds the functions", command };
    run.lines(
        |line| {
            if let Some((name, path)) = binary(line, besides) {
                binaries.insert(name, path);
            }
        },
        |line| reporter.detail(line.trim_start()),
    )
    .await?;
    if let Some(missing) = FUNCTIONS.into_iter().find(|name| !binaries.contains_key(name)) {
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

/// The function, or what is built besides, and the path that a line of cargo's report names.
fn binary(line: &str, besides: Option<&'static str>) -> Option<(&'static str, PathBuf)> {
    let message: CargoMessage = serde_json::from_str(line).ok()?;
    let target = message.target?;
    let function = FUNCTIONS.into_iter().find(|name| package(name) == target.name);
    let name = function.or(besides.filter(|besides| *besides == target.name))?;
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
        let intake = line("atalaya-intake", r#""/t/atalaya-intake""#);
        assert_eq!(binary(&intake, None), Some(("intake", "/t/atalaya-intake".into())));
        let command = line("atalaya", r#""/t/atalaya""#);
        assert_eq!(binary(&command, Some("atalaya")), Some(("atalaya", "/t/atalaya".into())));
        assert_eq!(binary(&command, None), None);
        assert_eq!(binary(&line("atalaya-intake", "null"), None), None);
        assert_eq!(binary(&line("serde", r#""/t/serde""#), None), None);
        assert_eq!(binary(r#"{"reason":"build-finished","success":true}"#, None), None);
        assert_eq!(binary("no JSON", None), None);
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
