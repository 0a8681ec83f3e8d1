//! YAML text → a tree in which every node knows its place.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use crate::{Violation, ViolationKind, scalar};

/// How deep a document may nest. Contracts need about ten levels; the bound keeps recursion over the tree safe.
const MAX_DEPTH: usize = 64;
/// How many nodes aliases may make of a document, so that a small text cannot fill the memory.
const MAX_NODES: usize = 100_000;

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
}

impl From<Marker> for Place {
    fn from(marker: Marker) -> Self {
        Self { line: marker.line().max(1), column: marker.col() + 1 }
    }
}

/// A value and where it starts.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

/// The values of JSON. Numbers keep their digits, so that bounds are exact.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A key of a mapping with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) value: Node,
}

impl Node {
    /// The value of a key, when the node is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The entries of a mapping; none for any other node.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a text node.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What the node is, for a message.
    pub(crate) fn noun(&self) -> &'static str {
        match &self.value {
            Value::Null => "empty",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match &self.value {
            Value::List(items) => Box::new(items.iter()),
            _ => Box::new(self.entries().iter().map(|entry| &entry.value)),
        }
    }

    /// How many nodes there are, this one included.
    fn size(&self) -> usize {
        1 + self.children().map(Self::size).sum::<usize>()
    }

    /// How many levels there are, this one included.
    fn depth(&self) -> usize {
        1 + self.children().map(Self::depth).max().unwrap_or(0)
    }
}

/// Reads a text of exactly one document.
///
/// # Errors
/// A syntax error as one violation, or every duplicate key.
pub(crate) fn read(text: &str) -> Result<Node, Vec<Violation>> {
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let violation = broken(Place::from(*error.marker()), format!("the YAML cannot be read: {}", error.info()));
            vec![if error.info().contains("tab") { violation.hint("indent with spaces") } else { violation }]
        })?;
        builder.event(event, span).map_err(|violation| vec![violation])?;
    }
    if !builder.duplicates.is_empty() {
        return Err(builder.duplicates);
    }
    builder.root.ok_or_else(|| {
        vec![
            broken(Place { line: 1, column: 1 }, "the document is empty")
                .hint("a contract starts with apiVersion: v3.1.0"),
        ]
    })
}

fn broken(place: Place, message: impl Into<String>) -> Violation {
    Violation::new(ViolationKind::Standard, "", place, message)
}

fn too_deep(place: Place) -> Violation {
    broken(place, format!("the document nests deeper than {MAX_DEPTH} levels"))
}

/// A collection that is still open.
struct Frame {
    anchor: usize,
    place: Place,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(String, Place)>, merged: Vec<Entry> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    duplicates: Vec<Violation>,
    nodes: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Violation> {
        let place = Place::from(span.start);
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err(
                    broken(place, "a second document starts here").hint("put each contract into a file of its own")
                );
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let value = if style == ScalarStyle::Plain && !is_text {
                    scalar::resolve(&text)
                } else {
                    Value::Text(text.into_owned())
                };
                self.node(Node { place, value }, anchor, 1)?;
            }
            Event::Alias(anchor) => {
                // The parser refuses an unknown anchor; one that is still open would contain itself.
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(broken(place, "the alias stands inside the value that it repeats"));
                };
                if self.open.len() + node.depth() > MAX_DEPTH {
                    return Err(too_deep(place));
                }
                let size = node.size();
                self.node(node, 0, size)?;
            }
            Event::SequenceStart(anchor, _) => self.push(anchor, place, Content::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => {
                self.push(anchor, place, Content::Map { entries: Vec::new(), key: None, merged: Vec::new() })?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let frame = self.open.pop().expect("the parser closes only what it opened");
                let value = match frame.content {
                    Content::List(items) => Value::List(items),
                    Content::Map { mut entries, merged, .. } => {
                        for entry in merged {
                            if entries.iter().all(|own| own.key != entry.key) {
                                entries.push(entry);
                            }
                        }
                        Value::Map(entries)
                    }
                };
                self.node(Node { place: frame.place, value }, frame.anchor, 1)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, anchor: usize, place: Place, content: Content) -> Result<(), Violation> {
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep(place));
        }
        if matches!(self.open.last(), Some(Frame { content: Content::Map { key: None, .. }, .. })) {
            return Err(broken(place, "a key must be a plain word"));
        }
        self.open.push(Frame { anchor, place, content });
        Ok(())
    }

    /// Puts a finished node, which adds `new` nodes to the tree, where it belongs.
    fn node(&mut self, node: Node, anchor: usize, new: usize) -> Result<(), Violation> {
        self.nodes += new;
        if self.nodes > MAX_NODES {
            return Err(broken(node.place, "the document is too large for a contract"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let path = self.path();
        match self.open.last_mut().map(|frame| &mut frame.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, key, merged }) => match key.take() {
                None => {
                    let place = node.place;
                    *key = Some((key_text(node).ok_or_else(|| broken(place, "a key must be a plain word"))?, place));
                }
                Some((name, _)) if name == "<<" && is_mergeable(&node) => merge(merged, node),
                Some((name, place)) => {
                    if let Some(first) = entries.iter().find(|entry| entry.key == name) {
                        let message = format!("the key `{name}` stands here a second time");
                        self.duplicates.push(
                            Violation::new(ViolationKind::Standard, join(&path, &name), place, message)
                                .hint(format!("the first is in line {}; keep one", first.place.line)),
                        );
                    } else {
                        entries.push(Entry { key: name, place, value: node });
                    }
                }
            },
        }
        Ok(())
    }

    /// Path of the collection that is open.
    fn path(&self) -> String {
        let mut path = String::new();
        for frame in self.open.iter().take(self.open.len().saturating_sub(1)) {
            path = match &frame.content {
                Content::List(items) => format!("{path}[{}]", items.len()),
                Content::Map { key: Some((name, _)), .. } => join(&path, name),
                Content::Map { key: None, .. } => path,
            };
        }
        path
    }
}

/// `path.key`.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn key_text(node: Node) -> Option<String> {
    match node.value {
        Value::Text(text) | Value::Number(text) => Some(text),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => Some("null".to_owned()),
        Value::List(_) | Value::Map(_) => None,
    }
}

fn is_mergeable(node: &Node) -> bool {
    match &node.value {
        Value::Map(_) => true,
        Value::List(items) => items.iter().all(|item| matches!(item.value, Value::Map(_))),
        _ => false,
    }
}

/// The entries that `<<: *anchor` brings; of equal keys the first one counts.
fn merge(merged: &mut Vec<Entry>, node: Node) {
    match node.value {
        Value::Map(entries) => merged.extend(entries),
        Value::List(items) => items.into_iter().for_each(|item| merge(merged, item)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_knows_its_line_and_column() {
        let node = read("a: 1\nb:\n  - x\n  - {c: 'y'}\n").expect("reads");
        assert_eq!(node.get("a").map(|n| n.place), Some(Place { line: 1, column: 4 }));
        let Value::List(items) = &node.get("b").expect("b").value else { panic!("a list") };
        assert_eq!(items[0].place, Place { line: 3, column: 5 });
        let c = items[1].get("c").expect("c");
        assert_eq!((c.place, c.text()), (Place { line: 4, column: 9 }, Some("y")));
        assert_eq!(node.entries()[1].place, Place { line: 2, column: 1 });
    }

    #[test]
    fn duplicate_keys_are_all_told_with_path_and_line() {
        let violations = read("a: 1\nlist:\n  - b: 1\n    b: 2\na: 2\n").expect_err("refused");
        let told: Vec<_> = violations.iter().map(|v| (v.path.as_str(), v.line)).collect();
        assert_eq!(told, [("list[0].b", 4), ("a", 5)]);
        assert_eq!(violations[1].hint.as_deref(), Some("the first is in line 1; keep one"));
    }

    #[test]
    fn broken_yaml_has_a_line() {
        for (text, line) in [("a: [1\nb: 2\n", 2), ("a: b: c\n", 1), ("a: 1\n---\nb: 2\n", 2), ("", 1), ("a: *x\n", 1)]
        {
            let violations = read(text).expect_err(text);
            assert_eq!(violations.len(), 1, "{text:?}: {violations:?}");
            assert_eq!(violations[0].line, line, "{text:?}: {violations:?}");
        }
    }

    #[test]
    fn anchors_and_merge_keys_are_resolved() {
        let node = read("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n").expect("reads");
        let used = node.get("use").expect("use");
        assert_eq!(used.get("x").map(|n| &n.value), Some(&Value::Number("1".into())));
        assert_eq!(used.get("y").map(|n| &n.value), Some(&Value::Number("3".into())));
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(read(&deep).expect_err("deep")[0].message.contains("deeper"));
        let mut chain = "a0: &a0 x\n".to_owned();
        for level in 1..80 {
            chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
        }
        assert!(read(&chain).expect_err("deep by aliases")[0].message.contains("deeper"));
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        assert!(read(&bomb).expect_err("bomb")[0].message.contains("too large"));
    }
}
