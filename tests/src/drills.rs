//! The drills: each alarm's fault, page and runbook, run for real; and the proof that a runbook that does not work is
//! seen.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use atalaya_drill::{Drill, DrillReport, Kind, Options, PATIENCE, Report, all, named, run_all, table, unwatched};
use atalaya_local::{Functions, build_command, silent};
use atalaya_runbook::{Part, Runbook};
use tokio::runtime::Runtime;

use crate::{alarms::families, stacks::none, world::project};

/// Runs drills with the functions and the command of this checkout.
fn run(drills: &[&'static Drill], runbooks: Option<PathBuf>, patience: Duration) -> Report {
    let runtime = Runtime::new().expect("a runtime");
    let (functions, atalaya) = runtime.block_on(async {
        let functions = Functions::Build.prepare(&project(), &silent()).await.unwrap_or_else(|error| panic!("{error}"));
        let atalaya = build_command(&project(), &silent()).await.unwrap_or_else(|error| panic!("{error}"));
        (functions, atalaya)
    });
    let watcher = unwatched();
    let options = Options { project: project(), functions, atalaya, runbooks, jobs: 2, patience, watcher };
    run_all(drills, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// A drill's time line, and why it failed.
fn told(drill: &DrillReport) -> String {
    let moments = drill
        .timeline
        .iter()
        .map(|moment| format!("  +{:5.1} s  {:<9}  {}", moment.wall_seconds, moment.kind.as_str(), moment.what));
    let failure = drill.failure.as_deref().unwrap_or("it passed");
    format!("{}\n{}\n{failure}", drill.name, moments.collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_drill_passes() {
    let report = run(&all(), None, PATIENCE);
    println!("{}", table(&report));
    none(report.drills.iter().filter(|drill| !drill.passed).map(told).collect());
    let totals = &report.totals;
    assert_eq!(totals.objects, totals.files, "every object that was uploaded is a file in a final state");
    assert_eq!(totals.rows_read, totals.rows_accepted + totals.rows_rejected);
    assert!(totals.recovered > 0, "no file was brought home by a new attempt");
}

#[test]
fn every_alarm_has_a_drill_and_every_drill_an_alarm() {
    let drilled: BTreeSet<_> = all().iter().map(|drill| drill.alarm.to_owned()).collect();
    assert_eq!(drilled, families(), "the drills and the alarms");
}

#[test]
fn the_causes_of_runbooks_are_those_of_their_drills() {
    let mut found = Vec::new();
    for (name, text) in atalaya_runbook::all() {
        let runbook = Runbook::parse(name, text).unwrap_or_else(|faults| panic!("{faults}"));
        let drills = named(&runbook.drill).unwrap_or_default();
        if !drills.iter().any(|drill| drill.alarm == *name) {
            found.push(format!("runbooks/{name}.md names the drill {}, which is none of its alarm", runbook.drill));
        }
        let causes: BTreeSet<_> = drills.iter().map(|drill| drill.cause).collect();
        let parts = runbook.sections.iter().flat_map(|section| &section.parts);
        let fits = parts.filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Command(command) => command.when.as_deref(),
            Part::Query(query) => query.when.as_deref(),
        });
        let strange = fits.filter(|when| !causes.contains(when));
        found.extend(
            strange.map(|when| format!("runbooks/{name}.md has a block for the cause {when}, which no drill has")),
        );
    }
    none(found);
}

#[test]
fn the_table_of_drills_has_a_row_for_each() {
    let page = fs::read_to_string(project().join("runbooks/README.md")).expect("runbooks/README.md");
    let row = |drill: &Drill| format!("\n| [{}]({}.md) | {} |", drill.name(), drill.alarm, drill.fault);
    let missing = all().into_iter().filter(|drill| !page.contains(&row(drill)));
    none(
        missing
            .map(|drill| {
                let name = drill.name();
                format!("runbooks/README.md has no row of {name} as it is: `atalaya drill --all --table` writes it")
            })
            .collect(),
    );
    let rows = page.lines().filter(|line| line.starts_with("| [") && line.contains('/')).count();
    assert_eq!(rows, all().len(), "rows of drills");
}

/// Writes all runbooks into a folder, of which some have a text in the place of another.
fn broken(folder: &Path, breaks: &[(&str, &str, &str)]) {
    for (name, text) in atalaya_runbook::all() {
        let mut text = (*text).to_owned();
        for (_, right, wrong) in breaks.iter().filter(|(broken, ..)| broken == name) {
            assert!(text.contains(right), "runbooks/{name}.md has no {right:?}");
            text = text.replacen(right, wrong, 1);
        }
        fs::write(folder.join(format!("{name}.md")), text).expect("a file of the test's own");
    }
}

#[test]
fn a_runbook_with_a_broken_command_fails_its_drill() {
    let folder = tempfile::tempdir().expect("a folder");
    // What cannot be typed so, what mends another queue, and what shows nothing.
    let breaks = [
        ("RejectRate", "atalaya rejects {file_id}", "atalaya rejets {file_id}"),
        ("IntakeDlq", "atalaya dlq drop intake --unreadable", "atalaya dlq drop notify --unreadable"),
        ("FilesFailed", "atalaya trace {file_id}", "atalaya trace {file_id} > /dev/null"),
    ];
    broken(folder.path(), &breaks);
    let drills: Vec<_> = ["RejectRate/sender", "IntakeDlq/poison", "FilesFailed/bad-release"]
        .iter()
        .flat_map(|name| named(name).expect("there is such a drill"))
        .collect();
    let report = run(&drills, Some(folder.path().to_owned()), Duration::from_secs(45));
    let why = |name: &str| {
        let drill = report.drills.iter().find(|drill| drill.name.starts_with(name)).expect("it was run");
        assert!(!drill.passed, "{}", told(drill));
        drill.failure.clone().unwrap_or_default()
    };
    let rejects = why("RejectRate/");
    assert!(rejects.starts_with("runbooks/RejectRate.md:") && rejects.contains("atalaya rejets"), "{rejects}");
    let queue = why("IntakeDlq/");
    assert!(queue.contains("atalaya-IntakeDlq in OK: not within"), "{queue}");
    let trace = why("FilesFailed/");
    assert!(trace.contains("it shows nothing") && trace.contains("atalaya trace"), "{trace}");
}

#[test]
fn a_runbook_is_followed_once_more_where_the_alarm_stays_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let once_more = "ls mended-once && atalaya dlq redrive notify --yes || { touch mended-once; echo later; }";
    broken(folder.path(), &[("NotifyDlq", "atalaya dlq redrive notify --yes", once_more)]);
    let drills = named("NotifyDlq").expect("there is such a drill");
    let report = run(&drills, Some(folder.path().to_owned()), Duration::from_secs(60));
    let [drill] = &report.drills[..] else { panic!("one drill") };
    assert!(drill.passed, "{}", told(drill));
    let again: Vec<_> = drill.timeline.iter().filter(|moment| moment.kind == Kind::Again).collect();
    assert_eq!(again.len(), 1, "{}", told(drill));
}
