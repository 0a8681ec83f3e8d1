//! What a start is doing, told as it happens.

use std::{fmt, sync::Arc, time::Duration};

/// One line about what a start is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Which of the steps; `Tools` and `Build` run at the same time.
    pub step: Step,
    /// How far it is.
    pub state: StepState<'a>,
}

/// The steps of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The virtual environment with the emulator and the AWS CLI.
    Tools,
    /// The functions' binaries.
    Build,
    /// The emulator itself.
    Aws,
    /// The stack.
    Deploy,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tools => "local AWS tools",
            Self::Build => "functions",
            Self::Aws => "local AWS",
            Self::Deploy => "stack",
        })
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState<'a> {
    /// It begins.
    Begun,
    /// One line of what it is busy with, such as `Compiling parquet v60.1.0`.
    Detail(&'a str),
    /// It is done, after so long.
    Done(Duration),
}

/// Is told of every progress, from several threads.
pub type Observer = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

/// An observer that tells nobody.
#[must_use]
pub fn silent() -> Observer {
    Arc::new(|_| ())
}

/// Tells an observer of one step, with its duration at the end.
pub(crate) struct Reporter {
    observer: Observer,
    step: Step,
    begun: std::time::Instant,
}

impl Reporter {
    pub(crate) fn begin(observer: &Observer, step: Step) -> Self {
        let reporter = Self { observer: Arc::clone(observer), step, begun: std::time::Instant::now() };
        reporter.tell(StepState::Begun);
        reporter
    }

    pub(crate) fn detail(&self, line: &str) {
        self.tell(StepState::Detail(line));
    }

    pub(crate) fn done(self) {
        self.tell(StepState::Done(self.begun.elapsed()));
    }

    fn tell(&self, state: StepState<'_>) {
        (self.observer)(Progress { step: self.step, state });
    }
}
