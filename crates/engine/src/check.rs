//! Conditions on one cell that a list or a quality rule of the contract sets.

use std::collections::HashSet;

use atalaya_contract::{Literal, LiteralKind, Metric, Pattern};

use crate::{
    column::{Kind, literal_part},
    plan::PlanError,
    rejects::cut,
};

/// A condition that a cell can break.
#[derive(Debug)]
pub(crate) struct CellCheck {
    /// `enum`, or the name of the quality rule.
    pub(crate) name: String,
    condition: Condition,
}

#[derive(Debug)]
enum Condition {
    NoNull,
    NotMissing {
        null: bool,
        /// Cells whose text is one of these count whatever they are.
        texts: HashSet<Vec<u8>>,
        values: HashSet<u128>,
    },
    Valid {
        /// The only values that are valid, and how the contract writes them.
        values: Option<(HashSet<u128>, Vec<String>)>,
        pattern: Option<Pattern>,
    },
}

/// A cell that has been read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    /// A null that is written so.
    Null(&'a [u8]),
    /// A value, in 128 bits, and its text.
    Value(u128, &'a [u8]),
    /// A text that is no value of the column's type.
    Unusable(&'a [u8]),
}

/// How many valid values a message lists, and how much of each it shows.
const LISTED: usize = 10;
const LISTED_CHARACTERS: usize = 40;

impl CellCheck {
    /// The check of `enum`.
    ///
    /// # Errors
    /// A value that no cell of the column can have.
    pub(crate) fn of_enumeration(values: &[Literal], kind: &Kind) -> Result<Self, PlanError> {
        let values = Some(valid_values(values, kind)?);
        Ok(Self { name: "enum".to_owned(), condition: Condition::Valid { values, pattern: None } })
    }

    /// The check of a quality rule about one cell; `None` for a metric that is about more.
    ///
    /// # Errors
    /// A valid value that no cell of the column can have.
    pub(crate) fn of_metric(name: &str, metric: &Metric, kind: &Kind) -> Result<Option<Self>, PlanError> {
        let condition = match metric {
            Metric::NullValues => Condition::NoNull,
            Metric::MissingValues(literals) => missing(literals, kind),
            Metric::InvalidValues { valid_values: list, pattern } => Condition::Valid {
                values: list.as_ref().map(|list| valid_values(list, kind)).transpose()?,
                pattern: pattern.clone(),
            },
            Metric::DuplicateValues(_) | Metric::RowCount => return Ok(None),
        };
        Ok(Some(Self { name: name.to_owned(), condition }))
    }

    /// Whether the check does no more than `required`.
    pub(crate) fn is_no_null(&self) -> bool {
        matches!(self.condition, Condition::NoNull)
    }

    /// Whether a cell breaks the condition.
    pub(crate) fn is_broken(&self, cell: Cell<'_>) -> bool {
        match (&self.condition, cell) {
            (Condition::NoNull, cell) => matches!(cell, Cell::Null(_)),
            (Condition::NotMissing { null, texts, .. }, Cell::Null(text)) => *null || texts.contains(text),
            (Condition::NotMissing { texts, .. }, Cell::Unusable(text)) => texts.contains(text),
            (Condition::NotMissing { texts, values, .. }, Cell::Value(part, text)) => {
                values.contains(&part) || texts.contains(text)
            }
            (Condition::Valid { .. }, Cell::Null(_)) => false,
            (Condition::Valid { .. }, Cell::Unusable(_)) => true,
            (Condition::Valid { values, pattern }, Cell::Value(part, text)) => {
                let is_listed = values.as_ref().is_none_or(|(values, _)| values.contains(&part));
                let matches =
                    |pattern: &Pattern| std::str::from_utf8(text).is_ok_and(|text| pattern.matcher().is_match(text));
                !is_listed || pattern.as_ref().is_some_and(|pattern| !matches(pattern))
            }
        }
    }

    /// What is wrong with a cell that breaks the condition.
    pub(crate) fn message(&self) -> String {
        let broken = match &self.condition {
            Condition::NoNull => "the cell is null",
            Condition::NotMissing { .. } => "the cell holds what means a missing value",
            Condition::Valid { values: Some(_), pattern: None } => "the value is none of the valid ones",
            Condition::Valid { values: None, .. } => "the value does not match the pattern",
            Condition::Valid { .. } => "the value is none of the valid ones, or does not match the pattern",
        };
        if self.name == "enum" { broken.to_owned() } else { format!("{broken}: quality rule `{}`", self.name) }
    }

    /// What cells that break the condition are called where they are counted.
    pub(crate) fn counted(&self) -> &'static str {
        match self.condition {
            Condition::NoNull => "nulls",
            Condition::NotMissing { .. } => "missing values",
            Condition::Valid { .. } => "invalid values",
        }
    }

    /// What would be right.
    pub(crate) fn hint(&self) -> String {
        let Condition::Valid { values, pattern } = &self.condition else {
            return "fill the cell in, or change the rule in the contract".to_owned();
        };
        let list = values.as_ref().map(|(_, texts)| {
            let shown: Vec<String> =
                texts.iter().take(LISTED).map(|text| format!("`{}`", cut(text, LISTED_CHARACTERS))).collect();
            if texts.is_empty() {
                return "no value but null is valid".to_owned();
            }
            let more = texts.len().saturating_sub(LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("valid are {}{more}", shown.join(", "))
        });
        let pattern =
            pattern.as_ref().map(|pattern| format!("the pattern is {}", cut(pattern.source(), LISTED_CHARACTERS)));
        [list, pattern].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// Values of a list that no cell of the column can have, each as a fault.
pub(crate) fn unreadable(literals: &[Literal], kind: &Kind) -> impl Iterator<Item = PlanError> {
    let is_unreadable = |literal: &&Literal| literal.kind != LiteralKind::Null && literal_part(kind, literal).is_none();
    literals.iter().filter(is_unreadable).map(|literal| {
        let message =
            format!("`{}` is no value of the column: write it as the cells are", cut(&literal.text, LISTED_CHARACTERS));
        PlanError { line: Some(literal.line), ..PlanError::from(message) }
    })
}

fn valid_values(literals: &[Literal], kind: &Kind) -> Result<(HashSet<u128>, Vec<String>), PlanError> {
    if let Some(fault) = unreadable(literals, kind).next() {
        return Err(fault);
    }
    // Nulls are not looked at, so that one in the list makes no difference.
    let literals = || literals.iter().filter(|literal| literal.kind != LiteralKind::Null);
    let values = literals().filter_map(|literal| literal_part(kind, literal)).collect();
    Ok((values, literals().map(|literal| literal.text.clone()).collect()))
}

fn missing(literals: &[Literal], kind: &Kind) -> Condition {
    let mut values = HashSet::new();
    let mut texts = HashSet::new();
    for literal in literals.iter().filter(|literal| literal.kind != LiteralKind::Null) {
        values.extend(literal_part(kind, literal));
        // Also what is no value of the column's type, and what is a null token too.
        texts.insert(literal.text.clone().into_bytes());
    }
    let null = literals.iter().any(|literal| literal.kind == LiteralKind::Null);
    Condition::NotMissing { null, texts, values }
}
