//! Compares a document with the tables.

use atalaya_document::{Content, Node, join, nearest};

use super::{
    Edition,
    advice::{advice, came_with, suggest_type},
    edition,
    fields::DOCUMENT,
    pattern::{self, Pattern},
    servers,
    shape::{Field, Record, Shape},
};
use crate::{Decimal, Violation, ViolationKind, cursor::Cursor};

/// Every difference between the document and the edition's structure.
pub(crate) fn check(root: &Node, edition: Edition) -> Vec<Violation> {
    let mut checker = Checker { edition, violations: Vec::new() };
    checker.record(&DOCUMENT, &Cursor::root(root));
    checker.violations
}

struct Checker {
    edition: Edition,
    violations: Vec<Violation>,
}

impl Checker {
    fn tell(&mut self, at: &Cursor<'_>, message: impl Into<String>, hint: Option<String>) {
        let mut violation = at.violation(ViolationKind::Standard, message);
        violation.hint = hint;
        self.violations.push(violation);
    }

    /// A value of the wrong type.
    fn wrong(&mut self, at: &Cursor<'_>, wanted: &str) {
        let message = format!("must be {wanted}, not {}", at.node.kind());
        let percent = at.node.text().and_then(without_percent).filter(|_| wanted.contains("number"));
        let hint = match (&at.node.content, wanted) {
            (Content::Number(_) | Content::Bool(_), "text") => {
                Some(format!("write it in quotes: \"{}\"", at.node.source().unwrap_or_default()))
            }
            (Content::Text(text), "true or false") => match text.to_ascii_lowercase().as_str() {
                "yes" | "y" | "on" | "true" => Some("write true, without quotes".to_owned()),
                "no" | "n" | "off" | "false" => Some("write false, without quotes".to_owned()),
                _ => None,
            },
            (Content::Text(text), wanted) if wanted.contains("number") && text.parse::<Decimal>().is_ok() => {
                Some(format!("write it without quotes: {text}"))
            }
            (Content::Text(_), _) if percent.is_some() => {
                percent.map(|number| format!("write {number} and `unit: percent`"))
            }
            (Content::List(_), "text") => Some("put a text that begins with `[` in single quotes".to_owned()),
            (Content::Null, _) => Some("give it a value or leave the key out".to_owned()),
            (Content::Text(_) | Content::Map(_), wanted) if wanted.starts_with("a list") => {
                Some("begin each element with `- `".to_owned())
            }
            _ => None,
        };
        self.tell(at, message, hint);
    }

    fn shape(&mut self, shape: Shape, at: &Cursor<'_>) {
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
            Shape::AtLeastOne if whole(value).is_some_and(|number| number >= 1.0) => {}
            Shape::Positive if number(value).is_some_and(|number| number > 0.0) => {}
            Shape::Table if matches!(value, Content::Map(_)) => {}
            Shape::Scalar => self.wrong(at, "a single value"),
            Shape::Text => self.wrong(at, "text"),
            Shape::TextOrTable => self.wrong(at, "text or a mapping"),
            Shape::Flag => self.wrong(at, "true or false"),
            Shape::Number => self.wrong(at, "a number"),
            Shape::Whole => self.wrong_number(at, "a whole number"),
            Shape::Port => self.port(at),
            Shape::Count => self.wrong_number(at, "a whole number, zero or more"),
            Shape::AtLeastOne => self.wrong_number(at, "a whole number, one or more"),
            Shape::Positive => self.wrong_number(at, "a number above zero"),
            Shape::Table => self.wrong(at, "a mapping"),
            Shape::Id => self.matching(at, pattern::identifier(self.edition)),
            Shape::ApiVersion => self.api_version(at),
            Shape::OneOf(words) => self.one_of(at, words),
            Shape::OneOfSince(words) => self.one_of_edition(at, words.iter().copied()),
            Shape::ServerType => self.one_of_edition(at, servers::types()),
            Shape::Prefix(prefix) => match at.node.text() {
                Some(text) if text.starts_with(prefix) => {}
                Some(_) => self.tell(at, format!("must begin with {prefix}"), None),
                None => self.wrong(at, "text"),
            },
            Shape::Range => self.range(at),
            Shape::Names => self.distinct(Shape::Text, at),
            Shape::Texts => self.list(Shape::Text, at),
            Shape::Reference => self.reference(at),
            Shape::List => self.list(Shape::Any, at),
            Shape::Records(record) => self.list(Shape::Record(record), at),
            Shape::DistinctRecords(record) => self.distinct(Shape::Record(record), at),
            Shape::Record(record) => self.record(record, at),
            Shape::TextOrRecord(record) => match value {
                Content::Map(_) => self.record(record, at),
                _ => self.shape(Shape::TextOrTable, at),
            },
            Shape::RecordOrList(record, element) => match value {
                Content::List(_) => self.list(Shape::Record(element), at),
                _ => self.record(record, at),
            },
        }
    }

    fn wrong_number(&mut self, at: &Cursor<'_>, wanted: &str) {
        match &at.node.content {
            Content::Number(text) => self.tell(at, format!("must be {wanted}, not {text}"), None),
            _ => self.wrong(at, wanted),
        }
    }

    fn port(&mut self, at: &Cursor<'_>) {
        let has_variables = self.edition >= Edition::V320;
        match &at.node.content {
            Content::Text(_) if has_variables => {}
            Content::Number(_) => self.shape(Shape::Whole, at),
            _ if has_variables => self.wrong(at, "a whole number or text"),
            _ => self.wrong(at, "a whole number"),
        }
    }

    fn api_version(&mut self, at: &Cursor<'_>) {
        if !matches!(at.node.content, Content::Text(_) | Content::Number(_)) {
            self.wrong(at, "text");
        } else if let Some((message, hint)) = edition::fault(at.node) {
            self.tell(at, message, Some(hint));
        }
    }

    fn matching(&mut self, at: &Cursor<'_>, pattern: &Pattern) {
        match at.node.text() {
            Some(text) if pattern.is_match(text) => {}
            Some(text) => self.tell(at, format!("must be {}, not `{text}`", pattern.wanted), None),
            None => self.wrong(at, "text"),
        }
    }

    /// One of the words that the edition knows; for a word of a later one the hint names that.
    fn one_of_edition(&mut self, at: &Cursor<'_>, words: impl Iterator<Item = (&'static str, Edition)>) {
        let (known, later): (Vec<_>, Vec<_>) = words.partition(|(_, since)| *since <= self.edition);
        match later.into_iter().find(|(word, _)| at.node.text() == Some(*word)) {
            Some((word, since)) => {
                let hint = came_with(since, self.edition);
                self.tell(at, format!("`{word}` is not a known value here"), Some(hint));
            }
            None => self.one_of(at, &known.into_iter().map(|(word, _)| word).collect::<Vec<_>>()),
        }
    }

    fn one_of(&mut self, at: &Cursor<'_>, words: &[&str]) {
        let Some(text) = at.node.text() else { return self.wrong(at, "text") };
        if words.contains(&text) {
            return;
        }
        let other = suggest_type(text).filter(|word| words.contains(word));
        let hint = match other {
            Some(word) => Some(format!("did you mean `{word}`?")),
            None => nearest::hint(text, words.iter().copied()),
        };
        self.tell(at, format!("`{text}` is not a known value here"), hint);
    }

    fn range(&mut self, at: &Cursor<'_>) {
        let Content::List(items) = &at.node.content else { return self.wrong(at, "a list of two numbers") };
        let numbers: Vec<f64> = items.iter().filter_map(|item| number(&item.content)).collect();
        if items.len() != 2 || numbers.len() != 2 {
            self.tell(at, "must be a list of two numbers", Some("write for example [1, 100]".to_owned()));
        } else if items[0] == items[1] {
            let hint = "write mustBe, or mustNotBe, for a single number".to_owned();
            self.tell(at, "must be two different numbers", Some(hint));
        }
    }

    /// A list of at least one element of a shape, none of them twice.
    fn distinct(&mut self, shape: Shape, at: &Cursor<'_>) {
        self.list(shape, at);
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

    fn reference(&mut self, at: &Cursor<'_>) {
        let pattern = pattern::reference(self.edition);
        match &at.node.content {
            Content::List(items) if items.is_empty() => self.tell(at, "must not be an empty list", None),
            Content::List(_) => at.items().for_each(|item| self.matching(&item, pattern)),
            _ => self.matching(at, pattern),
        }
    }

    fn list(&mut self, shape: Shape, at: &Cursor<'_>) {
        match &at.node.content {
            Content::List(_) => at.items().for_each(|item| self.shape(shape, &item)),
            _ => self.wrong(at, "a list"),
        }
    }

    fn record(&mut self, record: &'static Record, at: &Cursor<'_>) {
        if !matches!(at.node.content, Content::Map(_)) {
            return self.no_record(record, at);
        }
        let more = record.more.map_or_else(|| Some(Vec::new()), |more| more(at.node, self.edition));
        let all: Vec<&Field> =
            record.groups.iter().chain(more.iter().flatten()).flat_map(|group| group.iter()).collect();
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
                None if more.is_none() => {}
                None => self.unknown(record, &entry.key, &all, &fields, &value),
            }
        }
        if let Some((message, hint)) = record.rule.and_then(|rule| rule(at.node, self.edition)) {
            self.tell(at, message, Some(hint));
        }
    }

    /// A value where a mapping belongs. That of a mapping which needs one field alone is most likely that field's.
    fn no_record(&mut self, record: &Record, at: &Cursor<'_>) {
        let needed = record.groups.iter().flat_map(|group| group.iter());
        let needed: Vec<&Field> = needed.filter(|field| field.required && field.is_in(self.edition)).collect();
        match (needed.as_slice(), at.node.scalar()) {
            ([only], Some(text)) => {
                let message = format!("must be a mapping, not {}", at.node.kind());
                self.tell(at, message, Some(format!("write {}: {text}", only.name)));
            }
            _ => self.wrong(at, "a mapping"),
        }
    }

    fn missing(&mut self, record: &Record, field: &Field, at: &Cursor<'_>) {
        let message = format!("{} needs `{}`", record.noun, field.name);
        let mut violation = at.violation(ViolationKind::Standard, message);
        violation.path = join(&at.path, field.name);
        let is_known = |key: &str| record.groups.iter().any(|group| group.iter().any(|field| field.name == key));
        let mut strange = at.node.entries().iter().filter(|entry| !is_known(&entry.key));
        let near = strange.find(|entry| nearest::word(&entry.key, [field.name]).is_some());
        violation.hint = match field.shape {
            Shape::OneOf(words) if words.len() == 1 => Some(format!("add {}: {}", field.name, words[0])),
            Shape::OneOf(words) => Some(format!("one of {}", words.join(", "))),
            Shape::ApiVersion if near.is_none() => Some(format!("add {}: {}", field.name, self.edition.as_str())),
            _ => near.map(|entry| format!("is `{}` in line {} meant?", entry.key, entry.place.line)),
        };
        self.violations.push(violation);
    }

    fn unknown(&mut self, record: &Record, key: &str, all: &[&Field], fields: &[&Field], value: &Cursor<'_>) {
        let hint = if let Some(other) = all.iter().find(|field| field.name == key) {
            Some(match other.since > self.edition {
                true => came_with(other.since, self.edition),
                false => format!("it went after {}", other.until.as_str()),
            })
        } else {
            advice(record, key, fields)
        };
        self.tell(value, format!("`{key}` is not a field of {}", record.noun), hint);
    }
}

/// The number before a percent sign.
fn without_percent(text: &str) -> Option<&str> {
    let number = text.strip_suffix('%')?.trim_end();
    number.parse::<Decimal>().ok().map(|_| number)
}

fn number(value: &Content) -> Option<f64> {
    let Content::Number(text) = value else { return None };
    text.parse().ok().or_else(|| text.replace('.', "").parse().ok())
}

/// The number when it has no fraction; `3.0` has none.
fn whole(value: &Content) -> Option<f64> {
    number(value).filter(|number| number.fract() == 0.0)
}
