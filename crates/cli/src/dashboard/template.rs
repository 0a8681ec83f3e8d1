//! Dashboards and alarms out of CloudFormation templates, before anything is deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use atalaya_cloudwatch::alarm::Alarm;
use atalaya_cloudwatch_dashboard::Dashboard;
use atalaya_cloudwatch_template::{Context, Resolved, Template};
use serde_json::Value;

use super::deployed::no_dashboard;
use super::render;
use crate::args::{GlobalArgs, RenderArgs};
use crate::exit::Failure;
use crate::output::Output;
use crate::style::{self, paint};

/// Beside the project's dashboards: what they import from, and the alarms that they show.
const PIPELINE: &str = "infra/template.yaml";
const ALARMS: &str = "alarms/template.yaml";

/// What a template of dashboards gives, and what stands beside it.
pub(super) struct Templates {
    stack: String,
    pub(super) context: Context,
    dashboards: Vec<(String, Value)>,
    /// Of the template itself, and of the alarms' template of its project.
    pub(super) alarms: Vec<Alarm>,
    /// What `${…}` in a file of series stands for.
    pub(super) variables: BTreeMap<String, String>,
}

/// Reads the template at `path`; where it lies in a project with a pipeline and alarms, with what these export and
/// declare.
pub(super) fn read(args: &RenderArgs, global: &GlobalArgs, path: &Path, output: &Output) -> Result<Templates, Failure> {
    let project = project_of(path);
    let mut context = Context {
        stack_name: format!("{}-dashboards", global.stack),
        parameters: args.parameters.iter().cloned().collect(),
        exports: args.exports.iter().cloned().collect(),
        ..Context::default()
    };
    if let Some(region) = &global.region {
        context.region.clone_from(region);
    }
    if let Some(project) = &project {
        // Its exports are names that follow from the stack's own, so its parameters do not matter.
        let pipeline = Context { stack_name: global.stack.clone(), parameters: BTreeMap::new(), ..context.clone() };
        let exports = parse(&project.join(PIPELINE))?
            .resolve(&pipeline)
            .map_err(|error| wrong(&project.join(PIPELINE), &error))?;
        context.exports = exports.exports().into_iter().chain(context.exports).collect();
    }
    let template = parse(path)?;
    let own = usual(&template, &context, global, project.as_deref());
    let resolved = template.resolve(&own).map_err(|error| wrong(path, &error))?;
    let mut alarms: Vec<_> = declared(&resolved);
    if let Some(project) = &project
        && project.join(ALARMS).is_file()
        && resolved.alarms().is_empty()
    {
        // What is about alarms stays what it says of them: that there is none.
        match alarms_of(project, &context, global) {
            Ok(beside) => alarms = beside,
            Err(failure) => output.note(format!("{}: {failure}", paint(style::WARN, "without alarms"))),
        }
    }
    let mut variables = resolved.parameters().clone();
    variables.insert("AWS::Region".to_owned(), own.region.clone());
    variables.insert("AWS::AccountId".to_owned(), own.account_id.clone());
    variables.insert("AWS::Partition".to_owned(), own.partition.clone());
    Ok(Templates {
        stack: global.stack.clone(),
        dashboards: resolved.dashboards().to_vec(),
        alarms,
        variables,
        context: own,
    })
}

impl Templates {
    /// The dashboard with this name, with or without the stack's in front.
    pub(super) fn dashboard(&self, name: &str) -> Result<Dashboard, Failure> {
        let whole = format!("{}-{name}", self.stack);
        let found = self.dashboards.iter().find(|(each, _)| *each == whole || each == name);
        let Some((name, body)) = found else {
            return Err(no_dashboard(name, &self.stack, self.dashboards.iter().map(|(name, _)| name.as_str())));
        };
        Dashboard::parse(name, body).map_err(|error| render::faults(&error))
    }
}

fn declared(resolved: &Resolved) -> Vec<Alarm> {
    resolved.alarms().iter().map(|declared| declared.alarm.clone()).collect()
}

fn alarms_of(project: &Path, context: &Context, global: &GlobalArgs) -> Result<Vec<Alarm>, Failure> {
    let path = project.join(ALARMS);
    let template = parse(&path)?;
    let mut context = usual(&template, context, global, Some(project));
    let known: BTreeSet<_> = template.parameters().map(str::to_owned).collect();
    context.parameters.retain(|name, _| known.contains(name));
    context.stack_name = format!("{}-alarms", global.stack);
    let resolved = template.resolve(&context).map_err(|error| wrong(&path, &error))?;
    Ok(declared(&resolved))
}

/// The context with the parameters that follow from where the template lies, where it declares them and none is given.
fn usual(template: &Template, context: &Context, global: &GlobalArgs, project: Option<&Path>) -> Context {
    let mut context = context.clone();
    let declared: BTreeSet<_> = template.parameters().collect();
    let runbooks = project.map(|project| format!("file://{}/runbooks", project.display()));
    for (name, value) in [("PipelineStack", Some(global.stack.clone())), ("RunbookBaseUrl", runbooks)] {
        if let (true, Some(value)) = (declared.contains(name), value) {
            context.parameters.entry(name.to_owned()).or_insert(value);
        }
    }
    context
}

/// The project that a template belongs to: the folder above it that holds a pipeline.
fn project_of(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    path.ancestors().skip(2).take(1).find(|folder| folder.join(PIPELINE).is_file()).map(Path::to_owned)
}

fn parse(path: &Path) -> Result<Template, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::unreadable(format!("cannot read {}: {error}", path.display())))?;
    Template::parse(&text).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, error: &impl std::fmt::Display) -> Failure {
    Failure::template(format!("{} cannot be used:\n{error}", path.display()))
}
