//! `atalaya dlq redrive`.

use atalaya_cloud::ledger::KeepAudit;
use serde_json::json;

use crate::args::{DeadLetterQueue, DlqRedriveArgs, GlobalArgs};
use crate::connect::Stack;
use crate::operate::frame::{Decision, Frame};
use crate::operate::run::Desk;
use crate::operate::summary::{Item, Proposal};
use crate::operate::work::{self, Control, Target, Worked};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;

use super::letter::{self, Read};
use super::pass::pass;
use super::queue::{self, DeadLetters, Letter};
use super::recipient::{Deployed, Recipient};

/// Hands the messages of a queue over again.
pub(super) async fn run(args: &DlqRedriveArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let stack = Stack::find(global, output).await?;
    let letters = queue::dead_letters(&stack, args.queue).await?;
    let recipient = Deployed::of(&stack, args.queue).await?;
    let chosen = choose(args.queue, args.all, queue::look(&letters, usize::MAX).await?);
    let mut frame = Frame::new(output, args.care, proposal(args, &chosen));
    let nothing = format!("no message of the dead-letter queue of {} is to be handed over", args.queue.role());
    if let Decision::End(verdict) = frame.decide(&chosen.targets, &nothing)? {
        return Ok(verdict);
    }
    let desk = Desk::of(&stack).await;
    let control = Control::heeding_interrupts();
    let worked =
        hand_over(&letters, &recipient, &desk.ledger, &desk.by, &frame.proposal, chosen.targets, &control).await?;
    frame.tell(&worked, json!({}))?;
    Ok(Verdict::Fine)
}

/// What is handed over, and what stays.
pub(super) struct Chosen {
    /// Each message, with what its recipient is to get.
    pub(super) targets: Vec<Target<String>>,
    /// How many cannot be understood by their recipient, and stay.
    pub(super) unreadable: u64,
    /// How many are nothing that a function could be called with, whatever is asked for.
    pub(super) impossible: u64,
}

/// Chooses among the messages of a queue.
pub(super) fn choose(queue: DeadLetterQueue, all: bool, letters: Vec<Letter>) -> Chosen {
    let mut chosen = Chosen { targets: Vec::new(), unreadable: 0, impossible: 0 };
    for letter in letters {
        let Read { says, message, .. } = letter::read(queue, &letter);
        match message {
            Some(message) if says.is_readable() || all => {
                let item = item(queue, letter, says.words(), says.dataset());
                chosen.targets.push(Target { item, what: message });
            }
            Some(_) => chosen.unreadable += 1,
            None => chosen.impossible += 1,
        }
    }
    chosen
}

/// A message in the words of the summary.
pub(super) fn item(queue: DeadLetterQueue, letter: Letter, words: String, dataset: Option<String>) -> Item {
    let will = match queue {
        DeadLetterQueue::Intake => "goes to the intake's queue again".to_owned(),
        DeadLetterQueue::Notify | DeadLetterQueue::Page => format!("{} is called with it again", queue.role()),
    };
    let change = letter.sent_at.map(|at| format!("since {}", human::time(at))).unwrap_or_default();
    Item { id: letter.message_id, name: words, dataset, state: "dead letter".to_owned(), will, change }
}

fn proposal(args: &DlqRedriveArgs, chosen: &Chosen) -> Proposal {
    let name = args.queue.role();
    let mut notes = Vec::new();
    if chosen.unreadable > 0 {
        notes.push(format!(
            "Left where it lies, since what cannot be understood would come back: {}. See `atalaya dlq show {name}`, then \
             `atalaya dlq drop {name} --unreadable --reason …`.",
            human::counted(chosen.unreadable, "message")
        ));
    }
    if chosen.impossible > 0 {
        let count = human::counted(chosen.impossible, "message");
        notes.push(format!("Left where it lies, since no function can be called with it (no JSON): {count}."));
    }
    let all = if args.all { " --all" } else { "" };
    Proposal {
        command: format!("dlq redrive {name}{all}"),
        subject: format!("the dead-letter queue of {name}"),
        reason: args.reason.clone(),
        noun: "message",
        verb: "hand over",
        notes,
    }
}

/// Hands the chosen messages over, with an audit record around it.
///
/// # Errors
/// The audit record cannot be begun, or the queue not be received from; then nothing was changed.
pub(super) async fn hand_over(
    letters: &impl DeadLetters,
    recipient: &impl Recipient,
    audit: &impl KeepAudit,
    by: &str,
    proposal: &Proposal,
    targets: Vec<Target<String>>,
    control: &Control,
) -> Result<Worked<String>, Failure> {
    let operation = work::begin(audit, proposal, by, targets.len()).await?;
    let store = async |_: &Letter, message: &String| recipient.take(message).await.map(|()| "handed over");
    let worked = pass(letters, targets, control, store).await?;
    work::end(audit, operation, &worked).await;
    Ok(worked)
}
