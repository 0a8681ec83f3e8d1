//! What a person who looks at a dashboard may choose.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;

use super::{
    Dashboard,
    fault::Faults,
    fields::{Fields, noun},
};
use atalaya_cloudwatch::{Account, ListFilter, MetricStore, search::Search};

const MOST_VARIABLES: usize = 25;
const MOST_VALUES: usize = 500;
const LONGEST_ID: usize = 32;
const LONGEST_LABEL: usize = 30;
const LONGEST_VALUE: usize = 255;
const LONGEST_SEARCH: usize = 2048;
/// The default of a variable that takes the first value that its search finds.
const FIRST: &str = "__FIRST";

/// How a value is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Input {
    /// Written into a box.
    Input,
    /// Out of a list.
    Select,
    /// By a button for each value.
    Radio,
}

/// What a variable changes.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// Every JSON property of this name, and every dimension.
    Property(String),
    /// Every match in the texts of the widgets.
    Pattern(Regex),
}

impl PartialEq for Target {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Property(one), Self::Property(other)) => one == other,
            (Self::Pattern(one), Self::Pattern(other)) => one.as_str() == other.as_str(),
            (Self::Property(_), Self::Pattern(_)) | (Self::Pattern(_), Self::Property(_)) => false,
        }
    }
}

/// A variable of a dashboard (dashboard body structure, "Variables array structure").
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its id, by which it is chosen.
    pub id: String,
    /// What its field is called: its label, else the property, else `pattern_1`, `pattern_2` …
    pub label: String,
    /// How a value is chosen.
    pub input: Input,
    /// Whether its field is shown.
    pub visible: bool,
    /// The value that the dashboard opens with, as text; `__FIRST` is the first that the search finds.
    pub default: Option<String>,
    /// The values to choose from and what they are called, where the body lists them.
    pub values: Vec<(String, String)>,
    /// The search that finds the values, and the dimension whose values they are.
    pub search: Option<(String, String)>,
    pub(super) target: Target,
}

impl Variable {
    /// The values to choose from and what they are called: those that the body lists, else those that its search finds
    /// in the metrics of the last two weeks, sorted. Where a default is a value of its own, as of an input, it is one
    /// too. `now` is in seconds since the Unix epoch.
    #[must_use]
    pub fn values_in(&self, store: &MetricStore, now: i64) -> Vec<(String, String)> {
        let Some((search, dimension)) = &self.search else { return self.values.clone() };
        let search = Search::parse(search).expect("the search of a dashboard has been read");
        let account = Account::default();
        let found: BTreeSet<&String> = store
            .list(&ListFilter::default(), now)
            .into_iter()
            .filter(|metric| search.matches(metric, &account.id))
            .filter_map(|metric| metric.dimensions.get(dimension))
            .collect();
        found.into_iter().map(|value| (value.clone(), value.clone())).collect()
    }

    /// The value that the dashboard opens with: its default where that is one, the first that its search finds where the
    /// default says so.
    #[must_use]
    pub fn opens_with(&self, store: &MetricStore, now: i64) -> Option<String> {
        match self.default.as_deref() {
            Some(FIRST) if self.search.is_some() => Some(self.values_in(store, now).into_iter().next()?.0),
            default => default.map(str::to_owned),
        }
    }

    /// The default, where nothing needs to be searched for it.
    pub(super) fn fixed_default(&self) -> Option<&str> {
        self.default.as_deref().filter(|default| self.search.is_none() || *default != FIRST)
    }
}

impl Dashboard {
    /// What its variables have when it opens, by their ids; without those that have nothing yet.
    #[must_use]
    pub fn default_choice(&self, store: &MetricStore, now: i64) -> BTreeMap<String, String> {
        let variables = self.variables().iter();
        variables.filter_map(|variable| Some((variable.id.clone(), variable.opens_with(store, now)?))).collect()
    }
}

/// Reads the variables of a body.
pub(super) fn read(body: &Fields<'_>, faults: &mut Faults) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    let mut patterns = 0;
    for (path, value) in body.entries("variables", 0..=MOST_VARIABLES, faults) {
        let Some(variable) = variable(value, &path, &mut patterns, faults) else { continue };
        if variables.iter().any(|other| other.id == variable.id) {
            faults.add(
                format!("{path}/id"),
                format!("the id `{}` stands twice; each variable needs its own", variable.id),
            );
        }
        variables.push(variable);
    }
    variables
}

fn variable(value: &Value, path: &str, patterns: &mut usize, faults: &mut Faults) -> Option<Variable> {
    let known = [
        "type",
        "property",
        "pattern",
        "inputType",
        "id",
        "label",
        "defaultValue",
        "visible",
        "values",
        "search",
        "populateFrom",
    ];
    let fields = Fields::read(value, path.to_owned(), &known, faults)?;
    for (name, why) in [
        ("type", "it is property or pattern"),
        ("id", "a variable is chosen by it"),
        ("inputType", "it is input, select or radio"),
    ] {
        fields.needs(name, why, faults);
    }
    let target = target(&fields, faults);
    let id = id(&fields, faults);
    let inputs = [("input", Input::Input), ("select", Input::Select), ("radio", Input::Radio)];
    let input = fields.one_of("inputType", &inputs, faults);
    let values = values(&fields, faults);
    let search = search(&fields, faults);
    if input.is_some_and(|input| input != Input::Input) && !fields.has("values") && !fields.has("search") {
        let message =
            "is missing; what is selected from is listed in `values`, or found by `search` and `populateFrom`";
        faults.add(fields.at("values"), message);
    }
    if fields.has("values") && fields.has("search") {
        faults.add(fields.at("search"), "a variable has `values` or a `search`, not both");
    }
    let default = fields.get("defaultValue").and_then(|value| text_of(value, &fields.at("defaultValue"), faults));
    let listed = !values.is_empty() && input != Some(Input::Input);
    if let Some(default) =
        default.as_ref().filter(|default| listed && values.iter().all(|(value, _)| value != *default))
    {
        let all: Vec<_> = values.iter().map(|(value, _)| value.as_str()).collect();
        let message = format!("`{default}` is none of the values, which are {}", super::show::listed(&all));
        faults.add(fields.at("defaultValue"), message);
    }
    let label = fields.short_text("label", LONGEST_LABEL, faults).map(str::to_owned);
    let visible = fields.flag("visible", faults).unwrap_or(true);
    let target = target?;
    let own_label = match &target {
        Target::Property(property) => property.clone(),
        Target::Pattern(_) => {
            *patterns += 1;
            format!("pattern_{patterns}")
        }
    };
    Some(Variable {
        id: id?,
        label: label.unwrap_or(own_label),
        input: input?,
        visible,
        default,
        values,
        search,
        target,
    })
}

fn id(fields: &Fields<'_>, faults: &mut Faults) -> Option<String> {
    let id = fields.short_text("id", LONGEST_ID, faults)?;
    if let Some(other) = id.chars().find(|it| !it.is_ascii_alphanumeric() && !"-_".contains(*it)) {
        faults.add(fields.at("id"), format!("an id has letters, digits, `-` and `_` only, and this has `{other}`"));
    }
    Some(id.to_owned())
}

fn target(fields: &Fields<'_>, faults: &mut Faults) -> Option<Target> {
    let is_pattern = fields.one_of("type", &[("property", false), ("pattern", true)], faults)?;
    let (name, other) = if is_pattern { ("pattern", "property") } else { ("property", "pattern") };
    fields.needs(name, &format!("a variable of type {name} says what it changes"), faults);
    if fields.has(other) {
        faults.add(fields.at(other), format!("a variable of type {name} has no `{other}`"));
    }
    let text = fields.text(name, faults)?;
    if text.is_empty() {
        faults.add(fields.at(name), "is empty");
        return None;
    }
    if !is_pattern {
        return Some(Target::Property(text.to_owned()));
    }
    match Regex::new(text) {
        Ok(pattern) => Some(Target::Pattern(pattern)),
        Err(_) => {
            let message = format!(
                "`{text}` is no pattern that is supported; it is a regular expression without look-around and back-references, in which \\ stands before what is meant literally"
            );
            faults.add(fields.at(name), message);
            None
        }
    }
}

fn values(fields: &Fields<'_>, faults: &mut Faults) -> Vec<(String, String)> {
    let mut values = Vec::new();
    for (path, value) in fields.entries("values", 1..=MOST_VALUES, faults) {
        let Some(entry) = Fields::read(value, path, &["value", "label"], faults) else { continue };
        entry.needs("value", "it is what is put in", faults);
        let label = entry.short_text("label", LONGEST_VALUE, faults).map(str::to_owned);
        let value = entry.get("value").and_then(|value| text_of(value, &entry.at("value"), faults));
        values.extend(value.map(|value| (value.clone(), label.unwrap_or(value))));
    }
    values
}

/// A text, number, true or false as text.
fn text_of(value: &Value, path: &str, faults: &mut Faults) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            faults.add(path, format!("must be a text, a number, true or false, is {}", noun(value)));
            return None;
        }
    };
    if text.chars().count() > LONGEST_VALUE {
        faults.add(path, format!("has more than {LONGEST_VALUE} characters"));
    }
    Some(text)
}

fn search(fields: &Fields<'_>, faults: &mut Faults) -> Option<(String, String)> {
    for (one, other) in [("search", "populateFrom"), ("populateFrom", "search")] {
        if fields.has(one) {
            fields.needs(other, "a search has a dimension to populate from, and that one a search", faults);
        }
    }
    let text = fields.short_text("search", LONGEST_SEARCH, faults);
    if let Some(Err(problem)) = text.map(Search::parse) {
        faults.add(fields.at("search"), format!("is no search: {}", problem.message));
    }
    let dimension = fields.text("populateFrom", faults);
    Some((text?.to_owned(), dimension?.to_owned()))
}
