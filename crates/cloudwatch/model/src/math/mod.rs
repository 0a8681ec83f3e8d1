//! Metric math: from an expression's text to its value on a frame.
//!
//! Text → words ([`token`]) → tree ([`parse`](self::parse())) → checked expression ([`check`](self::check())), whose
//! names are resolved and whose types are known → value ([`evaluate`]). Source of the rules: CloudWatch user guide,
//! "Math expressions with metrics". What it does not say is marked as unpublished where it is decided.

mod check;
mod evaluate;
mod function;
mod node;
mod operator;
mod parse;
mod token;
mod tree;
mod value;

#[cfg(test)]
mod tests;

pub(crate) use check::{Kind, Names, check};
pub(crate) use evaluate::{Evaluation, Source};
pub(crate) use node::Node;
pub(crate) use parse::parse;
pub(crate) use tree::Tree;
pub(crate) use value::{Origin, Points, Type, Value};
