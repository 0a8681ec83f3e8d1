//! Reads the properties of a resource one by one; what nobody asked for is a fault.

use std::str::FromStr;

use atalaya_document::{Entry, Node, Place};

use super::{
    TemplateError,
    resolver::{Failed, Outcome, Resolver},
};

/// How a dynamic reference begins, as in `{{resolve:ssm:/alarms/limit}}`.
const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// The properties of one mapping while they are read.
pub(crate) struct Properties<'f> {
    path: String,
    /// What has them, for messages: `alarm FilesFailed`.
    owner: String,
    place: Place,
    rest: Vec<Property>,
    faults: &'f mut Vec<TemplateError>,
}

struct Property {
    key: String,
    place: Place,
    value: Outcome<Node>,
}

/// A value and where it stands, as the readers of properties get it.
pub(crate) struct Field<'n, 'f> {
    pub(crate) node: &'n Node,
    pub(crate) path: &'n str,
    pub(crate) owner: &'n str,
    pub(crate) faults: &'f mut Vec<TemplateError>,
}

impl Field<'_, '_> {
    pub(crate) fn fail<T>(&mut self, message: impl Into<String>) -> Outcome<T> {
        self.fail_with(message, None)
    }

    pub(crate) fn fail_with<T>(&mut self, message: impl Into<String>, hint: Option<String>) -> Outcome<T> {
        let mut fault = TemplateError::new(self.node.place, self.path, message);
        fault.hint = hint;
        self.faults.push(fault);
        Err(Failed)
    }

    /// A scalar as text.
    pub(crate) fn text(&mut self) -> Outcome<String> {
        match self.node.scalar() {
            Some(text) if text.contains(DYNAMIC_REFERENCE) => self.fail_with(
                format!("{text:?} is looked up when the stack is deployed: its value is not known offline"),
                Some("take the value from a parameter".to_owned()),
            ),
            Some(text) => Ok(text.into_owned()),
            None => self.fail(format!("must be text, is {}", self.node.noun())),
        }
    }

    /// A word that says which of several things is meant.
    pub(crate) fn word<T: FromStr<Err: std::fmt::Display>>(&mut self) -> Outcome<T> {
        self.text()?.parse().or_else(|error: T::Err| self.fail(error.to_string()))
    }

    /// One of the given words.
    pub(crate) fn one_of<T: Clone>(&mut self, words: &[(&str, T)]) -> Outcome<T> {
        let text = self.text()?;
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meaning)) => Ok(meaning.clone()),
            None => {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                self.fail(format!("must be one of {}, is {}", words.join(", "), self.node.noun()))
            }
        }
    }

    /// A number, which may stand as text.
    pub(crate) fn number(&mut self) -> Outcome<f64> {
        match self.text()?.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => self.fail(format!("must be a number, is {}", self.node.noun())),
        }
    }

    /// A whole number that is not negative, which may stand as text and with a zero fraction.
    pub(crate) fn whole(&mut self) -> Outcome<u32> {
        let number = self.number()?;
        if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
            return Ok(number as u32);
        }
        self.fail(format!("must be a whole number, is {}", self.node.noun()))
    }

    /// `true` or `false`, which may stand as text.
    pub(crate) fn flag(&mut self) -> Outcome<bool> {
        match self.node.scalar().as_deref() {
            Some("true" | "True" | "TRUE") => Ok(true),
            Some("false" | "False" | "FALSE") => Ok(false),
            _ => self.fail(format!("must be true or false, is {}", self.node.noun())),
        }
    }

    /// Each item of a list.
    pub(crate) fn each<T>(&mut self, mut read: impl FnMut(Field<'_, '_>) -> Outcome<T>) -> Outcome<Vec<T>> {
        let Some(items) = self.node.items() else {
            return self.fail(format!("must be a list, is {}", self.node.noun()));
        };
        let mut outcomes = Vec::with_capacity(items.len());
        for (index, node) in items.iter().enumerate() {
            let path = format!("{}/{index}", self.path);
            outcomes.push(read(Field { node, path: &path, owner: self.owner, faults: &mut *self.faults }));
        }
        outcomes.into_iter().collect()
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self) -> Outcome<Vec<String>> {
        self.each(|mut field| field.text())
    }

    /// A mapping, read by its keys.
    pub(crate) fn map<T>(self, read: impl FnOnce(Properties<'_>) -> Outcome<T>) -> Outcome<T> {
        let mut field = self;
        if !field.node.is_map() {
            return field.fail(format!("must be a mapping, is {}", field.node.noun()));
        }
        let rest = field.node.entries().iter().map(|entry| Property {
            key: entry.key.clone(),
            place: entry.place,
            value: Ok(entry.value.clone()),
        });
        read(Properties {
            path: field.path.to_owned(),
            owner: field.owner.to_owned(),
            place: field.node.place,
            rest: rest.collect(),
            faults: field.faults,
        })
    }
}

impl<'f> Properties<'f> {
    /// Resolves each property by itself, so that a fault in one does not hide those of others.
    pub(crate) fn resolve(
        resolver: &'f mut Resolver<'_>,
        entries: &[Entry],
        place: Place,
        path: String,
        owner: String,
    ) -> Self {
        let mut rest = Vec::with_capacity(entries.len());
        for entry in entries {
            let value = match resolver.value(&entry.value, &format!("{path}/{}", entry.key)) {
                Ok(Some(value)) => Ok(value),
                Ok(None) => continue,
                Err(failure) => Err(failure),
            };
            rest.push(Property { key: entry.key.clone(), place: entry.place, value });
        }
        Self { path, owner, place, rest, faults: &mut resolver.faults }
    }

    /// Whether the property stands there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.rest.iter().any(|property| property.key == key)
    }

    /// A fault of the mapping as a whole.
    pub(crate) fn fail<T>(&mut self, message: impl Into<String>, hint: &str) -> Outcome<T> {
        self.faults.push(TemplateError::new(self.place, &self.path, message).hint(hint));
        Err(Failed)
    }

    /// A property that may be left out.
    pub(crate) fn optional<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(Field<'_, '_>) -> Outcome<T>,
    ) -> Outcome<Option<T>> {
        let Some(index) = self.rest.iter().position(|property| property.key == key) else { return Ok(None) };
        let node = self.rest.remove(index).value?;
        let path = format!("{}/{key}", self.path);
        read(Field { node: &node, path: &path, owner: &self.owner, faults: self.faults }).map(Some)
    }

    /// A property that must stand there.
    pub(crate) fn required<T>(&mut self, key: &str, read: impl FnOnce(Field<'_, '_>) -> Outcome<T>) -> Outcome<T> {
        match self.optional(key, read)? {
            Some(value) => Ok(value),
            None => {
                let message = format!("{} has no {key}", self.owner);
                self.faults.push(TemplateError::new(self.place, &self.path, message));
                Err(Failed)
            }
        }
    }

    /// Refuses a property that exists in CloudFormation and cannot be followed here.
    pub(crate) fn unsupported(&mut self, key: &str, why: &str) -> Outcome<()> {
        let Some(index) = self.rest.iter().position(|property| property.key == key) else { return Ok(()) };
        let property = self.rest.remove(index);
        let message = format!("{}: {key} is not supported: {why}", self.owner);
        self.faults.push(TemplateError::new(property.place, format!("{}/{key}", self.path), message));
        Err(Failed)
    }

    /// What is left is unknown.
    pub(crate) fn finish(self) -> Outcome<()> {
        let failed = !self.rest.is_empty();
        for property in self.rest {
            let message = format!("{} has no property {}", self.owner, property.key);
            self.faults.push(TemplateError::new(property.place, format!("{}/{}", self.path, property.key), message));
        }
        if failed { Err(Failed) } else { Ok(()) }
    }
}
