//! `atalaya dlq drop`: messages go for good, and a copy of each is kept.

use atalaya_cloud::ledger::KeepAudit;
use atalaya_cloud::objects::WriteObjects;
use jiff::Timestamp;
use serde_json::json;

use crate::args::{DeadLetterQueue, DlqDropArgs, GlobalArgs};
use crate::connect::{self, Stack};
use crate::operate::frame::{Decision, Frame};
use crate::operate::run::Desk;
use crate::operate::summary::{Item, Proposal, short};
use crate::operate::work::{self, Control, Target, Worked};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

use super::letter::{self, Says};
use super::pass::pass;
use super::queue::{self, DeadLetters, Letter};

/// Keeps copies of messages and deletes them.
pub(super) async fn run(args: &DlqDropArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::usage("--reason is empty").hint("say why: it is kept with the copy"));
    }
    let stack = Stack::find(global, output).await?;
    let letters = queue::dead_letters(&stack, args.queue).await?;
    let targets = choose(args, queue::look(&letters, usize::MAX).await?)?;
    let shelf = Shelf {
        objects: stack.objects.clone(),
        bucket: stack.names.bucket("rejects"),
        queue: args.queue,
        reason: args.reason.clone(),
    };
    let place = format!("s3://{}/{}", shelf.bucket, shelf.folder());
    let mut frame = Frame::new(output, args.care, proposal(args, &place));
    let nothing = format!("no such message lies in the dead-letter queue of {}", args.queue.role());
    if let Decision::End(verdict) = frame.decide(&targets, &nothing)? {
        return Ok(verdict);
    }
    let desk = Desk::of(&stack).await;
    let control = Control::heeding_interrupts();
    let worked = put_away(&letters, &shelf, &desk.ledger, &desk.by, &frame.proposal, targets, &control).await?;
    frame.tell(&worked, json!({ "copies": place }))?;
    frame.output.line(paint(style::DIM, format!("  copies: {place}")))?;
    Ok(Verdict::Fine)
}

/// Chooses among the messages of a queue.
///
/// # Errors
/// A message that is named is not there, or several fit.
pub(super) fn choose(args: &DlqDropArgs, letters: Vec<Letter>) -> Result<Vec<Target<Says>>, Failure> {
    for id in &args.ids {
        let fitting: Vec<_> = letters.iter().filter(|letter| letter.message_id.starts_with(id.as_str())).collect();
        match fitting.as_slice() {
            [_] => {}
            [] => {
                let name = args.queue.role();
                return Err(Failure::not_found(format!(
                    "no message in the dead-letter queue of {name} begins with {id}"
                ))
                .hint(format!(
                    "`atalaya dlq show {name}` lists them; one that somebody looks at is hidden for a moment"
                )));
            }
            several => {
                let ids: Vec<_> = several.iter().take(5).map(|letter| letter.message_id.as_str()).collect();
                return Err(Failure::usage(format!("several messages' ids begin with {id}"))
                    .hint(format!("type more of it: {}", ids.join(", "))));
            }
        }
    }
    let targets = letters.into_iter().filter_map(|letter| {
        let says = letter::read(args.queue, &letter).says;
        let wanted = args.all
            || (args.unreadable && !says.is_readable())
            || args.ids.iter().any(|id| letter.message_id.starts_with(id.as_str()));
        wanted.then(|| Target { item: item(letter, &says), what: says })
    });
    Ok(targets.collect())
}

fn item(letter: Letter, says: &Says) -> Item {
    Item {
        id: letter.message_id,
        name: says.words(),
        dataset: says.dataset(),
        state: "dead letter".to_owned(),
        will: "deleted, after a copy is kept".to_owned(),
        change: letter.sent_at.map(|at| format!("since {}", human::time(at))).unwrap_or_default(),
    }
}

fn proposal(args: &DlqDropArgs, place: &str) -> Proposal {
    let name = args.queue.role();
    let which = match (args.all, args.unreadable) {
        (true, _) => "--all".to_owned(),
        (_, true) => "--unreadable".to_owned(),
        _ => args.ids.iter().map(|id| short(id)).collect::<Vec<_>>().join(" "),
    };
    Proposal {
        command: format!("dlq drop {name} {which}"),
        subject: format!("the dead-letter queue of {name}"),
        reason: Some(args.reason.clone()),
        noun: "message",
        verb: "drop",
        notes: vec![format!("Copies are kept under {place} as long as lists of rejects are.")],
    }
}

/// Where copies are kept.
pub(super) struct Shelf<O> {
    pub(super) objects: O,
    pub(super) bucket: String,
    pub(super) queue: DeadLetterQueue,
    pub(super) reason: String,
}

impl<O: WriteObjects> Shelf<O> {
    fn folder(&self) -> String {
        format!("dead-letters/{}/", self.queue.role())
    }

    /// Keeps a copy under the message's id; once more writes the same again.
    async fn keep(&self, letter: &Letter, says: &Says, by: &str, at: Timestamp) -> Result<(), Failure> {
        let copy = json!({
            "queue": self.queue.role(), "message": letter, "says": says,
            "dropped": { "at": at, "by": by, "reason": self.reason },
        });
        let key = format!("{}{}.json", self.folder(), letter.message_id);
        let put = self.objects.put(&self.bucket, &key, "application/json", copy.to_string().into()).await;
        put.map_err(connect::cloud)?;
        Ok(())
    }
}

/// Keeps copies of the chosen messages and deletes them, with an audit record around it.
///
/// # Errors
/// The audit record cannot be begun, or the queue not be received from; then nothing was changed.
pub(super) async fn put_away<O: WriteObjects>(
    letters: &impl DeadLetters,
    shelf: &Shelf<O>,
    audit: &impl KeepAudit,
    by: &str,
    proposal: &Proposal,
    targets: Vec<Target<Says>>,
    control: &Control,
) -> Result<Worked<Says>, Failure> {
    let operation = work::begin(audit, proposal, by, targets.len()).await?;
    let at = operation.at;
    let store = async |letter: &Letter, says: &Says| shelf.keep(letter, says, by, at).await.map(|()| "dropped");
    let worked = pass(letters, targets, control, store).await?;
    work::end(audit, operation, &worked).await;
    Ok(worked)
}
