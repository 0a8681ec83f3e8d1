//! From a query's text to its commands.

mod command;
mod expression;
mod parser;
mod period;
mod source;
mod token;
mod tree;

pub(super) use command::{Command, CommandKind, Direction, Item, Pattern};
pub(super) use parser::parse;
pub(super) use period::{Period, timestamp};
pub(super) use tree::{Branch, Matcher, Operator, Step, Tree, flattened};
