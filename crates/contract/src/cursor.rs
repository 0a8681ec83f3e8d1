//! A node together with its path in the document.

use atalaya_document::{Content, Entry, Node, Place, join};

use crate::{Violation, ViolationKind};

/// A node of the document under its path: what a reader of fields is at.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    pub(crate) node: &'a Node,
    pub(crate) path: String,
    /// Place of the key that leads here, for messages about the value as a whole.
    pub(crate) place: Place,
}

impl<'a> Cursor<'a> {
    pub(crate) fn root(node: &'a Node) -> Self {
        Self { node, path: String::new(), place: node.place }
    }

    /// The value of a key, when it is there and not null.
    pub(crate) fn key(&self, key: &str) -> Option<Cursor<'a>> {
        self.entries()
            .find(|(entry, _)| entry.key == key)
            .map(|(_, at)| at)
            .filter(|at| at.node.content != Content::Null)
    }

    /// The entries of a mapping.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a Entry, Cursor<'a>)> + use<'a> {
        let path = self.path.clone();
        self.node
            .entries()
            .iter()
            .map(move |entry| (entry, Cursor { node: &entry.value, path: join(&path, &entry.key), place: entry.place }))
    }

    /// The elements of a list; none for any other node.
    pub(crate) fn items(&self) -> impl Iterator<Item = Cursor<'a>> + use<'a> {
        let items: &[Node] = match &self.node.content {
            Content::List(items) => items,
            _ => &[],
        };
        let path = self.path.clone();
        items.iter().enumerate().map(move |(index, node)| Cursor {
            node,
            path: format!("{path}[{index}]"),
            place: node.place,
        })
    }

    /// The text under a key.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.key(key).and_then(|at| at.node.text())
    }

    /// Whether the key holds `true`.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.key(key).is_some_and(|at| at.node.content == Content::Bool(true))
    }

    /// A fault of this node.
    pub(crate) fn violation(&self, kind: ViolationKind, message: impl Into<String>) -> Violation {
        Violation::new(kind, self.path.clone(), self.place, message)
    }
}
