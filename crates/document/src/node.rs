//! The tree of a document, in which every node knows its place.

use std::borrow::Cow;

use serde_json::Value;

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// Where every text starts.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A value and where it starts.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it starts.
    pub place: Place,
    /// The value.
    pub content: Content,
    /// The characters of an unquoted scalar that means something other than its text, such as `0x1F` or `TRUE`.
    source: Option<Box<str>>,
}

/// The values of JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number in the digits that were written: exact, and as CloudFormation puts it into texts.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the document.
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
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// What it holds.
    pub value: Node,
}

/// Places do not count.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

impl Node {
    /// A value at a place.
    #[must_use]
    pub fn new(place: Place, content: Content) -> Self {
        Self { place, content, source: None }
    }

    /// The value of an unquoted scalar that is written as `source`.
    pub(crate) fn of_plain(place: Place, content: Content, source: &str) -> Self {
        let is_other = !source.is_empty() && content != Content::Text(source.to_owned());
        Self { place, content, source: is_other.then(|| source.into()) }
    }

    /// A text at a place.
    #[must_use]
    pub fn of_text(place: Place, text: impl Into<String>) -> Self {
        Self::new(place, Content::Text(text.into()))
    }

    /// The entry of a key, when the node is a mapping that has it.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a key, when the node is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entries of a mapping; none for any other node.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// Whether it is a mapping.
    #[must_use]
    pub fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    /// The text of a scalar: CloudFormation takes numbers and booleans where it expects text, and the other way round.
    #[must_use]
    pub fn scalar(&self) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::Text(text) | Content::Number(text) => Some(Cow::Borrowed(text)),
            Content::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
            Content::Null | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// The scalar as its author wrote it, without quotes: `TRUE`, `0x1F` and `~` are texts here. None of an empty value,
    /// a list or a mapping.
    #[must_use]
    pub fn source(&self) -> Option<Cow<'_, str>> {
        self.source.as_deref().map(Cow::Borrowed).or_else(|| self.scalar())
    }

    /// The text of a text node.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What kind of value it is, for a message.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Null => "empty",
            Content::Bool(_) => "true or false",
            Content::Number(_) => "a number",
            Content::Text(_) => "text",
            Content::List(_) => "a list",
            Content::Map(_) => "a mapping",
        }
    }

    /// The value itself where it is short, for a message; else what kind it is.
    #[must_use]
    pub fn noun(&self) -> String {
        match &self.content {
            Content::Bool(flag) => flag.to_string(),
            Content::Number(digits) => digits.clone(),
            Content::Text(text) => format!("{text:?}"),
            Content::Null | Content::List(_) | Content::Map(_) => self.kind().to_owned(),
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
    #[must_use]
    pub fn to_value(&self) -> Value {
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

    /// The node as JSON text without blanks, keys in the order of the document.
    #[must_use]
    pub fn to_json(&self) -> String {
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
