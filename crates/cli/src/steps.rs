//! What the start of the local AWS is doing, from the first second: spinners on a terminal, else a line now and then.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use atalaya_contract::inert;
use atalaya_local::{Observer, Progress, Step, StepState};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, output};

/// How long a log without a terminal stays silent about a step.
const SILENCE: Duration = Duration::from_secs(15);

/// Prints lines above the spinners that are on show.
#[derive(Clone)]
pub(crate) struct Steps(Arc<Inner>);

struct Inner {
    begun: Mutex<Instant>,
    /// Words for people go to stdout; beside a script's JSON they go to stderr.
    to_stderr: bool,
    bars: MultiProgress,
    running: Mutex<HashMap<String, Running>>,
}

struct Running {
    bar: ProgressBar,
    told: Instant,
}

impl Steps {
    /// Nothing is on show yet.
    pub(crate) fn new(to_stderr: bool) -> Self {
        let inner = Inner {
            begun: Mutex::new(Instant::now()),
            to_stderr,
            bars: MultiProgress::new(),
            running: Mutex::default(),
        };
        Self(Arc::new(inner))
    }

    /// What the start of the local AWS reports to.
    pub(crate) fn observer(&self) -> Observer {
        let steps = self.clone();
        Arc::new(move |progress: Progress<'_>| {
            let name = progress.step.to_string();
            steps.hear(name, patience(progress.step), progress.state);
        })
    }

    /// What one piece of work reports to, under a name of its own.
    pub(crate) fn observer_of(&self, name: &'static str) -> Observer {
        let steps = self.clone();
        Arc::new(move |progress: Progress<'_>| steps.hear(name.to_owned(), "", progress.state))
    }

    /// One line with the time since the beginning.
    pub(crate) fn say(&self, text: impl AsRef<str>) {
        let begun = *self.0.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let since = paint(style::DIM, format!("{:>10}", human::duration(begun.elapsed())));
        self.print(&format!("{since}  {}", text.as_ref().trim_end()));
    }

    /// A heading; the time in front of the lines below it begins anew.
    pub(crate) fn chapter(&self, title: &str) {
        *self.0.begun.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.print(&format!("\n{}", paint(style::STRONG, title)));
    }

    fn print(&self, line: &str) {
        // Where nobody listens nothing is lost; the command ends by its next answer.
        self.0.bars.suspend(|| {
            let _ = if self.0.to_stderr { output::to_stderr(line) } else { output::to_stdout(line) };
        });
    }

    fn hear(&self, name: String, patience: &str, state: StepState<'_>) {
        match state {
            StepState::Begun => self.begin(name, patience),
            StepState::Detail(detail) => self.detail(&name, detail),
            StepState::Done(took) => {
                if let Some(running) = self.running().remove(&name) {
                    running.bar.finish_and_clear();
                }
                self.say(format!("{name}: ready after {}", human::duration(took)));
            }
        }
    }

    fn begin(&self, name: String, patience: &str) {
        self.say(format!("{name} …{}", paint(style::DIM, patience)));
        let style = ProgressStyle::with_template("            {spinner} {prefix}: {wide_msg}")
            .expect("the template is right: a test renders it");
        let bar = self.0.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(name.clone()));
        bar.enable_steady_tick(Duration::from_millis(120));
        self.running().insert(name, Running { bar, told: Instant::now() });
    }

    fn detail(&self, name: &str, detail: &str) {
        let mut running = self.running();
        let Some(step) = running.get_mut(name) else { return };
        step.bar.set_message(inert::text(detail).to_string());
        let overdue = step.told.elapsed() >= SILENCE && !std::io::stderr().is_terminal();
        if overdue {
            step.told = Instant::now();
        }
        drop(running);
        if overdue {
            self.say(format!("{name}: {detail}"));
        }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<String, Running>> {
        // A panic elsewhere leaves the map whole: every change is one call.
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to expect of a step that takes long the first time.
const fn patience(step: Step) -> &'static str {
    match step {
        Step::Tools => " the first time about a minute",
        Step::Build => " the first time some minutes",
        Step::Aws | Step::Deploy => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_followed_from_begin_to_end() {
        let steps = Steps::new(true);
        let observer = steps.observer();
        observer(Progress { step: Step::Build, state: StepState::Begun });
        observer(Progress { step: Step::Build, state: StepState::Detail("Compiling a v1.0") });
        assert_eq!(steps.running().values().next().map(|step| step.bar.message()), Some("Compiling a v1.0".to_owned()));
        observer(Progress { step: Step::Build, state: StepState::Done(Duration::from_secs(1)) });
        assert!(steps.running().is_empty());
    }
}
