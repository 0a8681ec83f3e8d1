//! The command line: what can be typed, and the help that teaches it.

use std::path::PathBuf;

use atalaya_contract::FileState;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::style;

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
    /// Check and publish data contracts
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Send files to the inbox
    Upload(UploadArgs),
    /// List the files that have arrived
    Files(FilesArgs),
    /// Tell the whole story of one file
    File(FileArgs),
    /// Show what is wrong with a file, reject by reject
    Rejects(RejectsArgs),
    /// Test CloudWatch alarms before they are deployed; see those that are
    #[command(subcommand)]
    Alarms(AlarmsCommand),
    /// Run AWS on this machine, with Atalaya deployed on it
    #[command(subcommand)]
    Local(LocalCommand),
}

/// `atalaya demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Needs Rust, python3 with venv, and the network for the first run.
Nothing is left running.

Examples:
  atalaya demo                      run, show the result, leave nothing behind
  atalaya demo --stay               keep it up, to try the other commands
  atalaya demo --json | jq .files   for a script; the steps go to stderr")]
pub(crate) struct DemoArgs {
    /// Keep the local AWS up until Ctrl-C, and print commands to try
    #[arg(long)]
    pub(crate) stay: bool,
}

/// `atalaya check`.
#[derive(Debug, Args)]
#[command(after_help = "\
The file is judged exactly as it would be in the cloud. It may be of any size,
for it is read as a stream. Without --out nothing is written.

Examples:
  atalaya check flights.csv --contract flights.odcs.yaml
  atalaya check flights.csv.gz --contract flights.odcs.yaml --out result/
  zcat big.csv.gz | atalaya check - --contract big.odcs.yaml --json | jq .rows

With --out DIR, for flights.csv:
  DIR/flights.parquet         the accepted rows, when the file is available
  DIR/flights.rejects.jsonl   every reject with row, line, byte, column, rule and hint

Exit codes: 0 available · 1 rejected · 2 wrong command line or contract
            3 the file cannot be read to its end")]
pub(crate) struct CheckArgs {
    /// The file, plain or gzip; `-` reads stdin
    pub(crate) file: PathBuf,
    /// The contract (ODCS, YAML)
    #[arg(long, short, value_name = "FILE")]
    pub(crate) contract: PathBuf,
    /// Which dataset of the contract, where it has several
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// Write Parquet and rejects into this folder
    #[arg(long, short, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// `atalaya contract …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Say what is wrong with a contract, and what Atalaya does not enforce
    Lint(LintArgs),
    /// Put contracts into force; a running pipeline sees them with the next file
    Publish(PublishArgs),
}

/// `atalaya contract lint`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every violation is told at once, as FILE:LINE:COLUMN with a hint. What is valid
ODCS but is not enforced by Atalaya is listed, so that nobody relies on it.

Examples:
  atalaya contract lint flights.odcs.yaml
  atalaya contract lint contracts/*.odcs.yaml --json

Exit codes: 0 valid · 2 violations, or a file that cannot be read")]
pub(crate) struct LintArgs {
    /// Contracts (ODCS, YAML)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Do not list what is valid but not enforced
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// `atalaya contract publish`.
#[derive(Debug, Args)]
#[command(after_help = "\
All are checked first; one violation and none is published.

Examples:
  atalaya contract publish contracts/*.odcs.yaml
  atalaya contract publish flights.odcs.yaml --profile production")]
pub(crate) struct PublishArgs {
    /// Contracts (ODCS, YAML)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

/// `atalaya upload`.
#[derive(Debug, Args)]
#[command(after_help = "\
The key in the inbox follows from the contract: for a dataset at
s3://…-inbox-*/flights/*.csv the file 2013.csv goes to flights/2013.csv.
Without --dataset the one dataset is taken whose location fits the file's name.
Any other way into the bucket (aws s3 cp, a presigned URL) does the same.

Examples:
  atalaya upload 2013.csv --dataset flights
  atalaya upload *.csv --dataset flights --wait
  atalaya upload 2013.csv --key flights/resend/2013.csv

Exit codes: 0 sent, and with --wait available · 1 with --wait, and one is not
            2 no contract claims it · 3 cannot be read or sent")]
pub(crate) struct UploadArgs {
    /// Files to send
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The dataset that they belong to
    #[arg(long, value_name = "NAME", conflicts_with = "key")]
    pub(crate) dataset: Option<String>,
    /// The exact key in the inbox, for one file
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Wait until each file has its outcome, and tell it
    #[arg(long)]
    pub(crate) wait: bool,
}

/// `atalaya files`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya files                               the newest first
  atalaya files --status rejected --dataset orders
  atalaya files --watch                       follow what arrives, until Ctrl-C
  atalaya files --json | jq -r '.files[].file_id'")]
pub(crate) struct FilesArgs {
    /// Only files in this state: received, processing, available, rejected, failed, duplicate, unroutable
    #[arg(long, value_name = "STATE")]
    pub(crate) status: Option<FileState>,
    /// Only files of this dataset
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
    /// Print each change as it happens, until Ctrl-C
    #[arg(long)]
    pub(crate) watch: bool,
}

/// `atalaya file`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya file 3f9a           the first characters of an id suffice
  atalaya file 3f9a --json | jq .history")]
pub(crate) struct FileArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
}

/// `atalaya rejects`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atalaya rejects 3f9a
  atalaya rejects 3f9a --limit 1000
  atalaya rejects 3f9a --out rejects.jsonl    the whole list, one JSON a line
  atalaya rejects 3f9a --json | jq .rejects[0]")]
pub(crate) struct RejectsArgs {
    /// The file's id, or as much of its start as is unique
    pub(crate) id: String,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Download the whole list into this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `atalaya alarms …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AlarmsCommand {
    /// Run the unit tests of a template's alarms, without AWS
    Test(AlarmsTestArgs),
    /// List the alarms of the deployed pipeline, the worst first
    List(AlarmsListArgs),
}

/// `atalaya alarms test`.
#[derive(Debug, Args)]
#[command(after_help = "\
Works on any CloudFormation template with alarms, YAML or JSON. What is tested
is what would be deployed: the template is resolved as CloudFormation does it,
and the alarms are evaluated minute by minute as CloudWatch does it. What is
not supported is an error that names it.

A test file, tests/QueueAge.yaml beside the template:
  alarm: QueueAge
  cases:
    - name: an old message alarms, and the alarm ends when the queue is empty
      series:
        AWS/SQS ApproximateAgeOfOldestMessage {QueueName=orders}: 10x5 900x3 0x5
      expect: { 5m: OK, 8m: ALARM, 13m: OK }

Series, one token or more, each for one period (a minute) or several:
  5 · 5x10 (ten times) · 1+2x5 (1 3 5 7 9) · _ (no data) · [1 2 3] (three
  samples in one period) · 5@100 (a hundred samples)

Examples:
  atalaya alarms test                               alarms/template.yaml here
  atalaya alarms test template.yaml                 any template, with tests/
  atalaya alarms test template.yaml --tests checks --only QueueAge
  atalaya alarms test --mutants                     would the tests notice?
  atalaya alarms test --json | jq .coverage         for a script

Exit codes: 0 all is well · 1 a case failed, an alarm is not tested on both
            sides, or with --mutants a change went unnoticed
            2 the template or a test is wrong · 3 cannot be read")]
pub(crate) struct AlarmsTestArgs {
    /// The template (CloudFormation, YAML or JSON); default: alarms/template.yaml
    pub(crate) template: Option<PathBuf>,
    /// The folder of the tests; default: `tests` beside the template
    #[arg(long, value_name = "FOLDER")]
    pub(crate) tests: Option<PathBuf>,
    /// Only this alarm, or this family of alarms
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,
    /// Change each alarm a little, in every way, and tell which changes no test notices
    #[arg(long)]
    pub(crate) mutants: bool,
    /// Do not fail because of alarms that are not tested on both sides
    #[arg(long)]
    pub(crate) allow_untested: bool,
}

/// `atalaya alarms list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Lists the alarms whose names begin with the stack's.

Examples:
  atalaya alarms list
  atalaya alarms list --state ALARM
  atalaya alarms list --json | jq -r '.alarms[] | select(.severity == \"page\").name'")]
pub(crate) struct AlarmsListArgs {
    /// Only alarms in this state: OK, ALARM, INSUFFICIENT_DATA
    #[arg(long, value_name = "STATE", ignore_case = true)]
    pub(crate) state: Option<AlarmState>,
}

/// The state of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlarmState {
    /// Within the threshold.
    #[value(name = "OK")]
    Ok,
    /// Beyond it.
    #[value(name = "ALARM")]
    Alarm,
    /// Too little data to say.
    #[value(name = "INSUFFICIENT_DATA")]
    InsufficientData,
}

/// `atalaya local …`.
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    /// Start it, deploy Atalaya, and keep it up until Ctrl-C or `atalaya local down`
    #[command(after_help = "\
Run it from the project's folder, and the other commands in a second terminal:
they find it by themselves.

Examples:
  atalaya local up
  atalaya contract publish contracts/*.odcs.yaml     in a second terminal
  atalaya upload 2013.csv --dataset flights --wait")]
    Up(LocalUpArgs),
    /// Stop it
    Down,
    /// Say whether it runs, and where
    Status,
}

/// `atalaya local up`.
#[derive(Debug, Args)]
pub(crate) struct LocalUpArgs {
    /// Listen on this port of 127.0.0.1; default: a free one
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Let CloudWatch's clock run so many times as fast: a minute of an alarm's takes a second at 60
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) clock_speed: u32,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_tree_is_sound() {
        super::Cli::command().debug_assert();
    }
}
