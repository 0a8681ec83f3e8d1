//! The command line: what can be typed, and the help that teaches it.

mod alarms;
mod contract;
mod dashboard;
mod drill;
mod files;
mod local;
mod operate;
mod see;

use clap::{Args, Parser, Subcommand};

use atalaya_terminal::style;

pub(crate) use alarms::*;
pub(crate) use contract::*;
pub(crate) use dashboard::*;
pub(crate) use drill::*;
pub(crate) use files::*;
pub(crate) use local::*;
pub(crate) use operate::*;
pub(crate) use see::*;

/// Files arrive in S3, are checked against their data contract, loaded, and told to those who wait for them.
#[derive(Debug, Parser)]
#[command(name = "atalaya", version, styles = style::HELP, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Try it without an AWS account:
  atalaya demo                                       real files, the whole way
  atalaya check data.csv --contract data.odcs.yaml   one file, on your desk

Exit codes: 0 all is well · 1 the answer is no: a rejected file, a failed test
            2 the command line, a contract or a template is wrong
            3 something cannot be read or reached")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct GlobalArgs {
    /// Print one JSON document for scripts instead of tables
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Talk to this address instead of AWS; default: the local AWS when `atalaya local up` runs
    #[arg(long, global = true, value_name = "URL", env = "AWS_ENDPOINT_URL")]
    pub(crate) endpoint_url: Option<String>,
    /// Use this profile of the AWS configuration files
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Use this AWS region
    #[arg(long, global = true, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The name that Atalaya was deployed under
    #[arg(long, global = true, value_name = "NAME", default_value = "atalaya")]
    pub(crate) stack: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch real files go the whole way on a local AWS
    Demo(DemoArgs),
    /// Judge a file by a contract, here on the desk and without AWS
    Check(CheckArgs),
    /// Check, compare, publish and withdraw data contracts
    #[command(subcommand, after_help = contract::EXAMPLES)]
    Contract(ContractCommand),
    /// Send files to the inbox
    Upload(UploadArgs),
    /// List the files that have arrived
    Files(FilesArgs),
    /// Show the whole story of one file
    File(FileArgs),
    /// Show what is wrong with a file, reject by reject
    Rejects(RejectsArgs),
    /// Test CloudWatch alarms before they are deployed; see and explain those that are
    #[command(
        subcommand,
        after_help = "\
Examples:
  atalaya alarms list --state ALARM
  atalaya alarms explain FilesFailed
  atalaya alarms explain --help                 examples of each command"
    )]
    Alarms(AlarmsCommand),
    /// The whole pipeline on one screen: is anything wrong, and what do I do
    Status(StatusArgs),
    /// Show what to do about an alarm, with the values of now filled in
    Runbook(RunbookArgs),
    /// Show a file's story across ledger, executions, logs, notices and alarms
    Trace(TraceArgs),
    /// Compare what runs with what was deployed, and put back what was changed
    Doctor(DoctorArgs),
    /// Draw a dashboard without a browser, deployed or straight from its template
    #[command(
        subcommand,
        after_help = "\
Examples:
  atalaya dashboard list
  atalaya dashboard render overview
  atalaya dashboard render --help               examples of each command"
    )]
    Dashboard(DashboardCommand),
    /// Show the metrics that have data, or the points of one
    Metrics(MetricsArgs),
    /// Try failed files again
    Redrive(RedriveArgs),
    /// Judge a file again, whole or in its rejected rows alone, under a newer contract
    Replay(ReplayArgs),
    /// Load the accepted rows of a rejected file
    Release(ReleaseArgs),
    /// Discard a file: it is not loaded, and not tried again
    Discard(DiscardArgs),
    /// Let what arrives wait
    Pause(PauseArgs),
    /// End a pause and let go what waits
    Resume(ResumeArgs),
    /// Take in objects of the inbox whose arrival was not reported
    Reconcile(ReconcileArgs),
    /// See and move dead letters
    #[command(
        subcommand,
        after_help = "\
Examples:
  atalaya dlq list
  atalaya dlq show intake
  atalaya dlq redrive intake --yes
  atalaya dlq drop --help                       examples of each command"
    )]
    Dlq(DlqCommand),
    /// Show who changed what by command, when and why
    Audit(AuditArgs),
    /// Break things on purpose, and let the runbooks fix them: the proof that they work
    Drill(DrillArgs),
    /// Run AWS on this machine, with Atalaya deployed on it
    #[command(
        subcommand,
        after_help = "\
Examples:
  atalaya local up                              until Ctrl-C
  atalaya local status                          in another terminal
  atalaya local down"
    )]
    Local(LocalCommand),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_tree_is_sound() {
        super::Cli::command().debug_assert();
    }
}
