//! `atalaya drill`: faults on purpose, and the runbooks that must end them.

mod list;
mod tell;

use std::path::PathBuf;
use std::sync::Arc;
use std::{fs, thread};

use atalaya_drill::{Drill, DrillError, Options, Report};
use tokio::sync::oneshot;

use crate::args::DrillArgs;
use crate::steps::Steps;
use crate::{interrupt, project};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

/// The page with the table of drills.
const INDEX: &str = "runbooks/README.md";

/// Runs drills, or lists them.
pub(crate) async fn run(args: &DrillArgs, output: &mut Output) -> Result<Verdict, Failure> {
    if args.list {
        return list::run(output);
    }
    let drills = chosen(args)?;
    let root = project::root()?;
    let steps = Steps::new(output.is_json());
    let count = match drills.len() {
        1 => "one drill".to_owned(),
        count => format!("{count} drills, {} at a time", usize::from(args.jobs).min(count)),
    };
    steps.say(paint(style::STRONG, format!("{count}; each on a local AWS that nobody else uses")));
    let observer = steps.observer();
    let build = atalaya_local::Functions::Build.prepare(&root, &observer);
    let functions = tokio::select! {
        () = interrupt::asked_to_stop() => return Err(Failure::Interrupted),
        built = build => built.map_err(crate::connect::local)?,
    };
    let options = Options {
        project: root.clone(),
        functions,
        atalaya: this_program()?,
        runbooks: args.runbooks.as_deref().map(absolute).transpose()?,
        jobs: args.jobs.into(),
        patience: atalaya_drill::PATIENCE,
        watcher: Arc::new(tell::watcher(steps, drills.len())),
    };
    let report = tokio::select! {
        // What runs on ends with this process.
        () = interrupt::asked_to_stop() => return Err(Failure::Interrupted),
        report = in_thread(drills, options) => report?,
    };
    tell::result(&report, output)?;
    if args.table {
        write_table(&root.join(INDEX), &report, output)?;
    }
    Ok(if report.passed() { Verdict::Fine } else { Verdict::Negative })
}

fn chosen(args: &DrillArgs) -> Result<Vec<&'static Drill>, Failure> {
    if args.all {
        return Ok(atalaya_drill::all());
    }
    let mut drills: Vec<&'static Drill> = Vec::new();
    for name in &args.names {
        let named = atalaya_drill::named(name).map_err(unknown)?;
        drills.extend(named);
    }
    drills.sort_by_key(|drill| drill.name());
    drills.dedup_by_key(|drill| drill.name());
    Ok(drills)
}

fn unknown(error: DrillError) -> Failure {
    Failure::usage(error.to_string()).hint("`atalaya drill --list` says what each of them does")
}

/// Drills wait on threads of their own: an interruption must not wait for them.
async fn in_thread(drills: Vec<&'static Drill>, options: Options) -> Result<Report, Failure> {
    let (sender, receiver) = oneshot::channel();
    thread::spawn(move || sender.send(atalaya_drill::run_all(&drills, &options)));
    let report = receiver.await.map_err(|_| Failure::internal("a drill ended without a report"))?;
    report.map_err(|error| match error {
        DrillError::Runbook(faults) => Failure::usage(faults.to_string()),
        error @ (DrillError::NoRunbook(_) | DrillError::Machine { .. }) => Failure::unreadable(error.to_string()),
        error => Failure::unreachable(error.to_string()),
    })
}

fn this_program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| Failure::internal(format!("where this program lies is unknown: {error}")))
}

/// Commands run in another folder than this one.
fn absolute(folder: &std::path::Path) -> Result<PathBuf, Failure> {
    let cannot = |error| Failure::unreadable(format!("cannot read the folder {}: {error}", folder.display()));
    folder.canonicalize().map_err(cannot)
}

fn write_table(page: &std::path::Path, report: &Report, output: &mut Output) -> Result<(), Failure> {
    if !report.passed() {
        return output.progress(format!("{INDEX} is left as it was: not all drills passed"));
    }
    let cannot = |error| Failure::unreadable(format!("cannot write {}: {error}", page.display()));
    let text = fs::read_to_string(page).map_err(cannot)?;
    let written = atalaya_drill::written(&text, &atalaya_drill::table(report)).ok_or_else(|| {
        Failure::usage(format!("{} has no place for the table", page.display()))
            .hint("it goes between the comments <!-- drills: begin --> and <!-- drills: end -->; put them back")
    })?;
    fs::write(page, written).map_err(cannot)?;
    output.progress(format!("the table in {INDEX} is written"))
}
