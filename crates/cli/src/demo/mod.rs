//! `atalaya demo`: real files go the whole way on a local AWS, and everything that has to hold is looked at.

mod busy;
mod fault;
mod judge;
mod play;
mod report;
mod scenario;

use atalaya_local::{LocalAws, StartOptions};

use crate::args::DemoArgs;
use crate::steps::Steps;
use crate::{connect, interrupt, local, project};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

/// Plays the demo; whatever happens, nothing stays behind.
pub(crate) async fn run(args: &DemoArgs, output: &mut Output) -> Result<Verdict, Failure> {
    tokio::select! {
        // Dropping the play ends every process that it started.
        () = interrupt::asked_to_stop() => Err(Failure::Interrupted),
        played = perform(args, output) => played,
    }
}

async fn perform(args: &DemoArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let root = project::root()?;
    if args.stay {
        local::refuse_a_second(&root).await?;
    }
    output.progress(paint(style::STRONG, "Atalaya: real files on a local AWS. Nothing leaves this machine."))?;
    let steps = Steps::new(output.is_json());
    let mut options = StartOptions::new(&root);
    options.advertise = args.stay;
    options.canary = args.stay;
    options.feeds = feeds();
    let local = LocalAws::start(options, steps.observer()).await.map_err(connect::local)?;
    let shown = show(&local, &root, args, steps, output).await;
    let stopped = local.stop().await.map_err(connect::local);
    let verdict = shown?;
    stopped?;
    Ok(verdict)
}

/// The feeds that have alarms of their own: the demo's, and the canary's. The dashboard of feeds opens with the first.
pub(crate) fn feeds() -> Vec<String> {
    scenario::datasets().into_iter().chain(["canary"]).map(str::to_owned).collect()
}

/// Sends the files, follows them, judges and reports.
async fn show(
    local: &LocalAws,
    root: &std::path::Path,
    args: &DemoArgs,
    steps: Steps,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    if args.stay {
        local::hear_on_call(local).await?;
    }
    let mut phases = vec![scenario::usual()];
    if args.busy {
        phases.extend(busy::phases());
    }
    let result = play::play(local, &root.join("crates/cli/demo"), &phases, &steps).await?;
    let problems = judge::problems(&phases, &result);
    report::tell(&result, &problems, output)?;
    if args.stay {
        output.progress(report::stay(local, &result))?;
        local.stop_requested().await;
    } else {
        output.progress(report::afterwards())?;
    }
    Ok(if problems.is_empty() { Verdict::Fine } else { Verdict::Negative })
}
