//! Where the runbooks' commands run: a folder, the programs `atalaya` and `aws` on the path, the local AWS in the
//! environment, and the shell variables that `runbooks/README.md` tells to set first.

use std::{
    collections::BTreeMap,
    fs::{self, File, Permissions},
    os::unix::{
        fs::{PermissionsExt, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use atalaya_local::LocalAws;
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use crate::{
    DrillError,
    error::Doing,
    wait::{Seen, until},
};

/// How long one block of a runbook may take. A person at night waits no longer either.
const DEADLINE: Duration = Duration::from_secs(120);
/// Most bytes of an output that are kept, from its end.
const KEPT: usize = 8000;
/// Where the block stands that sets the variables.
const INDEX: &str = "runbooks/README.md";
/// How a block for the shell begins and ends.
const FENCE: (&str, &str) = ("```sh\n", "```");

/// What came of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    /// The exit code; `None` when it did not end by itself.
    pub(crate) code: Option<i32>,
    /// The end of what it printed, on both streams.
    pub(crate) output: String,
    /// How long it took.
    pub(crate) took: Duration,
}

/// The desk of one world.
#[derive(Debug)]
pub(crate) struct Desk {
    folder: TempDir,
    work: PathBuf,
    environment: BTreeMap<String, String>,
    index: PathBuf,
    /// The variables that the index's block sets, once it has run.
    variables: OnceLock<BTreeMap<String, String>>,
}

impl Desk {
    /// Lays it.
    pub(crate) fn lay(local: &LocalAws, project: &Path, atalaya: &Path) -> Result<Self, DrillError> {
        let folder = tempfile::Builder::new().prefix("atalaya-drill-").tempdir().doing("making a folder")?;
        let (bin, work) = (folder.path().join("bin"), folder.path().join("work"));
        for made in [&bin, &work] {
            fs::create_dir(made).doing("making a folder")?;
        }
        symlink(atalaya, bin.join("atalaya")).doing("putting atalaya on the path")?;
        put_aws(&local.aws_cli(), &bin.join("aws"))?;
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
        let own = [("PATH", path), ("HOME", work.display().to_string()), ("AWS_PAGER", String::new())];
        let plain =
            [("LC_ALL", "C.UTF-8"), ("TERM", "dumb"), ("COLUMNS", "80")].map(|(name, value)| (name, value.into()));
        let own = own.into_iter().chain(plain).map(|(name, value): (_, String)| (name.to_owned(), value));
        let environment = own.chain(local.environment()).collect();
        Ok(Self { folder, work, environment, index: project.join(INDEX), variables: OnceLock::new() })
    }

    /// The folder that blocks run in.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// Runs a block as it is printed.
    pub(crate) fn run(&self, text: &str) -> Result<Ran, DrillError> {
        self.shell(text, self.variables()?)
    }

    /// The variables of the index's block, run as it is printed.
    fn variables(&self) -> Result<&BTreeMap<String, String>, DrillError> {
        if let Some(known) = self.variables.get() {
            return Ok(known);
        }
        let text = fs::read_to_string(&self.index).doing(format!("reading {}", self.index.display()))?;
        let wrong = |why: String| DrillError::Block { page: "README".to_owned(), line: 1, why };
        let block = text.split_once(FENCE.0).and_then(|(_, rest)| rest.split_once(FENCE.1));
        let (block, _) = block.ok_or_else(|| wrong("it has no block that sets the variables".to_owned()))?;
        let ran = self.shell(&format!("set -a\n{block}\nenv -0 > variables"), &BTreeMap::new())?;
        if ran.code != Some(0) {
            return Err(wrong(format!("the block that sets the variables failed:\n{}", ran.output)));
        }
        let set = fs::read(self.work().join("variables")).doing("reading the variables")?;
        let set = String::from_utf8_lossy(&set).into_owned();
        let pairs = set.split('\0').filter_map(|pair| pair.split_once('='));
        let is_new =
            |name: &str| !self.environment.contains_key(name) && !["_", "SHLVL", "PWD", "OLDPWD"].contains(&name);
        let new = pairs.filter(|(name, _)| is_new(name)).map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(self.variables.get_or_init(|| new.collect()))
    }

    fn shell(&self, text: &str, variables: &BTreeMap<String, String>) -> Result<Ran, DrillError> {
        let begun = Instant::now();
        let log = self.folder.path().join("output");
        let output = File::create(&log).doing("making a file for the output")?;
        let errors = output.try_clone().doing("making a file for the output")?;
        let mut child = Command::new("bash")
            .args(["-euo", "pipefail", "-c", text])
            .env_clear()
            .envs(&self.environment)
            .envs(variables)
            .current_dir(self.work())
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .doing("starting bash")?;
        let status = ended(&mut child)?;
        let printed = fs::read(&log).doing("reading the output")?;
        let from = printed.len().saturating_sub(KEPT);
        let output = String::from_utf8_lossy(&printed[from..]).into_owned();
        Ok(Ran { code: status.and_then(|status| status.code()), output, took: begun.elapsed() })
    }
}

/// Puts the AWS CLI on the path, so that every service's command finds the local AWS.
fn put_aws(program: &Path, place: &Path) -> Result<(), DrillError> {
    let script = format!("#!/bin/sh\n{}\nexec '{}' \"$@\"\n", atalaya_local::ENDPOINT_OPTION, program.display());
    fs::write(place, script).doing("putting aws on the path")?;
    fs::set_permissions(place, Permissions::from_mode(0o755)).doing("putting aws on the path")
}

/// Waits for the end; one that does not come in time is brought about, with all that the block started.
fn ended(child: &mut Child) -> Result<Option<ExitStatus>, DrillError> {
    let waited = until("the end of a block", DEADLINE, || {
        Ok(match child.try_wait().doing("waiting for bash")? {
            Some(status) => Seen::Yes(status),
            None => Seen::NotYet("it runs".to_owned()),
        })
    });
    match waited {
        Ok(status) => Ok(Some(status)),
        Err(DrillError::Late { .. }) => {
            let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            // Gone in this very moment: then there is nothing to end.
            let _ = group.map(|group| kill_process_group(group, Signal::KILL));
            child.wait().doing("waiting for bash")?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
