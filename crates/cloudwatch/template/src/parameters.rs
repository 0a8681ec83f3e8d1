//! The `Parameters` section: which values a stack gets, and whether they are allowed.

use std::collections::BTreeMap;

use regex::Regex;

use atalaya_document::{Content, Entry, Node, Place};

use super::{Context, error::TemplateError};

/// Whether a list parameter of the empty text has no item, or one empty item. Unpublished; no item is what makes a
/// loop over it do nothing.
const EMPTY_TEXT_IS_EMPTY_LIST: bool = true;

/// What is known of a declared parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) place: Place,
    pub(crate) description: Option<String>,
    /// Its value as `Ref` gives it; `None` when neither the context nor a default has one.
    pub(crate) value: Option<Node>,
    /// Whether its type looks the value up in the account, so that a default says nothing.
    pub(crate) is_looked_up: bool,
}

/// The declared parameters by name.
#[derive(Debug, Default)]
pub(crate) struct Parameters(BTreeMap<String, Parameter>);

impl Parameters {
    /// Reads the section and checks every value that is there against its declaration. A missing value is no fault yet:
    /// it is one when something asks for it.
    pub(crate) fn read(section: Option<&Node>, context: &Context, report: &mut Report) -> Self {
        let entries = section.map_or(&[][..], Node::entries);
        if let Some(section) = section.filter(|section| !section.is_map()) {
            report.faults.push(TemplateError::new(
                section.place,
                "Parameters",
                "must be a mapping of names to parameters",
            ));
        }
        let mut declared = BTreeMap::new();
        for entry in entries {
            let path = format!("Parameters/{}", entry.key);
            let parameter = Declaration { node: &entry.value, path: &path, report }.read(entry, context);
            declared.insert(entry.key.clone(), parameter);
        }
        for name in context.parameters.keys().filter(|name| !declared.contains_key(*name)) {
            let place = section.map_or(Place { line: 1, column: 1 }, |section| section.place);
            let names: Vec<_> = declared.keys().map(String::as_str).collect();
            let fault = TemplateError::new(
                place,
                "Parameters",
                format!("a value is given for `{name}`, which the template does not declare"),
            );
            let known = if names.is_empty() {
                "it declares none".to_owned()
            } else {
                format!("it declares {}", names.join(", "))
            };
            report.faults.push(fault.hint(known));
        }
        Self(declared)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Parameter> {
        self.0.get(name)
    }

    /// The values that there are, as text; lists are separated by commas.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        let text = |node: &Node| match node.items() {
            Some(items) => Some(items.iter().filter_map(Node::scalar).collect::<Vec<_>>().join(",")),
            None => node.scalar().map(std::borrow::Cow::into_owned),
        };
        let texts =
            self.0.iter().filter_map(|(name, parameter)| Some((name.clone(), text(parameter.value.as_ref()?)?)));
        texts.collect()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// What a section's reading leaves behind: faults, and remarks that stop nothing.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) faults: Vec<TemplateError>,
    pub(crate) remarks: Vec<TemplateError>,
}

/// One declaration while it is read.
struct Declaration<'a> {
    node: &'a Node,
    path: &'a str,
    report: &'a mut Report,
}

impl Declaration<'_> {
    fn read(mut self, entry: &Entry, context: &Context) -> Parameter {
        let kind = self.text("Type").unwrap_or_default();
        if kind.is_empty() {
            self.fault(entry.place, "has no Type".to_owned(), Some("such as Type: String".to_owned()));
        }
        let is_looked_up = kind.starts_with("AWS::SSM::Parameter::Value<");
        let given = context.parameters.get(&entry.key).map(|text| (text.clone(), entry.place));
        let default = self.node.get("Default").filter(|_| !is_looked_up);
        let value = given.or_else(|| default.and_then(|node| Some((node.scalar()?.into_owned(), node.place))));
        if let Some(node) = self.node.get("Default").filter(|node| node.scalar().is_none()) {
            self.fault(node.place, format!("Default must be text, is {}", node.noun()), None);
        }
        let is_list = kind == "CommaDelimitedList"
            || kind.starts_with("List<")
            || kind.contains("<List<")
            || kind.contains("<CommaDelimitedList");
        let value = value.map(|(text, place)| {
            if !is_list {
                self.check(&text, kind.contains("Number"), place);
                return Node::of_text(place, text);
            }
            let items = items(&text);
            items.iter().for_each(|item| self.check(item, kind.contains("Number"), place));
            Node::new(place, Content::List(items.into_iter().map(|item| Node::of_text(place, item)).collect()))
        });
        Parameter { place: entry.place, description: self.text("Description"), value, is_looked_up }
    }

    fn text(&self, key: &str) -> Option<String> {
        self.node.get(key).and_then(Node::scalar).map(std::borrow::Cow::into_owned)
    }

    fn fault(&mut self, place: Place, message: String, hint: Option<String>) {
        let mut fault = TemplateError::new(place, self.path, message);
        fault.hint = hint;
        self.report.faults.push(fault);
    }

    /// Checks one value, or one item of a list.
    fn check(&mut self, value: &str, is_number: bool, place: Place) {
        let number = value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        if is_number && number.is_none() {
            return self.refuse(place, format!("the value {value:?} is no number"));
        }
        if let Some(allowed) = self.node.get("AllowedValues").and_then(Node::items) {
            let texts: Vec<_> = allowed.iter().filter_map(Node::scalar).collect();
            let is_equal = |text: &str| text == value || is_number && text.parse().ok() == number;
            if !texts.iter().any(|text| is_equal(text)) {
                self.refuse(place, format!("the value {value:?} is not allowed; allowed are {}", texts.join(", ")));
            }
        }
        let length = value.chars().count() as f64;
        for (key, measure, is_too) in [
            ("MinLength", Some(length), "short"),
            ("MaxLength", Some(length), "long"),
            ("MinValue", number, "small"),
            ("MaxValue", number, "large"),
        ] {
            let (Some(measure), Some(bound)) = (measure, self.node.get(key)) else { continue };
            let Some(limit) = bound.scalar().and_then(|text| text.parse::<f64>().ok()) else {
                self.fault(bound.place, format!("{key} must be a number, is {}", bound.noun()), None);
                continue;
            };
            if if key.starts_with("Min") { measure < limit } else { measure > limit } {
                self.refuse(place, format!("the value {value:?} is too {is_too}: {key} is {limit}"));
            }
        }
        self.check_pattern(value, place);
    }

    fn check_pattern(&mut self, value: &str, place: Place) {
        let Some((pattern, at)) = self.node.get("AllowedPattern").and_then(|node| Some((node.scalar()?, node.place)))
        else {
            return;
        };
        match Regex::new(&format!("^(?:{pattern})$")) {
            Ok(regex) if regex.is_match(value) => {}
            Ok(_) => self.refuse(place, format!("the value {value:?} does not match AllowedPattern {pattern}")),
            // CloudFormation's patterns are Java's, with look-around and back references.
            Err(_) => self.report.remarks.push(TemplateError::new(
                at,
                self.path,
                format!("AllowedPattern {pattern} is not checked: it needs Java's regular expressions"),
            )),
        }
    }

    fn refuse(&mut self, place: Place, message: String) {
        let hint = self.text("ConstraintDescription");
        self.fault(place, message, hint);
    }
}

/// The items of a list parameter; blanks around the commas do not count (CloudFormation user guide, Parameters).
fn items(text: &str) -> Vec<String> {
    if EMPTY_TEXT_IS_EMPTY_LIST && text.trim().is_empty() {
        return Vec::new();
    }
    text.split(',').map(|item| item.trim().to_owned()).collect()
}
