//! The tree of a template, in which every node knows its place.

use std::borrow::Cow;

use serde_json::Value;

/// How deep a template may nest; the bound keeps recursion over the tree safe.
pub(crate) const MAX_DEPTH: usize = 100;
/// How many nodes aliases and loops may make of a template, so that a small text cannot fill the memory. A template of
/// CloudFormation's own limit, 1 MB, stays below.
pub(crate) const MAX_NODES: usize = 500_000;

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
}

/// A value and where it starts.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) content: Content,
}

/// The values of JSON. Numbers keep their digits, because CloudFormation puts them into texts as they are written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// Places do not count.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

/// A key of a mapping with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) value: Node,
}

/// Places do not count.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

impl Node {
    pub(crate) fn new(place: Place, content: Content) -> Self {
        Self { place, content }
    }

    pub(crate) fn of_text(place: Place, text: impl Into<String>) -> Self {
        Self::new(place, Content::Text(text.into()))
    }

    /// The entry of a key, when the node is a mapping that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a key, when the node is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entries of a mapping; none for any other node.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Option<&[Self]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    /// The text of a scalar: CloudFormation takes numbers and booleans where it expects text, and the other way round.
    pub(crate) fn scalar(&self) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::Text(text) | Content::Number(text) => Some(Cow::Borrowed(text)),
            Content::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
            Content::Null | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// What the node is, for a message.
    pub(crate) fn noun(&self) -> String {
        match &self.content {
            Content::Null => "empty".to_owned(),
            Content::Bool(flag) => flag.to_string(),
            Content::Number(digits) => digits.clone(),
            Content::Text(text) => format!("{text:?}"),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a mapping".to_owned(),
        }
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match &self.content {
            Content::List(items) => Box::new(items.iter()),
            _ => Box::new(self.entries().iter().map(|entry| &entry.value)),
        }
    }

    /// How many nodes there are, this one included.
    pub(crate) fn size(&self) -> usize {
        1 + self.children().map(Self::size).sum::<usize>()
    }

    /// How many levels there are, this one included.
    pub(crate) fn depth(&self) -> usize {
        1 + self.children().map(Self::depth).max().unwrap_or(0)
    }

    /// The node as JSON.
    pub(crate) fn to_value(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(flag) => Value::Bool(*flag),
            Content::Number(digits) => number(digits).map_or_else(|| Value::String(digits.clone()), Value::Number),
            Content::Text(text) => Value::String(text.clone()),
            Content::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Content::Map(entries) => {
                Value::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_value())).collect())
            }
        }
    }

    /// The node as JSON text without blanks, keys in the order of the template.
    pub(crate) fn to_json(&self) -> String {
        match &self.content {
            Content::List(items) => {
                let items: Vec<_> = items.iter().map(Self::to_json).collect();
                format!("[{}]", items.join(","))
            }
            Content::Map(entries) => {
                let pair = |entry: &Entry| format!("{}:{}", Value::from(entry.key.as_str()), entry.value.to_json());
                let entries: Vec<_> = entries.iter().map(pair).collect();
                format!("{{{}}}", entries.join(","))
            }
            _ => self.to_value().to_string(),
        }
    }
}

/// Digits as a number of JSON, which knows neither `+1` nor `.5`.
fn number(digits: &str) -> Option<serde_json::Number> {
    digits.parse().ok().or_else(|| serde_json::Number::from_f64(digits.parse().ok()?))
}
