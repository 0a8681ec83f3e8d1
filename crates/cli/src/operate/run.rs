//! What the commands on files have in common, once each has chosen its files.

use atalaya_cloud::ledger::{KeepAudit, ReadFiles, RecoverFiles};
use atalaya_cloud::{DynamoLedger, Executions, StepFunctions};
use serde_json::json;

use crate::connect::Stack;
use atalaya_terminal::exit::{Failure, Verdict};

use super::attempt::{self, FileStep};
use super::caller;
use super::follow::{self, Awaited};
use super::frame::{Decision, Frame};
use super::work::{Control, Fate, Target, Worked};

/// What the commands on files work with; the bounds of the functions are the permissions that the operator needs.
#[derive(Debug, Clone)]
pub(crate) struct Desk<L, E> {
    /// The ledger.
    pub(crate) ledger: L,
    /// The executions of the state machine.
    pub(crate) executions: E,
    /// Who gives the commands.
    pub(crate) by: String,
}

impl Desk<DynamoLedger, StepFunctions> {
    /// Of a deployment.
    pub(crate) async fn of(stack: &Stack) -> Self {
        Self {
            ledger: stack.ledger.clone(),
            executions: StepFunctions::new(&stack.sdk, stack.names.state_machine_arn()),
            by: caller::identity(&stack.sdk).await,
        }
    }
}

/// The files that a command has chosen.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    /// Those to change.
    pub(crate) targets: Vec<Target<FileStep>>,
    /// Those that an earlier run has brought on their way: nothing is left to change, but to wait for.
    pub(crate) awaited: Vec<Awaited>,
    /// What there is to know about those that are not changed, one sentence each.
    pub(crate) notes: Vec<String>,
}

/// How a command on files behaves.
pub(crate) struct Manner<'a> {
    /// What is said when there is nothing to change.
    pub(crate) nothing: &'a str,
    /// Whether to wait for the outcomes.
    pub(crate) wait: bool,
    /// Whether a file that moved meanwhile makes the answer a no: so it is where a file was named.
    pub(crate) left_is_no: bool,
}

/// Tells, asks, begins the attempts, and waits for their outcomes where that is wanted.
///
/// # Errors
/// As [`Frame::decide`], [`Frame::work`] and [`Frame::tell`].
pub(crate) async fn run<L, E>(
    desk: &Desk<L, E>,
    mut frame: Frame<'_>,
    chosen: Chosen,
    manner: &Manner<'_>,
) -> Result<Verdict, Failure>
where
    L: RecoverFiles + KeepAudit,
    E: Executions,
{
    let Chosen { targets, mut awaited, notes } = chosen;
    frame.proposal.notes.extend(notes);
    let only_waits = targets.is_empty() && manner.wait && !awaited.is_empty() && !frame.is_dry_run();
    let (control, worked) = if only_waits {
        frame.say_notes()?;
        (Control::heeding_interrupts(), Worked::nothing())
    } else {
        if let Decision::End(verdict) = frame.decide(&targets, manner.nothing)? {
            return Ok(verdict);
        }
        let control = Control::heeding_interrupts();
        let step = async |step: &FileStep| attempt::begin(&desk.ledger, &desk.executions, step).await;
        let worked = frame.work(&desk.ledger, &desk.by, targets, &control, step).await?;
        (control, worked)
    };
    if !manner.wait {
        frame.tell(&worked, json!({}))?;
        return Ok(verdict(&worked, manner));
    }
    awaited.extend(worked.made().map(FileStep::awaited));
    let outcome = tell_outcomes(&desk.ledger, &mut frame, &worked, awaited, &control).await?;
    Ok(if outcome == Verdict::Fine { verdict(&worked, manner) } else { outcome })
}

/// Waits until the files have their outcomes, and tells what came of the command and of them.
///
/// # Errors
/// As [`follow::follow`], [`Frame::tell`] and [`Followed::tell`](follow::Followed::tell).
pub(super) async fn tell_outcomes<T>(
    ledger: &impl ReadFiles,
    frame: &mut Frame<'_>,
    worked: &Worked<T>,
    awaited: Vec<Awaited>,
    control: &Control,
) -> Result<Verdict, Failure> {
    let followed = follow::follow(ledger, awaited, control).await?;
    let told = frame.tell(worked, followed.document());
    let outcome = followed.tell(frame.output)?;
    told.map(|()| outcome)
}

fn verdict<T>(worked: &Worked<T>, manner: &Manner<'_>) -> Verdict {
    let left = worked.count(|fate| matches!(fate, Fate::Left { .. }));
    if manner.left_is_no && left > 0 { Verdict::Negative } else { Verdict::Fine }
}
