//! YAML text → a tree. The short tags (`!Sub`) become the long forms (`Fn::Sub`), so that YAML and JSON mean one thing.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use super::{
    error::TemplateError,
    json::duplicate,
    node::{Content, Entry, MAX_DEPTH, MAX_NODES, Node, Place},
};

/// The functions that have a short tag `!Name`; their long form is `Fn::Name`.
const FUNCTIONS: [&str; 20] = [
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
];

impl From<Marker> for Place {
    fn from(marker: Marker) -> Self {
        Self { line: marker.line().max(1), column: marker.col() + 1 }
    }
}

/// Reads a text of exactly one document. Anchors and aliases work; merge keys (`<<`) do not, as in CloudFormation.
///
/// # Errors
/// The first fault of syntax, an unknown tag, a key that stands twice, or a document that is too deep or too large.
pub(crate) fn read(text: &str) -> Result<Node, TemplateError> {
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let fault = broken(Place::from(*error.marker()), format!("the YAML cannot be read: {}", error.info()));
            if error.info().contains("tab") { fault.hint("indent with spaces") } else { fault }
        })?;
        builder.event(event, span)?;
    }
    builder.root.ok_or_else(|| broken(Place { line: 1, column: 1 }, "the template is empty"))
}

fn broken(place: Place, message: impl Into<String>) -> TemplateError {
    TemplateError::new(place, "", message)
}

fn too_deep(place: Place) -> TemplateError {
    broken(place, format!("the template nests deeper than {MAX_DEPTH} levels"))
}

/// A collection that is still open.
struct Frame {
    anchor: usize,
    place: Place,
    function: Option<String>,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        /// Where each key stands.
        keys: HashMap<String, Place>,
        /// The key whose value comes next.
        key: Option<(String, Place)>,
    },
}

#[derive(Default)]
struct Builder {
    open: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    nodes: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), TemplateError> {
        let place = Place::from(span.start);
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(broken(place, "a second document starts here").hint("a template is one document"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tag = meaning(tag.as_deref(), place)?;
                let content = match tag {
                    Meaning::Value if style == ScalarStyle::Plain => plain(&text),
                    _ => Content::Text(text.into_owned()),
                };
                self.finished(Node::new(place, content), tag.function(), anchor, 1)
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
                self.finished(node, None, 0, size)
            }
            Event::SequenceStart(anchor, tag) => {
                let function = meaning(tag.as_deref(), place)?.function();
                self.start(Frame { anchor, place, function, items: Items::List(Vec::new()) })
            }
            Event::MappingStart(anchor, tag) => {
                let function = meaning(tag.as_deref(), place)?.function();
                self.start(Frame {
                    anchor,
                    place,
                    function,
                    items: Items::Map { entries: Vec::new(), keys: HashMap::new(), key: None },
                })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let frame = self.open.pop().expect("the parser closes only what it opened");
                let content = match frame.items {
                    Items::List(items) => Content::List(items),
                    Items::Map { entries, .. } => Content::Map(entries),
                };
                self.finished(Node::new(frame.place, content), frame.function, frame.anchor, 1)
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, frame: Frame) -> Result<(), TemplateError> {
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep(frame.place));
        }
        if matches!(self.open.last(), Some(Frame { items: Items::Map { key: None, .. }, .. })) {
            return Err(broken(frame.place, "a key must be a plain word"));
        }
        self.open.push(frame);
        Ok(())
    }

    /// Puts a finished node, which adds `new` nodes to the tree, where it belongs.
    fn finished(
        &mut self,
        node: Node,
        function: Option<String>,
        anchor: usize,
        new: usize,
    ) -> Result<(), TemplateError> {
        let node = match function {
            Some(key) => {
                let place = node.place;
                Node::new(place, Content::Map(vec![Entry { key, place, value: node }]))
            }
            None => node,
        };
        self.nodes += new;
        if self.nodes > MAX_NODES {
            return Err(broken(node.place, "the template is too large: aliases repeat too much"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|frame| &mut frame.items) {
            None => self.root = Some(node),
            Some(Items::List(items)) => items.push(node),
            Some(Items::Map { entries, keys, key }) => match key.take() {
                None => *key = Some((key_text(&node)?, node.place)),
                Some((name, place)) => {
                    if let Some(first) = keys.insert(name.clone(), place) {
                        return Err(duplicate(place, &name, first));
                    }
                    entries.push(Entry { key: name, place, value: node });
                }
            },
        }
        Ok(())
    }
}

fn key_text(node: &Node) -> Result<String, TemplateError> {
    match node.scalar().as_deref() {
        Some("<<") => Err(broken(node.place, "merge keys (`<<`) are not supported by CloudFormation")
            .hint("repeat the keys, or give a whole value an anchor and use it by an alias")),
        Some(text) => Ok(text.to_owned()),
        None => Err(broken(node.place, "a key must be a plain word")),
    }
}

/// What a tag says of its value.
enum Meaning {
    /// Nothing: the value speaks for itself.
    Value,
    /// It is text.
    Text,
    /// It is the argument of a function, by its long name.
    Function(String),
}

impl Meaning {
    fn function(self) -> Option<String> {
        match self {
            Self::Function(name) => Some(name),
            Self::Value | Self::Text => None,
        }
    }
}

fn meaning(tag: Option<&Tag>, place: Place) -> Result<Meaning, TemplateError> {
    let Some(tag) = tag else { return Ok(Meaning::Value) };
    let suffix = tag.suffix.as_str();
    if tag.is_yaml_core_schema() {
        return match suffix {
            "str" => Ok(Meaning::Text),
            "int" | "float" | "bool" | "null" | "map" | "seq" => Ok(Meaning::Value),
            _ => Err(broken(place, format!("the tag `!!{suffix}` is not supported by CloudFormation"))),
        };
    }
    match suffix {
        "" => Ok(Meaning::Text),
        "Ref" | "Condition" => Ok(Meaning::Function(suffix.to_owned())),
        _ if tag.handle == "!" && FUNCTIONS.contains(&suffix) => Ok(Meaning::Function(format!("Fn::{suffix}"))),
        _ => Err(broken(place, format!("the tag `{tag}` is no function of CloudFormation"))
            .hint("functions are spelled as in !Ref, !Sub, !GetAtt, !FindInMap; upper and lower case count")),
    }
}

/// What an unquoted scalar means. Only decimal numbers are numbers: other notations stay texts, and where a property
/// asks for a number its text is read anyway.
fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        _ if is_decimal(text) => Content::Number(text.to_owned()),
        _ => Content::Text(text.to_owned()),
    }
}

/// Digits with an optional sign, point and exponent.
fn is_decimal(text: &str) -> bool {
    text.ends_with(|last: char| last.is_ascii_digit() || last == '.')
        && text.contains(|digit: char| digit.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'))
        && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_knows_its_line_and_column() {
        let node = read("a: 1\nb:\n  - x\n  - {c: 'y'}\nd: !Sub z\n").expect("reads");
        let place = |line, column| Place { line, column };
        assert_eq!(node.get("a").map(|n| n.place), Some(place(1, 4)));
        let items = node.get("b").and_then(Node::items).expect("a list");
        assert_eq!(items[0].place, place(3, 5));
        assert_eq!(items[1].get("c").map(|n| n.place), Some(place(4, 9)));
        assert_eq!(node.get("d").map(|n| n.place.line), Some(5));
    }

    #[test]
    fn short_tags_are_the_long_forms() {
        let yaml = "[!Ref A, !Sub '${A}', !GetAtt A.Arn, !Join [',', [a, !Ref B]], !Condition C, !If [C, 1, !Ref D]]";
        let json = r#"[{"Ref": "A"}, {"Fn::Sub": "${A}"}, {"Fn::GetAtt": "A.Arn"}, {"Fn::Join": [",", ["a", {"Ref": "B"}]]},
            {"Condition": "C"}, {"Fn::If": ["C", 1, {"Ref": "D"}]}]"#;
        assert_eq!(read(yaml).expect("yaml"), super::super::json::read(json).expect("json"));
        // What a function is given is text, whatever it looks like.
        assert_eq!(read("!Ref 5").expect("reads"), super::super::json::read(r#"{"Ref": "5"}"#).expect("json"));
    }

    #[test]
    fn unquoted_scalars_follow_the_core_schema() {
        for text in ["0", "-12", "+3", "1.5", ".5", "1.", "6e3", "1.2E-3", "012"] {
            assert_eq!(plain(text), Content::Number(text.to_owned()), "{text}");
        }
        for text in ["2010-09-09", "1.0.0", "yes", "-", ".", "e3", "1e", "0x1F", "inf", "nan", "-.e"] {
            assert_eq!(plain(text), Content::Text(text.to_owned()), "{text}");
        }
        assert_eq!((plain("~"), plain("True")), (Content::Null, Content::Bool(true)));
    }

    #[test]
    fn anchors_work_and_merge_keys_are_named() {
        let node = read("a: &x {b: !Ref C}\nd: *x\n").expect("reads");
        assert_eq!(node.get("a"), node.get("d"));
        let fault = read("a: &x {b: 1}\nd:\n  <<: *x\n").expect_err("merge");
        assert_eq!(fault.line, 3);
        assert!(fault.message.contains("merge keys"), "{fault}");
    }

    #[test]
    fn what_cannot_be_read_has_a_line() {
        for (text, line) in [
            ("a: [1\nb: 2\n", 2),
            ("a: b: c\n", 1),
            ("a: 1\n---\nb: 2\n", 2),
            ("", 1),
            ("a: *x\n", 1),
            ("a: 1\nb: !Reff x\n", 2),
            ("a: !!binary x\n", 1),
            ("a: 1\nb: 2\na: 3\n", 3),
            ("{[a]: 1}", 1),
        ] {
            let fault = read(text).expect_err(text);
            assert_eq!(fault.line, line, "{text:?}: {fault}");
        }
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(read(&deep).expect_err("deep").message.contains("deeper"));
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        assert!(read(&bomb).expect_err("bomb").message.contains("too large"));
    }
}
