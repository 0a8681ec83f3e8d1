//! From a tree to an expression that can be computed: names become queries, and every type is known.

mod call;
mod signature;

use std::{collections::HashMap, ops::Range};

use super::{
    node::Node,
    operator::Operator,
    tree::{Branch, Tree},
    value::Type,
};
use crate::query_error::{Fault, Problem};

/// What the queries of a request are, for those who name them.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    by_id: HashMap<&'a str, usize>,
    ids: Vec<&'a str>,
    kinds: Vec<Kind>,
}

/// What a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A metric.
    Metric,
    /// An expression; its type, once it is known.
    Expression(Option<Type>),
}

impl<'a> Names<'a> {
    pub(crate) fn new(queries: impl Iterator<Item = (&'a str, Kind)>) -> Self {
        let (ids, kinds): (Vec<_>, Vec<_>) = queries.unzip();
        let by_id = ids.iter().enumerate().map(|(index, id)| (*id, index)).collect();
        Self { by_id, ids, kinds }
    }

    /// The number of a query.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Tells the type of an expression.
    pub(crate) fn set(&mut self, query: usize, kind: Type) {
        self.kinds[query] = Kind::Expression(Some(kind));
    }

    /// The plain metrics of the request whose id holds the text.
    pub(crate) fn metrics(&self, part: &str) -> Vec<usize> {
        (0..self.ids.len()).filter(|&it| self.kinds[it] == Kind::Metric && self.ids[it].contains(part)).collect()
    }

    /// What to tell somebody who names a query that there is not.
    pub(crate) fn unknown(&self, name: &str, span: Range<usize>) -> Problem {
        let message = match name {
            "REPEAT" | "LINEAR" => format!("`{name}` stands only in FILL, as its second argument"),
            "ASC" | "DESC" => format!("`{name}` stands only in SORT, as its third argument"),
            _ if signature::signature(name).is_ok() => {
                format!("`{name}` is a function: it needs its arguments in `()`")
            }
            _ => format!("unknown id `{name}`; known: {}", self.ids.join(", ")),
        };
        Problem::new(Fault::Unknown, span, message)
    }
}

/// The expression of a tree, and its type.
pub(crate) fn check(tree: &Tree, names: &Names<'_>) -> Result<(Node, Type), Problem> {
    match &tree.branch {
        Branch::Number(value) => Ok((Node::Scalar(Some(*value)), Type::Scalar)),
        Branch::Text(_) => {
            let message = "a text is no value; metrics are named by their ids, without quotes";
            Err(Problem::new(Fault::Type, tree.span.clone(), message))
        }
        Branch::Name(name) => {
            let index = names.find(name).ok_or_else(|| names.unknown(name, tree.span.clone()))?;
            let kind = match names.kinds[index] {
                Kind::Metric => Some(Type::Series),
                Kind::Expression(kind) => kind,
            };
            Ok((Node::Query(index), kind.expect("expressions are checked after those that they need")))
        }
        Branch::Array(parts) => array(tree, parts, names),
        Branch::Negation(inner) => {
            let (node, kind) = check(inner, names)?;
            Ok((folded(Node::Negation(Box::new(node))), kind))
        }
        Branch::Binary(..) => chain(tree, names),
        Branch::Call(name, arguments) => call::call(tree, name, arguments, names),
    }
}

/// `[m1, METRICS()]`: the series, one after the other.
fn array(tree: &Tree, parts: &[Tree], names: &Names<'_>) -> Result<(Node, Type), Problem> {
    if parts.is_empty() {
        return Err(Problem::new(Fault::Type, tree.span.clone(), "an array needs at least one series"));
    }
    let nodes = parts.iter().map(|part| match check(part, names)? {
        (_, Type::Scalar) => {
            let message = format!("an array holds series, and this is a number; write {}", part.as_series());
            Err(Problem::new(Fault::Type, part.span.clone(), message))
        }
        (node, Type::Series | Type::Array) => Ok(node),
    });
    Ok((Node::Array(nodes.collect::<Result<_, _>>()?), Type::Array))
}

/// `a + b - c …`: such a chain hangs from its last operator and may be as long as the expression, so that it is
/// followed by a loop and not by recursion.
fn chain(tree: &Tree, names: &Names<'_>) -> Result<(Node, Type), Problem> {
    let mut links = Vec::new();
    let mut first = tree;
    while let Branch::Binary(operator, left, right) = &first.branch {
        links.push((first, *operator, right));
        first = left;
    }
    let (mut node, mut kind) = check(first, names)?;
    while let Some((tree, operator, right)) = links.pop() {
        let (right, right_kind) = check(right, names)?;
        kind = joined(operator, kind, right_kind)
            .map_err(|message| Problem::new(Fault::Type, tree.span.clone(), message))?;
        node = folded(Node::Binary(operator, Box::new(node), Box::new(right)));
    }
    Ok((node, kind))
}

/// The type that an operator makes of two, or why it does not: arithmetic takes numbers, series and one array;
/// comparisons and logic take numbers and series.
fn joined(operator: Operator, left: Type, right: Type) -> Result<Type, String> {
    match (left, right) {
        (Type::Scalar, Type::Scalar) => Ok(Type::Scalar),
        (Type::Array, Type::Array) => {
            Err(format!("`{operator}` cannot join two arrays of series; SUM one of them, or pick FIRST"))
        }
        (Type::Array, _) | (_, Type::Array) if operator.takes_arrays() => Ok(Type::Array),
        (Type::Array, _) | (_, Type::Array) => Err(format!(
            "`{operator}` compares numbers and series, and one side is an array of series; make one series of it, \
             as with MAX or FIRST"
        )),
        _ => Ok(Type::Series),
    }
}

/// The number of a sum of numbers, so that it is computed once.
fn folded(node: Node) -> Node {
    match &node {
        Node::Negation(inner) => match **inner {
            Node::Scalar(value) => Node::Scalar(value.map(|value| -value)),
            _ => node,
        },
        Node::Binary(operator, left, right) => match (&**left, &**right) {
            (Node::Scalar(left), Node::Scalar(right)) => {
                Node::Scalar(left.zip(*right).and_then(|(left, right)| operator.apply(left, right)))
            }
            _ => node,
        },
        _ => node,
    }
}
