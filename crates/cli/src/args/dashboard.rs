//! Dashboards and metrics.

use std::path::PathBuf;

use atalaya_cloudwatch_offline::dashboard::{PictureArgs, TimeArgs, pair};
use clap::{Args, Subcommand};

use atalaya_terminal::span;

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
Without --out the panels are shown as text: titles, figures, courses, states of
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
    #[command(flatten)]
    pub(crate) picture: PictureArgs,
    #[command(flatten)]
    pub(crate) time: TimeArgs,
    /// The same as --var dataset=NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// Choose the value of a variable of the dashboard; may be given several times
    #[arg(long = "var", value_name = "ID=VALUE", value_parser = pair)]
    pub(crate) variables: Vec<(String, String)>,
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
