//! The work itself: an audit record is begun, changes are made, several at once, and the record is ended.
//!
//! Nothing here has to be undone when it breaks off: each command makes changes that may be repeated, so that running
//! it again ends in the same state.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atalaya_cloud::CloudError;
use atalaya_cloud::ledger::{KeepAudit, Operation};
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use serde::Serialize;

use crate::connect;
use crate::interrupt::Interrupt;
use atalaya_terminal::exit::Failure;

use super::meter::Meter;
use super::summary::{Item, Proposal};

/// Changes in flight at once.
pub(super) const AT_ONCE: usize = 16;
/// After so many failures without a success between them, the cause is not any one file.
const HOPELESS: usize = 10;

/// One thing to change: as it is told, and as it is done.
#[derive(Debug, Clone)]
pub(crate) struct Target<T> {
    pub(crate) item: Item,
    pub(crate) what: T,
}

/// What came of one change that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is made; how, in a word or two that it shares with others.
    Done(&'static str),
    /// Nothing was changed, since it is no longer as it was; why, in words.
    Left(String),
}

/// What came of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub(crate) enum Fate {
    /// As planned.
    Done { how: &'static str },
    /// Nothing was changed: it is no longer as it was.
    Left { why: String },
    /// A call failed. Whether it took effect is not known, and need not be.
    Failed { error: String },
    /// The command stopped before.
    Untouched,
}

impl From<Result<Step, CloudError>> for Fate {
    fn from(result: Result<Step, CloudError>) -> Self {
        match result {
            Ok(Step::Done(how)) => Self::Done { how },
            Ok(Step::Left(why)) => Self::Left { why },
            Err(error) => Self::Failed { error: error.to_string() },
        }
    }
}

/// What came of all.
#[derive(Debug)]
pub(crate) struct Worked<T> {
    /// Each target with its fate, in the order of the plan.
    pub(crate) targets: Vec<(Target<T>, Fate)>,
    /// How long it took.
    pub(crate) took: Duration,
    /// Whether Ctrl-C ended it.
    pub(crate) interrupted: bool,
}

impl<T> Worked<T> {
    /// Nothing had to be changed.
    pub(crate) const fn nothing() -> Self {
        Self { targets: Vec::new(), took: Duration::ZERO, interrupted: false }
    }

    pub(crate) fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.targets.iter().filter(|(_, fate)| is(fate)).count()
    }

    pub(crate) fn done(&self) -> usize {
        self.made().count()
    }

    /// What was changed as planned.
    pub(crate) fn made(&self) -> impl Iterator<Item = &T> {
        self.targets.iter().filter(|(_, fate)| matches!(fate, Fate::Done { .. })).map(|(target, _)| &target.what)
    }
}

/// Whether to go on: until Ctrl-C, and while not everything fails.
#[derive(Debug, Default)]
pub(crate) struct Control {
    interrupt: Option<Interrupt>,
    failed_in_a_row: AtomicUsize,
}

impl Control {
    /// Heeds Ctrl-C from now on. What is in flight then lands, and nothing more takes off.
    pub(crate) fn heeding_interrupts() -> Self {
        Self { interrupt: Some(Interrupt::listen()), failed_in_a_row: AtomicUsize::new(0) }
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupt.as_ref().is_some_and(Interrupt::is_pressed)
    }

    pub(super) fn goes_on(&self) -> bool {
        !self.is_interrupted() && self.failed_in_a_row.load(Ordering::Relaxed) < HOPELESS
    }

    pub(super) fn learn(&self, fate: &Fate) {
        if matches!(fate, Fate::Failed { .. }) {
            self.failed_in_a_row.fetch_add(1, Ordering::Relaxed);
        } else {
            self.failed_in_a_row.store(0, Ordering::Relaxed);
        }
    }
}

/// Makes all changes, with an audit record around them.
///
/// # Errors
/// The audit record cannot be begun; then nothing was changed. A change that fails is a [`Fate`].
pub(crate) async fn carry_out<T>(
    audit: &impl KeepAudit,
    proposal: &Proposal,
    by: &str,
    targets: Vec<Target<T>>,
    control: &Control,
    step: impl AsyncFn(&T) -> Result<Step, CloudError>,
) -> Result<Worked<T>, Failure> {
    let operation = begin(audit, proposal, by, targets.len()).await?;
    let worked = make(targets, control, step).await;
    end(audit, operation, &worked).await;
    Ok(worked)
}

/// Makes all changes, several at once. A change that fails is a [`Fate`].
pub(crate) async fn make<T>(
    targets: Vec<Target<T>>,
    control: &Control,
    step: impl AsyncFn(&T) -> Result<Step, CloudError>,
) -> Worked<T> {
    let mut meter = Meter::new("done", targets.len());
    let step = &step;
    let changes = targets.into_iter().enumerate().map(|(at, target)| async move {
        // Asked when the change's turn comes, not when it was planned.
        if !control.goes_on() {
            return (at, target, Fate::Untouched);
        }
        let fate = Fate::from(step(&target.what).await);
        control.learn(&fate);
        (at, target, fate)
    });
    let mut changes = stream::iter(changes).buffer_unordered(AT_ONCE);
    let mut landed = Vec::new();
    while let Some(change) = changes.next().await {
        meter.advance();
        landed.push(change);
    }
    landed.sort_unstable_by_key(|(at, _, _)| *at);
    let targets = landed.into_iter().map(|(_, target, fate)| (target, fate)).collect();
    Worked { targets, took: meter.end(), interrupted: control.is_interrupted() }
}

/// Writes down what is about to be done. Without it nothing is done.
pub(super) async fn begin(
    audit: &impl KeepAudit,
    proposal: &Proposal,
    by: &str,
    planned: usize,
) -> Result<Operation, Failure> {
    let at = Timestamp::now();
    let operation = Operation {
        // Operations of the same moment differ in the process that makes them.
        id: format!("{:x}-{:x}", at.subsec_nanosecond(), std::process::id()),
        command: proposal.command.clone(),
        by: by.to_owned(),
        at,
        reason: proposal.reason.clone(),
        subject: proposal.subject.clone(),
        planned: planned as u64,
        done: 0,
        ended_at: None,
        outcome: None,
    };
    audit.begin_operation(&operation).await.map_err(connect::cloud)?;
    Ok(operation)
}

/// Completes the record. Where that fails the record stays open, which tells that the end is not known.
pub(super) async fn end<T>(audit: &impl KeepAudit, mut operation: Operation, worked: &Worked<T>) {
    operation.done = worked.done() as u64;
    operation.ended_at = Some(Timestamp::now());
    operation.outcome = Some(outcome(worked));
    let _ = audit.end_operation(&operation).await;
}

/// How it ended, in words.
fn outcome<T>(worked: &Worked<T>) -> String {
    let failed = worked.targets.iter().find_map(|(_, fate)| match fate {
        Fate::Failed { error } => Some(error),
        _ => None,
    });
    let untouched = worked.count(|fate| *fate == Fate::Untouched);
    match (failed, untouched) {
        _ if worked.interrupted && untouched > 0 => "stopped by Ctrl-C".to_owned(),
        (Some(error), _) => {
            let failures = worked.count(|fate| matches!(fate, Fate::Failed { .. }));
            format!("{failures} failed: {error}")
        }
        _ => match worked.count(|fate| matches!(fate, Fate::Left { .. })) {
            0 => "done".to_owned(),
            left => format!("done; {left} had changed meanwhile"),
        },
    }
}
