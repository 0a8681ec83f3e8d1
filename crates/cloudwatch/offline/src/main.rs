//! `cloudwatch-offline`: tests the CloudWatch alarms of a CloudFormation template and draws its dashboards, without AWS.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use atalaya_cloudwatch_offline::alarm_tests::{self, TestArgs};
use atalaya_cloudwatch_offline::dashboard::{self, PictureArgs, Templates, TimeArgs, pair};
use atalaya_cloudwatch_template::Context;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style;
use clap::{Args, Parser, Subcommand};

/// Test CloudWatch alarms and draw dashboards straight from their CloudFormation template, without AWS
#[derive(Debug, Parser)]
#[command(name = "cloudwatch-offline", version, styles = style::HELP, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    /// Print one JSON document for scripts instead of tables
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the unit tests of a template's alarms
    #[command(after_help = "\
Examples:
  cloudwatch-offline test template.yaml                 its tests lie in tests/ beside it
  cloudwatch-offline test template.yaml --mutants       would the tests notice a change?

Exit codes: 0 all is well · 1 a case failed, an alarm is not tested on both
            sides, or with --mutants a change went unnoticed
            2 the template or a test is wrong · 3 cannot be read")]
    Test(TestArgs),
    /// Show a dashboard of a template with the data of a file: as text here, or drawn into a file
    #[command(after_help = "\
A file of series has one a line, by the minute; all begin together, and the
longest ends now, or at --end. The template's own alarms judge them:
  AWS/SQS ApproximateAgeOfOldestMessage {QueueName=jobs-prod}: 0x120 60+60x60

Examples:
  cloudwatch-offline render template.yaml jobs --series burst.series
  cloudwatch-offline render template.yaml jobs --series burst.series --out jobs.png

Exit codes: 0 shown · 1 no such dashboard
            2 the template, the series or the command line is wrong
            3 something cannot be read or written")]
    Render(Box<RenderArgs>),
}

#[derive(Debug, Args)]
struct RenderArgs {
    /// The template (CloudFormation, YAML or JSON)
    template: PathBuf,
    /// The dashboard, with or without `STACK-` in front
    name: String,
    /// The data of its metrics
    #[arg(long, value_name = "FILE")]
    series: PathBuf,
    #[command(flatten)]
    picture: PictureArgs,
    #[command(flatten)]
    time: TimeArgs,
    /// Choose the value of a variable of the dashboard; may be given several times
    #[arg(long = "var", value_name = "ID=VALUE", value_parser = pair)]
    variables: Vec<(String, String)>,
    /// A parameter of the template; may be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    parameters: Vec<(String, String)>,
    /// What the template imports from another stack; may be given several times
    #[arg(long = "export", value_name = "NAME=VALUE", value_parser = pair)]
    exports: Vec<(String, String)>,
    /// AWS::StackName
    #[arg(long, value_name = "NAME", default_value = "stack")]
    stack: String,
    /// AWS::Region
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    region: String,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::new(cli.json);
    let result = run(cli.command, &mut output);
    output.finish(result)
}

fn run(command: Command, output: &mut Output) -> Result<Verdict, Failure> {
    match command {
        Command::Test(args) => alarm_tests::run(&args, output),
        Command::Render(args) => render(*args, output),
    }
}

fn render(args: RenderArgs, output: &mut Output) -> Result<Verdict, Failure> {
    // A file that cannot be drawn into is reported before anything is read.
    args.picture.check()?;
    let context = Context {
        stack_name: args.stack,
        region: args.region,
        parameters: args.parameters.into_iter().collect(),
        exports: args.exports.into_iter().collect(),
        ..Context::default()
    };
    let templates = Templates::read(&args.template, context)?;
    let variables = args.variables.into_iter().collect::<BTreeMap<_, _>>();
    let shown = dashboard::simulate(templates, &args.name, &args.series, &args.time, variables)?;
    dashboard::show(&shown, &args.picture, output)?;
    Ok(Verdict::Fine)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_tree_is_sound() {
        super::Cli::command().debug_assert();
    }
}
