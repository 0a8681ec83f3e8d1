//! Alarms and dashboards out of the CloudFormation templates that deploy them, so that what is tested is what is
//! deployed.
//!
//! [`Template::parse`] reads YAML or JSON and keeps the place of every value; [`Template::resolve`] puts in what
//! CloudFormation would for one stack, a [`Context`], and gives [`Resolved`]. Nothing of CloudWatch's that is not
//! supported is skipped: it is a fault that names it, and all faults come at once.
//!
//! Supported are all functions of CloudFormation except `Fn::GetAZs` and macros, whose answers only AWS knows; the
//! transforms `AWS::LanguageExtensions` (with `Fn::ForEach`) and `AWS::Serverless-2016-10-31` (as far as names and
//! references depend on it); and references to the types of a table. What a resource that is not CloudWatch's needs is
//! only looked at when an alarm, a dashboard or an export asks for it.

mod alarm;
mod context;
mod document;
mod error;
mod intrinsic;
mod loops;
mod parameters;
mod physical;
mod properties;
mod resolved;
mod resolver;
mod resource_types;
mod serverless;
pub(crate) mod text;

use atalaya_document::Node;

pub use context::Context;
pub use error::{TemplateError, TemplateErrors};
pub use resolved::{Output, Resolved, Resource, TemplateAlarm};

/// A template whose text is read.
#[derive(Debug, Clone)]
pub struct Template {
    root: Node,
}

impl Template {
    /// Reads a template. As for CloudFormation, a text that starts with `{` is JSON, and any other is YAML.
    ///
    /// # Errors
    /// The first fault of syntax, with its place.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let root = text::read(text)?;
        if !root.is_map() {
            let message = format!("a template is a mapping with Resources, this is {}", root.noun());
            return Err(TemplateError::new(root.place, "", message));
        }
        Ok(Self { root })
    }

    /// The names of the parameters that it declares, in its order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        let section = self.root.get("Parameters").map_or(&[][..], Node::entries);
        section.iter().map(|entry| entry.key.as_str())
    }

    /// What CloudFormation would make of the template for a stack.
    ///
    /// # Errors
    /// Every fault that concerns the template's structure, its parameters, an alarm, a dashboard or an export.
    pub fn resolve(&self, context: &Context) -> Result<Resolved, TemplateErrors> {
        resolved::resolve(&self.root, context)
    }
}
