//! Unit tests of a template's alarms, run and reported.

mod mutants;
mod report;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atalaya_cloudwatch_testing::{self as testing, AlarmReport, Coverage, LoadError, MutationReport, Suite};
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use clap::Args;
use serde::Serialize;

/// The template where none is given, in this folder or above it.
const DEFAULT: &str = "alarms/template.yaml";
/// The tests' folder where none is given, beside the template.
const TESTS: &str = "tests";

/// What is tested, and how.
#[derive(Debug, Clone, Args)]
pub struct TestArgs {
    /// The template (CloudFormation, YAML or JSON); default: alarms/template.yaml
    pub template: Option<PathBuf>,
    /// The folder of the tests; default: `tests` beside the template
    #[arg(long, value_name = "FOLDER")]
    pub tests: Option<PathBuf>,
    /// Only this alarm, or this family of alarms
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// Change each alarm a little, in every way, and tell which changes no test notices
    #[arg(long)]
    pub mutants: bool,
    /// Do not fail because of alarms that are not tested on both sides
    #[arg(long)]
    pub allow_untested: bool,
}

/// What was found out, and what `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Findings {
    /// Whether the exit code is 0.
    passed: bool,
    /// How many cases ran.
    pub(super) cases: usize,
    /// How many of them failed.
    pub(super) failed: usize,
    /// One for each test file.
    alarms: Vec<Timed>,
    /// Alarms that are not tested, or on one side only.
    pub(super) coverage: Coverage,
    /// Only with `--mutants`: one for each definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    mutants: Option<Vec<MutationReport>>,
    pub(super) seconds: f64,
}

/// A report and how long it took.
#[derive(Debug, Serialize)]
struct Timed {
    #[serde(flatten)]
    report: AlarmReport,
    seconds: f64,
}

/// Where the tests lie, and the template where it is told.
struct Paths {
    tests: PathBuf,
    template: Option<PathBuf>,
}

/// Runs the tests, and with `--mutants` those of changed alarms.
///
/// # Errors
/// The tests cannot be read, or they or the template are wrong.
pub fn run(args: &TestArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let paths = paths(args)?;
    let mut suite =
        testing::read_folder(&paths.tests, paths.template.as_deref()).map_err(|error| refused(error, &paths))?;
    if let Some(name) = &args.only {
        suite.only(name).map_err(Failure::usage)?;
    }
    let start = Instant::now();
    let alarms = cases(&suite, output)?;
    let (cases, failed) = alarms
        .iter()
        .fold((0, 0), |(cases, failed), alarm| (cases + alarm.report.cases.len(), failed + alarm.report.failed()));
    for alarm in &alarms {
        report::failures(&alarm.report, output)?;
    }
    let coverage = suite.coverage();
    report::coverage(&coverage, args.allow_untested, output)?;
    let mutants = args.mutants.then(|| mutants::run(&suite, output)).transpose()?;
    let noticed = mutants.as_deref().is_none_or(mutants::all_noticed);
    let passed = failed == 0 && noticed && (args.allow_untested || coverage.is_complete());
    let seconds = start.elapsed().as_secs_f64();
    let findings = Findings { passed, cases, failed, alarms, coverage, mutants, seconds };
    report::summary(&findings, output)?;
    output.answer(&findings)?;
    Ok(if passed { Verdict::Fine } else { Verdict::Negative })
}

/// Runs every case, and prints a line for each test file as it ends.
fn cases(suite: &Suite, output: &mut Output) -> Result<Vec<Timed>, Failure> {
    let mut alarms = Vec::with_capacity(suite.files());
    for index in 0..suite.files() {
        let start = Instant::now();
        let report = suite.run(index);
        let elapsed: Duration = start.elapsed();
        report::line(&report, elapsed, output)?;
        alarms.push(Timed { report, seconds: elapsed.as_secs_f64() });
    }
    Ok(alarms)
}

fn paths(args: &TestArgs) -> Result<Paths, Failure> {
    let beside = |template: &Path| template.parent().unwrap_or(Path::new("")).join(TESTS);
    if let Some(template) = &args.template {
        let tests = args.tests.clone().unwrap_or_else(|| beside(template));
        return Ok(Paths { tests, template: Some(template.clone()) });
    }
    if let Some(tests) = &args.tests {
        return Ok(Paths { tests: tests.clone(), template: None });
    }
    let here = std::env::current_dir().unwrap_or_default();
    let Some(folder) = here.ancestors().find(|folder| folder.join(DEFAULT).is_file()) else {
        return Err(Failure::usage(format!("no {DEFAULT} in {} or above it", here.display()))
            .hint("name a template; its tests lie in `tests` beside it, or in --tests FOLDER"));
    };
    // A path from here is the shorter one to read.
    let template = if folder == here { PathBuf::from(DEFAULT) } else { folder.join(DEFAULT) };
    Ok(Paths { tests: beside(&template), template: Some(template) })
}

/// Why the tests cannot be run, in words.
fn refused(error: LoadError, paths: &Paths) -> Failure {
    match error {
        LoadError::Unreadable(sentence) => {
            let failure = Failure::unreadable(sentence);
            if paths.tests.is_dir() {
                return failure;
            }
            failure.hint(format!(
                "tests are YAML files in {}, one for each alarm; `--help` shows one",
                paths.tests.display()
            ))
        }
        LoadError::Wrong(faults) => {
            let lines: Vec<_> = faults.iter().map(|fault| format!("  {fault}")).collect();
            let count = human::counted(faults.len() as u64, "fault");
            Failure::template(format!("{count} in the template or its tests:\n{}", lines.join("\n")))
                .details(serde_json::json!(faults))
        }
    }
}
