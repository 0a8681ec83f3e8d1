//! SEARCH: which metrics a search expression finds (CloudWatch user guide, "Search expression syntax").

mod parse;
mod term;
mod tokens;

#[cfg(test)]
mod tests;

use crate::MetricId;
use term::Term;

/// The most series that a search gives to a graph.
pub(crate) const MOST_SERIES: usize = 500;

/// The most searches on one graph.
pub(crate) const MOST_SEARCHES: usize = 100;

/// The longest text of a search, in characters.
const LONGEST: usize = 1024;

/// A search expression: a schema, a term or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    schema: Option<Schema>,
    term: Option<Term>,
}

/// `{AWS/Lambda, FunctionName}`: a namespace and the names of the dimensions.
#[derive(Debug, Clone, PartialEq)]
struct Schema {
    namespace: String,
    dimensions: Vec<String>,
}

impl Search {
    /// Whether it finds the metric of this account.
    #[must_use]
    pub fn matches(&self, metric: &MetricId, account_id: &str) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema.matches(metric))
            && self.term.as_ref().is_none_or(|term| term.matches(metric, account_id))
    }
}

impl Schema {
    /// A metric of the namespace with exactly these dimensions, no fewer and no more (seen, not documented). A
    /// namespace alone finds its metrics whatever their dimensions are (unpublished).
    fn matches(&self, metric: &MetricId) -> bool {
        let Self { namespace, dimensions } = self;
        metric.namespace == *namespace
            && (dimensions.is_empty()
                || (metric.dimensions.len() == dimensions.len()
                    && dimensions.iter().all(|name| metric.dimensions.contains_key(name))))
    }
}
