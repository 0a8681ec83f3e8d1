//! What a search's term says of a metric.

use super::tokens::Pattern;
use crate::MetricId;

/// A term, which a metric fulfils or not.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    /// Every one of them.
    All(Vec<Term>),
    /// One of them at least.
    Any(Vec<Term>),
    Not(Box<Term>),
    /// A text, and in which of the metric's names.
    Names(Place, Wanted),
}

/// Which of a metric's names a text is looked for in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// The metric's name, the namespace, the dimensions' names and their values.
    Anywhere,
    MetricName,
    Namespace,
    AccountId,
    /// The value of this dimension.
    Dimension(String),
}

impl Place {
    /// The place that a property names.
    pub(super) fn of(property: &str) -> Self {
        match property {
            "MetricName" => Self::MetricName,
            "Namespace" => Self::Namespace,
            ":aws.AccountId" => Self::AccountId,
            dimension => Self::Dimension(dimension.to_owned()),
        }
    }
}

/// A text that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    /// The whole name, letter by letter.
    Exact(String),
    Partial(Pattern),
}

impl Wanted {
    fn is(&self, name: &str) -> bool {
        match self {
            Self::Exact(text) => text == name,
            Self::Partial(pattern) => pattern.is_in(name),
        }
    }
}

impl Term {
    /// Whether the metric of this account fulfils it.
    pub(super) fn matches(&self, metric: &MetricId, account_id: &str) -> bool {
        match self {
            Self::All(terms) => terms.iter().all(|term| term.matches(metric, account_id)),
            Self::Any(terms) => terms.iter().any(|term| term.matches(metric, account_id)),
            Self::Not(term) => !term.matches(metric, account_id),
            Self::Names(place, wanted) => match place {
                Place::MetricName => wanted.is(&metric.name),
                Place::Namespace => wanted.is(&metric.namespace),
                Place::AccountId => wanted.is(account_id),
                Place::Dimension(name) => metric.dimensions.get(name).is_some_and(|value| wanted.is(value)),
                Place::Anywhere => {
                    let dimensions = metric.dimensions.iter().flat_map(|(name, value)| [name, value]);
                    [&metric.name, &metric.namespace].into_iter().chain(dimensions).any(|name| wanted.is(name))
                }
            },
        }
    }
}
