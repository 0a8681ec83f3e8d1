//! The commands of a query.

use std::ops::Range;

use regex::Regex;

use super::Tree;

/// A command with its place in the query's text.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) kind: CommandKind,
    /// The command's word.
    pub(crate) word: Range<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum CommandKind {
    Fields(Vec<Item>),
    Display(Vec<Item>),
    /// `filter`, and `where`, which means the same.
    Filter(Tree),
    Parse {
        /// What is read; `@message` where nothing is said.
        source: Option<Tree>,
        pattern: Pattern,
    },
    Stats {
        values: Vec<Item>,
        by: Vec<Item>,
    },
    Sort(Vec<(Tree, Direction)>),
    Limit(usize),
    Dedup(Vec<Tree>),
    Unnest {
        list: Tree,
        into: String,
    },
}

/// An expression and what it is called.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) tree: Tree,
    /// The name after `as`.
    pub(crate) alias: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// How `parse` reads a text.
#[derive(Debug, Clone)]
pub(crate) enum Pattern {
    /// Literal texts with a `*` between each two, and what the stars are called. One text more than names.
    Glob { texts: Vec<String>, names: Vec<String> },
    /// A regular expression with named groups.
    Regex(Regex),
}

impl Pattern {
    /// The fields that it makes, in their order.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Glob { names, .. } => names.iter().map(String::as_str).collect(),
            Self::Regex(regex) => regex.capture_names().flatten().collect(),
        }
    }
}
