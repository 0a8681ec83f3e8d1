//! Reading the members of a body's objects: what is missing, unknown or of another kind is a fault with its path.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use serde_json::{Map, Value};

use atalaya_document::nearest;

use super::fault::Faults;

/// The longest piece of a value that a fault repeats, in characters.
const LONGEST_PIECE: usize = 60;

/// An object of the body with the path to it.
pub(super) struct Fields<'a> {
    path: String,
    members: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The object, whose members must be among `known`; each other one is a fault with a near word.
    pub(super) fn read(value: &'a Value, path: String, known: &[&str], faults: &mut Faults) -> Option<Self> {
        let Value::Object(members) = value else {
            faults.add(path, format!("must be an object, is {}", noun(value)));
            return None;
        };
        let fields = Self { path, members };
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let hint = nearest::hint(name, known.iter().copied()).map(|hint| format!("; {hint}")).unwrap_or_default();
            faults.add(fields.at(name), format!("there is no property `{name}` here{hint}"));
        }
        Some(fields)
    }

    /// The path of a member (JSON pointer, RFC 6901).
    pub(super) fn at(&self, name: &str) -> String {
        format!("{}/{}", self.path, name.replace('~', "~0").replace('/', "~1"))
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A fault where the member is missing.
    pub(super) fn needs(&self, name: &str, why: &str, faults: &mut Faults) {
        if !self.has(name) {
            faults.add(self.at(name), format!("is missing; {why}"));
        }
    }

    /// The member as `read` makes it; otherwise a fault that says what it must be.
    fn take<T>(
        &self,
        name: &str,
        what: &str,
        faults: &mut Faults,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name)?;
        let taken = read(value);
        if taken.is_none() {
            faults.add(self.at(name), format!("must be {what}, is {}", noun(value)));
        }
        taken
    }

    pub(super) fn text(&self, name: &str, faults: &mut Faults) -> Option<&'a str> {
        self.take(name, "text", faults, Value::as_str)
    }

    /// A text of at least one and at most so many characters.
    pub(super) fn short_text(&self, name: &str, most: usize, faults: &mut Faults) -> Option<&'a str> {
        let text = self.text(name, faults)?;
        let length = text.chars().count();
        if (1..=most).contains(&length) {
            return Some(text);
        }
        faults.add(self.at(name), format!("must have 1 to {most} characters, has {length}"));
        None
    }

    /// A text that `T` reads.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &str, faults: &mut Faults) -> Option<T> {
        let read = self.text(name, faults)?.parse();
        read.map_err(|error: T::Err| faults.add(self.at(name), error.to_string())).ok()
    }

    /// One of several texts, and what it stands for.
    pub(super) fn one_of<T: Copy>(&self, name: &str, all: &[(&str, T)], faults: &mut Faults) -> Option<T> {
        let text = self.text(name, faults)?;
        let found = all.iter().find(|(spelled, _)| *spelled == text).map(|(_, one)| *one);
        if found.is_none() {
            let all: Vec<_> = all.iter().map(|(spelled, _)| *spelled).collect();
            faults.add(self.at(name), format!("must be one of {}, is `{}`", all.join(", "), shortened(text)));
        }
        found
    }

    pub(super) fn flag(&self, name: &str, faults: &mut Faults) -> Option<bool> {
        self.take(name, "true or false", faults, Value::as_bool)
    }

    pub(super) fn number(&self, name: &str, faults: &mut Faults) -> Option<f64> {
        self.take(name, "a number", faults, Value::as_f64)
    }

    pub(super) fn whole(&self, name: &str, range: RangeInclusive<u32>, faults: &mut Faults) -> Option<u32> {
        let what = format!("a whole number from {} to {}", range.start(), range.end());
        self.take(name, &what, faults, |value| whole(value).filter(|number| range.contains(number)))
    }

    /// A list of at most so many entries; with the paths of the entries, see [`entries`](Self::entries).
    pub(super) fn list(&self, name: &str, range: RangeInclusive<usize>, faults: &mut Faults) -> Option<&'a [Value]> {
        let list = self.take(name, "an array", faults, Value::as_array)?;
        if !range.contains(&list.len()) {
            let (least, most) = range.into_inner();
            faults.add(self.at(name), format!("must have {least} to {most} entries, has {}", list.len()));
        }
        Some(list)
    }

    /// The entries of a list with their paths; none where there is no list.
    pub(super) fn entries(
        &self,
        name: &str,
        range: RangeInclusive<usize>,
        faults: &mut Faults,
    ) -> impl Iterator<Item = (String, &'a Value)> + use<'a> {
        let path = self.at(name);
        let list = self.list(name, range, faults).unwrap_or_default();
        list.iter().enumerate().map(move |(index, value)| (format!("{path}/{index}"), value))
    }

    /// An object whose members must be among `known`.
    pub(super) fn object(&self, name: &str, known: &[&str], faults: &mut Faults) -> Option<Fields<'a>> {
        Self::read(self.get(name)?, self.at(name), known, faults)
    }
}

fn whole(value: &Value) -> Option<u32> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    (0.0..=f64::from(u32::MAX)).contains(&number).then_some(number as u32)
}

/// What a value is, in words: `the text "many"`, `12`, `an object`.
pub(super) fn noun(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text \"{}\"", shortened(text)),
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A text that fits into a sentence.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_PIECE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
