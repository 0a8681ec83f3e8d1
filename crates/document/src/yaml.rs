//! YAML text → a tree.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use crate::{Content, Dialect, Entry, Fault, Meaning, MergeKeys, Node, Place, Tag, join};

mod syntax;

const NO_KEY: &str = "a key must be a plain word";

impl From<Marker> for Place {
    fn from(marker: Marker) -> Self {
        Self { line: marker.line().max(1), column: marker.col() + 1 }
    }
}

/// Reads a text of exactly one document. Anchors and aliases are resolved; a byte order mark is passed over.
///
/// # Errors
/// The first fault of syntax, an unknown tag, a document that is empty, too deep or too large; or else every key that
/// stands twice. Never empty.
pub fn read(text: &str, dialect: &Dialect) -> Result<Node, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(place) = syntax::unprintable(text) {
        let message = "the YAML cannot be read: found unprintable character";
        let hint = syntax::hint(message).map(str::to_owned);
        return Err(vec![Fault { hint, ..Fault::new(place, message) }]);
    }
    let mut builder = Builder::new(dialect);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let fault = Fault::new(Place::from(*error.marker()), format!("the YAML cannot be read: {}", error.info()));
            vec![Fault { hint: syntax::hint(error.info()).map(str::to_owned), ..fault }]
        })?;
        builder.event(event, span).map_err(|fault| vec![fault])?;
    }
    if !builder.duplicates.is_empty() {
        return Err(builder.duplicates);
    }
    builder.root.ok_or_else(|| {
        let hint = dialect.if_empty.map(str::to_owned);
        vec![Fault { hint, ..Fault::new(Place::START, format!("the {} is empty", dialect.noun)) }]
    })
}

/// A collection that is still open.
struct Frame {
    anchor: usize,
    place: Place,
    /// The key that its tag puts it under.
    under: Option<String>,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map(Map),
}

#[derive(Default)]
struct Map {
    entries: Vec<Entry>,
    /// Where each key stands.
    keys: HashMap<String, Place>,
    /// The key whose value comes next.
    key: Option<(String, Place)>,
    /// What merge keys bring.
    merged: Vec<Entry>,
}

impl Map {
    fn finish(mut self) -> Content {
        for entry in self.merged {
            if self.keys.insert(entry.key.clone(), entry.place).is_none() {
                self.entries.push(entry);
            }
        }
        Content::Map(self.entries)
    }
}

struct Builder<'d> {
    dialect: &'d Dialect,
    open: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    duplicates: Vec<Fault>,
    nodes: usize,
}

impl<'d> Builder<'d> {
    fn new(dialect: &'d Dialect) -> Self {
        Self { dialect, open: Vec::new(), anchors: HashMap::new(), root: None, duplicates: Vec::new(), nodes: 0 }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let place = Place::from(span.start);
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                let hint = format!("put each {} into a file of its own", self.dialect.noun);
                Err(Fault::new(place, "a second document starts here").hint(hint))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let meaning = self.meaning(tag.as_deref(), place)?;
                let node = match meaning {
                    Meaning::Value if style == ScalarStyle::Plain => {
                        Node::of_plain(place, (self.dialect.plain)(&text), &text)
                    }
                    _ => Node::new(place, Content::Text(text.into_owned())),
                };
                self.finished(node, meaning.key(), anchor, 1)
            }
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::SequenceStart(anchor, tag) => {
                let under = self.meaning(tag.as_deref(), place)?.key();
                self.start(Frame { anchor, place, under, items: Items::List(Vec::new()) })
            }
            Event::MappingStart(anchor, tag) => {
                let under = self.meaning(tag.as_deref(), place)?.key();
                self.start(Frame { anchor, place, under, items: Items::Map(Map::default()) })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let frame = self.open.pop().expect("the parser closes only what it opened");
                let content = match frame.items {
                    Items::List(items) => Content::List(items),
                    Items::Map(map) => map.finish(),
                };
                self.finished(Node::new(frame.place, content), frame.under, frame.anchor, 1)
            }
            _ => Ok(()),
        }
    }

    fn meaning(&self, tag: Option<&saphyr_parser::Tag>, place: Place) -> Result<Meaning, Fault> {
        let Some(tag) = tag else { return Ok(Meaning::Value) };
        let handle = if tag.is_yaml_core_schema() { "!!" } else { tag.handle.as_str() };
        let tag = Tag { handle, name: &tag.suffix };
        tag.core_meaning().map_or_else(|| (self.dialect.tag)(tag, place), Ok)
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Fault> {
        // The parser refuses an unknown anchor; one that is still open would contain itself.
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Fault::new(place, "the alias stands inside the value that it repeats"));
        };
        if self.open.len() + node.depth() > self.dialect.max_depth {
            return Err(too_deep(self.dialect, place));
        }
        let (node, size) = (node.clone(), node.size());
        self.finished(node, None, 0, size)
    }

    fn start(&mut self, frame: Frame) -> Result<(), Fault> {
        if self.open.len() == self.dialect.max_depth {
            return Err(too_deep(self.dialect, frame.place));
        }
        if matches!(self.open.last(), Some(Frame { items: Items::Map(Map { key: None, .. }), .. })) {
            return Err(Fault::new(frame.place, NO_KEY));
        }
        self.open.push(frame);
        Ok(())
    }

    /// Puts a finished node, which adds `new` nodes to the tree, where it belongs.
    fn finished(&mut self, node: Node, under: Option<String>, anchor: usize, new: usize) -> Result<(), Fault> {
        let place = node.place;
        let node = match under {
            Some(key) => Node::new(place, Content::Map(vec![Entry { key, place, value: node }])),
            None => node,
        };
        self.nodes += new;
        let Dialect { noun, max_nodes, .. } = self.dialect;
        if self.nodes > *max_nodes {
            let message = format!("the {noun} is too large: more than {max_nodes} values, with those of aliases");
            return Err(Fault::new(place, message));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let merges = self.dialect.merge_keys;
        let mut duplicate = None;
        match self.open.last_mut().map(|frame| &mut frame.items) {
            None => self.root = Some(node),
            Some(Items::List(items)) => items.push(node),
            Some(Items::Map(map)) => match map.key.take() {
                None => map.key = Some((key_text(&node, merges)?, place)),
                Some((name, _)) if name == MERGE && is_mergeable(&node) => merge(&mut map.merged, node),
                Some((name, place)) => {
                    if let Some(first) = map.keys.get(&name) {
                        duplicate = Some((place, name, *first));
                    } else {
                        map.keys.insert(name.clone(), place);
                        map.entries.push(Entry { key: name, place, value: node });
                    }
                }
            },
        }
        if let Some((place, name, first)) = duplicate {
            self.duplicates.push(Fault::duplicate(place, &self.path(), &name, first));
        }
        Ok(())
    }

    /// Path of the collection that is open.
    fn path(&self) -> String {
        let mut path = String::new();
        for frame in self.open.iter().take(self.open.len().saturating_sub(1)) {
            path = match &frame.items {
                Items::List(items) => format!("{path}[{}]", items.len()),
                Items::Map(Map { key: Some((name, _)), .. }) => join(&path, name),
                Items::Map(Map { key: None, .. }) => path,
            };
        }
        path
    }
}

/// The fault of a document that nests too deep.
pub(crate) fn too_deep(dialect: &Dialect, place: Place) -> Fault {
    Fault::new(place, format!("the {} nests deeper than {} levels", dialect.noun, dialect.max_depth))
}

const MERGE: &str = "<<";

fn key_text(node: &Node, merges: MergeKeys) -> Result<String, Fault> {
    let text = match &node.content {
        Content::Null => "null".to_owned(),
        _ => node.scalar().ok_or_else(|| Fault::new(node.place, NO_KEY))?.into_owned(),
    };
    match merges {
        MergeKeys::Refused { message, hint } if text == MERGE => Err(Fault::new(node.place, message).hint(hint)),
        _ => Ok(text),
    }
}

fn is_mergeable(node: &Node) -> bool {
    match &node.content {
        Content::Map(_) => true,
        Content::List(items) => items.iter().all(Node::is_map),
        _ => false,
    }
}

/// The entries that `<<: *anchor` brings; of equal keys the first one counts.
fn merge(merged: &mut Vec<Entry>, node: Node) {
    match node.content {
        Content::Map(entries) => merged.extend(entries),
        Content::List(items) => items.into_iter().for_each(|item| merge(merged, item)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
