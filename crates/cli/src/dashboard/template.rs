//! Dashboards and alarms out of CloudFormation templates, before anything is deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use atalaya_cloudwatch::alarm::Alarm;
use atalaya_cloudwatch_offline::dashboard::{Templates, declared, parse, unusable};
use atalaya_cloudwatch_template::{Context, Template};

use crate::args::{GlobalArgs, RenderArgs};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

/// Beside the project's dashboards: what they import from, and the alarms that they show.
const PIPELINE: &str = "infra/template.yaml";
const ALARMS: &str = "alarms/template.yaml";

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
            .map_err(|error| unusable(&project.join(PIPELINE), &error))?;
        context.exports = exports.exports().into_iter().chain(context.exports).collect();
    }
    let template = parse(path)?;
    let own = usual(&template, &context, global, project.as_deref());
    let resolved = template.resolve(&own).map_err(|error| unusable(path, &error))?;
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
    Ok(Templates::new(&global.stack, own, &resolved, alarms))
}

fn alarms_of(project: &Path, context: &Context, global: &GlobalArgs) -> Result<Vec<Alarm>, Failure> {
    let path = project.join(ALARMS);
    let template = parse(&path)?;
    let mut context = usual(&template, context, global, Some(project));
    let known: BTreeSet<_> = template.parameters().map(str::to_owned).collect();
    context.parameters.retain(|name, _| known.contains(name));
    context.stack_name = format!("{}-alarms", global.stack);
    let resolved = template.resolve(&context).map_err(|error| unusable(&path, &error))?;
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
