//! What operators do with files, feeds and dead letters.

use clap::{Args, Subcommand, ValueEnum};

use crate::reason;
use atalaya_terminal::span;

/// What every command that changes something understands.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Before anything changes")]
pub(crate) struct CareArgs {
    /// Do it without asking; where no terminal is, nothing is done without
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Say what would be touched, and stop before the first change
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What the commands that bring files on their way again understand.
#[derive(Debug, Args)]
pub(crate) struct HowArgs {
    /// Why; it stands in the audit record, and in the history of each file that has one
    #[arg(long, value_name = "WORDS", value_parser = reason::parse)]
    pub(crate) reason: Option<String>,
    /// Wait until each file has its outcome
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}

/// `atalaya redrive`.
#[derive(Debug, Args)]
#[command(after_help = "\
A failed file was not judged: the pipeline itself was at fault. When the cause
is gone, a new attempt does again what the failed one was to do, under the same
contract. However often it is tried, a file has one effect. A file whose
execution ended without an outcome (stopped, out of time) is taken too.

An unroutable file is routed anew, by the contracts of today: it gets the
dataset and the contract that claim it. Where none does, nothing changes.

Stopped half-way, run it again: what was begun is finished, nothing twice.

Examples:
  atalaya redrive 3f9a
  atalaya redrive --failed --dry-run            which ones would it be?
  atalaya redrive --failed --since 24h --reason 'bad release of 10:00' --wait
  atalaya redrive --failed --dataset orders --yes --json | jq .outcomes
  atalaya redrive --unroutable --since 24h      their contract came later
  atalaya redrive --unroutable --dataset orders --dry-run

Exit codes: 0 all begun; with --wait all available · 1 a file is not to be
            redriven, or with --wait ended otherwise · 2 command line
            3 a call failed: run it again")]
pub(crate) struct RedriveArgs {
    /// Files: ids, or as much of their starts as is unique
    #[arg(
        value_name = "ID",
        required_unless_present_any = ["failed", "unroutable"],
        conflicts_with_all = ["failed", "unroutable"]
    )]
    pub(crate) ids: Vec<String>,
    /// All failed files, the oldest first
    #[arg(long)]
    pub(crate) failed: bool,
    /// All unroutable files that a contract claims today, the oldest first
    #[arg(long, conflicts_with = "failed")]
    pub(crate) unroutable: bool,
    /// Of them, only those of this dataset; of the unroutable ones, those that it claims today
    #[arg(long, value_name = "NAME", conflicts_with = "ids")]
    pub(crate) dataset: Option<String>,
    /// Of them, only those created within this time, such as 90m, 24h or 7d
    #[arg(long, value_name = "TIME", conflicts_with = "ids", value_parser = span::seconds)]
    pub(crate) since: Option<i64>,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

impl RedriveArgs {
    /// Whether it takes all files of a state, and none by name.
    pub(crate) const fn is_bulk(&self) -> bool {
        self.failed || self.unroutable
    }
}

/// `atalaya replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Judges a rejected or available file again, under the newest stored version of
its contract or the one that you name. Until the new attempt ends, readers keep
what is loaded; then its rows take the place of those that were there.

With --rejects-only the rows that were rejected are judged alone, and those that
are good now are added in a Parquet file of their own. What was loaded stays.

Examples:
  atalaya contract publish orders.odcs.yaml     the corrected contract, then
  atalaya replay 3f9a --rejects-only --wait
  atalaya replay 3f9a --contract 1.2.0

Exit codes: 0 begun; with --wait available · 1 it cannot be replayed, or with
            --wait ended otherwise · 2 command line · 3 a call failed")]
pub(crate) struct ReplayArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
    /// The contract's version, as its document says it; default: the newest that is stored
    #[arg(long, value_name = "VERSION")]
    pub(crate) contract: Option<String>,
    /// Judge the rejected rows alone, and add those that are good now
    #[arg(long)]
    pub(crate) rejects_only: bool,
    /// Replay it although its last attempt was the same replay
    #[arg(long)]
    pub(crate) again: bool,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

/// `atalaya release`.
#[derive(Debug, Args)]
#[command(after_help = "\
Loads the accepted rows of a rejected file, however many were rejected. The
notice to readers and senders says who decided it, and why. A file with a fault
as a whole (no header, not to be decoded) cannot be released.

Examples:
  atalaya rejects 3f9a                          look first
  atalaya release 3f9a --reason 'Acme sends the two rows tomorrow' --wait

Exit codes: 0 begun; with --wait available · 1 it cannot be released, or with
            --wait ended otherwise · 2 command line · 3 a call failed")]
pub(crate) struct ReleaseArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
    /// Why, in one line of at most 500 characters; the notice says it
    #[arg(long, value_name = "WORDS", value_parser = reason::parse)]
    pub(crate) reason: String,
    /// Wait until the file has its outcome
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}

/// `atalaya discard`.
#[derive(Debug, Args)]
#[command(after_help = "\
Gives a rejected, failed or unroutable file up: nothing of it is loaded, and it
is on nobody's list any more. The notice says who decided it, and why. The
object stays in the inbox, its story in the ledger.

Example:
  atalaya discard 3f9a --reason 'a test of the sender, confirmed by mail'

Exit codes: 0 discarded · 1 it cannot be · 2 command line · 3 a call failed")]
pub(crate) struct DiscardArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
    /// Why, in one line of at most 500 characters; the notice says it
    #[arg(long, value_name = "WORDS", value_parser = reason::parse)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}

/// `atalaya reconcile`.
#[derive(Debug, Args)]
#[command(after_help = "\
Compares the inbox with the ledger. S3 reports an object once; where that was
not heard (a rule was off, a queue was emptied) the object lies in the inbox and
nobody knows of it. Each such object is handed to the intake as if it came now.
Objects that are merely on their way are claimed once, however often they come.

Every object of the inbox is listed, and the ledger asked for those of the time.

Examples:
  atalaya reconcile --dry-run                   is there any?
  atalaya reconcile --since 3h --reason 'rule was off from 2 to 4' --wait
  atalaya reconcile --prefix orders/ --since 7d

Exit codes: 0 all taken in, or none was missing; with --wait all available
            1 with --wait one ended otherwise · 2 command line
            3 a call failed: run it again")]
pub(crate) struct ReconcileArgs {
    /// Only objects stored within this time, such as 90m, 24h or 7d
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = span::seconds)]
    pub(crate) since: i64,
    /// Only objects whose keys begin so
    #[arg(long, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

/// `atalaya pause`.
#[derive(Debug, Args)]
#[command(after_help = "\
What arrives is entered in the ledger as ever and waits there, as `received`;
what is being processed goes on. Canary files are never held. An alarm says that
the intake is paused until `atalaya resume` lets everything go, and nothing is
lost meanwhile.

Examples:
  atalaya pause --reason 'maintenance of the warehouse until 14:00'
  atalaya pause --dataset orders --reason 'the sender fixes its export'
  atalaya files --status received               what waits

Exit codes: 0 paused · 2 command line · 3 a call failed")]
pub(crate) struct PauseArgs {
    /// Only this dataset; default: every feed
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// Why; whoever asks what is going on is told
    #[arg(long, value_name = "WORDS", value_parser = reason::parse)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}

/// `atalaya resume`.
#[derive(Debug, Args)]
#[command(after_help = "\
Ends the pause first and then starts what waits, so a file that arrives at this
very moment is not forgotten. Stopped half-way, run it again.

Examples:
  atalaya resume                                ends the pause of every feed
  atalaya resume --dataset orders               ends the pause of this dataset

Exit codes: 0 goes on, or was not paused · 1 another pause is in force
            2 command line · 3 a call failed")]
pub(crate) struct ResumeArgs {
    /// The pause of this dataset; default: that of every feed
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// Why; it stands in the audit record
    #[arg(long, value_name = "WORDS", value_parser = reason::parse)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}

/// `atalaya audit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every command that changes something writes who did it, when and why, before its
first change, and how it ended after its last one.

Examples:
  atalaya audit
  atalaya audit --limit 100 --json | jq '.operations[] | select(.ended_at == null)'")]
pub(crate) struct AuditArgs {
    /// At most this many, the newest first
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
}

/// `atalaya dlq …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DlqCommand {
    /// Show the dead-letter queues: how much lies there, since when, and what it means
    List,
    /// Show what the messages of a queue say; they stay where they are
    Show(DlqShowArgs),
    /// Hand messages over again to whom they were for, then take them out of the queue
    Redrive(DlqRedriveArgs),
    /// Take messages out of a queue for good, after a copy of each is kept
    Drop(DlqDropArgs),
}

/// A dead-letter queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub(crate) enum DeadLetterQueue {
    /// Arrivals that the intake could not take
    Intake,
    /// Outcomes that could not be published to users
    Notify,
    /// Alarms that could not be published to on-call
    Page,
}

/// `atalaya dlq show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya dlq show intake
  atalaya dlq show notify --full
  atalaya dlq show intake --json | jq '.messages[].body'")]
pub(crate) struct DlqShowArgs {
    /// The queue
    pub(crate) queue: DeadLetterQueue,
    /// Print each message's body too
    #[arg(long)]
    pub(crate) full: bool,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
}

/// `atalaya dlq redrive`.
#[derive(Debug, Args)]
#[command(after_help = "\
An arrival goes to the intake's queue, an outcome to notify, an alarm to page,
as if for the first time. A message leaves the dead-letter queue only after it
was taken there; stopped in between it is handed over twice, which has one
effect. Messages that cannot be understood would come back: they stay.

Examples:
  atalaya dlq redrive intake
  atalaya dlq redrive notify --yes --reason 'SNS answers again'
  atalaya dlq redrive page --dry-run

Exit codes: 0 done · 1 some messages cannot be handed over · 2 command line
            3 a call failed: run it again")]
pub(crate) struct DlqRedriveArgs {
    /// The queue
    pub(crate) queue: DeadLetterQueue,
    /// Those too that cannot be understood
    #[arg(long)]
    pub(crate) all: bool,
    /// Why; it stands in the audit record
    #[arg(long, value_name = "WORDS", value_parser = reason::parse)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}

/// `atalaya dlq drop`.
#[derive(Debug, Args)]
#[command(after_help = "\
A copy of each message is kept in the rejects bucket, under
dead-letters/QUEUE/, before the message is deleted.

Examples:
  atalaya dlq drop intake --unreadable --reason 'a test of the network team'
  atalaya dlq drop page 1b9d6bcd --reason 'the alarm is over'
  atalaya dlq drop notify --all --reason 'reported by mail'

Exit codes: 0 done · 1 no such message · 2 command line · 3 a call failed")]
pub(crate) struct DlqDropArgs {
    /// The queue
    pub(crate) queue: DeadLetterQueue,
    /// Messages: ids, or as much of their starts as is unique
    #[arg(value_name = "ID", required_unless_present_any = ["all", "unreadable"], conflicts_with_all = ["all", "unreadable"])]
    pub(crate) ids: Vec<String>,
    /// Every message
    #[arg(long, conflicts_with = "unreadable")]
    pub(crate) all: bool,
    /// Those that cannot be understood
    #[arg(long)]
    pub(crate) unreadable: bool,
    /// Why; it is kept with the copy and in the audit record
    #[arg(long, value_name = "WORDS", value_parser = reason::parse)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}
