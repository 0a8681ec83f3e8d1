//! Runs the built command and reads its answer.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A contract of the demo.
pub(crate) fn contract(name: &str) -> PathBuf {
    demo().join("contracts").join(format!("{name}.odcs.yaml"))
}

/// A file of the demo.
pub(crate) fn sample(name: &str) -> PathBuf {
    demo().join("files").join(name)
}

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo")
}

/// Runs `atalaya` with these arguments, and without the settings of whoever runs the tests.
pub(crate) fn atalaya(arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atalaya"));
    command.args(arguments.iter().map(AsRef::as_ref));
    for name in [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_CLOUDWATCH",
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
        "AWS_PROFILE",
        "AWS_REGION",
        "NO_COLOR",
        "CLICOLOR_FORCE",
    ] {
        command.env_remove(name);
    }
    command
}

/// The exit code and the one JSON document of a run of `check --json`.
pub(crate) fn check(file: &Path, contract: &Path, out: Option<&Path>) -> (i32, Value) {
    let mut command = atalaya(&[&"check", &file, &"--contract", &contract, &"--json"]);
    if let Some(folder) = out {
        command.arg("--out").arg(folder);
    }
    answer(&command.output().expect("runs"))
}

/// The same with the file's bytes on stdin, written piece by piece.
pub(crate) fn check_stdin<'a>(contract: &Path, pieces: impl Iterator<Item = &'a [u8]>) -> (i32, Value) {
    let mut command = atalaya(&[&"check", &"-", &"--contract", &contract, &"--json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let mut stdin = child.stdin.take().expect("is piped");
    for piece in pieces {
        // The command stops to read as soon as its verdict is settled.
        if stdin.write_all(piece).is_err() {
            break;
        }
    }
    drop(stdin);
    answer(&child.wait_with_output().expect("ends"))
}

/// Exit code and JSON of a finished run.
pub(crate) fn answer(output: &Output) -> (i32, Value) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let answer = serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}\nstdout: {stdout}\nstderr: {stderr}"));
    (output.status.code().expect("was not killed"), answer)
}

/// Names of what lies in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("is a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("listed").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
