//! What is, what was, and what to do: for whoever is on call.

use clap::Args;

use super::CareArgs;

/// `atalaya status`.
#[derive(Debug, Args)]
#[command(after_help = "\
The whole pipeline on one screen, the worst first: one sentence that says
whether anything is wrong and what to do, then alarms that are on, queues and
dead letters, executions, files of the last 24 hours, pauses, and each feed with
its last file.

Examples:
  atalaya status
  atalaya status --watch              follow it; piped, each change is a line
  atalaya status --json | jq .verdict

Exit codes: 0 nothing is wrong · 1 something is · 3 AWS cannot be reached")]
pub(crate) struct StatusArgs {
    /// Look again every few seconds until Ctrl-C
    #[arg(long)]
    pub(crate) watch: bool,
}

/// `atalaya trace`.
#[derive(Debug, Args)]
#[command(after_help = "\
One file's time line out of all sources: the ledger, each attempt's execution,
the logs of all functions, notices, alarms that went on meanwhile, and the
operators' commands. Times are UTC.

Examples:
  atalaya trace 3f9a                   the essential
  atalaya trace 3f9a --logs            every line and every step
  atalaya trace 3f9a --json | jq '.events[] | select(.source == \"log\")'

Exit codes: 0 shown, even where a source did not answer, which is said
            1 no such file · 2 command line · 3 the ledger cannot be reached")]
pub(crate) struct TraceArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
    /// Tell every line of the logs and every step of the executions
    #[arg(long)]
    pub(crate) logs: bool,
}

/// `atalaya doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Compares what runs with what was deployed: the stack's own parameters and
outputs say what the functions' variables, time-outs and memory are to be, and
names follow from the stack's. The policies of roles, queues, topics and
functions are compared with those of the deployed template. Looks at contracts,
versions, rules, queues, subscriptions, alarms, dashboards, the canary, pauses
and dead letters too, and says of each what to do. Nothing is changed without
--fix.

--fix puts back what was changed since the deployment: variables, time-outs and
memory of functions, concurrency that was taken away, rules and event sources
that are off, the queue's visibility and dead letters, and policies. To put
policies back is to grant permissions: the managed policy Operators lets you see
them, and somebody who may grant them runs it.

Examples:
  atalaya doctor
  atalaya doctor --fix --dry-run       what would be put back?
  atalaya doctor --fix --yes           after a bad release of configuration
  atalaya doctor --json | jq '.checks[] | select(.result != \"fine\")'

Exit codes: 0 fine; with --fix all that can be put back is · 1 something is
            wrong · 2 command line · 3 AWS cannot be reached, or a call failed")]
pub(crate) struct DoctorArgs {
    /// Put back what was changed since the deployment and can be put back
    #[arg(long)]
    pub(crate) fix: bool,
    #[command(flatten)]
    pub(crate) care: CareArgs,
}

/// `atalaya runbook`.
#[derive(Debug, Args)]
#[command(after_help = "\
Shows what to do about an alarm, with the file, feed, function or queue of now
filled into the commands. It works without AWS too; then they stay open. The
pages are those of this program's version.

Examples:
  atalaya runbook                                 all pages, what is on first
  atalaya runbook FilesFailed
  atalaya runbook atalaya-FunctionErrors-process  as the page names it
  atalaya runbook FilesFailed --json | jq -r \\
    '.sections[].parts[].command.text // empty'   only the commands

Exit codes: 0 shown · 1 no such page")]
pub(crate) struct RunbookArgs {
    /// The alarm, with or without the stack's name and the instance
    pub(crate) alarm: Option<String>,
}
