//! Compares a document with the tables.

use std::sync::LazyLock;

use regex::Regex;

use atalaya_document::{Content, Node, join, nearest};

use super::{
    Edition,
    fields::DOCUMENT,
    servers,
    shape::{Field, Record, Shape},
};
use crate::{Decimal, Violation, ViolationKind, at::At};

/// Every difference between the document and the edition's structure.
pub(crate) fn check(root: &Node, edition: Edition) -> Vec<Violation> {
    let mut checker = Checker { edition, violations: Vec::new() };
    checker.record(&DOCUMENT, &At::root(root));
    checker.violations
}

struct Checker {
    edition: Edition,
    violations: Vec<Violation>,
}

impl Checker {
    fn tell(&mut self, at: &At<'_>, message: impl Into<String>, hint: Option<String>) {
        let mut violation = at.violation(ViolationKind::Standard, message);
        violation.hint = hint;
        self.violations.push(violation);
    }

    /// A value of the wrong type.
    fn wrong(&mut self, at: &At<'_>, wanted: &str) {
        let message = format!("must be {wanted}, not {}", at.node.kind());
        let hint = match (&at.node.content, wanted) {
            (Content::Number(text), "text") => Some(format!("write it in quotes: \"{text}\"")),
            (Content::Bool(flag), "text") => Some(format!("write it in quotes: \"{flag}\"")),
            (Content::Text(text), "true or false") => match text.to_ascii_lowercase().as_str() {
                "yes" | "y" | "on" | "true" => Some("write true, without quotes".to_owned()),
                "no" | "n" | "off" | "false" => Some("write false, without quotes".to_owned()),
                _ => None,
            },
            (Content::Text(text), wanted) if wanted.contains("number") && text.parse::<Decimal>().is_ok() => {
                Some(format!("write it without quotes: {text}"))
            }
            (Content::Null, _) => Some("give it a value or leave the key out".to_owned()),
            (Content::Text(_) | Content::Map(_), wanted) if wanted.starts_with("a list") => {
                Some("begin each element with `- `".to_owned())
            }
            _ => None,
        };
        self.tell(at, message, hint);
    }

    fn shape(&mut self, shape: Shape, at: &At<'_>) {
        let value = &at.node.content;
        match shape {
            Shape::Any => {}
            Shape::Scalar if !matches!(value, Content::List(_) | Content::Map(_)) => {}
            Shape::Text if matches!(value, Content::Text(_)) => {}
            Shape::TextOrTable if matches!(value, Content::Text(_) | Content::Map(_)) => {}
            Shape::Flag if matches!(value, Content::Bool(_)) => {}
            Shape::Number if matches!(value, Content::Number(_)) => {}
            Shape::Whole if whole(value).is_some() => {}
            Shape::Count if whole(value).is_some_and(|number| number >= 0.0) => {}
            Shape::Positive if number(value).is_some_and(|number| number > 0.0) => {}
            Shape::Table if matches!(value, Content::Map(_)) => {}
            Shape::Scalar => self.wrong(at, "a single value"),
            Shape::Text => self.wrong(at, "text"),
            Shape::TextOrTable => self.wrong(at, "text or a mapping"),
            Shape::Flag => self.wrong(at, "true or false"),
            Shape::Number => self.wrong(at, "a number"),
            Shape::Whole => self.wrong_number(at, "a whole number"),
            Shape::Count => self.wrong_number(at, "a whole number, zero or more"),
            Shape::Positive => self.wrong_number(at, "a number above zero"),
            Shape::Table => self.wrong(at, "a mapping"),
            Shape::Id => self.matching(at, &STABLE_ID, "letters, digits, `_` and `-` only"),
            Shape::OneOf(words) => self.one_of(at, words),
            Shape::ServerType => self.one_of(at, &servers::types(self.edition).collect::<Vec<_>>()),
            Shape::Prefix(prefix) => match at.node.text() {
                Some(text) if text.starts_with(prefix) => {}
                Some(_) => self.tell(at, format!("must begin with {prefix}"), None),
                None => self.wrong(at, "text"),
            },
            Shape::Range => self.range(at),
            Shape::Names => self.names(at),
            Shape::Texts => self.list(Shape::Text, at),
            Shape::Reference => self.reference(at),
            Shape::List => self.list(Shape::Any, at),
            Shape::Records(record) => self.list(Shape::Record(record), at),
            Shape::Record(record) => self.record(record, at),
            Shape::RecordOrList(record, element) => match value {
                Content::List(_) => self.list(Shape::Record(element), at),
                _ => self.record(record, at),
            },
        }
    }

    fn wrong_number(&mut self, at: &At<'_>, wanted: &str) {
        match &at.node.content {
            Content::Number(text) => self.tell(at, format!("must be {wanted}, not {text}"), None),
            _ => self.wrong(at, wanted),
        }
    }

    fn matching(&mut self, at: &At<'_>, pattern: &Regex, wanted: &str) {
        match at.node.text() {
            Some(text) if pattern.is_match(text) => {}
            Some(text) => self.tell(at, format!("must be {wanted}, not `{text}`"), None),
            None => self.wrong(at, "text"),
        }
    }

    fn one_of(&mut self, at: &At<'_>, words: &[&str]) {
        let Some(text) = at.node.text() else { return self.wrong(at, "text") };
        if words.contains(&text) {
            return;
        }
        let later = suggest_type(text).filter(|word| words.contains(word));
        let hint = match later {
            Some(word) => Some(format!("did you mean `{word}`?")),
            None => nearest::hint(text, words.iter().copied()),
        };
        self.tell(at, format!("`{text}` is not a known value here"), hint);
    }

    fn range(&mut self, at: &At<'_>) {
        let Content::List(items) = &at.node.content else { return self.wrong(at, "a list of two numbers") };
        let numbers: Vec<f64> = items.iter().filter_map(|item| number(&item.content)).collect();
        if items.len() != 2 || numbers.len() != 2 {
            self.tell(at, "must be a list of two numbers", Some("write for example [1, 100]".to_owned()));
        } else if numbers[0] == numbers[1] {
            self.tell(at, "must be two different numbers", Some("write mustBe for a single number".to_owned()));
        }
    }

    fn names(&mut self, at: &At<'_>) {
        self.list(Shape::Text, at);
        let Content::List(items) = &at.node.content else { return };
        if items.is_empty() {
            self.tell(at, "must not be an empty list", None);
        }
        for (index, item) in at.items().enumerate() {
            if items[..index].contains(item.node) {
                self.tell(&item, "stands in the list twice", None);
            }
        }
    }

    fn reference(&mut self, at: &At<'_>) {
        let wanted = "a reference such as customers.id";
        match &at.node.content {
            Content::List(items) if items.is_empty() => self.tell(at, "must not be an empty list", None),
            Content::List(_) => at.items().for_each(|item| self.matching(&item, &REFERENCE, wanted)),
            _ => self.matching(at, &REFERENCE, wanted),
        }
    }

    fn list(&mut self, shape: Shape, at: &At<'_>) {
        match &at.node.content {
            Content::List(_) => at.items().for_each(|item| self.shape(shape, &item)),
            _ => self.wrong(at, "a list"),
        }
    }

    fn record(&mut self, record: &'static Record, at: &At<'_>) {
        if !matches!(at.node.content, Content::Map(_)) {
            return self.wrong(at, "a mapping");
        }
        let more = record.more.map(|more| more(at.node, self.edition)).unwrap_or_default();
        let all: Vec<&Field> = record.groups.iter().chain(&more).flat_map(|group| group.iter()).collect();
        let fields: Vec<&Field> = all.iter().copied().filter(|field| field.is_in(self.edition)).collect();
        for field in &fields {
            if field.required && at.node.get(field.name).is_none() {
                self.missing(record, field, at);
            }
        }
        for (entry, value) in at.entries() {
            match fields.iter().find(|field| field.name == entry.key) {
                Some(field) => self.shape(field.shape, &value),
                None if record.openness.is_open(self.edition) => {}
                None => self.unknown(record, &entry.key, &all, &fields, &value),
            }
        }
        if let Some((message, hint)) = record.rule.and_then(|rule| rule(at.node, self.edition)) {
            self.tell(at, message, Some(hint));
        }
    }

    fn missing(&mut self, record: &Record, field: &Field, at: &At<'_>) {
        let message = format!("{} needs `{}`", record.noun, field.name);
        let mut violation = at.violation(ViolationKind::Standard, message);
        violation.path = join(&at.path, field.name);
        violation.hint = match field.shape {
            Shape::OneOf(words) if words.len() == 1 => Some(format!("add {}: {}", field.name, words[0])),
            Shape::OneOf(words) => Some(format!("one of {}", words.join(", "))),
            _ => at
                .node
                .entries()
                .iter()
                .find(|entry| nearest::word(&entry.key, [field.name]).is_some())
                .map(|entry| format!("is `{}` in line {} meant?", entry.key, entry.place.line)),
        };
        self.violations.push(violation);
    }

    fn unknown(&mut self, record: &Record, key: &str, all: &[&Field], fields: &[&Field], value: &At<'_>) {
        let hint = if let Some(other) = all.iter().find(|field| field.name == key) {
            Some(match other.since > self.edition {
                true => format!("it came with {}; this document says {}", other.since.as_str(), self.edition.as_str()),
                false => format!("it went after {}", other.until.as_str()),
            })
        } else if let Some(advice) = ADVICE.iter().find(|(wrong, _)| *wrong == key) {
            Some(advice.1.to_owned())
        } else {
            nearest::hint(key, fields.iter().map(|field| field.name))
        };
        self.tell(value, format!("`{key}` is not a field of {}", record.noun), hint);
    }
}

/// What people write who come from another format, and what this one calls it.
const ADVICE: &[(&str, &str)] = &[
    ("nullable", "write required: true for a column without nulls"),
    ("isNullable", "write required: true for a column without nulls"),
    ("isUnique", "did you mean `unique`?"),
    ("isPrimaryKey", "did you mean `primaryKey`?"),
    ("primary", "did you mean `primaryKey`?"),
    ("type", "did you mean `logicalType`?"),
    ("columns", "did you mean `properties`?"),
    ("fields", "did you mean `properties`?"),
    ("models", "did you mean `schema`?"),
    ("info", "name, version and status stand at the top of the document"),
    ("minLength", "it belongs into logicalTypeOptions"),
    ("maxLength", "it belongs into logicalTypeOptions"),
    ("pattern", "it belongs into logicalTypeOptions"),
    ("minimum", "it belongs into logicalTypeOptions"),
    ("maximum", "it belongs into logicalTypeOptions"),
    ("format", "it belongs into logicalTypeOptions"),
    ("items", "only a property of logicalType: array has items"),
    ("properties", "only an object has properties"),
];

/// The logical type that another system's type name means.
fn suggest_type(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "text" | "varchar" | "char" | "str" => "string",
        "int" | "bigint" | "long" | "smallint" => "integer",
        "decimal" | "float" | "double" | "numeric" | "real" => "number",
        "bool" => "boolean",
        "datetime" | "timestamptz" => "timestamp",
        "struct" | "record" | "map" => "object",
        "list" => "array",
        _ => return None,
    })
}

static STABLE_ID: LazyLock<Regex> = LazyLock::new(|| regex("^[A-Za-z0-9_-]+$"));

/// `object.property`, or a path of alternating sections and ids that may begin in another file.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    let word = "[A-Za-z_][A-Za-z0-9_]*";
    let step = format!("{word}/[A-Za-z0-9_-]+");
    let file = r"(?:(?:https?://)?[A-Za-z0-9._\-/]+\.yaml#)?";
    regex(&format!(r"^(?:{word}\.{word}|{file}/?{step}(?:/{step})*)$"))
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant")
}

fn number(value: &Content) -> Option<f64> {
    let Content::Number(text) = value else { return None };
    text.parse().ok().or_else(|| text.replace('.', "").parse().ok())
}

/// The number when it has no fraction; `3.0` has none.
fn whole(value: &Content) -> Option<f64> {
    number(value).filter(|number| number.fract() == 0.0)
}
