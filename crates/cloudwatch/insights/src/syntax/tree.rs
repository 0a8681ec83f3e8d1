//! An expression as it is written.

use std::ops::Range;

use regex::Regex;

use super::Period;

/// A part of an expression with its place in the query's text.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) branch: Branch,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum Branch {
    Whole(i64),
    Real(f64),
    Text(String),
    /// `true` and `false`, which are no names of fields unless in backticks.
    Flag(bool),
    /// The `5m` of `bin(5m)`.
    Period(Period),
    /// The `*` of `count(*)`.
    All,
    /// A field, by the names between its dots and the indexes between brackets.
    Name(Vec<Step>),
    /// A part of what a call makes, as in `jsonParse(text).items[0]`.
    Access(Box<Tree>, Vec<Step>),
    /// A function by its name as it is written.
    Call(String, Vec<Tree>),
    Negation(Box<Tree>),
    Not(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    In {
        value: Box<Tree>,
        list: Vec<Tree>,
        negated: bool,
    },
    Like {
        value: Box<Tree>,
        matcher: Matcher,
        negated: bool,
    },
}

/// A step into a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Member(String),
    Element(usize),
}

/// The name of the field that a path leads to: JSON events are flattened with dots, lists by their indexes.
pub(crate) fn flattened(path: &[Step]) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Member(name) => name.clone(),
            Step::Element(index) => index.to_string(),
        })
        .collect();
    parts.join(".")
}

/// What a text is held against.
#[derive(Debug, Clone)]
pub(crate) enum Matcher {
    /// A part of it, with its case.
    Part(String),
    Regex(Regex),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl Operator {
    pub(super) fn of_symbol(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "%" => Self::Remainder,
            "^" => Self::Power,
            _ => return None,
        })
    }

    /// How strongly it binds.
    pub(super) fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide | Self::Remainder => 6,
            Self::Power => 7,
        }
    }

    /// Whether it says how two values stand to each other.
    pub(crate) fn compares(self) -> bool {
        self.strength() == Self::Equal.strength()
    }

    pub(super) fn groups_right(self) -> bool {
        self == Self::Power
    }
}
