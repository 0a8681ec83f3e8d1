//! `atalaya`: the one command for senders, readers, operators and platform engineers.

mod alarms;
mod args;
mod check;
mod connect;
mod contract;
mod dashboard;
mod demo;
mod doctor;
mod drill;
mod file;
mod files;
#[cfg(test)]
mod hostile;
mod interrupt;
mod local;
mod metrics;
mod names;
mod operate;
mod project;
mod reason;
mod reject;
mod rejects;
mod runbook;
mod state_cell;
mod status;
mod steps;
mod story;
mod trace;
mod upload;
#[cfg(test)]
mod writes;

use std::process::ExitCode;

use atalaya_cloudwatch_offline::alarm_tests;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use clap::Parser as _;

use args::{AlarmsCommand, Cli, Command, ContractCommand, GlobalArgs};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::new(cli.global.json);
    let result = run(&cli, &mut output);
    output.finish(result)
}

/// Does what the command line asks for. What needs no AWS needs no runtime either.
fn run(cli: &Cli, output: &mut Output) -> Result<Verdict, Failure> {
    match &cli.command {
        Command::Check(args) => check::run(args, output),
        Command::Contract(ContractCommand::Lint(args)) => contract::lint::run(args, output),
        Command::Alarms(AlarmsCommand::Test(args)) => alarm_tests::run(args, output),
        command => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::internal(format!("no runtime can be started: {error}")))?
            .block_on(run_in_cloud(command, &cli.global, output)),
    }
}

/// The commands that talk to AWS, or start one.
async fn run_in_cloud(command: &Command, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    match command {
        Command::Demo(args) => demo::run(args, output).await,
        Command::Contract(ContractCommand::Publish(args)) => contract::publish::run(args, global, output).await,
        Command::Contract(ContractCommand::List(args)) => contract::list::run(args, global, output).await,
        Command::Contract(ContractCommand::Show(args)) => contract::show::run(args, global, output).await,
        Command::Contract(ContractCommand::History(args)) => contract::history::run(args, global, output).await,
        Command::Contract(ContractCommand::Diff(args)) => contract::diff::run(args, global, output).await,
        Command::Contract(ContractCommand::Withdraw(args)) => contract::withdraw::run(args, global, output).await,
        Command::Upload(args) => upload::run(args, global, output).await,
        Command::Files(args) => files::run(args, global, output).await,
        Command::File(args) => file::run(args, global, output).await,
        Command::Rejects(args) => rejects::run(args, global, output).await,
        Command::Alarms(AlarmsCommand::List(args)) => alarms::list::run(args, global, output).await,
        Command::Alarms(AlarmsCommand::Explain(args)) => alarms::explain::run(args, global, output).await,
        Command::Dashboard(command) => dashboard::run(command, global, output).await,
        Command::Metrics(args) => metrics::run(args, global, output).await,
        Command::Reconcile(args) => operate::reconcile(args, global, output).await,
        Command::Redrive(args) => operate::redrive(args, global, output).await,
        Command::Replay(args) => operate::replay(args, global, output).await,
        Command::Release(args) => operate::release(args, global, output).await,
        Command::Discard(args) => operate::discard(args, global, output).await,
        Command::Pause(args) => operate::pause(args, global, output).await,
        Command::Resume(args) => operate::resume(args, global, output).await,
        Command::Dlq(command) => operate::dlq(command, global, output).await,
        Command::Audit(args) => operate::audit(args, global, output).await,
        Command::Status(args) => status::run(args, global, output).await,
        Command::Runbook(args) => runbook::run(args, global, output).await,
        Command::Trace(args) => trace::run(args, global, output).await,
        Command::Doctor(args) => doctor::run(args, global, output).await,
        Command::Drill(args) => drill::run(args, output).await,
        Command::Local(command) => local::run(command, output).await,
        Command::Check(args) => check::run(args, output),
        Command::Contract(ContractCommand::Lint(args)) => contract::lint::run(args, output),
        Command::Alarms(AlarmsCommand::Test(args)) => alarm_tests::run(args, output),
    }
}
