//! An expression as it is written.

use std::{fmt, ops::Range};

use super::operator::Operator;

/// A part of an expression, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) branch: Branch,
    pub(crate) span: Range<usize>,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Branch {
    Number(f64),
    Text(String),
    /// An id, or a word such as `REPEAT`.
    Name(String),
    Array(Vec<Tree>),
    Negation(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    Call(String, Vec<Tree>),
}

/// Two trees are the same where they say the same, wherever they stand.
impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.branch == other.branch
    }
}

impl Tree {
    /// Every name in it that may be an id, with its place.
    pub(crate) fn names(&self) -> Vec<(&str, Range<usize>)> {
        let mut names = Vec::new();
        self.visit(&mut |tree| {
            if let Branch::Name(name) = &tree.branch {
                names.push((name.as_str(), tree.span.clone()));
            }
        });
        names
    }

    /// Whether it calls the function.
    pub(crate) fn calls(&self, function: &str) -> bool {
        let mut found = false;
        self.visit(&mut |tree| found |= matches!(&tree.branch, Branch::Call(name, _) if name == function));
        found
    }

    /// How to write it as a series where it is a number; in short where it is long.
    pub(crate) fn as_series(&self) -> String {
        const SHORT: usize = 60;
        if self.span.len() > SHORT { "TIME_SERIES(…) around it".to_owned() } else { format!("TIME_SERIES({self})") }
    }

    fn visit<'a>(&'a self, each: &mut impl FnMut(&'a Self)) {
        each(self);
        match &self.branch {
            Branch::Number(_) | Branch::Text(_) | Branch::Name(_) => {}
            Branch::Array(parts) | Branch::Call(_, parts) => parts.iter().for_each(|part| part.visit(each)),
            Branch::Negation(inner) => inner.visit(each),
            Branch::Binary(_, left, right) => {
                left.visit(each);
                right.visit(each);
            }
        }
    }
}

impl fmt::Display for Tree {
    /// As text that reads back as the same tree.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.branch {
            Branch::Number(value) => write!(f, "{value}"),
            Branch::Text(text) if text.contains('\'') => write!(f, "\"{text}\""),
            Branch::Text(text) => write!(f, "'{text}'"),
            Branch::Name(name) => f.write_str(name),
            Branch::Array(parts) => list(f, "[", parts, "]"),
            Branch::Call(name, parts) => {
                f.write_str(name)?;
                list(f, "(", parts, ")")
            }
            Branch::Negation(inner) => {
                f.write_str("-")?;
                operand(f, inner, matches!(inner.branch, Branch::Binary(..)))
            }
            Branch::Binary(operator, left, right) => {
                operand(f, left, operator.needs_brackets_left(binary(left)))?;
                write!(f, " {operator} ")?;
                operand(f, right, operator.needs_brackets_right(binary(right)))
            }
        }
    }
}

fn binary(tree: &Tree) -> Option<Operator> {
    match tree.branch {
        Branch::Binary(operator, ..) => Some(operator),
        _ => None,
    }
}

fn operand(f: &mut fmt::Formatter<'_>, tree: &Tree, brackets: bool) -> fmt::Result {
    if brackets { write!(f, "({tree})") } else { write!(f, "{tree}") }
}

fn list(f: &mut fmt::Formatter<'_>, open: &str, parts: &[Tree], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, part) in parts.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{part}")?;
    }
    f.write_str(close)
}
