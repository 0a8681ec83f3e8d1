//! The rule of a composite alarm: an expression over the states of other alarms.

mod lexer;
mod parser;

use std::fmt;

use crate::alarm::State;

/// A rule. CloudWatch user guide, "Combining alarms".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// `TRUE` or `FALSE`.
    Constant(bool),
    /// `ALARM(a)`, `OK(a)`, `INSUFFICIENT_DATA(a)`.
    InState(State, String),
    /// `AT_LEAST(2, ALARM, (a, b, c))`.
    AtLeast {
        /// How many of them.
        amount: Amount,
        /// Whether those count that are not in the state (`NOT ALARM`).
        negated: bool,
        /// The state.
        state: State,
        /// Names or ARNs of the alarms; one that stands twice counts twice.
        alarms: Vec<String>,
    },
    /// `NOT r`.
    Not(Box<Rule>),
    /// `r AND s AND …`: two or more.
    And(Vec<Rule>),
    /// `r OR s OR …`: two or more.
    Or(Vec<Rule>),
}

/// How many of the alarms of an `AT_LEAST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// This many.
    Count(u32),
    /// This share of them.
    Percent(u32),
}

impl Amount {
    /// Whether `count` of `total` are enough. How the real service rounds a share is not published; here no alarm is
    /// ever counted in part.
    fn is_met(self, count: usize, total: usize) -> bool {
        match self {
            Self::Count(amount) => count >= amount as usize,
            Self::Percent(share) => count * 100 >= share as usize * total,
        }
    }
}

/// A text that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("alarm rule, byte {at}: {what}")]
pub struct RuleError {
    /// Where, in bytes from the rule's start.
    pub at: usize,
    /// What is wrong, and what was expected.
    pub what: String,
}

impl Rule {
    /// Reads a rule. `NOT` binds tighter than `AND`, and that tighter than `OR`; CloudWatch does not publish the order,
    /// so parentheses are the safe way.
    ///
    /// # Errors
    /// Where the text leaves the grammar.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        parser::parse(text)
    }

    /// Whether the rule holds; `state` tells the state of a name or ARN as the rule spells it.
    pub fn holds(&self, state: &impl Fn(&str) -> State) -> bool {
        match self {
            Self::Constant(constant) => *constant,
            Self::InState(expected, alarm) => state(alarm) == *expected,
            Self::AtLeast { amount, negated, state: expected, alarms } => {
                let count = alarms.iter().filter(|alarm| (state(alarm) == *expected) != *negated).count();
                amount.is_met(count, alarms.len())
            }
            Self::Not(rule) => !rule.holds(state),
            Self::And(rules) => rules.iter().all(|rule| rule.holds(state)),
            Self::Or(rules) => rules.iter().any(|rule| rule.holds(state)),
        }
    }

    /// The names and ARNs that it mentions, in its order, as often as it does.
    #[must_use]
    pub fn alarms(&self) -> Vec<&str> {
        let mut alarms = Vec::new();
        self.collect(&mut alarms);
        alarms
    }

    fn collect<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Self::Constant(_) => {}
            Self::InState(_, alarm) => into.push(alarm),
            Self::AtLeast { alarms, .. } => into.extend(alarms.iter().map(String::as_str)),
            Self::Not(rule) => rule.collect(into),
            Self::And(rules) | Self::Or(rules) => rules.iter().for_each(|rule| rule.collect(into)),
        }
    }

    /// The same rule with every name replaced.
    pub(crate) fn renamed<E>(self, name: &mut impl FnMut(String) -> Result<String, E>) -> Result<Self, E> {
        Ok(match self {
            Self::Constant(constant) => Self::Constant(constant),
            Self::InState(state, alarm) => Self::InState(state, name(alarm)?),
            Self::AtLeast { amount, negated, state, alarms } => {
                let alarms = alarms.into_iter().map(&mut *name).collect::<Result<_, _>>()?;
                Self::AtLeast { amount, negated, state, alarms }
            }
            Self::Not(rule) => Self::Not(Box::new(rule.renamed(name)?)),
            Self::And(rules) => Self::And(rules.into_iter().map(|rule| rule.renamed(name)).collect::<Result<_, _>>()?),
            Self::Or(rules) => Self::Or(rules.into_iter().map(|rule| rule.renamed(name)).collect::<Result<_, _>>()?),
        })
    }

    /// How tightly it binds, for parentheses.
    fn rank(&self) -> u8 {
        match self {
            Self::Or(_) => 0,
            Self::And(_) => 1,
            Self::Not(_) => 2,
            Self::Constant(_) | Self::InState(..) | Self::AtLeast { .. } => 3,
        }
    }

    /// Writes it as an operand of something that binds by `rank`.
    fn operand(&self, f: &mut fmt::Formatter<'_>, rank: u8) -> fmt::Result {
        if self.rank() > rank { write!(f, "{self}") } else { write!(f, "({self})") }
    }

    fn operands(f: &mut fmt::Formatter<'_>, rules: &[Self], word: &str, rank: u8) -> fmt::Result {
        for (index, rule) in rules.iter().enumerate() {
            if index > 0 {
                write!(f, " {word} ")?;
            }
            rule.operand(f, rank)?;
        }
        Ok(())
    }
}

impl fmt::Display for Rule {
    /// A text that reads back as the same rule.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(constant) => f.write_str(if *constant { "TRUE" } else { "FALSE" }),
            Self::InState(state, alarm) => write!(f, "{}({})", state.as_str(), lexer::Reference(alarm)),
            Self::AtLeast { amount, negated, state, alarms } => {
                let (amount, percent) = match amount {
                    Amount::Count(count) => (count, ""),
                    Amount::Percent(share) => (share, "%"),
                };
                let not = if *negated { "NOT " } else { "" };
                let alarms: Vec<_> = alarms.iter().map(|alarm| lexer::Reference(alarm).to_string()).collect();
                write!(f, "AT_LEAST({amount}{percent}, {not}{}, ({}))", state.as_str(), alarms.join(", "))
            }
            Self::Not(rule) => {
                f.write_str("NOT ")?;
                rule.operand(f, 2)
            }
            Self::And(rules) => Self::operands(f, rules, "AND", 1),
            Self::Or(rules) => Self::operands(f, rules, "OR", 0),
        }
    }
}

#[cfg(test)]
mod tests;
