//! All tests of a template, ready to run.

use std::collections::{BTreeMap, BTreeSet};

use atalaya_document::nearest;

use super::{
    case::{Case, TestFile},
    fault::{Fault, LoadError},
    format,
    group::{Group, groups},
    mutation,
    mutation::MutationReport,
    prepare,
    report::{AlarmReport, CaseReport, Coverage, Disagreement, OneSided},
    scenario::Scenario,
    settings::{self, Settings},
    stage::{self, Blueprint, Stage, StageError},
    timeline,
};
use atalaya_cloudwatch::{CloudWatch, alarm::State};
use atalaya_cloudwatch_template::{Template, TemplateErrors};

/// A text and the path that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) text: String,
}

/// The tests of a template, with all their names resolved.
#[derive(Debug)]
pub struct Suite {
    files: Vec<PreparedFile>,
    /// Every alarm of the template, those with one definition together.
    groups: Vec<Group>,
}

#[derive(Debug)]
struct PreparedFile {
    file: String,
    alarm: String,
    cases: Vec<PreparedCase>,
}

#[derive(Debug)]
struct PreparedCase {
    name: String,
    line: usize,
    /// The alarm's name without the prefix.
    alarm: String,
    scenario: Scenario,
}

/// What the tests of a template found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SuiteReport {
    /// One for each test file.
    pub alarms: Vec<AlarmReport>,
    /// What they leave open.
    pub coverage: Coverage,
}

impl SuiteReport {
    /// Whether every case passed and every alarm is tested on both sides.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.alarms.iter().all(|alarm| alarm.failed() == 0) && self.coverage.is_complete()
    }
}

impl Suite {
    /// The suite of a template, with the templates of other stacks in the order of the settings.
    pub(super) fn new(
        settings: &Settings,
        template: &Source,
        stacks: &[Source],
        tests: &[Source],
    ) -> Result<Self, LoadError> {
        let mut faults = Vec::new();
        let files: Vec<TestFile> = tests
            .iter()
            .filter_map(|source| {
                let (file, wrong) = format::read(&source.file, &source.text);
                faults.extend(wrong);
                file
            })
            .collect();
        let staged = blueprint(settings, template, stacks).and_then(|blueprint| {
            let plain = blueprint.stage(&BTreeMap::new()).map_err(|error| stage_faults(&template.file, error))?;
            refused(&template.file, &plain)?;
            Ok((blueprint, plain))
        });
        let (blueprint, plain) = match staged {
            Ok(staged) => staged,
            Err(wrong) => {
                faults.splice(0..0, wrong);
                return Err(LoadError::Wrong(faults));
            }
        };
        let mut prepared = Vec::new();
        for file in &files {
            match prepared_file(file, &blueprint, &plain) {
                Ok(file) => prepared.push(file),
                Err(wrong) => faults.extend(wrong),
            }
        }
        if faults.is_empty() {
            Ok(Self { files: prepared, groups: groups(&plain.alarms) })
        } else {
            faults.sort();
            faults.dedup();
            Err(LoadError::Wrong(faults))
        }
    }

    /// Keeps only what is about the alarms of this name, or of this family.
    ///
    /// # Errors
    /// A hint at names that there are, when there is no such alarm.
    pub fn only(&mut self, name: &str) -> Result<(), String> {
        let family = format!("{name}-");
        let is_meant = |alarm: &str| alarm == name || alarm.starts_with(&family);
        let names: Vec<_> = self.groups.iter().flat_map(|group| group.names.iter().map(String::as_str)).collect();
        let files = self.files.iter().map(|file| file.alarm.as_str());
        if !names.iter().copied().chain(files.clone()).any(is_meant) {
            let known: BTreeSet<_> = names.iter().copied().chain(files).collect();
            let hint = nearest::hint(name, known).map(|hint| format!("; {hint}")).unwrap_or_default();
            return Err(format!("there is no alarm `{name}`{hint}"));
        }
        for file in &mut self.files {
            if !is_meant(&file.alarm) {
                file.cases.retain(|case| is_meant(&case.alarm));
            }
        }
        self.files.retain(|file| !file.cases.is_empty());
        // A test file may name an alarm by its logical id.
        let tested: BTreeSet<&str> =
            self.files.iter().flat_map(|file| &file.cases).map(|case| case.alarm.as_str()).collect();
        self.groups.retain(|group| group.names.iter().any(|name| is_meant(name) || tested.contains(name.as_str())));
        Ok(())
    }

    /// How many test files there are.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// Runs the cases of a test file; `index` is below [`Self::files`].
    #[must_use]
    pub fn run(&self, index: usize) -> AlarmReport {
        let file = &self.files[index];
        let cases = file.cases.iter().map(run_case).collect();
        AlarmReport { alarm: file.alarm.clone(), file: file.file.clone(), cases }
    }

    /// Runs everything.
    #[must_use]
    pub fn run_all(&self) -> SuiteReport {
        SuiteReport { alarms: (0..self.files()).map(|index| self.run(index)).collect(), coverage: self.coverage() }
    }

    /// Which alarms no case is about, and which no case expects on both sides. Alarms of one loop that differ in
    /// nothing but names and dimensions are tested by the cases of any of them.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        for group in &self.groups {
            let cases: Vec<_> = self.cases_of(group).collect();
            if cases.is_empty() {
                coverage.untested.push(group.label());
                continue;
            }
            let expected: BTreeSet<State> = cases
                .iter()
                .flat_map(|case| case.scenario.expect.iter().filter_map(|expectation| expectation.state))
                .collect();
            let never: Vec<_> =
                [State::Ok, State::Alarm].into_iter().filter(|state| !expected.contains(state)).collect();
            if !never.is_empty() {
                let never = never.into_iter().map(State::as_str).collect();
                coverage.one_sided.push(OneSided { alarm: group.label(), never });
            }
        }
        coverage
    }

    /// How many definitions can be changed, to see whether the tests notice.
    #[must_use]
    pub fn definitions(&self) -> usize {
        self.groups.len()
    }

    /// Changes a definition in every way and runs its cases each time; `index` is below [`Self::definitions`].
    #[must_use]
    pub fn mutate(&self, index: usize) -> MutationReport {
        let group = &self.groups[index];
        let scenarios: Vec<_> = self.cases_of(group).map(|case| &case.scenario).collect();
        mutation::mutate(&group.label(), group.names.clone(), &group.definition, &scenarios)
    }

    fn cases_of<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = &'s PreparedCase> {
        let cases = self.files.iter().flat_map(|file| &file.cases);
        cases.filter(|case| group.names.contains(&case.alarm))
    }
}

fn run_case(case: &PreparedCase) -> CaseReport {
    let PreparedCase { name, line, scenario, .. } = case;
    let report = |disagreements, timeline| CaseReport {
        name: name.clone(),
        alarm: scenario.subject.clone(),
        line: *line,
        disagreements,
        timeline,
    };
    match scenario.run() {
        Ok(disagreements) if disagreements.is_empty() => report(disagreements, None),
        Ok(disagreements) => {
            let timeline = timeline::timeline(scenario, &disagreements).ok();
            report(disagreements, timeline)
        }
        // The template's own values have been checked; these are the case's parameters.
        Err(error) => {
            let (expected, got) = ("an alarm that CloudWatch accepts".to_owned(), error.to_string());
            report(vec![Disagreement { at: 0, line: *line, about: "definition".to_owned(), expected, got }], None)
        }
    }
}

/// The template under test with what other stacks export.
fn blueprint(settings: &Settings, template: &Source, stacks: &[Source]) -> Result<Blueprint, Vec<Fault>> {
    let mut exports: BTreeMap<String, String> = settings.exports.iter().cloned().collect();
    for (stack, source) in settings.stacks.iter().zip(stacks) {
        let mut context = stage::context(settings);
        context.stack_name.clone_from(&stack.name);
        context.parameters = stack.parameters.iter().cloned().collect();
        context.exports.clone_from(&exports);
        let resolved = parse(source)?.resolve(&context).map_err(|errors| template_faults(&source.file, &errors))?;
        exports.extend(resolved.exports());
    }
    Ok(Blueprint::new(parse(template)?, settings, exports))
}

fn parse(source: &Source) -> Result<Template, Vec<Fault>> {
    Template::parse(&source.text).map_err(|error| template_faults(&source.file, &TemplateErrors::from(error)))
}

fn template_faults(file: &str, errors: &TemplateErrors) -> Vec<Fault> {
    let fault = |error: &atalaya_cloudwatch_template::TemplateError| Fault {
        file: file.to_owned(),
        line: error.line,
        column: error.column,
        message: if error.path.is_empty() {
            error.message.clone()
        } else {
            format!("{}: {}", error.path, error.message)
        },
        hint: error.hint.clone(),
    };
    errors.iter().map(fault).collect()
}

fn stage_faults(file: &str, error: StageError) -> Vec<Fault> {
    match error {
        StageError::Template(errors) => template_faults(file, &errors),
        StageError::Prefix(name) => {
            let message =
                format!("the prefix of the tests' context asks for `{name}`, which the template does not declare");
            vec![Fault { file: file.to_owned(), line: 1, column: 1, message, hint: None }]
        }
    }
}

/// The alarms that CloudWatch would refuse.
fn refused(file: &str, stage: &Stage) -> Result<(), Vec<Fault>> {
    let mut cloudwatch = CloudWatch::new(stage.account.clone(), 0);
    let mut alarms: Vec<_> = stage.alarms.iter().map(|alarm| alarm.definition.clone()).collect();
    // A composite alarm may well look at alarms of other templates.
    let elsewhere: BTreeSet<String> = alarms.iter().flat_map(stage::dependencies).collect();
    let elsewhere = elsewhere.iter().filter(|name| !alarms.iter().any(|alarm| alarm.name() == *name));
    let elsewhere: Vec<_> = elsewhere.map(|name| prepare::puppet(name)).collect();
    alarms.extend(elsewhere);
    let Err(error) = cloudwatch.put_alarms(alarms) else { return Ok(()) };
    let fault = |fault: &atalaya_cloudwatch::alarm::AlarmFault| {
        let line =
            stage.alarms.iter().find(|alarm| alarm.definition.name() == fault.alarm).map_or(1, |alarm| alarm.line);
        Fault { file: file.to_owned(), line, column: 1, message: fault.to_string(), hint: None }
    };
    Err(error.faults.iter().map(fault).collect())
}

fn prepared_file(file: &TestFile, blueprint: &Blueprint, plain: &Stage) -> Result<PreparedFile, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut cases = Vec::new();
    for case in &file.cases {
        match prepared_case(file, case, blueprint, plain) {
            Ok(case) => cases.push(case),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if faults.is_empty() {
        Ok(PreparedFile { file: file.file.clone(), alarm: file.alarm.value.clone(), cases })
    } else {
        Err(faults)
    }
}

fn prepared_case(
    file: &TestFile,
    case: &Case,
    blueprint: &Blueprint,
    plain: &Stage,
) -> Result<PreparedCase, Vec<Fault>> {
    let own = (!case.parameters.is_empty()).then(|| own_stage(file, case, blueprint)).transpose()?;
    let stage = own.as_ref().unwrap_or(plain);
    let scenario = prepare::scenario(file, case, stage)?;
    let alarm = stage.alarms.iter().find(|alarm| alarm.definition.name() == scenario.subject);
    let alarm = alarm.map_or_else(|| scenario.subject.clone(), |alarm| alarm.name.clone());
    Ok(PreparedCase { name: case.name.value.clone(), line: case.name.place.line, alarm, scenario })
}

/// The template with a case's own parameters; what is wrong with it is a fault of the case.
fn own_stage(file: &TestFile, case: &Case, blueprint: &Blueprint) -> Result<Stage, Vec<Fault>> {
    let parameters = case.parameters.iter().map(|(name, at)| (name.clone(), at.value.clone())).collect();
    let of_case = |fault: Fault| Fault {
        line: case.name.place.line,
        column: case.name.place.column,
        message: format!("with this case's parameters the template is wrong: {}", fault.message),
        ..fault
    };
    let stage = blueprint.stage(&parameters);
    stage.map_err(|error| stage_faults(&file.file, error).into_iter().map(of_case).collect())
}

/// Reads the settings of `context.yaml`.
pub(super) fn read_settings(source: &Source) -> Result<Settings, LoadError> {
    let (settings, faults) = settings::read(&source.file, &source.text);
    if faults.is_empty() { Ok(settings) } else { Err(LoadError::Wrong(faults)) }
}
