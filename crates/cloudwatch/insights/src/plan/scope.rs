//! Where the fields of a row stand.

use std::collections::{HashMap, HashSet};

use crate::{
    discovery::Reads,
    node::Node,
    syntax::{Step, Tree, flattened},
};
use atalaya_cloudwatch::query_error::{Fault, Problem};

/// The fields that commands can name.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    width: usize,
    /// Fields that commands made: aliases, and the names of `parse` and `unnest`.
    assigned: HashMap<String, usize>,
    /// Fields of events.
    read: HashMap<String, usize>,
    /// Expressions without an alias, as they are written but for blanks.
    labels: HashMap<String, usize>,
    structures: HashSet<usize>,
    /// What is read of events; `None` after `stats`.
    reads: Option<Reads>,
}

impl Scope {
    pub(super) fn of_events() -> Self {
        Self { reads: Some(Reads::default()), ..Self::default() }
    }

    /// The fields after a `stats`, before it made any.
    pub(super) fn of_groups() -> Self {
        Self::default()
    }

    /// The width of a row and what is read into it.
    pub(super) fn into_events(self) -> (usize, Reads) {
        (self.width, self.reads.unwrap_or_default())
    }

    /// A place for something that has no name.
    pub(super) fn hidden(&mut self) -> usize {
        self.width += 1;
        self.width - 1
    }

    /// A place for a field that a command makes. One that was made before keeps its place.
    pub(super) fn assign(&mut self, name: &str) -> usize {
        if let Some(slot) = self.assigned.get(name) {
            return *slot;
        }
        let slot = self.hidden();
        self.assigned.insert(name.to_owned(), slot);
        slot
    }

    /// A place for an expression without an alias.
    pub(super) fn label(&mut self, text: &str) -> usize {
        let slot = self.hidden();
        self.labels.insert(without_blanks(text), slot);
        slot
    }

    /// Names a place: by its alias, or by an expression as it is written.
    pub(super) fn name(&mut self, name: &str, is_written: bool, slot: usize) {
        if is_written {
            self.labels.insert(without_blanks(name), slot);
        }
        self.assigned.insert(name.to_owned(), slot);
    }

    /// The place of an expression that a command before has made.
    pub(super) fn labelled(&self, text: &str) -> Option<usize> {
        self.labels.get(&without_blanks(text)).copied()
    }

    pub(super) fn mark_structure(&mut self, slot: usize) {
        self.structures.insert(slot);
    }

    /// The place of the field, which is read of events where no command made it.
    pub(super) fn field(&mut self, name: &str) -> Result<usize, String> {
        let known = self.assigned.get(name).or_else(|| self.read.get(name)).copied();
        if let Some(slot) = known.or_else(|| self.labelled(name)) {
            return Ok(slot);
        }
        let slot = self.width;
        let Some(reads) = &mut self.reads else {
            let mut names: Vec<_> = self.assigned.keys().map(|name| format!("`{name}`")).collect();
            names.sort_unstable();
            let there = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
            return Err(format!("there is no `{name}` after `stats`, of which only what it makes is left{there}"));
        };
        reads.add(name, slot);
        self.read.insert(name.to_owned(), slot);
        self.width += 1;
        Ok(slot)
    }

    /// The field that a path names: one of events, or a part of a structure that a command made.
    pub(super) fn path(&mut self, path: &[Step]) -> Result<Node, String> {
        let name = flattened(path);
        if self.assigned.contains_key(&name) || self.labelled(&name).is_some() {
            return self.field(&name).map(Node::Slot);
        }
        for length in (1..path.len()).rev() {
            if let Some(slot) = self.assigned.get(&flattened(&path[..length])) {
                return Ok(Node::Access(Box::new(Node::Slot(*slot)), path[length..].to_vec()));
            }
        }
        self.field(&name).map(Node::Slot)
    }

    /// Refuses a map or a list where it cannot stand (user guide, "Structure types").
    pub(super) fn check_scalar(&self, node: &Node, tree: &Tree, command: &str) -> Result<(), Problem> {
        let is_structure = match node {
            Node::Slot(slot) => self.structures.contains(slot),
            _ => super::is_structure(tree),
        };
        if !is_structure {
            return Ok(());
        }
        let message = format!("a map or a list cannot stand in `{command}`; name a part of it, as `parsed.name`");
        Err(Problem::new(Fault::Type, tree.span.clone(), message))
    }
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}
