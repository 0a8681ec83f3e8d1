//! The sections of a template, after its loops are expanded and its SAM resources completed.

use std::collections::BTreeMap;

use atalaya_document::{Content, Entry, Node, Place};

use super::{
    Context,
    error::TemplateError,
    loops::{Expanded, Expander, is_alphanumeric},
    parameters::{Parameters, Report},
    resolver::Resolver,
    serverless::{self, SERVERLESS},
};

/// The top-level keys that CloudFormation knows, and `Globals` of SAM.
const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// How many resources a template may have (CloudFormation quotas).
const MAX_RESOURCES: usize = 500;

const EXTENSIONS: &str = "AWS::LanguageExtensions";
/// Transforms of AWS that add or change only resources of their own service.
const HARMLESS: [&str; 2] = ["AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"];

/// A resource as it is declared.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) id: String,
    /// Its type, such as `AWS::SQS::Queue`.
    pub(crate) kind: String,
    /// The mapping with `Type` and `Properties`.
    pub(crate) node: Node,
    /// Where its logical id stands.
    pub(crate) place: Place,
    /// The outermost loop that made it.
    pub(crate) origin: Option<String>,
}

impl Declared {
    /// Where it stands in the template.
    pub(crate) fn path(&self) -> String {
        format!("Resources/{}", self.id)
    }
}

/// A template's sections.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) has_extensions: bool,
    pub(crate) mappings: Node,
    pub(crate) conditions: Vec<Entry>,
    /// In the order of the template.
    pub(crate) resources: Vec<Declared>,
    pub(crate) outputs: Vec<Entry>,
    index: BTreeMap<String, usize>,
}

impl Document {
    /// Reads the sections; what is wrong with them goes into the report.
    pub(crate) fn read(root: &Node, context: &Context, parameters: &Parameters, report: &mut Report) -> Self {
        for entry in root.entries().iter().filter(|entry| !SECTIONS.contains(&entry.key.as_str())) {
            let fault =
                TemplateError::new(entry.place, &entry.key, format!("a template has no section `{}`", entry.key));
            report.faults.push(fault.hint(format!("its sections are {}", SECTIONS.join(", "))));
        }
        if let Some(rules) = root.entry("Rules") {
            let remark = "rules only refuse a deployment: they are not evaluated";
            report.remarks.push(TemplateError::new(rules.place, "Rules", remark));
        }
        let transforms = transforms(root, report);
        let names = |wanted: &str| transforms.iter().any(|(name, _)| name == wanted);
        let empty = Node::new(root.place, Content::Map(Vec::new()));
        let mut base = Self {
            has_extensions: names(EXTENSIONS),
            mappings: section(root, "Mappings", report).unwrap_or(&empty).clone(),
            conditions: Vec::new(),
            resources: Vec::new(),
            outputs: Vec::new(),
            index: BTreeMap::new(),
        };
        let mut expander = Expander::new(Resolver::new(context, &base, parameters));
        let mut expand = |name: &str, report: &mut Report| {
            section(root, name, report).map(|section| expander.section(section, name)).unwrap_or_default()
        };
        let [conditions, resources, outputs] = ["Conditions", "Resources", "Outputs"].map(|name| expand(name, report));
        report.faults.append(&mut expander.resolver.faults);
        if expander.is_too_large() || resources.len() > MAX_RESOURCES {
            let message = format!("the template has more than {MAX_RESOURCES} resources");
            let place = root.entry("Resources").map_or(root.place, |entry| entry.place);
            report.faults.push(TemplateError::new(place, "Resources", message));
            return base;
        }
        if root.get("Resources").is_none() {
            report.faults.push(TemplateError::new(root.place, "", "the template has no Resources"));
        }
        let mut declared = Vec::with_capacity(resources.len());
        for expanded in resources {
            declared.extend(resource(expanded, report));
        }
        if names(SERVERLESS) {
            serverless::complete(&mut declared, root, report);
        } else {
            serverless::refuse(&declared, root, report);
        }
        check_transforms(&transforms, &declared, report);
        base.conditions = plain("Conditions", conditions, report);
        base.outputs = plain("Outputs", outputs, report);
        base.index = declared.iter().enumerate().map(|(index, resource)| (resource.id.clone(), index)).collect();
        base.resources = declared;
        base
    }

    /// A resource by its logical id.
    pub(crate) fn resource(&self, id: &str) -> Option<&Declared> {
        self.index.get(id).map(|index| &self.resources[*index])
    }
}

/// A section that is a mapping, when the template has it.
fn section<'r>(root: &'r Node, name: &str, report: &mut Report) -> Option<&'r Node> {
    let node = root.get(name)?;
    if node.is_map() {
        return Some(node);
    }
    report.faults.push(TemplateError::new(node.place, name, format!("must be a mapping, is {}", node.noun())));
    None
}

/// Names and places of the transforms that the template asks for.
fn transforms(root: &Node, report: &mut Report) -> Vec<(String, Place)> {
    let Some(node) = root.get("Transform") else { return Vec::new() };
    let mut names = Vec::new();
    for item in node.items().unwrap_or(std::slice::from_ref(node)) {
        match item.scalar().or_else(|| item.get("Name").and_then(Node::scalar)) {
            Some(name) => names.push((name.into_owned(), item.place)),
            None => report.faults.push(TemplateError::new(item.place, "Transform", "must be a transform's name")),
        }
    }
    names
}

/// A transform that is not known may rewrite every resource. Where the template has something of CloudWatch's, what is
/// tested would then not be what is deployed, so that is a fault; otherwise there is nothing to test anyway.
fn check_transforms(transforms: &[(String, Place)], declared: &[Declared], report: &mut Report) {
    let Some(affected) = declared.iter().find(|resource| resource.kind.starts_with("AWS::CloudWatch::")) else {
        return;
    };
    for (name, place) in transforms {
        if [EXTENSIONS, SERVERLESS].iter().chain(&HARMLESS).all(|known| name != known) {
            let message = format!(
                "the transform {name} runs in AWS and may change `{}`: what it makes is not known offline",
                affected.id
            );
            report.faults.push(TemplateError::new(*place, "Transform", message).hint(format!(
                "supported are {EXTENSIONS} and {SERVERLESS}; or test what CloudFormation's `get-template --template-stage Processed` gives"
            )));
        }
    }
}

fn resource(Expanded { entry, origin }: Expanded, report: &mut Report) -> Option<Declared> {
    let path = format!("Resources/{}", entry.key);
    if entry.key.starts_with("Fn::") {
        let fault = TemplateError::new(entry.place, &path, format!("{} cannot stand among the resources", entry.key));
        report.faults.push(fault.hint("of the functions only Fn::ForEach::<Name> can"));
        return None;
    }
    check_id(&entry, &path, report);
    match entry.value.get("Type").and_then(Node::scalar) {
        Some(kind) => {
            let kind = kind.into_owned();
            Some(Declared { id: entry.key, kind, place: entry.place, node: entry.value, origin })
        }
        None => {
            report.faults.push(TemplateError::new(entry.place, &path, "the resource has no Type"));
            None
        }
    }
}

/// The entries of a section whose keys are checked.
fn plain(section: &str, expanded: Vec<Expanded>, report: &mut Report) -> Vec<Entry> {
    expanded
        .into_iter()
        .map(|expanded| {
            check_id(&expanded.entry, &format!("{section}/{}", expanded.entry.key), report);
            expanded.entry
        })
        .collect()
}

fn check_id(entry: &Entry, path: &str, report: &mut Report) {
    if !is_alphanumeric(&entry.key) {
        let fault = TemplateError::new(entry.place, path, format!("`{}` must be letters and digits", entry.key));
        report.faults.push(fault.hint("in a loop, &{Identifier} leaves out what is neither"));
    }
}
