//! From expressions to nodes.

use super::{
    aggregate::{Aggregates, is_aggregate},
    call::call,
    scope::Scope,
};
use crate::{
    node::Node,
    syntax::{Branch, Operator, Tree},
    value::Value,
};
use atalaya_cloudwatch::query_error::{Fault, Problem};

/// Compiles the expressions of one command.
pub(super) struct Compiler<'a, 'b> {
    pub(super) text: &'a str,
    pub(super) scope: &'a mut Scope,
    /// Where aggregates go: only `stats` has them.
    pub(super) aggregates: Option<&'a mut Aggregates<'b>>,
}

impl Compiler<'_, '_> {
    pub(super) fn node(&mut self, tree: &Tree) -> Result<Node, Problem> {
        let fault = |fault, message: String| Problem::new(fault, tree.span.clone(), message);
        Ok(match &tree.branch {
            Branch::Whole(value) => Node::Value(Value::Whole(*value)),
            Branch::Real(value) => Node::Value(Value::Real(*value)),
            Branch::Text(text) => Node::Value(Value::owned(text.as_str())),
            Branch::Flag(value) => Node::Value(Value::Flag(*value)),
            Branch::Period(_) => {
                return Err(fault(
                    Fault::Type,
                    "a period of time stands only in bin, datefloor and dateceil".to_owned(),
                ));
            }
            Branch::All => return Err(fault(Fault::Type, "`*` stands only in count(*)".to_owned())),
            Branch::Name(path) => self.scope.path(path).map_err(|message| fault(Fault::Unknown, message))?,
            Branch::Access(inner, steps) => Node::Access(Box::new(self.node(inner)?), steps.clone()),
            Branch::Call(name, arguments) => return self.call(tree, name, arguments),
            Branch::Negation(inner) => Node::Negation(self.boxed(inner)?),
            Branch::Not(inner) => Node::Not(self.boxed(inner)?),
            Branch::Binary(operator, left, right) => {
                let (left, right) = (self.boxed(left)?, self.boxed(right)?);
                match operator {
                    Operator::And => Node::And(left, right),
                    Operator::Or => Node::Or(left, right),
                    operator if operator.compares() => Node::Compare(*operator, left, right),
                    operator => Node::Arithmetic(*operator, left, right),
                }
            }
            Branch::In { value, list, negated } => {
                Node::In { value: self.boxed(value)?, list: self.all(list)?, negated: *negated }
            }
            Branch::Like { value, matcher, negated } => {
                Node::Like { value: self.boxed(value)?, matcher: matcher.clone(), negated: *negated }
            }
        })
    }

    fn boxed(&mut self, tree: &Tree) -> Result<Box<Node>, Problem> {
        self.node(tree).map(Box::new)
    }

    pub(super) fn all(&mut self, trees: &[Tree]) -> Result<Vec<Node>, Problem> {
        trees.iter().map(|tree| self.node(tree)).collect()
    }

    fn call(&mut self, tree: &Tree, name: &str, arguments: &[Tree]) -> Result<Node, Problem> {
        if let Some(slot) = self.scope.labelled(&self.text[tree.span.clone()]) {
            return Ok(Node::Slot(slot));
        }
        if !is_aggregate(name) {
            return call(self, tree, name, arguments);
        }
        match &mut self.aggregates {
            Some(aggregates) => aggregates.add(self.text, self.scope, tree, name, arguments).map(Node::Slot),
            None => {
                let message = format!("{name} stands only in `stats`: stats {name}(…) by …");
                Err(Problem::new(Fault::Type, tree.span.start..tree.span.start + name.len(), message))
            }
        }
    }
}
