//! The command line: what can be typed, and the help that teaches it.

use std::path::PathBuf;

use atalaya_contract::FileState;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::{span, style};

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
    /// Test CloudWatch alarms before they are deployed; see and explain those that are
    #[command(subcommand)]
    Alarms(AlarmsCommand),
    /// Draw a dashboard without a browser, deployed or straight from its template
    #[command(subcommand)]
    Dashboard(DashboardCommand),
    /// Show the metrics that have data, or the points of one
    Metrics(MetricsArgs),
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
  atalaya demo --stay               keep it up: a console in the browser, and the
                                    other commands in a second terminal
  atalaya demo --busy --stay        more to look at: a burst of files, and one
                                    that fails because of a bad release
  atalaya demo --json | jq .files   for a script; the steps go to stderr")]
pub(crate) struct DemoArgs {
    /// Keep the local AWS up until Ctrl-C; print the console's address and commands to try
    #[arg(long)]
    pub(crate) stay: bool,
    /// After the usual files, send a burst of 40 small ones, and one that fails for real; then mend what made it fail
    #[arg(long)]
    pub(crate) busy: bool,
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
    /// Tell why an alarm is in its state, what it watches and what to do
    Explain(AlarmsExplainArgs),
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

/// `atalaya alarms explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Tells, from the top: the state and since when, CloudWatch's reason and the data
points behind it, what the alarm watches and by which rule, what its metric did
lately, the alarms above and below it, its last changes, and the first step,
runbook and dashboard that its description names.

Examples:
  atalaya alarms explain FilesFailed
  atalaya alarms explain atalaya-FunctionErrors-intake
  atalaya alarms explain FunctionErrors              lists the family
  atalaya alarms explain PipelineDown --json | jq .children

Exit codes: 0 explained · 1 no such alarm, or several fit
            3 CloudWatch cannot be reached")]
pub(crate) struct AlarmsExplainArgs {
    /// The alarm, with or without the stack's name in front; a part suffices where it is unique
    pub(crate) name: String,
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

/// `atalaya dashboard …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DashboardCommand {
    /// List the dashboards of the deployed pipeline
    List,
    /// Show one: as text here, or drawn into a file
    Render(Box<RenderArgs>),
}

/// `atalaya dashboard render`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --out the panels are told as text: titles, figures, courses, states of
alarms, tables. With --out they are drawn as CloudWatch's console would.

A dashboard can be looked at before it is deployed, without any account: with
--template, and with --series for its data. A file of series has one a line, by
the minute, in the notation of alarm tests; all begin together, and the longest
ends now, or at --end:
  Atalaya FilesAvailable: 3x60 40 3x119
  Atalaya FilesFailed {Dataset=orders}: _x100 1 _x79
Beside infra/template.yaml and alarms/template.yaml, the names that these export
and the alarms that they declare are known, and the alarms judge the series.
PipelineStack is --stack and RunbookBaseUrl the project's own folder there,
where no --parameter says otherwise.

Examples:
  atalaya dashboard render overview                         here, as text
  atalaya dashboard render overview --out overview.png --since 6h
  atalaya dashboard render feeds --dataset orders --theme dark --out feeds.svg
  atalaya dashboard render overview --template dashboards/template.yaml \\
      --series burst.series --out overview.png              no AWS at all
  atalaya dashboard render cost --json | jq '.panels[].title'

Exit codes: 0 shown · 1 no such dashboard
            2 the template, the series or the command line is wrong
            3 something cannot be read or reached")]
pub(crate) struct RenderArgs {
    /// The dashboard, with or without the stack's name in front
    pub(crate) name: String,
    /// Draw it into this file; the ending says what: .png or .svg
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Show so much time: 90m, 3h, 7d; default: what the dashboard opens with
    #[arg(long, value_name = "TIME", value_parser = span::seconds, conflicts_with = "start")]
    pub(crate) since: Option<i64>,
    /// Show the time from here on, such as 2026-01-05T06:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<Timestamp>,
    /// Show the time until here; default: now
    #[arg(long, value_name = "TIME")]
    pub(crate) end: Option<Timestamp>,
    /// The same as --var dataset=NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// Choose the value of a variable of the dashboard; may be given several times
    #[arg(long = "var", value_name = "ID=VALUE", value_parser = pair)]
    pub(crate) variables: Vec<(String, String)>,
    /// The colours of the picture
    #[arg(long, value_enum, value_name = "THEME", default_value_t = PictureTheme::Light)]
    pub(crate) theme: PictureTheme,
    /// Width of the picture in pixels; a narrow one stacks the panels, as on a phone
    #[arg(long, value_name = "PIXELS", default_value_t = 1440, value_parser = clap::value_parser!(u32).range(200..=8000))]
    pub(crate) width: u32,
    /// Take the dashboard from this template (CloudFormation, YAML or JSON) instead of a deployment
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// A parameter of the template; may be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair, requires = "template")]
    pub(crate) parameters: Vec<(String, String)>,
    /// What the template imports from another stack; may be given several times
    #[arg(long = "export", value_name = "NAME=VALUE", value_parser = pair, requires = "template")]
    pub(crate) exports: Vec<(String, String)>,
    /// Take the data from this file instead of AWS
    #[arg(long, value_name = "FILE")]
    pub(crate) series: Option<PathBuf>,
}

/// What a picture looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureTheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// `atalaya metrics`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without a name, each metric with its newest value and its sum over the time, or
its greatest value where a sum says nothing; on a terminal also its course.
With a name, the points of each of its series. What is counted is summed, of
what is measured the 95th percentile is shown, of a level the maximum; --stat
asks for something else. A point is a minute long, or longer over a long time.

Examples:
  atalaya metrics                                   Atalaya's own
  atalaya metrics FileLatency --dataset orders --stat p99 --since 1d
  atalaya metrics --namespace AWS/Lambda
  atalaya metrics Errors --namespace AWS/Lambda --dimension FunctionName=atalaya-intake
  atalaya metrics --all --json | jq -r '.metrics[].name'

Exit codes: 0 shown, be it nothing · 1 no such metric
            3 CloudWatch cannot be reached")]
pub(crate) struct MetricsArgs {
    /// Only this metric, with its points
    pub(crate) name: Option<String>,
    /// Look this far back: 90m, 3h, 7d
    #[arg(long, value_name = "TIME", default_value = "3h", value_parser = span::seconds)]
    pub(crate) since: i64,
    /// Another namespace than Atalaya's, such as AWS/Lambda
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    pub(crate) namespace: Option<String>,
    /// The metrics of all namespaces
    #[arg(long)]
    pub(crate) all: bool,
    /// Only those of this feed
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// Only those with this dimension; may be given several times
    #[arg(long = "dimension", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) dimensions: Vec<(String, String)>,
    /// The statistic: Sum, Average, Minimum, Maximum, SampleCount, p95, tm99 …
    #[arg(long, value_name = "STATISTIC")]
    pub(crate) stat: Option<String>,
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
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
