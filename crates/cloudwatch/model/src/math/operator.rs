//! The operators of metric math, and what they do to missing points.

use std::fmt;

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    And,
    Or,
}

/// How strongly the unary minus binds: stronger than every operator between two operands.
pub(super) const NEGATION: u8 = 7;

impl Operator {
    /// The operator of a symbol or a word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "^" => Self::Power,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            ">" => Self::Greater,
            "<=" => Self::LessOrEqual,
            ">=" => Self::GreaterOrEqual,
            "&&" | "AND" => Self::And,
            "||" | "OR" => Self::Or,
            _ => return None,
        })
    }

    /// How strongly it binds its operands. CloudWatch publishes no order; this is the usual one.
    pub(super) const fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual | Self::Less | Self::Greater | Self::LessOrEqual | Self::GreaterOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide => 5,
            Self::Power => 6,
        }
    }

    /// Whether `a ∘ b ∘ c` is `a ∘ (b ∘ c)`. CloudWatch publishes nothing; this is mathematics' habit.
    pub(super) const fn groups_right(self) -> bool {
        matches!(self, Self::Power)
    }

    pub(super) fn needs_brackets_left(self, left: Option<Self>) -> bool {
        left.is_some_and(|left| {
            left.strength() < self.strength() || (left.strength() == self.strength() && self.groups_right())
        })
    }

    pub(super) fn needs_brackets_right(self, right: Option<Self>) -> bool {
        right.is_some_and(|right| {
            right.strength() < self.strength() || (right.strength() == self.strength() && !self.groups_right())
        })
    }

    /// Whether it gives 1 or 0.
    pub(super) const fn is_comparison(self) -> bool {
        self.strength() == 3
    }

    /// Whether it works on arrays of series: arithmetic does, comparisons and logic do not.
    pub(super) const fn takes_arrays(self) -> bool {
        self.strength() > 3
    }

    /// The value of two present operands. Nothing for a division by zero, whose point is dropped
    /// (CloudWatch user guide, basic arithmetic functions), nor for what is no number: the root of a negative
    /// number, a result beyond the range (unpublished; treated alike).
    pub(super) fn apply(self, left: f64, right: f64) -> Option<f64> {
        let truth = |it: bool| Some(f64::from(u8::from(it)));
        match self {
            Self::Add => finite(left + right),
            Self::Subtract => finite(left - right),
            Self::Multiply => finite(left * right),
            Self::Divide => finite(left / right),
            Self::Power => finite(left.powf(right)),
            Self::Equal => truth(left == right),
            Self::NotEqual => truth(left != right),
            Self::Less => truth(left < right),
            Self::Greater => truth(left > right),
            Self::LessOrEqual => truth(left <= right),
            Self::GreaterOrEqual => truth(left >= right),
            Self::And => truth(left != 0.0 && right != 0.0),
            Self::Or => truth(left != 0.0 || right != 0.0),
        }
    }

    /// The value of two points of series: where one has a value, the missing other counts as 0; where neither has
    /// one there is none (CloudWatch user guide, "Missing values in a time series are treated as 0").
    pub(super) fn join(self, left: Option<f64>, right: Option<f64>) -> Option<f64> {
        match (left, right) {
            (None, None) => None,
            (left, right) => self.apply(left.unwrap_or(0.0), right.unwrap_or(0.0)),
        }
    }
}

/// The value, where it is a number.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::LessOrEqual => "<=",
            Self::GreaterOrEqual => ">=",
            Self::And => "AND",
            Self::Or => "OR",
        })
    }
}
