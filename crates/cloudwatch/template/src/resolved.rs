//! What a template gives in a context.

use std::collections::BTreeMap;

use serde_json::Value;

use atalaya_document::{Content, Entry, Node};

use super::{
    Context, TemplateError, TemplateErrors,
    alarm::{Tags, composite_alarm, metric_alarm},
    document::{Declared, Document},
    parameters::{Parameters, Report},
    properties::Properties,
    resolver::{Failed, Outcome, Resolver},
    resource_types::find,
};
use atalaya_cloudwatch::alarm::{Alarm, limits};

/// An alarm of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateAlarm {
    /// Its logical id.
    pub logical_id: String,
    /// The alarm with everything resolved. Without AlarmName it is named `<stack>-<LogicalId>`, where CloudFormation adds
    /// a random part.
    pub alarm: Alarm,
    /// Line of its logical id, from 1; of an alarm that a loop makes, the line inside the loop.
    pub line: usize,
    /// Names and values of its tags.
    pub tags: Vec<(String, String)>,
    /// Name of the outermost `Fn::ForEach` that made it, if one did.
    pub origin: Option<String>,
}

/// A resource of a template that is created.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its type, such as `AWS::SQS::Queue`.
    pub resource_type: String,
    /// Its physical name; `None` where its type has none that is known, or where it cannot be resolved.
    pub name: Option<String>,
    /// Whether `name` is a stand-in, `<stack>-<LogicalId>`, for one that CloudFormation makes up.
    pub is_generated: bool,
    /// Its properties with everything resolved, or why they cannot be. The fault of a resource that no alarm, dashboard
    /// or export needs stops nothing else.
    pub properties: Result<Value, TemplateErrors>,
    /// Line of its logical id, from 1.
    pub line: usize,
    /// Name of the outermost `Fn::ForEach` that made it, if one did.
    pub origin: Option<String>,
}

/// An output of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its value, or why it has none. The fault of an output that is not exported stops nothing else.
    pub value: Result<String, TemplateErrors>,
    /// The name under which other stacks import it, if they can.
    pub export: Option<String>,
}

/// A template in which everything is resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    alarms: Vec<TemplateAlarm>,
    dashboards: Vec<(String, Value)>,
    resources: BTreeMap<String, Resource>,
    outputs: BTreeMap<String, Output>,
    parameters: BTreeMap<String, String>,
    remarks: Vec<TemplateError>,
}

impl Resolved {
    /// The alarms that are created, in the order of the template.
    #[must_use]
    pub fn alarms(&self) -> &[TemplateAlarm] {
        &self.alarms
    }

    /// Names and bodies of the dashboards that are created, in the order of the template.
    #[must_use]
    pub fn dashboards(&self) -> &[(String, Value)] {
        &self.dashboards
    }

    /// The resources that are created, by logical id; alarms, dashboards and what SAM makes included.
    #[must_use]
    pub fn resources(&self) -> &BTreeMap<String, Resource> {
        &self.resources
    }

    /// The outputs, by key.
    #[must_use]
    pub fn outputs(&self) -> &BTreeMap<String, Output> {
        &self.outputs
    }

    /// Names and values of what other stacks can import.
    #[must_use]
    pub fn exports(&self) -> BTreeMap<String, String> {
        let export = |output: &Output| Some((output.export.clone()?, output.value.clone().ok()?));
        self.outputs.values().filter_map(export).collect()
    }

    /// The parameters that have a value, be it given or a default, as text; lists are separated by commas.
    #[must_use]
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }

    /// What was not looked at although it stands in the template, and stops nothing: `Rules`, and patterns of parameters
    /// that need Java's regular expressions.
    #[must_use]
    pub fn remarks(&self) -> &[TemplateError] {
        &self.remarks
    }
}

/// Resolves a template whose text is read.
pub(crate) fn resolve(root: &Node, context: &Context) -> Result<Resolved, TemplateErrors> {
    let mut report = Report::default();
    let parameters = Parameters::read(root.get("Parameters"), context, &mut report);
    let document = Document::read(root, context, &parameters, &mut report);
    let mut resolver = Resolver::new(context, &document, &parameters);
    resolver.faults = report.faults;
    let mut resolved = Resolved {
        alarms: Vec::new(),
        dashboards: Vec::new(),
        resources: BTreeMap::new(),
        outputs: BTreeMap::new(),
        parameters: parameters.texts(),
        remarks: report.remarks,
    };
    for declared in &document.resources {
        // What is wrong with CloudWatch's resources is reported inside; the others answer for themselves.
        let _ = resolved.add(&mut resolver, declared);
    }
    for entry in &document.outputs {
        let _ = resolved.add_output(&mut resolver, entry);
    }
    match TemplateErrors::collect(resolver.faults) {
        None => Ok(resolved),
        Some(errors) => Err(errors),
    }
}

impl Resolved {
    fn add(&mut self, resolver: &mut Resolver<'_>, declared: &Declared) -> Outcome<()> {
        let is_of_cloudwatch = declared.kind.starts_with("AWS::CloudWatch::");
        let (exists, errors) = apart(resolver, |resolver| resolver.exists(declared));
        let exists = match (exists, errors) {
            (Ok(exists), _) => exists,
            (Err(failed), Some(errors)) if is_of_cloudwatch => {
                resolver.faults.extend(errors.iter().cloned());
                return Err(failed);
            }
            (Err(failed), errors) => {
                self.resources.extend(errors.map(|errors| (declared.id.clone(), bare(declared, Err(errors)))));
                return Err(failed);
            }
        };
        if !exists {
            return Ok(());
        }
        self.resources.insert(declared.id.clone(), resource(resolver, declared));
        match declared.kind.as_str() {
            "AWS::CloudWatch::Alarm" => self.add_alarm(resolver, declared, "alarm", metric_alarm),
            "AWS::CloudWatch::CompositeAlarm" => self.add_alarm(resolver, declared, "composite alarm", composite_alarm),
            "AWS::CloudWatch::Dashboard" => self.add_dashboard(resolver, declared),
            kind if is_of_cloudwatch => {
                let message = format!("the type {kind} is not supported");
                let fault = TemplateError::new(declared.place, declared.path(), message);
                resolver.fail(fault.hint("of CloudWatch's types Alarm, CompositeAlarm and Dashboard are"))
            }
            _ => Ok(()),
        }
    }

    fn add_alarm(
        &mut self,
        resolver: &mut Resolver<'_>,
        declared: &Declared,
        what: &str,
        read: fn(Properties<'_>, String) -> Outcome<(Alarm, Tags)>,
    ) -> Outcome<()> {
        let default_name = format!("{}-{}", resolver.context.stack_name, declared.id);
        let (alarm, tags) = read(properties(resolver, declared, what)?, default_name)?;
        if let Some(first) = self.alarms.iter().find(|other| other.alarm.name() == alarm.name()) {
            let message = format!("a second alarm is named {}", alarm.name());
            let fault = TemplateError::new(declared.place, declared.path(), message);
            return resolver.fail(fault.hint(format!("the first is {} in line {}", first.logical_id, first.line)));
        }
        let refused = limits::faults(&alarm);
        if !refused.is_empty() {
            let told = refused.into_iter().map(|fault| {
                TemplateError::new(declared.place, declared.path(), format!("{what} {}: {fault}", declared.id))
            });
            resolver.faults.extend(told);
            return Err(Failed);
        }
        self.alarms.push(TemplateAlarm {
            logical_id: declared.id.clone(),
            alarm,
            line: declared.place.line,
            tags,
            origin: declared.origin.clone(),
        });
        Ok(())
    }

    fn add_dashboard(&mut self, resolver: &mut Resolver<'_>, declared: &Declared) -> Outcome<()> {
        let default_name = format!("{}-{}", resolver.context.stack_name, declared.id);
        let mut properties = properties(resolver, declared, "dashboard")?;
        let name = properties.optional("DashboardName", |mut field| field.text());
        let body = properties.required("DashboardBody", |mut field| {
            if field.node.is_map() {
                let hint = Some("write it under Fn::Sub as JSON text, or under Fn::ToJsonString".to_owned());
                return field.fail_with("the body must be JSON text, is a mapping", hint);
            }
            serde_json::from_str(&field.text()?).or_else(|error| field.fail(format!("the body is no JSON: {error}")))
        });
        let tags = properties.optional("Tags", |_| Ok(()));
        properties.finish()?;
        tags?;
        self.dashboards.push((name?.unwrap_or(default_name), body?));
        Ok(())
    }

    fn add_output(&mut self, resolver: &mut Resolver<'_>, entry: &Entry) -> Outcome<()> {
        let path = format!("Outputs/{}", entry.key);
        if let Some(condition) = entry.value.get("Condition").and_then(Node::scalar)
            && !resolver.condition(&condition, entry.place, &format!("{path}/Condition"))?
        {
            return Ok(());
        }
        let export = match entry.value.get("Export").map(|export| (export, export.get("Name"))) {
            None => None,
            Some((_, Some(name))) => Some(resolver.text(name, &format!("{path}/Export/Name"))?),
            Some((export, None)) => {
                return resolver.fail(TemplateError::new(
                    export.place,
                    format!("{path}/Export"),
                    "an export has a Name",
                ));
            }
        };
        let Some(node) = entry.value.get("Value") else {
            return resolver.fail(TemplateError::new(entry.place, path, "the output has no Value"));
        };
        let path = format!("{path}/Value");
        let value = if export.is_some() {
            Ok(resolver.text(node, &path)?)
        } else {
            let (value, errors) = apart(resolver, |resolver| resolver.text(node, &path));
            value.map_err(|Failed| errors.expect("what failed is reported"))
        };
        let taken =
            export.as_ref().filter(|name| self.outputs.values().any(|other| other.export.as_ref() == Some(*name)));
        if let Some(name) = taken {
            let message = format!("a second output is exported as {name}");
            return resolver.fail(TemplateError::new(entry.place, format!("Outputs/{}", entry.key), message));
        }
        self.outputs.insert(entry.key.clone(), Output { value, export });
        Ok(())
    }
}

/// Runs a step whose faults are kept apart from the template's.
fn apart<T>(
    resolver: &mut Resolver<'_>,
    step: impl FnOnce(&mut Resolver<'_>) -> Outcome<T>,
) -> (Outcome<T>, Option<TemplateErrors>) {
    let before = std::mem::take(&mut resolver.faults);
    let outcome = step(resolver);
    let own = std::mem::replace(&mut resolver.faults, before);
    (outcome, TemplateErrors::collect(own))
}

fn resource(resolver: &mut Resolver<'_>, declared: &Declared) -> Resource {
    let empty = Node::new(declared.place, Content::Map(Vec::new()));
    let node = declared.node.get("Properties").unwrap_or(&empty);
    let (properties, errors) =
        apart(resolver, |resolver| resolver.value(node, &format!("{}/Properties", declared.path())));
    let properties = match properties {
        Ok(value) => Ok(value.map_or(Value::Null, |value| value.to_value())),
        Err(Failed) => Err(errors.expect("what failed is reported")),
    };
    let (name, _) = apart(resolver, |resolver| match find(&declared.kind) {
        Some(kind) => resolver.physical_name(declared, kind).map(Some),
        None => Ok(None),
    });
    let name = name.ok().flatten();
    Resource {
        is_generated: name.as_ref().is_some_and(|name| name.is_generated),
        name: name.map(|name| name.text),
        ..bare(declared, properties)
    }
}

fn bare(declared: &Declared, properties: Result<Value, TemplateErrors>) -> Resource {
    Resource {
        resource_type: declared.kind.clone(),
        name: None,
        is_generated: false,
        properties,
        line: declared.place.line,
        origin: declared.origin.clone(),
    }
}

/// The properties of a resource, ready to be read.
fn properties<'r>(resolver: &'r mut Resolver<'_>, declared: &Declared, what: &str) -> Outcome<Properties<'r>> {
    let path = format!("{}/Properties", declared.path());
    let Some(node) = declared.node.get("Properties").filter(|node| node.is_map()) else {
        return resolver.fail(TemplateError::new(declared.place, path, format!("the {what} has no Properties")));
    };
    if let Some(call) = resolver.function(node, &path)? {
        let message = format!("{} cannot stand for all properties", call.key);
        return resolver.fail(TemplateError::new(node.place, path, message));
    }
    let owner = format!("{what} {}", declared.id);
    Ok(Properties::resolve(resolver, node.entries(), declared.place, path, owner))
}
