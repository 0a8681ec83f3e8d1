//! Documents that people write: contracts, templates, tests of alarms.
//!
//! YAML and JSON become one tree, in which every [`Node`] knows its [`Place`], so that what is wrong can be said with
//! line and column. What a kind of document allows, and how it is called in a message, is its [`Dialect`]. [`nearest`]
//! finds the word that was meant.
#![doc = include_str!("../README.md")]

mod dialect;
mod fault;
mod json;
pub mod nearest;
mod node;
pub mod scalar;
#[cfg(test)]
mod testing;
mod yaml;

pub use dialect::{Dialect, Meaning, MergeKeys, Tag};
pub use fault::{Fault, join};
pub use json::read as read_json;
pub use node::{Content, Entry, Node, Place};
pub use yaml::read as read_yaml;
