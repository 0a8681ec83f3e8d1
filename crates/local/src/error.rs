//! What can go wrong with the local AWS, each in a sentence that says what to do.

use std::{io, path::PathBuf, time::Duration};

use atalaya_cloud::{CloudError, contracts::Refusal};
use atalaya_cloudwatch::alarm::AlarmStatus;
use atalaya_contract::Violations;

use crate::{Notice, cloudwatch::MAX_SPEED};

/// Why the local AWS cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// No Python.
    #[error(
        "python3 is not installed, or not on PATH: the local AWS is a Python program; install Python 3.10 or later"
    )]
    NoPython,
    /// A Python that is too old.
    #[error(
        "python3 is version {found}: the local AWS needs Python 3.10 or later; install one and put it first on PATH"
    )]
    OldPython {
        /// Its version.
        found: String,
    },
    /// A Python without what makes virtual environments.
    #[error("python3 cannot make virtual environments ({missing} is missing): install the package python3-venv")]
    NoVenv {
        /// The module that is missing.
        missing: String,
    },
    /// The cache has no place.
    #[error("there is no folder for the cache: set HOME, XDG_CACHE_HOME or ATALAYA_CACHE_DIR")]
    NoCacheFolder,
    /// A folder that is not a checkout of the project.
    #[error("{} does not hold infra/template.yaml: run the command in the project's folder", .0.display())]
    NotAProject(PathBuf),
    /// A port that is taken.
    #[error("port {0} on 127.0.0.1 is in use: stop what uses it, or leave the port out to take a free one")]
    PortInUse(u16),
    /// Another local AWS of the same project.
    #[error(
        "a local AWS of this project runs already at {endpoint} (process {pid}): use it, or stop it with `atalaya local down`"
    )]
    AlreadyRunning {
        /// Where it answers.
        endpoint: String,
        /// The process that owns it.
        pid: u32,
    },
    /// A program that is not there.
    #[error("{program} cannot be started ({source}): {remedy}")]
    Program {
        /// Its name.
        program: String,
        /// What to do.
        remedy: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A program that ended badly.
    #[error("{what} failed ({status}):\n{output}")]
    Failed {
        /// What it was to do.
        what: &'static str,
        /// How it ended.
        status: String,
        /// The last lines that it wrote.
        output: String,
    },
    /// The build came to an end without a function's binary.
    #[error("the build made no program {0}: is functions/ complete, and is the package's binary named like it?")]
    NoBinary(String),
    /// A prepared function that is not there.
    #[error("{} is missing: a folder of prepared functions holds <name>/bootstrap for intake, process, notify, page and canary", .0.display())]
    NoBootstrap(PathBuf),
    /// The emulator did not come up.
    #[error("the local AWS did not answer within {} s; the end of its log:\n{log}", .deadline.as_secs())]
    NotReady {
        /// How long was waited.
        deadline: Duration,
        /// The end of its log.
        log: String,
    },
    /// The emulator ended by itself.
    #[error("the local AWS ended by itself ({status}); the end of its log:\n{log}")]
    Ended {
        /// How it ended.
        status: String,
        /// The end of its log.
        log: String,
    },
    /// A stack without an output that the project needs.
    #[error("the stack has no output {0}: does infra/template.yaml still declare it?")]
    NoOutput(&'static str),
    /// A subscription that SNS did not confirm.
    #[error("the subscription of {user} was not confirmed within {} s", .deadline.as_secs())]
    Unconfirmed {
        /// The user.
        user: String,
        /// How long was waited.
        deadline: Duration,
    },
    /// A user whose name cannot stand in an address.
    #[error("`{0}` is no name for a user here: use letters, digits and . _ - @ +")]
    UserName(String),
    /// Notices that did not come.
    #[error("the awaited notices had not come after {} s; {} came", .deadline.as_secs(), .notices.len())]
    DeadlinePassed {
        /// How long was waited.
        deadline: Duration,
        /// Those that came.
        notices: Vec<Notice>,
    },
    /// A running local AWS that does not stop.
    #[error("the local AWS (process {pid}) did not stop within {} s: end that process yourself", .deadline.as_secs())]
    StillRunning {
        /// The process that owns it.
        pid: u32,
        /// How long was waited.
        deadline: Duration,
    },
    /// A function that the template does not have.
    #[error("there is no function `{0}`: it is one of intake, process, notify, page, canary")]
    NoFunction(String),
    /// A clock that cannot run so fast.
    #[error("the clock cannot run {0} times as fast as the wall's: give a speed between 1 and {MAX_SPEED}")]
    ClockSpeed(u32),
    /// A template of alarms or dashboards with faults.
    #[error("{}: its stack cannot be created\n{faults}", .path.display())]
    Template {
        /// The template.
        path: PathBuf,
        /// Its faults, all of them.
        faults: String,
    },
    /// An alarm that CloudWatch would refuse.
    #[error("CloudWatch would refuse the alarms: {0}")]
    AlarmRefused(String),
    /// A dashboard that CloudWatch would refuse.
    #[error("CloudWatch would refuse a dashboard of dashboards/template.yaml: {0}")]
    DashboardRefused(String),
    /// An alarm that is not there.
    #[error("there is no alarm `{0}`: does alarms/template.yaml declare it?")]
    NoAlarm(String),
    /// An alarm that did not come into a state.
    #[error(
        "the alarm {} was not {wanted} within {} s; it is {}: {}",
        .alarm.definition.name(), .deadline.as_secs(), .alarm.state.as_str(), .alarm.reason
    )]
    AlarmElsewhere {
        /// How long was waited.
        deadline: Duration,
        /// The state.
        wanted: &'static str,
        /// The alarm as it is.
        alarm: Box<AlarmStatus>,
    },
    /// Faults that the emulator does not take.
    #[error("the local AWS cannot be given faults: {0}")]
    FaultsRefused(String),
    /// A limit that the emulator does not take.
    #[error("the concurrency of the local AWS cannot be limited: {0}")]
    LimitRefused(String),
    /// A system that does not show its processes.
    #[error("the functions' processes can only be found where /proc shows them (Linux)")]
    NoProcesses,
    /// A contract that cannot be published as it is.
    #[error("{}: the contract has {} fault(s)\n{violations}", .path.display(), .violations.0.len())]
    Contract {
        /// The document.
        path: PathBuf,
        /// Its faults, all of them.
        violations: Violations,
    },
    /// A contract that does not fit beside what is in force.
    #[error("{}", .refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Refused {
        /// All reasons.
        refusals: Vec<Refusal>,
    },
    /// A call to AWS that failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// A file or folder that could not be used.
    #[error("{}: {source}", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A connection of this machine to itself that failed.
    #[error("{what}: {source}")]
    Network {
        /// What was attempted.
        what: String,
        /// Why.
        source: io::Error,
    },
}

/// Adds the path to an error of the file system.
pub(crate) trait AtPath<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, LocalError>;
}

impl<T> AtPath<T> for io::Result<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, LocalError> {
        self.map_err(|source| LocalError::File { path: path.into(), source })
    }
}
