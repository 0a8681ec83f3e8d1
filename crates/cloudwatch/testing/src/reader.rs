//! Reading of YAML documents that collects every fault.

use atalaya_document::{Content, Dialect, Entry, Fault as Syntax, MergeKeys, Node, Place, nearest, read_yaml, scalar};

use super::fault::Fault;

/// Files of tests. A number is written as in a template.
const TEST_FILE: Dialect = Dialect {
    noun: "file",
    if_empty: None,
    max_depth: 100,
    max_nodes: 500_000,
    plain: scalar::decimal,
    tag: |tag, place| Err(Syntax::new(place, format!("the tag `{}{}` means nothing here", tag.handle, tag.name))),
    merge_keys: MergeKeys::Resolved,
};

/// Reads the nodes of one file and remembers what is wrong with them.
pub(super) struct Reader<'a> {
    file: &'a str,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str) -> Self {
        Self { file, faults: Vec::new() }
    }

    /// The document of the file; `None` when it is no YAML.
    pub(super) fn document(&mut self, text: &str) -> Option<Node> {
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            self.fault(Place { line: 1, column: 1 }, "the file is empty", None);
            return None;
        }
        let read = read_yaml(text, &TEST_FILE);
        for fault in read.as_ref().err().into_iter().flatten() {
            self.fault(fault.place, fault.message.clone(), fault.hint.clone());
        }
        read.ok()
    }

    /// Remembers a fault.
    pub(super) fn fault(&mut self, place: Place, message: impl Into<String>, hint: Option<String>) {
        let Place { line, column } = place;
        self.faults.push(Fault { file: self.file.to_owned(), line, column, message: message.into(), hint });
    }

    /// The entries of a mapping whose keys are all known; what is unknown is a fault and left out.
    pub(super) fn fields<'n>(&mut self, what: &str, node: &'n Node, known: &[&str]) -> Vec<&'n Entry> {
        if !node.is_map() {
            let keys = known.join(", ");
            self.fault(
                node.place,
                format!("{what} is {}, not a mapping", node.noun()),
                Some(format!("its keys are {keys}")),
            );
        }
        let mut fields = Vec::new();
        for entry in node.entries() {
            if known.contains(&entry.key.as_str()) {
                fields.push(entry);
            } else {
                let hint = nearest::hint(&entry.key, known.iter().copied());
                self.fault(entry.place, format!("`{}` is no key of {what}", entry.key), hint);
            }
        }
        fields
    }

    /// The entries of a mapping with free keys.
    pub(super) fn entries<'n>(&mut self, what: &str, node: &'n Node) -> &'n [Entry] {
        if !node.is_map() && node.content != Content::Null {
            self.fault(node.place, format!("{what} is {}, not a mapping", node.noun()), None);
        }
        node.entries()
    }

    /// The items of a list.
    pub(super) fn items<'n>(&mut self, what: &str, node: &'n Node) -> &'n [Node] {
        node.items().unwrap_or_else(|| {
            self.fault(node.place, format!("{what} is {}, not a list", node.noun()), None);
            &[]
        })
    }

    /// The text of a scalar.
    pub(super) fn text(&mut self, what: &str, node: &Node) -> Option<String> {
        let text = node.scalar().map(std::borrow::Cow::into_owned).filter(|text| !text.is_empty());
        if text.is_none() {
            let hint = match node.content {
                Content::List(_) => Some("put what begins with `[` in quotes".to_owned()),
                _ => None,
            };
            self.fault(node.place, format!("{what} is {}, not a text", node.noun()), hint);
        }
        text
    }

    /// Names with texts.
    pub(super) fn texts(&mut self, what: &str, node: &Node) -> Vec<(String, String, Place)> {
        let mut texts = Vec::new();
        for entry in self.entries(what, node) {
            let text = match &entry.value.content {
                // A parameter may well be empty.
                Content::Null => Some(String::new()),
                Content::Text(text) => Some(text.clone()),
                _ => self.text(&format!("`{}`", entry.key), &entry.value),
            };
            texts.extend(text.map(|text| (entry.key.clone(), text, entry.value.place)));
        }
        texts
    }
}
