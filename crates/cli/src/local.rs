//! `atalaya local`: AWS on this machine.

use std::path::Path;
use std::time::Duration;

use atalaya_contract::inert;
use atalaya_local::{ENDPOINT_OPTION, LocalAws, OnCall, Running, StartOptions};
use serde_json::json;

use crate::args::{LocalCommand, LocalUpArgs};
use crate::connect;
use crate::steps::Steps;
use crate::{demo, interrupt, project};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

/// How long `down` waits for the other process to clean up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts, stops, or looks.
pub(crate) async fn run(command: &LocalCommand, output: &mut Output) -> Result<Verdict, Failure> {
    let root = project::root()?;
    match command {
        LocalCommand::Up(args) => up(args, output).await,
        LocalCommand::Down => {
            let stopped = atalaya_local::down(&root, PATIENCE).await.map_err(connect::local)?;
            output.answer(&json!({ "stopped": stopped.as_ref().map(|running| &running.endpoint) }))?;
            output.line(match stopped {
                Some(running) => format!("{} the local AWS at {}", paint(style::GOOD, "✓ stopped"), running.endpoint),
                None => "no local AWS is running".to_owned(),
            })?;
            Ok(Verdict::Fine)
        }
        LocalCommand::Status => status(atalaya_local::running(&root).await.map_err(connect::local)?, output),
    }
}

fn status(running: Option<Running>, output: &mut Output) -> Result<Verdict, Failure> {
    let Some(running) = running else {
        output.answer(&json!({ "running": false }))?;
        output.line("no local AWS is running; start one with `atalaya local up`")?;
        return Ok(Verdict::Negative);
    };
    output.answer(&json!({
        "running": true, "console_url": running.console_url, "endpoint": running.endpoint,
        "cloudwatch_endpoint": running.cloudwatch_endpoint,
        "pid": running.pid, "started_at": running.started_at, "outputs": running.outputs.all,
    }))?;
    output.line(format!("{}\n", paint(style::GOOD, "✓ running")))?;
    output.line(console(&running.console_url))?;
    output.line(format!("\n  AWS's APIs at {}, CloudWatch's at {}", running.endpoint, running.cloudwatch_endpoint))?;
    output.line(format!("  process {}, since {} UTC", running.pid, human::time(running.started_at)))?;
    for (name, value) in &running.outputs.all {
        output.line(format!("  {} {value}", paint(style::DIM, format!("{name:<22}"))))?;
    }
    Ok(Verdict::Fine)
}

async fn up(args: &LocalUpArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let root = project::root()?;
    refuse_a_second(&root).await?;
    let steps = Steps::new(output.is_json());
    let mut options = StartOptions::new(root);
    options.port = args.port;
    options.clock_speed = args.clock_speed;
    options.advertise = true;
    options.canary = true;
    // Those of the contracts that it proposes to publish.
    options.feeds = demo::feeds();
    let local = tokio::select! {
        () = interrupt::asked_to_stop() => return Err(Failure::Interrupted),
        started = LocalAws::start(options, steps.observer()) => started.map_err(connect::local)?,
    };
    let told = match hear_on_call(&local).await {
        Ok(()) => tell(&local, output),
        Err(failure) => Err(failure),
    };
    if told.is_ok() {
        tokio::select! {
            () = interrupt::asked_to_stop() => {}
            () = local.stop_requested() => {}
        }
        steps.say("stopping");
    }
    local.stop().await.map_err(connect::local)?;
    told.map(|()| Verdict::Fine)
}

/// Subscribes who is on call, so that the console shows what they are told.
pub(crate) async fn hear_on_call(local: &LocalAws) -> Result<(), Failure> {
    for (to, user) in [(OnCall::Page, "on-call"), (OnCall::Ticket, "on-call-tickets")] {
        local.subscribe_on_call(to, user).await.map_err(connect::local)?;
    }
    Ok(())
}

fn tell(local: &LocalAws, output: &mut Output) -> Result<(), Failure> {
    output.answer(&json!({
        "console_url": local.console_url(), "endpoint": local.endpoint(),
        "cloudwatch_endpoint": local.cloudwatch_endpoint(), "outputs": local.outputs().all,
    }))?;
    output.line(format!("\n{} Atalaya on a local AWS\n", paint(style::GOOD, "✓ up")))?;
    output.line(format!("{}\n", console(local.console_url())))?;
    let commands = [
        "atalaya files --watch",
        "atalaya contract publish crates/cli/demo/contracts/*.odcs.yaml",
        "atalaya upload crates/cli/demo/files/acme-orders.csv --dataset orders --wait",
        "atalaya alarms list",
        "atalaya dashboard render overview",
    ];
    output.line(try_these(local, &commands.map(str::to_owned)))?;
    output.line(paint(style::DIM, "\nCtrl-C, or `atalaya local down` in another terminal, ends it."))
}

/// The others find one local AWS by the project; two would hide each other.
pub(crate) async fn refuse_a_second(root: &Path) -> Result<(), Failure> {
    match atalaya_local::running(root).await.map_err(connect::local)? {
        None => Ok(()),
        Some(running) => Err(Failure::usage(format!("a local AWS runs already at {}", running.endpoint))
            .hint("use it, or stop it first with `atalaya local down`")),
    }
}

/// Where to look first.
pub(crate) fn console(url: &str) -> String {
    let url = paint(style::STRONG, paint(style::COMMAND, url));
    format!(
        "  Look at it in a browser:  {url}\n{}",
        paint(style::DIM, "    dashboards, alarms, files, notices and runbooks, live")
    )
}

/// What can be typed in a second terminal: these commands, or the AWS CLI's.
pub(crate) fn try_these(local: &LocalAws, commands: &[String]) -> String {
    let command = |text: &str| format!("    {}", paint(style::COMMAND, text));
    let mut lines = vec!["  In a second terminal, from this folder:".to_owned()];
    lines.extend(commands.iter().map(|text| command(text)));
    lines.push(paint(style::DIM, "    (`atalaya` is target/release/atalaya, or `cargo run --release --`)"));
    lines.push("\n  Or with the AWS CLI, in a shell that has these:".to_owned());
    lines.extend(local.environment().iter().map(|(name, value)| command(&format!("export {name}={value}"))));
    lines.push(command(&aws_function(&local.aws_cli())));
    lines.push(paint(style::DIM, "    (version 1 of the AWS CLI sends `aws sqs` to AWS itself without the function)"));
    lines.push(String::new());
    lines.push(command(&format!("aws s3 ls --recursive s3://{}/", local.outputs().inbox_bucket)));
    lines.push(command("aws sqs list-queues"));
    lines.join("\n")
}

/// A shell's function `aws`, through which the commands of every service find the local AWS.
fn aws_function(program: &Path) -> String {
    let program = program.display().to_string();
    let program = inert::shell_word(&program).unwrap_or(program);
    format!("aws() {{ {ENDPOINT_OPTION}; {program} \"$@\"; }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_called_at_the_local_endpoint() {
        let script = format!("{}\naws sqs list-queues\naws s3 ls 'a b'", aws_function(Path::new("/bin/echo")));
        let mut shell = std::process::Command::new("sh");
        let output = shell.args(["-c", &script]).env("AWS_ENDPOINT_URL", "http://local").output().expect("a shell");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "--endpoint-url http://local sqs list-queues\ns3 ls a b\n",
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
