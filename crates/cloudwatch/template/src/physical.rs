//! Physical names of resources, and what is made of them.
//!
//! Where a template gives no name, CloudFormation makes up `<stack>-<LogicalId>-<random>`. The stand-in here is
//! `<stack>-<LogicalId>`, in lower case where the service has names so; also for an alarm without AlarmName, and for the
//! random ids that services make up.

use atalaya_document::{Node, Place};

use super::{
    TemplateError,
    document::Declared,
    intrinsic::listed,
    resolver::{Outcome, Resolver},
    resource_types::{ResourceType, find},
};

/// A physical name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PhysicalName {
    pub(crate) text: String,
    /// Whether it is a stand-in for a name that CloudFormation would make up.
    pub(crate) is_generated: bool,
}

impl<'a> Resolver<'a> {
    /// Whether a resource is created: its condition holds, or it has none.
    pub(crate) fn exists(&mut self, declared: &Declared) -> Outcome<bool> {
        let Some(condition) = declared.node.get("Condition") else { return Ok(true) };
        let path = format!("{}/Condition", declared.path());
        let name = match condition.scalar() {
            Some(name) => name.into_owned(),
            None => {
                self.needs_extensions(condition.place, &path, "a function for the name of a condition")?;
                // The extensions allow `AWS::NoValue` here, which is no condition.
                match self.value(condition, &path)? {
                    None => return Ok(true),
                    Some(value) => self.text(&value, &path)?,
                }
            }
        };
        self.condition(&name, condition.place, &path)
    }

    /// The physical name of a resource.
    pub(crate) fn physical_name(&mut self, declared: &Declared, kind: &ResourceType) -> Outcome<PhysicalName> {
        let given = match declared.node.get("Properties").and_then(|properties| properties.get(kind.name_property)) {
            Some(node) => self.value(node, &format!("{}/Properties/{}", declared.path(), kind.name_property))?,
            None => None,
        };
        let (text, is_generated) = match given {
            Some(value) => {
                (self.text(&value, &format!("{}/Properties/{}", declared.path(), kind.name_property))?, false)
            }
            None => (self.stand_in(declared), true),
        };
        Ok(PhysicalName { text: if kind.is_lower_case { text.to_lowercase() } else { text }, is_generated })
    }

    /// What stands for a name or id that is made up in AWS.
    fn stand_in(&self, declared: &Declared) -> String {
        format!("{}-{}", self.context.stack_name, declared.id)
    }

    /// What `Ref` of a resource gives.
    pub(crate) fn resource_reference(&mut self, id: &str, place: Place, path: &str) -> Outcome<String> {
        let (declared, kind) = self.known(id, place, path)?;
        self.follow(declared.path(), place, path, |resolver| resolver.filled(kind.reference, declared, kind))
    }

    /// What `Fn::GetAtt` of a resource gives.
    pub(crate) fn resource_attribute(
        &mut self,
        id: &str,
        attribute: &str,
        place: Place,
        path: &str,
    ) -> Outcome<String> {
        let (declared, kind) = self.known(id, place, path)?;
        let Some((_, pattern)) = kind.attributes.iter().find(|(name, _)| *name == attribute) else {
            let names: Vec<_> = kind.attributes.iter().map(|(name, _)| *name).collect();
            let message = format!("the attribute {attribute} of {} is not known offline", kind.name);
            return self.fail(TemplateError::new(place, path, message).hint(format!("known are: {}", listed(&names))));
        };
        self.follow(declared.path(), place, path, |resolver| resolver.filled(pattern, declared, kind))
    }

    /// A resource that is created and whose type is in the table.
    fn known(&mut self, id: &str, place: Place, path: &str) -> Outcome<(&'a Declared, &'static ResourceType)> {
        let document = self.document;
        let declared = document.resource(id).expect("the caller found it");
        if !self.exists(declared)? {
            let fault = TemplateError::new(place, path, format!("`{id}` is not created: its condition does not hold"));
            return self.fail(fault.hint("choose by Fn::If with the same condition"));
        }
        match find(&declared.kind) {
            Some(kind) => Ok((declared, kind)),
            None => {
                let message =
                    format!("what a reference to `{id}` of type {} gives is not known offline", declared.kind);
                self.fail(TemplateError::new(place, path, message).hint("use its name itself, or a parameter"))
            }
        }
    }

    /// A pattern of the table with its names filled in.
    fn filled(&mut self, pattern: &str, declared: &Declared, kind: &ResourceType) -> Outcome<String> {
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, (word, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            text.push_str(before);
            text.push_str(&self.word(word, declared, kind)?);
            rest = after;
        }
        Ok(text + rest)
    }

    fn word(&mut self, word: &str, declared: &Declared, kind: &ResourceType) -> Outcome<String> {
        let context = self.context;
        Ok(match word {
            "name" => self.physical_name(declared, kind)?.text,
            "id" => self.stand_in(declared).to_lowercase(),
            "partition" => context.partition.clone(),
            "region" => context.region.clone(),
            "account" => context.account_id.clone(),
            "suffix" => context.url_suffix().to_owned(),
            "elb" => match self.property_text(declared, "Type")?.as_deref() {
                Some("network") => "net".to_owned(),
                _ => "app".to_owned(),
            },
            "bus/" | "bus|" => match self.property_text(declared, "EventBusName")? {
                // A bus is given by its name or its ARN, which ends in its name.
                Some(bus) if bus != "default" => {
                    format!("{}{}", bus.rsplit('/').next().unwrap_or(&bus), &word[3..])
                }
                _ => String::new(),
            },
            word => match word.strip_prefix("arn:") {
                Some(service) => {
                    format!("arn:{}:{service}:{}:{}:", context.partition, context.region, context.account_id)
                }
                None => {
                    let (property, default) = word.split_once('|').map_or((word, None), |(p, d)| (p, Some(d)));
                    match (self.property_text(declared, property)?, default) {
                        (Some(text), _) => text,
                        (None, Some(default)) => default.to_owned(),
                        (None, None) => {
                            let message = format!("has no {property}, which a reference to it needs");
                            return self.fail(TemplateError::new(declared.place, declared.path(), message));
                        }
                    }
                }
            },
        })
    }

    fn property_text(&mut self, declared: &Declared, property: &str) -> Outcome<Option<String>> {
        let path = format!("{}/Properties/{property}", declared.path());
        let Some(node) = declared.node.get("Properties").and_then(|properties| properties.get(property)) else {
            return Ok(None);
        };
        let value: Option<Node> = self.value(node, &path)?;
        value.map(|value| self.text(&value, &path)).transpose()
    }
}
